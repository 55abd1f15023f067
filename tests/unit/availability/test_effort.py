"""What a question of many decisions costs, and the limits that it runs into."""

from __future__ import annotations

import pytest

from bookable import Calendar, Epoch, Interval, SearchLimitError, WeeklyHours, all_of, any_of
from bookable.availability import effort as module
from bookable.availability.effort import Effort, check_together, cost_of, starts_bound
from bookable.domain.limit import Limit
from bookable.domain.policy import RollingDays
from bookable.timeline.instant import duration_us, instant_us
from bookable.timeline.packing import WindowStart
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    WHOLE_DAY,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    minutes,
    monday,
)

NINE = instant_us(at("09:00"), "nine")


def search_for(request, *entries):
    scheduler = a_scheduler(*(entries or [a_room()]))
    return scheduler._search(request, NOW, ())


def cost(search):
    """What one start costs, once it has been decided."""
    search.at(NINE)
    return cost_of(search, NINE, NINE + 1)


def everybody(count, **fields):
    members = [a_member(f"m{number}") for number in range(count)]
    return search_for(a_request(any_of(*(each.id for each in members)), **fields), *members)


def limited(duration, *limits):
    calendar = Calendar("stay", duration, member_ids=["ada"], limits=limits)
    scheduler = a_scheduler(calendar, a_member())
    return scheduler._search(scheduler.request("stay"), NOW, ())


def test_tries_add_up_to_the_limit_and_not_beyond():
    effort = Effort("tries", 5)
    effort.count(2)
    effort.count(3)

    with pytest.raises(SearchLimitError) as caught:
        effort.count(1)
    assert (caught.value.limit, caught.value.needed, caught.value.allowed) == ("tries", 6, 5)


def test_one_start_of_few_resources_is_one_try():
    assert cost(everybody(1)) == cost(everybody(30)) == 1


def test_it_costs_more_where_there_is_more_to_look_at():
    assert cost(everybody(31)) == 2
    assert cost(everybody(320)) == 11
    # Packed starts are worked out from nine days more, a rolling horizon from what it looks at.
    assert cost(everybody(15, grid=WindowStart(HOUR))) == 1 + 16 * 10 // 32
    assert cost(everybody(15, booking_horizon=RollingDays(200))) == 1 + 16 * 101 // 32


def test_limits_cost_as_many_buckets_as_a_booking_lies_in():
    per_host = Limit(HOUR * 24 * 9, "day", per=["host"])
    anyone = Limit(HOUR * 24 * 9, "day")

    assert cost(limited(HOUR, anyone, per_host)) == 1
    assert cost(limited(200 * DAY, anyone)) == 1 + (2 + 201) // 32
    assert cost(limited(200 * DAY, anyone, per_host)) == 1 + (2 + 402) // 32


def test_a_stretch_costs_its_days_and_its_starts():
    search = everybody(15, slot_step=minutes(1))
    end = NINE + duration_us(10 * DAY)

    assert cost_of(search, NINE, end) == 1 + 16 * 11 // 32 + starts_bound(search, NINE, end) // 1000
    assert starts_bound(search, NINE, end) // 1000 == 14


def test_the_starts_of_a_packed_grid_are_bounded_by_its_step():
    packed = search_for(a_request(grid=WindowStart(minutes(20))))

    assert starts_bound(packed, NINE, NINE) == 1
    assert starts_bound(packed, NINE, NINE + duration_us(HOUR)) == 4


@pytest.mark.parametrize(
    ("limit", "name"),
    [
        ("MOST_CANDIDATES", "candidate starts of all requests"),
        ("MOST_MASK_BITS", "candidates times starts of all requests"),
        ("MOST_OPENING_WINDOWS", "opening windows to look at for all requests"),
    ],
)
def test_requests_are_bounded_together(monkeypatch, limit, name):
    hours = WeeklyHours.parse("Mo-Su 09:00-17:00", zone="UTC")
    scheduler = a_scheduler(a_room(hours=hours))
    requests = [
        a_request(all_of("blue room"), grid=Epoch(HOUR), duration=length * HOUR)
        for length in (1, 2)
    ]
    searches = [scheduler._search(each, NOW, ()) for each in requests]
    windows = sum(each.question.windows_a_day for each in searches)
    needed = windows if limit == "MOST_OPENING_WINDOWS" else 2 * 25

    monkeypatch.setattr(module, limit, needed)
    check_together(searches, WHOLE_DAY)
    scheduler.list_slots(requests, within=WHOLE_DAY, now=NOW)

    monkeypatch.setattr(module, limit, needed - 1)
    with pytest.raises(SearchLimitError) as caught:
        scheduler.list_slots(requests, within=WHOLE_DAY, now=NOW)
    assert (caught.value.limit, caught.value.needed) == (name, needed)
    check_together(searches[:1], WHOLE_DAY)


def test_many_requests_for_much_are_refused_before_any_work():
    """Each of them might be listed; a hundred of them took most of a minute."""
    scheduler = a_scheduler(a_room())
    requests = [
        a_request(all_of("blue room"), slot_step=minutes(1), duration=HOUR + minutes(number))
        for number in range(100)
    ]
    within = Interval(NOW, NOW + 690 * DAY)

    with pytest.raises(SearchLimitError) as caught:
        scheduler.list_slots(requests, within=within, now=NOW)
    assert caught.value.limit == "candidate starts of all requests"
    assert len(scheduler.list_slots(requests, within=monday("09:00", "10:00"), now=NOW)) == 6_000
