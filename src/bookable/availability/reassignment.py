"""Who else could serve a booking: the same time, rooms and equipment, other hosts (SPEC N14, N28).

The predicate that lists slots decides, with the booking itself ignored. What was settled when it
was booked is not asked again: how long it lasts, its grid, notice and horizon, and who may
book. Bookings of one session change hands together: else it would fall apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

import attrs
from attrs import frozen

from bookable.availability.assignment import Options, able_candidates, assign, preference
from bookable.availability.competition import competing, conditions_of
from bookable.availability.explain import explain
from bookable.availability.hosts import needs_all
from bookable.availability.occupied import refusal
from bookable.availability.question import Candidate, Question
from bookable.availability.resolve import resolve_for
from bookable.availability.search import Search
from bookable.availability.standing import Standings
from bookable.domain.booking import OVERBOOKED, Booking, Buffers
from bookable.domain.calendar import ZERO
from bookable.domain.catalogue import Catalogue
from bookable.domain.policy import Access
from bookable.domain.refusal import Refusal, RefusalCode
from bookable.domain.request import Request
from bookable.domain.resources import Member
from bookable.errors import (
    BookingRefused,
    InvalidTransitionError,
    InvalidValueError,
    UnknownIdError,
)
from bookable.occupancy.ledger import Ledger

# Narrower questions ---------------------------------------------------------


def narrowed(question: Question, allows: Callable[[Candidate], bool]) -> Question:
    """The question with only those candidates that are allowed; a role may be left with none."""
    roles = tuple(
        attrs.evolve(role, candidates=tuple(filter(allows, role.candidates)))
        for role in question.roles
    )
    groups, conditions = competing(roles), conditions_of(roles)
    return attrs.evolve(question, roles=roles, groups=groups, conditions=conditions)


def with_hosts(search: Search, host_ids: Collection[str]) -> Search:
    """The search with no other members than these and those who attend, in any role."""
    allowed = {*host_ids, *search.question.request.attendee_ids}
    question = narrowed(
        search.question, lambda each: not _is_member(each) or each.resource.id in allowed
    )
    return attrs.evolve(search, question=question)


def keeping_hosts(request: Request, booking: Booking, catalogue: Catalogue) -> Request:
    """The request for a move that asks for the booking's own hosts by id, where one may."""
    if request.calendar_id is None:
        return request
    calendar = catalogue.settled_calendar(request.calendar_id)
    own = [key for key in booking.host_ids if key in calendar.member_ids]
    if not own or needs_all(calendar):
        return attrs.evolve(request, host_ids=None)
    return attrs.evolve(request, host_ids=own)


def _is_member(candidate: Candidate) -> bool:
    return isinstance(candidate.resource, Member)


# What changes hands ---------------------------------------------------------


