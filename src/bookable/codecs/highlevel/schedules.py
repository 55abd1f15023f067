"""HighLevel schedules: when a user can be booked through some calendars, or an event calendar at all.

A schedule is kept in a catalogue as opening hours by its id, where its user's `Member.calendar_schedules`
names it for each of its calendars (one schedule per user and calendar), or an event calendar's
``schedule_id``. What only HighLevel knows of it is carried in the metadata of that member or calendar.
The traps:

- The latest end is 23:59, which means 24:00; nothing goes on past midnight (`_rules`).
- A rule for a date replaces the rule of its weekday; several rules of one day are joined.
- A schedule without rules is never open; a weekday without a rule is closed.
- ``timezone`` is documented as Area/City. Any name of the IANA database is read.
- A schedule of an event calendar (version 3) has no user, name or location, and ``calendarId`` in place of
  ``calendarIds``. While it is in force, the calendar's own hours are put aside.
- What has been ``deleted`` is no schedule.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar

import attrs
from attrs import field, frozen

from bookable.checks import check_id, check_ids, check_items, check_text, check_type
from bookable.codecs._bodies import Body, flag, identifier, items, text, zone
from bookable.codecs._forms import errors_at, fault
from bookable.codecs.highlevel._carried import as_text, carried, carrying, plain
from bookable.codecs.highlevel._hours import put_aside, taken_back
from bookable.codecs.highlevel._rules import (
    READ_RULES,
    ScheduleRule,
    hours_of,
    rules_of,
    write_rule,
)
from bookable.domain.calendar import Calendar, CalendarKind
from bookable.domain.catalogue import Catalogue
from bookable.domain.hours import OpeningHours
from bookable.domain.metadata import to_metadata
from bookable.domain.references import Entry
from bookable.domain.resources import Member
from bookable.domain.settings import Settings
from bookable.errors import (
    CodecError,
    IdConflictError,
    InvalidValueError,
    ResourceInUseError,
    UnknownIdError,
)
from bookable.frozen_map import FrozenMap
from bookable.timeline.civil import Zone, to_zone

__all__ = [
    "MOST_SCHEDULES_LISTED",
    "SCHEDULES_LISTED",
    "Schedule",
    "ScheduleRule",
    "read_schedule",
    "schedules_of",
    "update_schedule",
    "with_schedule",
    "without_schedule",
    "write_schedule",
]

MOST_SCHEDULES_LISTED: Final = 500
"""The most schedules that a search may ask for at once."""
SCHEDULES_LISTED: Final = 50
"""The schedules that a search lists unless it says how many."""
MOST_CALENDARS: Final = 1_000
"""The most calendars of a schedule."""

_NAME: Final = "schedules"
_READ: Final = frozenset(
    {"id", "name", "timezone", "locationId", "userId", "calendarIds", "calendarId", "rules"}
)


def _rules(values: Iterable[ScheduleRule]) -> tuple[ScheduleRule, ...]:
    return check_items(values, ScheduleRule, "rules", "a ScheduleRule(on, windows)")


def _calendar_ids(values: Iterable[str]) -> tuple[str, ...]:
    return check_ids(values, "calendar_ids", known="calendar ids")


def _zone(value: Zone | str) -> Zone:
    return to_zone(value)


def _extras(values: Mapping[str, str]) -> FrozenMap[str, str]:
    return to_metadata(values)


@frozen(cache_hash=True)
class Schedule:
    """A schedule of HighLevel's: the hours of a user for some calendars, or of one event calendar.

    Without ``user_id`` it is the common schedule of the one calendar that it names. ``rules`` are kept as
    they were given; `hours` is what they come to. ``extras`` are fields that only HighLevel reads, as
    JSON texts by their names.

    >>> Schedule("s1", "late", "Europe/Berlin", "berlin", "ada", ["cut"]).hours.zone.key
    'Europe/Berlin'

    Raises:
        InvalidValueError: If a field cannot be what it must be; the error names it.
    """

    id: str
    name: str
    zone: Zone = field(converter=_zone)
    location_id: str | None = None
    user_id: str | None = None
    calendar_ids: tuple[str, ...] = field(default=(), converter=_calendar_ids)
    rules: tuple[ScheduleRule, ...] = field(default=(), converter=_rules)
    extras: FrozenMap[str, str] = field(default=FrozenMap(), converter=_extras)

    def __attrs_post_init__(self) -> None:
        check_id(self.id)
        check_text(self.name, "name")
        for name in ("location_id", "user_id"):
            if getattr(self, name) is not None:
                check_id(getattr(self, name), name)
        if self.user_id is not None and self.location_id is None:
            raise InvalidValueError("location_id", None, "the location of the user", "id")
        if self.user_id is None and len(self.calendar_ids) != 1:
            expected = "exactly one calendar, of a schedule that is no user's"
            raise InvalidValueError("calendar_ids", self.calendar_ids, expected, "calendar_ids")

    @property
    def hours(self) -> OpeningHours:
        """When it is open, in its zone. O(rules)."""
        return hours_of(self.rules, self.zone)


# Reading and writing -------------------------------------------------------


def read_schedule(body: object, schedule_id: str) -> Schedule:
    """The schedule that the body of a request to create one describes, or that of a response.

    One without ``userId`` is an event calendar's, which ``calendarId`` names.

    Raises:
        CodecError: If the body describes none, with the path of the first fault.
        InvalidValueError: If the id is none.
    """
    check_id(schedule_id, "schedule_id")
    given = Body.of(body)
    if given.read("deleted", flag, False):
        reason = "expected a schedule that is not deleted"
        raise CodecError(given.at("deleted"), reason, "deleted")
    user_id = given.read("userId", identifier, None)
    if user_id is None:
        if "calendarId" not in given:
            reason = "this is required, or else calendarId for the schedule of an event calendar"
            raise CodecError(given.at("userId"), reason, "missing_key")
        name = given.read("name", text, "")
        location_id = given.read("locationId", identifier, None)
        calendar_ids = _one_calendar(given)
    else:
        name = given.read("name", text)
        location_id = given.read("locationId", identifier)
        calendar_ids = given.read("calendarIds", _CALENDARS, ())
    with errors_at(given.path):
        return Schedule(
            schedule_id,
            name,
            given.read("timezone", zone),
            location_id,
            user_id,
            calendar_ids,
            given.read("rules", READ_RULES, ()),
            _extras_of(given),
        )


_CALENDARS: Final = items(identifier, at_most=MOST_CALENDARS)


def _one_calendar(body: Body) -> tuple[str, ...]:
    calendar_id = body.read("calendarId", identifier)
    if body.read("calendarIds", _CALENDARS, (calendar_id,)) != (calendar_id,):
        expected = f"only the calendar {calendar_id!r} of a schedule that is no user's"
        raise fault(body.at("calendarIds"), expected, body.fields["calendarIds"], "calendar_ids")
    return (calendar_id,)


def _extras_of(body: Body) -> dict[str, str]:
    known = _READ | {"deleted"}
    return {
        key: as_text(plain(value, body.at(key)))
        for key, value in body.fields.items()
        if key not in known
    }


def update_schedule(schedule: Schedule, body: object) -> Schedule:
    """The schedule with what the body of an update names; all else stays as it is.

    ``calendarIds`` may be given as well: the associations of a schedule are changed so.

    >>> late = Schedule("s1", "late", "Europe/Berlin", "berlin", "ada")
    >>> update_schedule(late, {"timezone": "Europe/Paris"}).zone.key
    'Europe/Paris'

    Raises:
        CodecError: If the body asks for what cannot be; another user or location is ``not_changeable``.
    """
    given, written = Body.of(body), write_schedule(schedule)
    for key in ("userId", "locationId", "calendarId"):
        if key in given and given.fields[key] != written.get(key):
            reason = f"this cannot be changed: it is {written.get(key)!r}"
            raise CodecError(given.at(key), reason, "not_changeable")
    with errors_at(given.path):
        extras = {key: json.loads(value) for key, value in schedule.extras.items()}
        return read_schedule({**extras, **written, **given.fields}, schedule.id)


def write_schedule(schedule: Schedule) -> dict[str, object]:
    """The body of a response for a schedule.

    >>> event = Schedule("s1", "", "Europe/Berlin", calendar_ids=["fair"], rules=[ScheduleRule(7)])
    >>> write_schedule(event)["rules"], write_schedule(event)["calendarId"]
    ([{'type': 'wday', 'day': 'sunday', 'intervals': []}], 'fair')
    """
    body: dict[str, object] = {}
    if schedule.user_id is None:
        body["calendarId"] = schedule.calendar_ids[0]
    else:
        body |= {"id": schedule.id, "name": schedule.name, "userId": schedule.user_id}
        body |= {"calendarIds": list(schedule.calendar_ids), "deleted": False}
    if schedule.name:
        body["name"] = schedule.name
    if schedule.location_id is not None:
        body["locationId"] = schedule.location_id
    body["timezone"] = schedule.zone.key
    body["rules"] = [write_rule(rule) for rule in schedule.rules]
    return {**body, **{key: json.loads(value) for key, value in schedule.extras.items()}}


# In a catalogue ------------------------------------------------------------


def schedules_of(catalogue: Catalogue) -> tuple[Schedule, ...]:
    """The schedules of HighLevel's that a catalogue keeps, ordered by id. O(entries).

    What the catalogue says counts: calendars are those for which the user has this schedule, and hours
    that the host has changed are told by other rules. One whose hours HighLevel cannot say is left out.
    """
    found = (each for entry in catalogue for each in _kept_by(entry, catalogue))
    return tuple(sorted(found, key=lambda each: each.id))


def with_schedule(catalogue: Catalogue, schedule: Schedule) -> Catalogue:
    """The catalogue with a schedule in force, in place of one of the same id.

    Each of its calendars has it for its user from now on, and no other; an event calendar instead of
    hours of its own. `without_schedule` takes that back, except from other schedules. O(entries).

    Raises:
        UnknownIdError: If there is no such user or calendar.
        InvalidValueError: If it is no user's, and the calendar no event.
        IdConflictError: If a schedule of this id is the host's own.
        ResourceInUseError: If the schedule of the event calendar so far is used elsewhere.
        LimitExceededError: If there is too much to carry in the metadata of the user or calendar.
    """
    check_type(schedule, Schedule, "schedule", "a Schedule")
    for calendar_id in schedule.calendar_ids:
        catalogue.calendar(calendar_id, name="calendar_ids")
    if schedule.id in catalogue.settings.schedules:
        home = _home(catalogue, schedule.id)
        if home is None:
            raise IdConflictError("schedule", schedule.id)
        catalogue = catalogue.replace(_released(home, schedule.id))
    if schedule.user_id is not None:
        member = catalogue.member(schedule.user_id, name="user_id")
        found = _with_hours(catalogue, {schedule.id: schedule.hours})
        named = {**member.calendar_schedules, **dict.fromkeys(schedule.calendar_ids, schedule.id)}
        return found.replace(_storing(attrs.evolve(member, calendar_schedules=named), schedule))
    calendar = catalogue.calendar(schedule.calendar_ids[0])
    if calendar.kind is not CalendarKind.EVENT:
        expected = "an event calendar, for a schedule that is no user's"
        raise InvalidValueError("calendar_ids", calendar.id, expected, "calendar_ids")
    for present in _bodies(calendar):
        catalogue = without_schedule(catalogue, str(present["id"]))
    calendar = put_aside(catalogue.calendar(calendar.id), schedule.id)
    return _with_hours(catalogue, {schedule.id: schedule.hours}).replace(
        _storing(calendar, schedule)
    )


def without_schedule(catalogue: Catalogue, schedule_id: str) -> Catalogue:
    """The catalogue without a schedule: its user has the hours of their own for its calendars again.

    An event calendar has the hours that were put aside. O(entries).

    Raises:
        UnknownIdError: If there is no such schedule of HighLevel's.
        ResourceInUseError: If something else names it.
    """
    home = _home(catalogue, check_id(schedule_id, "schedule_id"))
    if home is None:
        known = [str(body["id"]) for entry in catalogue for body in _bodies(entry)]
        raise UnknownIdError.among("schedule", schedule_id, "schedule_id", known)
    found = catalogue.replace(_released(home, schedule_id))
    users = tuple(entry.id for entry in found if schedule_id in _named_by(entry))
    if users:
        remedy = "give them other hours first"
        raise ResourceInUseError("schedule", schedule_id, users, remedy)
    return _with_hours(found, {}, without=schedule_id)


def _bodies(entry: Entry) -> list[dict[str, object]]:
    """What is carried of schedules beside a member or a calendar."""
    found = carried(entry.metadata, _NAME) if isinstance(entry, Member | Calendar) else None
    bodies = found if isinstance(found, list) else []
    return [body for body in bodies if isinstance(body, dict) and type(body.get("id")) is str]


def _kept_by(entry: Entry, catalogue: Catalogue) -> Iterator[Schedule]:
    for body in _bodies(entry):
        stored = read_schedule(body, str(body["id"]))
        schedule = _as_told(stored, catalogue.settings.schedules.get(stored.id))
        if schedule is None:
            continue
        if isinstance(entry, Calendar):
            yield from [schedule] if entry.schedule_id == schedule.id else []
        elif isinstance(entry, Member):
            named = entry.calendar_schedules.items()
            own = [key for key, each in named if each == schedule.id and key in catalogue]
            kept = [key for key in schedule.calendar_ids if key in own]
            yield attrs.evolve(schedule, calendar_ids=(*kept, *own))


def _as_told(schedule: Schedule, hours: OpeningHours | None) -> Schedule | None:
    """The schedule with the hours that the catalogue has for it; None where it cannot say them."""
    if hours is None or hours == schedule.hours:
        return schedule if hours is not None else None
    rules, zone = rules_of(hours), hours.zone
    if rules is None or zone is None:
        return None
    return attrs.evolve(schedule, rules=rules, zone=zone)


def _home(catalogue: Catalogue, schedule_id: str) -> Member | Calendar | None:
    """Whose schedule it is; None where it is none of HighLevel's."""
    for entry in catalogue:
        if isinstance(entry, Member | Calendar) and schedule_id in {
            body["id"] for body in _bodies(entry)
        }:
            return entry
    return None


