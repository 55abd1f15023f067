"""What reads the words of strangers: every reader of a codec, with bodies that it accepts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bookable.codecs import _json
from bookable.errors import BookableError, CodecError


class RefusedError(Exception):
    """What was read is not done, or not answered: an error of this package says why, or a status."""

    def __init__(self, code: object) -> None:
        super().__init__(code)
        self.code = str(code)


def _anything(value: Any) -> None:
    """Nothing to hold."""


@dataclass(frozen=True)
class Target:
    """One reader: what it is called, how it is called, and what it accepts.

    ``read`` takes plain data (``is_text`` False) or the bytes of a document; with ``takes_bytes`` plain data
    may come as bytes of JSON as well; with ``is_lines`` a document is spoilt line by line, too. It may only
    raise the errors ``refuses``. What it gives goes through ``answer``, where there is one, which may refuse
    with any error of this package, and whose answer has to be JSON data. ``holds`` may look at what was
    read: whatever it raises says that something is not as it must be. An input may take ``longest`` seconds of
    the processor; a target of ``weight`` 2 gets twice as many.
    """

    name: str
    read: Callable[[Any], Any]
    seeds: tuple[object, ...]
    is_text: bool = False
    is_lines: bool = False
    weight: int = 1
    longest: float = 0.5
    takes_bytes: bool = False
    answer: Callable[[Any], object] | None = None
    holds: Callable[[Any], None] = _anything
    refuses: tuple[type[Exception], ...] = (CodecError,)

    def run(self, given: object) -> object:
        """What is read, once it was answered.

        Raises:
            RefusedError: If there is no answer.
        """
        value = self.read(given)
        if self.answer is not None:
            try:
                told = self.answer(value)
            except BookableError as error:
                str(error).encode("utf-8")
                raise RefusedError(error.code) from error
            as_plain(told)
        return value


def of_json(
    name: str,
    read: Callable[[Any], Any],
    *seeds: object,
    write: Callable[[Any], object] | None = None,
    **more: Any,
) -> Target:
    """The reader of a JSON body, given as data or as bytes.

    With ``write``, what was read has to be read again from what is written of it.
    """

    def read_any(given: object) -> Any:
        return read(_json.parse(given) if isinstance(given, bytes) else given)

    def holds(value: Any) -> None:
        assert write is not None
        body = as_plain(write(value))
        again = read(body)
        assert again == value, f"read again from {body!r}"

    found = {} if write is None else {"holds": holds}
    return Target(name, read_any, seeds, takes_bytes=True, **{**found, **more})


def as_plain(body: object) -> object:
    """The same body as a client would get it, or `AssertionError` where it is no JSON data in UTF-8."""
    try:
        text = json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError) as error:
        raise AssertionError(f"this is no JSON data: {error}") from error
    return json.loads(text)
