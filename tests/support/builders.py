"""Values with good defaults, on Monday 2 March 2026 in UTC unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from bookable import (
    Block,
    BookableError,
    Booking,
    Calendar,
    Catalogue,
    Equipment,
    Interval,
    Member,
    Request,
    Room,
    Scheduler,
    Slot,
    WeeklyHours,
    all_of,
)

US = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def at(clock: str, *, day: int = 2) -> datetime:
    """``at("09:30")`` on the Monday; ``24:00`` is the midnight after it."""
    hours, _, rest = clock.partition(":")
    whole, _, seconds = rest.partition(":")
    moment = timedelta(hours=int(hours), minutes=int(whole), seconds=float(seconds or 0))
    return datetime(2026, 3, day, tzinfo=UTC) + moment


def monday(first: str, last: str) -> Interval:
    """``monday("09:00", "10:30")``, as an interval."""
    return Interval(at(first), at(last))


def tuesday(first: str, last: str) -> Interval:
    return Interval(at(first, day=3), at(last, day=3))


NOW = at("00:00")
WHOLE_DAY = monday("00:00", "24:00")
OFFICE = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="UTC")


def us(clock: str, *, day: int = 2) -> int:
    """The instant in microseconds since the epoch."""
    return (at(clock, day=day) - datetime(1970, 1, 1, tzinfo=UTC)) // US


def a_room(id: str = "blue room", capacity: int = 1, **fields: object) -> Room:
    return Room(id, capacity, **fields)


def an_item(id: str = "table", quantity: int = 3, **fields: object) -> Equipment:
    return Equipment(id, quantity, **fields)


def a_member(id: str = "ada", **fields: object) -> Member:
    return Member(id, **fields)


def a_calendar(id: str = "massage", duration: timedelta = HOUR, **fields: object) -> Calendar:
    return Calendar(id, duration, **fields)


def a_class(id: str = "yoga", seats: int = 10, **fields: object) -> Calendar:
    fields = {"member_ids": ["ada"], **fields}
    return Calendar(id, HOUR, kind="class", seats_per_slot=seats, **fields)


def a_booking(
    id: str = "B-1", first: str = "09:00", last: str = "10:00", **fields: object
) -> Booking:
    """A booking of the blue room, unless it names what it takes."""
    takes = {"calendar_id", "host_ids", "room_ids", "equipment"}
    if not takes & set(fields):
        fields["room_ids"] = ["blue room"]
    return Booking(id, at(first), at(last), **fields)


def a_block(
    id: str = "K-1", resource_id: str = "blue room", first: str = "09:00", last: str = "10:00"
) -> Block:
    return Block(id, resource_id, monday(first, last))


def a_request(*needs: object, duration: timedelta = HOUR, **fields: object) -> Request:
    """A request for the blue room, unless it says what it needs."""
    return Request(duration, needs or (all_of("blue room"),), **fields)


def a_catalogue(*entries: object) -> Catalogue:
    """The entries, each where its type belongs."""
    kinds = {"rooms": Room, "equipment": Equipment, "members": Member, "calendars": Calendar}
    return Catalogue(
        **{
            name: [entry for entry in entries if isinstance(entry, kind)]
            for name, kind in kinds.items()
        }
    )


def a_scheduler(
    *entries: object, bookings: Iterable[Booking] = (), blocks: Iterable[object] = ()
) -> Scheduler:
    """A scheduler of these entries; of one blue room when none are given."""
    return Scheduler(a_catalogue(*(entries or (a_room(),))), bookings, blocks)


def booked(
    scheduler: Scheduler,
    clock: str,
    *,
    calendar: str,
    booking_id: str,
    now: datetime = NOW,
    **asked: object,
) -> Scheduler:
    """The state after booking a calendar at that time."""
    request = scheduler.request(calendar, **asked)
    slot = scheduler.slot(request, start=at(clock), now=now)
    return scheduler.book(slot, booking_id=booking_id, now=now)


def clocks(slots: Iterable[Slot]) -> list[str]:
    """The starts as UTC wall clock."""
    return [f"{slot.start:%H:%M}" for slot in slots]


def offered(
    scheduler: Scheduler,
    calendar_id: str,
    within: Interval = WHOLE_DAY,
    now: datetime = NOW,
    **asked: object,
) -> list[str]:
    """The starts that a calendar offers, as UTC wall clock."""
    request = scheduler.request(calendar_id, **asked)
    return clocks(scheduler.free_slots(request, within=within, now=now))


def rules(refusals: Iterable[object]) -> list[tuple[str, str]]:
    """Rule and subject of each refusal or violation, in order."""
    return [(refusal.rule.value, refusal.subject) for refusal in refusals]


@contextmanager
def refused(
    kind: type[BookableError], code: str, field: str | None = None
) -> Iterator[pytest.ExceptionInfo[BookableError]]:
    """Exactly this error, with this code, about this field."""
    with pytest.raises(kind) as caught:
        yield caught
    assert type(caught.value) is kind
    assert caught.value.code == code
    if field is not None:
        assert caught.value.field == field
