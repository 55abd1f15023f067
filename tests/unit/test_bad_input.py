"""Bad input: a typed error that names the field, and nothing changed (SPEC N34, and no bare error)."""

from __future__ import annotations

import itertools
import pickle
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

import attrs
import pytest

from bookable import (
    Absence,
    AddOn,
    Block,
    BookableError,
    Booking,
    BookingPolicy,
    BookingRefused,
    Buffers,
    BusyTime,
    Calendar,
    Catalogue,
    Chain,
    CheckIn,
    DateRange,
    Epoch,
    Equipment,
    FixedStarts,
    FrozenMap,
    Interval,
    InvalidAmountError,
    InvalidIntervalError,
    InvalidTransitionError,
    InvalidValueError,
    Limit,
    LimitExceededError,
    Listing,
    LocalMidnight,
    Member,
    NaiveDatetimeError,
    Place,
    Ranking,
    Recurrence,
    Request,
    Requirement,
    Room,
    Scheduler,
    SearchLimitError,
    Segment,
    SeriesPolicy,
    Settings,
    SkippedTimeError,
    StaleVersionError,
    UnknownIdError,
    Variant,
    Where,
    all_of,
)
from tests.support.builders import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    OFFICE,
    US,
    WHOLE_DAY,
    a_booking,
    a_calendar,
    a_request,
    a_room,
    a_scheduler,
    an_item,
    at,
    refused,
)
from tests.support.calls import MAY_BE_NONE, MAY_BE_THREE, MOMENTS, a_state, calls, values

STATE = a_state()
CALLS = calls(STATE)
VALUES = values()
KEPT = pickle.dumps(STATE)

EVERY_ARGUMENT = [(name, key) for name, given in CALLS.items() for key in given]
EVERY_FIELD = [(kind, key) for kind, given in VALUES.items() for key in given]


def call(name, /, **changes):
    return getattr(STATE, name)(**{**CALLS[name], **changes})


def build(kind, /, **changes):
    return kind(**{**VALUES[kind], **changes})


@pytest.fixture(autouse=True)
def nothing_changes():
    yield
    assert pickle.dumps(STATE) == KEPT


class OddText(str):
    """Text that equals everything and has no hash."""

    __slots__ = ()

    def __eq__(self, other):
        return True

    __hash__ = None


class EqualText(OddText):
    __slots__ = ()
    __hash__ = str.__hash__


class OddInt(int):
    __slots__ = ()

    def __lt__(self, other):
        return True

    __le__ = __gt__ = __ge__ = __lt__


class OddMoment(datetime):
    pass


class NoOffset(tzinfo):
    def utcoffset(self, moment):
        return None


class ChangingOffset(tzinfo):
    def utcoffset(self, moment):
        return timedelta(hours=moment.minute % 2)


# The good arguments are good -----------------------------------------------


@pytest.mark.parametrize("name", CALLS)
def test_every_call_takes_its_good_arguments(name):
    result = call(name)

    assert result is not None or name in {"first_slot", "why_empty"}


def test_every_public_method_is_among_the_calls():
    public = {name for name in dir(Scheduler) if not name.startswith("_")}

    assert public - {"catalogue", "bookings", "blocks", "version", "check"} == set(CALLS)


@pytest.mark.parametrize("kind", VALUES)
def test_every_value_takes_its_good_arguments(kind):
    assert type(build(kind)) is kind


@pytest.mark.parametrize("kind", VALUES)
def test_every_field_of_every_value_is_among_them(kind):
    fields = set(VALUES[kind])
    if attrs.has(kind):
        fields = {each.name for each in attrs.fields(kind) if each.init}
    public = {name for name in fields if not name.startswith("_")} - {"session", "rests_on"}

    assert public <= set(VALUES[kind]) or kind is Catalogue


MAY_BE_EMPTY = {
    *("ignoring", "requests", "add_on_ids", "features", "where", "groups", "tags"),
    *("attendee_ids", "optional_ids", "prefer_ids", "blocking_kinds", "unknown_ids"),
    *("override", "moving", "commands", "resource_ids"),
}


# The wrong type for every argument -----------------------------------------