H = TypeVar("H", Member, Calendar)


def _storing(home: H, schedule: Schedule) -> H:
    bodies = [*_bodies(home), {**write_schedule(schedule), "id": schedule.id}]
    found: H = attrs.evolve(home, metadata=carrying(home.metadata, {_NAME: bodies}))
    return found


def _released(home: Member | Calendar, schedule_id: str) -> Member | Calendar:
    """Whose schedule it was, without it."""
    left = [body for body in _bodies(home) if body["id"] != schedule_id]
    metadata = carrying(home.metadata, {_NAME: left} if left else {}, without=[_NAME])
    if isinstance(home, Calendar):
        return taken_back(attrs.evolve(home, metadata=metadata))
    named = {key: each for key, each in home.calendar_schedules.items() if each != schedule_id}
    return attrs.evolve(home, metadata=metadata, calendar_schedules=named)


def _named_by(entry: Entry) -> set[str | None]:
    named = {entry.schedule_id}
    return named | set(entry.calendar_schedules.values()) if isinstance(entry, Member) else named


def _with_hours(
    catalogue: Catalogue, hours: Mapping[str, OpeningHours], *, without: str | None = None
) -> Catalogue:
    settings = catalogue.settings
    schedules = {key: each for key, each in settings.schedules.items() if key != without}
    return catalogue.with_settings(
        Settings(settings.places.values(), {**schedules, **hours}, settings.limits, settings.travel)
    )
