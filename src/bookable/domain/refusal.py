"""Why not, and what is wrong: refusals and violations as data (SPEC N32, N9)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from attrs import field, frozen

from bookable.checks import check_ids, check_text, check_type
from bookable.errors import join_words, shown
from bookable.frozen_map import FrozenMap
from bookable.timeline.interval import Interval, check_interval

Detail = int | str | tuple[str, ...]
"""What a detail of a refusal may be: plain data that any backend can pass on."""


class RefusalCode(StrEnum):
    """The rules that can refuse, in the order in which refusals are listed."""

    INACTIVE = "inactive"
    """The calendar or resource takes no new bookings."""
    NEVER_FITS = "never_fits"
    """More people, units or resources are asked for than exist."""
    OFF_GRID = "off_grid"
    """The start is not one of the starts on offer."""
    NOTICE_TOO_SHORT = "notice_too_short"
    """The start is earlier than ``now`` plus the minimum notice."""
    BEYOND_HORIZON = "beyond_horizon"
    """The start is not before ``now`` plus the booking horizon."""
    OUTSIDE_HOURS = "outside_hours"
    """The booking would not lie inside opening hours."""
    BUSY = "busy"
    """Bookings or blocks stand in the way."""
    FULL = "full"
    """Too few seats are left for the party."""
    ROLES_COMPETE = "roles_compete"
    """Several roles need more different resources than are free for them."""


def _details(items: Mapping[str, Detail]) -> FrozenMap[str, Detail]:
    like = "a mapping of names to plain data"
    found: Mapping[str, Detail] = check_type(items, Mapping, "detail", like)
    return FrozenMap(sorted(found.items()))


def _ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "booking_ids", known="booking ids")


@frozen
class Refusal:
    """One reason why a start cannot be booked.

    ``rule`` is stable; ``subject`` is the id of the calendar or resource that
    refuses (the empty string where there is none); ``interval`` is the time that it
    concerns; ``booking_ids`` are the bookings in the way, sorted. ``str()`` is one
    plain sentence, in UTC.
    """

    rule: RefusalCode
    subject: str
    interval: Interval
    booking_ids: tuple[str, ...] = field(default=(), converter=_ids)
    detail: FrozenMap[str, Detail] = field(default=FrozenMap(), converter=_details)

    def __attrs_post_init__(self) -> None:
        check_type(self.rule, RefusalCode, "rule", "a RefusalCode")
        check_text(self.subject, "subject")
        check_interval(self.interval, "interval")

    def __str__(self) -> str:
        return _SENTENCES[self.rule](self)


def _names(ids: Detail) -> str:
    return join_words([shown(name) for name in ids]) if isinstance(ids, tuple) else str(ids)


def _when(refusal: Refusal | Violation) -> str:
    start, end = refusal.interval.start, refusal.interval.end
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M}–{last} UTC"


def _busy(refusal: Refusal) -> str:
    causes = []
    if refusal.booking_ids:
        causes.append(f"booked by {_names(refusal.booking_ids)}")
    if refusal.detail.get("block_ids"):
        causes.append(f"blocked by {_names(refusal.detail['block_ids'])}")
    if refusal.detail.get("out_of_service"):
        causes.append(f"{refusal.detail['out_of_service']} out of service")
    reason = f": {join_words(causes)}" if causes else ""
    return f"{shown(refusal.subject)} is busy during {_when(refusal)}{reason}"


def _full(refusal: Refusal) -> str:
    left, party = refusal.detail.get("seats_left", 0), refusal.detail.get("party_size", 0)
    return (
        f"{shown(refusal.subject)} has {left} of the {party} seats asked for "
        f"during {_when(refusal)}"
    )


_SENTENCES: dict[RefusalCode, Callable[[Refusal], str]] = {
    RefusalCode.INACTIVE: lambda r: f"{shown(r.subject)} takes no new bookings",
    RefusalCode.NEVER_FITS: lambda r: (
        f"{shown(r.subject)} can never serve this: {r.detail.get('needed')} "
        f"{r.detail.get('what')} needed, {r.detail.get('available')} exist"
    ),
    RefusalCode.OFF_GRID: lambda r: (
        f"{r.interval.start:%Y-%m-%d %H:%M:%S} UTC is not one of the starts that "
        f"{shown(r.subject)} offers"
    ),
    RefusalCode.NOTICE_TOO_SHORT: lambda r: (
        f"{shown(r.subject)} can be booked from {r.detail.get('earliest')} on"
    ),
    RefusalCode.BEYOND_HORIZON: lambda r: (
        f"{shown(r.subject)} can only be booked before {r.detail.get('latest')}"
    ),
    RefusalCode.OUTSIDE_HOURS: lambda r: f"{shown(r.subject)} is not open during all of {_when(r)}",
    RefusalCode.BUSY: _busy,
    RefusalCode.FULL: _full,
    RefusalCode.ROLES_COMPETE: lambda r: (
        f"{r.detail.get('needed')} different resources are needed out of "
        f"{_names(r.detail.get('pool', ()))}, and only {r.detail.get('available')} can serve"
    ),
}


class ViolationCode(StrEnum):
    """What an audit can find, in the order in which violations are listed."""

    OVERCOMMITTED = "overcommitted"
    """Claims exceed the capacity of a resource."""
    BLOCKED = "blocked"
    """A booking lies in a block."""
    SESSION_OVERFULL = "session_overfull"
    """A session holds more people than its calendar allows."""
    UNKNOWN_RESOURCE = "unknown_resource"
    """A booking that is still to come names a resource that the catalogue lacks."""


@frozen
class Violation:
    """One thing in the present state that no command would have allowed (SPEC N9).

    Violations are reported, never mended silently: bookings stay until somebody
    decides about them.
    """

    rule: ViolationCode
    subject: str
    interval: Interval
    booking_ids: tuple[str, ...] = field(default=(), converter=_ids)
    detail: FrozenMap[str, Detail] = field(default=FrozenMap(), converter=_details)

    def __attrs_post_init__(self) -> None:
        check_type(self.rule, ViolationCode, "rule", "a ViolationCode")
        check_text(self.subject, "subject")
        check_interval(self.interval, "interval")

    def __str__(self) -> str:
        who = f"{_names(self.booking_ids)} in {shown(self.subject)} during {_when(self)}"
        extra = ", ".join(f"{name} {value}" for name, value in self.detail.items())
        return f"{self.rule.value}: {who}" + (f" ({extra})" if extra else "")
