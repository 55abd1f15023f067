"""When all roles can be filled at once: exact for overlapping pools (SPEC N14).

Each place (a candidate in a role) has a set of starts that it can serve. A start is
feasible iff every Hall condition of the question holds there. The same conditions are
read over masks, over pieces of the time line, and at a single start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import is_, or_
from typing import TYPE_CHECKING, Final

from bookable.availability import masks
from bookable.availability.feasibility import Starts, feasible_mask, feasible_starts, mask_of
from bookable.availability.limiting import limited_for
from bookable.availability.question import Candidate, Condition, Place, Question
from bookable.availability.standing import not_next_for
from bookable.availability.travel import travelling_for
from bookable.occupancy.record import Record
from bookable.occupancy.shared_map import SharedMap
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces

if TYPE_CHECKING:
    from bookable.availability.search import Search

PlaceMasks = dict[Place, int]
"""For each place the starts that it can serve."""


def place_masks(search: Search, starts: Starts) -> KeptMasks:
    """The starts that each candidate can serve in each role.

    What was worked out last for the same window is taken over for each candidate of which nothing was
    taken or given back since: its record is the very same. O(p) for *p* places of which none changed.
    """
    question = search.question
    kept = None if starts.key is None else question.kept.get(starts.key)
    if not isinstance(kept, KeptMasks) or not question.rests_on_records:
        kept = None
    taken = search.ledger.marks.records
    if kept is not None and kept.taken is taken:
        return kept
    records = tuple(map(search.ledger.record, question.place_ids))
    if kept is not None and all(map(is_, records, kept.records)):
        kept.taken = taken
        return kept
    places = {} if kept is None else dict(kept.places)
    number = 0
    for role_number, role in enumerate(question.roles):
        for position, candidate in enumerate(role.candidates):
            if kept is None or records[number] is not kept.records[number]:
                places[role_number, position] = _place_mask(search, candidate, starts)
            number += 1
    kept = KeptMasks(records, places, taken)
    if starts.key is not None and question.rests_on_records:
        question.keep(starts.key, kept)
    return kept


def _place_mask(search: Search, candidate: Candidate, starts: Starts) -> int:
    able = feasible_mask(search.ledger, candidate, search.question, starts)
    pieces = forbidden(search, candidate, starts.times[0], starts.times[-1] + 1) if able else ()
    return able & ~mask_of(pieces, starts) if pieces else able


class KeptMasks:
    """The masks of all places for one window, with the records that they were read from.

    ``taken`` are all records of a state in which they are the same; ``joint`` are the starts at which
    all roles can be filled, once somebody asked.
    """

    __slots__ = ("joint", "places", "records", "taken")

    def __init__(
        self,
        records: tuple[Record, ...],
        places: PlaceMasks,
        taken: SharedMap[str, Record] | None = None,
    ) -> None:
        self.records, self.places, self.taken = records, places, taken
        self.joint: int | None = None


def joint_mask(question: Question, kept: KeptMasks, size: int) -> int:
    """The starts at which all roles can be filled by different resources."""
    if kept.joint is None:
        kept.joint = _joint_mask(question, kept.places, size)
    return kept.joint


def _joint_mask(question: Question, places: PlaceMasks, size: int) -> int:
    feasible = masks.everything(size)
    for condition in question.conditions:
        able = [reduce(or_, (places[place] for place in group)) for group in condition.resources]
        feasible &= masks.at_least(condition.needed, able)
        if not feasible:
            break
    return feasible


def broken_conditions(question: Question, places: PlaceMasks) -> tuple[Condition, ...]:
    """The conditions that fail at the only start that the masks speak of."""
    return tuple(
        condition
        for condition in question.conditions
        if sum(any(places[place] for place in group) for group in condition.resources)
        < condition.needed
    )


def forbidden(search: Search, candidate: Candidate, low: int, high: int) -> Pieces:
    """The starts of ``[low, high)`` that rules other than hours and occupancy keep from it."""
    pieces: Pieces = ()
    for rule in _RULES:
        pieces = kernel.union(pieces, rule(search, candidate, low, high))
    return pieces


_RULES: Final = (travelling_for, limited_for, not_next_for)


def joint_starts(search: Search, low: int, high: int, held: Mapping[Place, list[int]]) -> Pieces:
    """The starts in ``[low, high)``, at any microsecond, at which all roles can be filled.

    ``held`` are single starts at which a place cannot serve.
    """
    ledger, question = search.ledger, search.question
    places = {
        (number, position): kernel.subtract(
            feasible_starts(ledger, candidate, question, low, high),
            forbidden(search, candidate, low, high),
        )
        for number, role in enumerate(question.roles)
        for position, candidate in enumerate(role.candidates)
    }
    for place, times in held.items():
        points = kernel.normalise((time, time + 1) for time in times)
        places[place] = kernel.subtract(places[place], points)
    feasible: Pieces = ((low, high),)
    for condition in question.conditions:
        able = [_either(places[place] for place in group) for group in condition.resources]
        feasible = kernel.intersect(feasible, kernel.at_least(condition.needed, able))
        if not feasible:
            break
    return feasible


def _either(sets: Iterable[Pieces]) -> Pieces:
    return reduce(kernel.union, sets)
