"""When one resource can serve: opening, occupancy and both, to the microsecond."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookable import Epoch, OutOfService, WeeklyHours
from bookable.availability import feasibility as module
from bookable.availability.feasibility import (
    Shape,
    Starts,
    busy_mask,
    busy_spans,
    feasible_mask,
    feasible_starts,
    hours_shape,
    limits,
    mask_of,
    open_mask,
    open_starts,
)
from bookable.availability.masks import chosen
from bookable.availability.question import Candidate
from bookable.availability.resolve import resolve
from bookable.domain.policy import BusyKind
from bookable.occupancy.claims import Taken
from bookable.occupancy.record import EMPTY
from bookable.timeline import _kernel as kernel
from tests.support.builders import (
    HOUR,
    OFFICE,
    a_catalogue,
    a_member,
    a_request,
    a_room,
    an_item,
    minutes,
    monday,
    us,
)

BODY = Shape(3_600_000_000, 0, 0)
LUNCH = WeeklyHours.parse("Mo 09:00-12:00,13:00-14:00", zone="UTC")


def taken(first="09:00", last="10:00", units=1, seats=0, key="B-1", **more) -> Taken:
    body = us(first), us(last)
    return Taken("x", *body, units, seats, key, None, body, **more)


def candidate(resource, units=1, seats=0, before=0, after=0, **more) -> Candidate:
    return Candidate(resource, units, seats, before, after, hours=resource.hours, **more)


def busy_pieces(record, asked, low, high):
    return kernel.clip(kernel.normalise(busy_spans(record, asked, low, high)), low, high)


def holding(record, bookings=(), blocks=()):
    """A ledger in which everything has this record."""
    return SimpleNamespace(
        record=lambda _: record,
        bookings={each.id: each for each in bookings},
        blocks={each.id: each for each in blocks},
    )


def starts(*clocks) -> Starts:
    return Starts(tuple(us(clock) for clock in clocks))


def times(count, step=30):
    return Starts(tuple(us("08:00") + number * step * 60_000_000 for number in range(count)))


# Opening -------------------------------------------------------------------


def test_without_hours_every_start_is_open():
    assert open_starts(None, BODY, 5, 9) == ((5, 9),)
    assert open_mask(None, BODY, starts("03:00", "04:00")) == 0b11


@pytest.mark.parametrize(
    ("shape", "pieces"),
    [
        (BODY, [("09:00", "11:00"), ("13:00", "13:00")]),
        (Shape(3 * 3_600_000_000, 0, 0), [("09:00", "09:00")]),
        (Shape(3 * 3_600_000_000 + 1, 0, 0), []),
        (Shape(3_600_000_000, 1_800_000_000, 0), [("09:30", "11:00")]),
        (Shape(3_600_000_000, 0, 1_800_000_000), [("09:00", "10:30")]),
        (Shape(3_600_000_000, 3_600_000_000, 3_600_000_000), [("10:00", "10:00")]),
    ],
)
def test_a_start_is_open_when_all_that_must_lie_inside_does(shape, pieces):
    found = open_starts(LUNCH, shape, us("00:00"), us("24:00"))

    assert found == tuple((us(first), us(last) + 1) for first, last in pieces)


def test_open_starts_are_clipped_to_what_was_asked():
    found = open_starts(LUNCH, BODY, us("09:30"), us("10:30"))

    assert found == ((us("09:30"), us("10:30")),)
    assert open_starts(LUNCH, BODY, us("11:00"), us("11:00") + 1) == (
        (us("11:00"), us("11:00") + 1),
    )
    assert open_starts(LUNCH, BODY, us("11:00") + 1, us("12:00")) == ()


def test_what_lies_before_the_first_start_and_after_the_last_one_counts():
    half = 1_800_000_000
    low, high = us("10:00"), us("10:30")

    assert open_starts(LUNCH, Shape(2 * half, half, half), low, high) == ((low, high),)
    assert open_starts(LUNCH, Shape(2 * half, 2 * half + 1, 0), low, low + 1) == ()
    assert open_starts(LUNCH, Shape(2 * half, 0, half + 1), high - 1, high + 1) == (
        (high - 1, high),
    )
    assert open_mask(LUNCH, BODY, starts("09:00", "10:00", "11:00")) == 0b111
    assert open_mask(LUNCH, BODY, starts("08:30", "11:30")) == 0


@pytest.mark.parametrize("grid", [None, Epoch(minutes(30))])
def test_the_mask_and_the_pieces_of_opening_agree(grid):
    low, high = us("07:00"), us("15:00")
    some = times(14) if grid is None else Starts.of(grid, low, high)
    pieces = open_starts(LUNCH, BODY, low, high)

    open_times = set(chosen(some.times, open_mask(LUNCH, BODY, some)))

    wanted = {time for time in some.times if any(low <= time < high for low, high in pieces)}
    assert open_times == wanted
    assert len(wanted) == 6
    assert open_mask(LUNCH, BODY, some) == open_mask(LUNCH, BODY, some)


def some_spans():
    end = st.tuples(st.integers(-4, 40), st.integers(1, 12))
    return st.lists(end.map(lambda pair: (pair[0], sum(pair))), max_size=9)


@given(
    spans=some_spans(),
    times=st.one_of(
        st.builds(range, st.integers(0, 5), st.integers(6, 30), st.integers(1, 5)),
        st.sets(st.integers(0, 30), min_size=1, max_size=12).map(sorted),
    ),
)
def test_the_mask_of_spans_in_any_order_holds_the_starts_inside_them(spans, times):
    mask = mask_of(spans, Starts(tuple(times)))

    assert list(chosen(times, mask)) == [
        time for time in times if any(low <= time < high for low, high in spans)
    ]


@pytest.mark.parametrize(
    ("times", "step"),
    [((), 0), ((5,), 0), ((5, 7), 2), ((5, 7, 9), 2), ((5, 7, 10), 0), ((0, 2, 3, 6), 0)],
)
def test_starts_know_the_step_between_them_where_there_is_one(times, step):
    assert Starts(times).step == step


def test_starts_of_a_grid_carry_what_determines_them_unless_there_are_very_many(monkeypatch):
    few = Starts.of(Epoch(HOUR), us("09:00"), us("12:00"))

    assert few.times == (us("09:00"), us("10:00"), us("11:00"))
    assert few.key == (Epoch(HOUR), us("09:00"), us("12:00"))
    monkeypatch.setattr(module, "_MOST_KEPT", 2)
    many = Starts.of(Epoch(HOUR), us("09:00"), us("12:00"))
    assert (many.times, many.key) == (few.times, None)


@pytest.mark.parametrize("is_asked", [True, False])
def test_buffers_lie_inside_opening_hours_only_where_that_is_asked_for(is_asked):
    question = resolve(a_request(buffer_within_hours=is_asked), a_catalogue(a_room()))

    shape = hours_shape(question, 5, 7)

    assert shape == (Shape(3_600_000_000, 5, 7) if is_asked else BODY)


# Occupancy -----------------------------------------------------------------


def test_a_member_is_busy_while_it_is_taken_at_all():
    record = EMPTY.adding(taken())

    pieces = busy_pieces(record, candidate(a_member()), us("00:00"), us("24:00"))

    assert pieces == ((us("09:00"), us("10:00")),)


@pytest.mark.parametrize(("seats", "is_busy"), [(1, False), (2, False), (3, True)])
def test_a_room_is_busy_where_the_party_would_not_find_seats(seats, is_busy):
    record = EMPTY.adding(taken(seats=3))

    pieces = busy_pieces(
        record, candidate(a_room(capacity=5), seats=seats), us("00:00"), us("24:00")
    )

    assert pieces == (((us("09:00"), us("10:00")),) if is_busy else ())


@pytest.mark.parametrize(("most", "is_busy"), [(None, False), (3, False), (2, True), (1, True)])
def test_a_room_is_busy_where_it_holds_as_many_bookings_as_it_may(most, is_busy):
    record = EMPTY.adding(taken(seats=1)).adding(taken(seats=1, key="B-2"))
    room = a_room(capacity=50, max_concurrent=most)

    assert bool(busy_pieces(record, candidate(room, seats=1), us("00:00"), us("24:00"))) is is_busy


@pytest.mark.parametrize(
    ("units", "broken", "is_busy"), [(2, 0, False), (3, 0, True), (2, 1, True)]
)
def test_equipment_is_busy_where_too_few_units_are_left(units, broken, is_busy):
    record = EMPTY.adding(taken(units=3))
    item = an_item(quantity=5, out_of_service=broken)

    assert bool(busy_pieces(record, candidate(item, units), us("00:00"), us("24:00"))) is is_busy


def test_equipment_is_busy_only_while_its_units_are_out_of_service():
    item = an_item(quantity=2, out_of_service=[OutOfService(monday("09:30", "11:00"), 1)])
    record = EMPTY.adding(taken())

    def busy(units):
        return busy_pieces(record, candidate(item, units), us("00:00"), us("24:00"))

    assert busy(1) == ((us("09:30"), us("10:00")),)
    assert busy(2) == ((us("09:00"), us("11:00")),)


def test_what_is_taken_and_what_is_in_repair_are_read_as_one_load():
    item = an_item(out_of_service=[OutOfService(monday("09:30", "11:00"), 1)])
    record = EMPTY.adding(taken())

    ((both, limit),) = limits(record, item)

    assert limit == 3
    assert both.above(1, us("00:00"), us("24:00")) == ((us("09:30"), us("10:00")),)
    assert both.peak(us("09:30"), us("10:00")) == 2
    assert both.peak(us("10:00"), us("12:00")) == 1


def test_a_repair_that_ends_when_a_booking_begins_is_not_in_its_way():
    item = an_item(quantity=2, out_of_service=[OutOfService(monday("08:00", "09:00"), 1)])
    record = EMPTY.adding(taken())

    assert busy_pieces(record, candidate(item), us("00:00"), us("24:00")) == ()


def test_a_block_makes_anything_busy():
    record = EMPTY.blocking("K-1", (us("09:00"), us("10:00"), BusyKind.BUSY))
    for resource in (a_member(), a_room(capacity=99), an_item(quantity=99)):
        pieces = busy_pieces(record, candidate(resource), us("09:30"), us("24:00"))
        assert pieces == ((us("09:30"), us("10:00")),)


@pytest.mark.parametrize(
    ("before", "after", "free"),
    [
        (0, 0, ["08:00", "10:00", "10:30"]),
        (1, 0, ["08:00", "10:30"]),
        (0, 1, ["10:00", "10:30"]),
        (30 * 60_000_000, 0, ["08:00", "10:30"]),
        (30 * 60_000_000 + 1, 0, ["08:00"]),
    ],
)
@pytest.mark.parametrize("key", [None, ("any", "key")])
def test_a_footprint_must_not_meet_a_busy_piece(before, after, free, key):
    record = EMPTY.adding(taken())
    all_of_them = starts("08:00", "08:30", "09:00", "09:30", "10:00", "10:30")
    some = Starts(all_of_them.times, key)
    one = candidate(a_member(), before=before, after=after)

    for _ in range(2):  # the second answer may come from what was remembered
        busy = busy_mask(holding(record), one, 3_600_000_000, some)
        open_times = [time for place, time in enumerate(some.times) if not busy >> place & 1]
        assert open_times == [us(clock) for clock in free]


def test_what_is_remembered_depends_on_the_candidate_the_duration_and_the_starts():
    record = EMPTY.adding(taken())
    some = Starts(starts("08:00", "10:00").times, ("a",))
    other = Starts(starts("09:00", "09:30").times, ("b",))
    one = candidate(a_member())

    assert busy_mask(holding(record), one, 3_600_000_000, some) == 0b00
    assert busy_mask(holding(record), one, 3_600_000_001, some) == 0b01
    assert busy_mask(holding(record), candidate(a_member(), before=1), 3_600_000_000, some) == 0b10
    assert busy_mask(holding(record), one, 3_600_000_000, other) == 0b11
    assert busy_mask(holding(EMPTY), one, 3_600_000_000, other) == 0b00


def test_what_is_busy_beside_the_starts_is_met_by_their_buffers():
    record = EMPTY.adding(taken("09:00", "10:00")).adding(taken("12:00", "13:00", key="B-2"))
    question = resolve(a_request(), a_catalogue(a_room()))
    half = 1_800_000_000
    some = starts("10:15", "10:30", "10:45")

    for before, after, free in [(half, 0, 0b110), (0, half, 0b011), (half, half, 0b010)]:
        one = candidate(a_member(), before=before, after=after)
        assert feasible_mask(holding(record), one, question, some) == free
        pieces = feasible_starts(holding(record), one, question, us("10:15"), us("10:45") + 1)
        assert [any(low <= time < high for low, high in pieces) for time in some.times] == [
            bool(free >> place & 1) for place in range(3)
        ]


# Both ----------------------------------------------------------------------


@pytest.mark.parametrize("within_hours", [False, True])
def test_the_mask_and_the_pieces_of_one_candidate_agree(within_hours):
    record = EMPTY.adding(taken("10:00", "10:30")).blocking(
        "K", (us("15:00"), us("15:10"), BusyKind.BUSY)
    )
    member = a_member(hours=OFFICE)
    question = resolve(a_request(buffer_within_hours=within_hours), a_catalogue(a_room()))
    one = candidate(member, before=600_000_000, after=300_000_000)
    low, high = us("08:00"), us("18:00")
    some = Starts(tuple(range(low, high, 300_000_000)))

    pieces = feasible_starts(holding(record), one, question, low, high)
    found = list(chosen(some.times, feasible_mask(holding(record), one, question, some)))

    wanted = [time for time in some.times if any(low <= time < high for low, high in pieces)]
    assert found == wanted
    assert pieces[0][0] == us("10:40")
    assert pieces[-1] == (us("15:20"), us("15:55" if within_hours else "16:00") + 1)


def test_feasible_starts_end_at_the_last_microsecond_that_works():
    record = EMPTY.adding(taken("10:00", "11:00"))
    question = resolve(a_request(), a_catalogue(a_room()))

    pieces = feasible_starts(
        holding(record), candidate(a_member(hours=OFFICE)), question, us("00:00"), us("24:00")
    )

    assert pieces == ((us("09:00"), us("09:00") + 1), (us("11:00"), us("16:00") + 1))


@pytest.mark.parametrize("resource", [a_member(is_active=False), a_room(capacity=0)])
def test_what_cannot_serve_is_feasible_nowhere(resource):
    question = resolve(a_request(), a_catalogue(a_room()))
    one = candidate(resource, seats=1)

    assert feasible_mask(holding(EMPTY), one, question, starts("09:00")) == 0
    assert feasible_starts(holding(EMPTY), one, question, us("00:00"), us("24:00")) == ()


def test_a_microsecond_decides():
    record = EMPTY.adding(taken("10:00", "11:00"))
    question = resolve(a_request(), a_catalogue(a_room()))
    some = Starts((us("09:00") - 1, us("09:00"), us("09:00") + 1, us("11:00") - 1, us("11:00")))

    assert feasible_mask(holding(record), candidate(a_member()), question, some) == 0b10011
