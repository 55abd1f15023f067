"""Nylas availability and free/busy (API v3), served and consumed.

>>> from datetime import UTC, datetime, timedelta
>>> from bookable import Catalogue, Interval, Member, Scheduler
>>> from bookable.codecs import nylas
>>> nine, members = datetime(2026, 3, 2, 9, tzinfo=UTC), [Member("ada@example.com"), Member("eve@example.com")]
>>> state = Scheduler(Catalogue(members=members))
>>> state = state.block("eve@example.com", Interval(nine, nine + timedelta(hours=1)), block_id="K1")
>>> body = {"start_time": 1772442000, "end_time": 1772449200, "duration_minutes": 60,
...         "participants": [{"email": each.id} for each in members], "availability_rules": {"availability_method": "collective"}}
>>> answer = nylas.answer_availability(nylas.read_query(body), state, now=nine)
>>> [slot["start_time"] for slot in nylas.write_answer(answer)["data"]["time_slots"]]
[1772445600]

``POST /v3/calendars/availability`` asks when participants could meet: all of them (``collective``) or
any one (``max-availability``, ``max-fairness``). ``POST .../calendars/free-busy`` asks when they are busy,
and answers with status 200 even for those whom it cannot read: they are ``unknown`` in `FreeBusy`.

What stands for what: a participant is a `Member` whose id is the email address; a slot lists all who
are free for it, and ``order`` who would be next (SPEC N24), by fair shares for ``max-fairness``, else by
priority and who was longest without. What was booked is that of the calendar which
``round_robin_group_id`` names; without one nobody has had anything. ``order`` never takes slots away.

Traps:

- times are whole seconds since 1970; ``time_slots`` and ``emails`` of null are empty;
- ``days`` count from 0, Sunday; an end of ``23:59`` is the end of the day (``24:00`` is read too);
- ``0:00`` to ``0:00`` in ``specific_time_availability`` closes its date; in weekly ``open_hours`` it could
  be all day or never, and is refused, as is an end before its start;
- dates replace the weekly hours of that date; with ``only_specific_time_availability`` nothing else counts;
- the hours that a query gives narrow those that the member keeps in the catalogue: what is offered
  can be booked. ``default_open_hours`` are for participants who give none of their own;
- ``buffer`` surrounds the meetings that exist and not the one that is asked for. Since buffers of the
  engine belong to what is booked, the query asks for the same time the other way round and with the
  policy ``shared``: a stored booking's own buffers are kept too, and the longer of the two decides;
- starts are ``start_time`` and every ``interval_minutes`` after it (the duration, unless given), each
  moved *up* to a multiple of ``round_to`` minutes (15 unless given) since 1970; a meeting ends by ``end_time``;
- ``calendar_ids`` are carried, not read: the busy time of a member is all that the scheduler holds;
- Nylas advises at most 10 participants (`ADVISED_PARTICIPANTS`); up to 50 are read here.

Where Nylas is silent: a participant who is no member is refused (`CodecError`), as an address without a grant is.

Not served: group events (``event_id``, ``capacity``), bookings of Nylas Scheduler, and events.
"""

from bookable.codecs.nylas.answers import answer_availability, answer_free_busy
from bookable.codecs.nylas.availability import (
    AvailabilityAnswer,
    AvailabilityQuery,
    AvailabilityRules,
    Participant,
    TimeSlot,
    read_answer,
    read_query,
    write_answer,
    write_query,
)
from bookable.codecs.nylas.free_busy import (
    FreeBusyQuery,
    read_free_busy,
    read_free_busy_query,
    write_free_busy,
    write_free_busy_query,
)
from bookable.codecs.nylas.hours import OpenHours, SpecificTime, opening_hours
from bookable.codecs.nylas.limits import ADVISED_PARTICIPANTS, MOST_PARTICIPANTS, Method

__all__ = [
    "ADVISED_PARTICIPANTS",
    "MOST_PARTICIPANTS",
    "AvailabilityAnswer",
    "AvailabilityQuery",
    "AvailabilityRules",
    "FreeBusyQuery",
    "Method",
    "OpenHours",
    "Participant",
    "SpecificTime",
    "TimeSlot",
    "answer_availability",
    "answer_free_busy",
    "opening_hours",
    "read_answer",
    "read_free_busy",
    "read_free_busy_query",
    "read_query",
    "write_answer",
    "write_free_busy",
    "write_free_busy_query",
    "write_query",
]