@pytest.mark.parametrize(("name", "key"), EVERY_ARGUMENT)
@pytest.mark.parametrize("value", [object(), None, 3, 1.5, [], {}, b"x", NotImplemented])
def test_a_call_refuses_what_an_argument_cannot_be(name, key, value):
    if value is None and (name, key) in MAY_BE_NONE:
        assert call(name, **{key: value}) is not None
        return
    if value == 3 and (name, key) in MAY_BE_THREE:
        assert call(name, **{key: value}) is not None
        return
    if value == {} and key in {"replies", "civil_times", "metadata"}:
        assert call(name, **{key: value}) is not None  # nobody was asked, nothing named
        return
    if value == [] and key in MAY_BE_EMPTY:
        assert call(name, **{key: value}) is not None or name == "why_empty"
        return
    with pytest.raises(BookableError) as caught:
        call(name, **{key: value})
    assert not isinstance(caught.value, BookingRefused)
    assert str(caught.value)


@pytest.mark.parametrize(("kind", "key"), EVERY_FIELD)
@pytest.mark.parametrize("value", [object(), None, 3, 1.5, b"x", NotImplemented])
def test_a_value_refuses_what_a_field_cannot_be(kind, key, value):
    pair = (kind.__name__, key)
    if (value is None and pair in MAY_BE_NONE) or (value == 3 and pair in MAY_BE_THREE):
        assert build(kind, **{key: value}) is not None
        return
    with pytest.raises(BookableError) as caught:
        build(kind, **{key: value})
    assert str(caught.value)


# Instants ------------------------------------------------------------------


BAD_MOMENTS = [
    (datetime(2026, 3, 2, 9), NaiveDatetimeError, "naive_datetime"),
    (date(2026, 3, 2), InvalidValueError, "not_datetime"),
    ("2026-03-02T09:00:00+00:00", InvalidValueError, "not_datetime"),
    (1_772_442_000, InvalidValueError, "not_datetime"),
    (1_772_442_000.0, InvalidValueError, "not_datetime"),
    (Decimal(1), InvalidValueError, "not_datetime"),
    (float("nan"), InvalidValueError, "not_datetime"),
    (OddMoment(2026, 3, 2, 9, tzinfo=UTC), InvalidValueError, "exact_type"),
]
BAD_ZONES = [
    (ChangingOffset(), "tz_type", ".tzinfo"),
    (timezone(timedelta(hours=5, seconds=30)), "offset", ""),
    (timezone(timedelta(hours=23, minutes=59, seconds=59, microseconds=999_999)), "offset", ""),
]
OUT_OF_RANGE = [
    datetime.min.replace(tzinfo=UTC),
    datetime.max.replace(tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))),
    datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12))),
    datetime(9999, 12, 31, 23, 59, tzinfo=ZoneInfo("Pacific/Honolulu")),
    datetime(99, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(9900, 1, 1, tzinfo=UTC),
]
WITH_MOMENTS = [
    *((name, key) for name, key in EVERY_ARGUMENT if key in MOMENTS),
    # A recurrence starts at a civil time; `test_recurring` has what that may not be.
    *((kind, key) for kind, key in EVERY_FIELD if key in MOMENTS and kind is not Recurrence),
]


def give(target, /, **changes):
    """The call of that name, or the value of that type."""
    return call(target, **changes) if isinstance(target, str) else build(target, **changes)


def test_there_are_moments_to_spoil():
    assert len(WITH_MOMENTS) >= 20


@pytest.mark.parametrize(("target", "key"), WITH_MOMENTS)
@pytest.mark.parametrize(("moment", "kind", "code"), BAD_MOMENTS)
def test_what_is_no_instant_is_refused_everywhere(target, key, moment, kind, code):
    with refused(kind, code, key):
        give(target, **{key: moment})


@pytest.mark.parametrize(("target", "key"), WITH_MOMENTS)
@pytest.mark.parametrize(("zone", "code", "suffix"), BAD_ZONES)
def test_a_zone_that_cannot_be_relied_on_is_refused_everywhere(target, key, zone, code, suffix):
    with refused(InvalidValueError, code, key + suffix):
        give(target, **{key: datetime(2026, 3, 2, 9, tzinfo=zone)})


@pytest.mark.parametrize(("target", "key"), WITH_MOMENTS)
def test_a_zone_without_an_offset_is_refused_everywhere(target, key):
    with refused(InvalidValueError, "tz_type", f"{key}.tzinfo"):
        give(target, **{key: datetime(2026, 3, 2, 9, tzinfo=NoOffset())})


