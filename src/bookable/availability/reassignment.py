"""Who else could serve a booking: the same time, rooms and equipment, other hosts (SPEC N14, N28).

The predicate that lists slots decides, with the booking itself ignored. What was settled when it
was booked is not asked again: how long it lasts, its grid, notice and horizon, and who may
book. Bookings of one session change hands together: else it would fall apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator

import attrs
from attrs import frozen

from bookable.availability.assignment import (
    Allocation,
    Options,
    able_candidates,
    assign,
    employing,
    preference,
)
from bookable.availability.explain import explain
from bookable.availability.hosts import needs_all
from bookable.availability.occupied import refusal
from bookable.availability.question import Candidate, Question
from bookable.availability.resolve import resolve_for
from bookable.availability.search import Search
from bookable.availability.serving import is_member, serving_of, with_roles
from bookable.availability.standing import Standings, not_next_for, not_next_refusals_for
from bookable.domain.booking import OVERBOOKED, Booking, Buffers
from bookable.domain.calendar import ZERO, Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.effective import next_status
from bookable.domain.life import Event
from bookable.domain.policy import Access
from bookable.domain.refusal import Refusal, RefusalCode
from bookable.domain.request import Request
from bookable.errors import (
    BookingRefused,
    InvalidValueError,
    SearchLimitError,
    UnknownIdError,
)
from bookable.limits import MOST_HAND_OVERS
from bookable.occupancy.ledger import Ledger

# Narrower questions ---------------------------------------------------------


def narrowed(question: Question, allows: Callable[[Candidate], bool]) -> Question:
    """The question with only those candidates that are allowed; a role may be left with none."""
    return with_roles(
        question,
        (
            attrs.evolve(role, candidates=tuple(filter(allows, role.candidates)))
            for role in question.roles
        ),
    )


def with_hosts(search: Search, host_ids: Collection[str]) -> Search:
    """The search with no other members than these and those who attend, but for its add-ons."""
    allowed = {*host_ids, *search.question.request.attendee_ids}
    question = narrowed(
        search.question,
        lambda each: not is_member(each) or each.is_for_add_on or each.resource.id in allowed,
    )
    return attrs.evolve(search, question=question)


def keeping_hosts(request: Request, booking: Booking, catalogue: Catalogue) -> Request:
    """The request for a move that asks for those who serve the booking by id, where one may.

    Where one of them is no member of the calendar, a delegate may have taken over: then delegates
    may serve again, of whomever they are.
    """
    if request.calendar_id is None:
        return request
    calendar = catalogue.settled_calendar(request.calendar_id)
    own = [key for key in booking.serving_ids if key in calendar.member_ids]
    if len(own) < len(booking.serving_ids):
        host_ids = _all_hosts(calendar)
        return attrs.evolve(request, host_ids=host_ids, use_delegates=True)
    if not own or needs_all(calendar):
        return attrs.evolve(request, host_ids=None)
    return attrs.evolve(request, host_ids=own)


def _all_hosts(calendar: Calendar) -> tuple[str, ...] | None:
    """Whom to ask for so that everybody may serve who is named: also who is never picked unasked."""
    return None if needs_all(calendar) else calendar.member_ids or None


# What changes hands ---------------------------------------------------------


@frozen(eq=False)
class Picks:
    """Candidates of all roles, by member: those of a few are found without a look at all."""

    fixed: Options
    members: dict[str, list[tuple[int, Candidate]]]

    @classmethod
    def of(cls, options: Options) -> Picks:
        """The candidates of each role."""
        members: dict[str, list[tuple[int, Candidate]]] = defaultdict(list)
        for number, role in enumerate(options):
            for each in filter(is_member, role):
                members[each.resource.id].append((number, each))
        fixed = tuple(tuple(each for each in role if not is_member(each)) for role in options)
        return cls(fixed, dict(members))

    def just(self, host_ids: Iterable[str]) -> Options:
        """Those of each role that are no members, or these. O(k) for *k* hosts."""
        found = [list(role) for role in self.fixed]
        for key in sorted(host_ids):
            for number, each in self.members.get(key, ()):
                found[number].append(each)
        return tuple(map(tuple, found))


@frozen(eq=False)
class Judge:
    """One search for a hand-over: who could serve in it at the start, and why others cannot."""

    search: Search
    start: int
    everybody: Picks
    able: Picks

    @classmethod
    def of(cls, search: Search, start: int) -> Judge:
        """The judge of a search; whose turn it is, is not looked at."""
        question = search.question
        calendar = question.calendar
        assert calendar is not None, "what changes hands has a calendar"
        ranking = attrs.evolve(calendar.ranking, strict=False)
        question = attrs.evolve(question, calendar=attrs.evolve(calendar, ranking=ranking))
        search = attrs.evolve(search, question=question)
        places = search.at(start).places
        able = able_candidates(question, (place for place in places if places[place]))
        every = Picks.of(tuple(role.candidates for role in question.roles))
        return cls(search, start, every, Picks.of(able))

    def taken(self, hosts: Collection[str]) -> tuple[Candidate, ...] | None:
        """What fills all roles with just these hosts, each in one of them; None if nothing does."""
        options = self.able.just(hosts)
        taken = assign(self.search, options)
        if taken is None or {*hosts} == {each.resource.id for each in taken if is_member(each)}:
            return taken
        # Where a room would do as well as somebody, everybody still has to serve.
        return employing(self.search.question, options, hosts)

    def reasons(self, hosts: Collection[str], *, anew: bool) -> tuple[Refusal, ...]:
        """Why these hosts cannot serve. What is so whoever serves is told again only if *anew*."""
        question = self.search.question
        options = self.everybody.just(hosts)
        roles = (
            attrs.evolve(role, candidates=candidates)
            for role, candidates in zip(question.roles, options, strict=True)
        )
        asked = with_roles(question, roles)
        if not anew:
            limits = tuple(each for each in question.limits if each.is_for_resources)
            asked = attrs.evolve(asked, limits=limits)
        return explain(attrs.evolve(self.search, question=asked), self.start)


@frozen(eq=False)
class HandOver:
    """Bookings that change hands together, and the searches for those who could have them.

    There is one search for each customer and set of tags, since limits may count them apart; every
    one must agree. ``serving`` are those who may be replaced, ``along`` those who stay.
    """

    searches: tuple[Search, ...]
    bookings: tuple[Booking, ...]
    serving: tuple[str, ...]
    along: tuple[str, ...]
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
            InvalidValueError: If it belongs to no calendar.
            UnknownIdError: If its calendar, or one who comes along, is gone.
        """
        next_status(booking, Event.REASSIGN)
        if booking.calendar_id is None:
            expected = "a booking of a calendar, which knows who else could serve"
            raise InvalidValueError("booking_id", booking.id, expected, "no_calendar")
        bookings = _together(ledger, booking)
        calendar = catalogue.settled_calendar(booking.calendar_id)
        duration = booking.end - booking.start
        # Its time is settled: it lasts as long as it lasts, whoever serves.
        lasting = attrs.evolve(calendar, shortest=duration, longest=duration)
        serving = serving_of(bookings)
        along = tuple(key for key in booking.host_ids if key not in serving)
        request = Request(
            duration,
            party_size=sum(each.party_size for each in bookings),
            calendar_id=calendar.id,
            host_ids=None if host_ids is None else _all_hosts(calendar),
            attendee_ids=along,
            use_delegates=True,
        )
        question = resolve_for(request, lasting, catalogue)
        bare = ledger.ignoring([each.id for each in bookings])
        searches = tuple(
            Search(bare, catalogue, each, now) for each in _as_booked(question, bookings)
        )
        start = booking.interval.start_us
        judges = tuple(Judge.of(each, start) for each in searches)
        return cls(searches, bookings, serving, along, judges)

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
        search, start = self.searches[0], self.bookings[0].interval.start_us
        standings = Standings.of(search)
        places = {
            each.resource.id: preference(each, search.question, standings)
            for key in self._others()
            for _, each in self.judges[0].able.members.get(key, ())
            if not not_next_for(search, each, start, start + 1)
        }
        found: dict[str, frozenset[str]] = {}
        for key in sorted(places, key=places.__getitem__):
            way = next(filter(self._is_served_by, self._with_instead(key)), None)
            if way is not None:
                found[key] = way
        return found

    def _others(self) -> list[str]:
        """Who else could be in a role at all, by id.

        Raises:
            SearchLimitError: If there are too many ways to put one of them in for one who serves.
        """
        others = sorted(self.judges[0].everybody.members.keys() - self.own)
        needed = len(others) * len(self.serving) * len(self.searches)
        if needed > MOST_HAND_OVERS:
            raise SearchLimitError("ways to hand a booking over", needed, MOST_HAND_OVERS)
        return others

    def _with_instead(self, host_id: str) -> Iterator[frozenset[str]]:
        """The hosts that there would be, for each of those who serve that one could replace."""
        for leaving in self.serving:
            yield self.own - {leaving} | {host_id}

    def _is_served_by(self, hosts: Collection[str]) -> bool:
        """Whether just these hosts fill all roles, for everybody whose bookings they are."""
        return all(each.taken(hosts) is not None for each in self.judges)

    # To whom they go -------------------------------------------------------

    def refusals(self, host_ids: tuple[str, ...] | None) -> tuple[Refusal, ...]:
        """Why these hosts cannot have them, or why nobody can; none where it is possible.

        O(p) for the *p* hosts that there are: each is judged once, for each who serves.
        """
        if host_ids is not None:
            wanted = self._named(host_ids)
            possible = wanted == self.own or self._is_served_by(wanted)
            return () if possible else self._told([wanted])
        if self._ways_in():
            return ()
        search, start = self.searches[0], self.bookings[0].interval.start_us
        others = self._others() if self.serving else []
        turns = (
            each
            for key in others
            for _, candidate in self.judges[0].everybody.members[key]
            for each in not_next_refusals_for(search, candidate, start)
        )
        return self._told((way for key in others for way in self._with_instead(key)), turns)

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
        """That there are no other hosts."""
        question, start = self.searches[0].question, self.bookings[0].interval.start_us
        times, code = (start, start + question.duration), RefusalCode.NEVER_FITS
        return refusal(code, question.subject, times, what="other hosts", needed=1, available=0)

    def decided(self, host_ids: tuple[str, ...] | None) -> tuple[Booking, ...]:
        """The bookings as they are with these hosts, or with the best stand-in.

        Raises:
            BookingRefused: If they cannot have them, with every reason.
            InvalidValueError: If that is not how many hosts the booking has.
            UnknownIdError: If one of them does not serve the calendar.
        """
        if host_ids is None:
            wanted = next(iter(self._ways_in().values()), None)
            if wanted is None:
                raise BookingRefused(self.refusals(None))
        else:
            wanted = self._named(host_ids)
            if wanted == self.own:
                return self.bookings
        taken = self.judges[0].taken(wanted)
        if taken is None or not self._is_served_by(wanted):
            raise BookingRefused(self._told([wanted]))
        buffers = Allocation.of(taken).buffers
        coming = {key: buffers[key] for key in wanted - self.own}
        return tuple(_with_others(each, wanted, coming) for each in self.bookings)

    def _named(self, host_ids: tuple[str, ...]) -> frozenset[str]:
        """All hosts that there would be with these, beside those who stay."""
        wanted = frozenset({*host_ids, *self.along})
        if wanted == self.own:
            return wanted
        known = self.judges[0].everybody.members
        for host_id in host_ids:
            self.searches[0].catalogue.member(host_id, name="host_ids")
            if host_id not in known:
                raise UnknownIdError("host of this calendar", host_id, "host_ids")
        if len(wanted) != len(self.own):
            expected = f"as many hosts as serve the booking: {len(self.serving)}"
            raise InvalidValueError("host_ids", host_ids, expected, "host_ids")
        return wanted


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
        narrowed(question, lambda each: is_member(each) or each.resource.id in held),
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
