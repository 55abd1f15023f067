"""A request as the engine reads it: roles, candidates and what they must satisfy.

A role needs ``count`` different resources of its pool. Which starts can fill all
roles at once is decided by Hall's theorem: for every group of roles whose pools
overlap and every subset of that group, at least as many different resources must be able
to serve as those roles need together (SPEC N14). A question carries these *conditions*
ready made; a condition is a number and, for each resource, the places in the roles
where it could serve. Masks, interval sets and single instants all read the same ones.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Final

from attrs import field, frozen

from bookable.domain.calendar import Calendar
from bookable.domain.hours import OpeningHours
from bookable.domain.limit import Limit
from bookable.domain.policy import (
    BLOCKING_KINDS,
    UNREAD,
    Access,
    BufferPolicy,
    BusyKind,
    Horizon,
    Notice,
    Unknown,
)
from bookable.domain.ranking import Ranking
from bookable.domain.refusal import RefusalCode
from bookable.domain.request import Request
from bookable.domain.requirement import Requirement
from bookable.domain.resources import Equipment, Resource, Room
from bookable.timeline.civil import Zone
from bookable.timeline.packing import AnyGrid


@frozen(cache_hash=True)
class Candidate:
    """One resource with what a role would take of it; buffers in microseconds.

    ``resource`` is settled; ``hours`` are all that hold for it here. ``kinds`` of blocks count.
    ``individual`` is set for what each booking takes for itself even inside a session: so many
    units for every so many people. ``at_once`` bookings of the calendar ``crowd`` may share a host.
    ``is_for_add_on`` marks what an add-on needs, beside what the calendar does. ``aside`` are the rules
    of capacity that do not count; ``is_taken`` marks what could not be had if they did, ``is_given_up``
    a room that is not asked for: it is in no allocation. ``is_unknown`` marks what may be free or not.
    """

    resource: Resource
    units: int
    seats: int
    before: int
    after: int
    hours: OpeningHours | None = None
    policy: BufferPolicy = BufferPolicy.EXCLUSIVE
    kinds: frozenset[BusyKind] = BLOCKING_KINDS
    individual: tuple[int, int] | None = None
    crowd: str | None = None
    at_once: int = 1
    is_for_add_on: bool = False
    aside: frozenset[RefusalCode] = frozenset()
    is_taken: bool = False
    is_given_up: bool = False
    is_unknown: bool = False

    @property
    def shortage(self) -> tuple[str, int, int] | None:
        """What it can never give, with what is needed and what exists; None if it can."""
        resource = self.resource
        if isinstance(resource, Room):
            limit = resource.seat_limit
            if limit is not None and self.seats > limit:
                return "seats", self.seats, limit
            return None
        held = resource.unit_limit if isinstance(resource, Equipment) else 1
        if isinstance(resource, Equipment) and isinstance(resource.out_of_service, int):
            held -= resource.out_of_service
        return ("units", self.units, held) if self.units > held else None

    @property
    def closing_kinds(self) -> frozenset[BusyKind]:
        """The kinds of blocks that close it: whatever else is left aside, who could not be read is not free."""
        return self.kinds & UNREAD if RefusalCode.BUSY in self.aside else self.kinds

    @property
    def can_serve(self) -> bool:
        """Whether it is active, known and large enough, whatever is booked."""
        if self.is_unknown:
            return False
        return self.resource.is_active and self.shortage is None


@frozen(cache_hash=True)
class Role:
    """So many different resources out of these candidates, and the requirement that asks for them."""

    name: str
    candidates: tuple[Candidate, ...]
    count: int
    need: Requirement | None = field(default=None, eq=False)

    @property
    def is_for_add_on(self) -> bool:
        """Whether it is an add-on that needs it; not where there is nobody for it."""
        return any(each.is_for_add_on for each in self.candidates)


_MOST_KEPT: Final = 24
"""Two things for each window: enough for a listing and the parts of a first slot."""
_MOST_BITS: Final = 64_000_000
"""Of the masks of one question: 8 MB."""


def _bits_of(kept: object) -> int:
    bits: int = getattr(kept, "bits", 0)
    return bits


Place = tuple[int, int]
"""A role and a candidate in it, by their positions."""


@frozen
class Condition:
    """At least ``needed`` of these resources can serve, each in one of its places."""

    needed: int
    roles: tuple[int, ...]
    resources: tuple[tuple[Place, ...], ...]


@frozen(eq=False)
class Question:
    """A request together with the rules that hold for it in one catalogue.

    Durations are in microseconds. ``grid`` is None when any start may be booked;
    ``listing_grid`` is what a listing walks. ``seats_per_slot`` is None where bookings do
    not share sessions. ``zone`` is where dates are counted, ``location_id`` where it takes place.
    ``limits`` are the calendar's and those of the catalogue, ``access`` is what the customer may do.
    ``delegate_ids`` are those who may stand in for hosts who are away. ``kept_ids`` are those who have
    to serve, all of them and nobody else; None where that is open. ``aside`` are the rules that
    are left aside; ``customary`` is the question as it would be if none were, None where none is.
    ``unknown`` are all who may be free or not, ``unknown_ids`` those of the request that it could have
    taken, ``left_out_ids`` the people whom it would need and goes on without.
    ``widest_buffers`` are the longest that any of its resources may take;
    ``windows_a_day`` is how many opening windows have to be looked at for one day. ``rests_on_records``
    tells whether who can serve follows from the rules and the record of each candidate alone.
    """

    request: Request
    calendar: Calendar | None
    roles: tuple[Role, ...]
    groups: tuple[tuple[int, ...], ...]
    conditions: tuple[Condition, ...] = field(repr=False)
    duration: int
    before: int
    after: int
    policy: BufferPolicy
    buffer_within_hours: bool
    hours: OpeningHours | None
    booker_hours: OpeningHours | None
    blocking_kinds: frozenset[BusyKind]
    grid: AnyGrid | None
    listing_grid: AnyGrid
    zone: Zone
    minimum_notice: Notice
    booking_horizon: Horizon | None
    seats_per_slot: int | None
    ranking: Ranking
    limits: tuple[Limit, ...]
    access: Access
    location_id: str | None
    tags: frozenset[str]
    delegate_ids: frozenset[str] = frozenset()
    aside: frozenset[RefusalCode] = frozenset()
    customary: Question | None = field(default=None, repr=False)
    kept_ids: frozenset[str] | None = None
    unknown: frozenset[str] = frozenset()
    unknown_ids: tuple[str, ...] = ()
    left_out_ids: tuple[str, ...] = ()
    widest_buffers: tuple[int, int] = field(init=False)
    windows_a_day: int = field(init=False)
    places: dict[str, list[Place]] = field(init=False, repr=False)
    rests_on_records: bool = field(init=False, repr=False)
    kept: dict[Hashable, object] = field(factory=dict, init=False, repr=False)
    _candidates: dict[str, Candidate] = field(init=False, repr=False)

    @property
    def closing_kinds(self) -> frozenset[BusyKind]:
        """The kinds of blocks that close anything, as for each `Candidate`."""
        kinds = self.blocking_kinds
        return kinds & UNREAD if RefusalCode.BUSY in self.aside else kinds

    @property
    def subject(self) -> str:
        """The calendar's id; the empty string for a request without one."""
        return "" if self.calendar is None else self.calendar.id

    def candidate_of(self, resource_id: str) -> Candidate | None:
        """What the question would take of a resource; None where it asks for none of it."""
        return self._candidates.get(resource_id)

    @places.default
    def _find_places(self) -> dict[str, list[Place]]:
        """Where each resource may serve, in the order of roles and candidates."""
        found: dict[str, list[Place]] = {}
        for number, role in enumerate(self.roles):
            for position, candidate in enumerate(role.candidates):
                found.setdefault(candidate.resource.id, []).append((number, position))
        return found

    @rests_on_records.default
    def _find_rests_on_records(self) -> bool:
        """Whether who can serve follows from the rules and the record of each candidate alone.

        Limits of resources and strict fairness read what others have as well.
        """
        return not self.ranking.strict and not any(each.is_for_resources for each in self.limits)

    def keep(self, key: Hashable, value: object) -> None:
        """Remember something about a window, of the last few that were asked about.

        Of what has ``bits`` no more than a bound in all is kept, but for the last.
        """
        self.kept.pop(key, None)
        for oldest in list(self.kept)[: max(len(self.kept) - _MOST_KEPT + 1, 0)]:
            self.kept.pop(oldest, None)
        bits = _bits_of(value)
        for oldest, each in list(self.kept.items()) if bits else ():
            if _bits_of(each) and self.kept_bits + bits > _MOST_BITS:
                self.kept.pop(oldest, None)
        self.kept[key] = value

    @property
    def kept_bits(self) -> int:
        """How many bits are remembered, in masks."""
        return sum(map(_bits_of, list(self.kept.values())))

    @_candidates.default
    def _find_candidates(self) -> dict[str, Candidate]:
        found: dict[str, Candidate] = {}
        for each in (candidate for role in self.roles for candidate in role.candidates):
            known = found.get(each.resource.id)
            # What each booking takes for itself is the one that is asked for again.
            if known is None or known.individual is None:
                found[each.resource.id] = each
        return found

    @widest_buffers.default
    def _find_widest_buffers(self) -> tuple[int, int]:
        every = [each for role in self.roles for each in role.candidates]
        before = max((each.before for each in every), default=0)
        after = max((each.after for each in every), default=0)
        return max(before, self.before), max(after, self.after)

    def wants(self, host_ids: Iterable[str]) -> bool:
        """Whether one of the hosts asked for is there, beside those whom a requirement brings.

        Where it is settled who serves, nobody else is there.
        """
        there = frozenset(host_ids)
        if self.kept_ids is not None and self.kept_ids != there:
            return False
        wanted = self.request.host_ids
        return wanted is None or not {*wanted, *self.delegate_ids}.isdisjoint(there)

    @property
    def is_choosy(self) -> bool:
        """Whether not everybody who serves would do."""
        return self.kept_ids is not None or self.request.host_ids is not None

    def suits(self, room_ids: Iterable[str]) -> bool:
        """Whether these are rooms such as are asked for, where anything is asked of rooms."""
        request = self.request
        if not (request.features or request.where or request.location_id):
            return True
        return all(self.candidate_of(room_id) is not None for room_id in room_ids)

    @windows_a_day.default
    def _count_windows(self) -> int:
        every = {each.hours for role in self.roles for each in role.candidates}
        every |= {self.hours, self.booker_hours}
        return sum(hours._weight for hours in every if hours is not None)

    @property
    def attendee_ids(self) -> tuple[str, ...]:
        """Those of the request who are to attend: who is left out is not booked."""
        request, left_out = self.request, self.left_out_ids
        return tuple(key for key in request.attendee_ids if key not in left_out)

    @property
    def passed_by(self) -> frozenset[str]:
        """Whose turn does not count: all who are unknown, where the question goes on without them."""
        return self.unknown if self.request.unknown is Unknown.LEFT_OUT else frozenset()

    @property
    def party_size(self) -> int:
        """The people in the request."""
        return self.request.party_size

    @property
    def seats_needed(self) -> int:
        """The people for whom a session must have room."""
        return 0 if RefusalCode.FULL in self.aside else self.party_size

    @property
    def opening_hours(self) -> OpeningHours | None:
        """The hours in which it must take place; ``hours`` tell as well what is working time."""
        return None if RefusalCode.OUTSIDE_HOURS in self.aside else self.hours
