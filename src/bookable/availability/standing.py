"""Where each host stands: who is owed the next booking, and why (SPEC N24).

A calendar counts the blocking bookings that each host has through it, with those that start in the
ranking's period; bookings of one session are one. The *shortfall* of a host is the share of them
all, by weight, that the host is short of: ``Σ·w/Σw − own``, calibration included, in exact
fractions. Only who is picked automatically has a share: active hosts with a weight.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from attrs import frozen

from bookable.availability.occupied import refusal
from bookable.availability.question import Candidate, Question
from bookable.domain.calendar import Calendar, CalendarKind
from bookable.domain.catalogue import Catalogue
from bookable.domain.ranking import Preference, Ranking
from bookable.domain.refusal import Refusal, RefusalCode
from bookable.domain.resources import Member, Resource, Room
from bookable.frozen_map import FrozenMap
from bookable.limits import EARLIEST, MOST_UNITS
from bookable.occupancy.claims import history_key
from bookable.occupancy.ledger import Ledger
from bookable.timeline._kernel import Pieces
from bookable.timeline.instant import from_us, to_us
from bookable.timeline.interval import Interval

if TYPE_CHECKING:
    from bookable.availability.search import Search

_NEVER: Final = to_us(EARLIEST) - 1
_TOGETHER: Final = frozenset({CalendarKind.COLLECTIVE, CalendarKind.PERSONAL})
_OF_HISTORY: Final = frozenset({Preference.FAIR_SHARE, Preference.LEAST_RECENT})

Key = int | Fraction
"""What candidates are compared by; the smaller is taken first."""


class Share(NamedTuple):
    """What a host has of a calendar's bookings, and is short of; ``last`` is a start."""

    bookings: int
    calibration: Fraction
    shortfall: Fraction
    last: int


_NOTHING: Final = Fraction()
_NO_SHARE: Final = Share(0, _NOTHING, _NOTHING, _NEVER)


@frozen
class HostStanding:
    """Where one host of a calendar stands: all that decides who is picked (SPEC N24).

    ``bookings`` are those counted, ``shortfall`` is how many more the host is owed (below zero:
    how many too many), ``last_booked`` the start of the last booking through this calendar,
    ``held`` the blocking bookings of any calendar. Who is not ``is_automatic`` (weight 0, or not active)
    has no share, and is never picked without being asked for by id.
    """

    host_id: str
    weight: int
    priority: int
    bookings: int
    calibration: Fraction
    shortfall: Fraction
    last_booked: datetime | None
    held: int
    is_automatic: bool


# Who is picked automatically ------------------------------------------------


def weight_of(member: Member, ranking: Ranking) -> int:
    """The weight of a member: the ranking's word, else the member's own."""
    return ranking.weights.get(member.id, member.weight)


def automatic_hosts(calendar: Calendar, catalogue: Catalogue) -> tuple[str, ...]:
    """The hosts among whom the calendar chooses by itself, in its own order.

    All of them where they serve together; else those with a weight (SPEC N24).
    """
    if calendar.kind in _TOGETHER:
        return calendar.member_ids
    members = _members(calendar, catalogue)
    return tuple(each.id for each in members if weight_of(each, calendar.ranking))


def _members(calendar: Calendar, catalogue: Catalogue) -> list[Member]:
    found = (catalogue.settled_resource(key) for key in calendar.member_ids)
    return [each for each in found if isinstance(each, Member)]


def _has_share(member: Member, ranking: Ranking) -> bool:
    return member.is_active and weight_of(member, ranking) > 0


# Shares ---------------------------------------------------------------------


def _had_by(ledger: Ledger, host_id: str, calendar: Calendar, within: Interval | None) -> Share:
    """What a host holds of a calendar, and the start of the last. O(n), once for each record."""
    record, calendar_id, counting = ledger.record(host_id), calendar.id, calendar.ranking.counting
    history = ledger.record(history_key(host_id))
    # With the records that tell what may count: while both are the same, so is what they hold.
    key = "had", calendar_id, within, counting, None if counting is None else history
    known = record.recall(key)
    if known is not None:
        return cast("Share", known)
    in_session, last = calendar_id in ledger.rules.sessions, _NEVER
    counted: set[object] = set()
    for booking_id in (*record.index.entries(), *(history.index.entries() if counting else ())):
        booking = ledger.bookings[booking_id]
        if booking.calendar_id != calendar_id or host_id not in booking.host_ids:
            continue
        if counting is not None and not counting.counts(booking):
            continue
        start = booking.start_us
        last = max(start, last)
        if within is None or within.start_us <= start < within.end_us:
            counted.add(booking.session_key if in_session else booking_id)
    return record.remember(key, _NO_SHARE._replace(bookings=len(counted), last=last))


