"""The settings of the Zoom Rooms check-in feature, as bodies and as the engine keeps them.

"Allow check-in so many minutes before the start", "release the room after so many minutes without
check-in or activity", "remove a recurring meeting after so many missed check-ins": each level of
account, location, floor and room may state them, and a level above the room may lock them for all
that is inside. That is what `Place.check_in`, `Place.locked` and `Room.check_in` do, so the settings of
a level are put onto its `Place` or `Room` with `with_settings`.

The feature is set in a web portal: no such body is published, and this one is of this library::

    {"check_in": {"enabled": true, "minutes_before": 10, "release_after_minutes": 10,
                  "remove_after_missed": 3}, "locked": true}

A level without ``check_in`` takes what stands above it; ``{"enabled": false}`` switches it off: one
may come from a day before, and nothing is released. Without ``release_after_minutes`` nothing is
released either. ``"release": "room"`` gives up only the room, where people meet elsewhere.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final, TypeVar

import attrs
from attrs import frozen

from bookable.checks import check_flag, check_type
from bookable.codecs._bodies import Body, flag, whole, word
from bookable.codecs._forms import errors_at
from bookable.domain.life import CheckIn, CheckInScope
from bookable.domain.place import Place
from bookable.domain.resources import Room
from bookable.errors import InvalidValueError
from bookable.limits import LONGEST_EARLY, MOST_UNITS

MOST_MINUTES: Final = 1_440
"""The most minutes of either setting."""

OFF: Final = CheckIn(early=LONGEST_EARLY)
"""The feature switched off for a level, whatever stands above it."""

_MINUTE: Final = timedelta(minutes=1)
_KEYS: Final = (
    "enabled",
    "minutes_before",
    "release_after_minutes",
    "remove_after_missed",
    "release",
)

Level = TypeVar("Level", Place, Room)


def check_policy(value: CheckIn | None) -> CheckIn | None:
    """A policy in whole minutes, at most a day, or None.

    Raises:
        InvalidValueError: If it cannot be said in such minutes.
    """
    CheckIn.check(value)
    for name in () if value is None else ("early", "grace"):
        held = getattr(value, name)
        if held is not None and (held % _MINUTE or held > MOST_MINUTES * _MINUTE):
            expected = f"whole minutes, at most {MOST_MINUTES:,}"
            raise InvalidValueError(f"check_in.{name}", held, expected, "duration")
    return value


@frozen
class CheckInSettings:
    """What one level states: a policy, or None to take what stands above it; and whether it is locked."""

    check_in: CheckIn | None = None
    is_locked: bool = False

    def __attrs_post_init__(self) -> None:
        check_policy(self.check_in)
        check_flag(self.is_locked, "is_locked")


def read_settings(body: object, path: str = "$") -> CheckInSettings:
    """The settings that a body states.

    Raises:
        CodecError: If it is no such body, or has other keys.
    """
    document = Body.of(body, path).only(("check_in", "locked"))
    return CheckInSettings(
        document.read("check_in", read_check_in, None), document.read("locked", flag, False)
    )


def write_settings(settings: CheckInSettings) -> dict[str, object]:
    """The body that states them, without what is left open."""
    body: dict[str, object] = {}
    if settings.check_in is not None:
        body["check_in"] = write_check_in(settings.check_in)
    if settings.is_locked:
        body["locked"] = True
    return body


def read_check_in(value: object, path: str) -> CheckIn:
    """The policy that stands at a path: what one level says of check-in."""
    body = Body.of(value, path).only(_KEYS)
    if not body.read("enabled", flag):
        Body(body.fields, path).only(("enabled",))
        return OFF
    minutes = whole(0, MOST_MINUTES)
    grace = body.read("release_after_minutes", minutes, None)
    with errors_at(path):
        return CheckIn(
            body.read("minutes_before", minutes, 0) * _MINUTE,
            None if grace is None else grace * _MINUTE,
            CheckInScope(body.read("release", word(*CheckInScope), CheckInScope.BOOKING)),
            body.read("remove_after_missed", whole(1, MOST_UNITS), None),
        )


def write_check_in(policy: CheckIn) -> dict[str, object]:
    """The body of a policy.

    Raises:
        InvalidValueError: If it cannot be said in whole minutes.
    """
    check_policy(policy)
    if policy == OFF:
        return {"enabled": False}
    body: dict[str, object] = {"enabled": True, "minutes_before": policy.early // _MINUTE}
    if policy.grace is not None:
        body["release_after_minutes"] = policy.grace // _MINUTE
    if policy.most_missed is not None:
        body["remove_after_missed"] = policy.most_missed
    if policy.scope is not CheckInScope.BOOKING:
        body["release"] = policy.scope.value
    return body


def settings_of(level: Place | Room) -> CheckInSettings:
    """What a level states itself, whatever it takes from above."""
    check_type(level, (Place, Room), "level", "a Place or a Room")
    return CheckInSettings(level.check_in, isinstance(level, Place) and "check_in" in level.locked)


def with_settings(level: Level, settings: CheckInSettings) -> Level:
    """The level with these settings in place of those that it had.

    Raises:
        InvalidValueError: If a room is to lock them: nothing lies inside a room (code ``locked``).
    """
    check_type(level, (Place, Room), "level", "a Place or a Room")
    check_type(settings, CheckInSettings, "settings", "a CheckInSettings")
    changes: dict[str, Any] = {"check_in": settings.check_in}
    if isinstance(level, Place):
        others = level.locked - {"check_in"}
        changes["locked"] = others | {"check_in"} if settings.is_locked else others
    elif settings.is_locked:
        expected = "False for a room, which has nothing inside"
        raise InvalidValueError("is_locked", True, expected, "locked")
    changed: Level = attrs.evolve(level, **changes)
    return changed
