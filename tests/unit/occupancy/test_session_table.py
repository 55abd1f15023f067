"""Which bookings share a session, and when sessions start."""

from __future__ import annotations

import pytest

from bookable.occupancy.sessions import SessionTable
from bookable.timeline.instant import DAY
from tests.support.builders import HOUR, a_booking, us

HOUR_US = HOUR // HOUR.resolution
NINE = us("09:00")
MIDNIGHT = NINE - 9 * HOUR_US


def a_key(start=NINE, calendar="yoga", hosts=("ada",)):
    return calendar, start, start + HOUR_US, hosts, ("studio",)


ONE, TWO = a_booking("B-1", party_size=2), a_booking("B-2", party_size=3)


def test_members_are_told_by_id_and_people_are_counted():
    table = SessionTable({a_key(): [TWO, ONE]})

    assert table.members(a_key()) == (ONE, TWO)
    assert table.people(a_key()) == 5
    assert table.ids() == {a_key(): ("B-1", "B-2")}
    assert (table.members(a_key(0)), table.people(a_key(0))) == ((), 0)


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [
        (NINE, NINE + 1, [NINE]),
        (NINE + 1, NINE + DAY, []),
        (NINE, NINE + DAY + 1, [NINE, NINE + DAY]),
        (MIDNIGHT, MIDNIGHT + DAY, [NINE]),
        (MIDNIGHT - DAY, MIDNIGHT + 3 * DAY, [NINE, NINE + DAY]),
    ],
)
def test_sessions_are_found_by_their_start(low, high, found):
    table = SessionTable({a_key(): [ONE], a_key(NINE + DAY): [TWO], a_key(0, "tango"): [ONE]})

    assert table.starting("yoga", low, high) == {start: [a_key(start)] for start in found}
    assert table.starting("pilates", low, high) == {}


def test_who_joins_and_who_leaves_changes_a_new_table_alone():
    table = SessionTable({a_key(): [ONE]})
    other = a_key(hosts=("eve",))

    joined = table.joined({a_key(): [TWO], other: [TWO]})
    left = joined.left({a_key(): ["B-1"], other: ["B-2"]})

    assert joined.ids() == {a_key(): ("B-1", "B-2"), other: ("B-2",)}
    assert joined.starting("yoga", NINE, NINE + 1) == {NINE: [a_key(), other]}
    assert left.ids() == {a_key(): ("B-2",)}
    assert left.starting("yoga", NINE, NINE + 1) == {NINE: [a_key()]}
    assert table.ids() == {a_key(): ("B-1",)}
    assert left.left({a_key(): ["B-2"]}).starting("yoga", NINE, NINE + 1) == {}


def test_a_day_without_sessions_is_forgotten():
    table = SessionTable({a_key(): [ONE]})
    for number in range(500):
        key = a_key(NINE + number % 7 * DAY, "tango")
        table = table.joined({key: [TWO]}).left({key: ["B-2"]})

    assert dict(table._days) == {("yoga", NINE // DAY): {NINE: [a_key()]}}


def test_no_change_is_the_same_table():
    table = SessionTable({a_key(): [ONE], a_key(0): [ONE]})

    assert table.joined({}) is table
    assert table.left({}) is table


def test_a_table_knows_whether_sessions_may_have_no_hosts():
    table = SessionTable({a_key(): [ONE]})

    assert not table.has_hostless
    assert table.joined({a_key(hosts=()): [TWO]}).has_hostless
    assert SessionTable({a_key(hosts=()): [TWO]}).has_hostless
