"""Who of the people that are asked cannot come, or may not be able to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bookable.availability.feasibility import Starts, feasible_mask
from bookable.availability.pools import Reading
from bookable.availability.question import Candidate
from bookable.availability.roles import candidate_of

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


def _as_candidate(search: Search, member_id: str) -> Candidate:
    """A member as what the question would take of one more who attends."""
    question, catalogue = search.question, search.catalogue
    member = catalogue.settled_resource(member_id, name="optional_ids")
    return candidate_of(member, Reading(question.request, question.calendar, catalogue))
