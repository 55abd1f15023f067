"""One resource's record: units, seats, shares and blocks, and its versions."""

from __future__ import annotations

import pytest

from bookable.domain.policy import BusyKind
from bookable.occupancy.claims import Taken
from bookable.occupancy.record import EMPTY, Record
from bookable.timeline.profile import Profile

SESSION = ("yoga", 9, 10, ("ada",), ("studio",))


BUSY, FREE = BusyKind.BUSY, BusyKind.FREE


def taken(booking_id="B-1", start=10, end=20, units=1, seats=0, session=None, **more) -> Taken:
    return Taken(
        "studio", start, end, units, seats, booking_id, session, **{"body": (start, end), **more}
    )


def content(record: Record) -> tuple[object, ...]:
    return (
        record.profiles(),
        record.index.entries(),
        dict(record.shares),
        dict(record.blocks),
    )


def test_the_empty_record_holds_nothing_and_was_never_touched():
    assert EMPTY.is_untouched
    assert content(EMPTY) == ({}, {}, {}, {})
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


def test_blocks_add_up_by_their_kind_and_go_one_by_one():
    record = EMPTY.blocking("K-1", (10, 20, BUSY)).blocking("K-2", (15, 25, BUSY))
    record = record.blocking("K-3", (40, 50, FREE))

    assert record.profiles() == {
        "blocked busy": Profile.of([(10, 20, 1), (15, 25, 1)]),
        "blocked free": Profile.of([(40, 50, 1)]),
    }
    assert record.unblocking("K-1").profiles()["blocked busy"] == Profile.of([(15, 25, 1)])
    assert dict(record.unblocking("K-1").blocks) == {"K-2": (15, 25, BUSY), "K-3": (40, 50, FREE)}
    assert content(record.unblocking("K-3").unblocking("K-2").unblocking("K-1")) == content(EMPTY)


@pytest.mark.parametrize(
    ("kinds", "low", "high", "found"),
    [
        ([BUSY], 0, 99, ((10, 25),)),
        ([FREE], 0, 99, ((20, 30),)),
        ([BUSY, FREE], 0, 99, ((10, 30),)),
        ([BUSY, FREE], 12, 22, ((12, 22),)),
        ([BusyKind.TENTATIVE], 0, 99, ()),
        ([], 0, 99, ()),
    ],
)
def test_blocks_stand_where_one_of_the_kinds_does(kinds, low, high, found):
    record = EMPTY.blocking("K-1", (10, 20, BUSY)).blocking("K-2", (15, 25, BUSY))
    record = record.blocking("K-3", (20, 30, FREE))

    assert record.blocked_by(kinds, low, high) == found


def test_a_crowd_is_kept_for_each_calendar():
    record = EMPTY.adding(taken("B-1", crowd="phone")).adding(taken("B-2", crowd="phone"))
    record = record.adding(taken("B-3", 30, 40, crowd="mail")).adding(taken("B-4", 50, 60))

    assert record.crowd("phone") == Profile.of([(10, 20, 2)])
    assert record.crowd("mail") == Profile.of([(30, 40, 1)])
    assert record.crowd("massage") == Profile()
    assert record.load.peak(10, 20) == 2
    assert set(record.profiles()) == {"load", "crowd phone", "crowd mail"}
    assert record.removing(taken("B-3", 30, 40, crowd="mail")).crowd("mail") == Profile()


def test_what_is_taken_whole_is_no_load():
    claim = taken(whole=True)

    record = EMPTY.adding(claim)

    assert record.profiles() == {"whole": Profile.of([(10, 20, 1)])}
    assert record.index.entries() == {"B-1": (10, 20)}
    assert content(record.removing(claim)) == content(EMPTY)


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
    record = EMPTY.blocking("K-3", (12, 25, BUSY)).blocking("K-1", (12, 25, FREE))
    record = record.blocking("K-2", (10, 20, BUSY))

    assert record.blocks_overlapping(start, end) == found


