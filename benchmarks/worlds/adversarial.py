"""Worlds that punish what a backend would take for granted."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from benchmarks.facts import DAY, HOUR, MINUTE, Facts, Pool, Resource, Row, Schedule, Size, Windows
from benchmarks.worlds.common import (
    FIRST,
    FIRST_DATE,
    HALF_HOUR,
    OFFICE,
    a_day,
    chance,
    members,
    numbers,
    window,
    working_days,
)
from benchmarks.worlds.everyday import clinic

OVERLAPPING = {"S": 100, "M": 1_000, "L": 10_000, "XL": 100_000}
"""How many bookings overlap each other."""

OVERRIDDEN_DAYS = {"S": 1_000, "M": 3_000, "L": 5_000, "XL": 10_000}
"""How many dates of each schedule have hours of their own."""


def overlapping(size: Size, seed: int) -> Facts:
    """Everything overlaps: all the bookings of one hall share an instant."""
    dice = chance("overlapping", size, seed)
    count = OVERLAPPING.get(size.name, 20)
    low, high = window(size)
    middle, cells = (low + high) // 2, (high - low) // 2 // (5 * MINUTE)
    rows = [
        Row(
            middle - dice.randint(1, cells) * 5 * MINUTE,
            middle + dice.randint(1, cells) * 5 * MINUTE,
            (0,),
        )
        for _ in range(count)
    ]
    return Facts(
        world="overlapping",
        size=size.name,
        now=FIRST,
        window=(low, high),
        duration=HALF_HOUR,
        step=15 * MINUTE,
        resources=(Resource("hall", "room", count, shared=True),),
        pools=(Pool((0,)),),
        rows=rows,
        party=count // 3 + 1,
    )


def years(size: Size, seed: int) -> Facts:
    """The clinic, in which every tenth member's one booking lasts from 2023 to 2029."""
    facts = clinic(size, seed)
    away = range(0, size.members, 10)
    rows = [row for row in facts.rows if row.resources[0] % 10]
    rows += [Row(FIRST - 1_100 * DAY, FIRST + 1_100 * DAY, (member,)) for member in away]
    return replace(facts, world="years", rows=rows)


def overrides(size: Size, seed: int) -> Facts:
    """The clinic, whose members' hours differ on thousands of dates."""
    facts = clinic(size, seed)
    dice = chance("overrides", size, seed)
    days = OVERRIDDEN_DAYS.get(size.name, 30)
    schedules = tuple(_overridden(dice, days) for _ in range(min(size.members, 20)))
    staff = [
        Resource(f"member {number:04}", "member", schedule=number % len(schedules))
        for number in range(size.members)
    ]
    resources = (*staff, *facts.resources[size.members :])
    return replace(facts, world="overrides", resources=resources, schedules=schedules)


def _overridden(dice: random.Random, days: int) -> Schedule:
    """Office hours, but for so many dates: late, early, broken, or none at all."""
    choices: tuple[Windows, ...] = (
        (),
        ((8 * 60, 12 * 60),),
        ((13 * 60, 18 * 60),),
        ((9 * 60, 11 * 60), (12 * 60, 16 * 60)),
    )
    first = FIRST_DATE - timedelta(days=days // 2)
    return Schedule(
        OFFICE.weekly,
        OFFICE.zone,
        {first + timedelta(days=day): dice.choice(choices) for day in range(days)},
    )


MOST_COMPETING = 400
"""How many members at most stand in competing pools: the engine takes 200 places of such roles."""


def competing(size: Size, seed: int) -> Facts:
    """Three roles whose pools share most of their candidates, which need half of them together.

    Of the first half, of the middle half and of the last half.
    """
    dice = chance("competing", size, seed)
    among = min(size.members, MOST_COMPETING)
    half, quarter, eighth = -(-among // 2), among // 4, max(1, among // 8)
    rows = []
    for number, _ in working_days(size):
        opens = FIRST + number * DAY + 9 * HOUR
        for member in range(size.members):
            for half_hour in dice.sample(range(16), a_day(size, 6, 8 - member % 2)):
                start = opens + half_hour * HALF_HOUR
                rows.append(Row(start, start + HALF_HOUR, (member,)))
    return Facts(
        world="competing",
        size=size.name,
        now=FIRST,
        window=window(size),
        duration=HALF_HOUR,
        step=15 * MINUTE,
        resources=tuple(members(size)),
        pools=(
            Pool(numbers(0, half), max(1, quarter)),
            Pool(numbers(quarter, half), eighth),
            Pool(numbers(among - half, half), eighth),
        ),
        rows=rows,
        schedules=(OFFICE,),
        by_calendar=False,
    )
