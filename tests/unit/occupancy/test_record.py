"""One resource's record: units, seats, shares and blocks, and its versions."""

from __future__ import annotations

import pytest

from bookable.occupancy.claims import Taken
from bookable.occupancy.record import EMPTY, Record
from bookable.timeline.profile import Profile

SESSION = ("yoga", 9, 10, ("ada",), ("studio",))


def taken(booking_id="B-1", start=10, end=20, units=1, seats=0, session=None) -> Taken:
    return Taken("studio", start, end, units, seats, booking_id, session)


def content(record: Record) -> tuple[object, ...]:
    return (
        record.load,
        record.seats,
        record.blocked,
        record.index.entries(),
        dict(record.shares),
        dict(record.blocks),
    )


def test_the_empty_record_holds_nothing_and_was_never_touched():
    assert EMPTY.is_untouched
    assert content(EMPTY) == (Profile(), Profile(), Profile(), {}, {}, {})
    assert not EMPTY.adding(taken()).is_untouched
    assert Record.of([], {}).version == EMPTY.version == 0


def test_units_and_seats_add_up_over_the_footprint():
    record = EMPTY.adding(taken(units=2, seats=3)).adding(taken("B-2", 15, 25, units=1, seats=4))

    assert record.load == Profile.of([(10, 20, 2), (15, 25, 1)])
    assert record.seats == Profile.of([(10, 20, 3), (15, 25, 4)])
    assert record.index.entries() == {"B-1": (10, 20), "B-2": (15, 25)}


def test_units_of_a_session_are_taken_once_and_its_seats_add_up():
    record = EMPTY.adding(taken(seats=3, session=SESSION))
    record = record.adding(taken("B-2", seats=4, session=SESSION))

    assert record.load == Profile.of([(10, 20, 1)])
    assert record.seats == Profile.of([(10, 20, 7)])
    assert dict(record.shares) == {(SESSION, 10, 20, 1): 2}


def test_the_units_of_a_session_stay_until_its_last_booking_leaves():
    one, two = taken(seats=3, session=SESSION), taken("B-2", seats=4, session=SESSION)
    both = EMPTY.adding(one).adding(two)

    left = both.removing(one)

    assert left.load == Profile.of([(10, 20, 1)])
    assert left.seats == Profile.of([(10, 20, 4)])
    assert dict(left.shares) == {(SESSION, 10, 20, 1): 1}
    assert content(left.removing(two)) == content(EMPTY)
    assert dict(both.shares) == {(SESSION, 10, 20, 1): 2}


def test_a_session_with_other_units_or_times_takes_its_own():
    record = EMPTY.adding(taken(units=1, session=SESSION))
    record = record.adding(taken("B-2", units=2, session=SESSION))
    record = record.adding(taken("B-3", 10, 21, units=1, session=SESSION))

    assert record.load.peak(10, 20) == 4
    assert len(record.shares) == 3


def test_what_is_added_and_removed_leaves_no_trace():
    claim = taken(units=2, seats=3)

    record = EMPTY.adding(claim).removing(claim)

    assert content(record) == content(EMPTY)
    assert record.version == EMPTY.version
    assert record.is_untouched


def test_blocks_add_up_and_go_one_by_one():
    record = EMPTY.blocking("K-1", 10, 20).blocking("K-2", 15, 25)

    assert record.blocked == Profile.of([(10, 20, 1), (15, 25, 1)])
    assert record.unblocking("K-1").blocked == Profile.of([(15, 25, 1)])
    assert dict(record.unblocking("K-1").blocks) == {"K-2": (15, 25)}


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (0, 10, ()),
        (0, 11, ("K-2",)),
        (15, 16, ("K-2", "K-1", "K-3")),
        (20, 25, ("K-1", "K-3")),
        (25, 30, ()),
        (0, 99, ("K-2", "K-1", "K-3")),
    ],
)
def test_blocks_that_overlap_come_by_start_and_then_by_id(start, end, found):
    record = EMPTY.blocking("K-3", 12, 25).blocking("K-1", 12, 25).blocking("K-2", 10, 20)

    assert record.blocks_overlapping(start, end) == found


def test_every_change_gives_another_version_and_changes_no_older_one():
    claim = taken()
    versions = [EMPTY]
    versions.append(versions[-1].adding(claim))
    versions.append(versions[-1].blocking("K-1", 0, 5))
    versions.append(versions[-1].removing(claim))
    versions.append(versions[-1].unblocking("K-1"))

    assert len({each.version for each in versions[:-1]}) == 4
    assert versions[-1].version == EMPTY.version
    assert versions[1].blocks_overlapping(0, 99) == ()
    assert EMPTY.index.entries() == {}


def test_a_record_made_at_once_is_the_record_made_step_by_step():
    claims = [
        taken(seats=2, session=SESSION),
        taken("B-2", seats=1, session=SESSION),
        taken("B-3", 12, 30, units=3, seats=0),
    ]
    step_by_step = EMPTY
    for claim in claims:
        step_by_step = step_by_step.adding(claim)
    step_by_step = step_by_step.blocking("K-1", 0, 5)

    assert content(Record.of(claims, {"K-1": (0, 5)})) == content(step_by_step)
    assert Record.of(claims, {"K-1": (0, 5)}).version == step_by_step.version


def test_the_version_follows_from_the_content_in_any_order():
    claims, blocks = [taken(), taken("B-2")], {"K-1": (0, 5), "K-2": (1, 6)}

    version = Record.of(claims, blocks).version

    assert Record.of(claims[::-1], dict(reversed(blocks.items()))).version == version
    assert version > 0


@pytest.mark.parametrize(
    "other",
    [
        ([], {}),
        ([taken()], {}),
        ([taken("B-2")], {"K-1": (0, 5)}),
        ([taken(start=11)], {"K-1": (0, 5)}),
        ([taken(end=21)], {"K-1": (0, 5)}),
        ([taken(units=2)], {"K-1": (0, 5)}),
        ([taken(seats=2)], {"K-1": (0, 5)}),
        ([taken(session=SESSION)], {"K-1": (0, 5)}),
        ([taken()], {"K-2": (0, 5)}),
        ([taken()], {"K-1": (0, 6)}),
        ([taken()], {"K-1": (1, 5)}),
    ],
)
def test_another_content_has_another_version(other):
    assert Record.of([taken()], {"K-1": (0, 5)}).version != Record.of(*other).version


def test_what_is_remembered_is_recalled_by_the_same_record_only():
    record = EMPTY.adding(taken())

    assert record.recall("key") is None
    assert record.remember("key", 7) == 7
    assert record.recall("key") == 7
    assert record.blocking("K-1", 0, 5).recall("key") is None


def test_the_memory_of_a_record_is_bounded():
    record = EMPTY.adding(taken())
    for number in range(1000):
        record.remember(number, number)

    assert record.recall(999) == 999
    assert record.recall(0) is None
    assert sum(record.recall(number) is not None for number in range(1000)) <= 64
