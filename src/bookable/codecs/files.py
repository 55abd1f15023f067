"""Files that are there whole or not at all, and one writer at a time.

`write_atomically` writes beside the file and then puts the new one in its place: a
reader sees the old file or the new one, and a failure at any point leaves the old
one. `only_writer` keeps others that ask for it out of the same file until its block
ends, however the process ends: read, decide and write inside it, and no write of
somebody else is lost.
"""

from __future__ import annotations

import os
import stat
import time
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from attrs import define

from bookable.errors import BookableError, shown

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]  # asked for below

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PAUSE_SECONDS: Final = 0.02
_PERMISSIONS: Final = 0o7777


@define(eq=False)
class FileBusyError(BookableError):
    """Another writer holds the file. The remedy: try again later."""

    path: str
    waited_seconds: float
    code: str = "busy_file"

    def __str__(self) -> str:
        return (
            f"{shown(self.path)} is being written by somebody else; "
            f"waited {self.waited_seconds:g} seconds"
        )


def read_at_most(path: str | os.PathLike[str], limit: int) -> bytes:
    """The bytes of a file, but no more than *limit* and one."""
    with open(path, "rb") as file:  # noqa: PTH123  also takes what Path.open does not
        return file.read(limit + 1)


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Put a file with these bytes in the place of *path*, keeping its permissions.

    A symbolic link stays one: the file that it names is replaced. When this
    returns, the bytes are on the disk.

    Raises:
        OSError: If the file cannot be written or is no regular file; nothing has changed.
    """
    target = Path(os.path.realpath(path))
    permissions = _writable(target)
    beside = target.with_name(f".{target.name[:100]}.{os.getpid()}-{time.monotonic_ns()}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if permissions is not None:
            beside.chmod(permissions)
        beside.replace(target)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    _sync_folder(target.parent)


_BINARY: Final[int] = getattr(os, "O_BINARY", 0)


def _writable(target: Path) -> int | None:
    """The permissions of the file that is there; None if there is none."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(21, "Is a directory", str(target))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(22, "Not a regular file", str(target))
    if not os.access(target, os.W_OK):
        # Replacing needs no permission on the file itself; asking for it respects its owner.
        raise PermissionError(13, "Permission denied", str(target))
    return found.st_mode & _PERMISSIONS


def _sync_folder(folder: Path) -> None:
    """Make the new name durable too, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def only_writer(path: str | os.PathLike[str], *, wait_seconds: float = 10.0) -> Iterator[None]:
    """Keep every other `only_writer` of files in the same folder out.

    The lock is on the folder, for the file itself is replaced by every write. It
    ends with the process, so nothing stale is ever left behind. Where the system has
    no such locks, a file beside it named ``.lock`` stands for one.

    Raises:
        FileBusyError: If others hold it for longer than *wait_seconds*.
        OSError: If the folder cannot be locked.
    """
    target = Path(os.path.realpath(path))
    lock = _lock_beside if fcntl is None else _lock_folder
    deadline = time.monotonic() + wait_seconds
    while (release := lock(target)) is None:
        if time.monotonic() >= deadline:
            raise FileBusyError(str(path), wait_seconds)
        time.sleep(_PAUSE_SECONDS)
    try:
        yield
    finally:
        release()


def _lock_folder(target: Path) -> Callable[[], None] | None:
    """How to release the lock of the file's folder; None while others hold it."""
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except BaseException:
        os.close(handle)
        raise
    return partial(os.close, handle)


def _lock_beside(target: Path) -> Callable[[], None] | None:
    """As `_lock_folder`, by a file that only one can make."""
    beside = target.with_name(f"{target.name}.lock")
    try:
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return None
    return beside.unlink
