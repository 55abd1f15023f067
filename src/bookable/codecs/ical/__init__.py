"""iCalendar (RFC 5545, RFC 7953): busy time, free/busy, availability and bookings as calendars.

>>> from datetime import UTC, datetime
>>> from bookable import Catalogue, Interval, Member, Scheduler
>>> from bookable.codecs import ical
>>> day = Interval(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))
>>> lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "DTSTART:20260302T090000", "DURATION:PT1H", "END:VEVENT", "END:VCALENDAR"]
>>> told = ical.read_busy(chr(10).join(lines), subject="ada", within=day, zone="Europe/Berlin")
>>> state = Scheduler(Catalogue(members=[Member("ada")])).with_busy_times(told, source="her calendar")
>>> text = ical.write_free_busy(state.busy_times(["ada"], within=day, now=day.start), dtstamp=day.start)
>>> [line for line in text.splitlines() if line.startswith("FREEBUSY")]
['FREEBUSY;FBTYPE=BUSY:20260302T080000Z/20260302T090000Z']

Needs the package ``icalendar``: ``pip install 'bookable[ical]'``. Nothing here reads the clock or
keeps anything between calls: the window, ``dtstamp`` and zones are arguments.

=============================  =====================================================================
`read_busy`                    the events of a calendar as busy time; `read_busy_leniently`
`read_free_busy`               VFREEBUSY as busy time; `write_free_busy` the other way
`read_availability`            VAVAILABILITY as the time in which somebody is not available
`read_hours`                   VAVAILABILITY as opening hours; `write_availability` the other way
`write_bookings`               bookings as a calendar; `schedule_tag` their version, both ways
=============================  =====================================================================

Traps:

- What cannot be read is never free: one event with a fault makes the whole subject unknown, with the reason,
  unless `read_busy_leniently` is asked, which leaves it out and says so.
- Floating times and dates (all-day events) need ``zone=``, or else an ``X-WR-TIMEZONE`` of the calendar: else the
  subject is unknown.
- A TZID that is no IANA name, no name of Windows (those are read) and not defined by the calendar makes
  the whole subject unknown, and ``zone=`` does not help.
- Free is what is transparent, cancelled, or declined by ``attendee=``; without ``attendee=`` no answer is read.
- Rules without end are fine: only the window is expanded. A fixed budget bounds the work of all rules of a text.
- `write_bookings` names no hosts, no customer and no metadata, and tells buffers to nobody; it has no METHOD, as it
  invites nobody.

Not read: tasks, journals and alarms; METHOD:REPLY and CANCEL, which are messages about events, are refused.
Where RFC 7953 is silent: of two components of one priority, free is what both leave free.
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
