"""The sessions of a window: each worked out once, when somebody asks, and again when something happened."""

from __future__ import annotations

import attrs
import pytest

from bookable.availability import session_window
from bookable.availability.feasibility import Starts
from bookable.availability.resolve import resolve
from bookable.availability.search import Search
from bookable.availability.session_window import NO_SESSIONS, sessions_between
from bookable.domain.limit import Limit
from bookable.timeline.grid import Epoch
from tests.support.builders import (
    HOUR,
    NOW,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_room,
    a_scheduler,
    booked,
    monday,
    us,
)

LOW, HIGH = us("00:00"), us("24:00")
NINE, TEN, ELEVEN = us("09:00"), us("10:00"), us("11:00")


def yoga(key, first="09:00", last="10:00", **fields):
    fields = {"host_ids": ["ada"], "room_ids": ["studio"], **fields}
    return a_booking(key, first, last, calendar_id="yoga", **fields)


BOOKINGS = (
    yoga("B-1", party_size=3),
    yoga("B-2", party_size=2, host_ids=["eve"], room_ids=["attic"]),
    yoga("B-3", "10:00", "11:00", party_size=9),
    yoga("B-4", "11:00", "13:00"),
)


def the_school(*bookings, **calendar):
    return a_scheduler(
        a_class(member_ids=["ada", "eve"], **calendar),
        a_member(),
        a_member("eve"),
        a_room("studio", 20, calendar_ids=["yoga"]),
        a_room("attic", 20, calendar_ids=["yoga"]),
        bookings=bookings or BOOKINGS,
    )


def a_search(scheduler, calendar="yoga", **asked):
    return scheduler._search(scheduler.request(calendar, **asked), NOW, ())


def a_grid():
    return Starts.of(Epoch(HOUR), LOW, HIGH)


@pytest.fixture
def worked_out(monkeypatch):
    """The starts of the sessions that were worked out, in order."""
    found = []

    def counted(search, key, standings):
        found.append(key[1])
        return original(search, key, standings)

    original = session_window.session_of
    monkeypatch.setattr(session_window, "session_of", counted)
    return found


def test_sessions_come_by_start_and_the_fullest_first():
    sessions = sessions_between(a_search(the_school()), LOW, HIGH)

    assert [(each.start, each.seats_left) for each in sessions] == [(NINE, 7), (NINE, 8), (TEN, 1)]
    assert [each.seats_left for each in sessions.at(NINE)] == [7, 8]
    assert sessions.at(ELEVEN) == ()
    assert sorted(sessions.keys) == sorted(each.key for each in sessions)


def test_what_shares_no_sessions_has_none():
    scheduler = a_scheduler(a_calendar(member_ids=["ada"]), a_member())
    search = a_search(scheduler, "massage")

    assert sessions_between(search, LOW, HIGH) is NO_SESSIONS
    assert not NO_SESSIONS
    assert list(NO_SESSIONS) == NO_SESSIONS.joinable_starts(1) == []


@pytest.mark.parametrize(("party", "starts"), [(1, [NINE, TEN]), (2, [NINE]), (9, [])])
def test_starts_are_those_with_a_session_that_so_many_may_join(party, starts):
    sessions = sessions_between(a_search(the_school()), LOW, HIGH)
    grid = a_grid()

    assert sessions.joinable_starts(party) == starts
    mask = sessions.joinable_mask(grid, (1 << len(grid.times)) - 1, party)
    assert [time for place, time in enumerate(grid.times) if mask >> place & 1] == starts


def test_nobody_at_all_fits_into_what_is_full():
    sessions = sessions_between(a_search(the_school(yoga("B-1", party_size=10))), LOW, HIGH)

    assert sessions.is_joinable(NINE, 0)
    assert not sessions.is_joinable(NINE, 1)


@pytest.mark.about_a_cache("sessions are not worked out again")
def test_only_what_is_asked_for_is_worked_out_and_once(worked_out):
    search = a_search(the_school())
    grid = a_grid()
    nine, every = 1 << grid.times.index(NINE), (1 << len(grid.times)) - 1

    for _ in range(2):
        sessions = sessions_between(search, LOW, HIGH)
        assert sessions.joinable_mask(grid, nine, 1) == nine
        assert worked_out == [NINE]

    assert sessions.joinable_mask(grid, every, 1).bit_count() == 2
    assert sessions.joinable_mask(grid, nine, 1) == nine
    assert worked_out == [NINE, TEN]


def test_what_is_full_by_its_people_alone_is_not_worked_out(worked_out):
    sessions = sessions_between(a_search(the_school()), LOW, HIGH)

    assert not sessions.is_joinable(TEN, 2)
    assert worked_out == []


