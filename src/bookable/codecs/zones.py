"""Which release of the IANA time zone database the zones of this process come from.

The engine takes zones as arguments and never asks. Who keeps answers keeps the release beside them:
under another one the same wall time may be another instant.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final
from zoneinfo import TZPATH

_ANY_ZONE: Final = "UTC"
_HEAD: Final = "# version "
_LONGEST: Final = 32


def zone_database(path: Sequence[str] = TZPATH) -> str | None:
    """The release that named zones are read from, as ``2026a``; None where it does not tell.

    Where Python looks for zones it is the first folder that has any, else the package ``tzdata``.
    Reads a file; call it once.
    """
    for folder in map(Path, path):
        if (folder / _ANY_ZONE).is_file():
            return _told(folder / "tzdata.zi", _HEAD) or _told(folder / "+VERSION", "")
    try:
        return str(import_module("tzdata").IANA_VERSION)
    except ImportError:
        return None


def _told(path: Path, head: str) -> str | None:
    """The release in the first line of a file; None where there is no such file, or line."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            line = file.readline(_LONGEST).strip()
    except OSError:
        return None
    return line.removeprefix(head) if line.startswith(head) else None
