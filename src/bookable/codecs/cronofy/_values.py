"""Cronofy's availability query and its answers, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_choice,
    check_duration,
    check_flag,
    check_id,
    check_ids,
    check_items,
    check_text,
    check_type,
)
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.frozen_map import FrozenMap
from bookable.timeline.interval import Interval, check_interval
from bookable.timeline.interval_set import IntervalSet

MOST_PERIODS: Final = 50
"""The most periods of one query, or of one member."""

LONGEST_QUERY: Final = timedelta(days=35)
"""The most time of all periods of one query together."""

MOST_GROUPS: Final = 10
"""The most groups of one query."""

MOST_MEMBERS: Final = 100
"""The most members of one query, those of all groups together."""

MOST_SLOTS: Final = 512
"""The most slots that one query may name."""

MOST_RESULTS: Final = 512
"""The most periods or slots of one answer, which is also how many there are where nobody says."""

LONGEST_MINUTES: Final = 1_440
"""The longest duration, step or buffer, in minutes."""

DEFAULT_STEP: Final = timedelta(minutes=30)
"""How far slots are apart where nobody says."""

_MINUTE: Final = timedelta(minutes=1)
_ZERO: Final = timedelta(0)


class ResponseFormat(StrEnum):
    """What an answer lists."""

    PERIODS = "periods"
    """The longest times, none shorter than the duration: the default."""
    SLOTS = "slots"
    """Times of the duration, none of which overlap."""
    OVERLAPPING_SLOTS = "overlapping_slots"
    """Times of the duration, at every step."""


def _calendar_ids(values: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if values is None else check_ids(values, "calendar_ids", known="calendar ids")


def _periods(values: Iterable[Interval] | None) -> tuple[Interval, ...] | None:
    return None if values is None else _intervals(values)


def _intervals(values: Iterable[Interval]) -> tuple[Interval, ...]:
    return check_items(values, Interval, "periods", "an Interval(start, end)")


@frozen
class Participant:
    """One member of a group: who, in which calendars, inside which periods, and whether by their hours."""

    sub: str
    calendar_ids: tuple[str, ...] | None = field(default=None, converter=_calendar_ids)
    available_periods: tuple[Interval, ...] | None = field(default=None, converter=_periods)
    managed_availability: bool = False

    def __attrs_post_init__(self) -> None:
        check_id(self.sub, "sub")
        check_flag(self.managed_availability, "managed_availability")
        _check_count("periods of a member", self.available_periods or (), MOST_PERIODS)


def _members(values: Iterable[Participant]) -> tuple[Participant, ...]:
    return check_items(values, Participant, "members", "a Participant(sub)")


@frozen
class Group:
    """Participants of whom ``required`` have to be free; None is all of them."""

    members: tuple[Participant, ...] = field(converter=_members)
    required: int | None = None

    def __attrs_post_init__(self) -> None:
        if not self.members:
            raise InvalidValueError("members", (), "at least one member", "empty_request")
        subs = [each.sub for each in self.members]
        if len(set(subs)) < len(subs):
            raise InvalidValueError("members", subs, "every member once", "duplicate_id")
        if self.required is not None:
            check_amount(self.required, "required", minimum=1, maximum=len(subs))

    @property
    def count(self) -> int:
        """How many have to be free."""
        return len(self.members) if self.required is None else self.required


def _groups(values: Iterable[Group]) -> tuple[Group, ...]:
    return check_items(values, Group, "groups", "a Group(members)")


def _format(value: ResponseFormat | str) -> ResponseFormat:
    return check_choice(value, ResponseFormat, "response_format")


@frozen
class AvailabilityQuery:
    """When are enough of every group free for so long: inside ``periods``, or in one of ``slots``?

    Raises:
        InvalidValueError: If there are no groups (code ``empty_request``), or neither or both of
            periods and slots (code ``periods``), if a slot is not as long as the duration (code
            ``duration``), or slots are to be answered with periods (code ``response_format``).
        LimitExceededError: If it is beyond a limit.
    """

    groups: tuple[Group, ...] = field(converter=_groups)
    duration: timedelta
    periods: tuple[Interval, ...] = field(default=(), converter=_intervals)
    slots: tuple[Interval, ...] = field(default=(), converter=_intervals)
    response_format: ResponseFormat = field(default=ResponseFormat.PERIODS, converter=_format)
    step: timedelta | None = None
    buffer_before: timedelta = _ZERO
    buffer_after: timedelta = _ZERO
    max_results: int | None = None

    def __attrs_post_init__(self) -> None:
        _check_minutes(self.duration, "duration", positive=True)
        if self.step is not None:
            _check_minutes(self.step, "step", positive=True)
        _check_minutes(self.buffer_before, "buffer_before")
        _check_minutes(self.buffer_after, "buffer_after")
        if self.max_results is not None:
            check_amount(self.max_results, "max_results", minimum=1, maximum=MOST_RESULTS)
        if not self.groups:
            raise InvalidValueError("groups", (), "at least one group", "empty_request")
        _check_count("groups of one query", self.groups, MOST_GROUPS)
        _check_count("members of one query", self.members, MOST_MEMBERS)
        self._check_times()

    def _check_times(self) -> None:
        _check_count("periods of one query", self.periods, MOST_PERIODS)
        _check_count("slots of one query", self.slots, MOST_SLOTS)
        if bool(self.periods) == bool(self.slots):
            expected = "either some periods or some slots"
            raise InvalidValueError("periods", self.periods, expected, "periods")
        total = sum((each.duration for each in self.periods), _ZERO)
        if total > LONGEST_QUERY:
            raise LimitExceededError("days of one query", total.days + 1, LONGEST_QUERY.days)
        for each in self.slots:
            if each.duration != self.duration:
                expected = f"a slot that lasts {self.duration}, as the duration says"
                raise InvalidValueError("slots", str(each), expected, "duration")
        if self.slots and self.response_format is ResponseFormat.PERIODS:
            expected = "'slots' or 'overlapping_slots' for a query of slots"
            raise InvalidValueError("response_format", "periods", expected, "response_format")

    @property
    def members(self) -> tuple[Participant, ...]:
        """The members of all groups, in their order."""
        return tuple(member for group in self.groups for member in group.members)

    @property
    def windows(self) -> IntervalSet:
        """The time that is asked about; what touches is one."""
        return IntervalSet(self.periods or self.slots)


def _check_minutes(value: timedelta, name: str, *, positive: bool = False) -> None:
    check_duration(value, name, positive=positive)
    if value % _MINUTE or value > LONGEST_MINUTES * _MINUTE:
        expected = f"whole minutes, at most {LONGEST_MINUTES:,}"
        raise InvalidValueError(name, value, expected, "duration")


def _check_count(name: str, values: tuple[object, ...], limit: int) -> None:
    if len(values) > limit:
        raise LimitExceededError(name, len(values), limit)


def _subs(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "subs")


@frozen
class AvailableTime:
    """A period or slot, and everybody who is free in all of it."""

    interval: Interval
    subs: tuple[str, ...] = field(default=(), converter=_subs)

    def __attrs_post_init__(self) -> None:
        check_interval(self.interval, "interval")


def _times(values: Iterable[AvailableTime]) -> tuple[AvailableTime, ...]:
    return check_items(values, AvailableTime, "times", "an AvailableTime(interval, subs)")


@frozen
class Availability:
    """Periods or, where ``are_slots``, slots."""

    times: tuple[AvailableTime, ...] = field(default=(), converter=_times)
    are_slots: bool = False

    def __attrs_post_init__(self) -> None:
        check_flag(self.are_slots, "are_slots")


def _errors(
    values: Mapping[str, Iterable[tuple[str, str]]],
) -> FrozenMap[str, tuple[tuple[str, str], ...]]:
    like = "a mapping of fields to pairs of a key and a description"
    given: Mapping[str, Iterable[tuple[str, str]]] = check_type(values, Mapping, "errors", like)
    return FrozenMap(
        {
            check_text(name, "errors"): tuple(
                (check_text(key, "key"), check_text(description, "description"))
                for key, description in check_items(given[name], tuple, "errors", like)
            )
            for name in sorted(given)
        }
    )


@frozen
class CronofyErrors:
    """Why a query was refused (status 422): for each field a key, as ``errors.required``, and a sentence."""

    errors: FrozenMap[str, tuple[tuple[str, str], ...]] = field(converter=_errors)
