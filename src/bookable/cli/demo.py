"""``bookable demo``: the main job, on the worlds that come with the package.

Each story asks one calendar for one day: what is on offer, booking the first slot,
what that did to the offer, the same slot once more (which is refused, with every
reason), and the audit. Nothing is staged: everything shown is what the engine
answers, and *now* is fixed, so that every run shows the same.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from functools import partial
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from attrs import frozen

from bookable import worlds
from bookable.availability.resolve import zone_of
from bookable.cli.facts import (
    booking_facts,
    finding_facts,
    sentence_of,
    slot_facts,
    slot_row,
    taken,
)
from bookable.cli.output import Answer, Terminal, columns, quoted, table
from bookable.cli.picture import draw_day
from bookable.cli.times import Clock
from bookable.codecs.iso import instant_text
from bookable.errors import BookingRefused
from bookable.timeline.interval import Interval

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Sequence

    from bookable.availability.slot import Slot
    from bookable.domain.booking import Booking
    from bookable.domain.refusal import Refusal, Violation
    from bookable.scheduler import Scheduler
    from bookable.timeline.civil import Zone

_MOST_SHOWN: Final = 8
_DAY: Final = date(2026, 3, 2)
_NEW_ID: Final = "NEW"
_SECOND_ID: Final = "NEW2"


@frozen
class Story:
    """Who asks for what, and when."""

    world: str
    calendar_id: str
    party_size: int
    now: datetime
    told: str


STORIES: Final = (
    Story(
        "clinic",
        "shockwave",
        1,
        datetime(2026, 3, 2, 6, 30, tzinfo=UTC),
        "Two calendars share the treatment rooms, and two share one shockwave device.",
    ),
    Story(
        "training",
        "first-aid",
        4,
        datetime(2026, 2, 27, 12, 0, tzinfo=UTC),
        "A class has twelve seats: parties join the same session until it is full.",
    ),
    Story(
        "coworking",
        "transatlantic",
        6,
        datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
        "Meeting rooms are exclusive. A call needs one in Berlin and one in New York.",
    ),
)


@frozen
class _Told:
    """One story as it went."""

    story: Story
    clock: Clock
    zones: tuple[Zone, ...]
    day: Interval
    before: Scheduler
    after: Scheduler
    offer: Sequence[Slot]
    watched: tuple[Sequence[Slot], Sequence[Slot]]
    booking: Booking
    refusals: tuple[Refusal, ...]
    violations: tuple[Violation, ...]


def demo(arguments: Namespace) -> Answer:
    """Tell one story, or all of them; exit code 1 if the engine broke its promise."""
    chosen = [story for story in STORIES if arguments.name in {None, story.world}]
    told = [_tell(story) for story in chosen]
    terminal = Terminal.of(sys.stdout)
    lines = [line for each in told for line in _lines(each, terminal)]
    kept = all(each.refusals and not each.violations for each in told)
    return Answer(0 if kept else 1, {"stories": [_facts(each) for each in told]}, lines)


def _tell(story: Story) -> _Told:
    before = worlds.load(story.world)
    calendar = before.catalogue.calendar(story.calendar_id)
    request = before.request(calendar.id, party_size=story.party_size)
    # Where seats are shared, what is left for a single person tells the most.
    single = before.request(calendar.id) if calendar.has_sessions else request
    zone = zone_of(calendar, before.catalogue)
    day = Interval.day(_DAY, zone=zone)
    offer = before.free_slots(request, within=day, now=story.now)
    after = before.book(offer[0], booking_id=_NEW_ID, now=story.now, customer_id="you")
    refusals: tuple[Refusal, ...] = ()
    try:
        after.book(offer[0], booking_id=_SECOND_ID, now=story.now, customer_id="somebody-else")
    except BookingRefused as error:
        refusals = error.refusals
    others = {zone_of(calendar, before.catalogue) for calendar in before.catalogue.calendars()}
    return _Told(
        story=story,
        clock=Clock(zone),
        zones=(zone, *sorted(others - {zone}, key=lambda each: each.key)),
        day=day,
        before=before,
        after=after,
        offer=offer,
        watched=(
            before.free_slots(single, within=day, now=story.now),
            after.free_slots(single, within=day, now=story.now),
        ),
        booking=after.booking(_NEW_ID),
        refusals=refusals,
        violations=after.violations(now=story.now),
    )


def _changes(told: _Told) -> list[tuple[Slot, Slot | None]]:
    """What booking did to the offer: each start that is gone or has become poorer."""
    before, after = told.watched
    later = {slot.start: slot for slot in after}
    pairs = ((slot, later.get(slot.start)) for slot in before)
    return [(slot, left) for slot, left in pairs if left is None or _poorer(slot, left)]


def _poorer(slot: Slot, left: Slot) -> bool:
    return (slot.host_ids, slot.room_ids, slot.seats_left) != (
        *(left.host_ids, left.room_ids, left.seats_left),
    )


def _facts(told: _Told) -> dict[str, object]:
    return {
        "world": told.story.world,
        "calendar_id": told.story.calendar_id,
        "party_size": told.story.party_size,
        "now": instant_text(told.story.now),
        "offer": [slot_facts(slot) for slot in told.offer],
        "booked": booking_facts(told.booking),
        "changes": [
            {"before": slot_facts(slot), "after": None if left is None else slot_facts(left)}
            for slot, left in _changes(told)
        ],
        "second_attempt": {
            "booked": not told.refusals,
            "refusals": [finding_facts(refusal, told.clock.zone) for refusal in told.refusals],
        },
        "violations": [finding_facts(violation, told.clock.zone) for violation in told.violations],
    }


def _lines(told: _Told, terminal: Terminal) -> list[str]:
    story, clock = told.story, told.clock
    calendar = told.before.catalogue.calendar(story.calendar_id)
    line = terminal.either("─", "-")
    title = f"{line * 2} {story.world}: {clock.day(told.day.start)} "
    day = partial(draw_day, day=told.day, zones=told.zones, now=story.now, terminal=terminal)
    count = len(told.offer)
    asked = (
        f"? {calendar.name}, for {story.party_size}, asked for at {clock.time(story.now)} "
        f"on {clock.day(story.now)}: {count} free slot{'' if count == 1 else 's'}"
    )
    return [
        terminal.paint(title + line * max(0, terminal.width - columns(title)), "1"),
        "",
        *wrap(story.told, terminal.width),
        "",
        *day(told.before),
        "",
        *wrap(asked, terminal.width, subsequent_indent="  "),
        *_shown_offer(told),
        "",
        *_shown_booking(told, terminal),
        "",
        *day(told.after, only=told.booking.resource_ids),
        "",
        *_shown_refusals(told, terminal),
        *_shown_audit(told, terminal),
        "",
    ]


def _shown_offer(told: _Told) -> list[str]:
    rows = table(slot_row(slot, told.clock) for slot in told.offer[:_MOST_SHOWN])
    hidden = len(told.offer) - _MOST_SHOWN
    return [*rows, f"  and {hidden} more"] if hidden > 0 else rows


def _shown_booking(told: _Told, terminal: Terminal) -> list[str]:
    yes = terminal.paint(terminal.either("✓", "+"), "32")
    booking, clock = told.booking, told.clock
    lines = [f"{yes} {booking.id} books {clock.time(booking.start)}: {taken(booking)}"]
    whom = f" for {told.watched[0][0].party_size}" if told.watched[0] else ""
    lines.append(f"  the offer{whom} afterwards:")
    for slot, left in _changes(told):
        lines += _wrapped(f"{clock.time(slot.start)}: {_change(slot, left)}", terminal)
    return lines


def _change(slot: Slot, left: Slot | None) -> str:
    if left is None:
        return "gone"
    if left.seats_left != slot.seats_left:
        return f"{slot.seats_left} seats left before, {left.seats_left} now"
    before, now = (quoted((*each.host_ids, *each.room_ids)) for each in (slot, left))
    return f"{before} before, {now} now"


def _shown_refusals(told: _Told, terminal: Terminal) -> list[str]:
    no = terminal.paint(terminal.either("✗", "!"), "31")
    if not told.refusals:
        return [f"{no} the same slot could be booked once more"]
    first = told.clock.time(told.offer[0].start)
    lines = [f"{no} {first} once more, as {_SECOND_ID}, is refused:"]
    for refusal in told.refusals:
        lines += _wrapped(sentence_of(refusal, told.clock.zone), terminal)
    return lines


def _shown_audit(told: _Told, terminal: Terminal) -> Iterable[str]:
    held = f"audit of {len(told.after.bookings)} bookings"
    if not told.violations:
        return [f"{terminal.paint(terminal.either('✓', '+'), '32')} {held}: no violations"]
    no = terminal.paint(terminal.either("✗", "!"), "31")
    return [f"{no} {held}:", *(f"    {violation}" for violation in told.violations)]


def _wrapped(text: str, terminal: Terminal) -> list[str]:
    indent = " " * 4
    return wrap(
        text,
        terminal.width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
