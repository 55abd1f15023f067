"""How a calendar is made of parts: each knows some fields of a HighLevel body and what they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs
from attrs import frozen

from bookable.codecs._bodies import Body
from bookable.codecs.highlevel._carried import carrying
from bookable.domain.calendar import Calendar

Fields = dict[str, object]


def overlaid(written: Mapping[str, object], given: Mapping[str, object]) -> Fields:
    """What is written, with what is given in its place."""
    return {**written, **given}


@frozen
class Part:
    """Some fields of a body.

    ``read`` answers the calendar with what those fields say, where they are left out with what that
    stands for; ``write`` what they say of a calendar, nothing where HighLevel has no words for it.
    ``merge`` puts what an update gives over what is written, at its path.
    """

    keys: tuple[str, ...]
    read: Callable[[Body, Calendar], Calendar]
    write: Callable[[Calendar], Fields]
    merge: Callable[[Mapping[str, object], Body], Fields] | None = None


NOTHING: Final[Fields] = {}


def changed(calendar: Calendar, **changes: Any) -> Calendar:
    """The calendar with other fields; itself where it has them already."""
    if all(getattr(calendar, name) == value for name, value in changes.items()):
        return calendar
    return attrs.evolve(calendar, **changes)


def noting(calendar: Calendar, name: str, value: object) -> Calendar:
    """The calendar with something carried beside it; None is carried no longer."""
    things = {} if value is None else {name: value}
    metadata = carrying(calendar.metadata, things, without=[name])
    return calendar if metadata == calendar.metadata else changed(calendar, metadata=metadata)
