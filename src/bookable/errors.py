"""Every exception that a public call may raise, with its data and its sentence.

One class per *remedy*, not per cause: the caller catches what it can act on
(mend the input, choose another slot, read again, narrow the window). Each error
carries a stable ``code`` and typed fields; those are API. The sentence is not.

A refusal is not an error: questions answer with ``Refusal`` values, and only a
*command* that cannot be carried out raises `BookingRefused`, which carries them.
"""

from __future__ import annotations

import reprlib
from heapq import nsmallest
from typing import TYPE_CHECKING

from attrs import define, field, fields, has

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bookable.domain.refusal import Refusal

_SHOWN_LENGTH = 80
_MOST_KNOWN = 5
_BRIEF = reprlib.Repr()
_BRIEF.maxlevel = 2
_BRIEF.maxstring = _BRIEF.maxlong = _BRIEF.maxother = _SHOWN_LENGTH


def shown(value: object) -> str:
    """A short text for *value* that can always be made, however odd the value.

    >>> shown("massage"), shown(True)
    ("'massage'", 'True')
    """
    if type(value) is int and value.bit_length() > 256:
        # Python refuses to print integers of more than 4,300 digits.
        return f"a whole number of {value.bit_length():,} bits"
    try:
        # A lone surrogate cannot be printed, nor encoded into a log.
        return _BRIEF.repr(value).encode("utf-8", "backslashreplace").decode("utf-8")
    except Exception:  # noqa: BLE001  a foreign __repr__ may raise anything
        return f"a {type(value).__name__}"


class BookableError(Exception):
    """The base of every error of this package."""

    code: str = "bookable_error"

    def __reduce__(self) -> tuple[object, ...]:
        # Rebuilt from its fields by name, where it has any: some have no position.
        kind = type(self)
        given = {each.name: getattr(self, each.name) for each in fields(kind)} if has(kind) else {}
        return (_rebuilt, (kind, () if given else self.args, given, self.__dict__))


def _rebuilt(
    kind: type[BookableError],
    args: tuple[object, ...],
    given: dict[str, object],
    extra: dict[str, object],
) -> BookableError:
    error = kind(*args, **given)
    error.__dict__.update(extra)  # the notes, above all
    return error


@define(eq=False)
class InvalidValueError(BookableError, ValueError):
    """A value was refused. The remedy: mend ``field``.

    ``field`` names the argument, ``value`` is what was given and ``expected``
    says what a valid value looks like.
    """

    field: str
    value: object
    expected: str
    code: str = "invalid_value"

    def __str__(self) -> str:
        return f"{self.field}: expected {self.expected}, not {shown(self.value)}"


@define(eq=False)
class NaiveDatetimeError(InvalidValueError):
    """A datetime without a UTC offset, which names no instant (SPEC N1)."""

    expected: str = "an aware datetime, for example datetime(2026, 3, 2, 9, tzinfo=UTC)"
    code: str = "naive_datetime"

    @property
    def moment(self) -> object:
        """The datetime that was given."""
        return self.value


@define(eq=False)
class InvalidIntervalError(InvalidValueError):
    """An interval that is empty or runs backwards, decided in UTC (SPEC N1)."""

    start: datetime = field(kw_only=True)
    end: datetime = field(kw_only=True)

    @classmethod
    def of(cls, start: datetime, end: datetime, *, name: str = "interval") -> InvalidIntervalError:
        """The error for this pair of ends."""
        empty = start == end
        return cls(
            field=name,
            value=f"[{start.isoformat()}, {end.isoformat()})",
            expected="a start before its end",
            code="empty_interval" if empty else "reversed_interval",
            start=start,
            end=end,
        )


@define(eq=False)
class InvalidAmountError(InvalidValueError):
    """A capacity, quantity, number of units or party size that cannot be one."""

    code: str = "quantity"
    minimum: int = field(default=0, kw_only=True)

    @property
    def name(self) -> str:
        """The field that holds the amount."""
        return self.field


