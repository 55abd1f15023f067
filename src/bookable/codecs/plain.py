r"""The world file: a catalogue, its bookings and its blocks as one JSON document.

Made to be written by hand and kept under version control: keys are the names of the
library's own fields, whatever has its default is left out, times are text.

=============  =================================================================
``format``     always ``"bookable-world"``
``version``    always ``1``; a file of another version is refused
``rooms``      ``id``, ``capacity``, and any other field of `Room`
``equipment``  ``id``, ``quantity``, and any other field of `Equipment`;
               ``out_of_service`` is a number, or a list of objects with
               ``start``, ``end`` and ``units``
``members``    ``id``, and any other field of `Member`
``calendars``  ``id``, ``duration``, and any other field of `Calendar`;
               ``requirements`` are objects with the fields of `Requirement`
``bookings``   ``id``, ``start``, ``end``, and any other field of `Booking`;
               ``equipment`` maps ids to units, ``buffers`` maps ids to objects
               with ``before`` and ``after``
``blocks``     ``id``, ``resource_id``, ``start``, ``end``, and perhaps ``kind``
=============  =================================================================

Only ``format`` and ``version`` must be there; a list that is left out is empty.
``null`` is allowed where the field may be None, and means just that.

*Instants* are RFC 3339 text with an offset, ``"2026-03-02T09:00:00+01:00"`` or
``"2026-03-02T08:00:00Z"``; seconds may be left out. *Durations* are ISO 8601 text,
exact to the microsecond: ``"PT30M"``, ``"PT1H15M"``, ``"P1DT2H"`` (a day is 24 hours,
``"P2W"`` is two weeks; years and months are no fixed time and refused). *Zones* are
IANA names.

*Hours* are objects. ``{"weekly": "Mo-Fr 09:00-17:00", "zone": "Europe/Berlin"}`` is
`WeeklyHours`. Any further key makes it `Hours`:

==================  ============================================================
``overrides``       windows by date: ``{"2026-03-06": "10:00-12:00"}``, or
                    ``"off"`` for a date that is closed
``closures``        a list of objects with ``start`` and ``end``
``layering``        ``weekly_only``, ``dates_only``, ``dates_override``, ``union``
``restrictions``    a list of hours
``valid_from``      an instant; so is ``valid_until``
``ambiguous_end``   ``first`` or ``last``
==================  ============================================================

There, ``zone`` is the zone of the overrides too; a ``weekly`` of another zone is an
object with a ``weekly`` and a ``zone`` of its own. ``{"any_of": [...]}`` is
`AnyHours`. Instead of one long text, the windows of a day may be a list of texts, and
``weekly`` an object by day, ``{"Mo": "09:00-12:00", "We": "off"}``.

*Grids* are objects whose ``anchor`` says which: ``local_midnight`` (with ``zone``,
``step``, perhaps ``offset``), ``epoch`` (``step``, perhaps ``offset``) or
``fixed_starts`` (``starts``).

A booking without ``buffers`` takes those that the catalogue sets as it is read; every
booking is written with the buffers that it has.

>>> world = '''
... {
...   "format": "bookable-world",
...   "version": 1,
...   "rooms": [{"id": "blue room", "capacity": 1, "calendar_ids": ["massage"]}],
...   "members": [
...     {"id": "ada", "hours": {"weekly": "Mo-Fr 09:00-17:00", "zone": "Europe/Berlin"}},
...     {"id": "grace", "hours": {"weekly": "Mo-Th 08:00-12:00", "zone": "Europe/Berlin",
...                               "overrides": {"2026-03-04": "off"}}}
...   ],
...   "calendars": [
...     {"id": "massage", "duration": "PT1H", "member_ids": ["ada", "grace"],
...      "buffer_after": "PT15M", "minimum_notice": "PT2H"}
...   ],
...   "bookings": [
...     {"id": "B-1", "start": "2026-03-02T10:00:00+01:00", "end": "2026-03-02T11:00:00+01:00",
...      "calendar_id": "massage", "host_ids": ["ada"], "room_ids": ["blue room"]}
...   ],
...   "blocks": [
...     {"id": "dentist", "resource_id": "grace", "kind": "private",
...      "start": "2026-03-02T08:00:00+01:00", "end": "2026-03-02T09:30:00+01:00"}
...   ]
... }
... '''
>>> scheduler = loads(world)
>>> scheduler.booking("B-1").buffers_on("blue room").after
datetime.timedelta(seconds=900)
>>> loads(dumps(scheduler)).bookings == scheduler.bookings
True
>>> loads(world.replace("PT15M", "15 minutes"))
Traceback (most recent call last):
...
bookable.errors.CodecError: $.calendars[0].buffer_after: expected a duration, for example 'PT30M', 'PT1H15M' or 'P1DT2H', not '15 minutes'

Reading is strict: an unknown key, a key that comes twice, a value of the wrong kind,
an id that names nothing: each is a `CodecError` that says where. Only a booking may name
what the catalogue lacks, as history outlives it; the audit reports those to come. Reading
what was written gives the same values, and writing them again the same text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bookable.codecs import _json
from bookable.codecs._forms import Form, errors_at, fault, read_list, read_object
from bookable.codecs._values import BLOCK, BOOKING, CALENDAR, EQUIPMENT, MEMBER, ROOM
from bookable.codecs.files import read_at_most, write_atomically
from bookable.domain.catalogue import Catalogue
from bookable.errors import CodecError, UnknownIdError, shown
from bookable.scheduler import Scheduler

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from bookable.domain.booking import Booking

FORMAT: Final = "bookable-world"
"""What ``format`` says."""

VERSION: Final = 1
"""The one version that is read and written."""

_CATALOGUE: Final[dict[str, Form[Any]]] = {
    "rooms": ROOM,
    "equipment": EQUIPMENT,
    "members": MEMBER,
    "calendars": CALENDAR,
}
_LEDGER: Final[dict[str, Form[Any]]] = {"bookings": BOOKING, "blocks": BLOCK}
_KEYS: Final = ("format", "version", *_CATALOGUE, *_LEDGER)


def decode(document: object) -> Scheduler:
    """The scheduler that a document, as plain Python data, describes.

    Raises:
        CodecError: If it describes none, with the path of the first fault.
    """
    _check_header(document)
    found = read_object(document, "$", _KEYS)
    catalogue: dict[str, Any] = _read_sections(found, _CATALOGUE)
    ledger = _read_sections(found, _LEDGER)
    with errors_at("$"):
        try:
            return Scheduler(Catalogue(**catalogue), **ledger)
        except UnknownIdError as error:
            path = next(_where_named(found, error.kind, error.id), "$")
            raise CodecError(
                path, f"there is no {error.kind} {shown(error.id)}", error.code
            ) from error


def _check_header(document: object) -> None:
    """Before anything else, as another version may have other keys."""
    header = read_object(document, "$")
    if header.get("format") != FORMAT:
        raise fault("$.format", repr(FORMAT), header.get("format"), "format")
    version = header.get("version")
    if type(version) is not int or version != VERSION:
        raise fault("$.version", f"{VERSION}, the version this release reads", version, "version")


def _read_sections(document: dict[str, Any], forms: dict[str, Form[Any]]) -> dict[str, list[Any]]:
    """The values of each list; no id comes twice in them."""
    values: dict[str, list[Any]] = {}
    taken: dict[tuple[str, str], str] = {}
    for section, form in forms.items():
        path = f"$.{section}"
        values[section] = []
        for index, item in enumerate(read_list(document.get(section, []), path)):
            value = form.read(item, f"{path}[{index}]")
            # Everything in the catalogue shares its ids; bookings and blocks have their own.
            key = ("catalogue" if forms is _CATALOGUE else section, value.id)
            first = taken.setdefault(key, f"{path}[{index}]")
            if first != f"{path}[{index}]":
                reason = f"expected an id of its own, not {shown(value.id)}, which {first} has"
                raise CodecError(f"{path}[{index}].id", reason, "duplicate_id")
            values[section].append(value)
    return values


def _where_named(document: dict[str, Any], kind: str, wanted: object) -> Iterator[str]:
    """The paths at which the catalogue or a block names that id as one of that kind."""
    for path, named_kind, ids in _references(document):
        for index, each in enumerate(ids):
            if each == wanted and named_kind == kind:
                yield f"{path}[{index}]"
    for index, block in enumerate(document.get("blocks", [])):
        if block["resource_id"] == wanted:
            yield f"$.blocks[{index}].resource_id"


def _references(document: dict[str, Any]) -> Iterator[tuple[str, str, list[object]]]:
    for section in ("rooms", "equipment"):
        for index, place in enumerate(document.get(section, [])):
            path = f"$.{section}[{index}].calendar_ids"
            yield path, "calendar", place.get("calendar_ids", [])
    for index, calendar in enumerate(document.get("calendars", [])):
        path = f"$.calendars[{index}]"
        yield f"{path}.member_ids", "member", calendar.get("member_ids", [])
        for number, need in enumerate(calendar.get("requirements") or []):
            yield f"{path}.requirements[{number}].pool", "resource", need["pool"]


def encode(scheduler: Scheduler) -> dict[str, object]:
    """The document of a scheduler, as plain Python data; equal schedulers have equal documents.

    The catalogue is ordered by id, bookings and blocks by start and then id.
    """
    catalogue = scheduler.catalogue
    entries = {
        "rooms": catalogue.rooms(),
        "equipment": catalogue.equipment(),
        "members": catalogue.members(),
        "calendars": catalogue.calendars(),
    }
    bookings = sorted(scheduler.bookings.values(), key=_booking_order)
    blocks = sorted(scheduler.blocks.values(), key=lambda each: (each.interval.start, each.id))
    document: dict[str, object] = {"format": FORMAT, "version": VERSION}
    for section, form in _CATALOGUE.items():
        document[section] = [form.write(entry) for entry in entries[section]]
    document["bookings"] = [BOOKING.write(booking) for booking in bookings]
    document["blocks"] = [BLOCK.write(block) for block in blocks]
    return document


def _booking_order(booking: Booking) -> tuple[object, str]:
    return booking.start, booking.id


def loads(text: str | bytes) -> Scheduler:
    """The scheduler that a JSON text describes; bytes are UTF-8, a byte order mark is skipped.

    Raises:
        CodecError: If it describes none, with the path of the first fault.
    """
    return decode(_json.parse(text))


def dumps(scheduler: Scheduler) -> str:
    """The JSON text of a scheduler: one line for each thing that fits on one."""
    return _json.layout(encode(scheduler)) + "\n"


def read_world(path: str | os.PathLike[str]) -> Scheduler:
    """The scheduler that a file describes.

    Raises:
        CodecError: If the file describes none, with the path of the first fault.
        OSError: If the file cannot be read.
    """
    return loads(read_at_most(path, _json.LARGEST_DOCUMENT))


def write_world(path: str | os.PathLike[str], scheduler: Scheduler) -> None:
    """Write the world file as a whole or not at all, keeping the permissions it has.

    Raises:
        OSError: If it cannot be written; the file is what it was.
    """
    write_atomically(path, dumps(scheduler).encode("utf-8"))
