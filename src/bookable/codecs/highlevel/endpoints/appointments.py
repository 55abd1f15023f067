"""`/calendars/events/appointments`: create, get, update.

The API acts for the staff: cut-offs that a calendar sets for who books are left aside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

import attrs

from bookable.availability.keeping import as_moved
from bookable.codecs.highlevel import appointments
from bookable.codecs.highlevel._answers import missing
from bookable.codecs.highlevel._calls import Call, Reply, check_location
from bookable.codecs.highlevel._places import fields_at
from bookable.codecs.highlevel._team import hosts_asked
from bookable.codecs.highlevel.appointments import Appointment
from bookable.codecs.highlevel.endpoints.events import (
    check_new,
    clock_of,
    found_appointments,
    group_of,
)
from bookable.codecs.iso import instant_text
from bookable.codecs.statuses import HIGHLEVEL, status_of
from bookable.domain.booking import Booking
from bookable.domain.calendar import Calendar
from bookable.domain.life import BookingStatus
from bookable.domain.policy import Access
from bookable.domain.refusal import OVERRIDABLE, RefusalCode
from bookable.domain.request import Request
from bookable.errors import CodecError, IdConflictError, InvalidTransitionError
from bookable.scheduler import Scheduler
from bookable.timeline.interval import Interval

_PLACES: Final = {"duration": "$.endTime", "host_ids": "$.assignedUserId"}


# Creating --------------------------------------------------------------------


def create(call: Call) -> Reply:
    """201 with the appointment, or with the first instance of a series under the id of the series.

    The documents say 200; what is created is answered with 201 as for rooms and blocks. The same
    id with the same content once more changes nothing.

    Raises:
        BookingRefused: If the time cannot be booked.
        IdConflictError: If the id is taken.
    """
    asked = appointments.read_appointment(call.plain())
    assert asked.calendar_id is not None
    assert asked.location_id is not None
    calendar = call.calendar(asked.calendar_id, "$.calendarId")
    check_location(calendar, asked.location_id, "$.locationId")
    event_id = call.fresh_id()
    check_new(call, event_id, is_series=asked.rrule is not None)
    request = _request(call, asked)
    book = _book if asked.rrule is None else _book_series
    state, ids = book(call, asked, request, event_id)
    for booking_id in ids:
        if booking_id not in call.scheduler.bookings:
            state = _turned(state, booking_id, asked.status, call.now)
            state = _noted(state, booking_id, {}, asked.status, call.now)
    return 201, _flat(call, state, state.booking(ids[0], now=call.now), event_id), state


def _request(call: Call, asked: Appointment) -> Request:
    assert asked.calendar_id is not None
    length = None
    if asked.start is not None and asked.end is not None:
        length = asked.end - asked.start
    users = [] if asked.user_id is None else [call.user(asked.user_id, "$.assignedUserId")]
    calendar = call.scheduler.catalogue.calendar(asked.calendar_id)
    with fields_at(_PLACES):
        return call.scheduler.request(
            asked.calendar_id,
            duration=length,
            host_ids=hosts_asked(calendar, users),
            customer_id=asked.contact_id,
            override=_override(call.scheduler, asked.calendar_id, asked.contact_id, asked),
        )


def _override(
    state: Scheduler, calendar_id: str, customer_id: str | None, asked: Appointment
) -> frozenset[RefusalCode]:
    """The rules that are left aside; never that somebody may only ask, which refuses nothing."""
    policy = state.catalogue.calendar(calendar_id).policy
    names = [] if customer_id is None else [customer_id]
    if policy is not None and policy.access_of(names) is Access.REQUEST:
        return asked.override - {RefusalCode.NOT_ALLOWED}
    return asked.override


def _book(
    call: Call, asked: Appointment, request: Request, event_id: str
) -> tuple[Scheduler, tuple[str, ...]]:
    assert asked.start is not None
    known = [event_id] if event_id in call.scheduler.bookings else []
    if known:
        # Whether it could be booked by now is not asked again of what is booked already.
        request = attrs.evolve(request, override=OVERRIDABLE)
    slot = call.scheduler.slot(request, start=asked.start, now=call.now, ignoring=known)
    notes = _notes(call, asked)
    if known and _is_noted(call, event_id, notes):
        notes = call.scheduler.booking(event_id).metadata
    state = call.scheduler.book(
        slot, booking_id=event_id, now=call.now, customer_id=asked.contact_id, metadata=notes
    )
    return state, (event_id,)


def _notes(call: Call, asked: Appointment) -> Mapping[str, str]:
    assert asked.location_id is not None
    return {**asked.notes, appointments.LOCATION: asked.location_id, **_dates(call)}


def _is_noted(call: Call, booking_id: str, notes: Mapping[str, str]) -> bool:
    """Whether a booking has these notes beside it, whenever they were taken, and no others that it was sent.

    Which fields it was sent at first nobody knows once it has been changed.
    """
    booking = call.scheduler.booking(booking_id)
    kept = booking.metadata
    said = {key for key in kept if key in appointments.NOTED} | notes.keys()
    said -= _dates(call).keys() if booking.version == 1 else {*_dates(call), *appointments.NOTED}
    return all(kept.get(key) == notes.get(key) for key in said)


def _dates(call: Call) -> dict[str, str]:
    return dict.fromkeys((appointments.ADDED, appointments.UPDATED), instant_text(call.now))


def _book_series(
    call: Call, asked: Appointment, request: Request, event_id: str
) -> tuple[Scheduler, tuple[str, ...]]:
    """Every instance, or none: with all rules aside only what could never be booked is refused."""
    assert asked.start is not None
    assert asked.rrule is not None
    clock = clock_of(call.scheduler, asked.calendar_id)
    recurrence = appointments.read_rrule(asked.rrule, asked.start, clock)
    with fields_at({}, otherwise="$.rrule"):
        starts = tuple(
            asked.start if each == recurrence.at(recurrence.start) else each
            for each in recurrence.starts()
        )
    ids = tuple(appointments.instance_id(event_id, each, request.duration) for each in starts)
    notes = {**_notes(call, asked), appointments.RRULE: asked.rrule, appointments.MASTER: event_id}
    known = [key for key in ids if key in call.scheduler.bookings]
    if not all(_is_noted(call, key, notes) for key in known):
        raise IdConflictError("booking", known[0])
    state = call.scheduler
    for booking_id in known:
        # The engine compares what is kept beside bookings, when each was noted as well.
        state = state.annotate(booking_id, metadata=notes)
    state = state.book_series(
        request,
        starts,
        booking_ids=ids,
        now=call.now,
        customer_id=asked.contact_id,
        metadata=notes,
    )
    return call.scheduler if known else state, ids


# Getting and updating --------------------------------------------------------


def get(call: Call) -> Reply:
    """200 with the appointment inside ``event``; of a series its first instance, under its id."""
    booking, *_ = _found(call)
    calendar = _calendar(call, booking)
    body = appointments.write_event(
        booking,
        calendar,
        clock_of(call.scheduler, booking.calendar_id),
        group_id=group_of(calendar),
        event_id=call.parts["id"],
    )
    return call.answer(200, {"event": body})


def update(call: Call) -> Reply:
    """200 with the appointment as it is then: moved first, then turned to the status that is asked for.

    A time that is its own already, and a user who serves it already, ask for nothing. Moved without
    ``assignedUserId`` it keeps its hosts; what has to be approved waits for that again once it is
    moved, unless the status says otherwise. Its contact and location stay. Of a series all instances get the status and the fields; times
    are moved one by one, by the ids of the instances.

    Raises:
        BookingRefused: If the new time cannot be booked; nothing changes then.
        InvalidTransitionError: If it cannot come to that status from where it stands.
        WrongTimeError: If it is too early for that.
    """
    bookings, asked = _found(call), appointments.read_appointment_changes(call.plain())
    _check_kept(call, bookings, asked)
    state = call.scheduler
    for booking in bookings:
        said = {**_news(booking, asked), appointments.UPDATED: instant_text(call.now)}
        state = _moved(call, state, booking, asked)
        state = _turned(state, booking.id, asked.status, call.now)
        state = _noted(state, booking.id, said, asked.status, call.now)
    first = state.booking(bookings[0].id, now=call.now)
    return 200, _flat(call, state, first, call.parts["id"]), state


def _found(call: Call) -> tuple[Booking, ...]:
    event_id = call.parts["id"]
    found = found_appointments(call, event_id)
    if not found:
        raise missing("appointment", event_id)
    return found


def _news(booking: Booking, asked: Appointment) -> dict[str, str]:
    """What is said of a booking that it was not told to be already; an empty text is nothing."""
    told = {key: appointments.told_note(booking, key) or "" for key in asked.notes}
    return {key: note for key, note in asked.notes.items() if note != told[key]}


def _check_kept(call: Call, bookings: tuple[Booking, ...], asked: Appointment) -> None:
    """Refuse what an update cannot change: the calendar, the rule, the times of a whole series."""
    booking = bookings[0]
    if asked.calendar_id not in {None, booking.calendar_id}:
        reason = "an appointment stays in its calendar: cancel it and create another"
        raise CodecError("$.calendarId", reason, "other_calendar")
    if asked.rrule not in {None, booking.metadata.get(appointments.RRULE)}:
        reason = "the rule of a series stays as it is: delete the series and create another"
        raise CodecError("$.rrule", reason, "rrule")
    is_series = booking.id != call.parts["id"]
    for key, value in (("startTime", asked.start), ("endTime", asked.end)):
        if is_series and value is not None:
            raise CodecError(f"$.{key}", "move the instances of a series one by one", "series")


def _moved(call: Call, state: Scheduler, booking: Booking, asked: Appointment) -> Scheduler:
    until = booking.planned_end or booking.end
    start = booking.start if asked.start is None else asked.start
    end = asked.end or (start + (until - booking.start))
    stays = (start, end) == (booking.start, until)
    if asked.user_id is not None:
        call.user(asked.user_id, "$.assignedUserId")
    is_served = asked.user_id is None or asked.user_id in booking.serving_ids
    if stays and is_served:
        return state
    if stays and not asked.override:
        with fields_at(_PLACES):
            return state.reassign(booking.id, host_ids=[asked.user_id or ""], now=call.now)
    with fields_at({}, otherwise="$.endTime"):
        length = Interval(start, end).duration
    request = _request_to_move(state, booking, asked, length)
    slot = state.slot(request, start=start, now=call.now, ignoring=[booking.id])
    return state.reschedule(
        booking.id, to=slot, now=call.now, keep_hosts=asked.user_id is None, ignore_cut_off=True
    )


def _request_to_move(
    state: Scheduler, booking: Booking, asked: Appointment, length: timedelta
) -> Request:
    assert booking.calendar_id is not None
    users = [] if asked.user_id is None else [asked.user_id]
    with fields_at({**_PLACES, "calendar_id": "$.calendarId"}):
        calendar = state.catalogue.calendar(booking.calendar_id, name="calendar_id")
        request = state.request(
            booking.calendar_id,
            duration=length,
            party_size=booking.party_size,
            host_ids=hosts_asked(calendar, users),
            customer_id=booking.customer_id,
            override=_override(state, booking.calendar_id, booking.customer_id, asked),
        )
    return as_moved(request, booking, state.catalogue, keep_hosts=asked.user_id is None)


# Statuses --------------------------------------------------------------------


def _confirmed(state: Scheduler, booking: Booking, now: datetime) -> Scheduler:
    after = state.confirm(booking.id, now=now, version=booking.version)
    held = after.booking(booking.id, now=now)
    if held.status is BookingStatus.PENDING:
        # A hold that was confirmed may wait for approval, which this is as well.
        return after.confirm(booking.id, now=now, version=held.version)
    return after


def _given_back(state: Scheduler, booking: Booking, now: datetime) -> Scheduler:
    return state.cancel(booking.id, now=now, ignore_cut_off=True)


def _took_place(state: Scheduler, booking: Booking, now: datetime) -> Scheduler:
    return state.complete(booking.id, at=now)


def _missed(state: Scheduler, booking: Booking, now: datetime) -> Scheduler:
    return state.mark_no_show(booking.id, at=now)


def _reopened(state: Scheduler, booking: Booking, now: datetime) -> Scheduler:  # noqa: ARG001  as the others
    raise InvalidTransitionError(booking.id, booking.status.value, "reopen")


_TURNS: Final[Mapping[BookingStatus, Callable[[Scheduler, Booking, datetime], Scheduler]]] = {
    BookingStatus.PENDING: _reopened,
    BookingStatus.CONFIRMED: _confirmed,
    BookingStatus.CANCELLED: _given_back,
    BookingStatus.COMPLETED: _took_place,
    BookingStatus.NO_SHOW: _missed,
}


def _turned(state: Scheduler, booking_id: str, said: str | None, now: datetime) -> Scheduler:
    """The state in which a booking stands where a word says; what waits and is ``invalid`` is declined."""
    booking = state.booking(booking_id, now=now)
    if said is None or booking.status in appointments.FITTING[said]:
        return state
    if said == "invalid" and booking.status is BookingStatus.PENDING:
        return state.decline(booking_id, now=now)
    return _TURNS[status_of(said, HIGHLEVEL)](state, booking, now)


def _noted(
    state: Scheduler, booking_id: str, said: Mapping[str, str], word: str | None, now: datetime
) -> Scheduler:
    """The state in which it is kept what was said of a booking, and the word for where it stands."""
    booking = state.booking(booking_id, now=now)
    notes = {**booking.metadata, **said}
    if word is not None:
        notes.pop(appointments.STATUS, None)
        notes |= appointments.kept_word(word, booking.status)
    return state.annotate(booking_id, metadata=notes)


# -----------------------------------------------------------------------------


def _calendar(call: Call, booking: Booking) -> Calendar | None:
    return call.scheduler.catalogue.calendar_or_none(booking.calendar_id)


def _flat(call: Call, state: Scheduler, booking: Booking, event_id: str) -> dict[str, object]:
    clock = clock_of(state, booking.calendar_id)
    calendar = _calendar(call, booking)
    return appointments.write_appointment(booking, calendar, clock, event_id=event_id)
