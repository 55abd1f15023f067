"""What then: the nearest other starts, and the smallest changes that would make a start bookable.

Rules are dropped one at a time: what two rules forbid together has no alternative here but
another start. Whether a changed request can be booked is decided by the one predicate (SPEC N3).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import attrs
from attrs import frozen

from bookable.availability import masks
from bookable.availability.gate import bounds, time_line
from bookable.availability.loosening import AlternativeKind, looser_requests
from bookable.availability.resolve import resolve
from bookable.availability.search import Search
from bookable.availability.slot import Slot, Slots
from bookable.domain.request import Request
from bookable.domain.wording import spelled
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.frozen_map import FrozenMap
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.instant import DAY, MINUTE, as_duration
from bookable.timeline.interval import Interval

_EITHER_WAY: Final = 7 * DAY
_STARTS_EACH_WAY: Final = 2

COSTS: Final[FrozenMap[AlternativeKind, tuple[int, int]]] = FrozenMap(
    {
        AlternativeKind.OTHER_START: (0, 1),
        AlternativeKind.OTHER_HOST: (30, 0),
        AlternativeKind.OTHER_ROOM: (30, 0),
        AlternativeKind.SHORTER: (60, 1),
        AlternativeKind.FEWER_ATTENDEES: (0, 120),
        AlternativeKind.SMALLER_PARTY: (0, 120),
        AlternativeKind.BUSY_IGNORED: (240, 0),
        AlternativeKind.LESS_NOTICE: (480, 1),
        AlternativeKind.LONGER_HORIZON: (480, 1),
    }
)
"""What each kind costs: a fixed number of minutes, and so many more for each minute or person."""


@frozen
class Alternative:
    """Something near to what was asked for that can be booked.

    ``changes`` are the fields of the request with their new values, or ``start``; for
    less notice or a longer horizon the rule that would have to be another. ``cost`` is exact, in
    minutes of inconvenience (`COSTS`). ``is_offered`` tells whether ``slot`` can be booked as
    the rules are; where not, somebody must change the calendar's rule first. ``str()`` is one
    plain sentence, in UTC; `sentence` says it in another zone.
    """

    kind: AlternativeKind
    slot: Slot
    cost: Fraction
    changes: FrozenMap[str, object]
    what: str
    is_offered: bool = True

    def sentence(self, *, zone: Zone | str = "UTC") -> str:
        """The alternative in one plain sentence, with its time as clocks in *zone* show it."""
        place = to_zone(zone)
        start = self.slot.start.astimezone(place)
        when = f"{start:%Y-%m-%d} {start.time().isoformat('auto' if start.second else 'minutes')}"
        can = "can be booked" if self.is_offered else "could be booked"
        comma = "," if self.kind is AlternativeKind.OTHER_START else ""
        return f"{when} {place.key} {can}{comma} {self.what}"

    def __str__(self) -> str:
        return self.sentence()


def alternatives(
    search: Search, start: int, window: Interval | None, limit: int
) -> tuple[Alternative, ...]:
    """The cheapest alternatives to a start, at most *limit* of them.

    Ordered by cost, then kind, then time. Up to two starts before and after it in the window
    (a week either way, unless given); for a start that cannot be booked also what would make it so.
    """
    found = list(_other_starts(search, start, window))
    if not search.at(start).bookable:
        found += _looser(search, start)
        found += _timely(search, start)
    kinds = list(AlternativeKind)
    found.sort(key=lambda each: (each.cost, kinds.index(each.kind), each.slot.start))
    return tuple(found[:limit])


def _cost(kind: AlternativeKind, amount: Fraction | int) -> Fraction:
    fixed, each = COSTS[kind]
    return fixed + each * Fraction(amount)


def _other_starts(search: Search, start: int, window: Interval | None) -> Iterator[Alternative]:
    """The nearest starts on offer, before and after."""
    if window is None:
        first, last = time_line(search)
        low, high = max(start - _EITHER_WAY, first), min(start + _EITHER_WAY, last)
        if low >= high:
            return
        window = Interval.from_us(low, high)
    offer = search.offer(search.grid_starts(window))
    times = masks.chosen(offer.starts.times, offer.bookable)
    before = times[: bisect_left(times, start)][-_STARTS_EACH_WAY:]
    after = times[bisect_right(times, start) :][:_STARTS_EACH_WAY]
    for time in (*before, *after):
        minutes = Fraction(abs(time - start), MINUTE)
        text = f"{spelled(abs(time - start))} {'earlier' if time < start else 'later'}"
        slot = Slots(search.question.request, (time,), offer)[0]
        kind = AlternativeKind.OTHER_START
        changes = FrozenMap({"start": slot.start})
        yield Alternative(kind, slot, _cost(kind, minutes), changes, text)


def _looser(search: Search, start: int) -> Iterator[Alternative]:
    """What can be booked then if one thing less is asked for."""
    for loosened in looser_requests(search, lambda each: _slot(search, each, start) is not None):
        slot = _slot(search, loosened.request, start)
        if slot is not None:
            cost = _cost(loosened.kind, loosened.amount)
            changes = FrozenMap(loosened.changes)
            yield Alternative(loosened.kind, slot, cost, changes, loosened.what)


def _slot(search: Search, request: Request, start: int) -> Slot | None:
    """The offer for another request; None where there is none, or it cannot be asked."""
    try:
        question = resolve(request, search.catalogue)
    except (InvalidValueError, LimitExceededError):
        # The calendar does not allow it, such as a duration that the wanted host never takes.
        return None
    offer = attrs.evolve(search, question=question).at(start)
    return Slots(request, (start,), offer)[0] if offer.bookable else None


def _timely(search: Search, start: int) -> Iterator[Alternative]:
    """Whether it only comes too soon, or is too far away."""
    earliest, latest = bounds(search)
    if search.now <= start < earliest:
        notice = as_duration(start - search.now)
        missing = Fraction(earliest - start, MINUTE)
        changes: dict[str, object] = {"minimum_notice": notice}
        text = f"with {spelled(earliest - start)} less notice"
        yield from _ruled(search, start, AlternativeKind.LESS_NOTICE, changes, missing, text)
    if start >= latest:
        beyond = Fraction(start - latest, MINUTE)
        changes = {"booking_horizon": None}
        text = (
            f"{spelled(start - latest)} beyond the horizon" if beyond else "where the horizon ends"
        )
        yield from _ruled(search, start, AlternativeKind.LONGER_HORIZON, changes, beyond, text)


def _ruled(
    search: Search,
    start: int,
    kind: AlternativeKind,
    changes: dict[str, object],
    amount: Fraction,
    what: str,
) -> Iterator[Alternative]:
    """The start under another rule, if it can be booked then."""
    question = attrs.evolve(search.question, **changes)  # type: ignore[arg-type]  # a rule of its own type
    offer = attrs.evolve(search, question=question).at(start)
    if offer.bookable:
        request, is_offered = question.request, question.calendar is None
        if is_offered:
            request = attrs.evolve(request, **changes)  # type: ignore[arg-type]  # as above
        slot = Slots(request, (start,), offer)[0]
        cost = _cost(kind, amount)
        yield Alternative(kind, slot, cost, FrozenMap(changes), what, is_offered)
