"""How one value stands as one JSON object: a table of keys, read strictly and written back.

A `Form` names the keys of a type, a `Part` turns what stands at one key into what
the type takes. Defaults are the type's own: a key that may be left out is one with
a default, and it is left out when a value is written. The types themselves judge
what they are given; here their errors learn where in the document it stood.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from difflib import get_close_matches
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

from attrs import frozen, has

from bookable.checks import check_amount, check_id
from bookable.codecs._json import RepeatedKey
from bookable.codecs.iso import (
    duration_text,
    instant_text,
    parse_civil,
    parse_date,
    parse_duration,
    parse_fraction,
    parse_instant,
)
from bookable.errors import (
    BookableError,
    CodecError,
    IdConflictError,
    InvalidValueError,
    UnknownIdError,
    join_words,
    shown,
)
from bookable.timeline.civil import Zone, to_zone

T = TypeVar("T")

_LONGEST_KEY: Final = 64
_UNSENT: Final = (tuple, set, frozenset, date)


@frozen
class Part:
    """What stands at a key: how it is read, given its path, and how it is written."""

    read: Callable[[object, str], Any]
    write: Callable[[Any], object]


def key_path(path: str, key: str) -> str:
    """The path of what stands at a key.

    >>> key_path("$.rooms[2]", "capacity"), key_path("$", "two words")
    ('$.rooms[2].capacity', "$['two words']")
    """
    plain = key.isascii() and key.isidentifier() and len(key) <= _LONGEST_KEY
    return f"{path}.{key}" if plain else f"{path}[{shown(key)}]"


def located(
    error: BookableError, path: str, given: Mapping[str, object] | None = None
) -> CodecError:
    """The error with its path.

    Where it names one of the keys in *given*, the path goes on to that key, and the
    sentence shows what the document has there.
    """
    if isinstance(error, CodecError):
        return error
    named = f"{getattr(error, 'field', '')} {getattr(error, 'limit', '')}"
    key = next((word for word in re.findall("[a-z_]+", named) if word in (given or ())), None)
    if key is not None:
        path = key_path(path, key)
    return CodecError(path, _reason(error, given, key), error.code)


@contextmanager
def errors_at(path: str, given: Mapping[str, object] | None = None) -> Iterator[None]:
    """Errors of this package raised inside become `CodecError`, see `located`."""
    try:
        yield
    except CodecError:
        raise
    except BookableError as error:
        raise located(error, path, given) from error


def _reason(error: BookableError, given: Mapping[str, object] | None, key: str | None) -> str:
    if (
        not isinstance(error, InvalidValueError)
        or type(error).__str__ is not InvalidValueError.__str__
    ):
        return str(error)
    value = given[key] if given is not None and key is not None else error.value
    return _expected(error.expected.replace("a timedelta", "a duration"), value)


def fault(path: str, expected: str, value: object, code: str = "type") -> CodecError:
    """The error for a value that is not what must stand there."""
    return CodecError(path, _expected(expected, value), code)


def client_text(error: BookableError) -> str:
    """What an error tells to a client far away: no ids that exist, and no names of this package.

    >>> client_text(UnknownIdError.among("room", "R9", "room_id", ["R1", "R2"]))
    "there is no room 'R9'"
    """
    if isinstance(error, CodecError):
        return error.reason
    if isinstance(error, UnknownIdError):
        return f"there is no {error.kind} {shown(error.id)}"
    if isinstance(error, IdConflictError):
        return str(IdConflictError(error.kind, error.id))
    return _reason(error, None, None)


def _expected(expected: str, value: object) -> str:
    """What was expected, and what was given instead, unless that is no JSON and so not what was sent."""
    if isinstance(value, timedelta):
        return f"expected {expected}, not {value}"
    if isinstance(value, _UNSENT) or has(type(value)):
        return f"expected {expected}"
    words = {True: "true", False: "false", None: "null"}
    said = words[value] if value is None or isinstance(value, bool) else shown(value)
    return f"expected {expected}, not {said}"


def read_object(value: object, path: str, known: tuple[str, ...] | None = None) -> dict[str, Any]:
    """A JSON object; with *known*, one that has no other keys.

    Raises:
        CodecError: If it is something else, a key comes twice or is unknown.
    """
    if not isinstance(value, dict):
        raise fault(path, "an object", value)
    if isinstance(value, RepeatedKey):
        raise CodecError(key_path(path, value.key), "this key comes twice", "duplicate_key")
    for key in value:
        if type(key) is not str:
            raise fault(path, "keys that are strings", key)
        if known is not None and key not in known:
            raise CodecError(key_path(path, key), _unknown(key, known), "unknown_key")
    return value


def _unknown(key: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(key, known, 1) if len(key) <= _LONGEST_KEY else []
    if near:
        return f"unknown key; did you mean {near[0]!r}?"
    return f"unknown key; known here: {join_words([repr(each) for each in known])}"


def read_list(value: object, path: str) -> list[Any]:
    """A JSON list.

    Raises:
        CodecError: If it is something else.
    """
    if not isinstance(value, list):
        raise fault(path, "a list", value)
    return value


class Form(Generic[T]):
    """The JSON object of one type: *make* builds the value from the keys of *parts*.

    *sources* says where the value keeps what stands at a key, where that is not an
    attribute of the same name.
    """

    def __init__(
        self,
        make: Callable[..., T],
        parts: Mapping[str, Part],
        *,
        sources: Mapping[str, str] | None = None,
    ) -> None:
        self._make = make
        self._parts = dict(parts)
        self.keys = tuple(parts)
        arguments = inspect.signature(make).parameters
        self._defaults = {
            key: arguments[key].default
            for key in parts
            if key in arguments and arguments[key].default is not inspect.Parameter.empty
        }
        named = sources or {}
        self._getters = {key: attrgetter(named.get(key, key)) for key in parts}

    def read(self, value: object, path: str) -> T:
        """The value that an object describes.

        Raises:
            CodecError: If it describes none, with the path of the first fault.
        """
        document = read_object(value, path, self.keys)
        arguments = {}
        for key in self.keys:
            if key not in document:
                if key not in self._defaults:
                    raise CodecError(path, f"the key {key!r} is missing", "missing_key")
                continue
            given = document[key]
            if given is None and key in self._defaults and self._defaults[key] is None:
                continue
            arguments[key] = self._parts[key].read(given, key_path(path, key))
        try:
            return self._make(**arguments)
        except BookableError as error:
            raise located(error, path, document) from error

    def write(self, value: T) -> dict[str, object]:
        """The object of a value, without the keys that have their defaults."""
        document: dict[str, object] = {}
        for key, part in self._parts.items():
            held = self._getters[key](value)
            if key in self._defaults and held == self._defaults[key]:
                continue
            document[key] = part.write(held)
        return document

    @property
    def part(self) -> Part:
        """This form as what stands at a key."""
        return Part(self.read, self.write)

    def list_part(self) -> Part:
        """A list of these objects as what stands at a key."""
        return list_of(self.part)


class Kinds:
    """Objects of several types: what stands at *key* says by its word which form it has."""

    def __init__(self, key: str, forms: Mapping[str, tuple[type[Any], Form[Any]]]) -> None:
        self._key = key
        self._forms = {word: form for word, (_, form) in forms.items()}
        self._words = {kind: word for word, (kind, _) in forms.items()}

    def read(self, value: object, path: str) -> Any:
        """The value that an object describes.

        Raises:
            CodecError: If it describes none, with the path of the first fault.
        """
        document = read_object(value, path)
        word = document.get(self._key)
        if type(word) is not str or word not in self._forms:
            expected = "one of " + ", ".join(repr(known) for known in self._forms)
            raise fault(key_path(path, self._key), expected, word, "choice")
        rest = {key: given for key, given in document.items() if key != self._key}
        return self._forms[word].read(rest, path)

    def write(self, value: object) -> dict[str, object]:
        """The object of a value, its word first."""
        word = self._words[type(value)]
        return {self._key: word, **self._forms[word].write(value)}

    @property
    def part(self) -> Part:
        """These objects as what stands at a key."""
        return Part(self.read, self.write)


def list_of(part: Part) -> Part:
    """A list, each item of which is of this kind."""

    def read(value: object, path: str) -> tuple[Any, ...]:
        items = read_list(value, path)
        return tuple(part.read(item, f"{path}[{index}]") for index, item in enumerate(items))

    def write(values: Any) -> object:
        return [part.write(value) for value in values]

    return Part(read, write)


def map_of(part: Part) -> Part:
    """An object that maps ids to items of this kind, written in the order of the ids."""

    def read(value: object, path: str) -> dict[str, Any]:
        items = read_object(value, path)
        found = {}
        for key, item in items.items():
            with errors_at(key_path(path, key)):
                found[check_id(key, "id")] = part.read(item, key_path(path, key))
        return found

    def write(values: Any) -> object:
        return {key: part.write(values[key]) for key in sorted(values)}

    return Part(read, write)


def _parsed(parse: Callable[[object], Any], write: Callable[[Any], object]) -> Part:
    """A part whose text is read by a function that raises errors of this package."""

    def read(value: object, path: str) -> object:
        try:
            return parse(value)
        except BookableError as error:
            raise located(error, path) from error

    return Part(read, write)


def _zone_name(zone: Zone) -> str:
    return zone.key


def _as_it_is(value: object, _: str) -> object:
    return value


PLAIN = Part(_as_it_is, lambda value: value)
"""A value that the type itself judges: a number, a flag, a text."""

CHOICE = Part(_as_it_is, lambda value: value.value)
"""One of a closed set of words."""

ID = _parsed(check_id, lambda value: value)
CHOICES = list_of(CHOICE)
CHOICE_SET = Part(CHOICES.read, lambda values: sorted(value.value for value in values))
IDS = list_of(ID)
ID_SET = Part(IDS.read, sorted)
UNITS = _parsed(lambda value: check_amount(value, "units", minimum=1), lambda value: value)
INSTANT = _parsed(parse_instant, instant_text)
CIVIL = _parsed(parse_civil, lambda value: value.isoformat())
DATE = _parsed(parse_date, lambda value: value.isoformat())
DURATION = _parsed(parse_duration, duration_text)
DURATIONS = list_of(DURATION)
FRACTION = _parsed(parse_fraction, str)
ZONE = _parsed(to_zone, _zone_name)
