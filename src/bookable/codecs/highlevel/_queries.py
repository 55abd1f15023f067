"""How the parts of a query are read: texts, each given once, that stand for numbers, flags or ids.

A part that is empty counts as left out, as many clients send those that they do not fill.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from bookable.checks import check_type
from bookable.codecs._bodies import Body, Reader, identifier
from bookable.codecs._forms import fault
from bookable.errors import CodecError

T = TypeVar("T")

MOST_IDS: Final = 1_000
"""The most ids that one query may list."""

_MOST_DIGITS: Final = 20


def query_of(query: Mapping[str, object] | None) -> Body:
    """A query as a body, without its empty parts; paths begin with ``query``."""
    given: Mapping[str, object] = check_type(query or {}, Mapping, "query", "a mapping of texts")
    return Body({key: part for key, part in given.items() if part not in ("", [], ())}, "query")


def once(reader: Reader[T]) -> Reader[T]:
    """A part that may be given once, as a text or as a list of one."""

    def read(value: object, path: str) -> T:
        if isinstance(value, list | tuple):
            if len(value) != 1:
                raise CodecError(path, f"expected this once, not {len(value):,} times", "repeated")
            value = value[0]
        return reader(value, path)

    return read


def number(reader: Reader[T]) -> Reader[T]:
    """A whole number in decimal digits, judged by *reader*."""

    def read(value: object, path: str) -> T:
        if type(value) is not str:
            return reader(value, path)
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
            raise fault(path, "a whole number in digits", value, "quantity")
        return reader(int(value), path)

    return once(read)


def _switch(value: object, path: str) -> bool:
    if value is True or value is False:
        return value
    if value not in ("true", "false"):
        raise fault(path, "true or false", value)
    return value == "true"


switch: Final = once(_switch)
"""True or false, as those words."""

one_id: Final = once(identifier)
"""One id."""


def ids(value: object, path: str) -> tuple[str, ...]:
    """Ids, given once or several times; each counts once."""
    given = value if isinstance(value, list | tuple) else [value]
    if len(given) > MOST_IDS:
        reason = f"expected at most {MOST_IDS:,} ids, not {len(given):,}"
        raise CodecError(path, reason, "limit_exceeded")
    return tuple(dict.fromkeys(identifier(each, path) for each in given))
