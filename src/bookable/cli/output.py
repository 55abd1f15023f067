"""What goes out: answers as text or JSON, problems on the error stream, colour where it is seen."""

from __future__ import annotations

import json
import os
import shutil
import sys
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from bookable.errors import BookableError, CodecError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TextIO

_LEAST_WIDTH: Final = 40
_MOST_WIDTH: Final = 160
_USUAL_WIDTH: Final = 80
_LONGEST_CELL: Final = 512
_DRAWN: Final = "█▒░╳·✓✗─"


@frozen
class Answer:
    """What a command found: its exit code, its data, and the lines that say it."""

    status: int
    data: Mapping[str, object]
    lines: tuple[str, ...] = field(converter=tuple[str, ...])


@frozen
class Terminal:
    """What the output can show."""

    width: int = _USUAL_WIDTH
    has_colour: bool = False
    draws: bool = True

    @classmethod
    def of(cls, stream: TextIO | None) -> Terminal:
        """The terminal behind a stream; 80 columns where there is none."""
        is_terminal = stream is not None and stream.isatty()
        width = shutil.get_terminal_size((_USUAL_WIDTH, 24)).columns
        has_colour = (
            is_terminal
            and not os.environ.get("NO_COLOR")
            and os.environ.get("TERM", "") not in {"", "dumb"}
        )
        width = max(_LEAST_WIDTH, min(width, _MOST_WIDTH))
        return cls(width, has_colour, _encodes(stream, _DRAWN))

    def paint(self, text: str, colour: str) -> str:
        """The text in a colour, where colours are shown."""
        return f"\x1b[{colour}m{text}\x1b[0m" if self.has_colour and text else text

    def either(self, drawn: str, plain: str) -> str:
        """The first where the output can show it, else the second, which is ASCII."""
        return drawn if self.draws else plain


def _encodes(stream: TextIO | None, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def clean(text: str) -> str:
    """The text without anything that a terminal would obey: one line, as it reads."""
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each) in _OBEYED else each
        for each in text
    )


_OBEYED: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in text
    )


def fitted(text: str, width: int) -> str:
    """The text cut or padded to exactly so many columns."""
    text = clean(text[:_LONGEST_CELL])
    while columns(text) > width:
        text = text[:-2] + "~" if len(text) > 1 else ""
    return text + " " * (width - columns(text))


def table(rows: Iterable[Iterable[str]], *, indent: str = "  ") -> list[str]:
    """Rows of cells as aligned lines."""
    cells = [[clean(cell) for cell in row] for row in rows]
    widths = [max(map(columns, column)) for column in zip(*cells, strict=True)]
    return [
        (indent + "  ".join(fitted(*pair) for pair in zip(row, widths, strict=True))).rstrip()
        for row in cells
    ]


def print_answer(answer: Answer, *, as_json: bool) -> None:
    """The answer on standard output, in letters that it can show."""
    if as_json:
        _write(sys.stdout, json.dumps(answer.data, indent=2) + "\n")
    else:
        _write(sys.stdout, "".join(f"{line}\n" for line in answer.lines))


def print_error(problem: dict[str, str]) -> None:
    """One line on the error stream; where nobody reads it, there is nobody left to tell."""
    with suppress(OSError):
        _write(sys.stderr, f"bookable: {clean(problem['message'])}\n")


def _write(stream: TextIO | None, text: str) -> None:
    if stream is None:
        return  # a program without such a stream has nobody to tell
    encoding = getattr(stream, "encoding", None) or "utf-8"
    if not _encodes(stream, "–×"):
        text = text.replace("–", "-").replace("×", "x")
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding))


def describe_error(error: BookableError | OSError, world: str | None = None) -> dict[str, str]:
    """An error as data: a stable code, a sentence and, for a world file, the path in it."""
    if isinstance(error, OSError):
        reason = error.strerror or str(error) or type(error).__name__
        name = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
        return {"code": "file", "message": f"{name}{reason}"}
    if isinstance(error, CodecError):
        where = f"{world}: " if world else ""
        return {"code": error.code, "message": f"{where}{error}", "path": error.path}
    return {"code": error.code, "message": str(error)}


def quoted(ids: Iterable[str]) -> str:
    """Ids as a list in a column; a dash for none."""
    return ", ".join(ids) or "-"
