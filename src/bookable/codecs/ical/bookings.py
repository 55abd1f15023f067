"""Bookings as a calendar, without METHOD: to be published, or kept by a CalDAV server (RFC 5545, RFC 4791).

Every booking is one VEVENT, an occurrence of a series too: a booking keeps its own version, hosts and
rooms, and no rule; of a series one VEVENT with a rule would say nothing of what differs, and would
need as many others beside it. Times are in UTC, so that no zone has to be defined.

==================================  ===========  ===========================================
status                              STATUS       TRANSP
==================================  ===========  ===========================================
confirmed, checked in               CONFIRMED    OPAQUE
hold, pending                       TENTATIVE    OPAQUE; TRANSPARENT where it does not block
completed, no show, released        CONFIRMED    OPAQUE, for the time that it has kept
cancelled, declined, expired        CANCELLED    TRANSPARENT
==================================  ===========  ===========================================

SEQUENCE is the version less one, so that both grow together. Buffers are not written: they are no part
of what takes place. Ends between whole seconds are written on the whole second outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bookable.checks import check_id, check_items, check_type
from bookable.codecs.ical._values import utc_text
from bookable.codecs.ical._writing import PRODID, calendar, component, stamp_line, text_line
from bookable.domain.booking import Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.life import BookingStatus
from bookable.errors import CodecError, shown
from bookable.scheduler import Scheduler
from bookable.timeline.instant import SECOND, from_us, to_utc

_TENTATIVE: Final = frozenset({BookingStatus.HOLD, BookingStatus.PENDING})
_CANCELLED: Final = frozenset(
    {BookingStatus.CANCELLED, BookingStatus.DECLINED, BookingStatus.EXPIRED}
)
_LONGEST_TAG: Final = 20


def write_bookings(
    bookings: Scheduler | Iterable[Booking],
    *,
    dtstamp: datetime,
    resource_id: str | None = None,
    prodid: str = PRODID,
    domain: str | None = None,
) -> str:
    """A calendar with one VEVENT for each booking, by start and id.

    Of a `Scheduler` it tells all bookings as they are by *dtstamp*, with the names of its catalogue;
    of plain bookings as they were written, with ids for names. ``resource_id`` leaves only those
    that take this resource, at the times at which they have it. The UID of a booking is its id,
    with ``@`` and the ``domain`` behind it where one is given. Hosts, customers and metadata are not told.

    >>> from datetime import UTC, timedelta
    >>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> booking = Booking("B-1", nine, nine + timedelta(hours=1), room_ids=["blue room"])
    >>> text = write_bookings([booking], dtstamp=nine, domain="example.com")
    >>> [line for line in text.splitlines() if line.startswith(("UID", "DTSTART", "LOCATION"))]
    ['UID:B-1@example.com', 'DTSTART:20260302T090000Z', 'LOCATION:blue room']

    Raises:
        InvalidValueError: If an argument is no good.
        UnknownIdError: If a scheduler has no such resource, and no booking that takes it. Who has only plain
            bookings cannot know: the calendar is empty then.
    """
    stamp = to_utc(dtstamp, "dtstamp")
    catalogue = None
    if isinstance(bookings, Scheduler):
        catalogue = bookings.catalogue
        given = tuple(bookings.booking(key, now=stamp) for key in bookings.bookings)
    else:
        given = check_items(bookings, Booking, "bookings", "a Booking")
    if resource_id is not None:
        check_id(resource_id, "resource_id")
        given = tuple(each for each in given if resource_id in each.resource_ids)
        if catalogue is not None and not given:
            catalogue.resource(resource_id)
    end = "" if domain is None else f"@{check_id(domain, 'domain')}"
    order = sorted(given, key=lambda each: (each.start, each.id))
    events = (_event(each, stamp, end, catalogue, resource_id) for each in order)
    return calendar(prodid, events)


def _event(
    booking: Booking,
    stamp: datetime,
    end: str,
    catalogue: Catalogue | None,
    resource_id: str | None,
) -> list[str]:
    blocks = booking.is_blocking
    start_us, end_us = booking.start_us, booking.end_us
    if resource_id is not None:
        # Rooms may be given up before the end, or before they were taken at all.
        until_us = booking.body_us(resource_id)[1]
        blocks = blocks and until_us > start_us
        end_us = until_us if blocks else end_us
    late = -(-end_us // SECOND) * SECOND
    return component(
        "VEVENT",
        text_line("UID", f"{booking.id}{end}"),
        stamp_line(stamp),
        f"DTSTART:{utc_text(from_us(start_us))}",
        f"DTEND:{utc_text(from_us(late))}",
        f"SEQUENCE:{booking.version - 1}",
        f"STATUS:{_status(booking)}",
        f"TRANSP:{'OPAQUE' if blocks else 'TRANSPARENT'}",
        text_line("SUMMARY", _summary(booking, catalogue)),
        _named("LOCATION", booking.room_ids, catalogue),
        _named("RESOURCES", tuple(booking.equipment), catalogue),
    )


def _status(booking: Booking) -> str:
    if booking.status in _CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if booking.status in _TENTATIVE else "CONFIRMED"


def _summary(booking: Booking, catalogue: Catalogue | None) -> str:
    wanted = booking.calendar_id
    return "Booked" if wanted is None else _name_of(wanted, catalogue)


def _name_of(wanted: str, catalogue: Catalogue | None) -> str:
    """The name of what has an id, where it is known and has one; else the id."""
    entry = None if catalogue is None else catalogue.settled(wanted)
    return entry.name if entry is not None and entry.name else wanted


def _named(name: str, ids: tuple[str, ...], catalogue: Catalogue | None) -> list[str]:
    """A line with the names of resources, none where there are none."""
    names = [_name_of(each, catalogue) for each in ids]
    if name == "LOCATION":
        return [text_line(name, ", ".join(names))] if names else []
    words = [text_line("X", each).partition(":")[2] for each in names]
    return [f"{name}:{','.join(words)}"] if words else []


def schedule_tag(booking: Booking) -> str:
    """The Schedule-Tag of a booking (RFC 6638): its version, as an entity tag.

    >>> from datetime import UTC, timedelta
    >>> nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> schedule_tag(Booking("B-1", nine, nine + timedelta(hours=1), host_ids=["ada"], version=3))
    '"3"'
    """
    return f'"{check_type(booking, Booking, "booking", "a Booking").version}"'


def read_schedule_tag(text: object) -> int:
    """The version that an ``If-Schedule-Tag-Match`` header asks for: the change key of a command.

    >>> read_schedule_tag('"3"')
    3

    Raises:
        CodecError: If it is no tag of ours.
    """
    digits = text[1:-1] if type(text) is str and 2 < len(text) <= _LONGEST_TAG else ""
    if text != f'"{digits}"' or not (digits.isascii() and digits.isdigit()) or digits[0] == "0":
        raise CodecError("$", f"expected a version in quotes, not {shown(text)}", "choice")
    return int(digits)
