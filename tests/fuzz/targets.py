"""What reads the words of strangers: every reader of a codec, with bodies that it accepts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """One reader: what it is called, how it is called, and what it accepts.

    ``read`` takes plain data (``is_text`` False) or the bytes of a document. ``holds`` may look at
    what came out: it raises `AssertionError` where that is not as it must be.
    """

    name: str
    read: Callable[[object], object]
    seeds: tuple[object, ...]
    is_text: bool = False
    weight: int = 1
    takes_bytes: bool = False
    holds: Callable[[object], None] = field(default=lambda value: None)
