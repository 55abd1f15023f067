"""Several starts booked as one series: what becomes of every occurrence (SPEC N31).

Every occurrence is decided by the one predicate, against a state that holds its siblings
already; none is taken on trust. Each keeps its own time where it can, in the order given; only
then are others moved into what is left. What is allowed to fail is the policy's to say: a
series is booked as one plan, or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final

import attrs
from attrs import field, frozen

from bookable.availability.effort import Effort, cost_of
from bookable.availability.notice import with_ledger
from bookable.availability.search import Search
from bookable.checks import check_amount, check_choice, check_duration, check_ids
from bookable.domain.booking import Booking
from bookable.domain.life import GIVEN_BACK
from bookable.domain.refusal import Refusal, RefusalCode
from bookable.errors import (
    BookingRefused,
    IdConflictError,
    InvalidValueError,
    LimitExceededError,
    SearchLimitError,
)
from bookable.limits import LATEST, LONGEST_WINDOW, MOST_OCCURRENCES, MOST_SERIES_TRIES
from bookable.occupancy.plan import Plan
from bookable.timeline.instant import DAY, duration_us, from_us, instant_us, to_us
from bookable.timeline.interval import Interval

_LAST: Final = to_us(LATEST) - 1


class OnConflict(StrEnum):
    """What happens to an occurrence that cannot be booked at its own time."""

    ALL_OR_NOTHING = "all_or_nothing"
    """The whole series is declined."""
    SKIP = "skip"
    """It is left out."""
    NEXT_FREE = "next_free"
    """It moves to the next free slot within a bound; where there is none it is left out."""


class BeyondHorizon(StrEnum):
    """What happens to a series that reaches beyond the booking horizon."""

    DECLINE = "decline"
    """The whole series is declined."""
    TRUNCATE = "truncate"
    """It ends there; what is cut off is no conflict."""


class Outcome(StrEnum):
    """What becomes of one occurrence, if its series is booked."""

    BOOKED = "booked"
    """Booked at its own time."""
    MOVED = "moved"
    """Booked at the next free slot."""
    DECLINED = "declined"
    """A conflict: not booked."""
    TRUNCATED = "truncated"
    """Beyond the horizon: not booked, and no conflict."""
    LEFT_OUT = "left_out"
    """The series is booked already, without it or it was given back since: not decided again (SPEC N33)."""


def _on_conflict(value: OnConflict | str) -> OnConflict:
    return check_choice(value, OnConflict, "on_conflict")


def _beyond_horizon(value: BeyondHorizon | str) -> BeyondHorizon:
    return check_choice(value, BeyondHorizon, "beyond_horizon")


@frozen(cache_hash=True)
class SeriesPolicy:
    """How much of a series may fail (SPEC N31).

    With ``skip`` and ``next_free`` a series is booked when its conflicts are at most
    ``most_conflicts`` (None: any number) and at most ``most_percent`` of its occurrences, those
    beyond the horizon left aside. ``next_free`` looks for slots after the time asked for and at
    most ``within`` later.

    Raises:
        InvalidValueError: If a field cannot be what it must be; the error names it.
    """

    on_conflict: OnConflict = field(default=OnConflict.ALL_OR_NOTHING, converter=_on_conflict)
    beyond_horizon: BeyondHorizon = field(default=BeyondHorizon.DECLINE, converter=_beyond_horizon)
    most_conflicts: int | None = None
    most_percent: int = 100
    within: timedelta = timedelta(days=1)

    def __attrs_post_init__(self) -> None:
        if self.most_conflicts is not None:
            check_amount(self.most_conflicts, "most_conflicts", maximum=MOST_OCCURRENCES)
        check_amount(self.most_percent, "most_percent", maximum=100)
        check_duration(self.within, "within", positive=True)

    def allows(self, conflicts: int, occurrences: int) -> bool:
        """Whether so many conflicts among so many occurrences may be left out.

        >>> SeriesPolicy("skip", most_conflicts=2, most_percent=20).allows(2, 10)
        True
        """
        if self.on_conflict is OnConflict.ALL_OR_NOTHING:
            return conflicts == 0
        if self.most_conflicts is not None and conflicts > self.most_conflicts:
            return False
        return 100 * conflicts <= self.most_percent * occurrences

    def leaves_out(self, missing: int, occurrences: int) -> bool:
        """Whether a series that is booked may lack so many of its occurrences.

        Any number where it may be cut off at the horizon: where that was is not known later.
        """
        if self.beyond_horizon is BeyondHorizon.TRUNCATE:
            return True
        return self.allows(missing, occurrences)


ALL_OR_NOTHING: Final = SeriesPolicy()
"""Every occurrence at its own time, or none: the default."""


@frozen
class Occurrence:
    """What becomes of one occurrence of a series.

    ``asked`` is the start asked for, ``start`` where it is booked, None where it is not;
    ``refusals`` say why not at the time asked for.
    """

    booking_id: str
    asked: datetime
    outcome: Outcome
    start: datetime | None = None
    refusals: tuple[Refusal, ...] = ()


@frozen
class Series:
    """The decision about a series: every occurrence in the order given, and one plan for all.

    ``is_accepted`` tells whether the plan books it; the plan of a series that is declined
    changes nothing, and the outcomes then say what would have become of each occurrence.
    """

    occurrences: tuple[Occurrence, ...]
    is_accepted: bool
    plan: Plan

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Every refusal of an occurrence that is not booked, in order."""
        return tuple(
            refusal for each in self.occurrences if each.start is None for refusal in each.refusals
        )