@pytest.mark.parametrize(("target", "key"), WITH_MOMENTS)
def test_a_wall_time_that_does_not_exist_is_refused_everywhere(target, key):
    imaginary = datetime(2026, 3, 29, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    with pytest.raises(SkippedTimeError) as caught:
        give(target, **{key: imaginary})
    assert caught.value.code == "skipped_time"


@pytest.mark.parametrize(("target", "key"), WITH_MOMENTS)
@pytest.mark.parametrize("moment", OUT_OF_RANGE)
def test_an_instant_at_the_end_of_the_calendar_is_refused_everywhere(target, key, moment):
    with pytest.raises(LimitExceededError, match="years in"):
        give(target, **{key: moment})


def test_an_interval_is_neither_empty_nor_reversed_decided_in_utc():
    berlin = ZoneInfo("Europe/Berlin")
    first, second = (datetime(2026, 10, 25, 2, 45, tzinfo=berlin, fold=fold) for fold in (0, 1))
    earlier_by_the_wall = datetime(2026, 10, 25, 2, 15, tzinfo=berlin, fold=1)

    assert Interval(first, second).duration == HOUR
    assert Interval(first, earlier_by_the_wall).duration == 30 * MINUTE
    with refused(InvalidIntervalError, "reversed_interval", "interval"):
        Interval(second, first)
    with refused(InvalidIntervalError, "reversed_interval", "interval"):
        Interval(earlier_by_the_wall, first)
    with refused(InvalidIntervalError, "empty_interval", "interval"):
        Interval(first, first)
    with refused(InvalidIntervalError, "empty_interval", "interval"):
        build(Booking, end=VALUES[Booking]["start"])
    with refused(InvalidIntervalError, "reversed_interval", "interval"):
        build(Booking, end=VALUES[Booking]["start"] - US)


@pytest.mark.parametrize(
    ("name", "key"),
    [pair for pair in EVERY_ARGUMENT if pair[1] in {"within", "interval"}],
)
@pytest.mark.parametrize("value", [(at("09:00"), at("10:00")), slice(at("09:00"), at("10:00"))])
def test_a_window_is_an_interval_and_nothing_like_one(name, key, value):
    with refused(InvalidValueError, "type", key):
        call(name, **{key: value})


# Ids -----------------------------------------------------------------------


IDS = [pair for pair in EVERY_ARGUMENT if pair[1].endswith("_id")]
BAD_IDS = [
    ("", "id"),
    ("x" * 129, "id"),
    ("a\nb", "id"),
    ("a\0b", "id"),
    ("a\u200bb", "id"),
    ("a\u202eb", "id"),
    ("a\ud800b", "id"),
    ("e\u0301", "id_not_nfc"),
    (b"ada", "id"),
    (7, "id"),
    (True, "id"),
    (2**61 - 1, "id"),
    (OddText("ada"), "exact_type"),
    (EqualText("ada"), "exact_type"),
]


@pytest.mark.parametrize(("name", "key"), IDS)
@pytest.mark.parametrize(("value", "code"), BAD_IDS, ids=range(len(BAD_IDS)))
def test_what_can_be_no_id_is_refused_everywhere(name, key, value, code):
    field = "id" if key == "entry_id" else key
    with refused(InvalidValueError, code, field):
        call(name, **{key: value})


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        pair
        for pair in EVERY_FIELD
        # A request with a calendar states no rules of its own, so its good ones have none.
        if (pair[1] == "id" or pair[1].endswith("_id")) and pair[0] is not Request
    ],
)
@pytest.mark.parametrize(("value", "code"), BAD_IDS, ids=range(len(BAD_IDS)))
def test_no_value_has_a_bad_id(kind, key, value, code):
    with pytest.raises(InvalidValueError) as caught:
        build(kind, **{key: value})
    is_primary = (kind, key) == (Calendar, "primary_id")
    assert caught.value.code in ({code, "member_ids"} if is_primary else {code})


