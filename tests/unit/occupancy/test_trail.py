"""What came and went on the way to a state."""

from __future__ import annotations

from bookable.occupancy.trail import Trail
from tests.support.builders import NOW, a_block, a_class, a_member, a_scheduler, booked
from tests.support.reach import kinds, reached

KEY = ("yoga", 0, 1, ("ada",), ())


def test_all_that_was_touched_since_is_told():
    first = Trail()
    second = first.onward(["ada"], [KEY])
    third = second.onward(["bob", "ada"])

    assert third.since(first.mark) == ({"ada", "bob"}, {KEY})
    assert third.since(second.mark) == ({"ada", "bob"}, set())
    assert third.since(third.mark) == (set(), set())


def test_other_ways_and_what_is_long_ago_are_not_known():
    first = Trail()
    one, other = first.onward(["ada"]), first.onward(["ada"])
    long = [one]
    for number in range(1_000):
        long.append(long[-1].onward([f"m-{number}"]))

    assert (one.since(other.mark), first.since(one.mark), one.since(object())) == (None,) * 3
    assert [long[-1].since(each.mark) is None for each in long] == [True] * 873 + [False] * 128
    assert kinds(reached(long[-1]))["_Step"] == 128


def test_a_ledger_notes_what_its_commands_touch():
    state = a_scheduler(a_class(), a_member())
    joined = booked(state, "09:00", calendar="yoga", booking_id="B-1")
    (key,) = joined._ledger.sessions
    blocked = joined.block("ada", a_block().interval, block_id="K-1")
    left = blocked.cancel("B-1", now=NOW)

    marks = [each._ledger.trail.mark for each in (state, joined, blocked, left)]
    trail = left._ledger.trail

    assert trail.since(marks[0]) == ({"ada", "yoga"}, {key})
    assert trail.since(marks[1]) == ({"ada", "yoga"}, {key})
    assert blocked._ledger.trail.since(marks[1]) == ({"ada"}, set())
    assert len({*marks}) == 4
