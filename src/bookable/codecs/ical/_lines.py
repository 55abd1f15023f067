"""The text of an iCalendar object as a tree of components, read within limits (RFC 5545, 3.1).

Nothing is parsed that nobody asks for: a line is unfolded, its name is looked at, and only what a
codec reads is taken apart, by the package ``icalendar``. Its own tree is not used: it keeps the
time zones that calendars define, by their names and for the whole process, so that one calendar
would tell the next what its zone is.

Every limit is checked before the work that it bounds, and everything here is linear in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from attrs import Factory, define, frozen
from icalendar.parser import Contentline, Contentlines

from bookable.codecs._forms import fault
from bookable.errors import CodecError, join_words, shown

LARGEST_CALENDAR: Final = 1024 * 1024
"""The most bytes of a text."""

MOST_COMPONENTS: Final = 5_000
"""The most components of a text."""

MOST_DEPTH: Final = 3
"""How deep components may lie in each other: VCALENDAR, VEVENT, VALARM."""

LONGEST_LINE: Final = 64 * 1024
"""The most characters of a line, unfolded."""

MOST_PARAMETERS: Final = 64
"""The most parameters of a line."""

PUBLISHED: Final = frozenset({"", "PUBLISH", "REQUEST", "ADD"})
"""The METHODs of calendars that tell of time: answers and cancellations are messages about others."""

_ROOT: Final = "VCALENDAR"
_DIRECTLY: Final = frozenset({"VEVENT", "VFREEBUSY", "VAVAILABILITY"})
"""What tells of time stands directly in a VCALENDAR: nobody would look for it anywhere else."""

_TOKEN: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@frozen
class Line:
    """One property: its value as it stands, and its parameters."""

    value: str
    parameters: Mapping[str, object]
    path: str

    def parameter(self, name: str) -> str | None:
        """The one value of a parameter, None without it, or `CodecError`."""
        found = self.parameters.get(name)
        if found is None or isinstance(found, str):
            return None if found is None else str(found)
        raise fault(f"{self.path};{name}", "one value", found, "parameter")


@define(eq=False)
class Component:
    """What stands between BEGIN and END: lines by their names, and the components inside."""

    name: str
    path: str
    lines: dict[str, list[Contentline]] = Factory(dict)
    parts: list[Component] = Factory(list)
    broken: list[str] = Factory(list)

    def take(self, line: Contentline) -> None:
        """Keep a line under its name."""
        name = _name(line)
        if name is None:
            self.broken.append(line[:200])
        else:
            self.lines.setdefault(name, []).append(line)

    def __contains__(self, name: str) -> bool:
        return name in self.lines

    def all(self, name: str) -> Iterator[Line]:
        """Every line of that name, in order, or `CodecError`."""
        return (_parsed(text, f"{self.path}.{name}") for text in self.lines.get(name, ()))

    def one(self, name: str) -> Line | None:
        """The line of that name, None without one, or `CodecError` if there are different ones."""
        found = self.lines.get(name, ())
        if len(set(found)) > 1:
            path = f"{self.path}.{name}"
            raise CodecError(path, f"expected one {name}, not {len(found)}", "duplicate_key")
        return next(self.all(name), None)

    def word(self, name: str) -> str | None:
        """The value of the line of that name in capitals, None without one, or `CodecError`."""
        line = self.one(name)
        return None if line is None else line.value.strip().upper()

    def raw(self, name: str) -> str:
        """The first value of that name as it stands, whatever it is; empty without one."""
        found = self.lines.get(name)
        return found[0].partition(":")[2].strip() if found else ""

    def of(self, *names: str) -> list[Component]:
        """The components inside that have one of these names."""
        return [part for part in self.parts if part.name in names]

    def check(self) -> None:
        """Raise `CodecError` if some line has no name that could be one (code ``syntax``)."""
        if self.broken:
            reason = f"expected a line as NAME:value, not {shown(self.broken[0])}"
            raise CodecError(self.path, reason, "syntax")

    def check_method(self, known: frozenset[str]) -> None:
        """Raise `CodecError` if its METHOD is none of these (code ``method``)."""
        method = self.word("METHOD") or ""
        if method not in known:
            words = join_words(sorted(known - {""}), last="or")
            reason = f"expected a calendar without METHOD or with {words}, not {shown(method)}"
            raise CodecError(f"{self.path}.METHOD", reason, "method")


def read_calendars(text: str | bytes) -> list[Component]:
    """The VCALENDAR components of a text, at least one.

    Raises:
        CodecError: If the text is none, is not complete, or goes beyond a limit.
    """
    roots: list[Component] = []
    opened: list[Component] = []
    counted: dict[str, int] = {}
    total = 0
    for line in filter(None, _unfolded(_decoded(text))):
        if len(line) > LONGEST_LINE:
            raise _too_much("characters of a line", len(line), LONGEST_LINE)
        name = _name(line)
        if name == "BEGIN":
            kind, total = _kind(line), total + 1
            if total > MOST_COMPONENTS:
                raise _too_much("components", total, MOST_COMPONENTS)
            if opened and (kind == _ROOT or (kind in _DIRECTLY and len(opened) > 1)):
                reason = f"expected {kind} outside of {opened[-1].name}"
                raise CodecError(opened[-1].path, reason, "syntax")
            if len(opened) == MOST_DEPTH:
                raise _too_much("components inside components", MOST_DEPTH + 1, MOST_DEPTH)
            number = counted[kind] = counted.get(kind, -1) + 1
            made = Component(kind, f"$.{shown(kind).strip(chr(39))}[{number}]")
            (opened[-1].parts if opened else roots).append(made)
            opened.append(made)
        elif name == "END":
            if not opened or opened[-1].name != _kind(line):
                raise _not_nested(opened, f"END:{_kind(line)}")
            opened.pop()
        elif not opened:
            raise CodecError("$", f"expected BEGIN:VCALENDAR, not {shown(str(line))}", "syntax")
        else:
            opened[-1].take(line)
    if opened:
        raise _not_nested(opened, "the end of the text")
    for root in roots:
        if root.name != _ROOT:
            raise CodecError(root.path, "expected BEGIN:VCALENDAR", "syntax")
    if not roots:
        raise CodecError("$", "expected BEGIN:VCALENDAR, not nothing", "syntax")
    return roots


def _unfolded(text: str) -> list[Contentline]:
    lines: list[Contentline] = Contentlines.from_ical(text)  # type: ignore[no-untyped-call]  # theirs
    return lines


def _decoded(text: str | bytes) -> str:
    if type(text) is not str and type(text) is not bytes:
        raise fault("$", "the text of a calendar", text)
    if len(text) > LARGEST_CALENDAR:
        raise _too_much("bytes of a calendar", len(text), LARGEST_CALENDAR)
    try:
        found = text.decode("utf-8") if isinstance(text, bytes) else text
        size = len(text if isinstance(text, bytes) else text.encode("utf-8"))
    except UnicodeError as error:
        raise CodecError("$", "expected UTF-8 text", "encoding") from error
    if size > LARGEST_CALENDAR:
        raise _too_much("bytes of a calendar", size, LARGEST_CALENDAR)
    return found.removeprefix("\ufeff")


def _too_much(what: str, needed: int, allowed: int) -> CodecError:
    reason = f"the limit on {what} is {allowed:,}; this needs {needed:,}"
    return CodecError("$", reason, "limit_exceeded")


def _not_nested(opened: list[Component], found: str) -> CodecError:
    if not opened:
        return CodecError("$", f"expected BEGIN:VCALENDAR, not {shown(found)}", "syntax")
    last = opened[-1]
    return CodecError(last.path, f"expected END:{last.name}, not {shown(found)}", "syntax")


def _name(line: str) -> str | None:
    """What a line is called, in capitals; None if that could be no name."""
    ends = [place for place in (line.find(":"), line.find(";")) if place >= 0]
    name = line[: min(ends)].replace(" ", "").replace("\t", "").upper() if ends else ""
    return name if name and _TOKEN.issuperset(name) else None


def _kind(line: str) -> str:
    return line.partition(":")[2].strip().upper()[:64]


def _parsed(text: Contentline, path: str) -> Line:
    _check_parameters(text, path)
    try:
        _, parameters, value = text.raw_parts()
    except ValueError as error:
        raise CodecError(
            path, f"expected NAME;PARAMETER=value:value, not {shown(text)}", "syntax"
        ) from error
    return Line(str(value), dict(parameters), path)


def _check_parameters(text: str, path: str) -> None:
    """Raise if there are too many; what stands in quotes is none, nor what follows the colon."""
    count = 0
    for outside in text.split('"')[::2]:
        head, colon, _ = outside.partition(":")
        count += head.count(";")
        if colon:
            break
    if count > MOST_PARAMETERS:
        raise CodecError(
            path,
            f"the limit on parameters is {MOST_PARAMETERS}; this has {count:,}",
            "limit_exceeded",
        )
