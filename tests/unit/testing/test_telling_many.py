"""The pair tells many things at once, and notices an engine that does something else."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bookable.scheduler import Scheduler
from bookable.testing import realise
from bookable.testing.compare import Disagreement
from bookable.testing.pair import Pair
from bookable.testing.plain import (
    PlainAsk,
    PlainBlock,
    PlainBooking,
    PlainCalendar,
    PlainMember,
    PlainRoom,
)
from bookable.testing.plain_rules import PlainCheckIn
from bookable.testing.simulator import commands_of, pair_of
from bookable.testing.telling_series import Course, civil, recurring
from bookable.testing.world import World

MANY = frozenset(
    {
        "reassign",
        "series",
        "recur",
        "change_series",
        "cancel_series",
        "drop_series",
        "promote",
        "group",
        "repair",
        "override",
    }
)
SEEDS = 80
FIRST = PlainBooking("b", 10, 12, None, rooms=("blue",), buffers=(("blue", (0, 0, "exclusive")),))


def histories(words: frozenset[str] = MANY, changed: Counter[str] | None = None) -> None:
    """Some seeds, of which only these commands, and those that they need, are told."""
    for seed in range(SEEDS):
        pair = pair_of(seed)
        for command in commands_of(seed, 60):
            if command[0] in MANY - words:
                continue
            before = pair.scheduler
            pair.run(command)
            if changed is not None and pair.scheduler is not before:
                changed[command[0]] += pair.scheduler.version > before.version


def a_pair(*bookings: PlainBooking) -> Pair:
    world = World()
    world.put(PlainRoom("blue", 4, max_concurrent=1))
    world.put(PlainRoom("red", 4, max_concurrent=1))
    world.put(PlainMember("ada"))
    world.put(PlainCalendar("massage", 2, member_ids=("ada",)))
    for booking in bookings:
        world.keep(booking)
    made = [realise.booking(each) for each in bookings]
    return Pair(world, Scheduler(realise.catalogue(world), made))


def with_bookings(pair: Pair, *bookings: PlainBooking) -> Scheduler:
    """A later state with these bookings."""
    state = Scheduler(pair.scheduler.catalogue, [realise.booking(each) for each in bookings])
    return state._with(state.catalogue, state._ledger.at_version(pair.scheduler.version + 1))


def test_every_command_about_many_things_changes_something():
    changed: Counter[str] = Counter()
    histories(changed=changed)

    assert MANY - {"drop_series", "repair"} <= {key for key, count in changed.items() if count}, (
        changed
    )


def endings():
    """How often a series is dropped, in worlds where people are expected to come."""
    dropped = 0
    for seed in range(SEEDS):
        pair = pair_of(seed, ["check_in"])
        for command in commands_of(seed, 120):
            if command[0] in {"change", "book", "recur", "tick", "drop_series"}:
                pair.run(command)
        dropped += pair.dropped
    return dropped


def test_series_that_nobody_comes_to_are_dropped():
    assert endings() >= 5


def test_an_engine_that_drops_no_series_is_noticed(monkeypatch):
    monkeypatch.setattr(Scheduler, "drop_series", lambda self, _series_id, **_said: self)

    with pytest.raises(Disagreement):
        endings()


def test_an_engine_that_drops_every_series_is_noticed(monkeypatch):
    monkeypatch.setattr(Scheduler, "drop_series", Scheduler.cancel_series)

    with pytest.raises(Disagreement):
        endings()


@pytest.mark.parametrize(
    "word, method, lie",
    [
        ("series", "book_series", lambda self, *_told, **_said: self),
        ("recur", "book_recurring", lambda self, *_told, **_said: self),
        ("promote", "promote", lambda self, waitlist, **_said: (self, waitlist)),
        ("group", "apply_group", lambda self, _commands: self),
        ("reassign", "reassign", lambda self, _booking_id, **_said: self),
    ],
)
def test_an_engine_that_does_nothing_is_noticed(monkeypatch, word, method, lie):
    monkeypatch.setattr(Scheduler, method, lie)

    with pytest.raises(Disagreement):
        histories(frozenset({word}))


def test_an_engine_that_leaves_a_series_is_noticed(monkeypatch):
    monkeypatch.setattr(Scheduler, "cancel_series", lambda self, _series_id, **_said: self)

    with pytest.raises(Disagreement):
        histories(frozenset({"recur", "cancel_series"}))


@pytest.mark.parametrize(
    "bookings",
    [
        (),
        (replace(FIRST, party=2, version=2),),
        (FIRST, replace(FIRST, id="c", start=20, end=22)),
    ],
    ids=["lost", "another one changed", "another one is new"],
)
def test_nothing_else_may_change(bookings):
    pair = a_pair(FIRST)

    with pytest.raises(Disagreement):
        pair.outcome(with_bookings(pair, *bookings), frozenset({"other"}))


@pytest.mark.parametrize(
    "changes",
    [{"status": "declined", "version": 2}, {"party": 2, "version": 3}],
    ids=["no legal step", "two steps"],
)
def test_what_changes_takes_one_legal_step(changes):
    pair = a_pair(FIRST)

    with pytest.raises(Disagreement):
        pair.outcome(with_bookings(pair, replace(FIRST, **changes)), frozenset({"b"}))


def test_nothing_may_be_wrong_that_was_not_wrong():
    twice = replace(FIRST, id="c")
    pair = a_pair(FIRST)
    after = with_bookings(pair, FIRST, twice)

    with pytest.raises(Disagreement, match="newly wrong"):
        pair.outcome(after, frozenset(), frozenset({"c"}))
    other = a_pair(FIRST)
    aside = frozenset({"overcommitted"})
    assert {"c": twice} == other.outcome(after, frozenset(), frozenset({"c"}), aside=aside)
    assert twice == other.world.bookings["c"]


def test_a_recurrence_goes_by_a_rule_where_starts_are_a_day_apart():
    daily, twice_a_day = recurring([9, 33]), recurring([9, 12])

    assert daily.rule is not None
    assert twice_a_day.rule is None
    assert [civil(9), civil(33)] == list(daily.originals())
    assert [civil(9), civil(12)] == list(twice_a_day.originals())


def missed(*statuses: str, most: int | None = 2) -> bool:
    policy = PlainCheckIn(grace=1, most_missed=most)
    bookings = [
        replace(FIRST, id=f"r/{n}", start=8 + 3 * n, end=10 + 3 * n, status=each, check_in=policy)
        for n, each in enumerate(statuses)
    ]
    members = tuple((civil(each.start), each.id) for each in bookings)
    course = Course("r", PlainAsk(2, ()), recurring([each.start for each in bookings]), members)
    world = World(now=-24)
    for each in bookings:
        world.keep(each)
    return Pair(world, Scheduler(realise.catalogue(world)))._is_missed(course)


def test_ex_a_series_is_missed_by_so_many_in_a_row():
    assert missed("no_show", "released", "confirmed")
    assert not missed("no_show", "completed", "no_show", "confirmed")
    assert not missed("no_show", "no_show", most=None)
    assert not missed("confirmed", "confirmed")


@pytest.mark.parametrize(
    ("scope", "until", "now", "is_missed"),
    [
        ("room", 9, 9, True),
        ("room", 9, 8, False),
        ("room", 8, 9, False),
        ("room", None, 9, False),
        ("booking", 9, 9, False),
    ],
)
def test_ex_rooms_that_were_lost_at_the_deadline_were_missed(scope, until, now, is_missed):
    policy = PlainCheckIn(grace=1, scope=scope, most_missed=1)
    booking = replace(FIRST, start=8, end=10, check_in=policy, rooms_until=until)
    course = Course("r", PlainAsk(2, ()), recurring([8]), ((civil(8), booking.id),))
    world = World(now=-24)
    world.keep(booking)
    pair = Pair(world, Scheduler(realise.catalogue(world)))
    pair.now = now

    assert pair._is_missed(course) is is_missed
    for other in (replace(booking, check_in=None), replace(booking, status="cancelled")):
        pair.world.keep(other)
        assert not pair._is_missed(course)


def test_where_a_booking_was_placed_something_was_free():
    pair = a_pair(FIRST, replace(FIRST, id="c", start=20, end=22))
    before, moved = pair.world.copy(), replace(FIRST, start=21, end=23, version=2)
    ask = PlainAsk(2, (), calendar_id="massage")

    with pytest.raises(Disagreement, match="nothing is free"):
        pair._placed(before, {"b": moved}, replace(ask, calendar_id=None), ["b"])


def test_a_repair_moves_what_is_double_booked_and_nothing_else():
    held = replace(FIRST, calendar_id="massage", rooms=(), hosts=("ada",), buffers=())
    held = replace(held, buffers=(("ada", (0, 0, "exclusive")),))
    pair = a_pair(held, replace(held, id="c", start=30, end=32))
    block = PlainBlock("k", "ada", 10, 11)
    pair.moved_on(pair._blocked(pair.scheduler, block))
    pair.world.close(block)

    pair.do_repair(0, 0, 0, 0)

    assert 10 != pair.world.bookings["b"].start
    assert 30 == pair.world.bookings["c"].start
    pair.audit()
