"""A tree that was first asked by two threads at once answered with a bare IndexError."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from bookable import Booking, Catalogue, Request, Room, Scheduler, all_of
from bookable.occupancy.index import BookingIndex
from tests.support.builders import HOUR, NOW, at

MANY = 3_000


def test_a_tree_is_handed_out_with_its_positional_index():
    index = BookingIndex({f"B-{number}": (number * 2, number * 2 + 1) for number in range(MANY)})

    boundaries = index._base.tree.boundary_table

    assert len(boundaries) > MANY
    assert boundaries._list._index  # what sortedcontainers builds in place, when first asked


@pytest.fixture
def _eager_switching():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("_eager_switching")
def test_threads_that_share_a_scheduler_get_the_serial_answers():
    rows = [
        Booking(
            f"B-{number}",
            at("09:00") + number * HOUR,
            at("09:30") + number * HOUR,
            room_ids=["studio"],
        )
        for number in range(MANY)
    ]
    catalogue, request = Catalogue(rooms=[Room("studio", 1)]), Request(HOUR, [all_of("studio")])
    starts = [at("09:00") + number * 37 * HOUR + timedelta(minutes=10) for number in range(64)]

    def ask(scheduler, start):
        return scheduler.explain(request, start=start, now=NOW)

    alone = Scheduler(catalogue, rows)
    expected = [ask(alone, start) for start in starts]
    shared = Scheduler(catalogue, rows)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda start: ask(shared, start), starts))

    assert answers == expected
