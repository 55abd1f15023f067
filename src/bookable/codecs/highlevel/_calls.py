"""One request to the API, as its endpoints are given it, and what they answer."""

from __future__ import annotations

import json
import string
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from attrs import frozen

from bookable.codecs._bodies import Body
from bookable.codecs._json import OddNumber, parse
from bookable.codecs.iso import instant_text
from bookable.domain.calendar import Calendar
from bookable.domain.references import Entry
from bookable.domain.resources import Member
from bookable.errors import CodecError, shown
from bookable.scheduler import Scheduler
from bookable.timeline.civil import Zone

Reply = tuple[int, object, Scheduler]
"""A status, a body of plain JSON data, and the next state."""

ID_LENGTH: Final = 20
"""The characters of an id that is made here."""

_LETTERS: Final = string.digits + string.ascii_letters


@frozen
class Call:
    """A request: what its path names, its query and body, the state it is put to, and when.

    ``parts`` are what stands in the path where the route has a name in braces.
    """

    operation: str
    path: str
    parts: Mapping[str, str]
    query: Body
    sent: object
    scheduler: Scheduler
    now: datetime
    new_id: str | None = None
    zone: Zone | None = None

    def plain(self) -> object:
        """The body as plain JSON data.

        Raises:
            CodecError: If it is bytes or text that cannot be read.
        """
        return parse(self.sent) if isinstance(self.sent, bytes | str) else self.sent

    def body(self) -> Body:
        """The body as an object.

        Raises:
            CodecError: If it is none.
        """
        return Body.of(self.plain())

    def fresh_id(self) -> str:
        """The id of what this request creates: the one that the host gave, else one of its own.

        That follows from the method, the path, the body, ``now`` and the version of the state, so that
        the same request to the same state gets the same id: 20 digits and letters of a SHA-256.

        Raises:
            CodecError: If the body is not JSON data through and through.
        """
        if self.new_id is not None:
            return self.new_id
        told = [self.operation, self.path, self.plain(), instant_text(self.now)]
        try:
            text = json.dumps([*told, self.scheduler.version], sort_keys=True, default=_odd)
        except (TypeError, ValueError, RecursionError) as error:
            raise CodecError("$", "expected plain JSON data", "type") from error
        rest, letters = int.from_bytes(sha256(text.encode()).digest()), []
        for _ in range(ID_LENGTH):
            rest, digit = divmod(rest, len(_LETTERS))
            letters.append(_LETTERS[digit])
        return "".join(letters)

    def answer(self, status: int, body: object) -> Reply:
        """An answer that changes nothing."""
        return status, body, self.scheduler

    def entry(self, entry_id: str) -> Entry | None:
        """What the catalogue has under an id of the path; nothing under what can be no id."""
        catalogue = self.scheduler.catalogue
        return catalogue.get(entry_id) if entry_id in catalogue else None

    def calendar(self, calendar_id: str, path: str) -> Calendar:
        """The calendar that a body or query names at *path*, or `CodecError` (``unknown_id``)."""
        entry = self.scheduler.catalogue.get(calendar_id)
        if not isinstance(entry, Calendar):
            raise CodecError(path, f"there is no calendar {shown(calendar_id)}", "unknown_id")
        return entry

    def user(self, user_id: str, path: str) -> str:
        """The id of a member that a body or query names at *path*, or `CodecError`.

        Members are loaded by the host: this API makes none.
        """
        if not isinstance(self.scheduler.catalogue.get(user_id), Member):
            raise CodecError(path, f"there is no user {shown(user_id)}", "unknown_id")
        return user_id


def check_location(calendar: Calendar, location_id: str, path: str) -> None:
    """Refuse a location that is not the calendar's; one that names none belongs to all."""
    if calendar.location_id not in {None, location_id}:
        reason = f"the calendar {shown(calendar.id)} belongs to another location"
        raise CodecError(path, reason, "other_location")


def _odd(value: object) -> str:
    """What the reader of JSON makes of numbers that no field takes."""
    if isinstance(value, OddNumber):
        return repr(value)
    raise TypeError
