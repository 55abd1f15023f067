"""Slots of Cal.com: what is asked and answered, as values, parameters and bodies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

from attrs import field, frozen

from bookable.checks import check_amount, check_id, check_ids, check_items, check_text, check_type
from bookable.codecs._bodies import (
    Body,
    Reader,
    identifier,
    instant,
    items,
    text,
    whole,
    word,
    zone,
)
from bookable.codecs._forms import errors_at, fault, key_path, read_object
from bookable.codecs.iso import has_offset, instant_text, parse_civil, parse_date, parse_instant
from bookable.errors import CodecError, InvalidValueError, LimitExceededError
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_UNITS
from bookable.timeline.civil import Zone, to_zone
from bookable.timeline.instant import check_date, to_utc
from bookable.timeline.interval import Interval

MOST_USERNAMES: Final = 100
"""The most usernames of one query."""

LONGEST_MINUTES: Final = 1_440
"""The longest duration that may be asked for, in minutes."""

MOST_DAYS: Final = 400
"""The most days of an answer that are read."""

MOST_SLOTS_OF_A_DAY: Final = 1_440
"""The most slots of one day that are read."""

TIME: Final = "time"
RANGE: Final = "range"

_DAY: Final = timedelta(days=1)
_MOST_DIGITS: Final = 20
_KEYS: Final = (
    *("start", "end", "eventTypeId", "eventTypeSlug", "username", "teamSlug", "organizationSlug"),
    *("usernames", "timeZone", "duration", "format", "bookingUidToReschedule"),
)
_SUBJECT: Final = (
    "one of eventTypeId, eventTypeSlug with username or teamSlug, and two or more usernames"
)


# Values ----------------------------------------------------------------------


def _start(value: datetime) -> datetime:
    return to_utc(value, "start")


def _zone(value: Zone | str | None) -> Zone | None:
    return None if value is None else to_zone(value)


def _usernames(values: Iterable[str]) -> tuple[str, ...]:
    found = check_ids(values, "usernames", known="usernames")
    for each in found:
        if "," in each or each != each.strip():
            expected = "usernames without commas, and without spaces around them"
            raise InvalidValueError("usernames", each, expected, "id")
    if len(found) > MOST_USERNAMES:
        raise LimitExceededError("usernames", len(found), MOST_USERNAMES)
    return found


@frozen
class SlotQuery:
    """The slots that start inside ``within``, of one event type or of several people together.

    The event type is named by its id, or by its slug and who has it: a user or a team; or else there
    are at least two usernames. ``organization`` is where these are looked for.

    Raises:
        InvalidValueError: If not exactly one of these is named (code ``subject``).
        InvalidAmountError: If the id or the duration is out of its bounds.
    """

    within: Interval
    event_type_id: int | None = None
    event_type_slug: str | None = None
    username: str | None = None
    team_slug: str | None = None
    usernames: tuple[str, ...] = field(default=(), converter=_usernames)
    organization: str | None = None
    zone: Zone | None = field(default=None, converter=_zone)
    minutes: int | None = None
    format: str = TIME
    rescheduled_id: str | None = None

    def __attrs_post_init__(self) -> None:
        check_type(self.within, Interval, "within", "an Interval(start, end)")
        for name in ("event_type_slug", "username", "team_slug", "organization", "rescheduled_id"):
            if getattr(self, name) is not None:
                check_id(getattr(self, name), name)
        if self.event_type_id is not None:
            check_amount(self.event_type_id, "event_type_id", maximum=2**53)
        if self.minutes is not None:
            check_amount(self.minutes, "minutes", minimum=1, maximum=LONGEST_MINUTES)
        if self.format not in {TIME, RANGE}:
            raise InvalidValueError("format", self.format, "'time' or 'range'", "choice")
        self._check_subject()

    def _check_subject(self) -> None:
        owners = (self.username is not None) + (self.team_slug is not None)
        named = (self.event_type_id is not None, bool(self.usernames), owners > 0)
        slug = self.event_type_slug is not None
        if sum(named) != 1 or owners > 1 or slug != (owners == 1) or len(self.usernames) == 1:
            raise InvalidValueError("subject", self, _SUBJECT, "subject")


def _seats(value: int | None) -> int | None:
    return None if value is None else check_amount(value, "seats")


def _end(value: datetime | None) -> datetime | None:
    return None if value is None else to_utc(value, "end")


@frozen
class CalSlot:
    """A start, or a start and an end, in UTC; with its seats, and who booked it first, where it has some."""

    start: datetime = field(converter=_start)
    end: datetime | None = field(default=None, converter=_end)
    seats_booked: int | None = field(default=None, converter=_seats)
    seats_remaining: int | None = field(default=None, converter=_seats)
    seats_total: int | None = field(default=None, converter=_seats)
    booking_id: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.end is not None:
            Interval(self.start, self.end)
        if self.booking_id is not None:
            check_id(self.booking_id, "booking_id")


def _days(values: Mapping[date, Iterable[CalSlot]]) -> FrozenMap[date, tuple[CalSlot, ...]]:
    like = "a mapping of dates to lists of CalSlot"
    given: Mapping[date, Iterable[CalSlot]] = check_type(values, Mapping, "days", like)
    return FrozenMap(
        {
            check_date(key, "days"): check_items(slots, CalSlot, "days", "a CalSlot(start)")
            for key, slots in sorted(given.items())
        }
    )


@frozen
class SlotsAnswer:
    """Slots by local date, in order of the dates."""

    days: FrozenMap[date, tuple[CalSlot, ...]] = field(default=FrozenMap(), converter=_days)


@frozen
class CalError:
    """Why there is no answer: a code such as ``NotFoundException``, and a sentence."""

    code: str
    message: str = ""

    def __attrs_post_init__(self) -> None:
        check_text(self.code, "code")
        check_text(self.message, "message")


# The query -------------------------------------------------------------------


def read_slot_query(parameters: object) -> SlotQuery:
    """The query that the parameters of an address ask: a mapping of texts.

    Raises:
        CodecError: If they ask none, or one of them is not known.
    """
    body = Body.of(parameters).only(_KEYS)
    start, end = body.read("start", _moment(last=False)), body.read("end", _moment(last=True))
    with errors_at("$.end"):
        within = Interval(start, end)
    with errors_at("$"):
        return SlotQuery(
            within,
            body.read("eventTypeId", _number(0, 2**53), None),
            body.read("eventTypeSlug", identifier, None),
            body.read("username", identifier, None),
            body.read("teamSlug", identifier, None),
            body.read("usernames", _read_usernames, ()),
            body.read("organizationSlug", identifier, None),
            body.read("timeZone", zone, None),
            body.read("duration", _number(1, LONGEST_MINUTES), None),
            body.read("format", _format, TIME),
            body.read("bookingUidToReschedule", identifier, None),
        )


def write_slot_query(query: SlotQuery) -> dict[str, str]:
    """The parameters of a query."""
    asked = {
        "eventTypeId": None if query.event_type_id is None else str(query.event_type_id),
        "eventTypeSlug": query.event_type_slug,
        "username": query.username,
        "teamSlug": query.team_slug,
        "usernames": ",".join(query.usernames) or None,
        "organizationSlug": query.organization,
        "timeZone": None if query.zone is None else query.zone.key,
        "duration": None if query.minutes is None else str(query.minutes),
        "format": None if query.format == TIME else query.format,
        "bookingUidToReschedule": query.rescheduled_id,
    }
    return {
        "start": instant_text(query.within.start),
        "end": instant_text(query.within.end),
        **{key: value for key, value in asked.items() if value is not None},
    }


def _moment(*, last: bool) -> Reader[datetime]:
    """A reader of an instant, a wall time in UTC, or a date: its beginning or, as the last, its end."""

    def read(value: object, path: str) -> datetime:
        given = text(value, path)
        with errors_at(path):
            if len(given) == len("2050-09-05"):
                day = parse_date(given)
                midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
                return to_utc(midnight + _DAY * last, "date")
            if has_offset(given):
                return parse_instant(given)
            return to_utc(parse_civil(given).replace(tzinfo=UTC), "instant")

    return read


def _number(minimum: int, maximum: int) -> Reader[int]:
    """A reader of a whole number, as text or as such."""

    def read(value: object, path: str) -> int:
        digits = type(value) is str and len(value) <= _MOST_DIGITS
        if digits and value.isascii() and value.isdecimal():  # type: ignore[attr-defined]  # a text
            value = int(value)  # type: ignore[call-overload]  # digits
        return whole(minimum, maximum)(value, path)

    return read


def _format(value: object, path: str) -> str:
    return word(TIME, RANGE)(value.lower() if type(value) is str else value, path)


def _read_usernames(value: object, path: str) -> tuple[str, ...]:
    if type(value) is str:
        value = [each.strip() for each in text(value, path).split(",")]
    return items(identifier, at_most=MOST_USERNAMES)(value, path)


# The answer ------------------------------------------------------------------


def read_slots(body: object) -> SlotsAnswer | CalError:
    """The slots that an answer lists, or why it lists none.

    Raises:
        CodecError: If it is no answer.
    """
    document = Body.of(body)
    if document.read("status", word("success", "error")) == "error":
        told = document.read("error", Body.of)
        return CalError(told.read("code", text), told.read("message", text, ""))
    return SlotsAnswer(document.read("data", _read_days))


def write_slots(
    answer: SlotsAnswer | CalError, *, zone: Zone | str | None = None
) -> dict[str, object]:
    """The body of an answer, its times as a zone's clock shows them; None is UTC."""
    if isinstance(answer, CalError):
        return {"status": "error", "error": {"code": answer.code, "message": answer.message}}
    clock = to_zone("UTC" if zone is None else zone)
    days = {
        day.isoformat(): [_write_slot(slot, clock) for slot in slots]
        for day, slots in answer.days.items()
    }
    return {"status": "success", "data": days}