@frozen(eq=False)
class HandOver:
    """Bookings that change hands together, and the searches for those who could have them.

    There is one search for each customer and set of tags, since limits may count them apart; every
    one must agree. ``serving`` are the hosts who may be replaced; ``attending`` stay whoever serves.
    """

    searches: tuple[Search, ...]
    bookings: tuple[Booking, ...]
    serving: tuple[str, ...]
    attending: tuple[str, ...]

    @classmethod
    def of(
        cls,
        ledger: Ledger,
        catalogue: Catalogue,
        booking: Booking,
        now: int,
        host_ids: tuple[str, ...] | None = None,
    ) -> HandOver:
        """The hand-over of a booking to these hosts; None where the calendar shall choose.

        Raises:
            InvalidTransitionError: If the booking is cancelled.
            InvalidValueError: If it belongs to no calendar.
            UnknownIdError: If its calendar is gone.
        """
        if not booking.is_blocking:
            raise InvalidTransitionError(booking.id, booking.status.value, "reassign")
        if booking.calendar_id is None:
            expected = "a booking of a calendar, which knows who else could serve"
            raise InvalidValueError("booking_id", booking.id, expected, "no_calendar")
        bookings = _together(ledger, booking)
        calendar = catalogue.settled_calendar(booking.calendar_id)
        duration = booking.end - booking.start
        # Its time is settled: it lasts as long as it lasts, whoever serves.
        lasting = attrs.evolve(calendar, shortest=duration, longest=duration)
        request = Request(
            duration,
            party_size=sum(each.party_size for each in bookings),
            calendar_id=calendar.id,
            use_delegates=True,
        )
        question = resolve_for(request, lasting, catalogue)
        known = {*calendar.member_ids, *_members_of(question)}
        attending = tuple(key for key in booking.host_ids if key not in known)
        named = [key for key in host_ids or () if key in calendar.member_ids]
        wanted = named if named and not needs_all(calendar) else None
        if attending or wanted:
            request = attrs.evolve(request, host_ids=wanted, attendee_ids=attending)
            question = resolve_for(request, lasting, catalogue)
        bare = ledger.ignoring([each.id for each in bookings])
        searches = tuple(
            Search(bare, catalogue, each, now) for each in _as_booked(question, bookings)
        )
        serving = tuple(key for key in booking.host_ids if key not in attending)
        return cls(searches, bookings, serving, attending)

    @property
    def search(self) -> Search:
        """The first of the searches: they differ in what limits count."""
        return self.searches[0]

    @property
    def start(self) -> int:
        """The start of the bookings in microseconds since the epoch."""
        return self.bookings[0].interval.start_us

    # Who could have them ---------------------------------------------------

    def stand_ins(self) -> tuple[str, ...]:
        """Each host who could come in for one who serves, the others staying; best first."""
        able = [self._able(each) for each in self.searches]
        standings = Standings.of(self.search)
        places = {
            each.resource.id: preference(each, self.search.question, standings)
            for role in able[0]
            for each in role
            if _is_member(each) and each.resource.id not in self.bookings[0].host_ids
        }
        found = [
            key
            for key in places
            if any(
                all(self._can_serve(each, hosts) for each in able)
                for hosts in self._with_instead(key)
            )
        ]
        return tuple(sorted(found, key=places.__getitem__))

    def _able(self, search: Search) -> Options:
        """Who and what could serve at the start, for each role."""
        places = search.at(self.start).places
        return able_candidates(search.question, (place for place in places if places[place]))

    def _with_instead(self, host_id: str) -> Iterator[frozenset[str]]:
        """The hosts that there would be, for each of those who serve that one could replace."""
        for leaving in self.serving:
            yield frozenset(self.bookings[0].host_ids) - {leaving} | {host_id}

    def _can_serve(self, able: Options, hosts: frozenset[str]) -> bool:
        """Whether just these hosts fill all roles, each in one of them."""
        options = tuple(
            tuple(each for each in role if not _is_member(each) or each.resource.id in hosts)
            for role in able
        )
        taken = assign(self.search, options)
        return taken is not None and hosts == {
            each.resource.id for each in taken if _is_member(each)
        }

    # To whom they go -------------------------------------------------------

    def refusals(self, host_ids: tuple[str, ...] | None) -> tuple[Refusal, ...]:
        """Why these hosts cannot have them, or why nobody can; none where it is possible."""
        if host_ids is not None:
            self._check(host_ids)
            return self._reasons(host_ids)
        if self.stand_ins():
            return ()
        others = sorted({*_members_of(self.search.question)} - {*self.bookings[0].host_ids})
        ways = [hosts for key in others for hosts in self._with_instead(key)]
        if not ways:
            subject = self.search.question.subject
            times = self.start, self.start + self.search.question.duration
            code, what = RefusalCode.NEVER_FITS, "other hosts"
            return (refusal(code, subject, times, what=what, needed=1, available=0),)
        found = [each for hosts in ways for each in self._reasons(hosts)]
        return tuple(sorted(dict.fromkeys(found), key=_by_rule))

    def _reasons(self, hosts: Collection[str]) -> tuple[Refusal, ...]:
        """Why these hosts cannot serve; none where they can."""
        found = [
            each
            for search in self.searches
            for each in explain(with_hosts(search, hosts), self.start)
        ]
        return tuple(sorted(dict.fromkeys(found), key=_by_rule))

    def decided(self, host_ids: tuple[str, ...] | None) -> tuple[Booking, ...]:
        """The bookings as they are with these hosts, or with the best stand-in.

        Raises:
            BookingRefused: If they cannot have them, with every reason.
            InvalidValueError: If that is not how many hosts, or which, the calendar asks for.
            UnknownIdError: If one of them does not serve the calendar.
        """
        first = self.bookings[0]
        if host_ids is None:
            best = self.stand_ins()[:1]
            if not best:
                raise BookingRefused(self.refusals(None))
            ways = self._with_instead(best[0])
            wanted = next(each for each in ways if not self._reasons(each))
        else:
            self._check(host_ids)
            wanted = frozenset({*host_ids, *self.attending})
        reasons = self._reasons(wanted)
        if reasons:
            raise BookingRefused(reasons)
        offer = with_hosts(self.search, wanted).at(self.start)
        allocation = offer.details(self.start).allocation
        if wanted != {*allocation.host_ids}:
            expected = "just the hosts whom the calendar asks for"
            raise InvalidValueError("host_ids", tuple(sorted(wanted)), expected, "host_ids")
        coming = {key: allocation.buffers[key] for key in wanted - {*first.host_ids}}
        return tuple(_with_others(each, wanted, coming) for each in self.bookings)

    def _check(self, host_ids: tuple[str, ...]) -> None:
        known = _members_of(self.search.question)
        for host_id in host_ids:
            self.search.catalogue.member(host_id, name="host_ids")
            if host_id not in known:
                raise UnknownIdError("host of this calendar", host_id, "host_ids")
        if len(host_ids) != len(self.serving):
            expected = f"as many hosts as serve the booking: {len(self.serving)}"
            raise InvalidValueError("host_ids", host_ids, expected, "host_ids")


