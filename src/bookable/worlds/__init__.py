"""Three small worlds to try things on, in the week of Monday 2 March 2026.

``clinic``: treatment rooms and a shockwave device that two calendars share.
``training``: classes with seats, classrooms, and beamers of which some are broken.
``coworking``: exclusive meeting rooms in two cities, and calls that need one in each.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

from bookable.codecs.plain import loads
from bookable.errors import UnknownIdError

if TYPE_CHECKING:
    from bookable.scheduler import Scheduler

NAMES: Final = ("clinic", "training", "coworking")
"""The worlds there are, in the order in which they are shown."""


def world_text(name: str) -> str:
    """The world file of that name, as it is shipped.

    Raises:
        UnknownIdError: If there is none of that name.
    """
    if name not in NAMES:
        raise UnknownIdError.among("world", name, "name", NAMES)
    return (resources.files(__name__) / f"{name}.json").read_text(encoding="utf-8")


def load(name: str) -> Scheduler:
    """The world of that name, ready to be asked.

    >>> load("clinic").catalogue.calendar("physio").name
    'Physiotherapy'

    Raises:
        UnknownIdError: If there is none of that name.
    """
    return loads(world_text(name))
