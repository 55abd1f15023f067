"""What appointments and blocks have in common: one space of ids, windows of events, deletion."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from attrs import frozen

from bookable.availability.resolve import zone_of
from bookable.codecs._bodies import Body, epoch_ms
from bookable.codecs._forms import errors_at
from bookable.codecs.highlevel import appointments
from bookable.codecs.highlevel._answers import missing
from bookable.codecs.highlevel._calls import Call, Reply
from bookable.codecs.highlevel._queries import number, one_id
from bookable.codecs.highlevel.calendars import carried_fields
from bookable.domain.booking import Booking
from bookable.domain.calendar import Calendar
from bookable.domain.life import GIVEN_BACK
from bookable.domain.resources import Member
from bookable.errors import CodecError, IdConflictError
from bookable.scheduler import Scheduler
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.interval import Interval

_SUBJECTS: Final = ("userId", "calendarId", "groupId")


@frozen
class EventsQuery:
    """Whose events are asked for: in a window, of a location, of a calendar, user or group."""

    within: Interval
    location_id: str
    subject_ids: tuple[str, ...]


def read_events_query(call: Call) -> EventsQuery:
    """The query of a list of events.

    ``startTime`` and ``endTime`` are epoch milliseconds. The documents ask for either of ``userId``,
    ``calendarId`` and ``groupId``: here for exactly one of them. An event is in the window that it
    overlaps, an end that is only touched aside.

    Raises:
        CodecError: If a part is missing or cannot be read, or names what nobody knows.
    """
    given = call.query
    location_id = given.read("locationId", one_id)
    start, end = (given.read(key, number(epoch_ms)) for key in ("startTime", "endTime"))
    with errors_at(given.at("endTime")):
        within = Interval(start, end)
    named = [key for key in _SUBJECTS if key in given]
    if len(named) != 1:
        reason = "expected exactly one of userId, calendarId and groupId"
        raise CodecError(given.path, reason, "missing_key" if not named else "two_subjects")
    return EventsQuery(within, location_id, tuple(_subjects(call, given, named[0])))


def _subjects(call: Call, given: Body, key: str) -> Iterator[str]:
    wanted = given.read(key, one_id)
    if key == "userId":
        yield call.user(wanted, given.at(key))
    elif key == "calendarId":
        yield call.calendar(wanted, given.at(key)).id
    else:
        for calendar in call.scheduler.catalogue.calendars():
            if group_of(calendar) == wanted:
                yield calendar.id


def group_of(calendar: Calendar | None) -> str:
    """The group of a calendar, where its body names one."""
    found = "" if calendar is None else carried_fields(calendar).get("groupId")
    return found if isinstance(found, str) else ""


def clock_of(scheduler: Scheduler, entry_id: str | None) -> Zone:
    """By whose clock times are written: the calendar's, or that of a user's hours, else UTC."""
    entry = None if entry_id is None else scheduler.catalogue.settled(entry_id)
    if isinstance(entry, Calendar):
        return zone_of(entry, scheduler.catalogue)
    if isinstance(entry, Member) and entry.hours is not None and entry.hours.zone is not None:
        return entry.hours.zone
    return to_zone("UTC")


def check_new(
    call: Call, event_id: str, *, is_block: bool = False, is_series: bool = False
) -> None:
    """Refuse the id of another kind of event: appointments, whole series and blocks share theirs.

    O(bookings) for the id of a host's own that is no series'.
    """
    state = call.scheduler
    taken = not is_block and event_id in state.blocks
    taken |= (is_block or is_series) and event_id in state.bookings
    if call.new_id is not None and not is_series:
        taken |= bool(_instances(state, event_id))
    if taken:
        raise IdConflictError("event", event_id)


def found_appointments(call: Call, event_id: str) -> tuple[Booking, ...]:
    """The appointment of an id as it is by now, or all of a series by its own; none where it is gone.

    O(bookings) for what is no single appointment.
    """
    bookings = call.scheduler.bookings
    ids = [event_id] if event_id in bookings else _instances(call.scheduler, event_id)
    found = (call.scheduler.booking(key, now=call.now) for key in ids)
    return tuple(sorted(filter(is_told, found), key=lambda each: (each.start, each.id)))


def _instances(scheduler: Scheduler, event_id: str) -> list[str]:
    return [
        key
        for key, booking in scheduler.bookings.items()
        if key.startswith(event_id) and booking.metadata.get(appointments.MASTER) == event_id
    ]


def is_told(booking: Booking) -> bool:
    """Whether a booking is an appointment of this API: through a calendar, and not deleted."""
    return booking.calendar_id is not None and appointments.DELETED not in booking.metadata


def delete(call: Call) -> Reply:
    """201, as documented, once an appointment, a whole series or a block is gone.

    An appointment is cancelled and hidden; its id stays taken. Of a series what lies ahead or
    was given back already goes, what took place stays. Cut-offs are for who books, not for this API.

    Raises:
        UnknownIdError: If there is none.
        InvalidTransitionError: If the appointment is over, or somebody checked in.
    """
    event_id, state = call.parts["id"], call.scheduler
    bookings = found_appointments(call, event_id)
    if not bookings:
        if event_id not in state.blocks:
            raise missing("event", event_id)
        return 201, {"succeeded": True}, state.unblock(event_id)
    single = bookings[0].id == event_id
    for booking in bookings:
        if single or booking.status in GIVEN_BACK or booking.status.is_blocking:
            state = _deleted(state, booking, call.now)
    return 201, {"succeeded": True}, state


def _deleted(state: Scheduler, booking: Booking, now: datetime) -> Scheduler:
    if booking.status not in GIVEN_BACK:
        state = state.cancel(booking.id, now=now, ignore_cut_off=True)
    notes = {**booking.metadata, appointments.DELETED: "true"}
    return state.annotate(booking.id, metadata=notes)


def list_events(call: Call) -> Reply:
    """200 with the appointments in a window, by start and id: those that hold or held their time.

    What was cancelled, declined or let go has none, and is got by its id.
    """
    asked, catalogue = read_events_query(call), call.scheduler.catalogue
    found: dict[str, Booking] = {}
    for subject_id in asked.subject_ids:
        agenda = call.scheduler.agenda(subject_id, within=asked.within, now=call.now)
        found.update((each.id, each) for each in agenda if is_told(each))
    calendars = {
        key: catalogue.calendar_or_none(key) for key in {e.calendar_id for e in found.values()}
    }
    groups = {key: group_of(calendar) for key, calendar in calendars.items()}
    clocks = {key: clock_of(call.scheduler, key) for key in calendars}
    events = [
        appointments.write_event(
            each,
            calendars[each.calendar_id],
            clocks[each.calendar_id],
            group_id=groups[each.calendar_id],
        )
        for each in sorted(found.values(), key=lambda each: (each.start, each.id))
        if appointments.location_of(each, calendars[each.calendar_id]) == asked.location_id
    ]
    return call.answer(200, {"events": events})
