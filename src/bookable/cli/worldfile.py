"""Worlds by name: a file, or one of those that come with the package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bookable import worlds
from bookable.codecs.files import only_writer, write_atomically
from bookable.codecs.plain import read_world, write_world
from bookable.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bookable.cli.output import Answer
    from bookable.scheduler import Scheduler


def load(world: str) -> Scheduler:
    """The world of that name: a shipped one, else a file (``./clinic`` is always a file)."""
    return worlds.load(world) if world in worlds.NAMES else read_world(_path(world))


def change(
    world: str, decide: Callable[[Scheduler], tuple[Scheduler, Answer]], *, wait_seconds: float
) -> Answer:
    """Read, decide and write a world file as one step that no other writer comes between.

    Nothing is written when *decide* raises or hands back the scheduler it was given.

    Raises:
        InvalidValueError: If the world is a shipped one (code ``read_only``).
    """
    if world in worlds.NAMES:
        expected = f"a file, such as 'bookable copy {world} FILE' makes of a world shipped with it"
        raise InvalidValueError("WORLD", world, expected, "read_only")
    path = _path(world)
    with only_writer(path, wait_seconds=wait_seconds):
        before = read_world(path)
        after, answer = decide(before)
        if after is not before:
            write_world(path, after)
    return answer


def copy(name: str, target: str) -> None:
    """Make a file of a shipped world.

    Raises:
        UnknownIdError: If there is no shipped world of that name.
        OSError: If there is such a file already, or it cannot be written.
    """
    text = worlds.world_text(name)
    path = _path(target)
    with only_writer(path):
        if path.exists():
            raise FileExistsError(17, "File exists", str(path))
        write_atomically(path, text.encode("utf-8"))


def _path(world: str) -> Path:
    if not world or "\0" in world:
        raise InvalidValueError("WORLD", world, "the name of a file or of a shipped world", "path")
    return Path(world)
