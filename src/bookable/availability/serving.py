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
from bookable.domain.catalogue import Catalogue
from bookable.domain.request import Request
from bookable.domain.resources import Member, Room


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


def keeping_place(request: Request, booking: Booking, catalogue: Catalogue) -> Request:
    """The request for a move, which asks for rooms where the booking's are, unless it says where.

    What has no rooms, or rooms that lie elsewhere by now, is not bound to any.
    """
    place, settings = booking.location_id, catalogue.settings
    calendar = None if request.calendar_id is None else catalogue.settled(request.calendar_id)
    named = request.location_id is not None or getattr(calendar, "location_id", None) is not None
    if named or place is None or not booking.is_blocking or not booking.room_ids:
        return request
    rooms = [catalogue.settled(room_id) for room_id in booking.room_ids]
    if all(
        isinstance(room, Room) and settings.is_within(room.location_id, place) for room in rooms
    ):
        return attrs.evolve(request, location_id=place)
    return request


def keeping_attendees(request: Request, booking: Booking) -> Request:
    """The request for a move, which asks for the booking's own attendees unless it names others."""
    if request.attendee_ids or not booking.is_blocking:
        return request
    return attrs.evolve(request, attendee_ids=booking.attendee_ids)
