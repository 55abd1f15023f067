"""Requests that ask for a little less than another: each differs from it in one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import attrs
from attrs import frozen

from bookable.domain.policy import BusyKind
from bookable.domain.requirement import Requirement, ResourceKind
from bookable.domain.resources import Member, Room
from bookable.domain.wording import spelled
from bookable.timeline.instant import MINUTE, duration_us

if TYPE_CHECKING:
    from bookable.availability.question import Question
    from bookable.availability.search import Search
    from bookable.domain.calendar import Calendar
    from bookable.domain.request import Request


class AlternativeKind(StrEnum):
    """What gives way, in the order in which alternatives of equal cost are listed."""

    OTHER_START = "other_start"
    """An earlier or later start."""
    OTHER_HOST = "other_host"
    """Another host, or somebody who stands in."""
    OTHER_ROOM = "other_room"
    """A room without one of the features or demands, in another location, or of another name."""
    SHORTER = "shorter"
    """A shorter booking."""
    FEWER_ATTENDEES = "fewer_attendees"
    """One of those who must come does not."""
    SMALLER_PARTY = "smaller_party"
    """Some of the people are left out."""
    BUSY_IGNORED = "busy_ignored"
    """Blocks of a weak kind do not count."""
    LESS_NOTICE = "less_notice"
    """Less notice than is asked for."""
    LONGER_HORIZON = "longer_horizon"
    """Further ahead than is allowed."""


_WEAK_KINDS: Final = (BusyKind.FREE, BusyKind.ELSEWHERE, BusyKind.TENTATIVE)


@frozen
class Loosened:
    """A request that asks for less: what gives way, by how much, and the fields that changed.

    ``amount`` is in minutes for a duration, else in people.
    """

    kind: AlternativeKind
    request: Request
    changes: dict[str, object]
    what: str
    amount: int = 0


def looser_requests(search: Search, bookable: Callable[[Request], bool]) -> Iterator[Loosened]:
    """Every request that asks for one thing less, in a fixed order.

    Of durations and party sizes only the largest that can be booked, where there is one.
    """
    question = search.question
    yield from _other_hosts(question.request)
    yield from _other_rooms(question.request)
    yield from _other_requirements(search)
    yield from _shorter(question, bookable)
    yield from _fewer_attendees(question.request)
    yield from _smaller_party(question.request, bookable)
    for kind in _WEAK_KINDS:
        if kind in question.blocking_kinds:
            changes = {"blocking_kinds": question.blocking_kinds - {kind}}
            what = f"if what is {kind.value} does not count"
            yield _changed(AlternativeKind.BUSY_IGNORED, question.request, changes, what)


def _changed(
    kind: AlternativeKind,
    request: Request,
    changes: dict[str, Any],
    what: str,
    amount: int = 0,
) -> Loosened:
    return Loosened(kind, attrs.evolve(request, **changes), changes, what, amount)


def _other_hosts(request: Request) -> Iterator[Loosened]:
    kind = AlternativeKind.OTHER_HOST
    if request.host_ids is not None:
        yield _changed(kind, request, {"host_ids": None}, "with another host")
    if request.calendar_id is not None and not request.use_delegates:
        yield _changed(kind, request, {"use_delegates": True}, "with somebody who stands in")


def _other_rooms(request: Request) -> Iterator[Loosened]:
    kind = AlternativeKind.OTHER_ROOM
    for feature in sorted(request.features):
        changes: dict[str, Any] = {"features": request.features - {feature}}
        yield _changed(kind, request, changes, f"in a room without {feature!r}")
    for demand in request.where:
        changes = {"where": tuple(each for each in request.where if each != demand)}
        yield _changed(kind, request, changes, f"whatever its {demand.attribute!r}")
    if request.location_id is not None:
        yield _changed(kind, request, {"location_id": None}, "in another location")


def _other_requirements(search: Search) -> Iterator[Loosened]:
    """What a request of its own rules asks of its requirements."""
    request = search.question.request
    for number, need in enumerate(request.requirements):
        for kind, looser, what in _looser_needs(search, need):
            needs = list(request.requirements)
            needs[number] = looser
            yield _changed(kind, request, {"requirements": tuple(needs)}, what)


def _looser_needs(
    search: Search, need: Requirement
) -> Iterator[tuple[AlternativeKind, Requirement, str]]:
    resources = [search.catalogue.resource(key) for key in need.pool]
    for type_, kind, sort, what in (
        (Member, AlternativeKind.OTHER_HOST, ResourceKind.MEMBER, "with another host"),
        (Room, AlternativeKind.OTHER_ROOM, ResourceKind.ROOM, "in another room"),
    ):
        if resources and all(isinstance(each, type_) for each in resources):
            yield kind, attrs.evolve(need, pool=(), kind=sort), what
    for feature in sorted(need.features):
        less = attrs.evolve(need, features=need.features - {feature})
        yield AlternativeKind.OTHER_ROOM, less, f"without {feature!r}"
    for demand in need.where:
        less = attrs.evolve(need, where=tuple(each for each in need.where if each != demand))
        yield AlternativeKind.OTHER_ROOM, less, f"whatever its {demand.attribute!r}"


def _shorter(question: Question, bookable: Callable[[Request], bool]) -> Iterator[Loosened]:
    """The longest of the shorter durations that can be booked."""
    request, calendar = question.request, question.calendar
    if request.whole_days:
        return
    given = [] if calendar is None else _durations(request, calendar)
    shorter = [each for each in sorted(given, reverse=True) if each < request.duration]
    found = next((each for each in shorter if bookable(_lasting(request, each))), None)
    least = _least(calendar)
    if least is not None:
        longest = _most(
            -(-duration_us(least) // MINUTE) or 1,
            -(-duration_us(request.duration) // MINUTE) - 1,
            lambda minutes: bookable(_lasting(request, timedelta(minutes=minutes))),
        )
        if longest is not None and (found is None or timedelta(minutes=longest) > found):
            found = timedelta(minutes=longest)
    if found is not None:
        lost = -(-duration_us(request.duration - found) // MINUTE)
        what = f"for {spelled(duration_us(found))}"
        yield _changed(AlternativeKind.SHORTER, request, {"duration": found}, what, lost)


def _lasting(request: Request, duration: timedelta) -> Request:
    return attrs.evolve(request, duration=duration)


def _durations(request: Request, calendar: Calendar) -> set[timedelta]:
    """The durations that a calendar lists, with any of its hosts."""
    hosts = (None, *calendar.member_ids)
    parts = request.variant_id, request.add_on_ids
    return {each for host in hosts for each in calendar.durations_with(host, *parts)}


def _least(calendar: Calendar | None) -> timedelta | None:
    """The shortest of a range of durations; None where only those that are listed are allowed."""
    if calendar is None:
        return timedelta(0)
    if calendar.shortest is None and calendar.longest is None:
        return None
    return timedelta(0) if calendar.shortest is None else calendar.shortest


def _fewer_attendees(request: Request) -> Iterator[Loosened]:
    for member_id in request.attendee_ids:
        changes: dict[str, Any] = {
            "attendee_ids": tuple(each for each in request.attendee_ids if each != member_id),
            "optional_ids": (*request.optional_ids, member_id),
        }
        what = f"without {member_id!r}"
        yield _changed(AlternativeKind.FEWER_ATTENDEES, request, changes, what, 1)


def _smaller_party(request: Request, bookable: Callable[[Request], bool]) -> Iterator[Loosened]:
    """The largest of the smaller parties that can be booked."""

    def fits(size: int) -> bool:
        return bookable(attrs.evolve(request, party_size=size))

    size = _most(1, request.party_size - 1, fits)
    if size is not None:
        left = request.party_size - size
        what = f"for {size} of the {request.party_size} people"
        yield _changed(AlternativeKind.SMALLER_PARTY, request, {"party_size": size}, what, left)


def _most(low: int, high: int, fits: Callable[[int], bool]) -> int | None:
    """The largest number from *low* to *high* that fits, if all below it do; O(log n) tries."""
    if low > high or not fits(low):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low
