"""Reading a request against a catalogue: which rules hold, which roles must be filled by whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from bookable.availability.competition import competing, conditions_of
from bookable.availability.hosts import schedule_of
from bookable.availability.overriding import leaving_aside
from bookable.availability.pools import Pool, Reading, check_apart, named
from bookable.availability.question import Question
from bookable.availability.roles import kinds_of, pools_of, roles_of
from bookable.availability.unknowns import asked_of
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.hours import OpeningHours
from bookable.domain.hours_zone import in_zone
from bookable.domain.policy import Access
from bookable.domain.ranking import DEFAULT_RANKING
from bookable.domain.request import Request
from bookable.domain.resources import Member, Resource
from bookable.errors import InvalidValueError
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.grid import LocalMidnight, WholeDays
from bookable.timeline.instant import duration_us
from bookable.timeline.packing import AnyGrid

_ONE_DAY: Final = timedelta(days=1)


def resolve(request: Request, catalogue: Catalogue) -> Question:
    """Read a request against a catalogue.

    What filters leave of a pool may be nothing: such a request is refused, whatever its start.

    Raises:
        UnknownIdError: If it names a calendar, resource, place, variant or add-on that does not
            exist.
        InvalidValueError: If the calendar does not allow its duration or its hosts, or if two of
            the rooms that it could take in different roles share a part.
        LimitExceededError: If more than ten roles compete for the same resources.
    """
    catalogue.settings.check_location(request.location_id)
    for member_id in request.optional_ids:
        catalogue.member(member_id, name="optional_ids")
    for resource_id in request.prefer_ids:
        catalogue.resource(resource_id, name="prefer_ids")
    for resource_id in request.unknown_ids:
        catalogue.resource(resource_id, name="unknown_ids")
    if request.calendar_id is None:
        return _own_rules(request, catalogue)
    return resolve_for(request, catalogue.settled_calendar(request.calendar_id), catalogue)


def resolve_for(request: Request, calendar: Calendar, catalogue: Catalogue) -> Question:
    """Read a request against its calendar, settled or as it is to be read this once."""
    if request.variant_id is not None:
        calendar.variant(request.variant_id)
    if request.whole_days > calendar.most_days:
        expected = f"at most the {calendar.most_days} whole days that the calendar allows"
        raise InvalidValueError("whole_days", request.whole_days, expected, "duration")
    reading = Reading(request, calendar, catalogue)
    zone = zone_of(calendar, catalogue)
    step = min(calendar.slot_step or calendar.duration, _ONE_DAY)
    grid = _whole_days(request, zone) or calendar.grid or LocalMidnight(zone, step)
    return _question(reading, pools_of(reading), (grid, grid), zone)


def _own_rules(request: Request, catalogue: Catalogue) -> Question:
    step = min(request.slot_step or request.duration, _ONE_DAY)
    reading = Reading(request, None, catalogue)
    pools = pools_of(reading)
    zone = request.zone or _one_zone(_hours_of(named(request.requirements, catalogue)))
    zone = zone or to_zone("UTC")
    stated = _whole_days(request, zone) or request.grid
    listing_grid = stated or LocalMidnight(zone, step)
    grid = stated if request.slot_step is None else listing_grid
    return _question(reading, pools, (grid, listing_grid), zone)


def _whole_days(request: Request, zone: Zone) -> AnyGrid | None:
    """The grid of a request for whole days: the midnights from which so many last that long."""
    days = request.whole_days
    return WholeDays(zone, days, request.duration) if days else None


def _question(
    reading: Reading, pools: list[Pool], grids: tuple[AnyGrid | None, AnyGrid], zone: Zone
) -> Question:
    """The question, under the rules of the calendar or else of the request itself."""
    request, calendar, rules = reading.request, reading.calendar, reading.rules
    asked = asked_of(pools, reading)
    roles = roles_of(asked.pools, reading)
    check_apart(roles, reading.catalogue.overlapping_rooms)
    seats = calendar.seats if calendar is not None and calendar.has_sessions else None
    question = Question(
        request=request,
        calendar=calendar,
        roles=roles,
        groups=competing(roles),
        conditions=conditions_of(roles),
        duration=duration_us(request.duration),
        before=duration_us(rules.buffer_before),
        after=duration_us(rules.buffer_after),
        policy=rules.buffer_policy,
        buffer_within_hours=rules.buffer_within_hours,
        hours=rules.hours,
        booker_hours=_booker_hours(request, calendar),
        blocking_kinds=kinds_of(reading),
        grid=grids[0],
        listing_grid=grids[1],
        zone=zone,
        minimum_notice=rules.minimum_notice,
        booking_horizon=rules.booking_horizon,
        seats_per_slot=seats,
        ranking=DEFAULT_RANKING if calendar is None else calendar.ranking,
        limits=(
            *(() if calendar is None else calendar.limits),
            *reading.catalogue.settings.limits,
        ),
        access=_access(request, calendar),
        location_id=_place(reading),
        tags=request.tags,
        delegate_ids=frozenset(key for pool in pools for key in pool.stand_ins),
        unknown=reading.unknown,
        unknown_ids=asked.unknown_ids,
        left_out_ids=asked.left_out_ids,
    )
    return leaving_aside(question)


def _booker_hours(request: Request, calendar: Calendar | None) -> OpeningHours | None:
    """The calendar's hours for who books, on the clocks of who books (SPEC N8)."""
    hours = None if calendar is None else calendar.booker_hours
    if hours is None or request.booker_zone is None:
        return hours
    return in_zone(hours, request.booker_zone)


def _place(reading: Reading) -> str | None:
    """Where it takes place: where is asked for, or the calendar's own place inside of that."""
    asked, calendar = reading.request.location_id, reading.calendar
    own = None if calendar is None else calendar.location_id
    if asked is None or reading.catalogue.settings.is_within(own, asked):
        return own
    return asked


def _access(request: Request, calendar: Calendar | None) -> Access:
    """What who books may do."""
    if calendar is None or calendar.policy is None:
        return Access.ALLOW
    names = [] if request.customer_id is None else [request.customer_id]
    return calendar.policy.access_of([*names, *request.groups])


def zone_of(calendar: Calendar, catalogue: Catalogue) -> Zone:
    """The zone whose midnight a calendar's starts are counted from.

    Its own, else that of its hours, else the one zone of the hours that all its members keep for
    it, else of the hours of all that it requires, else of its rooms' hours, else UTC.
    """
    if calendar.zone is not None:
        return calendar.zone
    if calendar.hours is not None and calendar.hours.zone is not None:
        return calendar.hours.zone
    members = [catalogue.settled_resource(key) for key in calendar.member_ids]
    kept = [
        schedule_of(each, calendar, catalogue, is_host=True)
        for each in members
        if isinstance(each, Member)
    ]
    required = _hours_of(named(calendar.requirements or (), catalogue))
    rooms = _hours_of(
        catalogue.settled_resource(each.id) for each in catalogue.rooms_of(calendar.id)
    )
    return _one_zone(kept) or _one_zone(required) or _one_zone(rooms) or to_zone("UTC")


def _hours_of(resources: Iterable[Resource]) -> list[OpeningHours | None]:
    return [each.hours for each in resources]


def _one_zone(hours: Iterable[OpeningHours | None]) -> Zone | None:
    """The one zone of all these opening hours; None where they have several, or none."""
    zones = {
        each.zone.key: each.zone for each in hours if each is not None and each.zone is not None
    }
    return next(iter(zones.values())) if len(zones) == 1 else None
