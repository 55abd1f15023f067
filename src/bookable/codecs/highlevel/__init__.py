"""The calendars API of HighLevel: its bodies in and out, and its endpoints as one function.

>>> from datetime import UTC, datetime
>>> from bookable import Catalogue, Member, Scheduler
>>> from bookable.codecs import highlevel
>>> now, state = datetime(2026, 3, 2, tzinfo=UTC), Scheduler(Catalogue(members=[Member("ada")]))
>>> lesson = {"locationId": "L1", "name": "Lesson", "calendarType": "personal", "teamMembers": [{"userId": "ada"}]}
>>> status, body, state = highlevel.handle("POST", "/calendars/", {}, lesson, state, now, new_id="C1", zone="UTC")
>>> asked = {"startDate": "1772442000000", "endDate": "1772445600000"}
>>> highlevel.handle("GET", "/calendars/C1/free-slots", asked, None, state, now)[:2]
(200, {'2026-03-02': {'slots': ['2026-03-02T09:00:00+00:00', '2026-03-02T09:30:00+00:00']}})

`handle` takes method, path, query, body, state and time, and gives the status, the body and the next state: keep that
one. Who routes requests alone, or calls HighLevel, finds each message in a module of its own:

=================  ====================================================================================
`resources`        rooms and equipment: `read_resource`, `update_resource`, `write_resource`, `write_updated`
`calendars`        all six types: `read_calendar`, `update_calendar`, `write_calendar`, `recurring_policy`
`schedules`        `read_schedule`, `update_schedule`, `write_schedule`; `with_schedule` puts one in a catalogue
`free_slots`       `read_free_slots`, `answer_free_slots`, `write_free_slots`
`appointments`     `read_appointment`, `read_appointment_changes`, `write_appointment`, `write_event`
`blocks`           `read_block_slot`, `read_block_changes`, `block_of`, `write_block`
=================  ====================================================================================

The backend authenticates (`unauthorized` is the body of 401), decodes percent signs, writes JSON and keeps the state.

Traps:

- Order of creation: users are `Member` of the catalogue, which the host loads, as this API makes none; then come
  calendars, which name users; then rooms and equipment, and schedules, which name calendars. What a body
  names must exist: a room whose ``calendarIds`` are unknown is 422.
- ``zone=``: open hours are in the zone of the location, which no body tells. It is that of the `Place` of
  this id in the catalogue, or of one around it, else what `handle` is given as ``zone``; without any a calendar with
  open hours is refused (422, ``unknown_zone``).
- Ids: give ``new_id`` one of your own, then the same creation sent twice is one. Without it an id follows
  from request, time and version of the state. Members, calendars, rooms and equipment share one space of ids, as do
  appointments and blocks. An id with a slash in it cannot be named by a path.
- The API acts for the staff: cut-offs for who books do not count. A deleted appointment is cancelled and
  hidden, and its id stays taken.

Statuses: those of the documents. Creating answers 201, save a calendar, with 200; deleting an event and changing
a block answer 201. 400 is a body that is no JSON object, or a time that cannot be booked (``refusals`` says
why); 422 a field that cannot be; 404 what the path does not find; 405 another method; 409 what the state does
not allow now, such as an id that is taken. `answer_of` makes the answer of any error of this package.

Not served (`NOT_SERVED`, 404): groups of calendars, notifications, notes of appointments, associations of schedules,
schedules by the path of an event calendar, and the services of version 3. Where the documents are silent each module says what was decided.
"""

from bookable.codecs.highlevel._answers import answer_of, unauthorized
from bookable.codecs.highlevel.service import NOT_SERVED, ROUTES, Route, handle

__all__ = ["NOT_SERVED", "ROUTES", "Route", "answer_of", "handle", "unauthorized"]