def _read_days(value: object, path: str) -> dict[date, tuple[CalSlot, ...]]:
    given = read_object(value, path)
    if len(given) > MOST_DAYS:
        reason = f"expected at most {MOST_DAYS:,} days, not {len(given):,}"
        raise CodecError(path, reason, "limit_exceeded")
    found = {}
    for key, slots in given.items():
        inner = key_path(path, key)
        with errors_at(inner):
            found[parse_date(key)] = items(_read_slot, at_most=MOST_SLOTS_OF_A_DAY)(slots, inner)
    return found


def _read_slot(value: object, path: str) -> CalSlot:
    body = Body.of(value, path)
    start, end = body.read("start", instant), body.read("end", instant, None)
    if end is not None and end <= start:
        raise fault(body.at("end"), "a time after the start", body.fields["end"], "empty_interval")
    seats = whole(0, MOST_UNITS)
    booked = body.read("seatsBooked", seats, body.read("attendeesCount", seats, None))
    return CalSlot(
        start,
        end,
        booked,
        body.read("seatsRemaining", seats, None),
        body.read("seatsTotal", seats, None),
        body.read("bookingUid", identifier, None),
    )


def _write_slot(slot: CalSlot, clock: Zone) -> dict[str, object]:
    told = {
        "end": None if slot.end is None else _time(slot.end, clock),
        "seatsBooked": slot.seats_booked,
        "seatsRemaining": slot.seats_remaining,
        "seatsTotal": slot.seats_total,
        "bookingUid": slot.booking_id,
    }
    return {
        "start": _time(slot.start, clock),
        **{key: value for key, value in told.items() if value is not None},
    }


def _time(moment: datetime, clock: Zone) -> str:
    shown = moment.astimezone(clock)
    offset = shown.utcoffset()
    if not offset or offset % timedelta(minutes=1):
        shown = moment.astimezone(UTC)
    finest = "microseconds" if moment.microsecond % 1_000 else "milliseconds"
    return shown.isoformat(timespec=finest).replace("+00:00", "Z")