@pytest.mark.parametrize(("value", "code"), BAD_IDS, ids=range(len(BAD_IDS)))
def test_no_list_of_ids_has_a_bad_one(value, code):
    for target, key in [
        ("request", "host_ids"),
        ("free_slots", "ignoring"),
        ("explain", "ignoring"),
        (Room, "calendar_ids"),
        (Booking, "room_ids"),
        *(("request", key) for key in LISTS_OF_IDS),
        *((Request, key) for key in LISTS_OF_IDS - {"add_on_ids"}),
        *((kind, "features") for kind in (Room, Equipment, Member, Requirement)),
        (Room, "parts"),
        (Requirement, "pool"),
        (Booking, "tags"),
        (Booking, "individual_ids"),
        (Booking, "attendee_ids"),
        (Booking, "companion_ids"),
        (Place, "locked"),
    ]:
        with refused(InvalidValueError, code, key):
            give(target, **{key: ["ada", value] if key != "locked" else ["hours", value]})
    for key in ("allow", "request", "deny"):
        with refused(InvalidValueError, code, "customers"):
            build(BookingPolicy, **{key: ["ada", value]})


LISTS_OF_IDS = {
    *("add_on_ids", "features", "groups", "tags"),
    *("attendee_ids", "optional_ids", "prefer_ids", "unknown_ids"),
}
MAPS_BY_ID = [
    *((kind, "attributes", 1) for kind in (Room, Equipment, Member)),
    (Member, "calendar_schedules", "office"),
    (Calendar, "host_durations", HOUR),
    (Variant, "host_durations", HOUR),
    *((Ranking, key, 1) for key in ("weights", "priorities", "calibration")),
    (Booking, "equipment", 1),
    (Booking, "buffers", Buffers()),
    *((kind, "metadata", "text") for kind in (Room, Equipment, Member, Calendar, Booking, Block)),
    (Settings, "schedules", OFFICE),
    (Catalogue, "schedules", OFFICE),
]


@pytest.mark.parametrize(("kind", "key", "good"), MAPS_BY_ID)
def test_no_mapping_has_a_bad_id_or_a_bad_value(kind, key, good):
    for bad, code in BAD_IDS:
        if not isinstance(bad, OddText) or isinstance(bad, EqualText):
            for others in ({}, {"zoe": good}):
                with refused(InvalidValueError, code, key):
                    build(kind, **{key: {**others, bad: good}})
    for value in (object(), None, 1.5, b"x", [], NotImplemented):
        with pytest.raises(InvalidValueError) as caught:
            build(kind, **{key: {"ada": value}})
        assert caught.value.field in {f"{key}['ada']", key}
    for value in ([], "ada", 3, object(), [("ada", good)]):
        with refused(InvalidValueError, "type", key):
            build(kind, **{key: value})


@pytest.mark.parametrize("pair", ["berlin", ("a",), ("a", "b", "c"), ("a", ""), 3, None])
def test_a_journey_goes_from_one_place_to_another(pair):
    with refused(InvalidValueError, "id" if pair == ("a", "") else "type", "travel"):
        build(Settings, travel={pair: HOUR})
    with refused(InvalidValueError, "duration", "travel[('a', 'b')]"):
        build(Settings, travel={("a", "b"): pair})


# Words ----------------------------------------------------------------------


WORDS = [
    *((kind, "buffer_policy") for kind in (Room, Equipment, Calendar, Requirement, Request)),
    (Buffers, "policy"),
    (Block, "kind"),
    ("block", "kind"),
    (Calendar, "kind"),
    (Calendar, "host_hours_mode"),
    (Requirement, "kind"),
    (BookingPolicy, "otherwise"),
    (Limit, "period"),
    (SeriesPolicy, "on_conflict"),
    (SeriesPolicy, "beyond_horizon"),
    (Booking, "status"),
    (Booking, "check_in_method"),
    (CheckIn, "scope"),
    ("check_in", "method"),
    (BusyTime, "kind"),
    (Request, "unknown"),
    ("request", "unknown"),
]
LISTS_OF_WORDS = [
    (Limit, "per"),
    (Ranking, "order"),
    (Request, "blocking_kinds"),
    ("request", "blocking_kinds"),
]


@pytest.mark.parametrize(("target", "key"), WORDS)
@pytest.mark.parametrize(
    "value", ["", "Busy", "BUSY", "gentle", OddText("busy"), EqualText("busy")]
)
def test_a_word_is_one_of_those_that_there_are(target, key, value):
    with pytest.raises(InvalidValueError) as caught:
        give(target, **{key: value})
    assert caught.value.code == "choice"
    assert caught.value.field.endswith(key)
    assert caught.value.expected.startswith("one of '")


