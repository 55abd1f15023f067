"""iCalendar (RFC 5545, RFC 7953): busy time, free/busy, availability and bookings as calendars.

Needs the package ``icalendar``: ``pip install 'bookable[ical]'``. Nothing here reads the clock or
keeps anything between calls: the window, ``dtstamp`` and zones are arguments.

=============================  =====================================================================
`read_busy`                    the events of a calendar as busy time; `read_busy_leniently`
`read_free_busy`               VFREEBUSY as busy time; `write_free_busy` the other way
`read_availability`            VAVAILABILITY as the time in which somebody is not available
`read_hours`                   VAVAILABILITY as opening hours; `write_availability` the other way
`write_bookings`               bookings as a calendar; `schedule_tag` their version, both ways
=============================  =====================================================================
"""

from __future__ import annotations

from bookable.codecs._extras import MissingExtraError

try:
    import icalendar as _icalendar  # noqa: F401  whether it is there
except ImportError as error:
    raise MissingExtraError("bookable.codecs.ical", "icalendar", "ical") from error

from bookable.codecs.ical._happenings import Fault
from bookable.codecs.ical.availability import read_availability
from bookable.codecs.ical.bookings import read_schedule_tag, schedule_tag, write_bookings
from bookable.codecs.ical.busy import LenientBusy, read_busy, read_busy_leniently
from bookable.codecs.ical.free_busy import read_free_busy, write_free_busy
from bookable.codecs.ical.hours import read_hours, write_availability

__all__ = [
    "Fault",
    "LenientBusy",
    "MissingExtraError",
    "read_availability",
    "read_busy",
    "read_busy_leniently",
    "read_free_busy",
    "read_hours",
    "read_schedule_tag",
    "schedule_tag",
    "write_availability",
    "write_bookings",
    "write_free_busy",
]
