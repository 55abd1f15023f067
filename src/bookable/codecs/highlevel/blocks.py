"""Block slots of the HighLevel API: plain busy time of a calendar or of a user.

`POST /calendars/events/block-slots`, `PUT /calendars/events/block-slots/{id}`,
`GET /calendars/blocked-slots`, `DELETE /calendars/events/{id}`.

Trap: the schema requires ``calendarId``, while its description says *either* ``calendarId`` *or*
``assignedUserId``, not both; the description holds. ``startTime`` and ``endTime`` are not marked as
required; a block without them is no time, so a creation needs them.

A `Block` keeps ``title`` and ``locationId`` in its metadata. Times are ISO 8601 with an offset; they are
written by the clock of the calendar, of the user's hours, or in UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import attrs
from attrs import frozen

from bookable.codecs._bodies import (
    Body,
    identifier,
    identifier_or_none,
    instant,
    offset_text,
    text,
)
from bookable.codecs._forms import errors_at
from bookable.domain.block import Block
from bookable.errors import CodecError
from bookable.timeline.civil import Zone
from bookable.timeline.interval import Interval

TITLE: Final = "title"
LOCATION: Final = "locationId"


@frozen
class BlockSlot:
    """What a body says of a block; None is what it leaves out."""

    calendar_id: str | None = None
    user_id: str | None = None
    location_id: str | None = None
    title: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    @property
    def subject_id(self) -> str | None:
        """Whose time it is, where the body says so."""
        return self.user_id if self.calendar_id is None else self.calendar_id


def read_block_slot(body: object) -> BlockSlot:
    """What the body of a creation says.

    Raises:
        CodecError: If something is missing, or both a calendar and a user are named.
    """
    found, given = read_block_changes(body), Body.of(body)
    if found.subject_id is None:
        reason = "this is required, unless assignedUserId is given"
        raise CodecError(given.at("calendarId"), reason, "missing_key")
    for key in (LOCATION, "startTime", "endTime"):
        given.read(key, text)
    return found


def read_block_changes(body: object) -> BlockSlot:
    """What the body of an update says: every part of it may be left out.

    Raises:
        CodecError: If a part cannot be read, or both a calendar and a user are named.
    """
    given = Body.of(body)
    found = BlockSlot(
        calendar_id=given.read("calendarId", identifier_or_none, None),
        user_id=given.read("assignedUserId", identifier_or_none, None),
        location_id=given.read(LOCATION, identifier, None),
        title=given.read(TITLE, text, None),
        start=given.read("startTime", instant, None),
        end=given.read("endTime", instant, None),
    )
    if found.calendar_id is not None and found.user_id is not None:
        reason = "expected either calendarId or assignedUserId, not both"
        raise CodecError(given.at("assignedUserId"), reason, "two_subjects")
    return found


def block_of(slot: BlockSlot, block_id: str) -> Block:
    """The block that a creation asks for; all but the title is said.

    Raises:
        CodecError: If it ends before it begins.
    """
    assert slot.subject_id is not None
    assert slot.start is not None
    assert slot.end is not None
    notes = {TITLE: slot.title, LOCATION: slot.location_id}
    told = {key: value for key, value in notes.items() if value is not None}
    with errors_at("$.endTime"):
        interval = Interval(slot.start, slot.end)
    return Block(block_id, slot.subject_id, interval, metadata=told)


def changed_block(block: Block, slot: BlockSlot) -> Block:
    """The block with what an update says; one time that is left out stays as it is.

    Raises:
        CodecError: If it would end before it begins.
    """
    notes = {TITLE: slot.title, LOCATION: slot.location_id}
    told = {key: value for key, value in notes.items() if value is not None}
    with errors_at("$.endTime"):
        interval = Interval(slot.start or block.interval.start, slot.end or block.interval.end)
    return attrs.evolve(
        block,
        resource_id=slot.subject_id or block.resource_id,
        interval=interval,
        metadata={**block.metadata, **told},
    )


def write_block(
    block: Block, *, is_calendar: bool, clock: Zone, location_id: str | None = None
) -> dict[str, object]:
    """The body that tells of a block; ``location_id`` stands where the block names none.

    >>> from datetime import date
    >>> from bookable.timeline.civil import to_zone
    >>> day = Interval.day(date(2026, 3, 2), zone="UTC")
    >>> lunch = Block("B-1", "ada", day, metadata={"title": "Away", "locationId": "L1"})
    >>> write_block(lunch, is_calendar=False, clock=to_zone("Europe/Berlin"))["startTime"]
    '2026-03-02T01:00:00+01:00'
    """
    return {
        "id": block.id,
        LOCATION: block.metadata.get(LOCATION, location_id or ""),
        TITLE: block.metadata.get(TITLE, ""),
        "startTime": offset_text(block.interval.start, clock),
        "endTime": offset_text(block.interval.end, clock),
        "calendarId" if is_calendar else "assignedUserId": block.resource_id,
    }
