"""Square's SearchAvailability: ``POST /v2/bookings/availability/search``, served and consumed.

>>> from datetime import UTC, datetime, timedelta
>>> from bookable import Calendar, Catalogue, Member, Scheduler
>>> from bookable.codecs import square
>>> cut = Calendar("cut", timedelta(hours=1), member_ids=["ada"], zone="UTC")
>>> state, now = Scheduler(Catalogue(members=[Member("ada")], calendars=[cut])), datetime(2026, 3, 2, tzinfo=UTC)
>>> asked = {"start_at_range": {"start_at": "2026-03-02T09:00:00Z", "end_at": "2026-03-03T09:00:00Z"},
...          "location_id": "L1", "segment_filters": [{"service_variation_id": "cut"}]}
>>> search = square.read_search({"query": {"filter": asked}})
>>> square.write_answer(square.answer_search(search, state, now=now))["availabilities"][0]["start_at"]
'2026-03-02T09:00:00Z'

`respond` does the three steps at once, and answers errors with Square's own and their status.

A search names a range of starts (24 hours to 32 days), a location and one segment filter for each
service that is wanted, in their order; or the id of a booking that is to be moved. What is available
is listed by start, each with *one* team member for each segment: the one whom booking now would
take.

What stands for what:

- a service variation is a calendar by its id, or a `Variant` of one as ``calendar/variant``;
- a team member is a `Member`; a filter says ``any`` of some, ``all`` (as a segment has one member, two
  different ones are nobody) and ``none`` of others; who does not serve the calendar is nobody;
- several segments are a `Chain`: each follows at once, or, for who is alone, after the time that the
  calendar keeps clear behind it;
- ``transition_time_minutes`` of a service is `Calendar.buffer_after` and nothing else: Square keeps no
  time clear before an appointment (`read_transition_time`, `write_transition_time`);
- ``service_variation_version`` is told where the metadata of the calendar has it, under
  ``square.service_variation_version``, for a variant with ``/`` and its id behind.

Traps, and where Square is silent: the range is half-open here, as all windows of the engine are (its
own example lists a start an hour after its range; its staff say that starts lie inside). Segment
filters are documented as optional and are required without a ``booking_id``; no team member filter
means any. A booking is moved with the members that serve it. A location is where the calendar is, or a
place around it; a calendar without a location is everywhere. A calendar that several durations are allowed
for is searched for its usual one: Square has variations for that. Several services on a fine grid may be
too much for a range of many days: that is ``INVALID_TIME_RANGE`` as well, and a shorter one helps.

Not served: waitlist ranges, bookings, and the catalogue of services.
"""

from bookable.codecs.square.answers import VERSION_KEY, answer_search, respond, square_error
from bookable.codecs.square.bodies import (
    AppointmentSegment,
    Availability,
    AvailabilitySearch,
    SearchAnswer,
    SegmentFilter,
    SquareError,
    read_answer,
    read_search,
    read_transition_time,
    write_answer,
    write_search,
    write_transition_time,
)

__all__ = [
    "VERSION_KEY",
    "AppointmentSegment",
    "Availability",
    "AvailabilitySearch",
    "SearchAnswer",
    "SegmentFilter",
    "SquareError",
    "answer_search",
    "read_answer",
    "read_search",
    "read_transition_time",
    "respond",
    "square_error",
    "write_answer",
    "write_search",
    "write_transition_time",
]