@frozen
class Asked:
    """An occurrence that is asked for: its start in microseconds and its booking id.

    ``is_settled`` tells that its booking is known to be of the series, whatever became of it since.
    """

    start: int
    booking_id: str
    is_settled: bool = False


def occurrences_asked(starts: Iterable[datetime], booking_ids: Iterable[str]) -> tuple[Asked, ...]:
    """The occurrences of a series, from what a caller gives.

    Raises:
        InvalidValueError: If there is no start, or not one id for each.
        LimitExceededError: If there are more than 1,000.
    """
    if isinstance(starts, str | bytes) or not isinstance(starts, Iterable):
        raise InvalidValueError("starts", starts, "a list of aware datetimes", "type")
    times = [instant_us(start, "starts") for start in islice(starts, MOST_OCCURRENCES + 1)]
    if len(times) > MOST_OCCURRENCES:
        raise LimitExceededError("occurrences of a series", len(times), MOST_OCCURRENCES)
    ids = check_ids(booking_ids, "booking_ids", known="booking ids")
    if not times:
        raise InvalidValueError("starts", (), "at least one start", "empty_series")
    if len(ids) != len(times):
        expected = f"one id for each of the {len(times)} starts, each once"
        raise InvalidValueError("booking_ids", ids, expected, "ids")
    return tuple(map(Asked, times, ids))


Book = Callable[[Search, int, str], Plan]
"""Decides a booking at a start under an id, or raises `BookingRefused`."""


@frozen
class Decided:
    """What was decided of each occurrence, and the new bookings in the same order."""

    occurrences: tuple[Occurrence, ...]
    bookings: tuple[Booking, ...]
    is_accepted: bool


def known_series(
    search: Search, asked: Sequence[Asked], policy: SeriesPolicy, check: Callable[[int, str], None]
) -> tuple[Occurrence, ...] | None:
    """What became of a series that is booked already; None where none of its ids is known (SPEC N33).

    ``check`` refuses a start and id that are not what the booking of that id is. What is settled is
    not checked; where it was given back since, it is left out.

    Raises:
        IdConflictError: If it says so, or if more is missing than the policy leaves out.
    """
    bookings = search.ledger.bookings
    known = [each for each in asked if each.booking_id in bookings]
    if not known:
        return None
    for each in known:
        if not each.is_settled:
            check(_known_start(search, each, policy), each.booking_id)
    if not policy.leaves_out(len(asked) - len(known), len(asked)):
        raise IdConflictError("booking", known[0].booking_id)
    left = {each.booking_id for each in known if bookings[each.booking_id].status not in GIVEN_BACK}
    return tuple(
        _taken(each, to_us(bookings[each.booking_id].start))
        if each.booking_id in left
        else Occurrence(each.booking_id, from_us(each.start), Outcome.LEFT_OUT)
        for each in asked
    )


def _known_start(search: Search, asked: Asked, policy: SeriesPolicy) -> int:
    """Where an occurrence that is booked must be: as asked for, or as far as the policy moves it."""
    present = to_us(search.ledger.bookings[asked.booking_id].start)
    moves = policy.on_conflict is OnConflict.NEXT_FREE
    return present if moves and asked.start < present <= _last(asked, policy) else asked.start


