"""Opening hours in the world file; `bookable.codecs.plain` documents the form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bookable.codecs._forms import (
    CHOICE,
    INSTANT,
    ZONE,
    Form,
    Part,
    errors_at,
    fault,
    key_path,
    list_of,
    read_list,
    read_object,
)
from bookable.codecs.iso import parse_date
from bookable.domain.hours import MOST_NESTED, AnyHours, Hours, OpeningHours, WeeklyHours
from bookable.domain.window import Window, windows_of
from bookable.errors import CodecError
from bookable.limits import LONGEST_TEXT
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

_OFF: Final = "off"
_DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_WEEKLY_KEYS: Final = ("weekly", "zone")
_HOURS_KEYS: Final = (
    *_WEEKLY_KEYS,
    *("overrides", "closures", "layering", "restrictions"),
    *("valid_from", "valid_until", "ambiguous_end"),
)
_LIKE: Final = """an object, for example {"weekly": "Mo-Fr 09:00-17:00", "zone": "Europe/Berlin"}"""


def _closure(start: datetime, end: datetime) -> Interval:
    return Interval(start, end)


_INTERVALS: Final = list_of(Form(_closure, {"start": INSTANT, "end": INSTANT}).part)
_WORDS: Final = {"layering": CHOICE, "valid_from": INSTANT, "valid_until": INSTANT}


def _read(value: object, path: str, depth: int = 1) -> OpeningHours:
    if not isinstance(value, dict):
        raise fault(path, _LIKE, value)
    if depth > MOST_NESTED:
        reason = f"the limit on hours inside hours is {MOST_NESTED}; this needs more"
        raise CodecError(path, reason, "too_deep")
    if "any_of" in value:
        document = read_object(value, path, ("any_of",))
        with errors_at(path, document):
            return AnyHours(_read_parts(document["any_of"], f"{path}.any_of", depth))
    document = read_object(value, path, _HOURS_KEYS)
    if set(document) <= set(_WEEKLY_KEYS) and not _names_its_zone(document.get("weekly")):
        return _read_weekly(document, path)
    return _read_hours(document, path, depth)


def _read_parts(value: object, path: str, depth: int) -> tuple[OpeningHours, ...]:
    items = enumerate(read_list(value, path))
    return tuple(_read(item, f"{path}[{index}]", depth + 1) for index, item in items)


def _names_its_zone(weekly: object) -> bool:
    return isinstance(weekly, dict) and "zone" in weekly


def _read_weekly(value: object, path: str) -> WeeklyHours:
    document = read_object(value, path, _WEEKLY_KEYS)
    for key in _WEEKLY_KEYS:
        if key not in document:
            raise CodecError(path, f"the key {key!r} is missing", "missing_key")
    zone = ZONE.read(document["zone"], f"{path}.zone")
    return _read_week(document["weekly"], zone, f"{path}.weekly")


def _read_week(value: object, zone: Any, path: str) -> WeeklyHours:
    if not isinstance(value, dict):
        with errors_at(path):
            return WeeklyHours.parse(value, zone=zone)  # type: ignore[arg-type]  # it judges
    days = {
        _DAYS.index(day) + 1: _read_windows(windows, f"{path}.{day}")
        for day, windows in read_object(value, path, _DAYS).items()
    }
    with errors_at(path):
        return WeeklyHours(days, zone)


def _read_hours(document: dict[str, Any], path: str, depth: int) -> Hours:
    given: dict[str, Any] = {}
    if document.get("zone") is not None:
        given["zone"] = ZONE.read(document["zone"], f"{path}.zone")
    if document.get("weekly") is not None:
        given["weekly"] = _read_own_weekly(document["weekly"], given.get("zone"), path)
    if "overrides" in document:
        given["overrides"] = _read_overrides(document["overrides"], f"{path}.overrides")
    if "closures" in document:
        intervals = _INTERVALS.read(document["closures"], f"{path}.closures")
        given["closures"] = IntervalSet(intervals)
    if "restrictions" in document:
        inner = document["restrictions"]
        given["restrictions"] = _read_parts(inner, f"{path}.restrictions", depth)
    for key, part in _WORDS.items():
        if document.get(key) is not None:
            given[key] = part.read(document[key], f"{path}.{key}")
    if "ambiguous_end" in document:
        given["ambiguous_end"] = document["ambiguous_end"]
    with errors_at(path, document):
        return Hours(**given)


def _read_own_weekly(value: object, zone: Any, path: str) -> WeeklyHours:
    """Weekly hours inside `Hours`: in the same zone, or as an object with their own."""
    if _names_its_zone(value):
        return _read_weekly(value, f"{path}.weekly")
    if zone is None:
        raise CodecError(path, "the key 'zone' is missing", "missing_key")
    return _read_week(value, zone, f"{path}.weekly")


def _read_overrides(value: object, path: str) -> dict[date, tuple[Window, ...]]:
    overrides = {}
    for text, windows in read_object(value, path).items():
        inner = key_path(path, text)
        with errors_at(inner):
            overrides[parse_date(text)] = _read_windows(windows, inner)
    return overrides


def _read_windows(value: object, path: str) -> tuple[Window, ...]:
    if value == _OFF:
        return ()
    if isinstance(value, list):
        parts = enumerate(value)
        return tuple(window for index, part in parts for window in _read_one(part, path, index))
    with errors_at(path):
        return windows_of(value)  # type: ignore[arg-type]  # it judges


def _read_one(value: object, path: str, index: int) -> tuple[Window, ...]:
    with errors_at(f"{path}[{index}]"):
        return windows_of(value)  # type: ignore[arg-type]  # it judges


def _write(hours: OpeningHours) -> dict[str, object]:
    match hours:
        case AnyHours():
            return {"any_of": [_write(part) for part in hours.parts]}
        case WeeklyHours():
            return _write_weekly(hours)
        case Hours():
            return _write_hours(hours)


def _write_weekly(hours: WeeklyHours) -> dict[str, object]:
    return {"weekly": _write_week(hours), "zone": hours.zone.key}


def _write_week(hours: WeeklyHours) -> object:
    text = str(hours)
    if len(text) <= LONGEST_TEXT:
        return text
    return {_DAYS[day - 1]: _write_windows(windows) for day, windows in hours.days.items()}


def _write_windows(windows: Iterable[Window]) -> object:
    texts = [str(window) for window in windows]
    text = ",".join(texts) or _OFF
    return text if len(text) <= LONGEST_TEXT else texts


def _write_hours(hours: Hours) -> dict[str, object]:
    document: dict[str, object] = {}
    if hours.weekly is not None:
        same = hours.weekly.zone == hours.zone
        document["weekly"] = _write_week(hours.weekly) if same else _write_weekly(hours.weekly)
    if hours.zone is not None:
        document["zone"] = hours.zone.key
    # Always written: it tells `Hours` from the `WeeklyHours` inside.
    document["overrides"] = {
        day.isoformat(): _write_windows(windows) for day, windows in hours.overrides.items()
    }
    if hours.closures:
        document["closures"] = _INTERVALS.write(hours.closures)
    if hours.layering is not _DEFAULTS.layering:
        document["layering"] = hours.layering.value
    if hours.restrictions:
        document["restrictions"] = [_write(part) for part in hours.restrictions]
    if hours.valid_from is not None:
        document["valid_from"] = INSTANT.write(hours.valid_from)
    if hours.valid_until is not None:
        document["valid_until"] = INSTANT.write(hours.valid_until)
    if hours.ambiguous_end is not _DEFAULTS.ambiguous_end:
        document["ambiguous_end"] = hours.ambiguous_end.value
    return document


_DEFAULTS: Final = Hours()

HOURS: Final = Part(_read, _write)
