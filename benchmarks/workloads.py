"""Seeded worlds of growing size: a practice whose members share rooms."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from bookable import Booking, Calendar, Catalogue, Interval, Member, Room, WeeklyHours

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


class Size(NamedTuple):
    """How large a world is; some six bookings per member and working day."""

    name: str
    members: int
    rooms: int
    days: int


SIZES = (Size("S", 5, 3, 7), Size("M", 20, 10, 30), Size("L", 200, 50, 90))


class World(NamedTuple):
    """A catalogue with its history, and the window that is asked about."""

    size: Size
    catalogue: Catalogue
    bookings: tuple[Booking, ...]
    window: Interval


def practice(size: Size, seed: int = 1) -> World:
    """Any free member and any room with a free seat, half an hour on a grid of 15 minutes."""
    chance = random.Random(f"{seed}/{size.name}")
    office = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="UTC")
    members = [Member(f"member {number:03}", hours=office) for number in range(size.members)]
    rooms = [Room(f"room {number:02}", 6, calendar_ids=["visit"]) for number in range(size.rooms)]
    visit = Calendar(
        "visit",
        duration=HALF_HOUR,
        slot_step=timedelta(minutes=15),
        member_ids=[member.id for member in members],
        zone="UTC",
    )
    catalogue = Catalogue(rooms=rooms, members=members, calendars=[visit])
    bookings: list[Booking] = []
    for day in range(size.days):
        date = NOW.date() + timedelta(days=day)
        if date.weekday() > 4:
            continue
        opens = datetime.combine(date, time(9), tzinfo=UTC)
        for place, member in enumerate(members):
            for half_hour in chance.sample(range(16), 6):
                start = opens + half_hour * HALF_HOUR
                bookings.append(
                    Booking(
                        f"B-{len(bookings)}",
                        start,
                        start + HALF_HOUR,
                        calendar_id="visit",
                        host_ids=[member.id],
                        room_ids=[rooms[place % size.rooms].id],
                    )
                )
    window = Interval(NOW, NOW + timedelta(days=size.days))
    return World(size, catalogue, tuple(bookings), window)
