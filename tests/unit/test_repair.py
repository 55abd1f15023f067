"""Which bookings move: the fewest, and what is in the way of most where there are many."""

from __future__ import annotations

import pytest

from bookable import Scheduler
from bookable.repair import Mover, conflicts_of
from tests.support.builders import NOW, a_block, a_booking, a_member, a_room, a_scheduler


def conflicts(state: Scheduler) -> list[tuple]:
    return [tuple(each) for each in conflicts_of(state.violations(now=NOW))]


def chosen(state: Scheduler, *movable: str) -> tuple:
    able = movable or tuple(state.bookings)
    found, is_fewest = Mover(state._ledger, state.catalogue, NOW).chosen(
        state.violations(now=NOW), able
    )
    return (*found, is_fewest)


def a_chain(length: int) -> Scheduler:
    """Each booking overlaps the next one only."""
    bookings = [a_booking(f"B-{n:02}", f"{n:02}:00", f"{n + 1:02}:30") for n in range(length)]
    return a_scheduler(a_room(), bookings=bookings)


def test_bookings_that_meet_through_others_are_one_conflict():
    state = a_scheduler(
        a_room(),
        a_room("attic"),
        bookings=[
            a_booking("B-1", "09:00", "10:00"),
            a_booking("B-2", "09:30", "11:00", room_ids=["attic", "blue room"]),
            a_booking("B-3", "10:30", "12:00", room_ids=["attic"]),
            a_booking("B-4", "15:00", "16:00"),
        ],
        blocks=[
            a_block("K-1", "attic", "11:30", "13:00"),
            a_block("K-2", "blue room", "15:30", "17:00"),
        ],
    )

    assert conflicts(state) == [(("B-1", "B-2", "B-3"), ("K-1",)), (("B-4",), ("K-2",))]
    assert chosen(state) == ("B-4", "B-3", "B-2", True)


@pytest.mark.parametrize("length, needed", [(2, 1), (3, 1), (4, 2), (5, 2), (9, 4)])
def test_of_a_chain_every_second_one_moves(length, needed):
    *ids, is_fewest = chosen(a_chain(length))

    assert (len(ids), is_fewest) == (needed, True)


def test_of_a_long_chain_what_is_in_the_way_of_most_moves_and_it_says_so():
    *ids, is_fewest = chosen(a_chain(20))

    assert (len(ids), is_fewest) == (10, False)
    kept = [each for each in a_chain(20).bookings.values() if each.id not in ids]
    assert a_scheduler(a_room(), bookings=kept).violations(now=NOW) == ()


def test_what_is_least_settled_moves_first_then_what_is_latest():
    pair = [a_booking("B-1", "09:00", "10:00"), a_booking("B-2", "09:30", "10:30")]

    assert chosen(a_scheduler(a_room(), bookings=pair)) == ("B-2", True)
    pair[0] = a_booking("B-1", "09:00", "10:00", status="pending")
    assert chosen(a_scheduler(a_room(), bookings=pair)) == ("B-1", True)


def test_what_may_not_move_stays_and_others_move_for_it():
    state = a_chain(3)

    assert chosen(state, "B-00", "B-02") == ("B-02", "B-00", True)
    assert chosen(state, "B-01") == ("B-01", True)
    assert chosen(state, "other") == (True,)


def test_a_violation_that_nobody_can_mend_is_left():
    state = a_scheduler(
        a_member("ada"),
        bookings=[a_booking(f"B-{n}", host_ids=["ada"]) for n in (1, 2, 3)],
    )

    assert chosen(state, "B-3") == ("B-3", True)


def test_two_violations_of_the_same_bookings_are_one_conflict():
    pair = [a_booking(key, room_ids=["attic", "blue room"]) for key in ("B-1", "B-2")]
    state = a_scheduler(a_room(), a_room("attic"), bookings=pair)

    assert conflicts(state) == [(("B-1", "B-2"), ())]
    assert chosen(state) == ("B-1", True)


def test_where_the_fewest_would_take_too_long_what_is_in_the_way_of_most_moves(monkeypatch):
    monkeypatch.setattr("bookable.repair.MOST_REPAIR_LOOKS", 3)
    *ids, is_fewest = chosen(a_chain(5))

    assert (len(ids), is_fewest) == (2, False)
