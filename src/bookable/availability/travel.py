"""The time that people need from one place to the next.

A booking may say where it takes place. Between the bodies of two that follow each other on
one member there must be at least the travel time of the catalogue, in that direction. Only
the immediate neighbours count, and what runs at the same time is none; who does not say where, or
goes where no time is given, needs none.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from attrs import frozen

from bookable.availability.occupied import refusal
from bookable.availability.question import Candidate
from bookable.domain.booking import Booking
from bookable.domain.refusal import Refusal, RefusalCode
from bookable.domain.resources import Member
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.instant import MINUTE, duration_us

if TYPE_CHECKING:
    from bookable.availability.search import Search

_FAR: Final = 1 << 62


@frozen
class _Trip:
    """A booking of a member, with the time needed from there and to there."""

    booking_id: str
    start: int
    end: int
    from_there: int
    to_there: int


def travelling_for(search: Search, candidate: Candidate, low: int, high: int) -> Pieces:
    """The starts of ``[low, high)`` that a member could not come to, or go on from, in time."""
    duration, trips = search.question.duration, _trips(search, candidate, low, high)
    ends = [*sorted(each.end for each in trips), _FAR]
    starts = [-_FAR, *(each.start for each in trips)]
    found: list[tuple[int, int]] = []
    for trip in trips:
        if candidate.at_once > 1 and (trip.from_there or trip.to_there):
            # Nobody is in two places at once, even where several bookings may run together.
            found.append((trip.start - duration + 1, trip.end))
        # It is the one before a start until another one has ended, ...
        next_end = ends[bisect_right(ends, trip.end)]
        found.append((trip.end, min(trip.end + trip.from_there, next_end)))
        # ... and the one after it once no other one begins in between.
        last_start = starts[bisect_left(starts, trip.start) - 1]
        earliest = max(trip.start - trip.to_there, last_start)
        found.append((earliest - duration + 1, trip.start - duration + 1))
    return kernel.clip(kernel.normalise(found), low, high)


def travel_refusals_for(search: Search, candidate: Candidate, start: int) -> Iterator[Refusal]:
    """The bookings that are too far away from a start for a member."""
    end = start + search.question.duration
    trips = _trips(search, candidate, start, start + 1)
    last = max((each.end for each in trips if each.end <= start), default=None)
    following = min((each.start for each in trips if each.start >= end), default=None)
    for trip in trips:
        longest = max(trip.from_there, trip.to_there) if candidate.at_once > 1 else 0
        if longest and trip.start < end and start < trip.end:
            times = max(start, trip.start), min(end, trip.end)
            yield _too_far(candidate, trip, times, longest, 0)
        if trip.end == last and start - trip.end < trip.from_there:
            yield _too_far(candidate, trip, (trip.end, end), trip.from_there, start - trip.end)
        if trip.start == following and trip.start - end < trip.to_there:
            yield _too_far(candidate, trip, (start, trip.start), trip.to_there, trip.start - end)


def _too_far(
    candidate: Candidate, trip: _Trip, times: tuple[int, int], needed: int, available: int
) -> Refusal:
    return refusal(
        RefusalCode.TRAVEL_TIME,
        candidate.resource.id,
        times,
        [trip.booking_id],
        # In whole minutes, and never as if it were enough.
        needed=-(-needed // MINUTE),
        available=available // MINUTE,
    )


def _trips(search: Search, candidate: Candidate, low: int, high: int) -> list[_Trip]:
    """The bookings of a member that starts in ``[low, high)`` may have as neighbours, by time.

    Those that are too far away in time to matter are left out.
    """
    here, travel = search.question.location_id, search.catalogue.settings.travel
    if here is None or not travel or not isinstance(candidate.resource, Member):
        return []
    if RefusalCode.TRAVEL_TIME in search.question.aside:
        return []
    longest = duration_us(max(travel.values()))
    record = search.ledger.record(candidate.resource.id)
    low, high = low - longest - 1, high + search.question.duration + longest
    ids = record.index.overlapping(low, high)
    found = [_trip(search, here, search.ledger.bookings[key]) for key in ids]
    return sorted(found, key=lambda each: (each.start, each.end, each.booking_id))


def _trip(search: Search, here: str, booking: Booking) -> _Trip:
    start, end = booking.start_us, booking.end_us
    there, travel = booking.location_id, search.catalogue.settings.travel
    if there is None:
        return _Trip(booking.id, start, end, 0, 0)
    out, back = travel.get((there, here)), travel.get((here, there))
    return _Trip(
        booking.id,
        start,
        end,
        0 if out is None else duration_us(out),
        0 if back is None else duration_us(back),
    )