@pytest.mark.parametrize(("target", "key"), LISTS_OF_WORDS)
@pytest.mark.parametrize(
    ("value", "code"),
    [
        (["gentle"], "choice"),
        ([None], "choice"),
        ([OddText("busy")], "choice"),
        ("busy", "type"),
        (3, "type"),
        ({}, "type"),
        ({"busy": 1}, "type"),
    ],
    ids=range(7),
)
def test_a_list_of_words_has_only_those_that_there_are(target, key, value, code):
    with refused(InvalidValueError, code, key):
        give(target, **{key: value})


# What only makes sense together ---------------------------------------------


@pytest.mark.parametrize(
    ("kind", "changes", "code", "field"),
    [
        (Requirement, {"pool": [], "kind": None}, "empty_request", "pool"),
        (Room, {"parts": ["r"]}, "parts", "parts"),
        (Calendar, {"bookings_per_host": 2, "seats_per_slot": 2}, "quantity", "bookings_per_host"),
        (Calendar, {"bookings_per_host": 2, "kind": "class"}, "quantity", "bookings_per_host"),
        (Calendar, {"shortest": 2 * HOUR, "longest": HOUR}, "duration", "longest"),
        (Calendar, {"variants": [Variant("a", HOUR)] * 2}, "duplicate_id", "variants"),
        (Calendar, {"add_ons": [AddOn("a")] * 2}, "duplicate_id", "add_ons"),
        (Member, {"absences": [Absence(WHOLE_DAY, "", "m")]}, "absences", "absences.delegate_id"),
        (Request, {"variant_id": "long"}, "variant_id", "variant_id"),
        (Request, {"add_on_ids": ["oil"]}, "add_on_ids", "add_on_ids"),
        (Request, {"host_ids": ["ada"]}, "host_ids", "host_ids"),
        (Request, {"calendar_id": "massage"}, "two_rules", "requirements"),
        (Limit, {"maximum": HOUR, "period": "active"}, "quantity", "maximum"),
        (Limit, {"maximum": HOUR, "period": "concurrent"}, "quantity", "maximum"),
        (Limit, {"per": ["host", "resource"]}, "per", "per"),
        (Listing, {"shortest_window": 2 * HOUR}, "duration", "longest_window"),
        (DateRange, {"first": date(2026, 3, 3)}, "reversed_interval", "last"),
        (Where, {"value": "50"}, "quantity", "value"),
        (Where, {"operator": "=>"}, "choice", "operator"),
        (Where, {"operator": OddText(">=")}, "choice", "operator"),
        (Place, {"locked": ["name"]}, "choice", "locked"),
        (Settings, {"places": [Place("a"), Place("a")]}, "duplicate_id", "places"),
        (Segment, {"minimum_gap": 2 * HOUR}, "gap", "maximum_gap"),
        (Chain, {"segments": []}, "empty_request", "segments"),
        (Booking, {"status": "hold"}, "hold", "expires_at"),
        (Booking, {"expires_at": at("08:00")}, "hold", "expires_at"),
        (Booking, {"expires_at": at("08:05"), "created_at": None}, "hold", "expires_at"),
        (Booking, {"planned_end": at("10:00") - US}, "planned_end", "planned_end"),
        (Booking, {"rooms_until": at("09:00") - US}, "rooms_until", "rooms_until"),
        (Booking, {"rooms_until": at("10:00") + US}, "rooms_until", "rooms_until"),
    ],
    ids=range(30),
)
def test_what_does_not_go_together_is_refused(kind, changes, code, field):
    with pytest.raises(InvalidValueError) as caught:
        build(kind, **changes)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(("kind", "key"), [(DateRange, "first"), (DateRange, "last")])
@pytest.mark.parametrize("value", ["2026-03-02", 20_260_302, at("09:00"), datetime(2026, 3, 2)])
def test_a_date_is_a_date_and_no_instant(kind, key, value):
    with refused(InvalidValueError, "not_date", key):
        build(kind, **{key: value})