def _together(ledger: Ledger, booking: Booking) -> tuple[Booking, ...]:
    """The booking, with all that share its session."""
    if booking.session_key is not None and booking.calendar_id in ledger.rules.sessions:
        return ledger.session(booking.session_key)
    return (booking,)


def _as_booked(question: Question, bookings: tuple[Booking, ...]) -> Iterator[Question]:
    """The question for the very time and place, without what was settled when it was booked.

    Where anything is limited, for each customer and set of tags.
    """
    held = {key for each in bookings for key in each.resource_ids}
    settled = attrs.evolve(
        narrowed(question, lambda each: _is_member(each) or each.resource.id in held),
        grid=None,
        minimum_notice=ZERO,
        booking_horizon=None,
        booker_hours=None,
        seats_per_slot=None,
        access=Access.ALLOW,
        location_id=bookings[0].location_id,
    )
    counted = dict.fromkeys((each.customer_id, each.tags - {OVERBOOKED}) for each in bookings)
    for customer_id, tags in list(counted)[: None if question.limits else 1]:
        request = attrs.evolve(question.request, customer_id=customer_id)
        yield attrs.evolve(settled, request=request, tags=tags)


def _members_of(question: Question) -> set[str]:
    return {
        each.resource.id for role in question.roles for each in role.candidates if _is_member(each)
    }


def _with_others(booking: Booking, hosts: Iterable[str], coming: dict[str, Buffers]) -> Booking:
    """The booking with other hosts; what else it takes keeps its buffers."""
    host_ids = tuple(sorted(hosts))
    kept = {*host_ids, *booking.room_ids, *booking.equipment}
    old = {} if booking.buffers is None else dict(booking.buffers)
    buffers = {key: value for key, value in old.items() if key in kept} | coming
    if host_ids == booking.host_ids:
        return booking
    version = booking.version + 1
    return attrs.evolve(booking, host_ids=host_ids, buffers=buffers, version=version)


def _by_rule(each: Refusal) -> tuple[int, str, int, int]:
    order = list(RefusalCode).index(each.rule)
    return order, each.subject, each.interval.start_us, each.interval.end_us
