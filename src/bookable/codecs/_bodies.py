"""How the bodies of other products are read: key by key, with the path of what is wrong.

Their documents say more than the engine asks for, and say it in other units. A `Body` is one of their
objects; its `read` names a key and how what stands there is read. Every reader takes a value and its
path, gives what it stands for, and raises `CodecError` (code, path, reason) for anything else. Keys
that nobody reads are let through: other systems add to their bodies at any time. Where one says that
it refuses them, `Body.only` does so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final, TypeVar, overload

from attrs import frozen

from bookable.checks import check_id, check_text
from bookable.codecs._forms import errors_at, fault, key_path, read_list, read_object
from bookable.codecs.iso import parse_civil, parse_date, parse_instant
from bookable.errors import CodecError, join_words
from bookable.limits import EARLIEST, LATEST
from bookable.timeline.civil import Zone, to_zone

T = TypeVar("T")
D = TypeVar("D")
Reader = Callable[[object, str], T]
"""Reads a value that stands at a path."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_SECONDS: Final = int((LATEST - _EPOCH).total_seconds())
_FEWEST_SECONDS: Final = int((EARLIEST - _EPOCH).total_seconds())


@frozen
class Body:
    """One object of a document, and where it stands."""

    fields: Mapping[str, object]
    path: str = "$"

    @classmethod
    def of(cls, value: object, path: str = "$") -> Body:
        """The object that a value is, or `CodecError`."""
        return cls(read_object(value, path), path)

    def __contains__(self, key: str) -> bool:
        """Whether something stands at a key; null is nothing."""
        return self.fields.get(key) is not None

    def at(self, key: str) -> str:
        """The path of a key."""
        return key_path(self.path, key)

    @overload
    def read(self, key: str, reader: Reader[T]) -> T: ...
    @overload
    def read(self, key: str, reader: Reader[T], default: D) -> T | D: ...
    def read(self, key: str, reader: Reader[T], default: object = ...) -> object:
        """What stands at a key; the default where nothing does, or null.

        Raises:
            CodecError: If it cannot be read, or is missing without a default (code ``missing_key``).
        """
        value = self.fields.get(key)
        if value is None:
            if default is ...:
                raise CodecError(self.at(key), "this is required", "missing_key")
            return default
        return reader(value, self.at(key))

    def body(self, key: str) -> Body:
        """The object that stands at a key; an empty one where nothing does."""
        return self.read(key, Body.of, Body({}, self.at(key)))

    def only(self, known: Collection[str]) -> Body:
        """Itself, without any other keys, or `CodecError` (code ``unknown_key``)."""
        read_object(self.fields, self.path, tuple(known))
        return self


# Readers ---------------------------------------------------------------------


def text(value: object, path: str) -> str:
    """Any text of at most 10,000 characters."""
    if type(value) is not str:
        raise fault(path, "a text", value)
    with errors_at(path):
        return check_text(value, "text")


def identifier(value: object, path: str) -> str:
    """An id of the host's: 1 to 128 printable characters."""
    with errors_at(path):
        return check_id(value, "id")


def identifier_or_none(value: object, path: str) -> str | None:
    """As `identifier`; an empty text names nobody."""
    return None if value == "" else identifier(value, path)


def flag(value: object, path: str) -> bool:
    """Exactly true or false."""
    if type(value) is not bool:
        raise fault(path, "true or false", value)
    return value


def whole(minimum: int = 0, maximum: int = 1_000_000) -> Reader[int]:
    """A whole number in a range. One with nothing after its point is whole, as JSON has one kind."""

    def read(value: object, path: str) -> int:
        if type(value) is float and value.is_integer() and abs(value) <= 2**53:
            value = int(value)
        if type(value) is not int or not minimum <= value <= maximum:
            raise fault(path, f"a whole number from {minimum:,} to {maximum:,}", value, "quantity")
        return value

    return read


def word(*words: str) -> Reader[str]:
    """One of a few words, written exactly so."""

    def read(value: object, path: str) -> str:
        if type(value) is not str or value not in words:
            expected = f"one of {join_words([repr(str(each)) for each in words], last='or')}"
            raise fault(path, expected, value, "choice")
        return value

    return read


def items(reader: Reader[T], *, at_most: int, at_least: int = 0) -> Reader[tuple[T, ...]]:
    """A list of so many things, each read by *reader*."""

    def read(value: object, path: str) -> tuple[T, ...]:
        given = read_list(value, path)
        if not at_least <= len(given) <= at_most:
            reason = f"expected {at_least:,} to {at_most:,} items, not {len(given):,}"
            raise CodecError(path, reason, "limit_exceeded")
        return tuple(reader(each, f"{path}[{index}]") for index, each in enumerate(given))

    return read


def instant(value: object, path: str) -> datetime:
    """An RFC 3339 text with its offset, in UTC."""
    with errors_at(path):
        return parse_instant(value)


def civil(value: object, path: str) -> datetime:
    """A wall time without offset, as ``2026-03-02T09:00``."""
    with errors_at(path):
        return parse_civil(value)


def day(value: object, path: str) -> date:
    """A date, as ``2026-03-02``."""
    with errors_at(path):
        return parse_date(value)


def zone(value: object, path: str) -> Zone:
    """A zone of the IANA database by its name."""
    with errors_at(path):
        return to_zone(value)


def epoch_seconds(value: object, path: str) -> datetime:
    """Seconds since 1970 in UTC, a whole number."""
    return _EPOCH + timedelta(seconds=whole(_FEWEST_SECONDS, _MOST_SECONDS)(value, path))


def epoch_ms(value: object, path: str) -> datetime:
    """Milliseconds since 1970 in UTC, a whole number."""
    found = whole(_FEWEST_SECONDS * 1_000, _MOST_SECONDS * 1_000)(value, path)
    return _EPOCH + timedelta(milliseconds=found)


def to_epoch_seconds(moment: datetime) -> int:
    """The whole seconds since 1970 of an instant."""
    return (moment - _EPOCH) // timedelta(seconds=1)


def to_epoch_ms(moment: datetime) -> int:
    """The whole milliseconds since 1970 of an instant."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def offset_text(moment: datetime, zone: Zone) -> str:
    """An instant as a zone's clock shows it, with the offset, as ``2026-03-02T09:00:00+01:00``."""
    return moment.astimezone(zone).isoformat()
