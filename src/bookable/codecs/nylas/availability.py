"""Queries and answers of Nylas availability as values; see `bookable.codecs.nylas`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

import attrs
from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_choice,
    check_flag,
    check_id,
    check_ids,
    check_items,
    check_type,
)
from bookable.codecs._bodies import (
    Body,
    Reader,
    epoch_seconds,
    flag,
    identifier,
    items,
    to_epoch_seconds,
    whole,
    word,
)
from bookable.codecs._forms import errors_at, fault
from bookable.codecs.nylas.hours import (
    OpenHours,
    SpecificTime,
    read_open_hours,
    read_specific_time,
    write_open_hours,
    write_specific_time,
)
from bookable.codecs.nylas.limits import (
    LONGEST_BUFFER,
    LONGEST_MEETING,
    LONGEST_ROUND,
    MOST_DATES,
    MOST_OPEN_HOURS,
    MOST_PARTICIPANTS,
    MOST_SLOTS,
    STEP,
    Method,
)
from bookable.errors import InvalidIntervalError, InvalidValueError, LimitExceededError
from bookable.timeline.instant import to_utc

_MINUTE: Final = timedelta(minutes=1)
_ROUND: Final = 15


def _check_minutes(value: int, name: str, least: int, most: int) -> None:
    check_amount(value, name, minimum=least, maximum=most)
    if value % STEP:
        raise InvalidValueError(name, value, f"a multiple of {STEP} minutes", "five_minutes")


def _utc(value: datetime) -> datetime:
    return to_utc(value, "time")


def _calendar_ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "calendar_ids", known="calendar ids")


def _blocks(values: Iterable[OpenHours]) -> tuple[OpenHours, ...]:
    return check_items(values, OpenHours, "open_hours", "an OpenHours")


def _dates(values: Iterable[SpecificTime]) -> tuple[SpecificTime, ...]:
    return check_items(values, SpecificTime, "specific_time_availability", "a SpecificTime")


def _method(value: Method | str) -> Method:
    return check_choice(value, Method, "availability_method")


@frozen
class Participant:
    """Somebody whose time is asked for, with the hours that count for this query; None are none."""

    email: str
    calendar_ids: tuple[str, ...] = field(default=(), converter=_calendar_ids)
    open_hours: tuple[OpenHours, ...] | None = field(
        default=None, converter=attrs.converters.optional(_blocks)
    )
    dates: tuple[SpecificTime, ...] = field(default=(), converter=_dates)
    only_dates: bool = False

    def __attrs_post_init__(self) -> None:
        check_id(self.email, "email")
        check_flag(self.only_dates, "only_dates")


def _participants(values: Iterable[Participant]) -> tuple[Participant, ...]:
    return check_items(values, Participant, "participants", "a Participant(email)")


@frozen
class AvailabilityRules:
    """Who has to be free, what is kept clear around meetings that exist, and common hours."""

    method: Method = field(default=Method.MAX_AVAILABILITY, converter=_method)
    minutes_before: int = 0
    minutes_after: int = 0
    open_hours: tuple[OpenHours, ...] | None = field(
        default=None, converter=attrs.converters.optional(_blocks)
    )
    group_id: str | None = None
    tentative_as_busy: bool = True

    def __attrs_post_init__(self) -> None:
        _check_minutes(self.minutes_before, "minutes_before", 0, LONGEST_BUFFER)
        _check_minutes(self.minutes_after, "minutes_after", 0, LONGEST_BUFFER)
        if self.group_id is not None:
            check_id(self.group_id, "group_id")
        check_flag(self.tentative_as_busy, "tentative_as_busy")


NO_RULES: Final = AvailabilityRules()


@frozen
class AvailabilityQuery:
    """When could they meet, for so many minutes?

    Raises:
        InvalidValueError: If a field cannot be what it must be: all minutes and times are multiples
            of five, and every participant is named once.
        LimitExceededError: If there are more than 50 participants, or more than 100,000 starts.
    """

    start_time: datetime = field(converter=_utc)
    end_time: datetime = field(converter=_utc)
    duration_minutes: int
    participants: tuple[Participant, ...] = field(converter=_participants)
    interval_minutes: int | None = None
    round_to: int = _ROUND
    rules: AvailabilityRules = NO_RULES

    def __attrs_post_init__(self) -> None:
        for name in ("start_time", "end_time"):
            moment: datetime = getattr(self, name)
            if to_epoch_seconds(moment) % (STEP * 60) or moment.microsecond:
                wrong = moment.isoformat(), f"a multiple of {STEP} minutes"
                raise InvalidValueError(name, *wrong, "five_minutes")
        if self.start_time >= self.end_time:
            raise InvalidIntervalError.of(self.start_time, self.end_time, name="end_time")
        _check_minutes(self.duration_minutes, "duration_minutes", STEP, LONGEST_MEETING)
        _check_minutes(self.round_to, "round_to", STEP, LONGEST_ROUND)
        if self.interval_minutes is not None:
            _check_minutes(self.interval_minutes, "interval_minutes", STEP, LONGEST_MEETING)
        starts = (self.end_time - self.start_time) // (self.step * _MINUTE)
        if starts > MOST_SLOTS:
            raise LimitExceededError("starts up to end_time", starts, MOST_SLOTS)
        emails = [each.email for each in self.participants]
        if not 1 <= len(emails) <= MOST_PARTICIPANTS:
            raise LimitExceededError("participants", len(emails), MOST_PARTICIPANTS)
        repeated = next((each for each in emails if emails.count(each) > 1), None)
        if repeated is not None:
            wrong = repeated, "every participant once"
            raise InvalidValueError("participants", *wrong, "duplicate_id")
        check_type(self.rules, AvailabilityRules, "rules", "an AvailabilityRules")

    @property
    def step(self) -> int:
        """The minutes from one start to the next, before they are rounded."""
        return self.duration_minutes if self.interval_minutes is None else self.interval_minutes

    @property
    def emails(self) -> tuple[str, ...]:
        """Everybody, in the order given."""
        return tuple(each.email for each in self.participants)

    def starts(self) -> tuple[datetime, ...]:
        """The starts that come into question, in order: rounded up, and so that the meeting ends in time."""
        last = to_epoch_seconds(self.end_time) - self.duration_minutes * 60
        unit, first = self.round_to * 60, to_epoch_seconds(self.start_time)
        rounded = {-(-at // unit) * unit for at in range(first, last + 1, self.step * 60)}
        return tuple(epoch_seconds(at, "start_time") for at in sorted(rounded) if at <= last)


def _emails(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "emails", known="email addresses")


@frozen
class TimeSlot:
    """A time, and who is free for it."""

    start_time: datetime = field(converter=_utc)
    end_time: datetime = field(converter=_utc)
    emails: tuple[str, ...] = field(default=(), converter=_emails)

    def __attrs_post_init__(self) -> None:
        if self.start_time >= self.end_time:
            raise InvalidIntervalError.of(self.start_time, self.end_time, name="end_time")
        for name in ("start_time", "end_time"):
            moment: datetime = getattr(self, name)
            if moment.microsecond:
                raise InvalidValueError(name, moment.isoformat(), "whole seconds", "not_datetime")


def _slots(values: Iterable[TimeSlot]) -> tuple[TimeSlot, ...]:
    return check_items(values, TimeSlot, "time_slots", "a TimeSlot")


@frozen
class AvailabilityAnswer:
    """The slots in order of start; ``order`` is who would be next, where any one will do."""

    time_slots: tuple[TimeSlot, ...] = field(default=(), converter=_slots)
    order: tuple[str, ...] = field(default=(), converter=_emails)


# Bodies ------------------------------------------------------------------------


def read_query(body: object) -> AvailabilityQuery:
    """The query that a body asks.

    Raises:
        CodecError: If it is no such body.
    """
    document = Body.of(body)
    people = items(_participant, at_least=1, at_most=MOST_PARTICIPANTS)
    meeting = _minutes(STEP, LONGEST_MEETING)
    with errors_at(document.path, document.fields):
        return AvailabilityQuery(
            document.read("start_time", epoch_seconds),
            document.read("end_time", epoch_seconds),
            document.read("duration_minutes", meeting),
            document.read("participants", people),
            document.read("interval_minutes", meeting, None),
            document.read("round_to", _minutes(STEP, LONGEST_ROUND), _ROUND),
            document.read("availability_rules", _rules, NO_RULES),
        )


def write_query(query: AvailabilityQuery) -> dict[str, object]:
    """The body of a query, without what is as Nylas takes it anyway."""
    body: dict[str, object] = {
        "participants": [_participant_body(each) for each in query.participants],
        "start_time": to_epoch_seconds(query.start_time),
        "end_time": to_epoch_seconds(query.end_time),
        "duration_minutes": query.duration_minutes,
    }
    if query.interval_minutes is not None:
        body["interval_minutes"] = query.interval_minutes
    body["round_to"] = query.round_to
    if query.rules != NO_RULES:
        body["availability_rules"] = _rules_body(query.rules)
    return body


def read_answer(body: object) -> AvailabilityAnswer:
    """The answer that a response gives in its ``data``; null lists are empty.

    Raises:
        CodecError: If it is no such response.
    """
    document = Body.of(body).read("data", Body.of)
    emails = items(identifier, at_most=MOST_PARTICIPANTS)
    return AvailabilityAnswer(
        document.read("time_slots", items(_slot, at_most=MOST_SLOTS), ()),
        document.read("order", emails, ()),
    )


def write_answer(answer: AvailabilityAnswer, *, request_id: str | None = None) -> dict[str, object]:
    """The body of a response; ``order`` only where there is one."""
    data: dict[str, object] = {} if not answer.order else {"order": list(answer.order)}
    data["time_slots"] = [
        {
            "emails": list(each.emails),
            "start_time": to_epoch_seconds(each.start_time),
            "end_time": to_epoch_seconds(each.end_time),
        }
        for each in answer.time_slots
    ]
    head: dict[str, object] = {} if request_id is None else {"request_id": request_id}
    return {**head, "data": data}


def _minutes(least: int, most: int) -> Reader[int]:
    """So many minutes, a multiple of five."""

    def read(value: object, path: str) -> int:
        found = whole(least, most)(value, path)
        if found % STEP:
            raise fault(path, f"a multiple of {STEP} minutes", value, "five_minutes")
        return found

    return read


_HOURS: Final = items(read_open_hours, at_most=MOST_OPEN_HOURS)


def _participant(value: object, path: str) -> Participant:
    body = Body.of(value, path)
    return Participant(
        body.read("email", identifier),
        body.read("calendar_ids", items(identifier, at_most=MOST_OPEN_HOURS), ()),
        body.read("open_hours", _HOURS, None),
        body.read("specific_time_availability", items(read_specific_time, at_most=MOST_DATES), ()),
        body.read("only_specific_time_availability", flag, False),
    )


def _participant_body(each: Participant) -> dict[str, object]:
    body: dict[str, object] = {"email": each.email}
    if each.calendar_ids:
        body["calendar_ids"] = list(each.calendar_ids)
    if each.open_hours is not None:
        body["open_hours"] = [write_open_hours(block) for block in each.open_hours]
    if each.dates:
        body["specific_time_availability"] = [write_specific_time(day) for day in each.dates]
    if each.only_dates:
        body["only_specific_time_availability"] = True
    return body


def _rules(value: object, path: str) -> AvailabilityRules:
    body, default = Body.of(value, path), Method.MAX_AVAILABILITY
    buffer, minutes = body.body("buffer"), _minutes(0, LONGEST_BUFFER)
    return AvailabilityRules(
        Method(body.read("availability_method", word(*Method), default)),
        buffer.read("before", minutes, 0),
        buffer.read("after", minutes, 0),
        body.read("default_open_hours", _HOURS, None),
        body.read("round_robin_group_id", identifier, None),
        body.read("tentative_as_busy", flag, True),
    )


def _rules_body(rules: AvailabilityRules) -> dict[str, object]:
    body: dict[str, object] = {"availability_method": rules.method.value}
    if rules.minutes_before or rules.minutes_after:
        body["buffer"] = {"before": rules.minutes_before, "after": rules.minutes_after}
    if rules.open_hours is not None:
        body["default_open_hours"] = [write_open_hours(each) for each in rules.open_hours]
    if rules.group_id is not None:
        body["round_robin_group_id"] = rules.group_id
    if not rules.tentative_as_busy:
        body["tentative_as_busy"] = False
    return body


def _slot(value: object, path: str) -> TimeSlot:
    body = Body.of(value, path)
    start, end = body.read("start_time", epoch_seconds), body.read("end_time", epoch_seconds)
    with errors_at(path, body.fields):
        return TimeSlot(
            start, end, body.read("emails", items(identifier, at_most=MOST_PARTICIPANTS), ())
        )
