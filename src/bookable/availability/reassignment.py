"""Who else could serve a booking: the same time, rooms and equipment, other hosts (SPEC N14, N28).

The predicate that lists slots decides, with the booking itself ignored. What was settled when it
was booked is not asked again: how long it lasts, its grid, notice and horizon, and who may
book. Bookings of one session change hands together: else it would fall apart.

The rules of capacity that an administrator left aside for a booking are left aside for what
stays with it, as when it is confirmed: its rooms, its equipment, its calendar and whoever goes on
serving. Who takes it over was never overbooked by anybody, and has to be free.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

import attrs
from attrs import frozen

from bookable.availability.assignment import Allocation, preference
from bookable.availability.given_up import without_rooms_given_up
from bookable.availability.hosts import needs_all
from bookable.availability.judging import Judge
from bookable.availability.keeping import all_hosts
from bookable.availability.occupied import refusal
from bookable.availability.question import Candidate, Question
from bookable.availability.resolve import resolve_for
from bookable.availability.search import Search
from bookable.availability.serving import is_member, serving_of, with_roles
from bookable.availability.standing import (
    Standings,
    automatic_hosts,
    not_next_for,
    not_next_refusals_for,
)
from bookable.domain.booking import OVERBOOKED, Booking, Buffers
from bookable.domain.calendar import ZERO
from bookable.domain.catalogue import Catalogue
from bookable.domain.effective import next_status
from bookable.domain.life import Event
from bookable.domain.policy import Access
from bookable.domain.refusal import Detail, Refusal, RefusalCode
from bookable.domain.request import Request
from bookable.errors import (
    BookingRefused,
    InvalidValueError,
    SearchLimitError,
    UnknownIdError,
)
from bookable.limits import MOST_HAND_OVERS, MOST_UNITS
from bookable.occupancy.ledger import Ledger


@frozen(eq=False)
class HandOver:
    """Bookings that change hands together, and the searches for those who could have them.

    There is one search for each customer and set of tags, since limits may count them apart; every
    one must agree. ``serving`` are those who may be replaced, ``wanted`` all hosts that there
    would be: None where the calendar shall choose.
    """

    searches: tuple[Search, ...]
    bookings: tuple[Booking, ...]
    serving: tuple[str, ...]
    wanted: frozenset[str] | None
    judges: tuple[Judge, ...]

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
            InvalidValueError: If it belongs to no calendar, or that is not how many hosts it has.
            UnknownIdError: If its calendar, or one who comes along, is gone, or a host does not
                serve the calendar.
            SearchLimitError: If there are too many ways to look at.
        """
        next_status(booking, Event.REASSIGN)
        if booking.calendar_id is None:
            expected = "a booking of a calendar, which knows who else could serve"
            raise InvalidValueError("booking_id", booking.id, expected, "no_calendar")
        bookings = _together(ledger, booking)
        serving = serving_of(bookings)
        question = _asked_again(catalogue, bookings, serving, unasked=host_ids is None)
        question = without_rooms_given_up(_overridden(question, ledger, bookings), bookings)
        wanted = None
        if host_ids is not None:
            wanted = _wanted(catalogue, question, booking, serving, host_ids)
            allowed = wanted.union(booking.host_ids)
            question = narrowed(
                question, lambda each: not is_member(each) or each.resource.id in allowed
            )
        questions = tuple(_as_booked(question, bookings))
        changes = wanted is None or wanted != frozenset(booking.host_ids)
        if changes:
            _check_ways(question, booking, serving, len(questions))
        bare = ledger.ignoring([each.id for each in bookings])
        searches = tuple(Search(bare, catalogue, each, now) for each in questions)
        start = booking.start_us
        judges = tuple(Judge.of(each, start) for each in searches if changes)
        return cls(searches, bookings, serving, wanted, judges)

    @property
    def own(self) -> frozenset[str]:
        """Whom the bookings have: those who serve, and those who stay whoever serves."""
        return frozenset(self.bookings[0].host_ids)

    # Who could have them ---------------------------------------------------

    def stand_ins(self) -> tuple[str, ...]:
        """Each host who could come in for one who serves, the others staying; best first."""
        return tuple(self._ways_in())

    def _ways_in(self) -> dict[str, frozenset[str]]:
        """Each stand-in, best first, with the hosts that there would be."""
        search, start = self.searches[0], self.bookings[0].start_us
        standings = Standings.of(search)
        places = {
            each.resource.id: preference(each, search.question, standings)
            for key in self._others()
            for _, each in self.judges[0].able.members.get(key, ())
            if not not_next_for(search, each, start, start + 1)
        }
        found: dict[str, frozenset[str]] = {}
        leaving = self._leaving(1)
        for key in sorted(places, key=places.__getitem__):
            ways = (self._with_instead(key, each) for each in leaving)
            way = next(filter(self._is_served_by, ways), None)
            if way is not None:
                found[key] = way
        return found

    def _others(self) -> list[str]:
        """Who else could be in a role at all, by id."""
        return sorted(self.judges[0].everybody.members.keys() - self.own)

    def _leaving(self, alike: int) -> list[str]:
        """Who may be replaced, by id; of those who could serve in just the same roles so many.

        Whoever comes in, it makes no difference which of these leaves.
        """
        found: dict[object, list[str]] = defaultdict(list)
        for leaving in self.serving:
            found[tuple(each.roles_of(leaving) for each in self.judges)].append(leaving)
        return sorted(key for keys in found.values() for key in keys[:alike])

    def _with_instead(self, host_id: str, leaving: str) -> frozenset[str]:
        """The hosts that there would be with this one for one who serves."""
        return self.own - {leaving} | {host_id}

    def _is_served_by(self, hosts: Collection[str]) -> bool:
        """Whether just these hosts fill all roles, for everybody whose bookings they are."""
        return all(each.taken(hosts) is not None for each in self.judges)

    # To whom they go -------------------------------------------------------

    def refusals(self) -> tuple[Refusal, ...]:
        """Why those wanted cannot have them, or why nobody can; none where it is possible.

        O(p·k) for the *p* hosts that there are, and the *k* whom the bookings have: each is judged
        with them once, for each kind of role that who leaves could have.
        """
        if self.wanted is not None:
            possible = self.wanted == self.own or self._is_served_by(self.wanted)
            return () if possible else self._told([self.wanted])
        if self._ways_in():
            return ()
        search, start = self.searches[0], self.bookings[0].start_us
        others = self._others() if self.serving else []
        turns = (
            each
            for key in others
            for _, candidate in self.judges[0].everybody.members[key]
            for each in not_next_refusals_for(search, candidate, start)
        )
        # One who leaves is no reason: with two of each kind everybody is told of once.
        ways = (
            self._with_instead(key, each)
            for key in others
            for each in self._leaving(2 if key == others[0] else 1)
        )
        return self._told(ways, turns)

    def _told(
        self, ways: Iterable[frozenset[str]], turns: Iterable[Refusal] = ()
    ) -> tuple[Refusal, ...]:
        """Why none of these can serve, and whose turn it is not; at least that nobody else could."""
        found = dict.fromkeys(turns)
        for number, hosts in enumerate(ways):
            for judge in self.judges:
                found |= dict.fromkeys(judge.reasons(hosts, anew=number == 0))
        return tuple(sorted(found, key=_by_rule)) or (self._nobody(),)

    def _nobody(self) -> Refusal:
        """That there are no other hosts; who is left out because of a weight of nothing is named."""
        question, start = self.searches[0].question, self.bookings[0].start_us
        times, code = (start, start + question.duration), RefusalCode.NEVER_FITS
        named = self._only_named()
        detail: dict[str, Detail] = {"only_named": named} if named else {}
        detail |= {"what": "other hosts", "needed": 1, "available": 0}
        return refusal(code, question.subject, times, (), **detail)

    def _only_named(self) -> tuple[str, ...]:
        """The calendar's other hosts who may serve, but are left out unless they are named."""
        search = self.searches[0]
        calendar = search.question.calendar
        if self.wanted is not None or calendar is None or needs_all(calendar) or not self.serving:
            return ()
        automatic = automatic_hosts(calendar, search.catalogue)
        return tuple(sorted({*calendar.member_ids}.difference(automatic, self.own)))

    def decided(self) -> tuple[Booking, ...]:
        """The bookings as they are with those wanted, or with the best stand-in.

        Raises:
            BookingRefused: If they cannot have them, with every reason.
        """
        wanted = self.wanted
        if wanted is None:
            wanted = next(iter(self._ways_in().values()), None)
            if wanted is None:
                raise BookingRefused(self.refusals())
        elif wanted == self.own:
            return self.bookings
        taken = self.judges[0].taken(wanted)
        if taken is None or not self._is_served_by(wanted):
            raise BookingRefused(self._told([wanted]))
        buffers = Allocation.of(taken).buffers
        coming = {key: buffers[key] for key in wanted - self.own}
        return tuple(_with_others(each, wanted, coming) for each in self.bookings)


