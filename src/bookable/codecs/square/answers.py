"""How a `Scheduler` answers Square's SearchAvailability; see `bookable.codecs.square`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

import attrs
from attrs import frozen

from bookable.availability.slot import Slot
from bookable.checks import check_ids
from bookable.codecs._forms import client_text
from bookable.codecs._json import parse
from bookable.codecs._open import unread
from bookable.codecs.square.bodies import (
    AppointmentSegment,
    Availability,
    AvailabilitySearch,
    SearchAnswer,
    SegmentFilter,
    SquareError,
    read_search,
    write_answer,
)
from bookable.domain.calendar import Calendar
from bookable.domain.chain import Chain, Segment
from bookable.domain.request import Request
from bookable.errors import (
    BookableError,
    CodecError,
    InvalidValueError,
    LimitExceededError,
    UnknownIdError,
)
from bookable.scheduler import Scheduler
from bookable.timeline.instant import to_utc

VERSION_KEY: Final = "square.service_variation_version"
"""The key in the metadata of a calendar for the version of its service."""

_MINUTE: Final = timedelta(minutes=1)
_INVALID: Final = "INVALID_REQUEST_ERROR"
_CODES: Final = {
    "missing_key": "MISSING_REQUIRED_PARAMETER",
    "range": "INVALID_TIME_RANGE",
    "two_questions": "CONFLICTING_PARAMETERS",
    "limit_exceeded": "ARRAY_LENGTH_TOO_LONG",
    "not_datetime": "INVALID_TIME",
    "naive_datetime": "INVALID_TIME",
    "offset": "INVALID_TIME",
    "syntax": "EXPECTED_JSON_BODY",
    "encoding": "EXPECTED_JSON_BODY",
    "unknown_id": "NOT_FOUND",
}


@frozen
class _Service:
    """A service variation as the engine has it."""

    id: str
    calendar: Calendar
    variant_id: str | None

    @property
    def version(self) -> int | None:
        """The version that the host keeps for it."""
        keys = [VERSION_KEY] if self.variant_id is None else [f"{VERSION_KEY}/{self.variant_id}"]
        told = next(filter(None, map(self.calendar.metadata.get, [*keys, VERSION_KEY])), "")
        is_number = told.isascii() and told.isdecimal() and len(told) < 19
        return int(told) if is_number else None


def answer_search(
    search: AvailabilitySearch,
    scheduler: Scheduler,
    *,
    now: datetime,
    unknown_ids: Iterable[str] = (),
) -> SearchAnswer:
    """What is available in this state, in order of start, with one member for each segment.

    ``unknown_ids`` are those whose time the host could not read: they are never free.

    O(r·m/64) for *r* candidates and *m* grid starts, as `Scheduler.free_slots`; several segments cost
    what `Scheduler.chain_slots` does.

    Raises:
        UnknownIdError: If there is no such service variation, booking or location.
        InvalidValueError: If a service has nobody who serves it, or it cannot be booked so.
        SearchLimitError: If that is too much to look at in one question.
    """
    within, missing = search.within, unread(unknown_ids, scheduler)
    if search.booking_id is not None:
        service, request = _of_booking(search.booking_id, scheduler, now)
        request = attrs.evolve(request, unknown_ids=missing)
        slots = scheduler.free_slots(request, within=within, now=now, ignoring=[search.booking_id])
        return _answer([service], ([each] for each in slots), search.location_id)
    services = [_service(each.service_variation_id, scheduler) for each in search.segments]
    if not _are_at(services, search.location_id, scheduler):
        return SearchAnswer()
    requests = []
    for service, segment in zip(services, search.segments, strict=True):
        hosts = _hosts(service, segment)
        if not hosts:
            return SearchAnswer()
        request = _request(service, segment, hosts, search.location_id, scheduler)
        requests.append(attrs.evolve(request, unknown_ids=missing))
    if len(requests) == 1:
        found = scheduler.free_slots(requests[0], within=within, now=now)
        return _answer(services, ([each] for each in found), search.location_id)
    chain = _chain(services, requests)
    offers = scheduler.chain_slots(chain, within=within, now=now)
    return _answer(services, (each.slots for each in offers), search.location_id)


def respond(
    body: object, scheduler: Scheduler, *, now: datetime, unknown_ids: Iterable[str] = ()
) -> tuple[int, dict[str, object]]:
    """The status and the body for the body of a request: plain data, or the text or bytes of it.

    200, or 400 with Square's errors (404 for what is not there): nothing that a client can send raises.
    """
    to_utc(now, "now")
    missing = check_ids(unknown_ids, "unknown_ids")
    try:
        given = parse(body) if isinstance(body, str | bytes) else body
        search = read_search(given)
        return 200, write_answer(answer_search(search, scheduler, now=now, unknown_ids=missing))
    except BookableError as error:
        found = square_error(error)
        return 404 if found.code == "NOT_FOUND" else 400, write_answer(SearchAnswer(errors=[found]))


def square_error(error: BookableError) -> SquareError:
    """An error of this package in Square's shape: category, code, detail and field."""
    code = _CODES.get(error.code, "INVALID_VALUE")
    if isinstance(error, CodecError):
        if error.code == "type" and error.reason.startswith("expected a list"):
            code = "EXPECTED_ARRAY"
        elif error.code == "type" and error.reason.startswith("expected an object"):
            code = "EXPECTED_OBJECT"
        elif error.code == "limit_exceeded" and "start_at_range" in error.path:
            code = "INVALID_TIME"
        where = error.path.removeprefix("$").removeprefix(".")
        return SquareError(_INVALID, code, error.reason, where or None)
    if isinstance(error, LimitExceededError):
        code = "INVALID_TIME_RANGE"
    return SquareError(_INVALID, code, client_text(error))


