"""HighLevel calendars: the body of a calendar as a `Calendar` of the engine, and back.

What the engine decides by becomes fields of the calendar, whatever else is said is carried in its metadata
and given back as it was. Fields of the calendar that HighLevel has no words for are left alone by every
update. The traps, and what is settled where HighLevel's documents are silent:

- ``slotBuffer`` comes *after* an appointment, ``preBuffer`` before it; those of neighbours add up (SPEC N15).
- ``appoinmentPerSlot`` and ``appoinmentPerDay`` are spelt so; the right spelling is read as well. Per slot
  are the seats of a class, the bookings at once of each host elsewhere, those of the calendar where it
  is an event. 0 a day is no limit, as in HighLevel's own examples.
- Weekday 0 is Sunday (assumed). 23:60 is 24:00 and is written so. A range that does not end after it
  begins ends on the next day (SPEC N4).
- The date of an availability is local, although it ends in Z.
- ``availabilityType`` 0 is open hours alone, 1 dates alone; null is both: a date replaces the open hours of
  its weekday, as in HighLevel's schedules. A calendar that says neither hours nor dates is open at all
  hours (its members are not); one that says dates only is closed on all others.
- Hours are in the zone of the location, which the body lacks: see `read_calendar`.
- Notice and horizon are counted from now on, in elapsed time, months by the calendar. A horizon of 0 is none.
- An update of ``availabilities`` changes the dates that it names, told by ``id`` or else by the date;
  ``deleted`` takes one away. All other fields are replaced whole; null is as if a field were left out
  when the calendar was made.
- A calendar without ``calendarType`` is ``round_robin`` if it names members, else ``event``.
- Starts lie on ``slotInterval`` since local midnight, whenever it opens (SPEC N20).
- Look busy is not for classes: there it is carried and hides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bookable.checks import check_id
from bookable.codecs._bodies import Body, word
from bookable.codecs._forms import errors_at
from bookable.codecs.highlevel._amounts import (
    AFTER,
    BEFORE,
    DEFAULT_MINUTES,
    DURATION,
    HORIZON,
    INTERVAL,
    NOTICE,
)
from bookable.codecs.highlevel._carried import (
    BODY,
    carrying,
    fields_carried,
    plain,
    same,
)
from bookable.codecs.highlevel._hours import HOURS_PART
from bookable.codecs.highlevel._parts import Fields, Part, changed, overlaid
from bookable.codecs.highlevel._recurring import (
    ENABLED,
    RECURRING,
    RecurringPolicy,
    check_enabled,
    policy_of,
)
from bookable.codecs.highlevel._team import (
    EVENT_TYPE_PART,
    LOCATIONS,
    TEAM,
    TEAM_PART,
    TYPE,
    check_kind,
    check_places,
    kind_of,
    team_of,
    written_team,
    written_type,
)
from bookable.codecs.highlevel._terms import (
    AUTO_CONFIRM,
    CANCELLATION,
    DESCRIPTION,
    IS_ACTIVE,
    LOCATION,
    LOOK_BUSY_PART,
    NAME,
    PER_DAY_PART,
    PER_SLOT_PART,
    RESCHEDULE,
    SPELT,
)
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.domain.ranking import Ranking
from bookable.errors import CodecError
from bookable.timeline.civil import Zone, to_zone

__all__ = [
    "DEFAULTS",
    "RecurringPolicy",
    "carried_fields",
    "read_calendar",
    "recurring_policy",
    "update_calendar",
    "write_calendar",
]

DEFAULTS: Final[Mapping[str, object]] = {
    "widgetType": "classic",
    "eventTitle": "{{contact.name}}",
    "eventColor": "#039be5",
    ENABLED: False,
    "googleInvitationEmails": False,
    "formSubmitType": "ThankYouMessage",
}
"""What the carried fields say that are left out, as documented; the others then say nothing."""

LONGEST_KEY: Final = 100
"""The most characters of the name of a field that is carried."""

_PARTS: Final[tuple[Part, ...]] = (
    *(LOCATION, NAME, DESCRIPTION, IS_ACTIVE),
    *(TEAM_PART, EVENT_TYPE_PART),
    *(DURATION, INTERVAL, AFTER, BEFORE),
    *(PER_SLOT_PART, PER_DAY_PART, NOTICE, HORIZON),
    HOURS_PART,
    *(AUTO_CONFIRM, RESCHEDULE, CANCELLATION, LOOK_BUSY_PART),
)
_READ: Final = frozenset({"id", TYPE, *(key for part in _PARTS for key in part.keys)})
_GUESTS: Final = "guestType"
_GUEST_TYPES: Final = ("count_only", "collect_detail")


# Reading -------------------------------------------------------------------


def read_calendar(body: object, calendar_id: str, *, zone: Zone | str | None = None) -> Calendar:
    """The calendar that the body of a request to create one describes, or that of a response.

    ``zone`` is the zone of the location, in which open hours, dates and the grid are; it becomes the
    zone of the calendar. It is needed where the body says open hours or dates.

    >>> body = {"locationId": "berlin", "name": "cut", "slotDuration": 1, "slotDurationUnit": "hours"}
    >>> str(read_calendar(body, "c1").duration)
    '1:00:00'

    Raises:
        CodecError: If the body describes none, with the path of the first fault.
        InvalidValueError: If the id or the zone is none.
    """
    check_id(calendar_id, "calendar_id")
    home = None if zone is None else to_zone(zone)
    given = _spelt(Body.of(body))
    with errors_at(given.path):
        kind = kind_of(given)
        calendar = Calendar(
            calendar_id,
            timedelta(minutes=DEFAULT_MINUTES),
            kind,
            [each.id for each in team_of(given, kind)],
            zone=home,
            ranking=Ranking.availability(),
        )
        for part in _PARTS:
            calendar = part.read(given, calendar)
        return _carrying(given, calendar)


def update_calendar(
    calendar: Calendar, body: object, *, zone: Zone | str | None = None
) -> Calendar:
    """The calendar with what the body of an update names; all else stays as it is.

    What a field says already it may say again, also where the calendar is more than HighLevel can
    say: nothing changes then. ``zone`` is used where the calendar has none.

    >>> calendar = read_calendar({"locationId": "berlin", "name": "cut"}, "c1")
    >>> update_calendar(calendar, {"slotBuffer": 10}).buffer_after == timedelta(minutes=10)
    True

    Raises:
        CodecError: If the body asks for what cannot be; another ``calendarType`` is ``not_changeable``.
    """
    if calendar.zone is None and zone is not None:
        calendar = changed(calendar, zone=to_zone(zone))
    given = _spelt(Body.of(body))
    check_kind(given, calendar)
    with errors_at(given.path):
        for part in _PARTS:
            named = {
                key: plain(given.fields[key], given.at(key))
                for key in part.keys
                if key in given.fields
            }
            if not named:
                continue
            written = part.write(calendar)
            merge = part.merge
            new = Body(named, given.path)
            merged = overlaid(written, named) if merge is None else merge(written, new)
            if not same(merged, written):
                calendar = part.read(Body(merged, given.path), calendar)
        return _carrying(given, calendar)


def _spelt(body: Body) -> Body:
    """The body with every field under the name that HighLevel documents."""
    fields = dict(body.fields)
    for right, documented in SPELT.items():
        if right not in fields:
            continue
        value = fields.pop(right)
        both = [plain(each, body.at(right)) for each in (value, fields.get(documented, value))]
        if not same(*both):
            reason = f"this says something else than {documented!r}, which is the same field"
            raise CodecError(body.at(right), reason, "duplicate_key")
        fields[documented] = value
    return Body(fields, body.path)


def _carrying(body: Body, calendar: Calendar) -> Calendar:
    """The calendar with all fields that no part reads as they were given; checked where they bind."""
    rest = {key: value for key, value in body.fields.items() if key not in _READ}
    new: dict[str, object] = {}
    for key, value in rest.items():
        with errors_at(body.at(key)):
            check_id(key, "name of a field")
        if len(key) > LONGEST_KEY:
            reason = f"the limit on the name of a field is {LONGEST_KEY} characters"
            raise CodecError(body.at(key), reason, "limit_exceeded")
        new[key] = plain(value, body.at(key))
        _check(key, value, body.at(key), calendar)
    if TEAM in body.fields and ENABLED not in body.fields:
        check_enabled(_said(calendar, ENABLED), body.at(TEAM), calendar)
    usual = [key for key, value in new.items() if key in DEFAULTS and same(value, DEFAULTS[key])]
    things = {BODY + key: value for key, value in new.items() if key not in usual}
    metadata = carrying(calendar.metadata, things, without=[BODY + key for key in usual])
    return calendar if metadata == calendar.metadata else changed(calendar, metadata=metadata)


def _check(key: str, value: object, path: str, calendar: Calendar) -> None:
    """Check a field that is carried, where HighLevel states rules for it."""
    if value is None:
        return
    if key == ENABLED:
        check_enabled(value, path, calendar)
    elif key == RECURRING:
        policy_of(Body.of(value, path))
    elif key == LOCATIONS:
        check_places(value, path, calendar.kind)
    elif key == _GUESTS:
        word(*_GUEST_TYPES)(value, path)


# Writing -------------------------------------------------------------------


def write_calendar(calendar: Calendar, catalogue: Catalogue | None = None) -> Fields:
    """The body of a response for a calendar: what HighLevel can say of it, and what is carried.

    Fields that a documented default stands for are filled in. Amounts that are not whole in the unit
    in which they were given are in minutes, hours that HighLevel cannot say are left out. The catalogue
    is only asked for the priority of members who have none in this calendar.

    >>> body = write_calendar(read_calendar({"locationId": "berlin", "name": "cut"}, "c1"))
    >>> body["slotInterval"], body["slotIntervalUnit"], body["calendarType"]
    (30, 'mins', 'event')
    """
    body: Fields = {"id": calendar.id, **written_type(calendar)}
    for part in _PARTS:
        body |= part.write(calendar)
    body[TEAM] = written_team(calendar, catalogue)
    return {**body, **DEFAULTS, **fields_carried(calendar.metadata)}


def carried_fields(calendar: Calendar) -> Fields:
    """The fields of a calendar that the engine never asks for, as they were given, by key."""
    return fields_carried(calendar.metadata)


def recurring_policy(calendar: Calendar) -> RecurringPolicy | None:
    """How recurring appointments of a calendar are booked; None where they are not enabled.

    >>> body = {"locationId": "berlin", "name": "cut", "enableRecurring": True}
    >>> body["recurring"] = {"freq": "WEEKLY", "count": 4, "bookingOption": "book_next"}
    >>> policy = recurring_policy(read_calendar(body, "c1"))
    >>> policy.rule, policy.policy.on_conflict.value
    ('FREQ=WEEKLY;COUNT=4', 'next_free')
    """
    if _said(calendar, ENABLED) is not True:
        return None
    said = _said(calendar, RECURRING)
    return policy_of(Body.of({} if said is None else said))


def _said(calendar: Calendar, key: str) -> object:
    """What is carried at a key, or the default that stands for it."""
    fields = fields_carried(calendar.metadata)
    return fields[key] if fields.get(key) is not None else DEFAULTS.get(key)
