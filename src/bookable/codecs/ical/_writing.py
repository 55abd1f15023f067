"""iCalendar objects as text: lines folded by the package ``icalendar``, texts escaped here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from urllib.parse import quote, unquote

from icalendar.parser import Contentline, Contentlines

from bookable.checks import check_text
from bookable.codecs.ical._values import utc_text
from bookable.errors import CodecError
from bookable.timeline.instant import to_utc

PRODID: Final = "-//bookable//bookable//EN"
"""What the calendars say wrote them, unless the caller says otherwise."""

_ESCAPED: Final = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"))
_MAILTO: Final = "mailto:"
_OWN: Final = "urn:x-bookable:"
_PLAIN: Final = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$&'*+-/=?^_`{|}~@"
)


def component(name: str, *lines: str | Iterable[str]) -> list[str]:
    """The lines of a component; groups of lines inside are those of others."""
    inside = [line for each in lines for line in ([each] if isinstance(each, str) else each)]
    return [f"BEGIN:{name}", *inside, f"END:{name}"]


def calendar(prodid: str, components: Iterable[Iterable[str]]) -> str:
    """A VCALENDAR with these components: folded, each line ended by CR and LF."""
    head = ["VERSION:2.0", text_line("PRODID", prodid), "CALSCALE:GREGORIAN"]
    lines = component("VCALENDAR", head, *components)
    whole = Contentlines(map(Contentline, lines))
    text: bytes = whole.to_ical()  # type: ignore[no-untyped-call]  # theirs
    return text.decode("utf-8")


def text_line(name: str, text: str) -> str:
    """A line with a text: escaped; characters that cannot stand in one become spaces.

    Raises:
        InvalidValueError: If it is no text, or not of at most 10,000 characters.
    """
    given = check_text(text, name.lower()).replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(each if each >= " " or each in "\n\t" else " " for each in given)
    # Not as the package does it, for which a backslash before an N is the end of a line.
    for plain, escaped in _ESCAPED:
        shown = shown.replace(plain, escaped)
    return f"{name}:{shown}"


def stamp_line(dtstamp: datetime) -> str:
    """When what is told was so."""
    return f"DTSTAMP:{utc_text(to_utc(dtstamp, 'dtstamp'))}"


# Who ---------------------------------------------------------------------------


def address_of(subject: str) -> str:
    """The calendar address of a subject: its mail address, if its id is one, else a name of ours.

    >>> address_of("ada@example.com"), address_of("room 7")
    ('mailto:ada@example.com', 'urn:x-bookable:room%207')
    """
    local, at, domain = subject.partition("@")
    if local and domain and at not in domain and _PLAIN.issuperset(subject):
        return f"{_MAILTO}{subject}"
    return f"{_OWN}{quote(subject, safe='')}"


def subject_of(address: str, path: str) -> str:
    """The id of the subject that has a calendar address, see `address_of`."""
    given = address.strip()
    if given.casefold().startswith(_MAILTO):
        return given[len(_MAILTO) :]
    if given.casefold().startswith(_OWN):
        try:
            return unquote(given[len(_OWN) :], errors="strict")
        except UnicodeError as error:
            raise CodecError(path, "expected an address in UTF-8", "encoding") from error
    return given
