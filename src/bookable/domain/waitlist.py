"""Who waits for what: requests that nothing is free for, in the order in which they are served."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from attrs import field, frozen

from bookable.checks import check_id, check_items, check_number, check_type
from bookable.domain.request import Request
from bookable.errors import IdConflictError, InvalidValueError, LimitExceededError
from bookable.limits import LONGEST_ENTRY_ID, MOST_WAITING
from bookable.timeline.instant import to_utc
from bookable.timeline.interval import Interval, check_interval


def _joined_at(value: datetime) -> datetime:
    return to_utc(value, "joined_at")


@frozen
class WaitlistEntry:
    """Somebody waits for a request to become possible at a start ``within`` a window.

    The id is the host's own, of at most 120 characters: a promotion makes the id of its hold from it.
    ``customer_id`` is who waits, unless the request says so already. Whoever has the higher
    ``priority`` is served first, then who ``joined_at`` an earlier instant, then the lower id.

    Raises:
        InvalidValueError: If a field cannot be what it must be.
    """

    id: str
    request: Request
    within: Interval
    joined_at: datetime = field(converter=_joined_at)
    priority: int = 0
    customer_id: str | None = None

    def __attrs_post_init__(self) -> None:
        check_id(self.id)
        if len(self.id) > LONGEST_ENTRY_ID:
            raise LimitExceededError("characters of an entry's id", len(self.id), LONGEST_ENTRY_ID)
        check_type(self.request, Request, "request", "a Request, as scheduler.request answers")
        check_interval(self.within, "within")
        check_number(self.priority, "priority")
        if self.customer_id is not None:
            check_id(self.customer_id, "customer_id")

    @property
    def place(self) -> tuple[int, datetime, str]:
        """What entries are ordered by; the smallest is served first."""
        return -self.priority, self.joined_at, self.id


def _place_of(entry: WaitlistEntry) -> tuple[int, datetime, str]:
    return entry.place


def _entries(values: Iterable[WaitlistEntry]) -> tuple[WaitlistEntry, ...]:
    like = "a WaitlistEntry(id, request, within, joined_at)"
    return tuple(sorted(check_items(values, WaitlistEntry, "entries", like), key=_place_of))


@frozen
class Waitlist:
    """Everybody who waits, in the order in which they are served.

    >>> from datetime import UTC, date
    >>> from bookable.domain.requirement import all_of
    >>> from datetime import timedelta
    >>> day, hour = Interval.day(date(2026, 3, 2), zone="UTC"), timedelta(hours=1)
    >>> first = WaitlistEntry("W-1", Request(hour, [all_of("studio")]), day, day.start)
    >>> urgent = WaitlistEntry("W-2", first.request, day, day.end, priority=1)
    >>> [each.id for each in Waitlist().add(first).add(urgent).entries]
    ['W-2', 'W-1']

    Raises:
        InvalidValueError: If two entries have the same id.
        LimitExceededError: If there are more than 10,000.
    """

    entries: tuple[WaitlistEntry, ...] = field(default=(), converter=_entries)

    def __attrs_post_init__(self) -> None:
        if len(self.entries) > MOST_WAITING:
            raise LimitExceededError("entries of a waitlist", len(self.entries), MOST_WAITING)
        seen: set[str] = set()
        for entry in self.entries:
            if entry.id in seen:
                raise InvalidValueError("entries: id", entry.id, "an id used once", "duplicate_id")
            seen.add(entry.id)

    def add(self, entry: WaitlistEntry) -> Waitlist:
        """With one more entry. The same id with the same content changes nothing (SPEC N33). O(n log n).

        Raises:
            IdConflictError: If somebody else waits under that id.
            LimitExceededError: If 10,000 wait already.
        """
        check_type(entry, WaitlistEntry, "entry", "a WaitlistEntry")
        present = next((each for each in self.entries if each.id == entry.id), None)
        if present == entry:
            return self
        if present is not None:
            raise IdConflictError("waitlist entry", entry.id)
        return Waitlist((*self.entries, entry))

    def remove(self, entry_id: str) -> Waitlist:
        """Without an entry; itself where nobody waits under that id any more (SPEC N33). O(n)."""
        check_id(entry_id, "entry_id")
        left = tuple(each for each in self.entries if each.id != entry_id)
        return self if len(left) == len(self.entries) else Waitlist(left)
