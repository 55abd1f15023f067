"""Cal.com, API v2: slots (``GET /v2/slots``) and availability schedules (``/v2/schedules``).

>>> from datetime import UTC, datetime, timedelta
>>> from bookable import Calendar, Catalogue, Member, Scheduler
>>> from bookable.codecs import calcom
>>> chat = Calendar("30", timedelta(minutes=30), member_ids=["ada"], zone="UTC")
>>> state = Scheduler(Catalogue(members=[Member("ada")], calendars=[chat]))
>>> asked = {"eventTypeId": "30", "start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z"}
>>> query = calcom.read_slot_query(asked)
>>> answer = calcom.answer_slots(query, state, now=datetime(2026, 3, 2, tzinfo=UTC))
>>> calcom.write_slots(answer, zone=query.zone)["data"]
{'2026-03-02': [{'start': '2026-03-02T09:00:00.000Z'}, {'start': '2026-03-02T09:30:00.000Z'}]}

An answer is a `SlotsAnswer`, or a `CalError` such as ``NotFoundException``, which is written as well: the backend
answers with 404 or 400 then.

A query is the parameters of an address, so all of it is text; slots come by the local date of their start. An
event type is a calendar of the engine, by its id as text, by its slug, or by what the host says.

Limits: a query ends at most one year after ``now``, what goes beyond is cut; several usernames are at
least two, here at most 100; durations are here from 1 to 1,440 minutes, and answers of 400 days with 1,440 slots are read.
More than 50,000 slots are not answered: a shorter range helps.
Parameters that are not known are refused, as Cal.com does.

Traps:

- Times without an offset are UTC. A date alone is its beginning as ``start``, and its end as ``end``.
- ``format=time``, the default, gives only starts; ``range`` gives ends as well.
- Without ``timeZone`` times end in ``Z``, with it they have its offset; always with milliseconds.
- Seats are told as ``seatsBooked``, ``seatsRemaining`` and ``seatsTotal``, with ``bookingUid`` where somebody
  has booked; older versions say ``attendeesCount``, which is read as ``seatsBooked``. What remains is what the engine
  has left, which a small room may make less than the difference of the other two.
- The grid: each free window begins at a start that is rounded up to the largest of 60, 30, 20, 15, 10
  and 5 minutes that divides the interval (`AlignedHour` of that interval). With an ``offsetStart`` that
  is added to the first start *and to the step*: no grid of the engine does so, see `offset_starts`.
- Minimum notice is inclusive, as in the engine.
- A schedule has times of day up to 23:59, which stands for 24:00, as do 23:59:59 and what follows it.
  An override from 00:00 to 00:00 (any two equal times) closes its date. Nothing runs past midnight: hours that do are
  refused when written, as is all else that cannot be said, such as closures.
- Without ``availability`` a schedule is Monday to Friday from 9:00 to 17:00; an empty list is never open.

Not served: bookings, event types, and the other versions of the API.
"""

from bookable.codecs.calcom._answering import MOST_SLOTS, answer_slots, offset_starts
from bookable.codecs.calcom._schedules import (
    MOST_RULES,
    CalSchedule,
    read_schedule,
    write_schedule,
)
from bookable.codecs.calcom._slots import (
    LONGEST_MINUTES,
    MOST_DAYS,
    MOST_SLOTS_OF_A_DAY,
    MOST_USERNAMES,
    CalError,
    CalSlot,
    SlotQuery,
    SlotsAnswer,
    read_slot_query,
    read_slots,
    write_slot_query,
    write_slots,
)

__all__ = [
    "LONGEST_MINUTES",
    "MOST_DAYS",
    "MOST_RULES",
    "MOST_SLOTS",
    "MOST_SLOTS_OF_A_DAY",
    "MOST_USERNAMES",
    "CalError",
    "CalSchedule",
    "CalSlot",
    "SlotQuery",
    "SlotsAnswer",
    "answer_slots",
    "offset_starts",
    "read_schedule",
    "read_slot_query",
    "read_slots",
    "write_schedule",
    "write_slot_query",
    "write_slots",
]
