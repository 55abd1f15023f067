"""The world file keeps everything, has one text for each state, and refuses the rest by its type."""

from __future__ import annotations

import copy
import json
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookable import (
    AnyHours,
    Block,
    Booking,
    Buffers,
    Calendar,
    Catalogue,
    CodecError,
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
    worlds,
)
from bookable.codecs import plain
from bookable.codecs.iso import duration_text, instant_text, parse_duration, parse_instant
from bookable.worlds import NAMES

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
US = timedelta(microseconds=1)

ROOM_IDS = ["blue room", "Übungsraum"]
EQUIPMENT_IDS = ["'quoted'"]
MEMBER_IDS = ["ada", "x]y"]
CALENDAR_IDS = ['"class"', "$.rooms[0]"]
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
amounts = st.one_of(st.integers(0, 3), st.just(1_000_000))
positive = st.one_of(st.integers(1, 3), st.just(1_000_000))
times = st.one_of(st.integers(0, 23).map(time), st.times())
windows = st.lists(st.builds(Window, times, times), max_size=3)
dates = st.dates(date(102, 1, 1), date(9897, 1, 1))


def some(values: list[str], least: int = 0) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=least, max_size=3, unique=True)


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
maybe_hours = perhaps(st.one_of(hours, weekly, st.just(Hours())))

grids = st.one_of(
    st.builds(
        LocalMidnight, zones, lengths.map(lambda step: min(step, timedelta(days=1))), durations
    ),
    st.builds(Epoch, lengths, durations),
    st.builds(FixedStarts, st.lists(instants, max_size=3)),
)

requirements = st.builds(
    Requirement,
    some([*ROOM_IDS, *EQUIPMENT_IDS, *MEMBER_IDS], 1),
    count=positive,
    units=positive,
    buffer_before=perhaps(durations),
    buffer_after=perhaps(durations),
    name=texts,
)


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
        features=some(["camera", "whiteboard"]),
    )


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
    )


def member(id: str) -> st.SearchStrategy[Member]:
    return st.builds(
        Member,
        st.just(id),
        hours=maybe_hours,
        name=texts,
        priority=st.integers(-2, 2),
        weight=amounts,
        is_active=st.booleans(),
    )


@st.composite
def calendar(draw: st.DrawFn, id: str) -> Calendar:
    kind = draw(
        st.sampled_from(["personal", "round_robin", "collective", "class", "event", "service"])
    )
    members = draw(some(MEMBER_IDS, 1))
    members = {"personal": members[:1], "event": []}.get(kind, members)
    return Calendar(
        id,
        duration=draw(lengths),
        kind=kind,
        member_ids=members,
        primary_id=draw(perhaps(st.sampled_from(members))) if members else None,
        slot_step=draw(perhaps(lengths)),
        seats_per_slot=draw(positive),
        buffer_before=draw(durations),
        buffer_after=draw(durations),
        buffer_within_hours=draw(st.booleans()),
        minimum_notice=draw(durations),
        booking_horizon=draw(perhaps(lengths)),
        grid=draw(perhaps(grids)),
        zone=draw(perhaps(zones)),
        hours=draw(maybe_hours),
        requirements=draw(perhaps(st.lists(requirements, max_size=2))),
        durations=draw(st.lists(lengths, max_size=2)),
        name=draw(texts),
        description=draw(texts),
        location_id=draw(perhaps(st.sampled_from(["here", "there"]))),
        is_active=draw(st.booleans()),
    )


@st.composite
def bookings(draw: st.DrawFn, id: str) -> Booking:
    time_taken = draw(
        st.builds(
            lambda start, quarters: Interval(start, start + quarters * timedelta(minutes=15)),
            instants,
            st.integers(1, 4),
        )
    )
    # Nobody says that a booking names what there still is.
    return Booking(
        id,
        time_taken.start,
        time_taken.end,
        calendar_id=draw(perhaps(st.sampled_from(["gone", *CALENDAR_IDS]))),
        party_size=draw(positive),
        host_ids=draw(some(["left", *MEMBER_IDS], 1)),
        room_ids=draw(some(ROOM_IDS)),
        equipment=draw(st.dictionaries(st.sampled_from(EQUIPMENT_IDS), positive, max_size=2)),
        status=draw(st.sampled_from(["pending", "confirmed", "cancelled"])),
        version=draw(positive),
        customer_id=draw(perhaps(st.sampled_from(["Frau Müller", "c-1"]))),
        buffers=draw(
            perhaps(
                st.dictionaries(
                    st.sampled_from(ALL_IDS),
                    st.builds(Buffers, durations, durations),
                    max_size=2,
                )
            )
        ),
    )


blocks = st.builds(
    Block,
    st.sampled_from(["b1", "b2", "b3"]),
    st.sampled_from(ALL_IDS),
    intervals,
    texts,
)


