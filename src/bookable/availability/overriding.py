"""What an administrator leaves aside: a question without some of its rules.

Rules of the gate are taken out of the question once. Rules of capacity are left in: what is free
is taken wherever that will do, and only where nothing is, the question is put again *beyond*
capacity (`Search.beyond`). So a start that customers are offered is booked as for them.

What rests on all that is on offer (packed starts, a rolling horizon) is read as customers see it.
"""

from __future__ import annotations

from typing import Any

import attrs

from bookable.availability.question import Candidate, Question, Role
from bookable.domain.policy import Access
from bookable.domain.refusal import CAPACITY_RULES, RefusalCode
from bookable.domain.resources import Resource


def leaving_aside(question: Question) -> Question:
    """The question without the rules of the gate that its request leaves aside."""
    request = question.request
    if not request.override:
        return question
    aside = request.override - CAPACITY_RULES
    customary = attrs.evolve(question, request=attrs.evolve(request, override=()))
    changes: dict[str, Any] = {"aside": aside, "customary": customary}
    if RefusalCode.OFF_GRID in aside:
        changes["grid"] = None
    if RefusalCode.LIMIT_REACHED in aside:
        changes["limits"] = ()
    if RefusalCode.NOT_ALLOWED in aside:
        changes["access"] = Access.ALLOW
    if RefusalCode.OUTSIDE_HOURS in aside:
        changes["booker_hours"] = None
    if question.calendar is not None:
        calendar = question.calendar
        strict = calendar.ranking.strict and RefusalCode.NOT_NEXT not in aside
        ranking = attrs.evolve(calendar.ranking, strict=strict)
        is_active = calendar.is_active or RefusalCode.INACTIVE in aside
        changes["calendar"] = attrs.evolve(calendar, ranking=ranking, is_active=is_active)
        changes["ranking"] = ranking
    changes["roles"] = tuple(_role_aside(role, aside) for role in question.roles)
    return attrs.evolve(question, **changes)


def beyond_capacity(question: Question) -> Question | None:
    """The question without rules of capacity as well; None where all of them hold."""
    more = question.request.override & CAPACITY_RULES
    if not more or more <= question.aside:
        return None
    roles = tuple(
        attrs.evolve(
            role, candidates=tuple(attrs.evolve(each, aside=more) for each in role.candidates)
        )
        for role in question.roles
    )
    return attrs.evolve(question, aside=question.aside | more, roles=roles)


def _role_aside(role: Role, aside: frozenset[RefusalCode]) -> Role:
    candidates = tuple(_candidate_aside(each, aside) for each in role.candidates)
    return attrs.evolve(role, candidates=candidates)


def _candidate_aside(candidate: Candidate, aside: frozenset[RefusalCode]) -> Candidate:
    hours = None if RefusalCode.OUTSIDE_HOURS in aside else candidate.hours
    resource: Resource = candidate.resource
    if RefusalCode.INACTIVE in aside and not resource.is_active:
        resource = attrs.evolve(resource, is_active=True)
    return attrs.evolve(candidate, resource=resource, hours=hours)
