"""Whether a booking takes more than there nominally is, where its catalogue allows that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bookable.domain.resources import Equipment, Resource, Room
from bookable.occupancy.record import Record
from bookable.timeline.profile import Profile, ProfileSum

if TYPE_CHECKING:
    from bookable.availability.assignment import Allocation
    from bookable.availability.search import Search
    from bookable.availability.sessions import Session


def is_overbooked(
    search: Search, start: int, allocation: Allocation, session: Session | None
) -> bool:
    """Whether seats, bookings at once or units would exceed what there nominally is.

    ``session`` is the one that would be joined: its hosts, rooms and shared units are taken already.
    """
    question, calendar = search.question, search.question.calendar
    end, party = start + question.duration, question.party_size
    if calendar is not None and question.seats_per_slot is not None:
        there = 0 if session is None else sum(each.party_size for each in session.bookings)
        if there + party > calendar.seats_per_slot:
            return True
    for resource_id in (*allocation.room_ids, *allocation.equipment):
        resource, record = (
            search.catalogue.settled_resource(resource_id),
            search.ledger.record(resource_id),
        )
        times = allocation.counted_us(resource, start, end)
        units = allocation.equipment.get(resource_id, 1)
        if session is not None and resource_id not in allocation.individual_ids:
            units = 0
        for load, nominal in _nominal(record, resource):
            more = party if load is record.seats else units
            if more and load.peak(*times) + more > nominal:
                return True
    return False


def _nominal(record: Record, resource: Resource) -> Iterator[tuple[Profile | ProfileSum, int]]:
    """Each load on a resource with what it is meant for, where it may be more."""
    if isinstance(resource, Room) and resource.overbook_percent:
        if resource.seat_limit is not None:
            yield record.seats, resource.capacity
        if resource.nominal_concurrent is not None:
            yield record.load, resource.nominal_concurrent
    elif isinstance(resource, Equipment) and resource.overbook_percent:
        broken = resource.out_of_service_profile
        if isinstance(resource.out_of_service, int):
            yield record.load, resource.quantity - resource.out_of_service
        else:
            yield ProfileSum(record.load, broken), resource.quantity
