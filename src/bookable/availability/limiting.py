"""Which starts limits forbid, for everybody and for single resources (SPEC N30).

Each limit is a set of starts that it forbids. The set is worked out over the time line and a
single start is looked up in it, so that ranges and single starts agree by construction. What is
counted is read from the narrowest record that holds all of it, over whole buckets around the
starts asked for: the cost follows the window, not the history.

Limits of hosts or resources are asked of each candidate (`limited_for`), all others of the
start itself (`limited_starts`). A session is one booking to its hosts and resources: who joins
it counts for the other limits only (but see `joining_refusals`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from bookable.availability.feasibility import widened
from bookable.availability.limit_buckets import booked_time, shared_time, sharing_more
from bookable.availability.limit_scopes import (
    Counted,
    Scope,
    counted_by,
    keys_of,
    profile_of,
    scopes_for,
    scopes_in,
    scopes_of,
)
from bookable.availability.occupied import refusal
from bookable.availability.question import Candidate, Question
from bookable.domain.booking import Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.limit import Limit, LimitSubject, Period
from bookable.domain.refusal import Detail, Refusal, RefusalCode
from bookable.errors import SearchLimitError
from bookable.limits import LATEST, MOST_LIMITED_DAYS
from bookable.occupancy.claims import history_key
from bookable.occupancy.ledger import Ledger
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.instant import DAY, MINUTE, duration_us, to_us

if TYPE_CHECKING:
    from bookable.availability.search import Search

_LATEST: Final = to_us(LATEST)


class _Excess(NamedTuple):
    """Where a limit is reached: the bucket, what is counted in it, how much is taken and asked."""

    times: tuple[int, int]
    counted: list[Counted]
    taken: int
    needed: int


# The four questions --------------------------------------------------------


def limited_starts(search: Search, low: int, high: int) -> Pieces:
    """The starts of ``[low, high)`` that limits forbid whatever resources are taken.

    O(b log n) for the *b* bookings in the buckets of the range.

    Raises:
        SearchLimitError: If limits on time are shorter than the booking and the range is so
            long that too many days would have to be looked at.
    """
    if not search.question.limits:
        return ()
    _check_work(search.question, low, high)
    return _forbidden_by(search, scopes_in(search.question), low, high)


def limit_refusals(search: Search, start: int) -> Iterator[Refusal]:
    """Every such limit that forbids a start.

    The subject is the calendar, customer or location that the limit is for; the empty string for
    a limit on everything. `_detail` says what else they tell.
    """
    return _refusals(search, scopes_in(search.question), start)


def limited_for(search: Search, candidate: Candidate, low: int, high: int) -> Pieces:
    """The starts of ``[low, high)`` that limits of a single resource forbid it."""
    if not search.question.limits:
        return ()
    return _forbidden_by(search, scopes_of(search.question, candidate), low, high)


def limit_refusals_for(search: Search, candidate: Candidate, start: int) -> Iterator[Refusal]:
    """Every limit that forbids a resource a start; the subject is the resource."""
    return _refusals(search, scopes_of(search.question, candidate), start)


def joining_refusals(
    search: Search, bookings: tuple[Booking, ...], resource_id: str
) -> Iterator[Refusal]:
    """Every limit of a resource that keeps anybody from joining its session.

    A session counts once there. It does so already, unless the limit is one for customers,
    locations or a tag as well and nobody in the session has the same.
    """
    question, start = search.question, bookings[0].start_us
    is_host = resource_id in bookings[0].host_ids
    scopes = (
        scope
        for scope in scopes_for(question, resource_id, is_host=is_host)
        if not any(scope.counts(booking) for booking in bookings)
    )
    return _refusals(search, scopes, start)


def place_refusals(search: Search, bookings: tuple[Booking, ...]) -> Iterator[Refusal]:
    """Every limit of the place of a session that keeps anybody from joining it."""
    scopes = (
        scope for scope in scopes_in(search.question) if LimitSubject.LOCATION in scope.limit.per
    )
    return _refusals(search, scopes, bookings[0].start_us)


def standing_refusals(
    search: Search, booking: Booking, mates: tuple[Booking, ...], resource_id: str
) -> Iterator[Refusal]:
    """Every limit of a resource that forbids a booking to have its time there.

    ``mates`` are the others of its session, whose hosts and resources count them once.
    """
    if mates:
        return joining_refusals(search, mates, resource_id)
    is_host = resource_id in booking.host_ids
    scopes = scopes_for(search.question, resource_id, is_host=is_host)
    return _refusals(search, scopes, booking.start_us)


def counted_in(question: Question, catalogue: Catalogue, ledger: Ledger) -> frozenset[str]:
    """The records that limits read beside those of the calendar and of what is taken.

    A decision rests on them too: the customer's own, or, where a limit is neither for a calendar
    nor for a resource or customer, every record there is or may be, as bookings anywhere count.
    """
    found: set[str] = set()
    for scope in scopes_in(question):
        if LimitSubject.CALENDAR in scope.limit.per:
            continue
        keys = {*keys_of(scope, ledger)}
        if LimitSubject.CUSTOMER not in scope.limit.per:
            keys.update(entry.id for entry in catalogue)
        if scope.limit.counting is not None:
            keys.update([*map(history_key, keys)])
        found |= keys
    return frozenset(found)


# What a limit forbids ------------------------------------------------------


def _forbidden_by(search: Search, scopes: Iterable[Scope], low: int, high: int) -> Pieces:
    pieces: Pieces = ()
    for scope in scopes:
        found = ((low, high),) if not scope.limit.maximum else _forbidden(search, scope, low, high)
        pieces = kernel.union(pieces, kernel.clip(found, low, high))
    return pieces


def _forbidden(search: Search, scope: Scope, low: int, high: int) -> Pieces:
    """The starts around ``[low, high)`` that a limit above zero forbids."""
    maximum, buckets = scope.limit.maximum, scope.buckets
    duration = search.question.duration
    reach = high - 1 + duration
    if isinstance(maximum, timedelta):
        return _without_time(search, scope, low, reach)
    if scope.limit.period is Period.ACTIVE:
        active = counted_by(scope, search.ledger, search.now, _LATEST)
        return ((low, high),) if len(active) >= maximum else ()
    if scope.limit.period is Period.CONCURRENT:
        crowd = profile_of(counted_by(scope, search.ledger, low, reach))
        return widened(crowd.above(maximum - 1, low, reach), 0, duration)
    counted = counted_by(scope, search.ledger, *buckets.span(low, high))
    numbers = Counter(buckets.of(each.start) for each in counted)
    full = (buckets.times(key) for key, number in numbers.items() if number >= maximum)
    return kernel.normalise(chain.from_iterable(full))


def _without_time(search: Search, scope: Scope, low: int, reach: int) -> Pieces:
    """The starts at which a booking would take more time than a bucket of ``[low, reach)`` has left."""
    most, duration = _most_time(scope.limit), search.question.duration
    span = scope.buckets.span(low, reach)
    booked = profile_of(counted_by(scope, search.ledger, *span))
    # What is not booked at all is full only for what is longer than the limit itself.
    parts = booked.above(0, *span) if duration <= most else ((low, reach),)
    buckets = dict.fromkeys(each for part in parts for each in scope.buckets.between(*part))
    found: list[tuple[int, int]] = []
    for bucket in buckets:
        times = scope.buckets.times(bucket)
        room = max(most - booked_time(booked, times), 0)
        found += sharing_more(times, duration, room)
    return kernel.normalise(found)


def _most_time(limit: Limit) -> int:
    """The most time of a bucket; more than any booking where bookings are counted."""
    return duration_us(limit.maximum) if isinstance(limit.maximum, timedelta) else _LATEST


def _check_work(question: Question, low: int, high: int) -> None:
    """Refuse to look at every day for limits that are shorter than what is asked for (SPEC N34)."""
    places = sum(len(role.candidates) for role in question.roles)
    short = [each for each in question.limits if 0 < _most_time(each) < question.duration]
    needed = sum(places if each.is_for_resources else 1 for each in short)
    needed *= -(-(high - low) // DAY)
    if needed > MOST_LIMITED_DAYS:
        raise SearchLimitError("days that limits look at", needed, MOST_LIMITED_DAYS)


# Why -----------------------------------------------------------------------


def _refusals(search: Search, scopes: Iterable[Scope], start: int) -> Iterator[Refusal]:
    for scope in scopes:
        if _forbidden_by(search, [scope], start, start + 1):
            for excess in _excesses(search, scope, start):
                yield refusal(
                    RefusalCode.LIMIT_REACHED,
                    _subject(scope),
                    excess.times,
                    chain.from_iterable(each.ids for each in excess.counted),
                    **_detail(scope, excess),
                )


def _excesses(search: Search, scope: Scope, start: int) -> Iterator[_Excess]:
    """Where a limit that forbids a start is reached: one bucket, or each that has too much time."""
    maximum, buckets = scope.limit.maximum, scope.buckets
    body = start, start + search.question.duration
    if isinstance(maximum, timedelta):
        yield from _full_buckets(search, scope, body, duration_us(maximum))
    elif scope.limit.period is Period.ACTIVE:
        counted = counted_by(scope, search.ledger, search.now, _LATEST)
        yield _Excess(body, counted, len(counted), 1)
    elif scope.limit.period is Period.CONCURRENT:
        counted = counted_by(scope, search.ledger, *body)
        crowd = profile_of(counted)
        peak = crowd.peak(*body)
        times = crowd.above(peak - 1, *body)[0]
        there = [each for each in counted if each.start < times[1] and times[0] < each.end]
        yield _Excess(times, there, peak, 1)
    else:
        times, bucket = buckets.span(start, start + 1), buckets.of(start)
        counted = [
            each
            for each in counted_by(scope, search.ledger, *times)
            if buckets.of(each.start) == bucket
        ]
        yield _Excess(_hull(buckets.times(bucket)), counted, len(counted), 1)


def _full_buckets(
    search: Search, scope: Scope, body: tuple[int, int], most: int
) -> Iterator[_Excess]:
    """Each bucket in which a booking would take more time than the limit leaves."""
    counted = counted_by(scope, search.ledger, *scope.buckets.span(*body))
    booked = profile_of(counted)
    for bucket in scope.buckets.between(*body):
        times = scope.buckets.times(bucket)
        needed, taken = shared_time(*body, times), booked_time(booked, times)
        if needed and taken + needed > most:
            there = [each for each in counted if shared_time(each.start, each.end, times)]
            yield _Excess(_hull(times), there, taken, needed)


def _hull(times: Pieces) -> tuple[int, int]:
    return times[0][0], times[-1][1]


def _subject(scope: Scope) -> str:
    """Whom a limit is for: the most particular of those it names; nobody where it names none."""
    wanted = dict(scope.wanted)
    if scope.resource_id is not None:
        return scope.resource_id
    names = ("customer_id", "location_id", "calendar_id")
    return next((wanted[name] for name in names if name in wanted), "")


def _detail(scope: Scope, excess: _Excess) -> dict[str, Detail]:
    """The ``period``, its ``maximum``, what is ``taken`` and ``needed``, in ``unit``, and ``per`` whom.

    Units are bookings or minutes: begun ones where time is taken or needed, whole ones where it
    is allowed. The ``name`` and ``tag`` of the limit and the ``customer`` where it has one.
    """
    limit, counts = scope.limit, isinstance(scope.limit.maximum, int)
    found: dict[str, Detail] = {
        "period": limit.period.value,
        "per": tuple(sorted(subject.value for subject in limit.per)),
        "unit": "bookings" if counts else "minutes",
        "taken": excess.taken if counts else -(-excess.taken // MINUTE),
        "needed": excess.needed if counts else -(-excess.needed // MINUTE),
    }
    maximum = limit.maximum
    found["maximum"] = maximum if isinstance(maximum, int) else duration_us(maximum) // MINUTE
    if limit.name:
        found["name"] = limit.name
    if limit.tag is not None:
        found["tag"] = limit.tag
    customer = dict(scope.wanted).get("customer_id")
    return found if customer is None else {**found, "customer": customer}
