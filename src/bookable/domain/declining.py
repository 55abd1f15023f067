"""When rooms are given up because the guests declined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from attrs import field, frozen

from bookable.checks import (
    check_amount,
    check_choice,
    check_duration,
    check_flag,
    check_id,
    check_ids,
    check_type,
)
from bookable.domain.booking import Booking
from bookable.frozen_map import FrozenMap
from bookable.timeline.instant import to_utc


class Response(StrEnum):
    """What a guest answered to an invitation."""

    NONE = "none"
    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class Kept(StrEnum):
    """Why a room is kept all the same, in the order in which reasons are listed."""

    NOT_DECLINED = "not_declined"
    """Too many guests have not declined."""
    NO_GUESTS = "no_guests"
    """Nobody was invited, as where the room itself was booked: it is held."""
    DECLINED_LATE = "declined_late"
    """They declined too short a time before the start."""
    AD_HOC = "ad_hoc"
    """It was made too short a time before the start."""
    TOO_LONG = "too_long"
    """It lasts too long."""
    RELEASED_BEFORE = "released_before"
    """Its room was given up before, and somebody took it again."""
    EXEMPT = "exempt"
    """It, its room, its calendar or its customer is exempt."""


def _answer(value: Response | str) -> Response:
    return check_choice(value, Response, "replies")


def _moment(value: datetime | None) -> datetime | None:
    return None if value is None else to_utc(value, "at")


@frozen
class Reply:
    """What a guest answered, and when; None: just now."""

    answer: Response = field(converter=_answer)
    at: datetime | None = field(default=None, converter=_moment)


def replies_of(values: Mapping[str, Reply | Response | str]) -> FrozenMap[str, Reply]:
    """The replies of guests by id, each as a `Reply` or as what was answered.

    Raises:
        InvalidValueError: If it is something else.
    """
    like = "a mapping of guests to replies, for example {'guest-1': 'declined'}"
    found: Mapping[str, Reply | Response | str] = check_type(values, Mapping, "replies", like)
    replies = {
        check_id(key, "replies"): each if isinstance(each, Reply) else Reply(each)
        for key, each in found.items()
    }
    return FrozenMap(sorted(replies.items()))


def _exempt_ids(values: Iterable[str]) -> frozenset[str]:
    return frozenset(check_ids(values, "exempt_ids"))


@frozen
class DeclineRule:
    """When rooms are given up since the guests declined; a bound that is None does not count.

    At most ``most_left`` guests may not have declined: 1 where the organiser is counted as a guest.
    They must have declined at least ``notice`` before the start, and the booking must have been made at
    least ``lead`` before it (whose ``created_at`` nobody knows was). What lasts longer than
    ``longest`` keeps its rooms, and so does what was released before, where ``only_once``, and
    what is exempt: the ids of bookings, rooms, calendars or customers.

    >>> DeclineRule().notice, DeclineRule(exempt_ids=["board room"]).longest
    (datetime.timedelta(seconds=600), datetime.timedelta(seconds=10800))

    Raises:
        InvalidValueError: If a field cannot be what it must be.
    """

    most_left: int = 0
    notice: timedelta | None = timedelta(minutes=10)
    lead: timedelta | None = timedelta(minutes=30)
    longest: timedelta | None = timedelta(hours=3)
    only_once: bool = True
    exempt_ids: frozenset[str] = field(default=frozenset(), converter=_exempt_ids)

    def __attrs_post_init__(self) -> None:
        check_amount(self.most_left, "most_left")
        for name in ("notice", "lead", "longest"):
            if getattr(self, name) is not None:
                check_duration(getattr(self, name), name)
        check_flag(self.only_once, "only_once")

    def reasons(
        self,
        booking: Booking,
        replies: Mapping[str, Reply | Response | str],
        *,
        now: datetime,
        released_before: bool = False,
    ) -> tuple[Kept, ...]:
        """Every reason why the rooms are kept, in the order of `Kept`; ``()`` where they are given up.

        Replies later than ``now`` have not come yet. O(g log g) for *g* guests.
        """
        known, moment = replies_of(replies), to_utc(now, "now")
        check_flag(released_before, "released_before")
        decided = self._decided_at(known, moment)
        found = {
            Kept.NOT_DECLINED: decided is None,
            Kept.NO_GUESTS: not known,
            Kept.DECLINED_LATE: decided is not None and _is_short(self.notice, decided, booking),
            Kept.AD_HOC: booking.created_at is not None
            and _is_short(self.lead, booking.created_at, booking),
            Kept.TOO_LONG: self.longest is not None
            and (booking.planned_end or booking.end) - booking.start > self.longest,
            Kept.RELEASED_BEFORE: self.only_once and released_before,
            Kept.EXEMPT: self._is_exempt(booking),
        }
        return tuple(reason for reason, holds in found.items() if holds)

    def _decided_at(self, replies: Mapping[str, Reply], now: datetime) -> datetime | None:
        """When so many had declined that at most ``most_left`` were left; None while they have not."""
        declined = sorted(
            reply.at or now for reply in replies.values() if reply.answer is Response.DECLINED
        )
        needed = max(len(replies) - self.most_left, 1)
        come = [at for at in declined if at <= now]
        return come[needed - 1] if len(come) >= needed else None

    def _is_exempt(self, booking: Booking) -> bool:
        ids = {booking.id, booking.calendar_id, booking.customer_id, *booking.room_ids}
        return not self.exempt_ids.isdisjoint(ids)


def _is_short(bound: timedelta | None, at: datetime, booking: Booking) -> bool:
    """Whether an instant lies less than a bound before the start."""
    return bound is not None and booking.start - at < bound