def test_every_change_gives_another_version_and_changes_no_older_one():
    claim = taken()
    versions = [EMPTY]
    versions.append(versions[-1].adding(claim))
    versions.append(versions[-1].blocking("K-1", (0, 5, BUSY)))
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
        taken("B-4", 12, 30, crowd="phone"),
        taken("B-5", 12, 30, crowd="phone"),
        taken("B-6", 12, 30, whole=True),
    ]
    step_by_step = EMPTY
    for claim in claims:
        step_by_step = step_by_step.adding(claim)
    step_by_step = step_by_step.blocking("K-1", (0, 5, BUSY))

    assert content(Record.of(claims, {"K-1": (0, 5, BUSY)})) == content(step_by_step)
    assert Record.of(claims, {"K-1": (0, 5, BUSY)}).version == step_by_step.version


def test_the_version_follows_from_the_content_in_any_order():
    claims, blocks = [taken(), taken("B-2")], {"K-1": (0, 5, BUSY), "K-2": (1, 6, BUSY)}

    version = Record.of(claims, blocks).version

    assert Record.of(claims[::-1], dict(reversed(blocks.items()))).version == version
    assert version > 0


@pytest.mark.parametrize(
    "other",
    [
        ([], {}),
        ([taken()], {}),
        ([taken("B-2")], {"K-1": (0, 5, BUSY)}),
        ([taken(start=11)], {"K-1": (0, 5, BUSY)}),
        ([taken(end=21)], {"K-1": (0, 5, BUSY)}),
        ([taken(units=2)], {"K-1": (0, 5, BUSY)}),
        ([taken(seats=2)], {"K-1": (0, 5, BUSY)}),
        ([taken(session=SESSION)], {"K-1": (0, 5, BUSY)}),
        ([taken(body=(10, 19))], {"K-1": (0, 5, BUSY)}),
        ([taken(crowd="phone")], {"K-1": (0, 5, BUSY)}),
        ([taken(whole=True)], {"K-1": (0, 5, BUSY)}),
        ([taken()], {"K-1": (0, 5, FREE)}),
        ([taken()], {"K-2": (0, 5, BUSY)}),
        ([taken()], {"K-1": (0, 6, BUSY)}),
        ([taken()], {"K-1": (1, 5, BUSY)}),
    ],
)
def test_another_content_has_another_version(other):
    assert Record.of([taken()], {"K-1": (0, 5, BUSY)}).version != Record.of(*other).version


@pytest.mark.about_a_cache("what it has")
def test_what_is_remembered_is_recalled_by_the_same_record_only():
    record = EMPTY.adding(taken())

    assert record.recall("key") is None
    assert record.remember("key", 7) == 7
    assert record.recall("key") == 7
    assert record.blocking("K-1", (0, 5, BUSY)).recall("key") is None


@pytest.mark.about_a_cache("what it has")
def test_the_memory_of_a_record_is_bounded():
    record = EMPTY.adding(taken())
    for number in range(1000):
        record.remember(number, number)

    assert record.recall(999) == 999
    assert record.recall(0) is None
    assert sum(record.recall(number) is not None for number in range(1000)) <= 64


@pytest.mark.about_a_cache("what it knows of older versions")
def test_a_record_tells_in_which_time_it_was_changed_since_one_of_its_last_versions():
    first = EMPTY.adding(taken())
    second = first.adding(taken("B-2", 40, 50)).removing(taken())
    closed = second.blocking("K", (70, 80, BUSY)).unblocking("K")
    other = first.adding(taken("B-3", 90, 95))

    assert first.changed_since(EMPTY.mark) == (10, 20)
    assert second.changed_since(first.mark) == (10, 50)
    assert closed.changed_since(second.mark) == (70, 80)
    assert closed.changed_since(EMPTY.mark) == (10, 80)
    assert (first.changed_since(first.mark), first.changed_since(second.mark)) == (None, None)
    assert (other.changed_since(second.mark), second.changed_since(other.mark)) == (None, None)
    assert EMPTY.changed_since(EMPTY.mark) is None


@pytest.mark.about_a_cache("what it knows of older versions")
def test_a_record_knows_its_last_eight_changes_and_no_more():
    versions = [EMPTY]
    for number in range(12):
        versions.append(versions[-1].adding(taken(f"B-{number}", number, number + 1)))

    assert [versions[-1].changed_since(each.mark) is None for each in versions] == [
        *[True] * 4,
        *[False] * 8,
        True,
    ]
