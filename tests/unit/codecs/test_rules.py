"""The world file: every rule that a catalogue can state, read, written and refused in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest

from bookable import CodecError, Interval
from bookable.codecs import _rules, _values, plain
from bookable.codecs._forms import Form, Kinds
from bookable.codecs._sections import CATALOGUE, LEDGERS
from bookable.codecs.iso import parse_fraction
from bookable.domain.counting import Counting
from bookable.domain.features import Where
from bookable.domain.life import CheckIn
from bookable.domain.limit import Limit
from bookable.domain.policy import (
    BookingPolicy,
    DateRange,
    LastDate,
    Months,
    RollingDays,
    WorkingDays,
    WorkingTime,
)
from bookable.domain.ranking import Ranking
from bookable.domain.service import Absence
from bookable.errors import InvalidValueError
from bookable.timeline.packing import AlignedHour, Optimised, WindowStart
from tests.support.full_world import GRIDS, HORIZONS, NOTICES, full_world

HOUR = timedelta(hours=1)


def changed(path: str, value: object) -> dict[str, Any]:
    """The full document with something else at ``calendars.0.duration``."""
    document = full_world()
    *line, last = (int(step) if step.isdigit() else step for step in path.split("."))
    container: Any = document
    for step in line:
        container = container[step]
    container[last] = value
    return document


def refused(document: object) -> CodecError:
    with pytest.raises(CodecError) as caught:
        plain.decode(document)

    return caught.value


def calendar_with(key: str, value: object) -> Any:
    return plain.decode(changed(f"calendars.0.{key}", value)).catalogue.calendar("massage")


# The whole ------------------------------------------------------------------


def test_the_full_document_has_every_key_of_every_section() -> None:
    document = full_world()
    sections = {**CATALOGUE, **LEDGERS[2], "places": _values.PLACE, "travel": _values.JOURNEY}

    for section, form in sections.items():
        present = {key for item in document[section] for key in item}
        assert set(form.keys) <= present, section


def values_in(value: object) -> Iterator[Any]:
    """Every value of the domain in a value, itself included."""
    if isinstance(value, Mapping):
        value = (*value.keys(), *value.values())
    if isinstance(value, tuple | frozenset | list):
        for item in value:
            yield from values_in(item)
    if attrs.has(type(value)):
        yield value
        for each in attrs.fields(type(value)):
            if each.init:
                yield from values_in(getattr(value, each.name))


def test_the_full_document_says_every_field_of_every_value() -> None:
    scheduler = plain.decode(full_world())
    others = calendars_with_the_other_kinds()
    said: dict[type, set[str]] = {}

    for value in values_in(
        [
            *scheduler.catalogue,
            scheduler.catalogue.settings,
            scheduler.bookings,
            scheduler.blocks,
            *others,
        ]
    ):
        known = said.setdefault(type(value), set())
        for each in attrs.fields(type(value)):
            default = each.default
            is_said = default is attrs.NOTHING or getattr(value, each.name) != default
            if each.init and is_said:
                known.add(each.name)

    assert len(said) > 25
    for kind, known in said.items():
        assert known == {each.name for each in attrs.fields(kind) if each.init}, kind


def calendars_with_the_other_kinds() -> list[object]:
    choices = {"minimum_notice": NOTICES, "booking_horizon": HORIZONS, "grid": GRIDS}
    return [calendar_with(key, value) for key, values in choices.items() for value in values]


def test_what_the_full_document_says_is_written_again() -> None:
    document = full_world()
    scheduler = plain.decode(document)
    written = plain.encode(scheduler)

    assert plain.decode(written) == scheduler
    assert plain.loads(plain.dumps(scheduler)) == scheduler
    assert set(written) == set(document)
    for section in ("places", *CATALOGUE, "bookings", "blocks"):
        given = {entry["id"]: set(entry) for entry in document[section]}
        assert {entry["id"]: set(entry) for entry in written[section]} == given


# Each kind ------------------------------------------------------------------


@pytest.mark.parametrize("value", NOTICES)
def test_every_notice_is_read_and_written(value: object) -> None:
    calendar = calendar_with("minimum_notice", value)

    assert _rules.NOTICE.write(calendar.minimum_notice) == value


def test_notices_are_what_they_say() -> None:
    notices = [calendar_with("minimum_notice", value).minimum_notice for value in NOTICES]

    assert [type(notice) for notice in notices] == [timedelta, Months, WorkingDays, WorkingTime]
    assert notices[1].count == 2
    assert notices[3].duration == 8 * HOUR


@pytest.mark.parametrize("value", HORIZONS)
def test_every_horizon_is_read_and_written(value: object) -> None:
    calendar = calendar_with("booking_horizon", value)

    assert _rules.HORIZON.write(calendar.booking_horizon) == value


def test_horizons_are_what_they_say() -> None:
    horizons = [calendar_with("booking_horizon", value).booking_horizon for value in HORIZONS]

    assert [type(horizon) for horizon in horizons] == [
        *(timedelta, Months, WorkingDays, LastDate, DateRange, RollingDays)
    ]
    assert horizons[4] == DateRange(date(2026, 3, 1), date(2026, 6, 30), "UTC")


@pytest.mark.parametrize("value", GRIDS)
def test_every_grid_is_read_and_written(value: object) -> None:
    assert _rules.GRID.write(calendar_with("grid", value).grid) == value


def test_packed_grids_are_what_they_say() -> None:
    grids = [calendar_with("grid", value).grid for value in GRIDS[3:]]

    assert grids == [WindowStart(HOUR / 2), AlignedHour(HOUR / 2), Optimised(HOUR / 2)]


def test_rules_are_what_they_say() -> None:
    catalogue = plain.decode(full_world()).catalogue
    calendar, ada = catalogue.calendar("massage"), catalogue.member("ada")
    morning = Interval(datetime(2026, 3, 2, 8, tzinfo=UTC), datetime(2026, 3, 2, 12, tzinfo=UTC))

    assert calendar.limits[1] == Limit(10 * HOUR, "day", per=[])
    assert calendar.limits == catalogue.settings.limits
    assert calendar.policy == BookingPolicy(
        ["ann"],
        ["new"],
        ["bob"],
        "deny",
        cancel_notice=timedelta(days=1),
        reschedule_notice=2 * HOUR,
    )
    ten = timedelta(minutes=10)
    assert calendar.check_in == CheckIn(early=ten, grace=ten, scope="room", most_missed=3)
    assert catalogue.room("studio").check_in == calendar.check_in
    assert catalogue.settings.places["ground floor"].check_in == calendar.check_in
    assert calendar.pending_blocks is False
    assert calendar.ranking == Ranking(
        ["fair_share", "weight"],
        {"ada": 3},
        {"ada": -1},
        {"ada": Fraction(3, 7)},
        morning,
        True,
        Counting(["cancelled", "no_show"], 2 * HOUR),
    )
    assert calendar.requirements[0].where == (Where("inches", ">=", 50),)
    assert ada.absences == (Absence(morning, "A course", "ben"),)
    assert ada.attributes == {"daylight": True, "floor": "first", "inches": 65}
    assert type(ada.attributes["daylight"]) is bool
    assert catalogue.settings.travel == {("house", "ground floor"): HOUR / 12}
    assert catalogue.settings.places["ground floor"].locked == {"hours", "zone"}


def test_sections_that_say_nothing_are_left_out() -> None:
    document = full_world()
    bare = {key: document[key] for key in ("format", "version")}

    assert set(plain.encode(plain.decode(bare))) == {
        *("format", "version", "rooms", "equipment", "members", "calendars", "bookings", "blocks")
    }


def test_sets_are_written_in_order() -> None:
    written = plain.encode(plain.decode(changed("places.1.locked", ["zone", "hours"])))

    assert written["places"][0]["locked"] == ["hours", "zone"]
    assert written["calendars"][0]["limits"][0]["per"] == ["customer", "host"]


# Refusing -------------------------------------------------------------------

FAULTS = [
    ("places", {}, "type", "places"),
    ("places.0", {"id": "ground floor"}, "duplicate_id", "places[1].id"),
    ("places.1.parent_id", "cellar", "unknown_id", "places[1].parent_id"),
    ("rooms.0.location_id", "cellar", "unknown_id", "rooms[0].location_id"),
    ("travel.0.to", "cellar", "unknown_id", "travel[0].to"),
    ("places.0", {"id": "house", "parent_id": "ground floor"}, "parent_id", "places[1].parent_id"),
    ("places.1.locked", ["name"], "choice", "places[1].locked"),
    ("places.1.locked", "hours", "type", "places[1].locked"),
    ("places.1.enforce_capacity", 1, "flag", "places[1].enforce_capacity"),
    ("places.1.max_concurrent", 0, "quantity", "places[1].max_concurrent"),
    ("places.1.minimum_notice", {"kind": "last_date", "days": 1}, "choice", None),
    ("schedules", [], "type", "schedules"),
    ("schedules", {"": {"overrides": {}}}, "id", None),
    ("schedules.office", None, "type", "schedules.office"),
    ("schedules", {}, "unknown_id", "rooms[0].schedule_id"),
    ("members.0.calendar_schedules", {"a b": "x"}, "unknown_id", None),
    ("members.0.calendar_schedules", {"massage": 7}, "id", None),
    ("members.0.absences.0.delegate_id", "eve", "unknown_id", "members[0].absences[0].delegate_id"),
    ("members.0.absences.0.delegate_id", "ada", "absences", "members[0].absences"),
    (
        "members.0.absences.0.end",
        "2026-03-02T08:00:00Z",
        "empty_interval",
        "members[0].absences[0]",
    ),
    ("members.0.attributes", {"inches": 6.5}, "quantity", "members[0].attributes"),
    ("members.0.attributes", {"inches": None}, "quantity", "members[0].attributes"),
    ("members.0.attributes", [], "type", "members[0].attributes"),
    ("members.0.features", "camera", "type", "members[0].features"),
    ("limits", {}, "type", "limits"),
    ("limits.0.maximum", "3", "duration", "limits[0].maximum"),
    ("limits.0.maximum", -1, "quantity", "limits[0].maximum"),
    ("limits.0.period", "fortnight", "choice", "limits[0].period"),
    ("limits.0.per", ["room"], "choice", "limits[0].per"),
    ("limits.0.per", "host", "type", "limits[0].per"),
    ("limits.0.week_start", 7, "quantity", "limits[0].week_start"),
    ("limits.0", {"period": "day"}, "missing_key", "limits[0]"),
    ("limits", [{"maximum": n, "period": "day"} for n in range(51)], "limit_exceeded", "limits"),
    ("travel.0", {"from": "house", "to": "house"}, "missing_key", "travel[0]"),
    ("travel.0.time", "5 minutes", "duration", "travel[0].time"),
    ("travel.0.from", "", "id", "travel[0].from"),
    ("travel.0.start", "x", "unknown_key", "travel[0].start"),
    ("rooms.0.parts", ["house"], "unknown_id", "rooms[0].parts[0]"),
    ("rooms.0.parts", ["studio"], "parts", "rooms[0].parts"),
    ("rooms.1.parts", ["studio"], "parts", "rooms[0].parts[0]"),
    ("rooms.0.buffer_policy", "gentle", "choice", "rooms[0].buffer_policy"),
    ("rooms.0.overbook_percent", 1001, "quantity", "rooms[0].overbook_percent"),
    ("calendars.0.minimum_notice", 5, "duration", "calendars[0].minimum_notice"),
    ("calendars.0.minimum_notice", {}, "choice", "calendars[0].minimum_notice.kind"),
    ("calendars.0.minimum_notice.count", 121, "quantity", "calendars[0].minimum_notice.count"),
    ("calendars.0.booking_horizon.kind", ["months"], "choice", "calendars[0].booking_horizon.kind"),
    ("calendars.0.booking_horizon.days", 1, "unknown_key", "calendars[0].booking_horizon.days"),
    (
        "calendars.0.booking_horizon",
        {"kind": "date_range", "first": "2026-03-02", "last": "2026-03-01"},
        "reversed_interval",
        "calendars[0].booking_horizon.last",
    ),
    (
        "calendars.0.booking_horizon",
        {"kind": "date_range", "first": "2026-02-30", "last": "2026-03-01"},
        "not_date",
        "calendars[0].booking_horizon.first",
    ),
    ("calendars.0.grid", {"anchor": "optimised"}, "missing_key", "calendars[0].grid"),
    ("calendars.0.host_hours_mode", "add", "choice", "calendars[0].host_hours_mode"),
    ("calendars.0.host_durations", {"ada": "PT0S"}, "zero_step", "calendars[0].host_durations"),
    ("calendars.0.variants.0.duration", "PT0S", "zero_step", "calendars[0].variants[0].duration"),
    ("calendars.0.variants", [{"id": "a", "duration": "PT1H"}] * 2, "duplicate_id", None),
    (
        "calendars.0.add_ons.0.requirements.0.pool",
        ["lamp", "x"],
        "unknown_id",
        "calendars[0].add_ons[0].requirements[0].pool[1]",
    ),
    ("calendars.0.requirements.0.kind", "person", "choice", "calendars[0].requirements[0].kind"),
    (
        "calendars.0.requirements.0.where.0.operator",
        "~",
        "choice",
        "calendars[0].requirements[0].where[0].operator",
    ),
    (
        "calendars.0.requirements.0.where.0.value",
        "50",
        "quantity",
        "calendars[0].requirements[0].where[0].value",
    ),
    ("calendars.0.policy.otherwise", "ask", "choice", "calendars[0].policy.otherwise"),
    ("calendars.0.policy.deny", {}, "type", "calendars[0].policy.deny"),
    ("calendars.0.ranking.order", ["luck"], "choice", "calendars[0].ranking.order"),
    ("calendars.0.ranking.calibration", {"ada": 0.5}, "fraction", None),
    ("calendars.0.ranking.calibration", {"ada": "1/0"}, "fraction", None),
    ("calendars.0.ranking.weights", {"ada": -1}, "quantity", "calendars[0].ranking.weights"),
    ("calendars.0.ranking.counted_within", {}, "missing_key", None),
    ("calendars.0.listing.look_busy", 101, "quantity", "calendars[0].listing.look_busy"),
    (
        "calendars.0.listing.longest_window",
        "PT1H",
        "duration",
        "calendars[0].listing.longest_window",
    ),
    ("calendars.0.policy.cancel_notice", "-P1D", "duration", "calendars[0].policy.cancel_notice"),
    ("calendars.0.policy.reschedule_notice", 2, "duration", None),
    ("calendars.0.pending_blocks", 0, "flag", "calendars[0].pending_blocks"),
    ("calendars.0.check_in", "PT10M", "type", "calendars[0].check_in"),
    ("calendars.0.check_in.scope", "desk", "choice", "calendars[0].check_in.scope"),
    ("calendars.0.check_in.early", "PT25H", "limit_exceeded", None),
    ("rooms.0.check_in.grace", "-PT1S", "duration", "rooms[0].check_in.grace"),
    ("rooms.0.check_in.most_missed", 0, "quantity", "rooms[0].check_in.most_missed"),
    ("places.1.check_in.late", "PT1M", "unknown_key", "places[1].check_in.late"),
    ("bookings.0.status", "held", "choice", "bookings[0].status"),
    ("bookings.0.created_at", "2026-03-01", "not_datetime", "bookings[0].created_at"),
    ("bookings.0.expires_at", "2026-03-01T08:00:00Z", "hold", "bookings[0].expires_at"),
    ("bookings.0.needs_approval", 1, "flag", "bookings[0].needs_approval"),
    ("bookings.0.pending_blocks", "no", "flag", "bookings[0].pending_blocks"),
    ("bookings.0.check_in.grace", 600, "duration", "bookings[0].check_in.grace"),
    ("bookings.0.checked_in_at", 7, "not_datetime", "bookings[0].checked_in_at"),
    ("bookings.0.check_in_method", "guessed", "choice", "bookings[0].check_in_method"),
    ("bookings.0.ended_at", "now", "not_datetime", "bookings[0].ended_at"),
    ("bookings.0.planned_end", "2026-03-02T08:59:59Z", "planned_end", "bookings[0].planned_end"),
    ("bookings.0.rooms_until", "2026-03-02T09:00:01Z", "rooms_until", "bookings[0].rooms_until"),
    ("bookings.0.tags", [""], "id", "bookings[0].tags[0]"),
    ("bookings.0.individual_ids", [7], "id", "bookings[0].individual_ids[0]"),
    ("bookings.0.attendee_ids", [7], "id", "bookings[0].attendee_ids[0]"),
    ("bookings.0.attendee_ids", ["zed"], "attendee_ids", "bookings[0].attendee_ids"),
    ("bookings.0.companion_ids", ["ben"], "companion_ids", "bookings[0].companion_ids"),
    ("bookings.0.buffers.ada.policy", "none", "choice", None),
    ("blocks.0.kind", "private", "choice", "blocks[0].kind"),
    ("blocks.0.source", 7, "text", "blocks[0].source"),
    ("blocks.0.buffer_after", "PT-5M", "duration", "blocks[0].buffer_after"),
]


@pytest.mark.parametrize(("place", "value", "code", "path"), FAULTS, ids=range(len(FAULTS)))
def test_each_fault_is_refused_where_it_stands(place, value, code, path) -> None:
    error = refused(changed(place, value))

    steps = (f"[{step}]" if step.isdigit() else f".{step}" for step in place.split("."))
    assert error.code == code, str(error)
    if path is None:
        assert error.path.startswith("$" + "".join(steps)), str(error)
    else:
        assert error.path == f"$.{path}", str(error)


def test_the_same_way_comes_once() -> None:
    journey = full_world()["travel"][0]

    error = refused(changed("travel", [journey, {**journey, "time": "PT9M"}]))

    assert (error.code, error.path) == ("duplicate_id", "$.travel[1]")


def test_a_place_may_have_the_id_of_a_room() -> None:
    document = changed("places.0.id", "studio")
    document["places"][1]["parent_id"] = document["travel"][0]["from"] = "studio"

    assert set(plain.decode(document).catalogue.settings.places) == {"studio", "ground floor"}


# Parts ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [("3/7", Fraction(3, 7)), ("-6/4", Fraction(-3, 2)), ("2", Fraction(2)), ("0/5", Fraction(0))],
)
def test_fractions_are_read_exactly(text: str, value: Fraction) -> None:
    assert parse_fraction(text) == value
    assert parse_fraction(str(value)) == value


@pytest.mark.parametrize(
    "text",
    [*("", "1/", "/2", "1/0", "1.5", "1e3", " 1", "1/-2", "+1", "１", "1\n", "1" * 21), 1, None],
)
def test_what_is_no_fraction_is_refused(text: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_fraction(text, "share")

    assert (caught.value.code, caught.value.field) == ("fraction", "share")


def test_kinds_write_their_word_first() -> None:
    kinds = Kinds("kind", {"a": (Months, Form(Months, {"count": _rules.PLAIN}))})

    assert list(kinds.write(Months(3))) == ["kind", "count"]
    assert kinds.part.read({"count": 3, "kind": "a"}, "$") == Months(3)