@st.composite
def parts(draw: st.DrawFn) -> tuple[dict[str, list[object]], list[Booking], list[Block]]:
    entries = {
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


@given(schedulers)
def test_reading_what_was_written_gives_the_same_state(scheduler: Scheduler) -> None:
    assert plain.decode(plain.encode(scheduler)) == scheduler
    assert plain.loads(plain.dumps(scheduler).encode()) == scheduler


@given(schedulers)
def test_writing_what_was_read_gives_the_same_text(scheduler: Scheduler) -> None:
    document, text = plain.encode(scheduler), plain.dumps(scheduler)

    assert json.loads(text) == document
    assert plain.dumps(plain.loads(text)) == text


@given(parts(), chances)
def test_the_order_of_what_is_given_does_not_show(made, chance) -> None:
    entries, booked, closed = made
    shuffled = ({key: list(values) for key, values in entries.items()}, [*booked], [*closed])
    for values in (*shuffled[0].values(), *shuffled[1:]):
        chance.shuffle(values)

    assert plain.dumps(scheduler_of(*shuffled)) == plain.dumps(scheduler_of(*made))


def _shuffled(value: object, chance) -> object:
    if isinstance(value, list):
        return [_shuffled(item, chance) for item in value]
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _shuffled(value[key], chance) for key in keys}
    return value


@given(schedulers, chances)
def test_the_order_of_keys_means_nothing(scheduler: Scheduler, chance) -> None:
    document = _shuffled(plain.encode(scheduler), chance)

    assert plain.decode(document) == scheduler


@given(
    st.one_of(st.integers(), st.booleans(), st.floats(), texts, st.none()).filter(
        lambda v: type(v) is not int or v != 1
    )
)
def test_every_other_version_is_refused(version: object) -> None:
    with pytest.raises(CodecError) as caught:
        plain.decode({"format": plain.FORMAT, "version": version})

    assert (caught.value.code, caught.value.path) == ("version", "$.version")


@given(instants)
def test_instants_keep_their_microsecond(moment: datetime) -> None:
    assert parse_instant(instant_text(moment)) == moment


@given(durations)
def test_durations_keep_their_microsecond(duration: timedelta) -> None:
    assert parse_duration(duration_text(duration)) == duration


# Documents that somebody broke ---------------------------------------------

DOCUMENTS = [json.loads(worlds.world_text(name)) for name in NAMES]

junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**25), 10**25),
        st.floats(),
        st.text(max_size=8),
        st.sampled_from(
            [
                *("PT0S", "PT30M", "P1Y", "2026-03-02T09:00:00Z", "2026-03-29T02:30:00", "UTC"),
                *("Europe", "Mo-Fr 09:00-17:00", "off", "a" * 129, "e\u0301", "\ud800", "\0"),
            ]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "start", "end", "units", "weekly", "zone", "any_of", "anchor"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=4,
)


def places(value: object, path: str = "$") -> list[tuple[object, object, str]]:
    """Every container in a document, with a key of it and the path of what stands there."""
    found: list[tuple[object, object, str]] = []
    if isinstance(value, dict):
        for key, item in value.items():
            inner = f"{path}.{key}" if key.isidentifier() else f"{path}[{key!r}]"
            found += [(value, key, inner), *places(item, inner)]
    if isinstance(value, list):
        for index, item in enumerate(value):
            found += [(value, index, f"{path}[{index}]"), *places(item, f"{path}[{index}]")]
    return found


def read_or_refused(document: object) -> CodecError | None:
    try:
        plain.decode(document)
    except CodecError as error:
        assert error.path.startswith("$")
        assert str(error) == f"{error.path}: {error.reason}"
        str(error).encode()
        return error
    return None


@given(st.data())
def test_whatever_is_put_into_a_document_it_is_read_or_refused_with_a_path(data) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    for _ in range(data.draw(st.integers(1, 3))):
        container, key, _ = data.draw(st.sampled_from(places(document)))
        action = data.draw(st.sampled_from(["replace", "replace", "remove", "rename", "repeat"]))
        if action == "replace":
            container[key] = data.draw(junk)
        elif action == "remove":
            del container[key]
        elif isinstance(container, dict):
            container[data.draw(st.text(max_size=8))] = container[key]
        else:
            container.append(container[key])

    read_or_refused(document)


@given(st.data())
def test_the_path_leads_to_what_is_wrong(data) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    container, key, path = data.draw(st.sampled_from(places(document)))
    container[key] = [[[]]]

    error = read_or_refused(document)

    assert error is not None
    assert error.path.startswith(path) or path.startswith(error.path)


@given(junk)
def test_what_is_no_world_is_refused(document: object) -> None:
    assert read_or_refused(document) is not None


@given(st.sampled_from(NAMES), st.data())
def test_broken_bytes_are_read_or_refused(name: str, data) -> None:
    broken = bytearray(worlds.world_text(name).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))

    try:
        plain.loads(bytes(broken))
    except CodecError as error:
        assert error.path.startswith("$")


@given(st.binary(max_size=40))
def test_bytes_that_are_no_world_are_refused(data: bytes) -> None:
    with pytest.raises(CodecError):
        plain.loads(data)
