"""The rules that stand between candidate starts and a booking, each as a set of its own.

`Search` decides with all rules at once; a sieve keeps them apart, so that one can say what would
be bookable without some of them. Without none it says what `Search` says: that is a tested law.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import reduce
from operator import or_

import attrs
from attrs import field, frozen

from bookable.availability import masks
from bookable.availability.explain import session_refusals
from bookable.availability.feasibility import (
    Starts,
    blocked_starts,
    closed_spans,
    hours_shape,
    is_single,
    mask_of,
    open_mask,
    widened,
)
from bookable.availability.gate import TOLD, bounds, calendar_blocked
from bookable.availability.limiting import limited_for, limited_starts
from bookable.availability.offer import mask_at
from bookable.availability.question import Candidate, Place
from bookable.availability.search import Search
from bookable.availability.session_window import (
    Sessions,
    held_places,
    placeless_starts,
    sessions_between,
)
from bookable.availability.standing import not_next_for
from bookable.availability.travel import travelling_for
from bookable.domain.policy import UNREAD, Access, BufferPolicy
from bookable.domain.refusal import RefusalCode
from bookable.domain.resources import Room
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces

Forbidden = dict[RefusalCode, int]
"""For each rule the mask of the starts that it forbids."""


@frozen(eq=False)
class Sieve:
    """Some candidate starts of a search, at least one, with all that forbids them, rule by rule."""

    search: Search
    starts: Starts
    _sessions: Sessions = field(init=False, repr=False)
    _gate: Forbidden = field(init=False, repr=False)
    _places: dict[Place, Forbidden] = field(init=False, repr=False)
    _placeless: int = field(init=False, repr=False)
    _joins: tuple[tuple[frozenset[RefusalCode], int], ...] = field(init=False, repr=False)

    @_sessions.default
    def _find_sessions(self) -> Sessions:
        return sessions_between(self.search, self.starts.times[0], self.starts.times[-1] + 1)

    @_gate.default
    def _find_gate(self) -> Forbidden:
        return _merged(gate_rules(self.search, self.starts))

    @_places.default
    def _find_places(self) -> dict[Place, Forbidden]:
        search, starts = self.search, self.starts
        held = held_places(search.question, self._sessions)
        return {
            (number, position): _merged(
                [
                    *candidate_rules(search, candidate, starts),
                    (RefusalCode.BUSY, mask_at(held.get((number, position), ()), starts)),
                ]
            )
            for number, role in enumerate(search.question.roles)
            for position, candidate in enumerate(role.candidates)
        }

    @_placeless.default
    def _find_placeless(self) -> int:
        return mask_at(placeless_starts(self.search.question, self._sessions.hostless), self.starts)

    @_joins.default
    def _find_joins(self) -> tuple[tuple[frozenset[RefusalCode], int], ...]:
        found: dict[frozenset[RefusalCode], int] = defaultdict(int)
        for session in self._sessions:
            if session.is_wanted:
                rules = frozenset(each.rule for each in session_refusals(self.search, session))
                found[rules] |= mask_at([session.start], self.starts)
        return tuple(found.items())

    def bookable(self, without: Collection[RefusalCode] = ()) -> int:
        """The starts that could be booked if those rules did not hold."""
        everything = masks.everything(len(self.starts.times))
        gate = everything & ~_union(self._gate, without)
        new = self._joint(everything, without)
        if RefusalCode.BUSY not in without:
            new &= ~self._placeless
        join = reduce(or_, (mask for rules, mask in self._joins if rules <= set(without)), 0)
        return gate & (new | join)

    def _joint(self, everything: int, without: Collection[RefusalCode]) -> int:
        able = {
            place: everything & ~_union(rules, without) for place, rules in self._places.items()
        }
        feasible = everything
        for condition in self.search.question.conditions:
            together = len(condition.roles) > 1
            if together and RefusalCode.ROLES_COMPETE in without:
                continue
            too_few = condition.needed > len(condition.resources)
            if too_few and not together and RefusalCode.NEVER_FITS in without:
                continue
            served = [
                reduce(or_, (able[place] for place in group)) for group in condition.resources
            ]
            feasible &= masks.at_least(condition.needed, served)
        return feasible


def _union(rules: Forbidden, without: Collection[RefusalCode]) -> int:
    return reduce(or_, (mask for rule, mask in rules.items() if rule not in without), 0)


def _merged(rules: Iterator[tuple[RefusalCode, int]] | list[tuple[RefusalCode, int]]) -> Forbidden:
    found: Forbidden = {}
    for rule, mask in rules:
        if mask:
            found[rule] = found.get(rule, 0) | mask
    return found


# The rules -----------------------------------------------------------------


def gate_rules(search: Search, starts: Starts) -> Iterator[tuple[RefusalCode, int]]:
    """What the calendar or the request itself forbids."""
    question, calendar = search.question, search.question.calendar
    everything, seats = masks.everything(len(starts.times)), question.seats_per_slot
    low, high = starts.times[0], starts.times[-1] + 1
    if calendar is not None and not calendar.is_active:
        yield RefusalCode.INACTIVE, everything
    if question.access is Access.DENY:
        yield RefusalCode.NOT_ALLOWED, everything
    if (seats is None and not question.roles) or (
        seats is not None and question.party_size > seats
    ):
        yield RefusalCode.NEVER_FITS, everything
    earliest, latest = bounds(search)
    yield RefusalCode.NOTICE_TOO_SHORT, mask_of(kernel.clip(((low, high),), low, earliest), starts)
    yield RefusalCode.BEYOND_HORIZON, mask_of(kernel.clip(((low, high),), latest, high), starts)
    shape = hours_shape(question, question.before, question.after)
    opening = open_mask(question.opening_hours, shape, starts)
    opening &= open_mask(question.booker_hours, hours_shape(question, 0, 0), starts)
    yield RefusalCode.OUTSIDE_HOURS, everything & ~opening
    yield RefusalCode.LIMIT_REACHED, mask_of(limited_starts(search, low, high), starts)
    yield RefusalCode.UNKNOWN, mask_of(calendar_blocked(search, low, high, UNREAD), starts)
    yield RefusalCode.BUSY, mask_of(calendar_blocked(search, low, high, TOLD), starts)


def candidate_rules(
    search: Search, candidate: Candidate, starts: Starts
) -> Iterator[tuple[RefusalCode, int]]:
    """What keeps one resource from serving."""
    question, everything = search.question, masks.everything(len(starts.times))
    low, high = starts.times[0], starts.times[-1] + 1
    if not candidate.resource.is_active:
        yield RefusalCode.INACTIVE, everything
    if candidate.is_unknown:
        yield RefusalCode.UNKNOWN, everything
    shape = hours_shape(question, candidate.before, candidate.after)
    yield RefusalCode.OUTSIDE_HOURS, everything & ~open_mask(candidate.hours, shape, starts)
    for rule, find in (
        (RefusalCode.LIMIT_REACHED, limited_for),
        (RefusalCode.NOT_NEXT, not_next_for),
        (RefusalCode.TRAVEL_TIME, travelling_for),
    ):
        yield rule, mask_of(find(search, candidate, low, high), starts)
    if candidate.shortage is not None:
        # What never fits is not also called busy or full.
        yield RefusalCode.NEVER_FITS, everything
        return
    crowded = _crowded(search, candidate, low, high)
    if crowded is not None:
        if RefusalCode.FULL not in candidate.aside:
            yield RefusalCode.FULL, mask_of(crowded, starts)
        candidate = attrs.evolve(candidate, seats=0)
    unread = candidate.kinds & UNREAD
    closed = closed_spans(search.ledger, candidate, unread, question.duration, low, high)
    yield RefusalCode.UNKNOWN, mask_of(closed, starts)
    if RefusalCode.BUSY in candidate.aside:
        return
    candidate = attrs.evolve(candidate, kinds=candidate.kinds - UNREAD)
    taken = blocked_starts(search.ledger, candidate, question.duration, low, high)
    yield RefusalCode.BUSY, mask_of(taken, starts)


def _crowded(search: Search, candidate: Candidate, low: int, high: int) -> Pieces | None:
    """The starts at which a room has too few seats; None where seats are not what binds."""
    resource, policy = candidate.resource, candidate.policy
    if not isinstance(resource, Room) or resource.seat_limit is None:
        return None
    if is_single(resource) and policy is BufferPolicy.SHARED:
        return None
    before, reach = candidate.before, search.question.duration + candidate.after
    if policy is BufferPolicy.EXISTING_ONLY:
        before, reach = 0, search.question.duration
    record = search.ledger.record(resource.id)
    least = resource.seat_limit - candidate.seats
    return widened(record.seats.above(least, low - before, high - 1 + reach), before, reach)
