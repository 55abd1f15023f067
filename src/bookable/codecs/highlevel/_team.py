"""Who serves a HighLevel calendar: ``calendarType``, ``teamMembers`` and ``eventType``.

Priorities 0, 0.5 and 1 are 0, 1 and 2 in the calendar's ranking. What else is said of a team member is
carried as it is, by the id of the user.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import attrs
from attrs import frozen

from bookable.codecs._bodies import Body, flag, identifier, items, word
from bookable.codecs._forms import fault, read_list
from bookable.codecs.highlevel._carried import carried_object, plain
from bookable.codecs.highlevel._parts import NOTHING, Fields, Part, changed, noting
from bookable.domain.calendar import Calendar, CalendarKind
from bookable.domain.catalogue import Catalogue
from bookable.domain.ranking import Ranking
from bookable.domain.resources import Member
from bookable.errors import CodecError

MOST_TEAM: Final = 1_000
"""The most ``teamMembers`` of a calendar."""
MOST_LOCATIONS: Final = 100
"""The most ``locationConfigurations``."""

TYPE: Final = "calendarType"
TEAM: Final = "teamMembers"
EVENT_TYPE: Final = "eventType"
LOCATIONS: Final = "locationConfigurations"

KINDS: Final[Mapping[str, CalendarKind]] = {
    "round_robin": CalendarKind.ROUND_ROBIN,
    "event": CalendarKind.EVENT,
    "class_booking": CalendarKind.CLASS,
    "collective": CalendarKind.COLLECTIVE,
    "service_booking": CalendarKind.SERVICE,
    "personal": CalendarKind.PERSONAL,
}
"""The calendar types by their words."""

_TYPES: Final = {kind: name for name, kind in KINDS.items()}
_CONFERENCES: Final = ("zoom_conference", "google_conference", "ms_teams_conference")
_LOCATION_KINDS: Final = (
    *("custom", "zoom_conference", "google_conference", "inbound_call", "outbound_call"),
    *("physical", "booker", "ms_teams_conference"),
)
_ONE_LOCATION: Final = (CalendarKind.CLASS, CalendarKind.COLLECTIVE)
_PRIORITIES: Final[Mapping[float, int]] = {0: 0, 0.5: 1, 1: 2}
_ORDINARY: Final = 1

_AVAILABILITY: Final = "RoundRobin_OptimizeForAvailability"
_EQUAL: Final = "RoundRobin_OptimizeForEqualDistribution"
_ORDERS: Final = {
    _AVAILABILITY: Ranking.availability().order,
    _EQUAL: Ranking.equal_distribution().order,
}


@frozen
class Teammate:
    """One of the ``teamMembers``; ``extras`` are the fields of a HighLevel user that the engine never asks for."""

    id: str
    priority: int
    is_primary: bool
    locations: int
    extras: Fields


def _priority(value: object, path: str) -> int:
    if type(value) not in {int, float} or value not in _PRIORITIES:
        raise fault(path, "0, 0.5 or 1", value, "choice")
    return _PRIORITIES[value]  # type: ignore[index]  # a number that is one of them


def _location(value: object, path: str) -> str:
    return Body.of(value, path).read("kind", word(*_LOCATION_KINDS))


LOCATION_KINDS: Final = items(_location, at_most=MOST_LOCATIONS)


def _teammate(value: object, path: str) -> Teammate:
    body = Body.of(value, path)
    extras = {
        key: plain(given, body.at(key))
        for key, given in body.fields.items()
        if key not in {"userId", "priority"} and (key, given) != ("isPrimary", True)
    }
    return Teammate(
        body.read("userId", identifier),
        body.read("priority", _priority, _ORDINARY),
        body.read("isPrimary", flag, False),
        len(body.read(LOCATIONS, LOCATION_KINDS, ())),
        extras,
    )


_TEAM: Final = items(_teammate, at_most=MOST_TEAM)


def team_of(body: Body, kind: CalendarKind) -> tuple[Teammate, ...]:
    """The team that a body states for a calendar of a kind, in its order.

    Raises:
        CodecError: If such a calendar cannot have it.
    """
    team = body.read(TEAM, _TEAM, ())
    path = body.at(TEAM)
    _check_size(len(team), kind, path, body)
    ids = [each.id for each in team]
    for index, each in enumerate(ids):
        if each in ids[:index]:
            expected = "a user who is named once"
            raise fault(f"{path}[{index}].userId", expected, each, "duplicate_id")
    primary = [index for index, each in enumerate(team) if each.is_primary]
    if len(primary) > 1:
        expected = "only one member who is primary"
        raise fault(f"{path}[{primary[1]}].isPrimary", expected, True, "member_ids")
    if kind is CalendarKind.COLLECTIVE and not primary:
        reason = "of a collective calendar one member has isPrimary true"
        raise CodecError(path, reason, "member_ids")
    _check_locations(team, kind, path)
    return team


def _check_size(count: int, kind: CalendarKind, path: str, body: Body) -> None:
    name = _TYPES[kind]
    if kind is CalendarKind.EVENT and count:
        reason = f"expected no members for a calendar of type {name!r}, not {count:,}"
    elif kind is CalendarKind.PERSONAL and count != 1:
        reason = f"expected exactly one member for a calendar of type {name!r}, not {count:,}"
    elif kind is not CalendarKind.EVENT and not count:
        reason = f"expected at least one member for a calendar of type {name!r}"
        if TEAM not in body:
            raise CodecError(path, reason, "missing_key")
    else:
        return
    raise CodecError(path, reason, "member_ids")


def _check_locations(team: tuple[Teammate, ...], kind: CalendarKind, path: str) -> None:
    """Several places to meet only where there is one member; of a class and a collective one each."""
    for index, each in enumerate(team):
        if each.locations > 1 and (len(team) > 1 or kind in _ONE_LOCATION):
            expected = "one location for each member"
            given = f"{each.locations} locations"
            raise fault(f"{path}[{index}].{LOCATIONS}", expected, given, "limit_exceeded")


def check_places(value: object, path: str, kind: CalendarKind) -> None:
    """Check the ``locationConfigurations`` of a calendar: conferences are not for event calendars.

    Raises:
        CodecError: If they are no list of locations, or of those that the type cannot have.
    """
    for index, (each, given) in enumerate(
        zip(LOCATION_KINDS(value, path), read_list(value, path), strict=True)
    ):
        if kind is CalendarKind.EVENT and each in _CONFERENCES:
            expected = (
                "a kind other than a conference for an event calendar, for example 'physical'"
            )
            raise fault(f"{path}[{index}].kind", expected, given["kind"], "choice")


def hosts_asked(calendar: Calendar, user_ids: Collection[str]) -> tuple[str, ...] | None:
    """The hosts that a request for these users names; None for the calendar's own.

    All members of a collective calendar meet: who asks for one of them asks for nothing else.
    """
    if calendar.kind is CalendarKind.COLLECTIVE and {*calendar.member_ids}.issuperset(user_ids):
        return None
    return tuple(user_ids) or None


# Reading and writing -------------------------------------------------------


def kind_of(body: Body) -> CalendarKind:
    """The kind of a new calendar: where no type is said, round robin with a team and an event without."""
    given = body.read(TYPE, word(*KINDS), None)
    if given is None:
        return CalendarKind.ROUND_ROBIN if body.fields.get(TEAM) else CalendarKind.EVENT
    return KINDS[given]


def check_kind(body: Body, calendar: Calendar) -> None:
    """Refuse another type than a calendar has: it never changes.

    Raises:
        CodecError: If it is another one (code ``not_changeable``), or none.
    """
    given = body.read(TYPE, word(*KINDS), None)
    if given is not None and KINDS[given] is not calendar.kind:
        reason = f"the type of a calendar cannot be changed: it is {_TYPES[calendar.kind]!r}"
        raise CodecError(body.at(TYPE), reason, "not_changeable")


def _read(body: Body, calendar: Calendar) -> Calendar:
    team = team_of(body, calendar.kind)
    primary = [each.id for each in team if each.is_primary]
    ranking = attrs.evolve(calendar.ranking, priorities={each.id: each.priority for each in team})
    calendar = changed(
        calendar,
        member_ids=[each.id for each in team],
        primary_id=primary[0] if primary else None,
        ranking=ranking,
    )
    return noting(calendar, TEAM, {each.id: each.extras for each in team if each.extras} or None)


def _write(calendar: Calendar) -> Fields:
    return {TEAM: written_team(calendar, None)}


def written_team(calendar: Calendar, catalogue: Catalogue | None) -> list[object]:
    """The ``teamMembers`` of a calendar, in their order.

    Who has no priority there has that of the member in the catalogue: above zero is high, below low.
    """
    extras = carried_object(calendar.metadata, TEAM)
    return [
        _written_one(member_id, calendar, catalogue, extras.get(member_id))
        for member_id in calendar.member_ids
    ]


def _written_one(
    member_id: str, calendar: Calendar, catalogue: Catalogue | None, extras: object
) -> Fields:
    given = calendar.ranking.priorities.get(member_id)
    if given is None:
        member = None if catalogue is None else catalogue.get(member_id)
        given = _ORDINARY + (member.priority if isinstance(member, Member) else 0)
    words: list[float] = list(_PRIORITIES)
    found: Fields = {
        "userId": member_id,
        "priority": words[min(max(given, 0), len(words) - 1)],
        **(extras if isinstance(extras, dict) else NOTHING),
    }
    if member_id == calendar.primary_id:
        found["isPrimary"] = True
    return found


def _read_event_type(body: Body, calendar: Calendar) -> Calendar:
    given = body.read(EVENT_TYPE, word(*_ORDERS), _AVAILABILITY)
    return changed(calendar, ranking=attrs.evolve(calendar.ranking, order=_ORDERS[given]))


def _write_event_type(calendar: Calendar) -> Fields:
    is_equal = calendar.ranking.order == _ORDERS[_EQUAL]
    return {EVENT_TYPE: _EQUAL if is_equal else _AVAILABILITY}


def written_type(calendar: Calendar) -> Fields:
    """The ``calendarType`` of a calendar."""
    return {TYPE: _TYPES[calendar.kind]}


TEAM_PART: Final = Part((TEAM,), _read, _write)
EVENT_TYPE_PART: Final = Part((EVENT_TYPE,), _read_event_type, _write_event_type)
