r"""The world file: a catalogue, its bookings and its blocks as one JSON document.

Made to be written by hand and kept under version control: keys are the names of the
library's own fields, whatever has its default is left out, times are text.

=============  =================================================================
``format``     always ``"bookable-world"``
``version``    ``2``; a file of version ``1`` is read as well, see below
``places``     `Place`: ``id``, and any other field; ``locked`` is a list of names
``schedules``  an object that maps ids to hours
``rooms``      `Room`: ``id``, ``capacity``, and any other field
``equipment``  `Equipment`: ``id``, ``quantity``, and any other field;
               ``out_of_service`` is a number, or a list of objects with
               ``start``, ``end`` and ``units``
``members``    `Member`: ``id``, and any other field; ``absences`` are objects
               with ``start``, ``end``, ``reason``, ``delegate_id``
``calendars``  `Calendar`: ``id``, ``duration``, and any other field
``limits``     `Limit`, those of the catalogue for everything
``travel``     objects with ``from``, ``to`` and ``time``
``bookings``   `Booking`: ``id``, ``start``, ``end``, and any other field;
               ``equipment`` maps ids to units, ``buffers`` maps ids to objects
               with ``before``, ``after`` and ``policy``
``blocks``     `Block`: ``id``, ``resource_id``, ``start``, ``end``, and any
               other field
=============  =================================================================

``metadata`` of rooms, equipment, members, calendars, bookings and blocks is an object of the host's own
texts by key, ``{"title": "Trial lesson"}``, which nothing reads.

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
``step``, perhaps ``offset``), ``epoch`` (``step``, perhaps ``offset``),
``fixed_starts`` (``starts``), or ``window_start``, ``aligned_hour`` or ``optimised``
(``step``).

*Notice and horizon* are a duration, or an object whose ``kind`` says which:
``months`` (``count``), ``working_days`` (``count``, ``hours``); as a notice also
``working_time`` (``duration``, ``hours``); as a horizon also ``last_date`` (``days``),
``date_range`` (``first`` and ``last``, dates) or ``rolling_days`` (``count``). All but
``working_time`` may have a ``zone``.

*Rules* are objects with the fields of their type, whose words are those of its
enumerations: ``requirements`` are a list of `Requirement`, in which ``where`` is a list of
objects with ``attribute``, ``operator`` and ``value``; ``variants`` of `Variant`;
``add_ons`` of `AddOn`; ``limits`` of `Limit`, whose ``maximum`` is a number or a duration;
``policy`` is a `BookingPolicy`, ``listing`` a `Listing` and ``ranking`` a `Ranking`, whose
``calibration`` maps member ids to fractions as text, ``"3/7"`` or ``"-1"``, and
whose ``counted_within`` has ``start`` and ``end``; the ``counting`` of limits and rankings has
``statuses``, perhaps ``cancelled_within``. ``attributes`` map names to true or
false, whole numbers or text.

A booking without ``buffers`` takes those that the catalogue sets as it is read; every
booking is written with the buffers that it has.

In *version 1* the ``kind`` of a block was any text, and every block blocked. Such a file is
read with that text as the ``source`` of a busy block, unless it is the word for a kind
that blocks. All else means what it means today.

>>> world = '''
... {
...   "format": "bookable-world",
...   "version": 2,
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
...     {"id": "dentist", "resource_id": "grace", "kind": "out_of_office",
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

*Rows of a database* have the same form: `encode_booking`, `encode_block` and `encode_recurrence`
answer one value as plain data, to be kept as JSON or by column, and the ``decode_…`` beside
them read it again. Every field counts: what is left out has its default, so a booking without
``status`` is confirmed.

>>> row = encode_booking(scheduler.booking("B-1"))
>>> row["start"], row["host_ids"], decode_booking(row) == scheduler.booking("B-1")
('2026-03-02T09:00:00Z', ['ada'], True)

Reading is strict: an unknown key, a key that comes twice, a value of the wrong kind,
an id that names nothing: each is a `CodecError` that says where. Only a booking may name
what the catalogue lacks, as history outlives it; the audit reports those to come. Reading
what was written gives the same values, and writing them again the same text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bookable.codecs import _json
from bookable.codecs._forms import errors_at, fault, read_object
from bookable.codecs._sections import (
    CATALOGUE,
    LEDGERS,
    SETTINGS,
    read_sections,
    read_settings,
    where_named,
    write_settings,
)
from bookable.codecs._values import BLOCK, BOOKING, RECURRENCE
from bookable.codecs.files import read_at_most, write_atomically
from bookable.domain.catalogue import Catalogue
from bookable.errors import CodecError, InvalidValueError, UnknownIdError, shown
from bookable.scheduler import Scheduler

if TYPE_CHECKING:
    import os

    from bookable.domain.block import Block
    from bookable.domain.booking import Booking
    from bookable.domain.recurring import Recurrence

FORMAT: Final = "bookable-world"
"""What ``format`` says."""

VERSION: Final = 2
"""The version that is written; this one and those before it are read."""

_KEYS: Final = ("format", "version", *SETTINGS, *CATALOGUE, *LEDGERS[VERSION])

_IN_CIRCLES: Final = {"parts": "room", "parent_id": "place"}
"""What may contain itself, by the code of the error."""


def decode(document: object) -> Scheduler:
    """The scheduler that a document, as plain Python data, describes.

    Raises:
        CodecError: If it describes none, with the path of the first fault.
    """
    version = _check_header(document)
    found = read_object(document, "$", _KEYS)
    settings = read_settings(found)
    catalogue: dict[str, Any] = read_sections(found, CATALOGUE)
    ledger = read_sections(found, LEDGERS[version])
    with errors_at("$", found):
        try:
            return Scheduler(Catalogue(**catalogue, **settings), **ledger)
        except UnknownIdError as error:
            path = next(where_named(found, error.kind, error.id), "$")
            raise CodecError(
                path, f"there is no {error.kind} {shown(error.id)}", error.code
            ) from error
        except InvalidValueError as error:
            if error.code not in _IN_CIRCLES:
                raise
            path = next(where_named(found, _IN_CIRCLES[error.code], error.value), "$")
            reason = f"expected {error.expected}, not {shown(error.value)}"
            raise CodecError(path, reason, error.code) from error


def _check_header(document: object) -> int:
    """The version; before anything else, as another version may have other keys."""
    header = read_object(document, "$")
    if header.get("format") != FORMAT:
        raise fault("$.format", repr(FORMAT), header.get("format"), "format")
    version = header.get("version")
    if type(version) is not int or version not in LEDGERS:
        expected = f"{VERSION}, the version this release writes, or one before it"
        raise fault("$.version", expected, version, "version")
    return version


def encode(scheduler: Scheduler) -> dict[str, Any]:
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
    document: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    document |= write_settings(catalogue)
    for section, form in CATALOGUE.items():
        document[section] = [form.write(entry) for entry in entries[section]]
    document["bookings"] = [BOOKING.write(booking) for booking in bookings]
    document["blocks"] = [BLOCK.write(block) for block in blocks]
    return document


def _booking_order(booking: Booking) -> tuple[object, str]:
    return booking.start, booking.id


def encode_booking(booking: Booking) -> dict[str, Any]:
    """One booking as plain data: every field that has not its default."""
    return BOOKING.write(booking)


def decode_booking(data: object) -> Booking:
    """The booking that `encode_booking` wrote; without ``buffers`` it takes those of the catalogue.

    Raises:
        CodecError: If the data describe none, with the path of the first fault.
    """
    return BOOKING.read(data, "$")


def encode_block(block: Block) -> dict[str, Any]:
    """One block as plain data: every field that has not its default."""
    return BLOCK.write(block)


def decode_block(data: object) -> Block:
    """The block that `encode_block` wrote.

    Raises:
        CodecError: If the data describe none, with the path of the first fault.
    """
    return BLOCK.read(data, "$")


def encode_recurrence(recurrence: Recurrence) -> dict[str, Any]:
    """A recurrence as plain data: its rule as the text of RFC 5545, its dates in civil time.

    >>> mondays = decode_recurrence({"rule": "FREQ=WEEKLY;COUNT=3", "start": "2026-03-02T09:00:00",
    ...                              "zone": "Europe/Berlin"})
    >>> encode_recurrence(mondays)["rule"], decode_recurrence(encode_recurrence(mondays)) == mondays
    ('FREQ=WEEKLY;COUNT=3', True)
    """
    return RECURRENCE.write(recurrence)


def decode_recurrence(data: object) -> Recurrence:
    """The recurrence that `encode_recurrence` wrote.

    Raises:
        CodecError: If the data describe none, with the path of the first fault.
    """
    return RECURRENCE.read(data, "$")


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
