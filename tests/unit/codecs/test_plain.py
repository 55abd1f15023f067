"""The world file: what is read, what is refused and where, what is written."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from bookable import (
    AnyHours,
    Buffers,
    Calendar,
    Catalogue,
    CodecError,
    Hours,
    Interval,
    IntervalSet,
    Member,
    Room,
    Scheduler,
    WeeklyHours,
    Window,
)
from bookable.codecs import plain
from bookable.codecs._json import LARGEST_DOCUMENT, parse
from bookable.domain.policy import BLOCKING_KINDS
from bookable.errors import InvalidAmountError

OFFICE = {"weekly": "Mo-Fr 09:00-17:00", "zone": "Europe/Berlin"}


def a_world(**sections: object) -> dict[str, Any]:
    """A document with one of everything; sections are replaced by name."""
    return {
        "format": "bookable-world",
        "version": 2,
        "rooms": [{"id": "studio", "capacity": 2, "calendar_ids": ["massage"]}],
        "equipment": [{"id": "table", "quantity": 2, "calendar_ids": ["massage"]}],
        "members": [{"id": "ada", "hours": OFFICE}],
        "calendars": [{"id": "massage", "duration": "PT1H", "member_ids": ["ada"]}],
        "bookings": [
            {
                "id": "B-1",
                "calendar_id": "massage",
                "start": "2026-03-02T09:00:00+01:00",
                "end": "2026-03-02T10:00:00+01:00",
                "host_ids": ["ada"],
                "room_ids": ["studio"],
                "equipment": {"table": 1},
            }
        ],
        "blocks": [
            {
                "id": "lunch",
                "resource_id": "ada",
                "start": "2026-03-02T12:00:00+01:00",
                "end": "2026-03-02T13:00:00+01:00",
            }
        ],
        **sections,
    }


def changed(path: list[str | int], value: object) -> dict[str, Any]:
    """The document with something else in one place."""
    document = json.loads(json.dumps(a_world()))
    container = document
    for key in path[:-1]:
        container = container[key]
    container[path[-1]] = value
    return document


def refused(document: object) -> CodecError:
    with pytest.raises(CodecError) as caught:
        plain.decode(document)

    return caught.value


def hours_of(value: object) -> object:
    """The hours that a member of the document has."""
    world = a_world(members=[{"id": "ada", "hours": value}])
    return plain.decode(world).catalogue.member("ada").hours


# Reading -------------------------------------------------------------------


def test_a_document_says_what_is_booked() -> None:
    scheduler = plain.decode(a_world())

    booking = scheduler.booking("B-1")
    assert booking.start == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert booking.resource_ids == ("ada", "studio", "table")
    assert scheduler.catalogue.member("ada").hours == WeeklyHours.parse(
        "Mo-Fr 09:00-17:00", zone="Europe/Berlin"
    )
    assert [block.kind for block in scheduler.blocks.values()] == ["busy"]


def test_only_the_header_must_be_there() -> None:
    scheduler = plain.decode({"format": "bookable-world", "version": 2})

    assert scheduler == Scheduler(Catalogue())


def test_null_stands_for_none_where_none_is_the_default() -> None:
    without = plain.decode(a_world())

    assert plain.decode(changed(["rooms", 0, "max_concurrent"], None)) == without
    assert plain.decode(changed(["bookings", 0, "buffers"], None)) == without
    assert refused(changed(["rooms", 0, "capacity"], None)).path == "$.rooms[0].capacity"
    assert refused(changed(["rooms", 0, "name"], None)).path == "$.rooms[0].name"


@pytest.mark.parametrize(
    ("decode", "data", "path"),
    [
        (plain.decode_booking, [], "$"),
        (plain.decode_booking, {"id": "B-1"}, "$"),
        (
            plain.decode_booking,
            {"id": "B-1", "start": "2026-03-02T09:00:00Z", "end": "ten"},
            "$.end",
        ),
        (
            plain.decode_block,
            {"id": "K", "resource_id": "r", "start": "noon", "end": "ten"},
            "$.start",
        ),
        (
            plain.decode_recurrence,
            {"rule": "FREQ=NOW", "start": "2026-03-02T09:00:00", "zone": "UTC"},
            "$.rule",
        ),
        (
            plain.decode_recurrence,
            {"rule": 7, "start": "2026-03-02T09:00:00", "zone": "UTC"},
            "$.rule",
        ),
        (plain.decode_recurrence, {"rule": None, "start": "2026-03-02T09:00:00"}, "$"),
    ],
)
def test_a_row_that_says_nothing_whole_is_refused_with_its_path(decode, data, path) -> None:
    with pytest.raises(CodecError) as caught:
        decode(data)

    assert caught.value.path == path


def test_a_row_without_a_status_is_a_confirmed_booking() -> None:
    times = {"start": "2026-03-02T09:00:00Z", "end": "2026-03-02T10:00:00Z"}
    booking = plain.decode_booking({"id": "B-1", **times, "room_ids": ["attic"]})

    assert booking.status.value == "confirmed"
    assert "status" not in plain.encode_booking(booking)


def test_a_booking_without_buffers_takes_those_of_the_catalogue() -> None:
    document = changed(["calendars", 0, "buffer_after"], "PT15M")

    written = plain.encode(plain.decode(document))["bookings"]

    assert plain.decode(document).booking("B-1").buffers_on("ada").after == timedelta(minutes=15)
    assert written[0]["buffers"]["studio"] == {"after": "PT15M"}
    assert (
        plain.decode(changed(["bookings", 0, "buffers"], {})).booking("B-1").buffers_on("ada")
        == Buffers()
    )


@pytest.mark.parametrize(
    "value, expected",
    [
        (OFFICE, WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="Europe/Berlin")),
        ({"weekly": "Mo-Su off", "zone": "UTC"}, WeeklyHours({}, "UTC")),
        (
            {"weekly": {"Mo": "09:00-12:00", "Tu": "off", "We": ["09:00-10:00", "11:00-12:00"]}}
            | {"zone": "UTC"},
            WeeklyHours.parse("Mo 09:00-12:00; We 09:00-10:00,11:00-12:00", zone="UTC"),
        ),
        ({"overrides": {}}, Hours()),
        (
            {**OFFICE, "overrides": {}},
            Hours(WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="Europe/Berlin")),
        ),
        (
            {**OFFICE, "overrides": {"2026-03-06": "10:00-12:00", "2026-03-07": "off"}},
            Hours(
                WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="Europe/Berlin"),
                {date(2026, 3, 6): [Window(time(10), time(12))], date(2026, 3, 7): []},
            ),
        ),
        (
            {"weekly": {"weekly": "Mo 09:00-10:00", "zone": "UTC"}, "zone": "Asia/Tokyo"},
            Hours(WeeklyHours.parse("Mo 09:00-10:00", zone="UTC"), zone="Asia/Tokyo"),
        ),
        (
            {
                "zone": "UTC",
                "layering": "union",
                "ambiguous_end": "last",
                "valid_from": "2026-03-01T00:00:00Z",
                "closures": [{"start": "2026-03-02T00:00:00Z", "end": "2026-03-03T00:00:00Z"}],
                "restrictions": [OFFICE],
            },
            Hours(
                zone="UTC",
                layering="union",
                ambiguous_end="last",
                valid_from=datetime(2026, 3, 1, tzinfo=UTC),
                closures=IntervalSet([Interval.day(date(2026, 3, 2), zone="UTC")]),
                restrictions=[WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="Europe/Berlin")],
            ),
        ),
        (
            {"any_of": [OFFICE, {"weekly": "Sa 10:00-24:00", "zone": "UTC"}]},
            AnyHours(
                [
                    WeeklyHours.parse("Mo-Fr 09:00-17:00", zone="Europe/Berlin"),
                    WeeklyHours.parse("Sa 10:00-24:00", zone="UTC"),
                ]
            ),
        ),
    ],
)
def test_hours_are_read_in_every_form(value: object, expected: object) -> None:
    assert hours_of(value) == expected
    assert type(hours_of(value)) is type(expected)


# Refusing ------------------------------------------------------------------


@pytest.mark.parametrize(
    "path, value, code",
    [
        (["rooms"], {}, "type"),
        (["rooms", 0], "studio", "type"),
        (["rooms", 0, "capacity"], -1, "quantity"),
        (["rooms", 0, "capacity"], True, "quantity"),
        (["rooms", 0, "capacity"], 1.0, "quantity"),
        (["rooms", 0, "capacity"], float("nan"), "quantity"),
        (["rooms", 0, "capacity"], float("inf"), "quantity"),
        (["rooms", 0, "capacity"], "20", "quantity"),
        (["rooms", 0, "capacity"], 10**19, "quantity"),
        (["rooms", 0, "capacity"], [2], "quantity"),
        (["rooms", 0, "is_active"], 1, "flag"),
        (["rooms", 0, "name"], "\ud800", "text"),
        (["rooms", 0, "name"], "\0", "text"),
        (["rooms", 0, "id"], "", "id"),
        (["rooms", 0, "id"], "a" * 129, "id"),
        (["rooms", 0, "id"], "a\tb", "id"),
        (["rooms", 0, "id"], "a\u200bb", "id"),
        (["rooms", 0, "id"], "e\u0301", "id_not_nfc"),
        (["rooms", 0, "id"], 7, "id"),
        (["rooms", 0, "calendar_ids"], "massage", "type"),
        (["rooms", 0, "calendar_ids", 0], "yoga", "unknown_id"),
        (["rooms", 0, "calendar_ids", 0], None, "id"),
        (["rooms", 0, "buffer_after"], "PT-5M", "duration"),
        (["rooms", 0, "buffer_after"], 5, "duration"),
        (["rooms", 0, "buffer_after"], "P9999D", "limit_exceeded"),
        (["rooms", 0, "hours"], "Mo-Fr 09:00-17:00", "type"),
        (["equipment", 0, "out_of_service"], 3, "quantity"),
        (["equipment", 0, "out_of_service"], [{}], "missing_key"),
        (["equipment", 0, "calendar_ids"], ["massage", "studio"], "limit_exceeded"),
        (["members", 0, "weight"], -1, "quantity"),
        (["members", 0, "hours", "zone"], "Europe", "unknown_zone"),
        (["members", 0, "hours", "zone"], "../../etc/passwd", "unknown_zone"),
        (["members", 0, "hours", "zone"], "a" * 5_000, "unknown_zone"),
        (["members", 0, "hours", "zone"], "UTC\0", "unknown_zone"),
        (["members", 0, "hours", "zone"], None, "unknown_zone"),
        (["members", 0, "hours", "weekly"], "Mo-Fr 9:75-17:00", "hours_syntax"),
        (["members", 0, "hours", "weekly"], "Mo " + "09:00-10:00," * 1_000, "limit_exceeded"),
        (["members", 0, "hours", "weekly"], {"Monday": "09:00-12:00"}, "unknown_key"),
        (["members", 0, "hours", "weekly"], 9, "text"),
        (["members", 0, "hours", "overrides"], {"2026-02-30": "off"}, "not_date"),
        (["members", 0, "hours", "overrides"], {"2026-03-06": "closed"}, "hours_syntax"),
        (["members", 0, "hours", "overrides"], {"9999-12-31": "off"}, "limit_exceeded"),
        (["members", 0, "hours", "layering"], "both", "choice"),
        (["members", 0, "hours", "closures"], ["2026-03-02"], "type"),
        (["calendars", 0, "duration"], "PT0S", "zero_step"),
        (["calendars", 0, "kind"], "yoga", "choice"),
        (["calendars", 0, "member_ids", 0], "studio", "unknown_id"),
        (["calendars", 0, "requirements"], [{"pool": []}], "empty_request"),
        (["calendars", 0, "requirements"], [{"pool": ["nobody"]}], "unknown_id"),
        (["calendars", 0, "requirements"], [{"pool": ["ada"], "count": 0}], "quantity"),
        (["calendars", 0, "grid"], {"step": "PT30M"}, "choice"),
        (["calendars", 0, "grid"], {"anchor": ["epoch"]}, "choice"),
        (["calendars", 0, "grid"], {"anchor": "epoch", "step": "PT0S"}, "zero_step"),
        (["calendars", 0, "grid"], {"anchor": "epoch", "zone": "UTC"}, "unknown_key"),
        (["calendars", 0, "grid"], {"anchor": "fixed_starts", "starts": [0]}, "not_datetime"),
        (["bookings", 0, "start"], "2026-03-02T09:00:00", "naive_datetime"),
        (["bookings", 0, "start"], "2026-03-02T10:00:00+01:00", "empty_interval"),
        (["bookings", 0, "start"], "2026-03-02T11:00:00+01:00", "reversed_interval"),
        (["bookings", 0, "start"], "0001-01-01T00:00:00Z", "limit_exceeded"),
        (["bookings", 0, "end"], "9999-12-31T23:59:59Z", "limit_exceeded"),
        (["bookings", 0, "party_size"], 0, "quantity"),
        (["bookings", 0, "status"], "held", "choice"),
        (["bookings", 0, "equipment"], {"table": 0}, "quantity"),
        (["bookings", 0, "equipment"], {"": 1}, "id"),
        (["bookings", 0, "host_ids"], ["studio"], "duplicate_id"),
        (["bookings", 0, "buffers"], {"ada": {"before": "5 minutes"}}, "duration"),
        (["bookings", 0, "buffers"], {"ada": {"during": "PT5M"}}, "unknown_key"),
        (["blocks", 0, "resource_id"], "nobody", "unknown_id"),
        (["blocks", 0, "end"], "2026-03-02T12:00:00+01:00", "empty_interval"),
        (["format"], "ical", "format"),
        (["version"], 3, "version"),
        (["version"], 0, "version"),
        (["version"], True, "version"),
        (["version"], "1", "version"),
        (["persons"], [], "unknown_key"),
    ],
)
def test_each_fault_is_refused_where_it_stands(
    path: list[str | int], value: object, code: str
) -> None:
    error = refused(changed(path, value))

    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    place = "$" + "".join(steps)
    assert error.code == code
    # An interval is at fault as a whole; everything else at its key, or inside what stands there.
    whole = code.endswith("_interval") or code == "duplicate_id"
    assert error.path.startswith(place.rpartition(".")[0] if whole else place)
    assert error.__cause__ is None or str(error.__cause__)


@pytest.mark.parametrize(
    "path, value, expected",
    [
        (["rooms", 0, "capacity"], -1, "$.rooms[0].capacity"),
        (["equipment", 0, "out_of_service"], [{}], "$.equipment[0].out_of_service[0]"),
        (["bookings", 0, "equipment"], {"a b": 0}, "$.bookings[0].equipment['a b']"),
        (
            ["members", 0, "hours"],
            {"any_of": [OFFICE, {**OFFICE, "restrictions": [OFFICE, {"zone": "UTC"}]}]},
            "$.members[0].hours.any_of[1].restrictions[1]",
        ),
        (
            ["calendars", 0, "requirements"],
            [{"pool": ["ada"]}, {"pool": ["ada", "studio", "nobody"]}],
            "$.calendars[0].requirements[1].pool[2]",
        ),
        (["blocks", 0, "resource_id"], "nobody", "$.blocks[0].resource_id"),
    ],
)
def test_the_path_is_exact(path: list[str | int], value: object, expected: str) -> None:
    assert refused(changed(path, value)).path == expected


def test_an_unknown_key_is_refused_with_the_nearest_known_one() -> None:
    error = refused(changed(["rooms", 0, "capcity"], 2))

    assert str(error) == "$.rooms[0].capcity: unknown key; did you mean 'capacity'?"


def test_a_key_that_is_near_none_is_refused_with_all_known_ones() -> None:
    error = refused(changed(["blocks", 0, "x" * 100_000], 2))

    assert "known here: 'id', 'resource_id', 'start', 'end', 'kind', 'source'," in error.reason
    assert len(error.path) < 200


@pytest.mark.parametrize("section", ["rooms", "equipment", "members", "calendars"])
def test_ids_are_shared_by_the_whole_catalogue(section: str) -> None:
    document = a_world()
    document[section] += [{**document[section][0], "id": "ada"}]

    error = refused(document)

    assert error.code == "duplicate_id"
    assert "'ada'" in error.reason


@pytest.mark.parametrize("section", ["bookings", "blocks"])
def test_a_booking_or_block_comes_once(section: str) -> None:
    document = a_world()
    document[section] *= 2

    error = refused(document)

    assert (error.code, error.path) == ("duplicate_id", f"$.{section}[1].id")


def test_a_booking_may_have_the_id_of_a_block_or_a_room() -> None:
    document = a_world()
    document["bookings"][0]["id"] = document["blocks"][0]["id"] = "studio"

    assert set(plain.decode(document).bookings) == {"studio"}


def test_the_error_of_the_value_is_its_cause() -> None:
    cause = refused(changed(["rooms", 0, "capacity"], -1)).__cause__

    assert isinstance(cause, InvalidAmountError)
    assert (cause.field, cause.value) == ("capacity", -1)


@pytest.mark.parametrize("document", [None, [], "world", 1, True, {}, {1: 2}, {"rooms": []}])
def test_what_is_no_document_is_refused(document: object) -> None:
    assert refused(document).path.startswith("$")


def test_keys_are_strings() -> None:
    document = a_world()
    document["rooms"][0][7] = 1

    assert refused(document).path == "$.rooms[0]"


# Text ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, code",
    [
        ("", "syntax"),
        ("{", "syntax"),
        ('{"format": "bookable-world", "version": 2}x', "syntax"),
        ('{"format": "bookable-world", "version": 2,}', "syntax"),
        ("{'format': 'bookable-world'}", "syntax"),
        ('{"format": "a\nb"}', "syntax"),
        ('{"format": "bookable-world", "version": 2, "version": 2}', "duplicate_key"),
        ('{"format": "bookable-world", "version": NaN}', "version"),
        ('{"format": "bookable-world", "version": -Infinity}', "version"),
        ('{"format": "bookable-world", "version": 2e999}', "version"),
        ('{"format": "bookable-world", "version": ' + "1" * 10_000 + "}", "version"),
        ("[" * 200_000, "too_deep"),
        ('{"format":' * 200_000, "too_deep"),
        ("[" * 200_000 + "]" * 200_000, "too_deep"),
        (b"\xff\xfe{\x00}\x00", "encoding"),
        (b'{"format": "\xed\xa0\x80"}', "encoding"),
        (b"\x00", "syntax"),
        ("\ufeff\ufeff{}", "syntax"),
        (b" " * (LARGEST_DOCUMENT + 1), "too_large"),
    ],
    ids=range(19),
)
def test_text_that_is_no_world_is_refused(text: str | bytes, code: str) -> None:
    with pytest.raises(CodecError) as caught:
        plain.loads(text)

    assert caught.value.code == code
    assert len(str(caught.value)) < 300


def test_a_repeated_key_is_refused_with_its_path() -> None:
    text = json.dumps(a_world()).replace('"capacity": 2', '"capacity": 2, "capacity": 3')

    with pytest.raises(CodecError) as caught:
        plain.loads(text)

    assert (caught.value.code, caught.value.path) == ("duplicate_key", "$.rooms[0].capacity")


def test_a_byte_order_mark_is_skipped() -> None:
    text = json.dumps(a_world())

    assert plain.loads(b"\xef\xbb\xbf" + text.encode()) == plain.loads("\ufeff" + text)


@pytest.mark.parametrize("depth", [10, 11, 200])
def test_hours_lie_inside_each_other_up_to_a_limit(depth: int) -> None:
    value: object = OFFICE
    for _ in range(depth - 1):
        value = {"any_of": [value]}
    document = a_world(members=[{"id": "ada", "hours": value}])

    if depth <= 10:
        assert plain.loads(plain.dumps(plain.decode(document))) == plain.decode(document)
    else:
        assert refused(document).code == "too_deep"


def test_hours_that_are_too_long_for_a_text_are_written_as_lists() -> None:
    minutes = [Window(time(m // 60, m % 60), time(m // 60, m % 60, 30)) for m in range(1_440)]
    hours = Hours(WeeklyHours({1: minutes}, "UTC"), {date(2026, 3, 2): minutes})
    scheduler = Scheduler(Catalogue(members=[Member("ada", hours=hours)]))

    assert plain.loads(plain.dumps(scheduler)) == scheduler


# Version 1 -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "kind", "source"),
    [
        ({}, "busy", ""),
        ({"kind": "busy"}, "busy", ""),
        ({"kind": "maintenance"}, "maintenance", ""),
        ({"kind": "private"}, "busy", "private"),
        # Every block blocked then, whatever its word.
        ({"kind": "free"}, "busy", "free"),
        ({"kind": "unknown"}, "busy", "unknown"),
        ({"kind": ""}, "busy", ""),
    ],
)
def test_blocks_of_version_1_keep_their_word_and_block(words, kind, source) -> None:
    document = a_world(version=1)
    document["blocks"][0] |= words

    (block,) = plain.decode(document).blocks.values()

    assert (block.kind, block.source) == (kind, source)
    assert block.kind in BLOCKING_KINDS


def test_blocks_of_version_1_have_the_keys_that_they_had() -> None:
    document = a_world(version=1)
    document["blocks"][0]["source"] = "calendar"

    assert refused(document).path == "$.blocks[0].source"


def test_a_kind_of_version_1_is_text() -> None:
    document = a_world(version=1)
    document["blocks"][0]["kind"] = 7

    assert (refused(document).code, refused(document).path) == ("text", "$.blocks[0].kind")


def test_what_is_read_from_version_1_is_written_as_version_2() -> None:
    document = a_world(version=1)
    scheduler = plain.decode(document)

    assert plain.encode(scheduler)["version"] == 2
    assert plain.decode(plain.encode(scheduler)) == scheduler


# Writing -------------------------------------------------------------------


def test_defaults_are_left_out_and_the_rest_is_in_order() -> None:
    scheduler = Scheduler(
        Catalogue(
            rooms=[Room("b", capacity=1, features=["z", "a"]), Room("a", capacity=0, name="A")],
            calendars=[Calendar("c", duration=timedelta(minutes=30), kind="event", zone="UTC")],
        )
    )

    assert plain.encode(scheduler) == {
        "format": "bookable-world",
        "version": 2,
        "rooms": [
            {"id": "a", "capacity": 0, "name": "A"},
            {"id": "b", "capacity": 1, "features": ["a", "z"]},
        ],
        "equipment": [],
        "members": [],
        "calendars": [{"id": "c", "duration": "PT30M", "kind": "event", "zone": "UTC"}],
        "bookings": [],
        "blocks": [],
    }


def test_the_text_is_laid_out_to_be_read() -> None:
    text = plain.dumps(plain.decode(a_world()))

    assert text.startswith('{\n  "format": "bookable-world",\n  "version": 2,\n')
    assert '  "rooms": [{"id": "studio", "capacity": 2, "calendar_ids": ["massage"]}],\n' in text
    assert text.endswith("}\n")
    assert max(map(len, text.splitlines())) <= 100


def test_letters_stay_letters() -> None:
    scheduler = Scheduler(Catalogue(rooms=[Room("Übung", capacity=1, name="教室")]))

    assert '"id": "Übung"' in plain.dumps(scheduler)
    assert plain.loads(plain.dumps(scheduler)) == scheduler


def test_an_object_with_a_key_twice_is_told_in_a_few_words_however_much_is_in_it():
    twice = parse('{"a": 1, "a": [' + ", ".join(["[[1, 2], 3]"] * 10_000) + "]}")

    assert len(repr(twice)) < 200