@pytest.mark.parametrize(("kind", "key"), [pair for pair in EVERY_FIELD if pair[1] == "zone"])
def test_a_zone_exists_everywhere(kind, key):
    for value in ("", "Mars", "../../etc/passwd", "a\0b", OddText("UTC"), 3, b"UTC"):
        with refused(InvalidValueError, "unknown_zone", key):
            build(kind, **{key: value})


@pytest.mark.parametrize(
    ("kind", "key"),
    [pair for pair in EVERY_FIELD if pair[1] in {"hours", "host_hours", "booker_hours"}],
)
def test_hours_are_hours_everywhere(kind, key):
    for value in ("Mo-Fr 09:00-17:00", {}, [OFFICE], WHOLE_DAY):
        with refused(InvalidValueError, "type", key):
            build(kind, **{key: value})
    assert getattr(build(kind, **{key: OFFICE}), key) == OFFICE


@pytest.mark.parametrize(
    ("name", "key"),
    [
        pair
        for pair in IDS
        if pair[0] not in {"book", "plan_book", "hold", "plan_hold"}
        and pair[0] not in {"book_recurring", "plan_recurring"}
        and pair[1] not in {"block_id", "customer_id", "location_id", "new_series_id"}
    ]
    + [("unblock", "block_id")],
)
def test_an_id_of_nothing_is_unknown_everywhere(name, key):
    with refused(UnknownIdError, "unknown_id", "id" if key == "entry_id" else key) as caught:
        call(name, **{key: "nobody"})
    assert caught.value.id == "nobody"


def test_ids_that_differ_in_case_are_different():
    with refused(UnknownIdError, "unknown_id", "booking_id"):
        call("booking", booking_id="b-1")


# Amounts and durations -----------------------------------------------------


BAD_AMOUNTS = [-1, True, 1.0, float("nan"), float("inf"), "20", 10**19, 10**5000, Decimal(1)]
AMOUNTS = [
    ("request", "party_size"),
    ("free_slots", "limit"),
    *((name, key) for name, key in EVERY_ARGUMENT if key == "version"),
    *(
        (kind, key)
        for kind, key in EVERY_FIELD
        # An attribute may be many things; `test_features` has what it may not be.
        if (kind.__name__, key) in MAY_BE_THREE and kind is not Where
    ),
]


@pytest.mark.parametrize(("target", "key"), AMOUNTS)
@pytest.mark.parametrize("value", [*BAD_AMOUNTS, OddInt(1)], ids=range(len(BAD_AMOUNTS) + 1))
def test_an_amount_is_a_whole_number_everywhere(target, key, value):
    if value == -1 and key == "priority":
        assert give(target, **{key: value}).priority == -1
        return
    with pytest.raises(InvalidValueError) as caught:
        give(target, **{key: value})
    if (key, value) != ("out_of_service", Decimal(1)):  # which might have been a list
        assert (type(caught.value), caught.value.code) == (InvalidAmountError, "quantity")
    assert caught.value.field.endswith(key)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("target", "key"),
    [
        *((kind, key) for kind, key in EVERY_FIELD if VALUES[kind][key] is HOUR),
        ("request", "duration"),
    ],
)
@pytest.mark.parametrize("value", [-US, float("nan"), 15, 1e20, "PT15M"])
def test_a_duration_is_a_timedelta_that_is_not_negative_everywhere(target, key, value):
    with refused(
        InvalidValueError, "duration", f"buffers.{key}" if key in {"before", "after"} else key
    ):
        give(target, **{key: value})


@pytest.mark.parametrize(
    ("target", "key"),
    [
        *((kind, key) for kind, key in EVERY_FIELD if VALUES[kind][key] is HOUR),
        ("request", "duration"),
    ],
)
def test_a_duration_is_at_most_ten_years_everywhere(target, key):
    with pytest.raises(LimitExceededError, match="days in"):
        give(target, **{key: timedelta.max})


@pytest.mark.parametrize("build_grid", [Epoch, lambda step: LocalMidnight("UTC", step=step)])
@pytest.mark.parametrize(
    ("step", "code"), [(timedelta(0), "zero_step"), (-US, "duration"), (60, "duration")]
)
def test_a_grid_has_a_step(build_grid, step, code):
    with refused(InvalidValueError, code, "step"):
        build_grid(step)