@define(eq=False)
class HoursSyntaxError(InvalidValueError):
    """Opening hours as text that cannot be read."""

    code: str = "hours_syntax"
    position: int = field(default=0, kw_only=True)

    @property
    def text(self) -> object:
        """The text that was given."""
        return self.value

    def __str__(self) -> str:
        return f"expected {self.expected} at position {self.position} of {shown(self.value)}"


class CivilTimeError(BookableError, ValueError):
    """A wall-clock time that does not name exactly one instant."""


@define(eq=False)
class SkippedTimeError(CivilTimeError):
    """A wall-clock time inside a gap: no clock in the zone ever shows it."""

    civil: datetime
    zone: str
    code: str = "skipped_time"

    def __str__(self) -> str:
        return (
            f"{self.civil:%Y-%m-%d %H:%M:%S} does not exist in {self.zone}: the clocks skip it; "
            "give an instant before or after the change"
        )


@define(eq=False)
class RepeatedTimeError(CivilTimeError):
    """A wall-clock time inside a fold: clocks in the zone show it twice."""

    civil: datetime
    zone: str
    earlier: datetime
    later: datetime
    code: str = "repeated_time"

    def __str__(self) -> str:
        return (
            f"{self.civil:%Y-%m-%d %H:%M:%S} happens twice in {self.zone}: "
            f"at {self.earlier.isoformat()} and at {self.later.isoformat()}"
        )


@define(eq=False)
class UnknownIdError(BookableError, LookupError):
    """An id that names nothing here. The remedy: give one that exists.

    ``known`` are the first few that do, sorted, where they are not too many to be of use (nobody
    lists bookings or blocks); ``known_in_all`` says how many there are.
    """

    kind: str
    id: object
    field: str = "id"
    known: tuple[str, ...] = ()
    code: str = "unknown_id"
    known_in_all: int = 0

    @classmethod
    def among(cls, kind: str, wanted: object, name: str, known: Iterable[str]) -> UnknownIdError:
        """The error for an id that is none of those *known*; O(known)."""
        ids = list(known)
        return cls(kind, wanted, name, tuple(nsmallest(_MOST_KNOWN, ids)), known_in_all=len(ids))

    def __str__(self) -> str:
        text = f"{self.field}: there is no {self.kind} {shown(self.id)}"
        if not self.known:
            return text
        names = ", ".join(map(shown, self.known))
        if self.known_in_all > len(self.known):
            names += f", … ({self.known_in_all:,} in all)"
        return f"{text}; known: {names}"


@define(eq=False)
class IdConflictError(BookableError):
    """An id that is taken by something else (SPEC N33). The remedy: another id."""

    kind: str
    id: str
    code: str = "id_conflict"
    remedy: str = ""

    def __str__(self) -> str:
        if self.kind == "booking":
            return f"the booking id {shown(self.id)} is taken: by other content, or by a booking that was cancelled; look it up before you give another"
        remedy = self.remedy or "give another id"
        return f"the {self.kind} id {shown(self.id)} is taken by another {self.kind}; {remedy}"


@define(eq=False)
class ResourceInUseError(BookableError):
    """Removal of something that is still needed. The remedy: say what shall become of its users."""

    kind: str
    id: str
    used_by: tuple[str, ...]
    remedy: str
    code: str = "in_use"

    def __str__(self) -> str:
        users = ", ".join(shown(user) for user in self.used_by[:5])
        more = f" and {len(self.used_by) - 5} more" if len(self.used_by) > 5 else ""
        return f"the {self.kind} {shown(self.id)} is used by {users}{more}; {self.remedy}"


@define(eq=False)
class BookingRefused(BookableError):  # noqa: N818  a public name: a refusal, raised
    """A command that the rules refuse. The remedy: another slot.

    ``refusals`` is never empty; it is what `Scheduler.explain` answers.
    """

    refusals: tuple[Refusal, ...]
    code: str = "refused"

    def __str__(self) -> str:
        return "; ".join(str(refusal) for refusal in self.refusals)


