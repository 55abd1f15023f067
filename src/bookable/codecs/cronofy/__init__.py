"""Cronofy's availability query: ``POST /v1/availability``, its body and its answers.

>>> from datetime import UTC, datetime, timedelta
>>> from bookable import Catalogue, Interval, Member, Scheduler
>>> from bookable.codecs import cronofy
>>> nine, state = datetime(2026, 3, 2, 9, tzinfo=UTC), Scheduler(Catalogue(members=[Member("ada"), Member("eve")]))
>>> state = state.block("eve", Interval(nine, nine + timedelta(hours=1)), block_id="K1")
>>> body = {"participants": [{"members": [{"sub": "ada"}, {"sub": "eve"}], "required": "all"}],
...         "query_periods": [{"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T12:00:00Z"}],
...         "required_duration": {"minutes": 60}}
>>> answer = cronofy.answer_availability(cronofy.read_availability_query(body), state, now=nine)
>>> cronofy.write_availability(answer)["available_periods"][0]["start"]
'2026-03-02T10:00:00Z'

A ``sub`` that nobody has makes the answer `CronofyErrors`, for `write_errors` and status 422, as does a body that
cannot be read, by `errors_of`.

Groups of participants, of each of which all or so many have to be free; so long; inside some periods.
The answer lists periods, slots that do not overlap, or slots at every step, with everybody who is free. Those
are members, rooms and equipment of the engine, by ``sub``.

Limits: 50 periods of 35 days together, 10 groups, 100 members, 512 slots asked for, 512 results; durations
in minutes, up to a day. The first two are Cronofy's, the others are adopted: what could be read of its
documents does not name them.

Traps:

- A pool is answered with all of its members who are free, not with an assignment. That enough of them are
  free for all groups at once is decided exactly all the same: who is in two groups counts in one.
- Buffers surround the meetings that there are, not the one that is to be: a slot ends at least
  ``before`` ahead of the next meeting and begins at least ``after`` behind the last. As the engine's
  buffers are those of a booking, they are asked for the other way round, and shared: where a meeting has
  buffers of its own the longer counts, not both; a room that has some keeps them on both sides. (Under ``existing_only`` those of the query would be nothing.)
- ``managed_availability``, off by default, says whether somebody's own hours count; busy time always does.
  ``available_periods`` of a member are further bounds. ``calendar_ids`` are kept and not read: busy time of all
  calendars counts.
- ``availability_constraints`` and ``availability_rule_ids`` would make somebody less free than the engine
  would know, so they are refused, not ignored.
- ``available_periods`` of the query is another name of ``query_periods``. Periods that touch are one.
- Steps are counted since 1970 in UTC, every 30 minutes where ``start_interval`` is missing; periods are cut to
  it only where it is given.
- Periods are maximal for those who are free in all of each: where others come and go they overlap.
- What is past is not available.

Not served: sequenced availability, free/busy, events, and availability rules.
"""

from bookable.codecs.cronofy._answering import answer_availability
from bookable.codecs.cronofy._bodies import (
    errors_of,
    read_availability,
    read_availability_query,
    read_errors,
    write_availability,
    write_availability_query,
    write_errors,
)
from bookable.codecs.cronofy._values import (
    DEFAULT_STEP,
    LONGEST_MINUTES,
    LONGEST_QUERY,
    MOST_GROUPS,
    MOST_MEMBERS,
    MOST_PERIODS,
    MOST_RESULTS,
    MOST_SLOTS,
    Availability,
    AvailabilityQuery,
    AvailableTime,
    CronofyErrors,
    Group,
    Participant,
    ResponseFormat,
)

__all__ = [
    "DEFAULT_STEP",
    "LONGEST_MINUTES",
    "LONGEST_QUERY",
    "MOST_GROUPS",
    "MOST_MEMBERS",
    "MOST_PERIODS",
    "MOST_RESULTS",
    "MOST_SLOTS",
    "Availability",
    "AvailabilityQuery",
    "AvailableTime",
    "CronofyErrors",
    "Group",
    "Participant",
    "ResponseFormat",
    "answer_availability",
    "errors_of",
    "read_availability",
    "read_availability_query",
    "read_errors",
    "write_availability",
    "write_availability_query",
    "write_errors",
]