@pytest.mark.about_a_cache("sessions are not worked out again")
def test_only_what_something_happened_to_is_worked_out_again(worked_out):
    scheduler = the_school(*BOOKINGS[1:])
    grid = a_grid()
    every = (1 << len(grid.times)) - 1
    before = sessions_between(a_search(scheduler), LOW, HIGH).joinable_mask(grid, every, 1)
    assert worked_out == [NINE, TEN]

    # One more in the session of ten o'clock, which is full then.
    after = booked(scheduler, "10:00", calendar="yoga", booking_id="B-9")
    del worked_out[:]
    found = sessions_between(a_search(after), LOW, HIGH)

    assert found.joinable_mask(grid, every, 1) == before & ~(1 << grid.times.index(TEN))
    assert set(worked_out) <= {TEN}
    assert [each.start for each in sessions_between(a_search(scheduler), LOW, HIGH)] == [NINE, TEN]


def test_what_is_known_of_a_window_is_known_of_what_is_there():
    scheduler = the_school(*BOOKINGS[1:])
    for number in range(30):
        clock = ("14:00", "15:00", "16:00")[number % 3]
        scheduler = booked(scheduler, clock, calendar="yoga", booking_id=f"C-{number}")
        if number > 1:
            scheduler = scheduler.cancel(f"C-{number - 2}", now=NOW)
        search = a_search(scheduler)
        sessions = sessions_between(search, LOW, HIGH)
        assert [each.start for each in sessions][:2] == [NINE, TEN]

        found = search.question.kept["sessions", LOW, HIGH]
        assert {*found.known} <= {*sessions.keys}
        assert {*found.standings} <= {"ada", "eve", "studio", "attic"}


def test_a_block_of_what_a_session_takes_is_seen(worked_out):
    scheduler = the_school()
    grid = a_grid()
    every = (1 << len(grid.times)) - 1
    sessions_between(a_search(scheduler), LOW, HIGH).joinable_mask(grid, every, 1)

    after = scheduler.block("studio", monday("09:00", "12:00"), block_id="K-1")
    sessions = sessions_between(a_search(after), LOW, HIGH)

    assert sessions.joinable_starts(1) == [NINE]
    (first, second) = sessions.at(NINE)
    assert (first.trouble, second.trouble) == (("studio",), ())


def test_a_window_that_was_only_read_has_nothing_examined():
    scheduler = the_school()
    list(sessions_between(a_search(scheduler), LOW, HIGH))

    after = scheduler.cancel("B-3", now=NOW)

    assert sessions_between(a_search(after), LOW, HIGH).joinable_starts(1) == [NINE]


def test_each_grid_and_party_is_examined_anew():
    sessions = sessions_between(a_search(the_school()), LOW, HIGH)
    halves = Starts.of(Epoch(HOUR / 2), LOW, HIGH)
    loose = attrs.evolve(halves, key=None)

    for starts in (a_grid(), halves, loose, loose):
        every = (1 << len(starts.times)) - 1
        for party, count in ((1, 2), (2, 1), (9, 0)):
            assert sessions.joinable_mask(starts, every, party).bit_count() == count


def test_what_has_limits_is_not_kept(worked_out):
    scheduler = the_school(limits=[Limit(100, period="day")])
    search = a_search(scheduler)

    for _ in range(2):
        list(sessions_between(search, LOW, HIGH))

    assert worked_out == [NINE, NINE, TEN] * 2


def test_sessions_without_hosts_are_known():
    hostless = yoga("B-7", "10:00", "11:00", host_ids=[])
    longer = yoga("B-8", "12:00", "14:00", host_ids=[])
    search = a_search(the_school(*BOOKINGS[:2], hostless, longer))

    assert sessions_between(search, LOW, HIGH).hostless == {hostless.session_key}


def test_a_search_of_its_own_reads_the_same():
    scheduler = the_school()
    question = resolve(scheduler.request("yoga"), scheduler.catalogue)
    search = Search(scheduler._ledger, scheduler.catalogue, question, us("00:00"))

    assert list(sessions_between(search, LOW, HIGH)) == list(
        sessions_between(a_search(scheduler), LOW, HIGH)
    )


@pytest.mark.about_a_cache("what it takes over from older ones")
def test_what_others_examine_meanwhile_in_the_state_before_is_not_taken_over():
    """Another thread asks about the old state while what is known of it is copied."""

    class Meanwhile(dict):
        def __iter__(self):
            found.examined = session_window._Examined(starts, 1, 0b1, 0b1)
            return super().__iter__()

        def keys(self):
            return list(iter(self))

    scheduler = the_school()
    search, starts = a_search(scheduler), Starts((NINE, TEN))
    found = sessions_between(search, LOW, HIGH)._found
    found.known = Meanwhile(found.known)
    later = a_search(scheduler.block("ada", monday("09:15", "09:30"), block_id="K"))

    assert found.following(later, LOW, HIGH).examined is None
    assert found.examined is not None