def _asked_again(
    catalogue: Catalogue, bookings: tuple[Booking, ...], serving: Collection[str], *, unasked: bool
) -> Question:
    """The question that bookings of one session would be booked by, all at once."""
    booking = bookings[0]
    calendar = catalogue.settled_calendar(booking.calendar_id or "")
    duration = booking.end - booking.start
    # Its time is settled: it lasts as long as it lasts, whoever serves.
    lasting = attrs.evolve(calendar, shortest=duration, longest=duration)
    request = Request(
        duration,
        # More come than one may ask for where bookings from elsewhere do so together.
        party_size=min(sum(each.party_size for each in bookings), MOST_UNITS),
        calendar_id=calendar.id,
        host_ids=None if unasked else all_hosts(calendar),
        attendee_ids=tuple(key for key in booking.host_ids if key not in serving),
        use_delegates=True,
    )
    return resolve_for(request, lasting, catalogue)


def _overridden(question: Question, ledger: Ledger, bookings: tuple[Booking, ...]) -> Question:
    """The question without what was left aside for the bookings, in what they have already.

    Nor does it count there what others, for which it was left aside, take on top of them.
    """
    own = frozenset[RefusalCode]().union(*(each.override for each in bookings))
    aside: dict[str, frozenset[RefusalCode]] = {}
    had = {key: each for each in bookings for key in filter(each.has, each.resource_ids)}
    for key, booking in had.items():
        there = ledger.record(key).index.overlapping(*booking.footprint_us(key))
        aside[key] = own.union(*(ledger.bookings[each].override for each in there))
    if not any(aside.values()):
        return question
    roles = (
        attrs.evolve(
            role,
            candidates=tuple(
                attrs.evolve(each, aside=aside.get(each.resource.id, each.aside))
                for each in role.candidates
            ),
        )
        for role in question.roles
    )
    return attrs.evolve(with_roles(question, roles), aside=question.aside | own)