def _shares(
    ledger: Ledger, calendar: Calendar, members: Iterable[Member], within: Interval | None
) -> dict[str, Share]:
    """The shares of hosts among whom one is chosen: shortfalls of those who have one sum to 0."""
    everybody, ranking = list(members), calendar.ranking
    own = {each.id: _had_by(ledger, each.id, calendar, within) for each in everybody}
    credit = {key: ranking.calibration[key] for key in own if key in ranking.calibration}
    sharing = {each.id: weight_of(each, ranking) for each in everybody if _has_share(each, ranking)}
    total = Fraction(sum(own[key].bookings for key in sharing))
    total += sum(credit[key] for key in sharing if key in credit)
    whole = sum(sharing.values())
    # Most hosts have the same weight and as many bookings: each fraction is worked out once.
    parts = {weight: total * weight / whole for weight in {*sharing.values()}} | {0: _NOTHING}
    short: dict[tuple[int, int], Fraction] = {}
    found: dict[str, Share] = {}
    for key, share in own.items():
        had = sharing.get(key, 0), share.bookings
        if had not in short:
            short[had] = parts[had[0]] - share.bookings
        lent = credit.get(key, _NOTHING)
        missing = short[had] - lent if lent else short[had]
        found[key] = Share(share.bookings, lent, missing, share.last)
    return found


def _shares_for(search: Search) -> Mapping[str, Share]:
    """The shares of all members whom a question may take; worked out once for each record.

    The calendar's hosts share among themselves, whoever of them is asked for. Members whom
    another role brings share with the others of that role.
    """
    question, calendar, ledger = search.question, search.question.calendar, search.ledger
    assert calendar is not None, "a ranking is a calendar's"
    record, within = ledger.record(calendar.id), question.ranking.counted_within
    memo = _memo_of(search, "shares")
    known = record.recall(memo)
    if known is not None:
        return cast("Mapping[str, Share]", known)
    shares = _shares(ledger, calendar, _members(calendar, search.catalogue), within)
    for role in question.roles:
        pool = [each.resource for each in role.candidates if isinstance(each.resource, Member)]
        if any(each.id not in shares for each in pool):
            shares = _shares(ledger, calendar, pool, within) | shares
    return record.remember(memo, shares)


def _memo_of(search: Search, what: str) -> Hashable:
    """Under what an answer is remembered by the record of the calendar, which decides it.

    With the record of what takes no time any more, where that may count too.
    """
    question = search.question
    if question.ranking.counting is None:
        return what, question
    return what, question, search.ledger.record(history_key(question.subject))


# The order of the pick ------------------------------------------------------


@frozen
class Standings:
    """What resources are compared by under one ranking, in one state."""

    ledger: Ledger
    ranking: Ranking
    shares: Mapping[str, Share]

    @classmethod
    def of(cls, search: Search) -> Standings:
        """The standings of all whom a question may take."""
        question: Question = search.question
        needed = not _OF_HISTORY.isdisjoint(question.ranking.order)
        return cls(search.ledger, question.ranking, _shares_for(search) if needed else FrozenMap())

    def key(self, by: Preference, resource: Resource, seats: int = 0) -> Key:
        """One key of a resource: 0 where the preference does not speak of its kind."""
        if by is Preference.LEAST_LOADED:
            return len(self.ledger.record(resource.id))
        if isinstance(resource, Room):
            return _room_key(by, resource.capacity, seats)
        if not isinstance(resource, Member):
            return 0
        if by is Preference.PRIORITY:
            return -self.priority(resource)
        if by is Preference.WEIGHT:
            return -weight_of(resource, self.ranking)
        if by is Preference.FAIR_SHARE:
            return -self.shares[resource.id].shortfall
        return self.shares[resource.id].last if by is Preference.LEAST_RECENT else 0

    def priority(self, member: Member) -> int:
        """The priority of a member: the ranking's word, else the member's own."""
        return self.ranking.priorities.get(member.id, member.priority)


