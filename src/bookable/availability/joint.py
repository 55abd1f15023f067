"""When all roles can be filled at once: exact for overlapping pools (SPEC N14).

Each place (a candidate in a role) has a set of starts that it can serve. A start is
feasible iff every Hall condition of the question holds there. The same conditions are
read over masks, over pieces of the time line, and at a single start.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Final

from bookable.availability import masks
from bookable.availability.feasibility import (
    GridWindow,
    Span,
    Starts,
    feasible_mask,
    feasible_starts,
    mask_of,
)
from bookable.availability.limiting import limited_for
from bookable.availability.question import Candidate, Condition, Place, Question
from bookable.availability.standing import not_next_for
from bookable.availability.travel import travelling_for
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces

if TYPE_CHECKING:
    from bookable.availability.search import Search

_MANY: Final = 16
"""With so many places it is quicker to find a single start in a window than to work it out."""

PlaceMasks = dict[Place, int]
"""For each place the starts that it can serve."""


def place_masks(search: Search, starts: Starts) -> KeptMasks:
    """The starts that each candidate can serve in each role.

    What was worked out last for the same window is taken over, but for what was taken or given back
    since. O(1) in the same state. A single start is looked up in a window that is known, where there are
    many places.
    """
    question, mark = search.question, search.ledger.trail.mark
    if starts.key is None and len(starts.times) == 1 and len(question.places) >= _MANY:
        known = _known_window(question, starts.times[0])
        if known is not None:
            window, at = known
            every = place_masks(search, window).places
            here = {place: mask >> at & 1 for place, mask in every.items()}
            return KeptMasks(mark, {}, here)
    may_keep = starts.key is not None and question.rests_on_records
    kept = question.kept.get(starts.key) if may_keep else None
    if not isinstance(kept, KeptMasks):
        places = {
            (number, position): _place_mask(search, candidate, starts)
            for number, role in enumerate(question.roles)
            for position, candidate in enumerate(role.candidates)
        }
        if not may_keep:
            return KeptMasks(mark, {}, places)
        versions = {key: search.ledger.record(key).mark for key in question.places}
        found = KeptMasks(mark, versions, places, size=len(starts.times))
        return _keep(question, starts, found)
    return kept if kept.mark is mark else _keep(question, starts, _following(search, starts, kept))


def _following(search: Search, starts: Starts, kept: KeptMasks) -> KeptMasks:
    """What is known of a window in another state, with what has changed since worked out again."""
    question, ledger, versions, places = search.question, search.ledger, kept.versions, kept.places
    touched = ledger.trail.since(kept.mark)
    keys = question.places.keys() if touched is None else question.places.keys() & touched[0]
    records = {key: ledger.record(key) for key in keys}
    changed = {key: each for key, each in records.items() if each.mark is not versions[key]}
    if not changed:
        return KeptMasks(ledger.trail.mark, versions, places, kept.joint, len(starts.times))
    versions, places = dict(versions), dict(places)
    for key, record in changed.items():
        since, versions[key] = record.changed_since(versions[key]), record.mark
        for number, position in question.places[key]:
            candidate, mask = question.roles[number].candidates[position], places[number, position]
            places[number, position] = _patched(search, candidate, starts, mask, since)
    return KeptMasks(ledger.trail.mark, versions, places, size=len(starts.times))


def _known_window(question: Question, start: int) -> tuple[Starts, int] | None:
    """The starts of a window of which masks are kept, and the position of one start among them."""
    for key, masks_of_window in list(question.kept.items()):
        if isinstance(masks_of_window, KeptMasks) and isinstance(key, GridWindow):
            window = question.kept.get((key.low, key.high))
            if isinstance(window, Starts) and key.low <= start < key.high:
                at = bisect_left(window.times, start)
                if window.times[at : at + 1] == (start,):
                    return window, at
    return None


def _keep(question: Question, starts: Starts, found: KeptMasks) -> KeptMasks:
    question.keep(starts.key, found)
    return found


def _patched(
    search: Search, candidate: Candidate, starts: Starts, mask: int, since: Span | None
) -> int:
    """The mask of a candidate of which something was taken or given back in that span; None is anywhere.

    Who has to travel may be kept from starts that are far from what changed.
    """
    if since is None or search.catalogue.settings.travel:
        return _place_mask(search, candidate, starts)
    times, reach = starts.times, search.question.duration + candidate.after
    low, high = (
        bisect_right(times, since[0] - reach),
        bisect_left(times, since[1] + candidate.before),
    )
    if low >= high:
        return mask
    part = _place_mask(search, candidate, Starts(times[low:high]))
    return mask & ~(masks.everything(high - low) << low) | part << low


def _place_mask(search: Search, candidate: Candidate, starts: Starts) -> int:
    able = feasible_mask(search.ledger, candidate, search.question, starts)
    pieces = forbidden(search, candidate, starts.times[0], starts.times[-1] + 1) if able else ()
    return able & ~mask_of(pieces, starts) if pieces else able


class KeptMasks:
    """The masks of all places for one window, with the marks of the state and records they were read from.

    ``joint`` are the starts at which all roles can be filled, once somebody asked. The state itself is
    not kept: long after it was replaced it would keep alive all that was booked then.
    """

    __slots__ = ("bits", "joint", "mark", "places", "versions")

    def __init__(
        self,
        mark: object,
        versions: dict[str, object],
        places: PlaceMasks,
        joint: int | None = None,
        size: int = 0,
    ) -> None:
        self.mark, self.versions, self.places, self.joint = mark, versions, places, joint
        self.bits = len(places) * size


def joint_mask(question: Question, kept: KeptMasks, size: int) -> int:
    """The starts at which all roles can be filled by different resources."""
    joint = kept.joint
    if joint is None:
        joint = kept.joint = _joint_mask(question, kept.places, size)
    return joint


def _joint_mask(question: Question, places: PlaceMasks, size: int) -> int:
    feasible = masks.everything(size)
    for condition in question.conditions:
        able = [
            places[group[0]] if len(group) == 1 else reduce(or_, (places[each] for each in group))
            for group in condition.resources
        ]
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