def test_more_than_there_is_is_a_refusal_and_no_error():
    scheduler = a_scheduler(a_room(capacity=0), an_item(quantity=0))
    for need in ("blue room", "table"):
        (refusal,) = scheduler.explain(a_request(all_of(need)), start=at("09:00"), now=NOW)
        assert refusal.rule == "never_fits"
    many = a_request(party_size=1_000_000)
    assert scheduler.explain(many, start=at("09:00"), now=NOW)[0].detail["needed"] == 1_000_000


# Holds and change keys -----------------------------------------------------


@pytest.mark.parametrize("name", ["hold", "plan_hold", "extend", "plan_extend"])
@pytest.mark.parametrize("expires_at", [NOW, NOW - US, NOW + DAY + US, NOW + 365 * DAY])
def test_a_hold_neither_expires_at_once_nor_lasts_for_ever(name, expires_at):
    with refused(InvalidValueError, "hold", "expires_at"):
        call(name, expires_at=expires_at)


def test_what_has_expired_or_was_cancelled_is_not_confirmed():
    state = call("cancel", booking_id="B-asked")

    for refuse in (
        lambda: call("confirm", now=NOW + MINUTE),
        lambda: state.confirm("B-asked", now=NOW),
        lambda: call("confirm", booking_id="B-9"),
    ):
        with pytest.raises((InvalidTransitionError, UnknownIdError)):
            refuse()
    once = call("confirm")
    assert once.confirm("B-hold", now=NOW, version=3) is once


@pytest.mark.parametrize(("name", "key"), [pair for pair in EVERY_ARGUMENT if pair[1] == "version"])
@pytest.mark.parametrize("version", [1, 2, 4, 10**6])
def test_a_change_key_is_the_one_that_there_is(name, key, version):
    with refused(StaleVersionError, "stale_version"):
        call(name, **{key: version})


# Too much ------------------------------------------------------------------


def test_too_wide_a_question_is_refused_before_any_work():
    ten_years = Interval(at("00:00"), at("00:00") + timedelta(days=3652))
    ages = Interval(datetime(100, 1, 1, tzinfo=UTC), datetime(9899, 12, 31, tzinfo=UTC))
    minutely, secondly = (a_request(grid=Epoch(step)) for step in (MINUTE, timedelta(seconds=1)))

    for request, within in ((minutely, ten_years), (secondly, ages), (minutely, ages)):
        for ask in (STATE.free_slots, STATE.first_slot):
            with pytest.raises(SearchLimitError) as caught:
                ask(request, within=within, now=NOW)
            assert caught.value.needed > caught.value.allowed


@pytest.mark.parametrize(
    ("target", "key"),
    [
        ("request", "host_ids"),
        ("free_slots", "ignoring"),
        (Room, "calendar_ids"),
        (Catalogue, "rooms"),
        (Scheduler, "bookings"),
        (Calendar, "durations"),
        (Calendar, "limits"),
        (Calendar, "variants"),
        (Member, "absences"),
        (Requirement, "where"),
        (Requirement, "features"),
        (Settings, "places"),
        (Chain, "segments"),
        (Limit, "per"),
        (Ranking, "order"),
        (BookingPolicy, "deny"),
        (Request, "blocking_kinds"),
        ("book_series", "starts"),
        ("book_chain", "booking_ids"),
        ("list_slots", "requests"),
    ],
)
def test_a_list_without_an_end_is_refused(target, key, monkeypatch):
    monkeypatch.setattr("bookable.checks.MOST_ITEMS", 1000)
    values = {
        "rooms": a_room(),
        "bookings": a_booking(),
        "durations": HOUR,
        "limits": Limit(1, "day"),
        "variants": Variant("long", HOUR),
        "absences": Absence(WHOLE_DAY),
        "where": Where("inches", ">=", 50),
        "places": Place("berlin"),
        "segments": CALLS["chain_slots"]["chain"].segments[0],
        "per": "host",
        "order": "priority",
        "blocking_kinds": "busy",
        "starts": at("09:00"),
        "requests": CALLS["book_series"]["request"],
    }

    with pytest.raises(LimitExceededError) as caught:
        give(target, **{key: itertools.repeat(values.get(key, "ada"))})
    assert caught.value.allowed <= 1000


