"""Worlds as businesses have them: a clinic, a training centre, a coworking floor, a marketplace."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from benchmarks.facts import (
    HOUR,
    MINUTE,
    Facts,
    Pool,
    Resource,
    Row,
    Schedule,
    Size,
    clock,
)
from benchmarks.worlds.common import (
    FIRST,
    HALF_HOUR,
    OFFICE,
    a_day,
    chance,
    members,
    numbers,
    rooms,
    weekly,
    window,
    working_days,
)

BERLIN = ZoneInfo("Europe/Berlin")


def clinic(size: Size, seed: int) -> Facts:
    """Any free member and any room with a free seat, half an hour on a grid of 15 minutes."""
    dice = chance("clinic", size, seed)
    rows = []
    for _, day in working_days(size):
        opens = clock(day, 9 * 60, ZoneInfo("UTC"))
        for member in range(size.members):
            room = size.members + member % size.rooms
            for half_hour in dice.sample(range(16), a_day(size, 6, 8 - member % 2)):
                start = opens + half_hour * HALF_HOUR
                rows.append(Row(start, start + HALF_HOUR, (member, room)))
    return Facts(
        world="clinic",
        size=size.name,
        now=FIRST,
        window=window(size),
        duration=HALF_HOUR,
        step=15 * MINUTE,
        resources=(*members(size), *rooms(size, 6, shared=True)),
        pools=(Pool(numbers(0, size.members)), Pool(numbers(size.members, size.rooms))),
        rows=rows,
        schedules=(OFFICE,),
    )


def training(size: Size, seed: int) -> Facts:
    """A trainer and a room of its own for 90 minutes, or two seats in a class that takes place.

    Each day has half again as many classes as trainers, of four bookings each (at XL five).
    """
    dice = chance("training", size, seed)
    rows: list[Row] = []
    session, people = 0, a_day(size, 4, 5)
    for _, day in working_days(size):
        places = [
            (clock(day, 8 * 60 + room % 3 * 30 + slot * 90, BERLIN), room)
            for room in range(size.rooms)
            for slot in range(7)
        ]
        wanted = min(size.members * 3 // 2, len(places))
        busy: set[tuple[int, int]] = set()
        for start, room in sorted(dice.sample(places, wanted)):
            halves = [start + half * HALF_HOUR for half in range(3)]
            trainer = dice.randrange(size.members)
            while any((trainer, half) in busy for half in halves):
                trainer = (trainer + 1) % size.members
            busy.update((trainer, half) for half in halves)
            taken = trainer, size.members + room
            rows += [
                Row(start, start + 90 * MINUTE, taken, dice.randint(1, 4), session)
                for _ in range(people)
            ]
            session += 1
    return Facts(
        world="training",
        size=size.name,
        now=FIRST,
        window=window(size),
        duration=90 * MINUTE,
        step=30 * MINUTE,
        resources=(*members(size), *rooms(size, 16, shared=False, schedule=1)),
        pools=(Pool(numbers(0, size.members)), Pool(numbers(size.members, size.rooms))),
        rows=rows,
        schedules=(
            Schedule(weekly(5, (8, 20)), "Europe/Berlin"),
            Schedule(weekly(6, (7, 22)), "Europe/Berlin"),
        ),
        party=2,
        seats=12,
        zone="Europe/Berlin",
    )


def coworking(size: Size, seed: int) -> Facts:
    """Any room for 55 minutes and five to air it, without staff; meetings take 25 minutes."""
    dice = chance("coworking", size, seed)
    rows = []
    meetings = min(6 * size.members // size.rooms, a_day(size, 16, 24))
    for _, day in working_days(size, week=6):
        opens = clock(day, 7 * 60, BERLIN)
        for room in range(size.rooms):
            for half_hour in dice.sample(range(28), meetings):
                start = opens + half_hour * HALF_HOUR
                rows.append(Row(start, start + 25 * MINUTE, (room,)))
    return Facts(
        world="coworking",
        size=size.name,
        now=FIRST,
        window=window(size),
        duration=55 * MINUTE,
        step=15 * MINUTE,
        resources=tuple(rooms(size, 8, shared=False, schedule=0)),
        pools=(Pool(numbers(0, size.rooms)),),
        rows=rows,
        schedules=(Schedule(weekly(6, (7, 21)), "Europe/Berlin"),),
        after=5 * MINUTE,
        zone="Europe/Berlin",
    )


MARKET_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata")


def marketplace(size: Size, seed: int) -> Facts:
    """Which practitioner has the first free hour: three zones, and the first third sold out."""
    dice = chance("marketplace", size, seed)
    rows: list[Row] = []
    usual = a_day(size, 5, 7)
    for number, day in working_days(size):
        sold_out = number < size.days // 3
        for member in range(size.members):
            rows += _hours_of(member, day, dice.sample(range(8), 8 if sold_out else usual))
    schedules = tuple(Schedule(weekly(5, (9, 17)), zone) for zone in MARKET_ZONES)
    practitioners = [
        Resource(f"member {number:04}", "member", schedule=number % len(schedules))
        for number in range(size.members)
    ]
    return Facts(
        world="marketplace",
        size=size.name,
        now=FIRST,
        window=window(size),
        duration=HOUR,
        step=HALF_HOUR,
        resources=tuple(practitioners),
        pools=(Pool(numbers(0, size.members)),),
        rows=rows,
        schedules=schedules,
    )


def _hours_of(member: int, day: date, hours: list[int]) -> list[Row]:
    """Whole hours of one practitioner's day."""
    opens = clock(day, 9 * 60, ZoneInfo(MARKET_ZONES[member % len(MARKET_ZONES)]))
    return [Row(opens + hour * HOUR, opens + (hour + 1) * HOUR, (member,)) for hour in hours]
