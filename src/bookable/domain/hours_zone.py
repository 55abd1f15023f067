"""Hours in another zone: read anew where somebody else is, or where somebody travels (SPEC N8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from bookable.checks import check_type, listed
from bookable.domain.hours import AnyHours, Hours, OpeningHours
from bookable.domain.weekly_hours import WeeklyHours
from bookable.errors import InvalidValueError
from bookable.timeline.civil import Zone, resolve_us, to_zone
from bookable.timeline.instant import check_date, from_us


def in_zone(hours: OpeningHours, zone: Zone | str) -> OpeningHours:
    """The same wall-clock windows on the clocks of another zone.

    Windows and dates are read anew, in every layer; closures and validity are instants and stay.

    >>> in_zone(WeeklyHours.parse("Mo 09:00-17:00", zone="UTC"), "Asia/Tokyo").zone.key
    'Asia/Tokyo'

    Raises:
        InvalidValueError: If these are no opening hours, or the zone is unknown.
    """
    check_type(hours, (WeeklyHours, Hours, AnyHours), "hours", "WeeklyHours, Hours or AnyHours")
    target = to_zone(zone)
    if isinstance(hours, WeeklyHours):
        return attrs.evolve(hours, zone=target)
    if isinstance(hours, AnyHours):
        return AnyHours(in_zone(part, target) for part in hours.parts)
    weekly = None if hours.weekly is None else attrs.evolve(hours.weekly, zone=target)
    restrictions = tuple(in_zone(part, target) for part in hours.restrictions)
    return attrs.evolve(hours, weekly=weekly, zone=target, restrictions=restrictions)


def travelling(weekly: WeeklyHours, moves: Iterable[tuple[date, Zone | str]]) -> OpeningHours:
    """Weekly hours of somebody who travels: from each date on in the zone of that move.

    Moves come in any order. A move takes effect at the midnight that begins its date on the clocks
    of the *new* zone (SPEC N8); until the first one, the hours keep their own zone.

    >>> home = WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="Europe/Berlin")
    >>> [part.zone.key for part in travelling(home, [(date(2026, 3, 4), "Asia/Tokyo")]).parts]
    ['Europe/Berlin', 'Asia/Tokyo']

    Raises:
        InvalidValueError: If a move is no pair of a date and a zone, or two have the same date.
    """
    check_type(weekly, WeeklyHours, "weekly", "WeeklyHours")
    zones = _moves(moves)
    days = sorted(zones)
    starts: list[int] = [resolve_us(day, 0, zones[day]) for day in days]
    parts: list[OpeningHours] = []
    for number, day in enumerate([None, *days]):
        # A later move may take effect earlier, far to the east: then it is the one that counts.
        until = min(starts[number:], default=None)
        since = None if number == 0 else starts[number - 1]
        if since is not None and until is not None and since >= until:
            continue
        there = weekly if day is None else attrs.evolve(weekly, zone=zones[day])
        parts.append(
            Hours(
                there,
                valid_from=None if since is None else from_us(since),
                valid_until=None if until is None else from_us(until),
            )
        )
    return AnyHours(parts)


def _moves(values: Iterable[tuple[date, Zone | str]]) -> dict[date, Zone]:
    expected = (
        "a list of pairs of a date and a zone, for example [(date(2026, 3, 4), 'Asia/Tokyo')]"
    )
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise InvalidValueError("moves", values, expected, "type")
    zones: dict[date, Zone] = {}
    for move in listed(values, "moves"):
        if type(move) is not tuple or len(move) != 2:
            raise InvalidValueError("moves", move, expected, "type")
        day = check_date(move[0], "moves")
        if day in zones:
            raise InvalidValueError("moves", day, "one move for each date", "duplicate_id")
        zones[day] = to_zone(move[1], "moves")
    return zones
