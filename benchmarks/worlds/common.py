"""What the worlds have in common: a first day, working days, hours."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from benchmarks.facts import DAY, Resource, Schedule, Size, Span, Windows, seconds_of

FIRST_DATE = date(2026, 3, 2)
"""A Monday; European clocks change within the month, those of New York within the week."""

FIRST = seconds_of(2026, 3, 2)
HALF_HOUR = 1_800


def chance(name: str, size: Size, seed: int) -> random.Random:
    """The randomness of one world."""
    return random.Random(f"{seed}/{name}/{size}")


def window(size: Size) -> Span:
    """All the days of a size."""
    return FIRST, FIRST + size.days * DAY


def working_days(size: Size, week: int = 5) -> Iterator[tuple[int, date]]:
    """The days on which somebody works, by their number and date."""
    for number in range(size.days):
        day = FIRST_DATE + timedelta(days=number)
        if day.weekday() < week:
            yield number, day


def a_day(size: Size, few: int, many: int) -> int:
    """How many there are of something on a day: *many* at XL, which has nearly 1,000,000 bookings, the most that the engine takes."""
    return many if size.name == "XL" else few


def weekly(days: int, *windows: Span) -> tuple[Windows, ...]:
    """The same windows, in hours, on the first days of the week."""
    minutes = tuple((start * 60, end * 60) for start, end in windows)
    return tuple(minutes if day < days else () for day in range(7))


OFFICE = Schedule(weekly(5, (9, 17)), "UTC")


def members(size: Size, schedule: int | None = 0) -> list[Resource]:
    """So many members with the same hours."""
    return [
        Resource(f"member {number:04}", "member", schedule=schedule)
        for number in range(size.members)
    ]


def rooms(
    size: Size, capacity: int, *, shared: bool, schedule: int | None = None
) -> list[Resource]:
    """So many rooms, with seats that are shared or each for one booking at a time."""
    return [
        Resource(f"room {number:03}", "room", capacity, shared, schedule)
        for number in range(size.rooms)
    ]


def numbers(first: int, count: int) -> tuple[int, ...]:
    """The numbers of so many resources in a row."""
    return tuple(range(first, first + count))
