"""`/calendars/events/block-slots` and `/calendars/blocked-slots`."""

from __future__ import annotations

from bookable.codecs.highlevel import blocks
from bookable.codecs.highlevel._answers import missing
from bookable.codecs.highlevel._calls import Call, Reply, check_location
from bookable.codecs.highlevel.endpoints.events import (
    check_new,
    clock_of,
    group_of,
    read_events_query,
)
from bookable.domain.block import Block
from bookable.domain.calendar import Calendar
from bookable.occupancy.plan import Plan


def create(call: Call) -> Reply:
    """201 with the block. Bookings inside it stay, and become violations."""
    asked = blocks.read_block_slot(call.plain())
    _check_subject(call, asked)
    block = blocks.block_of(asked, call.fresh_id())
    check_new(call, block.id, is_block=True)
    state = call.scheduler.block(
        block.resource_id, block.interval, block_id=block.id, metadata=block.metadata
    )
    return 201, _told(call, block), state


def update(call: Call) -> Reply:
    """201, as documented, with the block."""
    block_id = call.parts["id"]
    block = call.scheduler.blocks.get(block_id)
    if block is None:
        raise missing("block slot", block_id)
    asked = blocks.read_block_changes(call.plain())
    _check_subject(call, asked)
    after = blocks.changed_block(block, asked)
    plan = Plan("block", blocks_before=(block,), blocks_after=(after,))
    state = call.scheduler if after == block else call.scheduler.apply(plan)
    return 201, _told(call, after), state


def list_blocked(call: Call) -> Reply:
    """200 with the blocks in a window, by start and id.

    A block belongs to the location that it names, else to that of its calendar; what belongs to none, as
    busy time from elsewhere may, is not listed. O(blocks).
    """
    asked = read_events_query(call)
    found = [
        block
        for block in call.scheduler.blocks.values()
        if block.resource_id in asked.subject_ids
        and block.interval.overlaps(asked.within)
        and _location(call, block) == asked.location_id
    ]
    found.sort(key=lambda each: (each.interval.start, each.id))
    return call.answer(200, {"events": [_event(call, each) for each in found]})


def _check_subject(call: Call, asked: blocks.BlockSlot) -> None:
    if asked.user_id is not None:
        call.user(asked.user_id, "$.assignedUserId")
    if asked.calendar_id is not None:
        calendar = call.calendar(asked.calendar_id, "$.calendarId")
        if asked.location_id is not None:
            check_location(calendar, asked.location_id, "$.locationId")


def _calendar(call: Call, block: Block) -> Calendar | None:
    return call.scheduler.catalogue.calendar_or_none(block.resource_id)


def _location(call: Call, block: Block) -> str | None:
    calendar = _calendar(call, block)
    own = None if calendar is None else calendar.location_id
    return block.metadata.get(blocks.LOCATION, own)


def _told(call: Call, block: Block) -> dict[str, object]:
    return blocks.write_block(
        block,
        is_calendar=_calendar(call, block) is not None,
        clock=clock_of(call.scheduler, block.resource_id),
        location_id=_location(call, block),
    )


def _event(call: Call, block: Block) -> dict[str, object]:
    """A block as one of a list of events, whose parts are all there."""
    body = {"calendarId": "", "assignedUserId": "", **_told(call, block)}
    group_id = group_of(_calendar(call, block))
    return {**body, "contactId": "", "groupId": group_id, "appointmentStatus": "", "users": []}