# -------------------------------------------------------------------------------


def _service(variation_id: str, scheduler: Scheduler) -> _Service:
    """The calendar of that id, else the variant behind the last slash of it."""
    catalogue = scheduler.catalogue
    calendar = catalogue.calendar_or_none(variation_id)
    if calendar is not None:
        return _Service(variation_id, catalogue.settled_calendar(calendar.id), None)
    calendar_id, slash, variant_id = variation_id.rpartition("/")
    calendar = catalogue.calendar_or_none(calendar_id) if slash and calendar_id else None
    if calendar is None or variant_id not in {each.id for each in calendar.variants}:
        raise UnknownIdError("service variation", variation_id, "service_variation_id")
    return _Service(variation_id, catalogue.settled_calendar(calendar.id), variant_id)


def _are_at(services: Iterable[_Service], location_id: str | None, scheduler: Scheduler) -> bool:
    """Whether every service is at a location, or inside it."""
    settings = scheduler.catalogue.settings
    settings.check_location(location_id)
    own = [each.calendar.location_id for each in services]
    return location_id is None or all(
        each is None or settings.is_within(each, location_id) for each in own
    )


def _hosts(service: _Service, segment: SegmentFilter) -> tuple[str, ...]:
    """The members of a calendar whom a filter lets serve."""
    return tuple(each for each in _served(service.calendar).member_ids if segment.accepts(each))


def _served(calendar: Calendar) -> Calendar:
    """The same calendar, if there is somebody who serves it: Square has no others."""
    if not calendar.member_ids:
        expected = "a service that some team member serves"
        raise InvalidValueError("service_variation_id", calendar.id, expected, "member_ids")
    return calendar


def _request(
    service: _Service,
    segment: SegmentFilter,
    hosts: tuple[str, ...],
    location_id: str | None,
    scheduler: Scheduler,
) -> Request:
    return scheduler.request(
        service.calendar.id,
        variant_id=service.variant_id,
        host_ids=hosts if segment.names_anybody else None,
        location_id=location_id,
    )


def _of_booking(booking_id: str, scheduler: Scheduler, now: datetime) -> tuple[_Service, Request]:
    """The service of a booking, and what would be asked for it today."""
    booking = scheduler.booking(booking_id, now=now)
    if booking.calendar_id is None:
        expected = "a booking of a service"
        raise InvalidValueError("booking_id", booking_id, expected, "booking_id")
    calendar = _served(scheduler.catalogue.settled_calendar(booking.calendar_id))
    duration = (booking.planned_end or booking.end) - booking.start
    hosts = booking.serving_ids or None
    variant_id = next(
        (
            each.id
            for each in calendar.variants
            if not calendar.allows(duration, None) and duration == each.duration
        ),
        None,
    )
    request = scheduler.request(
        calendar.id,
        duration=duration,
        variant_id=variant_id,
        host_ids=hosts,
        party_size=booking.party_size,
        customer_id=booking.customer_id,
    )
    name = calendar.id if variant_id is None else f"{calendar.id}/{variant_id}"
    return _Service(name, calendar, variant_id), request


def _chain(services: list[_Service], requests: list[Request]) -> Chain:
    """The segments in their order: each at once, or after what the one before keeps clear."""
    gaps = [timedelta(0), *(each.calendar.buffer_after for each in services)]
    return Chain(
        [Segment(each, maximum_gap=gap) for each, gap in zip(requests, gaps, strict=False)]
    )


def _answer(
    services: list[_Service], offers: Iterable[Iterable[Slot]], location_id: str | None
) -> SearchAnswer:
    return SearchAnswer([_availability(services, tuple(each), location_id) for each in offers])


def _availability(
    services: list[_Service], slots: tuple[Slot, ...], location_id: str | None
) -> Availability:
    where = services[0].calendar.location_id if location_id is None else location_id
    parts = zip(services, slots, _intermissions(slots), strict=True)
    return Availability(slots[0].start, [_segment(*each) for each in parts], where)


def _intermissions(slots: tuple[Slot, ...]) -> Iterator[int | None]:
    """The minutes between each segment and the next, where there are any."""
    for one, other in pairwise(slots):
        yield (other.start - one.end) // _MINUTE or None
    yield None


def _segment(service: _Service, slot: Slot, gap: int | None) -> AppointmentSegment:
    taken, calendar = slot.allocation, service.calendar
    serving = [each for each in taken.host_ids if each in calendar.member_ids]
    first = calendar.primary_id if calendar.primary_id in serving else serving[0]
    return AppointmentSegment(
        -(-slot.request.duration // _MINUTE),
        str(first),
        service.id,
        service.version,
        gap,
        resource_ids=(*taken.room_ids, *taken.equipment),
    )
