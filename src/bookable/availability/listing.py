"""What of a listing is shown: choices among slots that booking never sees.

Each choice answers the positions that stay, in order. A calendar's `Listing` makes several,
one after the other; whatever it hides can still be booked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from bookable.domain.listing import Listing
from bookable.errors import InvalidValueError
from bookable.timeline.civil import Zone
from bookable.timeline.interval import Interval

if TYPE_CHECKING:
    from bookable.availability.question import Question
    from bookable.availability.search import Search
    from bookable.availability.slot import Slots

# Choices -------------------------------------------------------------------


def first_of_each(keys: Iterable[Hashable], count: int) -> tuple[int, ...]:
    """The first *count* positions of every key."""
    seen: Counter[Hashable] = Counter()
    kept: list[int] = []
    for position, key in enumerate(keys):
        seen[key] += 1
        if seen[key] <= count:
            kept.append(position)
    return tuple(kept)


def not_hidden(starts: Sequence[int], percent: int, seed: str) -> tuple[int, ...]:
    """All but that share of the positions, rounded down: those whose stable hash is lowest.

    The hash is of the seed and the start alone, so the order in which slots are hidden never
    depends on what else is listed; only how many of them does.
    """
    ranked = sorted(range(len(starts)), key=lambda position: _hash(seed, starts[position]))
    return tuple(sorted(ranked[len(starts) * percent // 100 :]))


def _hash(seed: str, start: int) -> bytes:
    return blake2b(f"{start} {seed}".encode(), digest_size=8).digest()


def not_overlapping(times: Iterable[tuple[int, int]]) -> tuple[int, ...]:
    """The first position, then each whose time begins at or after the end of the last one kept."""
    kept: list[int] = []
    until: int | None = None
    for position, (start, end) in enumerate(times):
        if until is None or start >= until:
            kept.append(position)
            until = end
    return tuple(kept)


# A calendar's listing ------------------------------------------------------


def listed(search: Search, window: Interval, limit: int | None) -> Slots:
    """The slots of a window as the calendar shows them.

    Raises:
        InvalidValueError: If the window is shorter or longer than the calendar allows.
    """
    if listing_of(search.question) is None:
        return search.slots(window, limit)
    check_length(search.question, window)
    return shown(search.question, search.slots(window), limit)


def listing_of(question: Question) -> Listing | None:
    """How the calendar of a question shows its slots; None where it shows them all."""
    return None if question.calendar is None else question.calendar.listing


def shown(question: Question, slots: Slots, limit: int | None) -> Slots:
    """The slots that the calendar shows, at most *limit* of them."""
    listing = listing_of(question)
    if listing is not None:
        slots = _filtered(slots, listing, listing.zone or question.zone)
        if limit is None or (listing.most_slots is not None and listing.most_slots < limit):
            limit = listing.most_slots
    return slots if limit is None else slots.at_most(limit)


def _filtered(slots: Slots, listing: Listing, zone: Zone) -> Slots:
    if listing.look_busy:
        slots = slots.look_busy(listing.look_busy, seed=listing.seed)
    if listing.first_per_day is not None:
        slots = slots.first_per_day(listing.first_per_day, zone=zone)
    if listing.first_per_window is not None:
        slots = slots.first_per_window(listing.first_per_window)
    return slots.apart() if listing.apart else slots


def check_length(question: Question, window: Interval) -> None:
    """Refuse a window that is shorter or longer than the calendar allows."""
    listing = listing_of(question)
    if listing is None:
        return
    shortest, longest = listing.shortest_window, listing.longest_window
    if shortest is not None and window.duration < shortest:
        expected = f"a window of at least {shortest}, as the calendar asks"
        raise InvalidValueError("within", str(window), expected, "window")
    if longest is not None and window.duration > longest:
        expected = f"a window of at most {longest}, as the calendar asks"
        raise InvalidValueError("within", str(window), expected, "window")
