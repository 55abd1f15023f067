"""Microsoft Graph: ``getSchedule`` with its ``availabilityView``, and ``findMeetingTimes``.

>>> from datetime import UTC, datetime, timedelta
>>> from bookable import Catalogue, Interval, Member, Scheduler
>>> from bookable.codecs import graph
>>> nine, state = datetime(2026, 3, 2, 9, tzinfo=UTC), Scheduler(Catalogue(members=[Member("ada@example.com")]))
>>> state = state.block("ada@example.com", Interval(nine, nine + timedelta(hours=1)), block_id="K1")
>>> start, end = ({"dateTime": f"2026-03-02T{hour}:00:00", "timeZone": "UTC"} for hour in ("08", "12"))
>>> query = graph.read_schedule_query({"schedules": ["ada@example.com"], "startTime": start, "endTime": end})
>>> body = graph.write_schedules(graph.answer_get_schedule(query, state, now=nine))
>>> body["value"][0]["availabilityView"]
'00220000'

`read_meeting_query`, `answer_find_meeting_times` and `write_meeting_suggestions` are the same three steps of the other
query. `to_free_busy` makes of schedules that were read what `Scheduler.with_busy_times` takes.

``POST /me/calendar/getSchedule`` tells when people, rooms and things are busy; ``POST
/me/findMeetingTimes`` suggests when to meet. Subjects are addresses, which here are the ids of
members, rooms and equipment; lists of people are the host's to expand.

Limits: a ``getSchedule`` query has at most 20 schedules and is shorter than 62 days; one digit of its
view stands for 5 to 1,440 minutes, 30 unless it says otherwise. Nothing is published for
``findMeetingTimes``: at most 100 attendees, 100 time slots of 62 days together, 1,000 suggestions.

Traps:

- Times are what a wall clock shows, without an offset, and a zone whose name may be that of Windows
  ("Pacific Standard Time"). Of a time that the clock shows twice the first is meant for a start and the
  second for an end, so that nobody is free by mistake; written are such times in UTC, which each time may name.
- They have seven digits after the second in answers and need none in queries.
- Keys may begin with a capital, words may be in any case, numbers and flags may stand in texts
  (``"15"``, ``"false"``): the examples of the documents do all of it. Written is what the reference says.
- Where several statuses meet in one step of the view, the strongest wins: out of office, then busy,
  tentative, working elsewhere. The documents do not say what elsewhere is against the others, and
  one page has it as 0 where the reference has 4: here it is 4, and weaker than tentative.
- Who cannot be told of has an ``error`` inside an answer of status 200: unknown, never free. An item
  whose status is unknown is busy. Whoever may not see items may be given an empty list of them beside
  digits that are not 0: what the digits tell counts where there is no item, and digits alone only if there is
  one for each step of the window.
- Working hours are one window for all days; a "Customized Time Zone" has no name that says which it is.
- Maintenance is written as busy.
- ``findMeetingTimes`` does not say who asks (``organizer_id``) nor at which starts it looks: here every
  half-hour of the clock of the first time slot. Tentative time is not free here, and whoever is outside their hours
  counts as busy. ``work`` and ``personal`` are both the opening hours that the catalogue has;
  ``unrestricted`` leaves them aside.

Not served: events, subscriptions, and places; subjects and locations of what makes somebody busy are not told.
"""

from bookable.codecs.graph._finding import (
    DEFAULT_SEARCH,
    LONGEST_SEARCH,
    STEP,
    answer_find_meeting_times,
)
from bookable.codecs.graph._meeting_bodies import (
    read_meeting_query,
    read_meeting_suggestions,
    write_meeting_query,
    write_meeting_suggestions,
)
from bookable.codecs.graph._meetings import (
    MOST_ATTENDEES,
    MOST_LOCATIONS,
    MOST_SUGGESTIONS,
    MOST_TIME_SLOTS,
    Attendee,
    AttendeeAvailability,
    MeetingPlace,
    MeetingQuery,
    MeetingSuggestion,
    MeetingSuggestions,
    PlaceConstraint,
    TimeSlot,
)
from bookable.codecs.graph._schedules import (
    DEFAULT_INTERVAL,
    LONGEST_INTERVAL,
    LONGEST_QUERY,
    MOST_SCHEDULE_ITEMS,
    MOST_SCHEDULES,
    MOST_TOLD,
    SHORTEST_INTERVAL,
    STATUSES,
    FreeBusyError,
    ScheduleInformation,
    ScheduleItem,
    ScheduleQuery,
    WorkingHours,
    read_schedule_query,
    read_schedules,
    write_schedule_query,
    write_schedules,
)
from bookable.codecs.graph._telling import (
    answer_get_schedule,
    availability_view,
    from_free_busy,
    to_free_busy,
)
from bookable.codecs.graph._times import GraphTime

__all__ = [
    "DEFAULT_INTERVAL",
    "DEFAULT_SEARCH",
    "LONGEST_INTERVAL",
    "LONGEST_QUERY",
    "LONGEST_SEARCH",
    "MOST_ATTENDEES",
    "MOST_LOCATIONS",
    "MOST_SCHEDULES",
    "MOST_SCHEDULE_ITEMS",
    "MOST_SUGGESTIONS",
    "MOST_TIME_SLOTS",
    "MOST_TOLD",
    "SHORTEST_INTERVAL",
    "STATUSES",
    "STEP",
    "Attendee",
    "AttendeeAvailability",
    "FreeBusyError",
    "GraphTime",
    "MeetingPlace",
    "MeetingQuery",
    "MeetingSuggestion",
    "MeetingSuggestions",
    "PlaceConstraint",
    "ScheduleInformation",
    "ScheduleItem",
    "ScheduleQuery",
    "TimeSlot",
    "WorkingHours",
    "answer_find_meeting_times",
    "answer_get_schedule",
    "availability_view",
    "from_free_busy",
    "read_meeting_query",
    "read_meeting_suggestions",
    "read_schedule_query",
    "read_schedules",
    "to_free_busy",
    "write_meeting_query",
    "write_meeting_suggestions",
    "write_schedule_query",
    "write_schedules",
]
