"""Free slots: `GET /calendars/{id}/free-slots` of the HighLevel API.

A query has ``startDate`` and ``endDate`` in epoch milliseconds, both required, and may have ``timezone``,
``userId`` and ``userIds``. The answer has the starts alone, by the date that the clock of the zone
shows, each with its offset; a date without any is left out. What is shown is the engine's
listing, so a calendar that looks busy shows less than could be booked.

Limits: the window has at most 31 days; by the clock of the zone where that changes in between, so that 31
whole dates are always one window.

Where the documents are silent: the window bounds the starts and its end is not part of it, so that windows
that touch list each start once. Without ``timezone`` it is the calendar's zone. ``userId`` and
``userIds`` together ask for any of them all; of a collective calendar all members meet whoever is named. The ``traceId`` that the real API puts beside the dates
is left out: it is no date, and nothing here traces.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from attrs import frozen

from bookable.availability.resolve import zone_of
from bookable.availability.slot import Slots
from bookable.codecs._bodies import epoch_ms, offset_text, zone
from bookable.codecs._forms import errors_at
from bookable.codecs.highlevel._queries import ids, number, once, one_id, query_of
from bookable.codecs.highlevel._team import hosts_asked
from bookable.errors import CodecError
from bookable.scheduler import Scheduler
from bookable.timeline.civil import Zone
from bookable.timeline.interval import Interval

LONGEST_RANGE: Final = timedelta(days=31)
"""The longest window of one query."""


@frozen
class FreeSlotsQuery:
    """What is asked for: the window of the starts, the zone of the answer, and whose slots."""

    within: Interval
    zone: Zone | None = None
    user_ids: tuple[str, ...] = ()


def read_free_slots(query: object) -> FreeSlotsQuery:
    """The query as a value; texts by name, or lists of them.

    >>> found = read_free_slots({"startDate": "1730091600000", "endDate": "1730178000000"})
    >>> found.within.start.isoformat(), found.user_ids
    ('2024-10-28T05:00:00+00:00', ())

    Raises:
        CodecError: If a part is missing or cannot be read, or the window is too long.
    """
    given = query_of(query)  # type: ignore[arg-type]  # it judges what it is given
    start = given.read("startDate", number(epoch_ms))
    end = given.read("endDate", number(epoch_ms))
    with errors_at(given.at("endDate")):
        within = Interval(start, end)
    shown = given.read("timezone", once(zone), None)
    single = given.read("userId", one_id, None)
    several = given.read("userIds", ids, ()) + given.read("userIds[]", ids, ())
    users = tuple(dict.fromkeys(((single,) if single is not None else ()) + several))
    return FreeSlotsQuery(within, shown, users)


def check_range(within: Interval, clock: Zone) -> None:
    """Refuse a window of more than 31 days, by elapsed time and by the clock.

    Raises:
        CodecError: If it is too long (code ``limit_exceeded``).
    """
    start, end = (
        each.astimezone(clock).replace(tzinfo=None) for each in (within.start, within.end)
    )
    if min(end - start, within.duration) > LONGEST_RANGE:
        reason = f"expected a window of at most {LONGEST_RANGE.days} days, not {within.duration}"
        raise CodecError("query.endDate", reason, "limit_exceeded")


def write_free_slots(slots: Slots, shown: Zone) -> dict[str, object]:
    """The starts of a listing by their local dates, in order.

    O(n) in the slots.
    """
    return {
        day.isoformat(): {"slots": [offset_text(slot.start, shown) for slot in found]}
        for day, found in slots.by_date(shown).items()
    }


def answer_free_slots(
    calendar_id: str, query: FreeSlotsQuery, scheduler: Scheduler, *, now: datetime
) -> dict[str, object]:
    """The body that answers a query: the engine's listing for a booking of the usual length.

    Raises:
        UnknownIdError: If there is no such calendar, or a user does not serve it.
        CodecError: If the window is too long.
        LimitExceededError: If there is more to look at than the engine allows.
    """
    catalogue = scheduler.catalogue
    calendar = catalogue.settled_calendar(calendar_id)
    shown = query.zone or zone_of(calendar, catalogue)
    check_range(query.within, shown)
    request = scheduler.request(calendar_id, host_ids=hosts_asked(calendar, query.user_ids))
    return write_free_slots(scheduler.free_slots(request, within=query.within, now=now), shown)
