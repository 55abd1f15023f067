"""Packed grids against a brute force that walks the time line minute by minute (SPEC N20, N22)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import given

from bookable import (
    Block,
    Booking,
    Calendar,
    Catalogue,
    Epoch,
    FixedStarts,
    Interval,
    LocalMidnight,
    Member,
    Room,
    Scheduler,
    WeeklyHours,
)
from bookable.domain.listing import Listing
from bookable.timeline.grid import WholeDays, midnights_us
from bookable.timeline.instant import to_us
from bookable.timeline.packing import AlignedHour, Optimised, WindowStart
from tests.properties.wall_clock import MINUTE, Clock, cases
from tests.support import strategies as st

DAYS = 12
DAY = 24 * 60
# A change of the clock lies in the middle of each; in two of them at midnight.
AXES = {
    "UTC": datetime(2026, 3, 1, tzinfo=UTC),
    "Europe/Berlin": datetime(2026, 3, 23, tzinfo=UTC),
    "America/New_York": datetime(2026, 10, 26, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2026, 3, 30, tzinfo=UTC),
    "America/Sao_Paulo": datetime(2018, 10, 29, tzinfo=UTC),
    "Pacific/Apia": datetime(2011, 12, 24, tzinfo=UTC),
}
PACKINGS = (WindowStart, AlignedHour, Optimised)


def minute_of(moment):
    return to_us(moment) // MINUTE


@cache
def clock_of(zone):
    first = minute_of(AXES[zone])
    return Clock(zone, first - DAY, first + (DAYS + 1) * DAY)


def moment(minute):
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)


class Brute:
    """What the rules say, read off one minute after the other."""

    def __init__(self, zone, feasible, duration):
        self.clock, self.feasible, self.duration = clock_of(zone), feasible, duration
        first = minute_of(AXES[zone])
        dates = [datetime(day.year, day.month, day.day) for day in self.clock.dates()]
        begins = sorted({self.clock.first_at(each) for each in dates})
        self.midnights = [each for each in begins if each > first - DAY]

    def windows(self):
        """The runs of feasible minutes, ended by midnights that have a free day beside them."""
        for low, last in self._runs():
            begin = low
            for before, here, after in zip(
                self.midnights, self.midnights[1:], self.midnights[2:], strict=False
            ):
                # The time that bookings could take: [low, last + duration).
                if low < here <= last and (low <= before or after <= last + self.duration):
                    yield begin, here - 1
                    begin = here
            yield begin, last

    def _runs(self):
        run = []
        for minute in sorted(self.feasible):
            if run and minute != run[-1] + 1:
                yield run[0], run[-1]
                run = []
            run.append(minute)
        if run:
            yield run[0], run[-1]

    def first_round(self, low, last, alignment):
        for minute in range(low, last + 1):
            shown = self.clock.shown[minute - self.clock.minutes.start]
            if (shown.hour * 60 + shown.minute) % alignment == 0:
                return minute
        return None

    def starts(self, kind, step):
        aligned = next((each for each in (60, 30, 20, 15, 10, 5) if step % each == 0), 1)
        for low, last in self.windows():
            if kind is WindowStart:
                firsts = [low]
            elif kind is AlignedHour:
                firsts = [self.first_round(low, last, aligned)]
            else:
                firsts = [self.first_round(low, last, each) for each in (aligned, 15, 5, 1)]
            packed = [[] if at is None else list(range(at, last + 1, step)) for at in firsts]
            most = len(range(low, last + 1, step))
            yield from next((each for each in packed if len(each) == most), packed[0])


def test_whole_dates_begin_when_the_clock_first_shows_them():
    checked = 0
    for name, change in cases("days", 25):
        clock = Clock(name, change - 3 * DAY + 37, change + 3 * DAY)
        wanted = [
            clock.first_at(datetime(day.year, day.month, day.day)) for day in clock.dates()[1:]
        ]
        begins = sorted({minute for minute in wanted if minute in clock.minutes})
        low, high = clock.minutes.start * MINUTE, clock.minutes.stop * MINUTE
        found = midnights_us(low, high, ZoneInfo(name))
        assert found == tuple(minute * MINUTE for minute in begins), name
        for days in (1, 2, 3):
            lengths = {b - a for a, b in zip(begins, begins[days:], strict=False)}
            listed_ = [
                start
                for length in lengths
                for start in WholeDays(name, days, timedelta(minutes=length)).starts_us(low, high)
            ]
            assert sorted(listed_)[: len(begins) - days] == list(found)[: len(begins) - days]
            assert len(listed_) == len(set(listed_))
        checked += 1

    assert checked


quarters = st.integers(2 * 96, (DAYS - 2) * 96)
HOURS = (
    None,
    None,
    "Mo-Su 09:00-17:00",
    "Mo-Su 22:30-02:00",
    "Mo-Su 00:00-24:00",
    "Mo-Fr 06:00-06:00",
)


@st.composite
def worlds(draw):
    """A room in some zone with something booked or blocked, and a calendar that packs its starts."""
    zone = draw(st.sampled_from(sorted(AXES)))
    step = draw(st.sampled_from([15, 45, 60, 75, 7, 90, 400]))
    duration = draw(st.sampled_from([30, 60, 90, DAY, 30 * 60]))
    hours = draw(st.sampled_from(HOURS))
    first = minute_of(AXES[zone])
    taken = []
    for start, length in draw(
        st.lists(st.tuples(quarters, st.integers(1, 60)), min_size=1, max_size=6)
    ):
        low = first + 15 * start + draw(st.sampled_from([0, 0, 7]))
        interval = Interval(moment(low), moment(low + 15 * length))
        if all(not interval.overlaps(other) for other in taken):
            taken.append(interval)
    calendar = Calendar(
        "massage",
        timedelta(minutes=duration),
        zone=zone,
        hours=None if hours is None else WeeklyHours.parse(hours, zone=zone),
        grid=draw(st.sampled_from(PACKINGS))(timedelta(minutes=step)),
        buffer_before=timedelta(minutes=draw(st.sampled_from([0, 0, 15]))),
        minimum_notice=timedelta(hours=draw(st.sampled_from([0, 50]))),
    )
    bookings = [
        Booking(f"B-{number}", each.start, each.end, room_ids=["room"])
        for number, each in enumerate(taken[::2])
    ]
    blocks = [Block(f"K-{number}", "room", each) for number, each in enumerate(taken[1::2])]
    catalogue = Catalogue(rooms=[Room("room", 1, calendar_ids=["massage"])], calendars=[calendar])
    return zone, step, Scheduler(catalogue, bookings, blocks)


def listed(scheduler, zone, first, last, now=None):
    """The starts of a window, in minutes of the axis of the zone."""
    origin = minute_of(AXES[zone])
    window = Interval(moment(origin + first), moment(origin + last))
    slots = scheduler.free_slots(scheduler.request("massage"), within=window, now=now or LONG_AGO)
    return [minute_of(slot.start) - origin for slot in slots]


LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)
inner = st.integers(4 * 96, (DAYS - 4) * 96).map(lambda quarter: 15 * quarter)


@given(worlds())
def test_packed_starts_are_those_of_a_walk_along_the_time_line(world):
    zone, step, scheduler = world
    first, last = 4 * DAY, (DAYS - 4) * DAY
    origin, request = minute_of(AXES[zone]), scheduler.request("massage")
    window = Interval(moment(origin - DAY + 60), moment(origin + (DAYS + 1) * DAY - 60))
    periods = scheduler.start_periods(request, within=window, now=LONG_AGO)
    feasible = {
        minute
        for each in periods
        for minute in range(minute_of(each.start), -(-to_us(each.end) // MINUTE))
    }
    calendar = scheduler.catalogue.calendar("massage")
    brute = Brute(zone, feasible, calendar.duration // timedelta(minutes=1))

    expected = sorted(start - origin for start in brute.starts(type(calendar.grid), step))

    assert listed(scheduler, zone, first, last) == [at for at in expected if first <= at < last]


ANCHORS = {
    "local midnight": lambda zone: LocalMidnight(zone, timedelta(minutes=45)),
    "epoch": lambda _: Epoch(timedelta(minutes=50)),
    "fixed starts": lambda zone: FixedStarts(
        [moment(minute_of(AXES[zone]) + 17 * 60 * number) for number in range(20)]
    ),
}


@given(worlds(), st.sampled_from([None, *ANCHORS]), st.lists(inner, min_size=2, max_size=6))
def test_adjoining_windows_list_every_slot_once_whatever_the_anchor(world, anchor, edges):
    zone, _, scheduler = world
    if anchor is not None:
        calendar = scheduler.catalogue.calendar("massage")
        fields = {"grid": ANCHORS[anchor](zone), "hours": calendar.hours}
        changed = Calendar("massage", calendar.duration, zone=zone, **fields)
        scheduler = scheduler.with_catalogue(scheduler.catalogue.replace(changed))
    edges = sorted({*edges, 4 * DAY, (DAYS - 4) * DAY})

    parts = [listed(scheduler, zone, *pair) for pair in zip(edges, edges[1:], strict=False)]

    assert [start for part in parts for start in part] == listed(
        scheduler, zone, edges[0], edges[-1]
    )


@given(worlds(), st.sampled_from([1, 2]), st.lists(inner, min_size=2, max_size=6))
def test_adjoining_windows_list_every_free_date_once(world, days, edges):
    zone, _, scheduler = world
    calendar = Calendar("massage", timedelta(hours=1), zone=zone, most_days=2)
    scheduler = scheduler.with_catalogue(scheduler.catalogue.replace(calendar))
    origin = minute_of(AXES[zone])
    edges = [moment(origin + each) for each in sorted({*edges, 4 * DAY, (DAYS - 4) * DAY})]

    def free(first, last):
        window = Interval(first, last)
        return list(scheduler.free_days("massage", within=window, now=LONG_AGO, days=days))

    parts = [free(*pair) for pair in zip(edges, edges[1:], strict=False)]
    whole = free(edges[0], edges[-1])

    assert [slot for part in parts for slot in part] == whole
    for slot in whole:
        scheduler.book(slot, booking_id="new", now=LONG_AGO)


@given(worlds(), inner, st.integers(0, 3 * 96))
def test_every_packed_slot_can_be_booked_and_no_other_start(world, first, ahead):
    zone, _, scheduler = world
    origin, request = minute_of(AXES[zone]), scheduler.request("massage")
    now = moment(origin + first + 15 * ahead - DAY)

    found = listed(scheduler, zone, first, first + DAY, now=now)

    for at in {*found[:3], *found[-3:]}:
        slot = scheduler.slot(request, start=moment(origin + at), now=now)
        after = scheduler.book(slot, booking_id="new", now=now)
        assert after.violations(now=now) == scheduler.violations(now=now)
    for at in {*range(first, first + DAY, 35), *found[:20]}:
        reasons = scheduler.explain(request, start=moment(origin + at), now=now)
        assert (reasons == ()) == (at in found)


@given(worlds(), inner, st.integers(0, 96))
def test_time_that_passes_moves_no_packed_start(world, first, ahead):
    zone, _, scheduler = world
    calendar = scheduler.catalogue.calendar("massage")
    now = moment(minute_of(AXES[zone]) + first + 15 * ahead)
    earliest = first + 15 * ahead + calendar.minimum_notice // timedelta(minutes=1)

    later = listed(scheduler, zone, first, first + 2 * DAY, now=now)

    before = listed(scheduler, zone, first, first + 2 * DAY)
    assert later == [start for start in before if start >= earliest]


# Listings ------------------------------------------------------------------

LISTINGS = st.builds(
    Listing,
    look_busy=st.sampled_from([0, 0, 10, 50, 99, 100]),
    seed=st.sampled_from(["", "ada"]),
    first_per_day=st.sampled_from([None, 1, 3]),
    first_per_window=st.sampled_from([None, 1, 2]),
    apart=st.booleans(),
    most_slots=st.sampled_from([None, 1, 5]),
)


@given(worlds(), LISTINGS, inner)
def test_what_a_listing_shows_is_part_of_it_and_booking_ignores_it(world, listing, first):
    zone, _, scheduler = world
    calendar = scheduler.catalogue.calendar("massage")
    shy = Calendar(
        "massage", calendar.duration, zone=zone, grid=calendar.grid, hours=calendar.hours
    )
    plain = scheduler.with_catalogue(scheduler.catalogue.replace(shy))
    shy = Calendar(
        "massage",
        calendar.duration,
        zone=zone,
        grid=calendar.grid,
        hours=calendar.hours,
        listing=listing,
    )
    shown = scheduler.with_catalogue(scheduler.catalogue.replace(shy))

    everything = listed(plain, zone, first, first + DAY)
    some = listed(shown, zone, first, first + DAY)

    assert set(some) <= set(everything)
    assert some == sorted(some)
    origin, request = minute_of(AXES[zone]), shown.request("massage")
    for at in everything[:5]:
        slot = shown.slot(request, start=moment(origin + at), now=LONG_AGO)
        shown.book(slot, booking_id="new", now=LONG_AGO)


@given(worlds(), inner, st.integers(0, 100), st.text(max_size=3))
def test_looking_busy_hides_a_share_in_an_order_that_only_seed_and_start_decide(
    world, first, percent, seed
):
    zone, _, scheduler = world
    origin = minute_of(AXES[zone])
    window = Interval(moment(origin + first), moment(origin + first + 2 * DAY))
    slots = scheduler.free_slots(scheduler.request("massage"), within=window, now=LONG_AGO)
    seed = seed.encode("utf-8", "ignore").decode().replace("\0", "")

    left = slots.look_busy(percent, seed=seed)

    assert len(left) == len(slots) - len(slots) * percent // 100
    more = slots.look_busy(min(percent + 20, 100), seed=seed)
    assert {slot.start for slot in more} <= {slot.start for slot in left}
    half = slots[::2]
    hidden = {slot.start for slot in slots} - {slot.start for slot in left}
    fewest = len([slot for slot in half if slot.start in hidden])
    share = next((p for p in range(101) if len(half) * p // 100 == fewest), None)
    if share is not None:
        again = half.look_busy(share, seed=seed)
        assert {slot.start for slot in half} - {slot.start for slot in again} == {
            slot.start for slot in half if slot.start in hidden
        }


@given(worlds(), inner, st.lists(st.sampled_from([30, 45, 60]), max_size=4))
def test_a_merged_list_is_all_lists_by_start_duration_and_request(world, first, lengths):
    zone, _, scheduler = world
    calendar = scheduler.catalogue.calendar("massage")
    durations = [timedelta(minutes=length) for length in (30, 45, 60)]
    many = Calendar("massage", durations[0], zone=zone, durations=durations, grid=calendar.grid)
    state = scheduler.with_catalogue(scheduler.catalogue.replace(many))
    requests = [state.request("massage", duration=timedelta(minutes=each)) for each in lengths]
    origin = minute_of(AXES[zone])
    window = Interval(moment(origin + first), moment(origin + first + DAY // 2))
    alone = [
        slot
        for request in dict.fromkeys(requests)
        for slot in state.free_slots(request, within=window, now=LONG_AGO)
    ]

    merged = state.list_slots(requests, within=window, now=LONG_AGO)

    assert list(merged) == sorted(alone, key=lambda slot: (slot.start, slot.end))
    for count in (0, 1, len(alone), len(alone) + 1):
        cut = state.list_slots(requests, within=window, now=LONG_AGO, limit=count)
        assert (list(cut), cut.truncated) == (list(merged)[:count], count < len(alone))


@given(worlds(), inner)
def test_sessions_that_can_be_joined_stay_on_the_grid(world, first):
    zone, _, scheduler = world
    packed = scheduler.catalogue.calendar("massage").grid
    talk = Calendar(
        "massage",
        timedelta(minutes=50),
        kind="class",
        member_ids=["ada"],
        seats_per_slot=2,
        zone=zone,
        grid=packed,
    )
    state = Scheduler(Catalogue(members=[Member("ada")], calendars=[talk]))
    origin, request = minute_of(AXES[zone]), state.request("massage")
    start = listed(state, zone, first, first + DAY)[0]
    slot = state.slot(request, start=moment(origin + start), now=LONG_AGO)

    one = state.book(slot, booking_id="one", now=LONG_AGO)
    two = one.book(slot, booking_id="two", now=LONG_AGO)

    assert start in listed(one, zone, first, first + DAY)
    assert start not in listed(two, zone, first, first + DAY)
    assert two.violations(now=LONG_AGO) == ()
