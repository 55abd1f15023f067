"""The first and the last start that notice and horizon leave (SPEC N18, N19)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bookable.timeline.instant import duration_us

if TYPE_CHECKING:
    from bookable.availability.search import Search


def earliest_start(search: Search) -> int:
    """The earliest start that the notice allows, inclusive."""
    notice = search.question.minimum_notice
    assert isinstance(notice, timedelta)
    return search.now + duration_us(notice)


def latest_start(search: Search) -> int | None:
    """The end of the horizon, which starts must be before; None without one."""
    horizon = search.question.booking_horizon
    if horizon is None:
        return None
    assert isinstance(horizon, timedelta)
    return search.now + duration_us(horizon)
