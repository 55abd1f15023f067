"""Google Calendar's free/busy query: ``POST /calendar/v3/freeBusy``, its body and its answer.

>>> from datetime import UTC, datetime, timedelta
>>> from bookable import Catalogue, Interval, Member, Scheduler
>>> from bookable.codecs import google
>>> nine, state = datetime(2026, 3, 2, 9, tzinfo=UTC), Scheduler(Catalogue(members=[Member("ada")]))
>>> state = state.block("ada", Interval(nine, nine + timedelta(hours=1)), block_id="K1")
>>> body = {"timeMin": "2026-03-02T00:00:00Z", "timeMax": "2026-03-03T00:00:00Z", "items": [{"id": "ada"}]}
>>> query = google.read_free_busy_query(body)
>>> answer = google.answer_free_busy(query, state, now=nine)
>>> google.write_free_busy_answer(answer, zone=query.zone)["calendars"]
{'ada': {'busy': [{'start': '2026-03-02T09:00:00Z', 'end': '2026-03-02T10:00:00Z'}]}}

The other way round `to_free_busy` makes of an answer what `Scheduler.with_busy_times` takes.

What is asked are *items*: ids of calendars, and of groups, which the host expands, as nobody else
knows who is in one. In an answer every calendar has its busy times or errors; groups tell who is in
them, or errors of their own.

Limits: of one group at most ``groupExpansionMax`` calendars (100 at most), of one query at most
``calendarExpansionMax`` (50 at most). They are checked in the order of the items: a group that is larger has
the error ``groupTooBig``; a group whose calendars do not all fit any more, as a calendar that does
not, has ``tooManyCalendarsRequested``, and the others are answered all the same. 1,000 items are read.

Traps:

- There is one kind of busy. Tentative and out of office are written as busy, and read as busy; what
  is told as elsewhere does not block and is left out.
- Errors stand inside an answer of status 200: a calendar with errors is *unknown*, never free.
- ``timeZone`` is the zone in which the answer is written; times have offsets in either direction.
- An empty ``busy`` may be left out, as may ``groups``, ``errors`` and the window of an answer.
- Opening hours are no busy time: who is never there is not busy.

Not served: events, and all else of the API.
"""

from bookable.codecs.google._answering import answer_free_busy, from_free_busy, to_free_busy
from bookable.codecs.google._bodies import (
    MOST_ERRORS,
    MOST_TIMES,
    read_free_busy_answer,
    read_free_busy_query,
    write_free_busy_answer,
    write_free_busy_query,
)
from bookable.codecs.google._values import (
    MOST_CALENDARS,
    MOST_ITEMS,
    MOST_PER_GROUP,
    CalendarAnswer,
    FreeBusyAnswer,
    FreeBusyQuery,
    GoogleError,
    GroupAnswer,
)

__all__ = [
    "MOST_CALENDARS",
    "MOST_ERRORS",
    "MOST_ITEMS",
    "MOST_PER_GROUP",
    "MOST_TIMES",
    "CalendarAnswer",
    "FreeBusyAnswer",
    "FreeBusyQuery",
    "GoogleError",
    "GroupAnswer",
    "answer_free_busy",
    "from_free_busy",
    "read_free_busy_answer",
    "read_free_busy_query",
    "to_free_busy",
    "write_free_busy_answer",
    "write_free_busy_query",
]
