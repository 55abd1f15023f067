"""What is on offer at some starts: the bookable ones, and the details of each when asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import attrs
from attrs import field, frozen

from bookable.availability import masks
from bookable.availability.assignment import Allocation, Options, able_candidates
from bookable.availability.choices import assignments
from bookable.availability.details import Details
from bookable.availability.feasibility import Starts, limits
from bookable.availability.joint import PlaceMasks
from bookable.availability.overbooking import is_overbooked
from bookable.availability.presence import missing_people, unread_ids
from bookable.availability.question import Candidate, Question
from bookable.availability.serving import serving_of
from bookable.availability.session_window import Sessions
from bookable.availability.sessions import Session, joinable
from bookable.domain.booking import Buffers
from bookable.domain.refusal import CAPACITY_RULES
from bookable.domain.resources import Equipment, Member, Room
from bookable.errors import InvalidValueError
from bookable.frozen_map import FrozenMap
from bookable.timeline.instant import from_us

if TYPE_CHECKING:
    from bookable.availability.search import Search


@frozen(eq=False)
class Offer:
    """The bookable ones among some starts, with all that is needed to tell of each.

    ``new`` are the starts at which all roles can be filled, ``join`` the others at which a session
    can be joined. ``beyond`` is what there is without rules of capacity; there ``free`` are the
    places that are had with them, which are taken first.
    """

    search: Search
    starts: Starts
    places: PlaceMasks
    new: int
    join: int
    sessions: Sessions
    beyond: Offer | None = None
    free: PlaceMasks | None = None
    _kept: dict[int, Details] = field(factory=dict, init=False, repr=False)

    @property
    def bookable(self) -> int:
        """The mask of all bookable starts."""
        own = self.new | self.join
        return own if self.beyond is None else own | self.beyond.bookable

    def details(self, start_us: int) -> Details:
        """The facts of the slot that starts then.

        Raises:
            InvalidValueError: If that start was not offered.
        """
        details = self._kept.get(start_us)
        if details is None:
            if not self.bookable & mask_at([start_us], self.starts):
                moment = from_us(start_us)
                raise InvalidValueError("slot.start", moment, "a start that was offered", "slot")
            details = self._kept[start_us] = next(self.choices(start_us))
        return details

    def choices(self, start_us: int) -> Iterator[Details]:
        """The facts for every way to book a start that was offered; the first is that of `details`.

        Sessions that can be joined come first, then new allocations in order of preference. Each
        is worked out when it is asked for. More than there is is taken only where nothing else will do.
        """
        here = mask_at([start_us], self.starts)
        if self.beyond is not None and not (self.new | self.join) & here:
            yield from self.beyond.choices(start_us)
            return
        options = self._options(start_us)
        for session in self._sessions_to_join(start_us):
            allocation = self._share_of(session)
            yield self._facts(start_us, options, allocation, session.seats_left, session)
        if self.new & here:
            search = self.search
            for taken in assignments(search, options):
                left = self._seats_left(start_us, taken)
                yield self._facts(start_us, options, Allocation.of(taken), left)

    def _facts(
        self,
        start: int,
        options: Options,
        allocation: Allocation,
        seats: int,
        session: Session | None = None,
    ) -> Details:
        able = [each.resource for role in options for each in role]
        hosts = {each.id for each in able if isinstance(each, Member)}
        rooms = {each.id for each in able if isinstance(each, Room)}
        if session is not None:
            hosts.update(allocation.host_ids)
            rooms.update(allocation.room_ids)
        question = self.search.question
        return Details(
            tuple(sorted(hosts)),
            tuple(sorted(rooms)),
            seats,
            allocation,
            options=_named(question, options),
            missing_ids=missing_people(self.search, start),
            is_overbooked=self.free is not None
            or is_overbooked(self.search, start, allocation, session),
            override=self.search.question.aside & CAPACITY_RULES,
            location_id=question.location_id if session is None else session.location_id,
            unknown_ids=unread_ids(self.search, start, start + 1),
        )

    def _share_of(self, session: Session) -> Allocation:
        """What joining a session takes: the same, and equipment of one's own.

        What the others took for themselves and nobody is asked to take any more stays theirs;
        who attends for them, or came with their add-ons, is there for whoever joins as well.
        """
        first, own = session.bookings[0], self._own_units(session)
        shared = {key: n for key, n in first.equipment.items() if key not in first.individual_ids}
        buffers: dict[str, Buffers] = {}
        for booking in reversed(session.bookings):
            buffers |= booking.buffers or {}
        equipment = FrozenMap(shared | own)
        kept = {*first.host_ids, *first.room_ids, *equipment}
        serving = serving_of(session.bookings)
        return Allocation(
            first.host_ids,
            first.room_ids,
            equipment,
            FrozenMap({key: buffers[key] for key in buffers if key in kept}),
            tuple(sorted(own)),
            tuple(key for key in first.host_ids if key not in serving),
        )

    def _own_units(self, session: Session) -> dict[str, int]:
        """The equipment that each booking of a session takes for itself, with the party's units."""
        found = {}
        for key in {each for booking in session.bookings for each in booking.individual_ids}:
            candidate = self.search.question.candidate_of(key)
            if candidate is not None and candidate.individual is not None:
                found[key] = candidate.units
        return found

    def _options(self, start: int) -> Options:
        position = bisect_left(self.starts.times, start)
        able = [place for place, mask in self.places.items() if mask >> position & 1]
        options = able_candidates(self.search.question, iter(able))
        if self.free is None:
            return options
        had = (place for place in able if self.free[place] >> position & 1)
        free = able_candidates(self.search.question, had)
        return tuple(
            tuple(each if each in kept else attrs.evolve(each, is_taken=True) for each in role)
            for role, kept in zip(options, free, strict=True)
        )

    def _sessions_to_join(self, start: int) -> tuple[Session, ...]:
        return joinable(self.sessions.at(start), self.search.question.seats_needed)

    def _seats_left(self, start: int, taken: Sequence[Candidate]) -> int:
        """The free seats of the scarcest room taken, or what the units of its people allow.

        The party's own number where nothing counts people.
        """
        search, question, allocation = self.search, self.search.question, Allocation.of(taken)
        # The same item may be asked for by several requirements: that counts by which it is taken.
        shares = {each.resource.id: each.individual for each in taken}
        seats = [] if question.seats_per_slot is None else [question.seats_per_slot]
        for resource_id in (*allocation.room_ids, *allocation.individual_ids):
            resource = search.catalogue.settled_resource(resource_id)
            record = search.ledger.record(resource_id)
            times = allocation.counted_us(resource, start, start + question.duration)
            if isinstance(resource, Room) and resource.seat_limit is not None:
                seats.append(resource.seat_limit - record.seats.peak(*times))
            elif isinstance(resource, Equipment):
                units, people = shares[resource_id] or (1, 1)
                free = min(limit - load.peak(*times) for load, limit in limits(record, resource))
                seats.append(free // units * people)
        return max(min(seats, default=question.party_size), 0)


def _named(question: Question, options: Options) -> FrozenMap[str, tuple[str, ...]]:
    """The able resources of each role; roles of the same name are told apart by their number."""
    named: dict[str, tuple[str, ...]] = {}
    for number, (role, able) in enumerate(zip(question.roles, options, strict=True)):
        name = role.name if role.name not in named else f"{role.name} {number + 1}"
        named[name] = tuple(sorted(each.resource.id for each in able))
    return FrozenMap(named)


def mask_at(times: Iterable[int], starts: Starts) -> int:
    """Those of the starts that are among the given times."""
    return masks.among(times, starts.times)
