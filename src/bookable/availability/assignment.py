"""Which resources a booking would take: the best by preference that leaves all roles filled.

Roles choose in their declared order; each takes its best candidates, but never one whose
loss would leave a later choice without resources. So the choice is the first in
lexicographic order among all allocations that exist, and the same for the same state
(SPEC N14, N25).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from bookable.availability.feasibility import counted_times
from bookable.availability.question import Candidate, Question
from bookable.availability.standing import Key, Standings
from bookable.domain.booking import NO_BUFFERS, Buffers
from bookable.domain.resources import Equipment, Member, Resource, Room
from bookable.frozen_map import FrozenMap
from bookable.timeline.instant import as_duration, duration_us

if TYPE_CHECKING:
    from bookable.availability.search import Search

Options = tuple[tuple[Candidate, ...], ...]
"""For each role the candidates that can serve at one start."""

Preference = tuple[int, list[Key], str]
"""The place among those preferred, the keys of the ranking, and the id."""


@frozen
class Allocation:
    """The concrete resources that one booking takes; ids are sorted.

    ``companion_ids`` are those of the hosts who come with an add-on, or with a session that is joined.
    """

    host_ids: tuple[str, ...] = ()
    room_ids: tuple[str, ...] = ()
    equipment: FrozenMap[str, int] = FrozenMap()
    buffers: FrozenMap[str, Buffers] = field(default=FrozenMap(), repr=False)
    individual_ids: tuple[str, ...] = ()
    companion_ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, taken: Sequence[Candidate]) -> Allocation:
        """The allocation of these candidates."""
        had = (each for each in taken if not each.is_given_up)
        ordered = sorted(had, key=lambda each: each.resource.id)
        items = [each for each in ordered if isinstance(each.resource, Equipment)]
        along = [each for each in ordered if each.is_for_add_on]
        return cls(
            host_ids=_ids(ordered, Member),
            room_ids=_ids(ordered, Room),
            equipment=FrozenMap({each.resource.id: each.units for each in items}),
            buffers=FrozenMap({each.resource.id: _buffers(each) for each in ordered}),
            individual_ids=tuple(each.resource.id for each in items if each.individual),
            companion_ids=_ids(along, Member),
        )

    @property
    def resource_ids(self) -> tuple[str, ...]:
        """Everything that is taken: hosts, rooms, equipment."""
        return (*self.host_ids, *self.room_ids, *self.equipment)

    def counted_us(self, resource: Resource, start: int, end: int) -> tuple[int, int]:
        """The part of its time that must find room beside what is stored on a resource."""
        footprint, body = self.footprint_us(resource.id, start, end), (start, end)
        policy = self.buffers.get(resource.id, NO_BUFFERS).policy
        return counted_times(resource, policy, footprint, body)

    def footprint_us(self, resource_id: str, start: int, end: int) -> tuple[int, int]:
        """The time that would be kept on a resource for a body, in microseconds."""
        buffers = self.buffers.get(resource_id, NO_BUFFERS)
        return start - duration_us(buffers.before), end + duration_us(buffers.after)


def _ids(candidates: Sequence[Candidate], kind: type[Member | Room]) -> tuple[str, ...]:
    return tuple(each.resource.id for each in candidates if isinstance(each.resource, kind))


def _buffers(candidate: Candidate) -> Buffers:
    before, after = as_duration(candidate.before), as_duration(candidate.after)
    return Buffers(before, after, candidate.policy)


def preference(candidate: Candidate, question: Question, standings: Standings) -> Preference:
    """What the candidates of a role are compared by; the smallest is taken first (SPEC N14, N24).

    What is free comes before what an administrator takes all the same; then those that the request
    prefers, in the order in which it names them; then the keys of the calendar's ranking, in its
    order; the lowest id last.
    """
    resource, preferred = candidate.resource, question.request.prefer_ids
    place = preferred.index(resource.id) if resource.id in preferred else len(preferred)
    keys = [standings.key(by, resource, candidate.seats) for by in question.ranking.order]
    place += candidate.is_taken * (len(preferred) + 1)
    return place, keys, resource.id


def assign(search: Search, options: Options) -> tuple[Candidate, ...] | None:
    """The best candidates that fill all roles, in role order; None when none do.

    O(p log p) for the pools, and O(s²·p) for the *s* places of roles whose pools overlap. A ranking
    that looks at the history reads that of each host once, O(n), until that host is booked again.
    """
    question, standings = search.question, Standings.of(search)
    taken: dict[int, tuple[Candidate, ...]] = {}
    for group in question.groups:
        ranked = {
            number: sorted(options[number], key=lambda each: preference(each, question, standings))
            for number in group
        }
        chosen = _best(question, ranked) if len(group) > 1 else None
        if chosen is None:
            number = group[0]
            chosen = {number: tuple(ranked[number][: question.roles[number].count])}
        if any(len(chosen.get(each, ())) < question.roles[each].count for each in group):
            return None
        taken.update(chosen)
    return tuple(candidate for number in sorted(taken) for candidate in taken[number])


def _best(
    question: Question, ranked: dict[int, list[Candidate]]
) -> dict[int, tuple[Candidate, ...]]:
    """The first choice in lexicographic order for roles that compete; empty when none exists."""
    seats = [number for number in ranked for _ in range(question.roles[number].count)]
    wanted = [[each.resource.id for each in ranked[number]] for number in seats]
    holder = _matching(wanted)
    if holder is None:
        return {}
    chosen: dict[int, tuple[Candidate, ...]] = {}
    for seat, number in enumerate(seats):
        # Move on to the best resource that still lets every later seat be filled.
        best = next(
            each for each in ranked[number] if _settle(wanted, holder, seat, each.resource.id)
        )
        chosen[number] = (*chosen.get(number, ()), best)
    return chosen


def _matching(wanted: list[list[str]]) -> dict[str, int] | None:
    """A seat for each resource so that every seat is filled; None when there is none."""
    holder: dict[str, int] = {}
    for seat in range(len(wanted)):
        if not _fill(wanted, holder, seat, set(), frozenset()):
            return None
    return holder


def _fill(
    wanted: list[list[str]],
    holder: dict[str, int],
    seat: int,
    tried: set[str],
    settled: frozenset[int],
) -> bool:
    """Find a resource for a seat, moving unsettled seats on (augmenting path)."""
    for resource_id in wanted[seat]:
        if resource_id not in holder and resource_id not in tried:
            holder[resource_id] = seat
            return True
    for resource_id in wanted[seat]:
        if resource_id in tried:
            continue
        tried.add(resource_id)
        other = holder[resource_id]
        if other not in settled and _fill(wanted, holder, other, tried, settled):
            holder[resource_id] = seat
            return True
    return False


def employing(
    question: Question, options: Options, keys: Collection[str]
) -> tuple[Candidate, ...] | None:
    """Candidates that fill all roles, all of these among them; None when that is impossible.

    For options that can fill all roles. Where some of them fill all roles, and these can be placed
    at all, both can be had at once (Mendelsohn and Dulmage): what has a place keeps one while more
    seats are filled. O(s²·p) for *s* places.
    """
    seats = [number for number, role in enumerate(question.roles) for _ in range(role.count)]
    wanted = [[each.resource.id for each in options[number]] for number in seats]
    places = [[str(seat) for seat, ids in enumerate(wanted) if key in ids] for key in sorted(keys)]
    placed = _matching(places)
    if placed is None:
        return None
    ordered = sorted(keys)
    holder = {ordered[number]: int(seat) for seat, number in placed.items()}
    for seat in sorted({*range(len(seats))}.difference(holder.values())):
        _fill(wanted, holder, seat, set(), frozenset())
    of_seat = {seat: key for key, seat in holder.items()}
    return tuple(
        next(each for each in options[number] if each.resource.id == of_seat[seat])
        for seat, number in enumerate(seats)
    )


def _settle(wanted: list[list[str]], holder: dict[str, int], seat: int, resource_id: str) -> bool:
    """Give a seat this resource if every later seat can still be filled, and only then.

    Seats before this one are settled: theirs is not taken away.
    """
    other = holder.get(resource_id)
    if other == seat:
        return True
    if other is not None and other < seat:
        return False
    moved = {held: holding for held, holding in holder.items() if holding != seat}
    moved[resource_id] = seat
    if other is not None:
        settled = frozenset(range(seat + 1))
        if not _fill(wanted, moved, other, {resource_id}, settled):
            return False
    holder.clear()
    holder.update(moved)
    return True


def able_candidates(question: Question, able: Iterator[tuple[int, int]]) -> Options:
    """The candidates of each role at the given places."""
    options: list[list[Candidate]] = [[] for _ in question.roles]
    for number, position in able:
        options[number].append(question.roles[number].candidates[position])
    return tuple(map(tuple, options))
