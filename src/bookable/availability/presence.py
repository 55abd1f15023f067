"""Who of the people that are asked cannot come, or may not be able to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bookable.availability.feasibility import Starts, feasible_mask
from bookable.availability.pools import Reading
from bookable.availability.question import Candidate
from bookable.availability.roles import candidate_of
from bookable.domain.policy import UNREAD

if TYPE_CHECKING:
    from bookable.availability.search import Search


def missing_people(search: Search, start: int) -> tuple[str, ...]:
    """Those of the request's optional members who are not free for a start, and who is left out; sorted."""
    question, starts = search.question, Starts((start,))
    away = (
        member_id
        for member_id in question.request.optional_ids
        if not feasible_mask(search.ledger, _as_candidate(search, member_id), question, starts)
    )
    return tuple(sorted({*question.left_out_ids, *away}))


def unread_ids(search: Search, low: int, high: int) -> tuple[str, ...]:
    """Who may be free or not, of all of whom the question asks anything; sorted.

    Those of the request, and who has a block of kind ``unknown`` in the time that bookings which start in
    ``[low, high)`` would take, with their buffers. O(candidates), and their blocks where there are such.
    """
    question, ledger = search.question, search.ledger
    found = {*question.unknown_ids}
    for key, before, after in set(_considered(search)):
        record, times = ledger.record(key), (low - before, high - 1 + question.duration + after)
        if record.blocked_by(UNREAD, *times):
            blocks = map(ledger.blocks.__getitem__, record.blocks_overlapping(*times))
            found.update(each.resource_id for each in blocks if each.kind in UNREAD)
    return tuple(sorted(found))


def _considered(search: Search) -> Iterator[tuple[str, int, int]]:
    """All of whom a question asks anything, with their buffers."""
    question = search.question
    if question.calendar is not None:
        yield question.calendar.id, question.before, question.after
    asked = [each for role in question.roles for each in role.candidates]
    asked += [_as_candidate(search, key) for key in question.request.optional_ids]
    # Of rooms that were given up nothing is asked.
    yield from ((each.resource.id, each.before, each.after) for each in asked if each.kinds)


def _as_candidate(search: Search, member_id: str) -> Candidate:
    """A member as what the question would take of one more who attends."""
    question, catalogue = search.question, search.catalogue
    member = catalogue.settled_resource(member_id, name="optional_ids")
    return candidate_of(member, Reading(question.request, question.calendar, catalogue))
