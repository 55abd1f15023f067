"""How a calendar shows what is free: filters over a listing, which booking never sees."""

from __future__ import annotations

from datetime import timedelta

from attrs import field, frozen

from bookable.checks import check_amount, check_duration, check_flag, check_text
from bookable.errors import InvalidValueError
from bookable.timeline.civil import Zone, to_zone


def _zone(value: Zone | str | None) -> Zone | None:
    return None if value is None else to_zone(value)


@frozen(cache_hash=True)
class Listing:
    """Filters that `Scheduler.free_slots` applies for a calendar, in this order.

    ``look_busy`` hides that percentage of the slots, rounded down, chosen by ``seed`` and start alone;
    ``first_per_day`` keeps the first slots of every local date in ``zone`` (the calendar's,
    unless given), ``first_per_window`` those of every run of free time; ``apart`` leaves out slots
    that overlap one that is listed; ``most_slots`` cuts the list. ``shortest_window`` and
    ``longest_window`` bound the window of one question; another is refused. Whatever is hidden can
    still be booked.

    >>> Listing(first_per_day=1, longest_window=timedelta(days=31)).look_busy
    0

    Raises:
        InvalidValueError: If a field cannot be what it must be; the error names it.
    """

    look_busy: int = 0
    seed: str = ""
    first_per_day: int | None = None
    first_per_window: int | None = None
    apart: bool = False
    most_slots: int | None = None
    shortest_window: timedelta | None = None
    longest_window: timedelta | None = None
    zone: Zone | None = field(default=None, converter=_zone)

    def __attrs_post_init__(self) -> None:
        check_amount(self.look_busy, "look_busy", maximum=100)
        check_text(self.seed, "seed")
        check_flag(self.apart, "apart")
        for name in ("first_per_day", "first_per_window", "most_slots"):
            if getattr(self, name) is not None:
                check_amount(getattr(self, name), name, minimum=1)
        for name in ("shortest_window", "longest_window"):
            if getattr(self, name) is not None:
                check_duration(getattr(self, name), name, positive=True)
        if (
            self.shortest_window is not None
            and self.longest_window is not None
            and self.shortest_window > self.longest_window
        ):
            expected = "at least the shortest window"
            raise InvalidValueError("longest_window", self.longest_window, expected, "duration")
