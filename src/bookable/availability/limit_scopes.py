"""What a limit counts: the bookings that agree with a question in all that the limit is for.

They are read from the narrowest record that holds all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple

from attrs import frozen

from bookable.availability.limit_buckets import Buckets
from bookable.availability.question import Candidate, Question
from bookable.domain.booking import Booking
from bookable.domain.limit import Limit, LimitSubject
from bookable.domain.resources import Member
from bookable.occupancy.claims import customer_key, history_key
from bookable.occupancy.ledger import Ledger
from bookable.timeline.profile import Profile

_CUSTOMERS: Final = customer_key("")
_HISTORY: Final = history_key("")


@frozen
class Scope:
    """One limit, put to one question, and to one resource where it is a limit of theirs.

    ``wanted`` are the fields that a booking must agree in to be counted, with their values.
    """

    limit: Limit
    buckets: Buckets
    wanted: tuple[tuple[str, str], ...]
    resource_id: str | None = None

    def counts(self, booking: Booking) -> bool:
        """Whether a booking is one that the limit counts together with what is asked for."""
        tag, resource_id = self.limit.tag, self.resource_id
        if tag is not None and tag not in booking.tags:
            return False
        if self.limit.counting is not None and not self.limit.counting.counts(booking):
            return False
        if resource_id is not None and not self._has(booking, resource_id):
            return False
        return all(getattr(booking, name) == value for name, value in self.wanted)

    def _has(self, booking: Booking, resource_id: str) -> bool:
        """Whether a booking takes a resource; or took it, where what takes no time counts as well."""
        if resource_id not in booking.resource_ids:
            return False
        return self.limit.counting is not None or booking.has(resource_id)


class Counted(NamedTuple):
    """A booking that counts, or a session where it is its hosts and resources that count."""

    start: int
    end: int
    ids: tuple[str, ...]


def scopes_in(question: Question) -> Iterator[Scope]:
    """The limits that ask nothing about the resources taken."""
    return _scopes_among(question, (each for each in question.limits if not each.is_for_resources))


def scopes_of(question: Question, candidate: Candidate) -> Iterator[Scope]:
    """The limits of one candidate; none of a room that was given up."""
    if candidate.is_given_up:
        return iter(())
    is_host = isinstance(candidate.resource, Member)
    return scopes_for(question, candidate.resource.id, is_host=is_host)


def scopes_for(question: Question, resource_id: str, *, is_host: bool) -> Iterator[Scope]:
    """The limits of a host, or of a room or piece of equipment."""
    if not question.limits:
        return iter(())
    subject = LimitSubject.HOST if is_host else LimitSubject.RESOURCE
    among = (each for each in question.limits if subject in each.per)
    return _scopes_among(question, among, resource_id)


def _scopes_among(
    question: Question, limits: Iterable[Limit], resource_id: str | None = None
) -> Iterator[Scope]:
    """Those limits whose tag and subjects the question has, all of them."""
    asked = {
        LimitSubject.CALENDAR: ("calendar_id", question.request.calendar_id),
        LimitSubject.CUSTOMER: ("customer_id", question.request.customer_id),
        LimitSubject.LOCATION: ("location_id", question.location_id),
    }
    for limit in limits:
        fields = [pair for subject, pair in asked.items() if subject in limit.per]
        wanted = tuple((name, value) for name, value in fields if value is not None)
        if len(wanted) == len(fields) and (limit.tag is None or limit.tag in question.tags):
            buckets = Buckets(limit.period, limit.zone or question.zone, limit.week_start)
            yield Scope(limit, buckets, wanted, resource_id)


def keys_of(scope: Scope, ledger: Ledger) -> Iterable[str]:
    """The records that together hold every booking of a limit, as few as there can be."""
    wanted = dict(scope.wanted)
    if "customer_id" in wanted:
        return (customer_key(wanted["customer_id"]),)
    if scope.resource_id is not None:
        return (scope.resource_id,)
    if "calendar_id" in wanted:
        return (wanted["calendar_id"],)
    # Every booking has a calendar or a resource; the customers' records say it once more.
    return (key for key in ledger.record_ids if not key.startswith(_CUSTOMERS))


def _without_place(scope: Scope, ledger: Ledger) -> Iterable[str]:
    """The records of customers and of nobody, which have what gave up its rooms beside no calendar.

    No decision rests on them: giving up the rooms changes the records of the rooms.
    """
    if scope.resource_id is None and not {"customer_id", "calendar_id"} & dict(scope.wanted).keys():
        keys = (key for key in ledger.record_ids if key.startswith(_CUSTOMERS))
        return (key for key in keys if not key.startswith(_HISTORY))
    return ()


def _history_of(scope: Scope, ledger: Ledger) -> Iterable[str]:
    """The records of what takes no time any more, where that may count as well."""
    if scope.limit.counting is None:
        return ()
    if scope.resource_id is None and not {"customer_id", "calendar_id"} & dict(scope.wanted).keys():
        return (key for key in ledger.record_ids if key.startswith(_HISTORY))
    return map(history_key, keys_of(scope, ledger))


def counted_by(scope: Scope, ledger: Ledger, low: int, high: int) -> list[Counted]:
    """What counts and has a part of its time, buffers aside, in ``[low, high)``; in order."""
    found: set[str] = set()
    keys = keys_of(scope, ledger), _without_place(scope, ledger), _history_of(scope, ledger)
    for key in chain.from_iterable(keys):
        record = ledger.record(key)
        if record.index:
            found.update(record.index.overlapping(low, high))
    together: dict[object, list[Booking]] = {}
    for booking_id in sorted(found):
        booking = ledger.bookings[booking_id]
        if not scope.counts(booking):
            continue
        in_session = scope.resource_id is not None and booking.calendar_id in ledger.rules.sessions
        whole = booking.session_key if in_session else booking_id
        together.setdefault(whole, []).append(booking)
    every = (
        Counted(*_time_of(each[0], scope.resource_id), tuple(booking.id for booking in each))
        for each in together.values()
    )
    return sorted(each for each in every if each.start < high and low < each.end)


def _time_of(booking: Booking, resource_id: str | None) -> tuple[int, int]:
    """The time that counts: on a room that was given up, what was had of it, if any was."""
    if resource_id is None or not booking.has(resource_id):
        return booking.start_us, booking.end_us
    return booking.body_us(resource_id)


def profile_of(counted: Iterable[Counted]) -> Profile:
    """How many there are at every instant."""
    return Profile.of((each.start, each.end, 1) for each in counted)