def _room_key(by: Preference, capacity: int, seats: int) -> int:
    if by is Preference.SMALLEST_ROOM:
        wasted = capacity - seats
        # A room that may be overbooked comes after all that have a seat for everybody.
        return wasted if wasted >= 0 else MOST_UNITS - wasted
    return -capacity if by is Preference.LARGEST_ROOM else 0


def standings_of(
    ledger: Ledger, catalogue: Catalogue, calendar: Calendar, within: Interval | None
) -> tuple[HostStanding, ...]:
    """Where each host of a calendar stands, in the order of the pick; the others after them."""
    ranking, members = calendar.ranking, _members(calendar, catalogue)
    period = ranking.counted_within if within is None else within
    shares = _shares(ledger, calendar, members, period)
    standings = Standings(ledger, ranking, shares)
    automatic = set(automatic_hosts(calendar, catalogue))
    picked = {each.id: each.is_active and each.id in automatic for each in members}

    def place(member: Member) -> tuple[bool, list[Key], str]:
        keys = [standings.key(by, member) for by in ranking.order]
        return not picked[member.id], keys, member.id

    return tuple(
        HostStanding(
            host_id=member.id,
            weight=weight_of(member, ranking),
            priority=standings.priority(member),
            bookings=share.bookings,
            calibration=share.calibration,
            shortfall=share.shortfall,
            last_booked=None if share.last == _NEVER else from_us(share.last),
            held=len(ledger.record(member.id)),
            is_automatic=picked[member.id],
        )
        for member in sorted(members, key=place)
        for share in [shares[member.id]]
    )


# Strict fairness ------------------------------------------------------------


def judged_hosts(calendar: Calendar | None) -> tuple[str, ...]:
    """The hosts whose bookings decide, beside their own, who may serve: all, where it is strict."""
    if calendar is None or not calendar.ranking.strict or calendar.kind in _TOGETHER:
        return ()
    return calendar.member_ids


class _Turn(NamedTuple):
    """Whose turn it is, by id, and all others of the calendar's hosts: it is not theirs."""

    owed: tuple[str, ...]
    others: frozenset[str]


_ANYBODY: Final = _Turn((), frozenset())


def _turn(search: Search) -> _Turn:
    """The hosts with the largest shortfall, where only they may serve; else nobody is left out.

    Who asks for hosts by id has chosen already, so that their turn is not looked at.
    """
    question, calendar = search.question, search.question.calendar
    if calendar is None or not judged_hosts(calendar) or question.request.host_ids is not None:
        return _ANYBODY
    record, memo = search.ledger.record(question.subject), _memo_of(search, "owed")
    known = record.recall(memo)
    if known is None:
        shares = _shares_for(search)
        members = _members(calendar, search.catalogue)
        present = [each for each in members if each.id not in question.passed_by]
        sharing = [each.id for each in present if _has_share(each, question.ranking)]
        most = max((shares[key].shortfall for key in sharing), default=_NOTHING)
        owed = tuple(sorted(key for key in sharing if shares[key].shortfall == most))
        known = record.remember(memo, _Turn(owed, frozenset(calendar.member_ids).difference(owed)))
    return cast("_Turn", known)


def not_next_for(search: Search, candidate: Candidate, low: int, high: int) -> Pieces:
    """The starts of ``[low, high)`` that strict fairness keeps from a host: all or none."""
    return ((low, high),) if _owed_instead(search, candidate) else ()


def not_next_refusals_for(search: Search, candidate: Candidate, start: int) -> Iterator[Refusal]:
    """Who is owed the booking instead."""
    owed = _owed_instead(search, candidate)
    if owed:
        body = start, start + search.question.duration
        yield refusal(RefusalCode.NOT_NEXT, candidate.resource.id, body, owed_to=owed)


def _owed_instead(search: Search, candidate: Candidate) -> tuple[str, ...]:
    """The hosts who are owed the booking, where a candidate is another host of the calendar."""
    turn = _turn(search)
    return turn.owed if candidate.resource.id in turn.others else ()