def decide_series(
    search: Search, asked: Sequence[Asked], policy: SeriesPolicy, book: Book
) -> Decided:
    """Decide every occurrence against a state that holds its siblings (SPEC N31).

    Raises:
        SearchLimitError: If occurrences times the bound of ``next_free`` exceed 100,000 days, or
            if deciding takes more than `MOST_SERIES_TRIES`.
    """
    _check_work(asked, policy)
    effort = Effort("tries for one series", MOST_SERIES_TRIES)
    state, found, plans = search, list[Occurrence](), dict[int, Plan]()
    for number, each in enumerate(asked):
        try:
            plans[number] = book(state, each.start, each.booking_id)
        except BookingRefused as refused:
            found.append(_declined(each, refused.refusals, policy))
            effort.count(cost_of(state, each.start, each.start + 1))
            continue
        effort.count(cost_of(state, each.start, each.start + 1))
        state = _after(state, plans[number])
        found.append(_taken(each, each.start))
    if policy.on_conflict is OnConflict.NEXT_FREE:
        for number, each in enumerate(asked):
            free = _next_free(state, each, policy, effort) if _may_move(found[number]) else None
            if free is not None:
                plans[number] = book(state, free, each.booking_id)
                state = _after(state, plans[number])
                found[number] = attrs.evolve(
                    found[number], outcome=Outcome.MOVED, start=from_us(free)
                )
    bookings = tuple(each for number in sorted(plans) for each in plans[number].bookings_after)
    return Decided(tuple(found), bookings, _is_accepted(found, policy))


def _after(search: Search, plan: Plan) -> Search:
    return with_ledger(search, search.ledger.applying(plan))


def _taken(asked: Asked, start: int) -> Occurrence:
    outcome = Outcome.BOOKED if start == asked.start else Outcome.MOVED
    return Occurrence(asked.booking_id, from_us(asked.start), outcome, from_us(start))


def _declined(asked: Asked, refusals: tuple[Refusal, ...], policy: SeriesPolicy) -> Occurrence:
    truncates = policy.beyond_horizon is BeyondHorizon.TRUNCATE
    outcome = Outcome.TRUNCATED if truncates and _is_beyond(refusals) else Outcome.DECLINED
    return Occurrence(asked.booking_id, from_us(asked.start), outcome, None, refusals)


def _is_beyond(refusals: tuple[Refusal, ...]) -> bool:
    return any(refusal.rule is RefusalCode.BEYOND_HORIZON for refusal in refusals)


def _may_move(occurrence: Occurrence) -> bool:
    return occurrence.outcome is Outcome.DECLINED and not _is_beyond(occurrence.refusals)


def _last(asked: Asked, policy: SeriesPolicy) -> int:
    return min(asked.start + duration_us(policy.within), _LAST - 1)


def _next_free(state: Search, asked: Asked, policy: SeriesPolicy, effort: Effort) -> int | None:
    """The first slot after the time asked for, within the bound.

    That time is not beyond the horizon, and so well before the end of the time line.
    """
    low, end, width = asked.start + 1, _last(asked, policy) + 1, DAY
    while low < end:
        high = min(low + width, end)
        slot = state.first_slot(Interval.from_us(low, high))
        effort.count(cost_of(state, low, high))
        if slot is not None:
            return to_us(slot.start)
        low, width = high, 2 * width
    return None


def _check_work(asked: Sequence[Asked], policy: SeriesPolicy) -> None:
    """Refuse to look through too much time, before any work (SPEC N34)."""
    needed = len(asked) * -(-duration_us(policy.within) // DAY)
    if policy.on_conflict is OnConflict.NEXT_FREE and needed > LONGEST_WINDOW.days:
        raise SearchLimitError("days to look for free slots", needed, LONGEST_WINDOW.days)


def _is_accepted(found: Sequence[Occurrence], policy: SeriesPolicy) -> bool:
    counted = [each for each in found if each.outcome is not Outcome.TRUNCATED]
    conflicts = [each for each in counted if each.outcome is Outcome.DECLINED]
    if len(conflicts) == len(counted) or any(_is_beyond(each.refusals) for each in conflicts):
        return False
    return policy.allows(len(conflicts), len(counted))
