"""The moments in the life of a booking, each kept in UTC: any aware datetime, or None."""

from __future__ import annotations

from datetime import datetime

from bookable.timeline.instant import to_utc


def _moment(value: datetime | None, name: str) -> datetime | None:
    return None if value is None else to_utc(value, name)


def created_moment(value: datetime | None) -> datetime | None:
    """When a booking was made."""
    return _moment(value, "created_at")


def expiry_moment(value: datetime | None) -> datetime | None:
    """When a hold expires."""
    return _moment(value, "expires_at")


def check_in_moment(value: datetime | None) -> datetime | None:
    """When somebody came."""
    return _moment(value, "checked_in_at")


def cancel_moment(value: datetime | None) -> datetime | None:
    """When a booking was cancelled."""
    return _moment(value, "cancelled_at")


def end_moment(value: datetime | None) -> datetime | None:
    """When a booking was over."""
    return _moment(value, "ended_at")


def planned_moment(value: datetime | None) -> datetime | None:
    """When a booking that ended early would have ended."""
    return _moment(value, "planned_end")


def rooms_moment(value: datetime | None) -> datetime | None:
    """When the rooms of a booking were given up."""
    return _moment(value, "rooms_until")
