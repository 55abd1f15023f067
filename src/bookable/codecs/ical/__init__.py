"""iCalendar (RFC 5545, RFC 7953): busy time, free/busy, availability and bookings as calendars.

Needs the package ``icalendar``: ``pip install 'bookable[ical]'``. Nothing here reads the clock or
keeps anything between calls: the window, ``dtstamp`` and zones are arguments.

=============================  =====================================================================
`read_busy`                    the events of a calendar as busy time; `read_busy_leniently`
`read_free_busy`               VFREEBUSY as busy time; `write_free_busy` the other way
`read_availability`            VAVAILABILITY as the time in which somebody is not available
`read_hours`                   VAVAILABILITY as opening hours; `write_availability` the other way
`write_bookings`               bookings as a calendar; `schedule_tag` their version
=============================  =====================================================================
"""

from __future__ import annotations

from bookable.codecs._extras import MissingExtraError

try:
    import icalendar as _icalendar  # noqa: F401  whether it is there
except ImportError as error:
    raise MissingExtraError("bookable.codecs.ical", "icalendar", "ical") from error

from bookable.codecs.ical._happenings import Fault
from bookable.codecs.ical.busy import LenientBusy, read_busy, read_busy_leniently

__all__ = ["Fault", "LenientBusy", "read_busy", "read_busy_leniently"]