@define(eq=False)
class GroupError(BookableError):
    """A command of a group that cannot be carried out, so that none is. The remedy: mend that one.

    ``position`` counts from 0, and ``error`` is what the command itself raises.
    """

    position: int
    error: BookableError
    code: str = "group"

    def __str__(self) -> str:
        return f"command {self.position} of the group (the first is 0): {self.error}"


@define(eq=False)
class InvalidTransitionError(BookableError):
    """A booking whose status does not allow the command."""

    booking_id: str
    status: str
    event: str
    code: str = "wrong_state"

    def __str__(self) -> str:
        state = ("a " if self.status in {"hold", "no_show"} else "") + self.status.replace("_", " ")
        remedy = "; book again" if self.status == "expired" and self.event != "cancel" else ""
        return f"cannot {_doing(self.event, self.booking_id)}: it is {state}{remedy}"


def _doing(event: str, booking_id: str) -> str:
    """What an event does to a booking, as people say it."""
    said = {"check_in": "check in to", "check_out": "check out of", "miss": "mark"}
    end = " as missed" if event == "miss" else ""
    return f"{said.get(event, event)} booking {shown(booking_id)}{end}"


@define(eq=False)
class WrongTimeError(BookableError):
    """A command that may be given, but not now: too early, or too late.

    ``code`` is ``too_early`` or ``too_late``; ``bound`` is the first instant at which it may be given,
    or the last one.
    """

    booking_id: str
    event: str
    at: datetime
    bound: datetime
    code: str

    def __str__(self) -> str:
        when = "before" if self.code == "too_early" else "after"
        return (
            f"cannot {_doing(self.event, self.booking_id)} at {self.at.isoformat()}: "
            f"not {when} {self.bound.isoformat()}"
        )


@define(eq=False)
class StaleVersionError(BookableError):
    """A booking that has changed since its version was read (its change key). The remedy: read it again."""

    booking_id: str
    given: int
    actual: int
    code: str = "stale_version"

    def __str__(self) -> str:
        return (
            f"booking {shown(self.booking_id)} is at version {self.actual}, not {self.given}: "
            "it has changed since it was read"
        )


@define(eq=False)
class StaleLedgerError(BookableError):
    """A plan that was decided on another state. The remedy: decide again.

    ``subject`` is the id of what has changed; ``kind`` is ``customer`` where it is a customer's.
    """

    subject: str
    expected: int
    actual: int
    code: str = "stale"
    kind: str = ""

    def __str__(self) -> str:
        who = f"{self.kind} {shown(self.subject)}".strip()
        return f"{who} has changed since the plan was decided; read again and retry"


@define(eq=False)
class LimitExceededError(BookableError):
    """More than a declared limit allows (SPEC N34); raised before the work is done."""

    limit: str
    needed: int
    allowed: int
    code: str = "limit_exceeded"

    def __str__(self) -> str:
        if self.code == "unbounded":
            return f"rule: it has neither COUNT nor UNTIL; the limit on {self.limit} is {self.allowed:,}"
        needed = f"{self.needed:,}" if abs(self.needed) < 10**30 else "far more"
        return f"the limit on {self.limit} is {self.allowed:,}; this needs {needed}"


@define(eq=False)
class SearchLimitError(LimitExceededError):
    """A question that is too wide to answer. The remedy: narrow the window."""

    code: str = "search_limit"


@define(eq=False)
class CodecError(BookableError, ValueError):
    """A document that cannot be read. ``path`` says where, as ``$.rooms[2].capacity``."""

    path: str
    reason: str
    code: str = "codec"

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


def join_words(words: Sequence[str], *, last: str = "and") -> str:
    """The words as a list in a sentence.

    >>> join_words(["ada", "grace", "linus"])
    'ada, grace and linus'
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
