"""Strategies for whole worlds as a file may state them: every field of every value, and odd texts."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from random import Random

from bookable import (
    AnyHours,
    Block,
    Booking,
    Buffers,
    Calendar,
    Catalogue,
    Epoch,
    Equipment,
    FixedStarts,
    Hours,
    Interval,
    IntervalSet,
    LocalMidnight,
    Member,
    OutOfService,
    Requirement,
    Room,
    Scheduler,
    WeeklyHours,
    Window,
)
from bookable.domain.counting import NEVER_COUNTED, Counting
from bookable.domain.features import Where
from bookable.domain.life import BookingStatus, CheckIn, CheckInMethod, CheckInScope
from bookable.domain.limit import Limit, LimitSubject, Period
from bookable.domain.listing import Listing
from bookable.domain.place import SETTINGS, Place
from bookable.domain.policy import (
    Access,
    BookingPolicy,
    BufferPolicy,
    BusyKind,
    DateRange,
    LastDate,
    Months,
    RollingDays,
    WorkingDays,
    WorkingTime,
)
from bookable.domain.ranking import Preference, Ranking
from bookable.domain.refusal import CAPACITY_RULES
from bookable.domain.requirement import ResourceKind
from bookable.domain.service import Absence, AddOn, Variant
from bookable.limits import LONGEST_EARLY
from bookable.timeline.packing import AlignedHour, Optimised, WindowStart
from tests.support import strategies as st

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
US = timedelta(microseconds=1)

ROOM_IDS = ["blue room", "Übungsraum"]
EQUIPMENT_IDS = ["'quoted'"]
MEMBER_IDS = ["ada", "x]y"]
CALENDAR_IDS = ['"class"', "$.rooms[0]"]
SCHEDULE_IDS = ["office", "off."]
ALL_IDS = [*ROOM_IDS, *EQUIPMENT_IDS, *MEMBER_IDS, *CALENDAR_IDS]

chances = st.integers(0, 2**16).map(Random)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Etc/GMT+12"]
)
instants = st.one_of(
    st.integers(0, 96).map(lambda quarter: MONDAY + quarter * timedelta(minutes=15)),
    st.datetimes(datetime(101, 1, 1), datetime(9898, 1, 1), timezones=st.just(UTC)),
)
durations = st.one_of(
    st.integers(0, 8).map(lambda quarter: quarter * timedelta(minutes=15)),
    st.integers(0, 3_660 * 86_400 * 10**6).map(lambda us: us * US),
)
lengths = durations.map(lambda duration: max(duration, US))
intervals = st.builds(
    lambda start, length: Interval(start, min(start + length, datetime(9899, 1, 1, tzinfo=UTC))),
    instants,
    lengths,
)
metadata = st.dictionaries(st.sampled_from(["title", "a b", "Übung"]), texts, max_size=2)
amounts = st.one_of(st.integers(0, 3), st.just(1_000_000))
positive = st.one_of(st.integers(1, 3), st.just(1_000_000))
times = st.one_of(st.integers(0, 23).map(time), st.times())
windows = st.lists(st.builds(Window, times, times), max_size=3)
dates = st.dates(date(102, 1, 1), date(9897, 1, 1))


@st.made_once
def some(values: list[str], least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=least, max_size=3, unique=True)


IN_SERIES = {
    "series_id": st.sampled_from(["S", "yoga on Mondays"]),
    "original_start": st.datetimes(datetime(1900, 1, 1), datetime(2199, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0, fold=0)
    ),
}
"""What an occurrence of a series has beside other bookings."""


@st.made_once
def perhaps(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.one_of(st.none(), values)


weekly = st.builds(WeeklyHours, st.dictionaries(st.integers(1, 7), windows, max_size=3), zones)


def validity(start: datetime | None, length: timedelta | None) -> dict[str, datetime | None]:
    if start is None or length is None:
        return {"valid_from": start, "valid_until": None}
    end = min(start + length, datetime(9899, 1, 1, tzinfo=UTC))
    return {"valid_from": start, "valid_until": end}


def layered(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.builds(
        lambda when, **rest: Hours(**when, **rest),
        when=st.builds(validity, perhaps(instants), perhaps(lengths)),
        weekly=perhaps(weekly),
        overrides=st.dictionaries(dates, windows, max_size=2),
        closures=st.lists(intervals, max_size=2).map(IntervalSet),
        layering=st.sampled_from(["weekly_only", "dates_only", "dates_override", "union"]),
        restrictions=st.lists(inner, max_size=2),
        zone=zones,
        ambiguous_end=st.sampled_from(["first", "last"]),
    )


hours = st.recursive(
    weekly,
    lambda inner: st.one_of(layered(inner), st.builds(AnyHours, st.lists(inner, max_size=2))),
    max_leaves=3,
)
any_hours = st.one_of(hours, weekly, st.just(Hours()))
maybe_hours = perhaps(any_hours)
# Inside rules a few will do: what they may be is drawn where resources have them.
some_hours = st.sampled_from(
    [None, None, None, Hours(), WeeklyHours.parse("Mo 09:00-12:00", zone="UTC")]
)

grids = st.one_of(
    st.builds(
        LocalMidnight, zones, lengths.map(lambda step: min(step, timedelta(days=1))), durations
    ),
    st.builds(Epoch, lengths, durations),
    st.builds(FixedStarts, st.lists(instants, max_size=3)),
    *(st.builds(kind, lengths) for kind in (WindowStart, AlignedHour, Optimised)),
)

# Rules ----------------------------------------------------------------------

buffer_policies = st.sampled_from(BufferPolicy)
counts = st.integers(0, 60)
months = st.builds(Months, counts, perhaps(zones))
working_days = st.builds(WorkingDays, counts, some_hours, perhaps(zones))
notices = st.one_of(durations, months, working_days, st.builds(WorkingTime, durations, some_hours))
horizons = st.one_of(
    lengths,
    months,
    working_days,
    st.builds(LastDate, counts, perhaps(zones)),
    st.builds(
        lambda first, days, zone: DateRange(first, first + timedelta(days=days), zone),
        st.dates(date(102, 1, 1), date(9_800, 1, 1)),
        counts,
        perhaps(zones),
    ),
    st.builds(RollingDays, st.integers(1, 366), perhaps(zones)),
)
scalars = st.one_of(st.booleans(), st.integers(-3, 3), texts)
attributes = st.dictionaries(st.sampled_from(["inches", "daylight", "a b"]), scalars, max_size=2)
wheres = st.one_of(
    st.builds(
        Where, st.sampled_from(["inches", "a b"]), st.sampled_from([">=", "<="]), st.integers(-3, 3)
    ),
    st.builds(Where, st.just("daylight"), st.sampled_from(["==", "!="]), scalars),
)
features = some(["camera", "whiteboard"])
tags = some(["overbooked", "trial", "Übung"])
customers = some(["Frau Müller", "guests"])
policies = st.builds(
    BookingPolicy,
    customers,
    customers,
    customers,
    otherwise=st.sampled_from(Access),
    cancel_notice=perhaps(durations),
    reschedule_notice=perhaps(durations),
)
check_ins = st.builds(
    CheckIn,
    early=st.integers(0, LONGEST_EARLY // US).map(lambda us: us * US),
    grace=perhaps(durations),
    scope=st.sampled_from(CheckInScope),
    most_missed=perhaps(st.integers(1, 9)),
)


countings = st.builds(
    Counting,
    st.frozensets(st.sampled_from(sorted({*BookingStatus} - NEVER_COUNTED))),
    perhaps(durations),
)


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    period = draw(st.sampled_from(Period))
    timed = period not in {Period.ACTIVE, Period.CONCURRENT}
    one_of_two = draw(st.sampled_from([LimitSubject.HOST, LimitSubject.RESOURCE]))
    subjects = [each for each in LimitSubject if each is not one_of_two]
    return Limit(
        draw(st.one_of(amounts, durations) if timed else amounts),
        period,
        per=draw(st.lists(st.sampled_from(subjects), max_size=3)),
        zone=draw(perhaps(zones)),
        week_start=draw(st.integers(0, 6)),
        tag=draw(perhaps(st.sampled_from(["trial", "Übung"]))),
        name=draw(texts),
        counting=draw(perhaps(countings)),
    )


@st.made_once
def by_member(values: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.dictionaries(st.sampled_from(MEMBER_IDS), values, max_size=2)


rankings = st.builds(
    Ranking,
    st.lists(st.sampled_from(Preference), max_size=4),
    weights=by_member(amounts),
    priorities=by_member(st.integers(-3, 3)),
    calibration=by_member(st.builds(Fraction, st.integers(-9, 9), st.integers(1, 9))),
    counted_within=perhaps(intervals),
    strict=st.booleans(),
    counting=perhaps(countings),
)
listings = st.builds(
    Listing,
    look_busy=st.integers(0, 100),
    seed=texts,
    first_per_day=perhaps(positive),
    first_per_window=perhaps(positive),
    apart=st.booleans(),
    most_slots=perhaps(positive),
    shortest_window=perhaps(st.just(US)),
    longest_window=perhaps(lengths),
    zone=perhaps(zones),
)
variants = st.builds(
    Variant, st.sampled_from(["v", "w w"]), lengths, host_durations=by_member(lengths), name=texts
)


@st.composite
def requirements(draw: st.DrawFn) -> Requirement:
    kind = draw(perhaps(st.sampled_from(ResourceKind)))
    return Requirement(
        draw(some([*ROOM_IDS, *EQUIPMENT_IDS, *MEMBER_IDS], 0 if kind else 1)),
        count=draw(positive),
        units=draw(positive),
        buffer_before=draw(perhaps(durations)),
        buffer_after=draw(perhaps(durations)),
        name=draw(texts),
        kind=kind,
        features=draw(features),
        where=draw(st.lists(wheres, max_size=2)),
        per_attendees=draw(perhaps(positive)),
        buffer_policy=draw(perhaps(buffer_policies)),
    )


add_ons = st.builds(
    AddOn,
    st.sampled_from(["a", "b b"]),
    durations,
    st.lists(requirements(), max_size=2),
    name=texts,
)


@st.made_once
def room(id: str) -> st.SearchStrategy[Room]:
    return st.builds(
        Room,
        st.just(id),
        capacity=amounts,
        calendar_ids=some(CALENDAR_IDS),
        name=texts,
        description=texts,
        location_id=perhaps(st.sampled_from(["here", "there"])),
        is_active=st.booleans(),
        max_concurrent=perhaps(positive),
        hours=maybe_hours,
        buffer_before=perhaps(durations),
        buffer_after=perhaps(durations),
        features=features,
        attributes=attributes,
        schedule_id=perhaps(st.sampled_from(SCHEDULE_IDS)),
        buffer_policy=perhaps(buffer_policies),
        enforce_capacity=perhaps(st.booleans()),
        overbook_percent=st.integers(0, 1_000),
        metadata=metadata,
        # The second room is part of the first, at most.
        parts=some(ROOM_IDS[1:]) if id == ROOM_IDS[0] else st.just([]),
    )


@st.made_once
def equipment(id: str) -> st.SearchStrategy[Equipment]:
    broken = st.one_of(
        st.integers(0, 3), st.lists(st.builds(OutOfService, intervals, st.just(1)), max_size=3)
    )
    return st.builds(
        Equipment,
        st.just(id),
        quantity=st.integers(3, 5),
        out_of_service=broken,
        calendar_ids=st.lists(st.sampled_from(CALENDAR_IDS), max_size=1),
        name=texts,
        description=texts,
        location_id=perhaps(st.sampled_from(["here", "there"])),
        is_active=st.booleans(),
        hours=maybe_hours,
        buffer_before=perhaps(durations),
        buffer_after=perhaps(durations),
        features=features,
        attributes=attributes,
        schedule_id=perhaps(st.sampled_from(SCHEDULE_IDS)),
        buffer_policy=perhaps(buffer_policies),
        overbook_percent=st.integers(0, 1_000),
        metadata=metadata,
    )


@st.made_once
def member(id: str) -> st.SearchStrategy[Member]:
    return st.builds(
        Member,
        st.just(id),
        hours=maybe_hours,
        name=texts,
        priority=st.integers(-2, 2),
        weight=amounts,
        is_active=st.booleans(),
        features=features,
        attributes=attributes,
        schedule_id=perhaps(st.sampled_from(SCHEDULE_IDS)),
        calendar_schedules=st.dictionaries(
            st.sampled_from(CALENDAR_IDS), st.sampled_from(SCHEDULE_IDS), max_size=2
        ),
        absences=st.lists(
            st.builds(
                Absence,
                intervals,
                texts,
                perhaps(st.sampled_from([other for other in MEMBER_IDS if other != id])),
            ),
            max_size=2,
        ),
        metadata=metadata,
    )


@st.composite
def calendar(draw: st.DrawFn, id: str) -> Calendar:
    kind = draw(
        st.sampled_from(["personal", "round_robin", "collective", "class", "event", "service"])
    )
    members = draw(some(MEMBER_IDS, 1))
    members = {"personal": members[:1], "event": []}.get(kind, members)
    seats = draw(positive)
    alone = kind != "class" and seats == 1
    return Calendar(
        id,
        duration=draw(lengths),
        kind=kind,
        member_ids=members,
        primary_id=draw(perhaps(st.sampled_from(members))) if members else None,
        slot_step=draw(perhaps(lengths)),
        seats_per_slot=seats,
        buffer_before=draw(durations),
        buffer_after=draw(durations),
        buffer_within_hours=draw(st.booleans()),
        minimum_notice=draw(notices),
        booking_horizon=draw(perhaps(horizons)),
        grid=draw(perhaps(grids)),
        zone=draw(perhaps(zones)),
        hours=draw(maybe_hours),
        requirements=draw(perhaps(st.lists(requirements(), max_size=2))),
        durations=draw(st.lists(lengths, max_size=2)),
        name=draw(texts),
        description=draw(texts),
        location_id=draw(perhaps(st.sampled_from(["here", "there"]))),
        is_active=draw(st.booleans()),
        buffer_policy=draw(buffer_policies),
        limits=draw(st.lists(limits(), max_size=2)),
        policy=draw(perhaps(policies)),
        check_in=draw(perhaps(check_ins)),
        pending_blocks=draw(st.booleans()),
        ranking=draw(rankings),
        listing=draw(perhaps(listings)),
        schedule_id=draw(perhaps(st.sampled_from(SCHEDULE_IDS))),
        host_hours=draw(some_hours),
        host_hours_mode=draw(st.sampled_from(["replace", "intersect"])),
        booker_hours=draw(some_hours),
        shortest=draw(perhaps(st.just(US))),
        longest=draw(perhaps(lengths)),
        most_days=draw(counts),
        host_durations=draw(by_member(lengths)),
        variants=draw(st.lists(variants, max_size=2, unique_by=lambda each: each.id)),
        add_ons=draw(st.lists(add_ons, max_size=2, unique_by=lambda each: each.id)),
        bookings_per_host=draw(positive) if alone else 1,
        minimum_attendees=draw(positive),
        overbook_percent=draw(st.integers(0, 1_000)),
        metadata=draw(metadata),
    )


@st.composite
def places(draw: st.DrawFn) -> list[Place]:
    return [
        Place(
            id,
            parent_id=draw(perhaps(st.just("here"))) if id != "here" else None,
            name=draw(texts),
            hours=draw(some_hours),
            zone=draw(perhaps(zones)),
            buffer_before=draw(perhaps(durations)),
            buffer_after=draw(perhaps(durations)),
            max_concurrent=draw(perhaps(positive)),
            enforce_capacity=draw(perhaps(st.booleans())),
            minimum_notice=draw(perhaps(notices)),
            booking_horizon=draw(perhaps(horizons)),
            check_in=draw(perhaps(check_ins)),
            locked=draw(st.lists(st.sampled_from(SETTINGS), max_size=3)),
        )
        for id in draw(
            st.sampled_from([[], ["here", "there", "x y"], ["here", "there", "x y", "blue room"]])
        )
    ]


@st.composite
def bookings(draw: st.DrawFn, id: str) -> Booking:
    time_taken = draw(
        st.builds(
            lambda start, quarters: Interval(start, start + quarters * timedelta(minutes=15)),
            instants,
            st.integers(1, 4),
        )
    )
    host_ids = draw(some(["left", *MEMBER_IDS], 1))
    along = draw(some(host_ids)) if len(host_ids) > 1 else []
    status = draw(st.sampled_from(BookingStatus))
    # Nobody says that a booking names what there still is.
    return Booking(
        id,
        time_taken.start,
        time_taken.end,
        calendar_id=draw(perhaps(st.sampled_from(["gone", *CALENDAR_IDS]))),
        party_size=draw(positive),
        host_ids=host_ids,
        room_ids=draw(some(ROOM_IDS)),
        equipment=draw(st.dictionaries(st.sampled_from(EQUIPMENT_IDS), positive, max_size=2)),
        version=draw(positive),
        customer_id=draw(perhaps(st.sampled_from(["Frau Müller", "c-1"]))),
        buffers=draw(
            perhaps(
                st.dictionaries(
                    st.sampled_from(ALL_IDS),
                    st.builds(Buffers, durations, durations, buffer_policies),
                    max_size=2,
                )
            )
        ),
        location_id=draw(perhaps(st.sampled_from(["here", "there"]))),
        tags=draw(tags),
        individual_ids=draw(some(EQUIPMENT_IDS)),
        attendee_ids=along[1:],
        companion_ids=along[:1],
        status=status,
        metadata=draw(metadata),
        **draw(lives(time_taken, is_hold=status is BookingStatus.HOLD)),
    )


@st.composite
def lives(draw: st.DrawFn, time_taken: Interval, *, is_hold: bool) -> dict[str, object]:
    """What a booking may say of its life."""
    created_at, kept = draw(instants), draw(st.integers(1, 10**11))
    expires = is_hold or draw(st.booleans())
    inside = st.integers(0, time_taken.duration // US)
    return {
        "created_at": created_at if expires or draw(st.booleans()) else None,
        "expires_at": created_at + kept * US if expires else None,
        "needs_approval": draw(st.booleans()),
        "pending_blocks": draw(st.booleans()),
        "check_in": draw(perhaps(check_ins)),
        "checked_in_at": draw(perhaps(instants)),
        "check_in_method": draw(perhaps(st.sampled_from(CheckInMethod))),
        "ended_at": draw(perhaps(inside.map(lambda late: time_taken.start + late * US))),
        "planned_end": draw(perhaps(inside.map(lambda late: time_taken.end + late * US))),
        "rooms_until": draw(perhaps(inside.map(lambda late: time_taken.start + late * US))),
        "cancelled_at": draw(perhaps(instants)),
        "override": draw(st.frozensets(st.sampled_from(sorted(CAPACITY_RULES)))),
        **draw(st.one_of(st.just({}), st.fixed_dictionaries(IN_SERIES))),
    }


blocks = st.builds(
    Block,
    st.sampled_from(["b1", "b2", "b3"]),
    st.sampled_from(ALL_IDS),
    intervals,
    st.sampled_from(BusyKind),
    texts,
    durations,
    durations,
    metadata,
)


@st.composite
def parts(draw: st.DrawFn) -> tuple[dict[str, list[object]], list[Booking], list[Block]]:
    """What a scheduler is made of, the settings beside the entries of the catalogue."""
    schedules = draw(st.fixed_dictionaries(dict.fromkeys(SCHEDULE_IDS, any_hours)))
    way = st.tuples(st.sampled_from(["here", "there"]), st.sampled_from(["here", "x y"]))
    entries = {
        "places": draw(places()),
        "schedules": schedules,
        "limits": draw(st.lists(limits(), max_size=2)),
        "travel": draw(st.dictionaries(way, durations, max_size=2)),
        "rooms": [draw(room(id)) for id in ROOM_IDS],
        "equipment": [draw(equipment(id)) for id in EQUIPMENT_IDS],
        "members": [draw(member(id)) for id in MEMBER_IDS],
        "calendars": [draw(calendar(id)) for id in CALENDAR_IDS],
    }
    booked = [draw(bookings(id)) for id in draw(some(["B-1", "B-2", "B 3"]))]
    return entries, booked, draw(st.lists(blocks, max_size=3, unique_by=lambda block: block.id))


def scheduler_of(
    entries: dict[str, list[object]], booked: list[Booking], closed: list[Block]
) -> Scheduler:
    return Scheduler(Catalogue(**entries), booked, closed)


schedulers = parts().map(lambda made: scheduler_of(*made))
