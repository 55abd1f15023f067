"""Moves: what a booking keeps, and with the same hosts who served it serves it there too (SPEC N14, N28)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

import attrs

from bookable.availability.assignment import employing
from bookable.availability.hosts import needs_all
from bookable.availability.question import Question, Role
from bookable.availability.search import Search
from bookable.availability.serving import (
    is_member,
    keeping_attendees,
    keeping_place,
    with_roles,
)
from bookable.domain.booking import Booking
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.request import Request


def with_hosts(search: Search, host_ids: Collection[str]) -> Search:
    """The search in which these serve, all of them and nobody else, whoever comes along."""
    question, kept = search.question, frozenset(host_ids)
    serving, attending = question.roles, question.roles[:0]
    if question.attendee_ids:
        # Who attends has the last role.
        serving, attending = serving[:-1], serving[-1:]
    roles = [_role_for(role, kept) for role in serving]
    along = [role for role in roles if role.is_for_add_on]
    asked = with_roles(question, (role for role in roles if not role.is_for_add_on))
    question = with_roles(question, [*_served_by(asked, kept), *along, *attending])
    return attrs.evolve(search, question=attrs.evolve(question, kept_ids=kept))


def _served_by(question: Question, kept: frozenset[str]) -> Iterator[Role]:
    """The roles, so that all of these members fill them, whoever is free.

    Where a room or equipment would do as well as a member, it is settled which of the places are
    for members; where there are not enough, one more role is asked for that nothing fills.
    """
    if any(each.needed > len(each.resources) for each in question.conditions):
        # That is reason enough why they cannot.
        yield from question.roles
        return
    taken = employing(question, tuple(role.candidates for role in question.roles), kept)
    if taken is None:
        yield from (*question.roles, Role("hosts", (), 1))
        return
    places = iter(taken)
    for role in question.roles:
        people = sum(map(is_member, islice(places, role.count)))
        for count, members in ((people, True), (role.count - people, False)):
            fitting = tuple(each for each in role.candidates if is_member(each) is members)
            if count:
                yield attrs.evolve(role, candidates=fitting, count=count)


def _role_for(role: Role, kept: frozenset[str]) -> Role:
    """A role without the members who shall not fill it: who serves does not come along as well."""
    candidates = tuple(
        each
        for each in role.candidates
        if not is_member(each) or (each.resource.id in kept) != each.is_for_add_on
    )
    return attrs.evolve(role, candidates=candidates)


def as_moved(
    request: Request, booking: Booking, catalogue: Catalogue, *, keep_hosts: bool
) -> Request:
    """The request by which a booking moves: it keeps who attends, its place and, if asked, its hosts.

    With ``keep_hosts`` its search is that of `with_hosts`.
    """
    request = keeping_place(keeping_attendees(request, booking), booking, catalogue)
    return keeping_hosts(request, booking, catalogue) if keep_hosts else request


def keeping_hosts(request: Request, booking: Booking, catalogue: Catalogue) -> Request:
    """The request for a move that asks for those who serve the booking by id, where one may.

    Where one of them is no member of the calendar, a delegate may have taken over: then delegates
    may serve again, of whomever they are. `with_hosts` sees to it that nobody else does.
    """
    if request.calendar_id is None:
        return request
    calendar = catalogue.settled_calendar(request.calendar_id)
    own = [key for key in booking.serving_ids if key in calendar.member_ids]
    if len(own) < len(booking.serving_ids):
        host_ids = all_hosts(calendar)
        return attrs.evolve(request, host_ids=host_ids, use_delegates=True)
    if not own or needs_all(calendar):
        return attrs.evolve(request, host_ids=None)
    return attrs.evolve(request, host_ids=own)


def all_hosts(calendar: Calendar) -> tuple[str, ...] | None:
    """Whom to ask for so that everybody may serve who is named: also who is never picked unasked."""
    return None if needs_all(calendar) else calendar.member_ids or None