def _wanted(
    catalogue: Catalogue,
    question: Question,
    booking: Booking,
    serving: Collection[str],
    host_ids: tuple[str, ...],
) -> frozenset[str]:
    """All hosts that there would be with these, beside those who stay."""
    wanted = frozenset({*host_ids, *question.request.attendee_ids})
    if wanted == frozenset(booking.host_ids):
        return wanted
    for host_id in host_ids:
        catalogue.member(host_id, name="host_ids")
        if question.candidate_of(host_id) is None:
            raise UnknownIdError("host of this calendar", host_id, "host_ids")
    if len(wanted) != len(booking.host_ids):
        expected = f"as many hosts as serve the booking: {len(serving)}"
        raise InvalidValueError("host_ids", host_ids, expected, "host_ids")
    return wanted


def _check_ways(
    question: Question, booking: Booking, serving: Collection[str], searches: int
) -> None:
    """Refuse too many ways to put another in for one who serves, before any is looked at (SPEC N34)."""
    members = {
        each.resource.id for role in question.roles for each in role.candidates if is_member(each)
    }
    others = len(members.difference(booking.host_ids))
    needed = max(others, 1) * max(len(serving), 1) * searches
    if needed > MOST_HAND_OVERS:
        raise SearchLimitError("ways to hand a booking over", needed, MOST_HAND_OVERS)


def _together(ledger: Ledger, booking: Booking) -> tuple[Booking, ...]:
    """The booking, with all that share its session; what takes nothing shares none."""
    in_session = booking.is_blocking and booking.calendar_id in ledger.rules.sessions
    if in_session and booking.session_key is not None:
        return ledger.session(booking.session_key)
    return (booking,)


def narrowed(question: Question, allows: Callable[[Candidate], bool]) -> Question:
    """The question with only those candidates that are allowed; a role may be left with none."""
    return with_roles(
        question,
        (
            attrs.evolve(role, candidates=tuple(filter(allows, role.candidates)))
            for role in question.roles
        ),
    )


def _as_booked(question: Question, bookings: tuple[Booking, ...]) -> Iterator[Question]:
    """The question for the very time and place, without what was settled when it was booked.

    Where anything is limited, for each customer and set of tags.
    """
    held = {key for each in bookings for key in each.resource_ids}
    settled = attrs.evolve(
        narrowed(
            question, lambda each: is_member(each) or each.is_given_up or each.resource.id in held
        ),
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


def _with_others(booking: Booking, hosts: Iterable[str], coming: dict[str, Buffers]) -> Booking:
    """The booking with other hosts; what else it takes keeps its buffers."""
    host_ids = tuple(sorted(hosts))
    kept = {*host_ids, *booking.room_ids, *booking.equipment}
    old = {} if booking.buffers is None else dict(booking.buffers)
    buffers = {key: value for key, value in old.items() if key in kept} | coming
    version = booking.version + 1
    return attrs.evolve(booking, host_ids=host_ids, buffers=buffers, version=version)


def _by_rule(each: Refusal) -> tuple[int, str, int, int]:
    order = list(RefusalCode).index(each.rule)
    return order, each.subject, each.interval.start_us, each.interval.end_us
