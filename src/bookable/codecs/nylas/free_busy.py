"""Queries and answers of Nylas free/busy; see `bookable.codecs.nylas`.

An answer tells of each address either its busy time or why it could not be read, with status 200
for both: `FreeBusy.unknown` has those, and they are free at no time. Answers do not say for which window
they are; the query does. Nylas documents the status ``busy`` and no other, so time of every kind that blocks is
written as that. Providers have more words, which are read; one that nobody knows is busy.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from attrs import field, frozen

from bookable.checks import check_flag, check_ids, check_type
from bookable.codecs._bodies import (
    Body,
    epoch_seconds,
    flag,
    identifier,
    items,
    text,
    to_epoch_seconds,
    word,
)
from bookable.codecs._forms import errors_at, fault
from bookable.codecs.nylas.limits import LONGEST_FREE_BUSY, MOST_PARTICIPANTS, MOST_SLOTS
from bookable.domain.free_busy import BusyTime, FreeBusy
from bookable.domain.policy import BLOCKING_KINDS, BusyKind
from bookable.errors import CodecError, InvalidIntervalError, InvalidValueError, LimitExceededError
from bookable.timeline.instant import to_utc
from bookable.timeline.interval import Interval

_KINDS: Final = {
    "busy": BusyKind.BUSY,
    "tentative": BusyKind.TENTATIVE,
    "free": BusyKind.FREE,
    "oof": BusyKind.OUT_OF_OFFICE,
    "workingelsewhere": BusyKind.ELSEWHERE,
}
"""What providers call the status of a time, whatever the case of its letters."""


def _start(value: datetime) -> datetime:
    return _whole_second(value, "start_time")


def _end(value: datetime) -> datetime:
    return _whole_second(value, "end_time")


def _whole_second(value: datetime, name: str) -> datetime:
    moment = to_utc(value, name)
    if moment.microsecond:
        raise InvalidValueError(name, moment.isoformat(), "whole seconds", "not_datetime")
    return moment


def _emails(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "emails", known="email addresses")


@frozen
class FreeBusyQuery:
    """When are they busy?

    Raises:
        InvalidValueError: If a field cannot be what it must be.
        LimitExceededError: If the window is longer than three months, or more than 50 are asked for.
    """

    start_time: datetime = field(converter=_start)
    end_time: datetime = field(converter=_end)
    emails: tuple[str, ...] = field(converter=_emails)
    tentative_as_busy: bool = True

    def __attrs_post_init__(self) -> None:
        if self.start_time >= self.end_time:
            raise InvalidIntervalError.of(self.start_time, self.end_time, name="end_time")
        length = self.end_time - self.start_time
        if length > LONGEST_FREE_BUSY:
            most = LONGEST_FREE_BUSY.days
            raise LimitExceededError("days up to end_time", length.days + 1, most)
        if not 1 <= len(self.emails) <= MOST_PARTICIPANTS:
            raise LimitExceededError("emails", len(self.emails), MOST_PARTICIPANTS)
        check_flag(self.tentative_as_busy, "tentative_as_busy")

    @property
    def within(self) -> Interval:
        """The window that is asked about."""
        return Interval(self.start_time, self.end_time)


def read_free_busy_query(body: object) -> FreeBusyQuery:
    """The query that a body asks.

    Raises:
        CodecError: If it is no such body.
    """
    document = Body.of(body)
    emails = items(identifier, at_least=1, at_most=MOST_PARTICIPANTS)
    with errors_at(document.path, document.fields):
        return FreeBusyQuery(
            document.read("start_time", epoch_seconds),
            document.read("end_time", epoch_seconds),
            document.read("emails", emails),
            document.read("tentative_as_busy", flag, True),
        )


def write_free_busy_query(query: FreeBusyQuery) -> dict[str, object]:
    """The body of a query."""
    body: dict[str, object] = {
        "start_time": to_epoch_seconds(query.start_time),
        "end_time": to_epoch_seconds(query.end_time),
        "emails": list(query.emails),
    }
    if not query.tentative_as_busy:
        body["tentative_as_busy"] = False
    return body


def read_free_busy(body: object, *, within: Interval) -> FreeBusy:
    """The answer that a response gives, for the window that was asked about.

    Raises:
        CodecError: If it is no such response, or tells of somebody twice (code ``two_answers``).
    """
    document = Body.of(body)
    busy: dict[str, tuple[BusyTime, ...]] = {}
    unknown: dict[str, str] = {}
    people = document.read("data", items(Body.of, at_most=MOST_PARTICIPANTS))
    for each in people:
        email = each.read("email", identifier)
        if email in busy or email in unknown:
            raise CodecError(each.at("email"), "expected every address once", "two_answers")
        failed = each.read("object", word("free_busy", "error")) == "error"
        if failed or "error" in each:
            unknown[email] = each.read("error", text, "")
        else:
            busy[email] = each.read("time_slots", items(_busy_time, at_most=MOST_SLOTS), ())
    with errors_at(document.at("data")):
        return FreeBusy(within, busy, unknown)


def write_free_busy(
    told: FreeBusy, *, tentative_as_busy: bool = True, request_id: str | None = None
) -> dict[str, object]:
    """The body of a response: who was told of, in the order of their addresses.

    Instants are rounded to whole seconds outwards: nobody becomes free by it. Time that is free or spent
    elsewhere is left out; tentative time counts as ``busy`` unless ``tentative_as_busy`` is False: it is left
    out then.
    """
    check_type(told, FreeBusy, "told", "a FreeBusy")
    kinds = BLOCKING_KINDS if tentative_as_busy else BLOCKING_KINDS - {BusyKind.TENTATIVE}
    data: list[dict[str, object]] = []
    for email in told.subjects:
        times = told.times(email, kinds)
        if times is None:
            data.append({"email": email, "error": told.unknown[email], "object": "error"})
            continue
        slots = [_busy_body(each) for each in times]
        data.append({"email": email, "time_slots": slots, "object": "free_busy"})
    head: dict[str, object] = {} if request_id is None else {"request_id": request_id}
    return {**head, "data": data}


def _busy_time(value: object, path: str) -> BusyTime:
    body = Body.of(value, path)
    start, end = body.read("start_time", epoch_seconds), body.read("end_time", epoch_seconds)
    if start >= end:
        expected = "an end after its start"
        raise fault(body.at("end_time"), expected, body.fields["end_time"], "reversed_interval")
    status = body.read("status", text, "busy").casefold()
    return BusyTime(Interval(start, end), _KINDS.get(status, BusyKind.BUSY))


def _busy_body(times: Interval) -> dict[str, object]:
    end = to_epoch_seconds(times.end) + (1 if times.end.microsecond else 0)
    return {
        "start_time": to_epoch_seconds(times.start),
        "end_time": end,
        "status": "busy",
        "object": "time_slot",
    }
