"""A question: what shall be booked, as a frozen value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import attrs
from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_choice,
    check_duration,
    check_flag,
    check_id,
    check_ids,
)
from bookable.domain.booking import OVERBOOKED
from bookable.domain.calendar import ZERO
from bookable.domain.features import Where, check_features, check_where
from bookable.domain.hours import OpeningHours, check_hours
from bookable.domain.policy import (
    BufferPolicy,
    BusyKind,
    Horizon,
    Notice,
    Unknown,
    check_horizon,
    check_kinds,
    check_notice,
)
from bookable.domain.refusal import RefusalCode, to_override
from bookable.domain.requirement import Requirement, check_requirements
from bookable.errors import InvalidValueError
from bookable.limits import LONGEST_DURATION
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.packing import AnyGrid, check_grid


def _host_ids(values: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if values is None else check_ids(values, "host_ids", known="member ids")


def _zone(value: Zone | str | None) -> Zone | None:
    return None if value is None else to_zone(value)


def _groups(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "groups", known="groups")


def _attendee_ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "attendee_ids", known="member ids")


def _optional_ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "optional_ids", known="member ids")


def _prefer_ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "prefer_ids", known="resource ids")


def _add_on_ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "add_on_ids", known="add-on ids")


def _tags(values: Iterable[str]) -> frozenset[str]:
    found = frozenset(check_ids(values, "tags", known="tags"))
    if OVERBOOKED in found:
        expected = (
            "tags of your own: the library sets this one where a booking goes beyond capacity"
        )
        raise InvalidValueError("tags", OVERBOOKED, expected, "tags")
    return found


def _kinds(values: Iterable[BusyKind | str] | None) -> frozenset[BusyKind] | None:
    return check_kinds(values, "blocking_kinds")


def _unknown_ids(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(check_ids(values, "unknown_ids", known="resource ids")))


def _unknown(value: Unknown | str) -> Unknown:
    return check_choice(value, Unknown, "unknown")


def _policy(value: BufferPolicy | str) -> BufferPolicy:
    return check_choice(value, BufferPolicy, "buffer_policy")


@frozen(cache_hash=True)
class Request:
    """So much time, for so many people, of these resources or of this calendar.

    With a ``calendar_id`` the rules are the calendar's, as they stand when the
    question is asked: `Scheduler.request` makes these. Without one the request
    states its own: ``requirements`` and, where wanted, hours, notice, horizon,
    buffers and starts: on ``grid``, or every ``slot_step`` from local midnight in ``zone``
    (unless given, the one zone of all that is required, else UTC). A request that names neither
    may be booked at any start; listing it then walks its duration.

    With or without a calendar a request may narrow the question:

    - rooms have all the ``features``, meet every demand of ``where`` and lie in ``location_id``,
      where the booking takes place (in the calendar's own place, where that lies inside);
    - ``attendee_ids`` must be free as well and are booked too (they attend, a moved booking keeps
      them: `Scheduler.reschedule`), ``optional_ids`` need not; ``prefer_ids`` are
      taken first where they are free; ``use_delegates`` lets others stand in for hosts who are away;
    - ``blocking_kinds`` are the kinds of blocks that count, by default all from tentative up; those of
      kind ``unknown`` count whatever is named, and whatever is overridden;
    - ``customer_id`` with ``groups`` is who books, ``booker_zone`` their clock, and ``tags`` are
      what the booking will carry (not ``overbooked``, which the library sets);
    - ``variant_id`` and ``add_on_ids`` are the calendar's;
    - ``whole_days`` local days are taken from midnight to midnight, where it is not 0;
    - ``override`` are the rules that an administrator leaves aside (`OVERRIDABLE`; `DATE_RULES` are
      notice and horizon). Without the notice even what is over can be written down. A packed grid has
      the starts that it has for customers; without ``off_grid`` any start will do. What is taken is
      what is free, wherever that will do; only where nothing is, ``busy`` and ``full`` take more than
      there is. Such a booking carries the tag ``overbooked`` and is reported by `violations`. Who
      joins a session needs no second one: nobody opens one where one stands already;
    - ``unknown_ids`` are members, rooms and equipment whose time the host could not read (with a room,
      those that share a part with it). They never serve, and nobody joins a session that has one. With
      ``unknown="left_out"`` what needs all whom it names (hosts of a collective calendar, attendees, a
      requirement of *n* out of *n*) needs only those who are known, and the turn of a strict ranking is
      theirs. Nothing is offered where none of the hosts, people or rooms is known; attendees and
      equipment may all be missing. Who is named here is left out whatever blocks they have; who is not and
      has a block of kind ``unknown`` (`Scheduler.with_busy_times`) is busy while it lasts.
      `Slot.missing_ids` and `Slot.unknown_ids` tell of them.

    >>> from bookable.domain.requirement import any_of
    >>> request = Request(timedelta(hours=1), [any_of("blue room", "attic")], features=["camera"])
    >>> request.requirements[0].pool
    ('blue room', 'attic')

    Raises:
        InvalidValueError: If a field cannot be what it must be, or if there is
            neither a calendar nor a requirement (code ``empty_request``).
    """

    duration: timedelta
    requirements: tuple[Requirement, ...] = field(default=(), converter=check_requirements)
    party_size: int = 1
    calendar_id: str | None = None
    host_ids: tuple[str, ...] | None = field(default=None, converter=_host_ids)
    buffer_before: timedelta = ZERO
    buffer_after: timedelta = ZERO
    buffer_within_hours: bool = False
    minimum_notice: Notice = ZERO
    booking_horizon: Horizon | None = None
    slot_step: timedelta | None = None
    grid: AnyGrid | None = None
    zone: Zone | None = field(default=None, converter=_zone)
    hours: OpeningHours | None = None
    buffer_policy: BufferPolicy = field(default=BufferPolicy.EXCLUSIVE, converter=_policy)
    features: frozenset[str] = field(default=frozenset(), converter=check_features)
    where: tuple[Where, ...] = field(default=(), converter=check_where)
    location_id: str | None = None
    customer_id: str | None = None
    groups: tuple[str, ...] = field(default=(), converter=_groups)
    tags: frozenset[str] = field(default=frozenset(), converter=_tags)
    attendee_ids: tuple[str, ...] = field(default=(), converter=_attendee_ids)
    optional_ids: tuple[str, ...] = field(default=(), converter=_optional_ids)
    prefer_ids: tuple[str, ...] = field(default=(), converter=_prefer_ids)
    blocking_kinds: frozenset[BusyKind] | None = field(default=None, converter=_kinds)
    booker_zone: Zone | None = field(default=None, converter=_zone)
    use_delegates: bool = False
    variant_id: str | None = None
    add_on_ids: tuple[str, ...] = field(default=(), converter=_add_on_ids)
    whole_days: int = 0
    override: frozenset[RefusalCode] = field(default=frozenset(), converter=to_override)
    unknown_ids: tuple[str, ...] = field(default=(), converter=_unknown_ids)
    unknown: Unknown = field(default=Unknown.BUSY, converter=_unknown)

    def __attrs_post_init__(self) -> None:
        check_duration(self.duration, "duration", positive=True)
        check_amount(self.party_size, "party_size", minimum=1)
        check_duration(self.buffer_before, "buffer_before")
        check_duration(self.buffer_after, "buffer_after")
        check_flag(self.buffer_within_hours, "buffer_within_hours")
        check_notice(self.minimum_notice)
        check_hours(self.hours, "hours")
        check_horizon(self.booking_horizon)
        check_flag(self.use_delegates, "use_delegates")
        check_amount(self.whole_days, "whole_days", maximum=LONGEST_DURATION.days - 1)
        for name in ("location_id", "customer_id", "variant_id"):
            if getattr(self, name) is not None:
                check_id(getattr(self, name), name)
        if self.slot_step is not None:
            check_duration(self.slot_step, "slot_step", positive=True)
        if self.grid is not None:
            check_grid(self.grid, "grid")
        self._check_subject()

    def _check_subject(self) -> None:
        if self.calendar_id is None:
            if not self.requirements:
                expected = "at least one requirement, for example all_of('studio')"
                raise InvalidValueError("requirements", (), expected, "empty_request")
            for name in ("variant_id", "add_on_ids"):
                if getattr(self, name):
                    expected = "nothing without a calendar, which has the variants and add-ons"
                    raise InvalidValueError(name, getattr(self, name), expected, name)
            if self.host_ids is not None:
                expected = "None without a calendar; name the hosts in a requirement"
                raise InvalidValueError("host_ids", self.host_ids, expected, "host_ids")
            return
        check_id(self.calendar_id, "calendar_id")
        for attribute in attrs.fields(Request):
            if attribute.name not in _RULES:
                continue
            if getattr(self, attribute.name) != attribute.default:
                expected = "nothing beside a calendar_id, whose calendar states the rules"
                value = getattr(self, attribute.name)
                raise InvalidValueError(attribute.name, value, expected, "two_rules")
        if self.host_ids is not None and not self.host_ids:
            expected = "at least one host id, or None for any host"
            raise InvalidValueError("host_ids", (), expected, "empty_request")


_RULES = frozenset(
    {
        "requirements",
        "buffer_before",
        "buffer_after",
        "buffer_within_hours",
        "buffer_policy",
        "minimum_notice",
        "booking_horizon",
        "slot_step",
        "grid",
        "zone",
        "hours",
    }
)
