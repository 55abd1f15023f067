"""Who serves a booking, and who only comes along (SPEC N14).

A booking tells whom it has, not in which role. The catalogue tells how many serve: the places
that members fill in the roles of its calendar. Whoever is beyond them attends, or came with
an add-on. Where several could be the one who attends, the booking cannot tell which it is.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from attrs import frozen

from bookable.availability.competition import competing, conditions_of
from bookable.availability.pools import Reading
from bookable.availability.question import Candidate, Question, Role
from bookable.availability.roles import candidate_of
from bookable.domain.booking import Booking
from bookable.domain.resources import Member


def is_member(candidate: Candidate) -> bool:
    """Whether it is a person."""
    return isinstance(candidate.resource, Member)


def with_roles(question: Question, roles: Iterable[Role]) -> Question:
    """The question with other roles."""
    found = tuple(roles)
    groups, conditions = competing(found), conditions_of(found)
    return attrs.evolve(question, roles=found, groups=groups, conditions=conditions)


@frozen
class Company:
    """The members of a booking, by what the catalogue tells of them.

    ``serving`` fill a place in a role, ``attending`` none. Of the ``unsure`` so many as
    ``staying`` attend, but which of them the booking does not tell.
    """

    serving: tuple[str, ...]
    attending: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    staying: int = 0

    @classmethod
    def of(cls, question: Question, booking: Booking) -> Company:
        """The members of a booking, for a question that names all who may serve its calendar.

        Who has left the calendar since serves where a place would be empty otherwise. O(p) to read
        the pools, then O(h²·s) for its *h* members and *s* places.
        """
        hosts, held = {*booking.host_ids}, {*booking.resource_ids}
        places, peopled = _places(question, held)
        # Places that somebody could fill, or else a room which nothing else needs.
        rooms = [each - hosts for each in places]
        spare = len(_filled(rooms)) - len(_filled(rooms[peopled:]))
        beyond = len(hosts) - peopled + spare
        if beyond <= 0:
            return cls(booking.host_ids)
        outside = hosts - set[str]().union(*places)
        empty = peopled - spare - len(_filled([each & hosts for each in places[:peopled]]))
        if empty <= 0 and len(outside) == beyond:
            return cls(tuple(sorted(hosts - outside)), tuple(sorted(outside)))
        needed = _needed(places, hosts)
        serving = needed | outside if len(outside) <= empty else needed
        attending = set[str]() if empty > 0 else outside
        unsure = hosts - serving - attending
        return cls(
            tuple(sorted(serving)),
            tuple(sorted(attending)),
            tuple(sorted(unsure)),
            min(beyond - len(attending), len(unsure)),
        )

    def beside(self, question: Question, reading: Reading) -> Question:
        """The question with a role for those who stay without serving, whoever they are."""
        if not self.staying:
            return question
        found = map(reading.catalogue.settled_resource, self.unsure)
        role = Role("attendees", tuple(candidate_of(each, reading) for each in found), self.staying)
        return with_roles(question, (*question.roles, role))


def _places(question: Question, held: set[str]) -> tuple[list[set[str]], int]:
    """What may fill each place of all roles, those for people first, and how many these are."""
    roles = sorted(question.roles, key=lambda role: not any(map(is_member, role.candidates)))
    places = [
        held & {each.resource.id for each in role.candidates}
        for role in roles
        for _ in range(role.count)
    ]
    return places, sum(role.count for role in roles if any(map(is_member, role.candidates)))


def _filled(places: list[set[str]]) -> dict[str, int]:
    """The most places that can be filled at once, by what fills each (augmenting paths)."""
    holder: dict[str, int] = {}
    for number in range(len(places)):
        _fill(places, holder, number, set())
    return holder


def _fill(places: list[set[str]], holder: dict[str, int], place: int, tried: set[str]) -> bool:
    """Fill one place more, moving on what fills others."""
    ways = places[place] - tried
    key = min(ways - holder.keys(), default=None)
    if key is not None:
        holder[key] = place
        return True
    tried |= ways
    for each in sorted(ways):
        if _fill(places, holder, holder[each], tried):
            holder[each] = place
            return True
    return False


def _needed(places: list[set[str]], hosts: set[str]) -> set[str]:
    """The hosts without whom fewer places could be filled."""
    holder, needed = _filled(places), set[str]()
    for key in sorted(hosts.intersection(holder)):
        place = holder.pop(key)
        if not _fill(places, holder, place, {key}):
            holder[key] = place
            needed.add(key)
    return needed
