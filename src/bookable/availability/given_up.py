"""Rooms that a booking gave up: they go on standing in it, and nothing is asked of them (SPEC N29).

Rooms are given up when nobody checked in, or when the guests declined. Whatever happens to such a
booking then, short of a move that somebody asks for, it does without them: others may have them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from bookable.availability.question import Candidate, Question, Role
from bookable.availability.serving import with_roles
from bookable.domain.booking import Booking
from bookable.domain.refusal import CAPACITY_RULES
from bookable.domain.resources import Room


def has_given_up(bookings: Iterable[Booking]) -> bool:
    """Whether bookings of the same rooms have given them up, all of them."""
    return all(each.room_ids and each.rooms_until is not None for each in bookings)


def without_rooms_given_up(question: Question, bookings: Sequence[Booking]) -> Question:
    """The question that asks nothing of rooms where the bookings gave them up, else the same.

    Their places in roles are kept, for the roles still need as many of everything else: they are for
    rooms that any booking could have at any time, and that no allocation has.
    """
    if not has_given_up(bookings):
        return question
    own = {key for each in bookings for key in each.room_ids}
    return with_roles(question, (_asking_no_room(role, own) for role in question.roles))


def _asking_no_room(role: Role, own: set[str]) -> Role:
    rooms = {each.resource.id for each in role.candidates if isinstance(each.resource, Room)}
    if not rooms:
        return role
    others = (each for each in role.candidates if each.resource.id not in rooms)
    return attrs.evolve(role, candidates=(*others, *_in_name(rooms | own)))


def _in_name(room_ids: Iterable[str]) -> Iterator[Candidate]:
    for key in sorted(room_ids):
        room = Room(key, capacity=1)
        yield Candidate(room, 1, 0, 0, 0, kinds=frozenset(), aside=CAPACITY_RULES, is_given_up=True)
