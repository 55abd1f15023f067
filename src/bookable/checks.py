"""The checks that every value of the library runs on what it is given.

Exact types only: ``True`` is not a capacity and a subclass of ``str`` with an
``__eq__`` of its own is not an id. Each check returns the value, so that it can
stand in an attrs converter or in ``__attrs_post_init__``; nothing relies on attrs
validators, which a host may switch off process-wide.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from itertools import islice
from typing import TypeGuard, TypeVar

from bookable.errors import InvalidAmountError, InvalidValueError, LimitExceededError
from bookable.limits import LONGEST_DURATION, LONGEST_ID, LONGEST_TEXT, MOST_ITEMS, MOST_UNITS

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_ZERO = timedelta(0)
# Characters that make two ids look alike or a log line lie: controls, surrogates,
# invisible and bidirectional formatting characters, private use, unassigned, separators.
_BANNED_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def check_id(value: object, field: str = "id") -> str:
    """An id: a plain string of 1 to 128 printable characters in Unicode form NFC."""
    expected = f"a string of 1 to {LONGEST_ID} printable characters, for example 'room-7'"
    if type(value) is not str:
        code = "exact_type" if isinstance(value, str) else "id"
        raise InvalidValueError(field, value, expected, code)
    if value.isascii() and value.isprintable() and 0 < len(value) <= LONGEST_ID:
        return value
    if not 0 < len(value) <= LONGEST_ID:
        raise InvalidValueError(field, value, expected, "id")
    if any(unicodedata.category(character) in _BANNED_CATEGORIES for character in value):
        raise InvalidValueError(field, value, expected, "id")
    if not unicodedata.is_normalized("NFC", value):
        raise InvalidValueError(field, value, f"{expected}, in Unicode form NFC", "id_not_nfc")
    return value


def check_ids(values: object, field: str, *, known: str = "ids") -> tuple[str, ...]:
    """Ids in the order given, without duplicates."""
    if not _is_listable(values):
        raise InvalidValueError(field, values, f"a list of {known}, for example ['a', 'b']", "ids")
    return tuple(dict.fromkeys([check_id(value, field) for value in listed(values, field)]))


def check_text(value: object, field: str) -> str:
    """Free text of bounded length."""
    expected = f"a string of at most {LONGEST_TEXT:,} characters"
    if type(value) is not str:
        raise InvalidValueError(field, value, expected, "text")
    if len(value) > LONGEST_TEXT:
        raise LimitExceededError(f"characters in {field}", len(value), LONGEST_TEXT)
    if any("\ud800" <= character <= "\udfff" for character in value) or "\0" in value:
        raise InvalidValueError(field, value, f"{expected}, without NUL or lone surrogates", "text")
    return value


def check_amount(value: object, field: str, *, minimum: int = 0, maximum: int = MOST_UNITS) -> int:
    """A whole number of people or units; exactly an ``int``, so no bool, float or NaN."""
    if type(value) is int and minimum <= value <= maximum:
        return value
    expected = f"a whole number from {minimum:,} to {maximum:,}"
    raise InvalidAmountError(field, value, expected, minimum=minimum)


def check_number(value: object, field: str) -> int:
    """A whole number of either sign, within a million."""
    return check_amount(value, field, minimum=-MOST_UNITS)


def check_flag(value: object, field: str) -> bool:
    """Exactly True or False."""
    if type(value) is not bool:
        raise InvalidValueError(field, value, "True or False", "flag")
    return value


def check_duration(value: object, field: str, *, positive: bool = False) -> timedelta:
    """A duration that is not negative and at most ten years; *positive* refuses zero too."""
    expected = f"a timedelta {'above' if positive else 'of at least'} zero"
    if type(value) is not timedelta:
        raise InvalidValueError(field, value, expected, "duration")
    if value < _ZERO:
        raise InvalidValueError(field, value, expected, "duration")
    if positive and not value:
        raise InvalidValueError(field, value, expected, "zero_step")
    if value > LONGEST_DURATION:
        raise LimitExceededError(f"days in {field}", value.days, LONGEST_DURATION.days)
    return value


def check_choice(value: object, choices: type[E], field: str) -> E:
    """A member of a closed set, given as itself or as its text."""
    if isinstance(value, choices):
        return value
    if type(value) is str:
        for choice in choices:
            if choice.value == value:
                return choice
    expected = "one of " + ", ".join(repr(choice.value) for choice in choices)
    raise InvalidValueError(field, value, expected, "choice")


def check_type(value: object, wanted: type[T] | tuple[type[T], ...], field: str, like: str) -> T:
    """A value of one of our own types."""
    if not isinstance(value, wanted):
        raise InvalidValueError(field, value, like, "type")
    return value


def check_items(
    values: object, wanted: type[T] | tuple[type[T], ...], field: str, like: str
) -> tuple[T, ...]:
    """A tuple of values of one of our own types."""
    if not _is_listable(values):
        raise InvalidValueError(field, values, f"a list, each {like}", "type")
    return tuple([check_type(value, wanted, field, like) for value in listed(values, field)])


def _is_listable(values: object) -> TypeGuard[Iterable[object]]:
    """Whether it has items to be listed and is no text or mapping."""
    # Nearly always at once; what else is a list takes longer to say.
    if type(values) is list or type(values) is tuple:
        return True
    return isinstance(values, Iterable) and not isinstance(values, str | bytes | Mapping)


def listed(values: Iterable[object], field: str) -> list[object]:
    """The values as a list, even if there is no end to them."""
    given = list(islice(values, MOST_ITEMS + 1))
    if len(given) > MOST_ITEMS:
        raise LimitExceededError(f"items in {field}", len(given), MOST_ITEMS)
    return given
