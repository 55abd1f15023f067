"""Open hours as Nylas writes them: blocks of weekdays with a zone, and single dates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Final

from attrs import field, frozen

from bookable.checks import check_amount, check_type, listed
from bookable.codecs._bodies import Body, day, items, text, whole, zone
from bookable.codecs._forms import errors_at, fault
from bookable.codecs.nylas.limits import MOST_DATES
from bookable.domain.hours import AnyHours, DateOverride, Hours, Layering, OpeningHours, WeeklyHours
from bookable.domain.layers import all_open
from bookable.domain.window import Window
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.instant import check_date

_MIDNIGHT: Final = time(0)
_LAST_MINUTE: Final = time(23, 59)
_CLOCK: Final = "a time of day from 0:00 to 23:59, for example '9:00'"


def _zone(value: Zone | str) -> Zone:
    return to_zone(value)


def _days(values: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({check_amount(each, "days", maximum=6) for each in listed(values, "days")}))


def _date(value: date) -> date:
    return check_date(value, "date")


def _dates(values: Iterable[date]) -> tuple[date, ...]:
    found = sorted({check_date(each, "exdates") for each in listed(values, "exdates")})
    if len(found) > MOST_DATES:
        raise LimitExceededError("exdates", len(found), MOST_DATES)
    return tuple(found)


def _window(value: Window | None) -> Window | None:
    """A window of one day: one that ends with its last minute ends with the day."""
    if value is None:
        return None
    window = check_type(value, Window, "window", "a Window(opens, closes)")
    opens, closes = window.opens, window.closes
    if any(each.second or each.microsecond for each in (opens, closes)):
        raise InvalidValueError("window", str(window), "whole minutes", "not_time")
    if closes == _LAST_MINUTE:
        closes = _MIDNIGHT
    if closes != _MIDNIGHT and closes <= opens:
        raise InvalidValueError(
            "window", str(window), "an end after its start", "reversed_interval"
        )
    return Window(opens, closes)


def _open_window(value: Window) -> Window:
    check_type(value, Window, "window", "a Window(opens, closes)")
    window = _window(value)
    assert window is not None
    return window


@frozen
class OpenHours:
    """A block of weekly hours; ``days`` are 0 (Sunday) to 6, without ``exdates``."""

    days: tuple[int, ...] = field(converter=_days)
    zone: Zone = field(converter=_zone)
    window: Window = field(converter=_open_window)
    exdates: tuple[date, ...] = field(default=(), converter=_dates)

    def hours(self, replaced: Iterable[date] = ()) -> OpeningHours:
        """The same as hours of the engine, without the dates for which others are stated."""
        weekly = WeeklyHours({each or 7: [self.window] for each in self.days}, self.zone)
        closed = sorted({*self.exdates, *replaced})
        return Hours(weekly, map(DateOverride, closed)) if closed else weekly


@frozen
class SpecificTime:
    """The time of one date; ``window=None`` closes it."""

    date: date = field(converter=_date)
    zone: Zone = field(converter=_zone)
    window: Window | None = field(default=None, converter=_window)


def opening_hours(
    weekly: Iterable[OpenHours] | None,
    dates: Iterable[SpecificTime] = (),
    *,
    only_dates: bool = False,
) -> OpeningHours | None:
    """The hours that blocks and dates state together; None where they state none.

    A date replaces the weekly hours of that date, in every block; ``only_dates`` leaves the blocks
    aside. Without blocks (None) all other dates are open.
    """
    single = tuple(dates)
    days = {each.date for each in single}
    of_zone: dict[Zone, list[DateOverride]] = {}
    for each in single:
        windows = () if each.window is None else (each.window,)
        of_zone.setdefault(each.zone, []).append(DateOverride(each.date, windows))
    dated = [
        Hours(None, overrides, zone=place, layering=Layering.DATES_ONLY)
        for place, overrides in of_zone.items()
    ]
    if only_dates:
        return AnyHours(dated)
    if weekly is None:
        return all_open(Hours(None, each, zone=place) for place, each in of_zone.items())
    return AnyHours([*(each.hours(days) for each in weekly), *dated])


# Bodies ------------------------------------------------------------------------


def read_open_hours(value: object, path: str) -> OpenHours:
    """The block that stands at a path."""
    body = Body.of(value, path)
    days, place = body.read("days", items(whole(0, 6), at_most=7)), body.read("timezone", zone)
    opens, closes = body.read("start", _clock), body.read("end", _end)
    _check_order(body, opens, closes, "end")
    with errors_at(path):
        exdates = body.read("exdates", items(day, at_most=MOST_DATES), ())
        return OpenHours(days, place, Window(opens, closes), exdates)


def write_open_hours(block: OpenHours) -> dict[str, object]:
    """The body of a block; Nylas leaves leading zeros out."""
    body: dict[str, object] = {
        "days": list(block.days),
        "timezone": block.zone.key,
        "start": _short(block.window.opens),
        "end": _short(_last(block.window.closes)),
    }
    if block.exdates:
        body["exdates"] = [each.isoformat() for each in block.exdates]
    return body


def read_specific_time(value: object, path: str) -> SpecificTime:
    """The date that stands at a path; from midnight to midnight it is closed."""
    body = Body.of(value, path)
    place, on = body.read("timezone", zone), body.read("date", day)
    opens, closes = body.read("start", _clock), body.read("end", _end)
    if opens == closes == _MIDNIGHT and _is_zero(body.fields["end"]):
        return SpecificTime(on, place)
    _check_order(body, opens, closes, "end")
    with errors_at(path):
        return SpecificTime(on, place, Window(opens, closes))


def write_specific_time(single: SpecificTime) -> dict[str, object]:
    """The body of a date."""
    opens, closes = _MIDNIGHT, _MIDNIGHT
    if single.window is not None:
        opens, closes = single.window.opens, _last(single.window.closes)
    return {
        "date": single.date.isoformat(),
        "start": f"{opens:%H:%M}",
        "end": f"{closes:%H:%M}",
        "timezone": single.zone.key,
    }


def _check_order(body: Body, opens: time, closes: time, key: str) -> None:
    """Refuse an end that is not after its start; midnight is the end of the day where it was said so."""
    ends_day = closes == _MIDNIGHT and not _is_zero(body.fields[key])
    if not ends_day and closes <= opens:
        expected = f"a time after {_short(opens)}, at the latest '23:59', the end of the day"
        raise fault(body.at(key), expected, body.fields[key], "reversed_interval")


def _is_zero(said: object) -> bool:
    return said in ("0:00", "00:00")


def _clock(value: object, path: str) -> time:
    said = text(value, path)
    hours, colon, minutes = said.partition(":")
    digits = hours.isascii() and hours.isdecimal() and minutes.isascii() and minutes.isdecimal()
    right = digits and colon and len(hours) in {1, 2} and len(minutes) == 2
    if not right or int(hours) > 23 or int(minutes) > 59:
        raise fault(path, _CLOCK, value, "not_time")
    return time(int(hours), int(minutes))


def _end(value: object, path: str) -> time:
    """The end of a window: the last minute of a day, and 24:00, are the midnight after it."""
    if value == "24:00":
        return _MIDNIGHT
    found = _clock(value, path)
    return _MIDNIGHT if found == _LAST_MINUTE else found


def _last(closes: time) -> time:
    return _LAST_MINUTE if closes == _MIDNIGHT else closes


def _short(clock: time) -> str:
    return f"{clock.hour}:{clock.minute:02}"