def test_a_list_of_starts_without_an_end_is_refused(monkeypatch):
    monkeypatch.setattr("bookable.checks.MOST_ITEMS", 1000)
    monkeypatch.setattr("bookable.timeline.grid.MOST_CANDIDATES", 1000)
    moments = (at("09:00") + number * MINUTE for number in range(100_000))

    with pytest.raises(LimitExceededError):
        FixedStarts(moments)
    assert next(moments) < at("09:00") + 10_000 * MINUTE


def test_text_is_bounded():
    assert len(build(Room, name="x" * 10_000).name) == 10_000
    with pytest.raises(LimitExceededError):
        build(Room, name="x" * 10_001)
    with refused(InvalidValueError, "text", "name"):
        build(Room, name="a\0b")
    with refused(InvalidValueError, "text", "name"):
        build(Room, name="\ud800")


# Empty, mutable, forged ----------------------------------------------------


def test_an_empty_list_never_means_all():
    with refused(InvalidValueError, "empty_request", "requirements"):
        Request(HOUR, [])
    with refused(InvalidValueError, "empty_request", "pool"):
        all_of()
    with refused(InvalidValueError, "empty_request", "host_ids"):
        call("request", host_ids=[])
    with refused(InvalidValueError, "empty_request", "calendar_id"):
        Booking("B-1", at("09:00"), at("10:00"))
    none, some = (call("free_slots", limit=None, ignoring=ids) for ids in ([], ["B-1"]))
    assert len(some) - len(none) == 1


@pytest.mark.parametrize("kind", [kind for kind in VALUES if attrs.has(kind)])
def test_no_value_keeps_anything_that_could_change(kind):
    value = build(kind)

    for field in attrs.fields(kind):
        if not field.name.startswith("_"):
            assert not isinstance(getattr(value, field.name), list | dict | set | bytearray)
    assert hash(value) == hash(build(kind))


def test_validators_that_are_switched_off_change_nothing():
    attrs.validators.set_disabled(True)
    try:
        for kind, key, value in [
            (Room, "capacity", "twenty"),
            (Booking, "party_size", 0),
            (Calendar, "id", ""),
            (Request, "duration", timedelta(0)),
        ]:
            with pytest.raises(InvalidValueError):
                build(kind, **{key: value})
    finally:
        attrs.validators.set_disabled(False)
    assert attrs.validators.get_disabled() is False


@pytest.mark.parametrize("moment", [datetime(2026, 3, 2, 9), "nine", None])
def test_a_slot_with_a_forged_start_is_refused(moment):
    slot = attrs.evolve(CALLS["book"]["slot"], start=moment)
    for name, key in (("book", "slot"), ("hold", "slot"), ("reschedule", "to")):
        with pytest.raises(InvalidValueError):
            call(name, **{key: slot})
    with pytest.raises(InvalidValueError):
        call("hold", slot=slot, booking_id="B-hold")


@pytest.mark.parametrize("value", [3, None, [1], [(1, 2, 3)]])
def test_a_frozen_map_is_made_of_a_mapping_or_of_pairs(value):
    with refused(InvalidValueError, "type", "items"):
        FrozenMap(value)


# Zones ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone",
    ["", "Europe", "../../etc/passwd", "x" * 5000, "a\0b", "leapseconds", "/etc/localtime", 7, UTC],
)
@pytest.mark.parametrize("kind", [Calendar, Request])
def test_a_zone_that_does_not_exist_is_refused(kind, zone):
    if zone is UTC:
        assert build(kind, zone=zone).zone.key == "UTC"
        return
    with refused(InvalidValueError, "unknown_zone", "zone"):
        build(kind, zone=zone)


def test_a_calendar_of_centuries_of_bookings_answers():
    old = Booking(
        "B-1",
        datetime(101, 1, 1, tzinfo=UTC),
        datetime(101, 1, 2, tzinfo=UTC),
        room_ids=["blue room"],
    )
    late = Booking(
        "B-2",
        datetime(9898, 1, 1, tzinfo=UTC),
        datetime(9898, 1, 2, tzinfo=UTC),
        room_ids=["blue room"],
    )
    scheduler = a_scheduler(a_calendar(), a_room(calendar_ids=["massage"]), bookings=[old, late])

    assert scheduler.violations(now=NOW) == ()
    assert len(scheduler.free_slots(scheduler.request("massage"), within=WHOLE_DAY, now=NOW)) == 24
    assert len(scheduler.cancel("B-1", now=NOW).cancel("B-2", now=NOW).bookings) == 2
