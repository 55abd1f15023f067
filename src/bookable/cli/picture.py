"""A day as a picture: a lane for each room, piece of equipment and member.

Every character stands for an equal piece of time, and for the strongest thing that
happens in it: a block over a booking, a booking over its buffers, those over free
time. What is *taken* can take no more; *partly taken* still has seats or units left.
The names of bookings stand in their lanes where they fit.
"""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from attrs import frozen

from bookable.cli.output import Terminal, columns, fitted
from bookable.domain.calendar import Calendar
from bookable.timeline.instant import DAY, HOUR, MINUTE, from_us
from bookable.timeline.interval import Interval

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence
    from datetime import datetime

    from bookable.domain.booking import Booking
    from bookable.domain.resources import Resource
    from bookable.scheduler import Scheduler
    from bookable.timeline.civil import Zone

    Pieces = tuple[tuple[int, int], ...]

_CELLS: Final = (5, 10, 15, 20, 30, 60, 120, 180, 240)
_LONGEST_LABEL: Final = 24
_AROUND: Final = timedelta(days=1)


class State(Enum):
    """What a piece of time is, in one lane: its sign drawn, plain, its colour and its name."""

    TAKEN = ("█", "#", "36", "taken")
    PARTLY = ("▒", "+", "33", "partly")
    BUFFER = ("░", "-", "2", "buffer")
    BLOCKED = ("╳", "x", "35", "blocked")
    FREE = ("·", ".", "32", "free")
    CLOSED = (" ", " ", "0", "closed")


@frozen
class _Lane:
    """One resource over the window, as pieces of time."""

    label: str
    open: Pieces
    busy: Pieces
    blocked: Pieces
    bodies: tuple[tuple[int, int, str], ...]
    footprints: Pieces


def draw_day(
    scheduler: Scheduler,
    day: Interval,
    *,
    zones: Sequence[Zone],
    now: datetime,
    terminal: Terminal,
    only: Container[str] | None = None,
) -> list[str]:
    """The lines of the picture, below an hour scale for each of the zones.

    *only* leaves out the lanes of all other resources, and the legend.
    """
    lanes = [_lane(scheduler, entry, day, now) for entry in _resources(scheduler)]
    names = [zone.key.rpartition("/")[2].replace("_", " ") for zone in zones]
    width = min(max(map(columns, [*names, *(lane.label for lane in lanes)])), _LONGEST_LABEL)
    low, high = _bounds(lanes, day)
    cell = _cell_length(high - low, terminal.width - width - 2)
    starts = range(low, high, cell)
    lines = [
        f"{fitted(name, width)}  {_scale(starts, cell, zone)}".rstrip()
        for name, zone in zip(names, zones, strict=True)
    ]
    lines += [
        f"{fitted(lane.label, width)}  {_drawn(lane, starts, cell, terminal)}".rstrip()
        for lane in lanes
        if only is None or lane.label in only
    ]
    if only is not None:
        return lines
    signs = (f"{_sign(state, terminal)} {state.value[3]}" for state in State)
    legend = "  ".join(signs).replace("    ", "  (blank) ")
    return [*lines, "", *wrap(f"{cell // MINUTE} min a sign: {legend}", terminal.width)]


def _resources(scheduler: Scheduler) -> list[Resource]:
    return [entry for entry in scheduler.catalogue if not isinstance(entry, Calendar)]


def _lane(scheduler: Scheduler, entry: Resource, day: Interval, now: datetime) -> _Lane:
    low, high = day.start_us, day.end_us
    # Buffers of bookings on the days beside this one may reach into it.
    around = Interval(day.start - _AROUND, day.end + _AROUND)
    bookings = scheduler.agenda(entry.id, within=around)
    return _Lane(
        entry.id,
        ((low, high),) if entry.hours is None else entry.hours.open_us(low, high),
        scheduler.free_busy(entry.id, within=day, now=now).pieces_us,
        tuple(
            (block.interval.start_us, block.interval.end_us)
            for block in scheduler.blocks.values()
            if block.resource_id == entry.id and block.interval.overlaps(day)
        ),
        tuple(_body(booking) for booking in bookings if booking.interval.overlaps(day)),
        tuple(booking.footprint_us(entry.id) for booking in bookings),
    )


def _body(booking: Booking) -> tuple[int, int, str]:
    return booking.interval.start_us, booking.interval.end_us, booking.id


def _bounds(lanes: Iterable[_Lane], day: Interval) -> tuple[int, int]:
    """The whole hours of the day in which anything is open or happens."""
    low, high = day.start_us, day.end_us
    limited = [
        piece
        for lane in lanes
        for piece in (*lane.open, *((start, end) for start, end, _ in lane.bodies))
        if piece != (low, high)
    ]
    if not limited:
        return low, high
    first = max(low, min(start for start, _ in limited))
    last = min(high, max(end for _, end in limited))
    return low + (first - low) // HOUR * HOUR, low + -(-(last - low) // HOUR) * HOUR


def _cell_length(length: int, room: int) -> int:
    fitting = (minutes * MINUTE for minutes in _CELLS if length <= room * minutes * MINUTE)
    return next(fitting, DAY)


def _scale(starts: range, cell: int, zone: Zone) -> str:
    """The hours of the zone's clock above the cells in which they begin."""
    every = next(hours for hours in (1, 2, 3, 4, 6, 12, 24) if hours * HOUR >= 3 * cell)
    text = ""
    for number, start in enumerate(starts):
        local = from_us(start).astimezone(zone)
        past = timedelta(minutes=local.minute, seconds=local.second)
        to_hour = -past % timedelta(hours=1)
        hour = (local.replace(tzinfo=None) + to_hour).hour
        if to_hour < timedelta(microseconds=cell) and hour % every == 0 and len(text) <= number:
            text = f"{text.ljust(number)}{hour:02} "
    return text


def _drawn(lane: _Lane, starts: range, cell: int, terminal: Terminal) -> str:
    text = ""
    cells = [(_state(lane, at, at + cell), _ids(lane, at, at + cell)) for at in starts]
    for (state, ids), run in groupby(cells):
        length = len(list(run))
        signs = _sign(state, terminal) * length
        if ids and state in {State.TAKEN, State.PARTLY}:
            name = ids[0] if len(ids) == 1 else f"{ids[0]}+{len(ids) - 1}"
            if columns(name) == len(name) < length:
                signs = signs[0] + name + signs[len(name) + 1 :]
        text += terminal.paint(signs, state.value[2])
    return text


def _sign(state: State, terminal: Terminal) -> str:
    return terminal.either(state.value[0], state.value[1])


def _state(lane: _Lane, start: int, end: int) -> State:
    if _meets(lane.blocked, start, end):
        return State.BLOCKED
    busy = _meets(lane.busy, start, end)
    if _ids(lane, start, end):
        return State.TAKEN if busy else State.PARTLY
    if busy:
        # Nothing left without a booking in sight: units out of service.
        return State.BUFFER if _meets(lane.footprints, start, end) else State.BLOCKED
    return State.FREE if _meets(lane.open, start, end) else State.CLOSED


def _ids(lane: _Lane, start: int, end: int) -> tuple[str, ...]:
    return tuple(key for low, high, key in lane.bodies if low < end and start < high)


def _meets(pieces: Pieces, start: int, end: int) -> bool:
    return any(low < end and start < high for low, high in pieces)
