"""Who serves bookings, and who only comes along (SPEC N14).

A booking tells who attends and who came with an add-on; all its other hosts serve. Of a session,
who comes along for one booking does so for all: they have the same hosts.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from bookable.availability.competition import competing, conditions_of
from bookable.availability.question import Candidate, Question, Role
from bookable.domain.booking import Booking
from bookable.domain.request import Request
from bookable.domain.resources import Member


def is_member(candidate: Candidate) -> bool:
    """Whether it is a person."""
    return isinstance(candidate.resource, Member)


def with_roles(question: Question, roles: Iterable[Role]) -> Question:
    """The question with other roles."""
    found = tuple(roles)
    groups, conditions = competing(found), conditions_of(found)
    return attrs.evolve(question, roles=found, groups=groups, conditions=conditions)


def serving_of(bookings: Iterable[Booking]) -> tuple[str, ...]:
    """Who serves bookings that have the same hosts: who comes along for none of them; by id."""
    found = [frozenset(each.serving_ids) for each in bookings]
    return tuple(sorted(frozenset.intersection(*found)))


def keeping_attendees(request: Request, booking: Booking) -> Request:
    """The request for a move, which asks for the booking's own attendees unless it names others."""
    if request.attendee_ids or not booking.is_blocking:
        return request
    return attrs.evolve(request, attendee_ids=booking.attendee_ids)
