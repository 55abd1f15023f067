"""Another place for a booking that cannot stay as it is: the request that it was, rebuilt (SPEC N28).

A booking tells how long it lasts, for how many, by which calendar and who attends. What was settled
when it was booked is not asked again: notice, horizon, who may book and, at its own time, the grid.
It keeps what it can: its own hosts, rooms and equipment are taken first where they are free. A
booking without a calendar tells no pools: it keeps what it has and can only go to another time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import attrs

from bookable.availability.assignment import Allocation
from bookable.availability.details import Details
from bookable.availability.drafting import check_in_for, tags_for
from bookable.availability.explain import explain
from bookable.availability.given_up import has_given_up, without_rooms_given_up
from bookable.availability.keeping import keeping_hosts, with_hosts
from bookable.availability.occupied import refusal
from bookable.availability.reassignment import narrowed
from bookable.availability.resolve import resolve, resolve_for
from bookable.availability.search import Search
from bookable.domain.booking import OVERBOOKED, Booking
from bookable.domain.calendar import ZERO
from bookable.domain.catalogue import Catalogue
from bookable.domain.life import CheckIn
from bookable.domain.policy import Access
from bookable.domain.refusal import Refusal, RefusalCode
from bookable.domain.request import Request
from bookable.domain.requirement import Requirement
from bookable.domain.resources import Equipment, Member, Resource, Room
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.occupancy.ledger import Ledger
from bookable.timeline.civil import date_of_us
from bookable.timeline.instant import from_us, to_us
from bookable.timeline.interval import Interval


class Placing(NamedTuple):
    """A booking to be placed, and the search that knows where; None with the reasons why it cannot be."""

    booking: Booking
    search: Search | None
    refusals: tuple[Refusal, ...] = ()

    @classmethod
    def of(
        cls,
        ledger: Ledger,
        catalogue: Catalogue,
        booking: Booking,
        now: int,
        *,
        keep_hosts: bool = False,
    ) -> Placing:
        """The booking, to be placed in a ledger that is without its claims; only with its own hosts, if asked."""
        lost = tuple(_lost(booking, catalogue))
        if lost:
            return cls(booking, None, lost)
        try:
            search = _search(ledger, catalogue, booking, now, keep_hosts=keep_hosts)
            return cls(booking, search)
        except (InvalidValueError, LimitExceededError):
            # An imported booking may have what no request can ask for.
            return cls(booking, None, (_has_no_like(booking),))

    def same_time(self) -> Booking | None:
        """The booking at its own time, with whatever can serve it there."""
        if self.search is None:
            return None
        return self._at(_off_grid(self.search), self.booking.start_us)

    def other_time(self) -> Booking | None:
        """The booking at the nearest start on its own local date, the earlier of two."""
        if self.search is None:
            return None
        start, zone = self.booking.start_us, self.search.question.zone
        window = Interval.day(date_of_us(start, zone), zone=zone)
        starts = [to_us(each.start) for each in self.search.slots(window)]
        nearest = min(starts, key=lambda each: (abs(each - start), each), default=None)
        return None if nearest is None else self._at(self.search, nearest)

    def there(self, start: int) -> Booking | tuple[Refusal, ...]:
        """The booking at another time with just what it has, or why it cannot be there.

        Rooms that it gave up it does not have there either, from its start on.
        """
        if self.search is None:
            return self.refusals
        booking, held = self.booking, {*self.booking.resource_ids}
        asked = without_rooms_given_up(self.search.question, [booking])
        own = narrowed(asked, lambda each: each.is_given_up or each.resource.id in held)
        search = _off_grid(attrs.evolve(self.search, question=own))
        offer = search.at(start)
        if not offer.bookable:
            return explain(search, start)
        gave_up = has_given_up([booking])
        moved = _moved(search, booking, start, offer.details(start), without_rooms=gave_up)
        return (_has_no_like(booking),) if _has_less(moved, booking) else moved

    def reasons(self) -> tuple[Refusal, ...]:
        """Why it cannot take place at its own time, whoever serves and wherever."""
        if self.search is None:
            return self.refusals
        found = explain(_off_grid(self.search), self.booking.start_us)
        return found or (_has_no_like(self.booking),)

    def _at(self, search: Search, start: int) -> Booking | None:
        offer = search.at(start)
        if not offer.bookable:
            return None
        moved = _moved(search, self.booking, start, offer.details(start))
        return None if _has_less(moved, self.booking) else moved


def _off_grid(search: Search) -> Search:
    return attrs.evolve(search, question=attrs.evolve(search.question, grid=None))


def _moved(
    search: Search, booking: Booking, start: int, details: Details, *, without_rooms: bool = False
) -> Booking:
    """The booking with what a start would give it; who came along for it still does."""
    allocation, along = details.allocation, _along(booking)
    if without_rooms:
        rooms = _still_without_rooms(search, booking, start, allocation)
    else:
        rooms = {
            "check_in": check_in_for(search, allocation.room_ids, start),
            "room_ids": allocation.room_ids,
            "rooms_until": None,
            "buffers": allocation.buffers,
        }
    return attrs.evolve(
        booking,
        start=from_us(start),
        end=from_us(start + search.question.duration),
        **rooms,
        host_ids=allocation.host_ids,
        equipment=allocation.equipment,
        individual_ids=allocation.individual_ids,
        companion_ids=booking.companion_ids if along else allocation.companion_ids,
        override=details.override,
        tags=tags_for(search.question.tags, details),
        version=booking.version + 1,
    )


def _still_without_rooms(
    search: Search, booking: Booking, start: int, allocation: Allocation
) -> dict[str, Any]:
    """What a booking has there of the rooms that it gave up: none of their time, and its own policy."""
    own = {key: booking.buffers_on(key) for key in booking.room_ids}
    times = from_us(start), from_us(start + search.question.duration)
    return {
        "check_in": CheckIn.in_time(booking.check_in, *times, from_us(search.now)),
        "room_ids": booking.room_ids,
        "rooms_until": times[0],
        "buffers": {**allocation.buffers, **own},
    }


def _has_no_like(booking: Booking) -> Refusal:
    """That nothing would be given all that a booking has."""
    times, needed = (booking.start_us, booking.end_us), len(booking.resource_ids)
    subject, what = booking.calendar_id or "", "resources together"
    return refusal(RefusalCode.NEVER_FITS, subject, times, what=what, needed=needed, available=0)


def _has_less(moved: Booking, booking: Booking) -> bool:
    """Whether something is missing, such as what came with an add-on, which a booking does not tell."""
    pairs = (
        (moved.host_ids, booking.host_ids),
        (moved.room_ids, booking.room_ids),
        (moved.equipment, booking.equipment),
    )
    return any(len(new) < len(old) for new, old in pairs)


def _along(booking: Booking) -> tuple[str, ...]:
    return (*booking.attendee_ids, *booking.companion_ids)


def _search(
    ledger: Ledger, catalogue: Catalogue, booking: Booking, now: int, *, keep_hosts: bool
) -> Search:
    request = _request(booking, catalogue)
    # Without a calendar it has what it has in any case.
    keep_hosts = keep_hosts and booking.calendar_id is not None
    if keep_hosts:
        request = keeping_hosts(request, booking, catalogue)
    if booking.calendar_id is None:
        question = resolve(request, catalogue)
    else:
        calendar = catalogue.settled_calendar(booking.calendar_id)
        # It lasts as long as it lasts, and nobody's turn is asked for.
        lasting = attrs.evolve(
            calendar,
            shortest=request.duration,
            longest=request.duration,
            ranking=attrs.evolve(calendar.ranking, strict=False),
        )
        question = resolve_for(request, lasting, catalogue)
    settled = attrs.evolve(
        question,
        request=attrs.evolve(question.request, customer_id=booking.customer_id),
        minimum_notice=ZERO,
        booking_horizon=None,
        booker_hours=None,
        access=Access.ALLOW,
        location_id=booking.location_id,
        tags=booking.tags - {OVERBOOKED},
    )
    search = Search(ledger, catalogue, settled, now)
    return with_hosts(search, booking.serving_ids) if keep_hosts else search


def _request(booking: Booking, catalogue: Catalogue) -> Request:
    duration = booking.end - booking.start
    if booking.calendar_id is None:
        return Request(duration, tuple(_as_booked(booking)), party_size=booking.party_size)
    own = (key for key in booking.resource_ids if isinstance(catalogue.get(key), Resource))
    return Request(
        duration,
        party_size=booking.party_size,
        calendar_id=booking.calendar_id,
        attendee_ids=_along(booking),
        prefer_ids=tuple(own),
        use_delegates=True,
    )


def _as_booked(booking: Booking) -> Iterator[Requirement]:
    """What a booking has, as what it needs, with its buffers."""
    for key in booking.resource_ids:
        kept = booking.buffers_on(key)
        yield Requirement(
            (key,),
            units=booking.equipment.get(key, 1),
            buffer_before=kept.before,
            buffer_after=kept.after,
            buffer_policy=kept.policy,
        )


def _lost(booking: Booking, catalogue: Catalogue) -> Iterator[Refusal]:
    """What it cannot do without and what is gone, or is not what it was."""
    kinds: dict[str, type[Resource]] = dict.fromkeys(_along(booking), Member)
    if booking.calendar_id is None:
        kinds |= dict.fromkeys(booking.host_ids, Member)
        kinds |= dict.fromkeys(booking.room_ids, Room) | dict.fromkeys(booking.equipment, Equipment)
    times = booking.start_us, booking.end_us
    for key, kind in kinds.items():
        if not isinstance(catalogue.get(key), kind):
            yield refusal(RefusalCode.INACTIVE, key, times)
    if booking.calendar_id is not None and catalogue.calendar_or_none(booking.calendar_id) is None:
        yield refusal(RefusalCode.INACTIVE, booking.calendar_id, times)
