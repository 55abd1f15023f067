"""iCalendar texts for tests: lines in, a calendar out."""

from __future__ import annotations

from datetime import UTC, datetime

from bookable import FreeBusy, Interval

MARCH = Interval(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))


def text_of(*lines: str) -> str:
    """The lines, each ended as RFC 5545 asks for."""
    return "".join(f"{line}\r\n" for each in lines for line in each.splitlines())


def part(name: str, *lines: str) -> str:
    """A component with these lines."""
    return "\n".join([f"BEGIN:{name}", *lines, f"END:{name}"])


def calendar(*lines: str) -> str:
    """A calendar with these lines, components among them."""
    return text_of(part("VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN", *lines))


def event(*lines: str, start: str = "20260302T090000Z", lasts: str = "PT1H") -> str:
    """An event, on Monday 2 March 2026 from 9 to 10 unless said otherwise."""
    head = [f"DTSTART:{start}"] if start else []
    return part("VEVENT", *head, *([f"DURATION:{lasts}"] if lasts else []), *lines)


def told(free_busy: FreeBusy, subject: str = "ada") -> list[str]:
    """The busy times of a subject, as ``02 09:00-10:00 busy``, days of March 2026 in UTC."""
    shown = []
    for time in free_busy.busy[subject]:
        start, end = time.interval.start, time.interval.end
        till = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%d %H:%M}"
        shown.append(f"{start:%d %H:%M}-{till} {time.kind.value}")
    return shown
