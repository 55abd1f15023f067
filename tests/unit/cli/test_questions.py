"""``slots``, ``explain``, ``agenda`` and ``check``: what is shown is what the engine answers."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bookable import Interval, worlds
from bookable.codecs import plain
from bookable.codecs.iso import instant_text, parse_instant
from tests.unit.cli.support import NOW, assert_no_traceback, run

SEVEN_THIRTY = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
MONDAY = Interval.day(date(2026, 3, 2), zone="Europe/Berlin")
ON_MONDAY = ("--date", "2026-03-02", *NOW)


def test_slots_lists_what_the_engine_offers() -> None:
    clinic = worlds.load("clinic")
    slots = clinic.free_slots(clinic.request("physio"), within=MONDAY, now=SEVEN_THIRTY)

    data = run("slots", "clinic", "physio", *ON_MONDAY, "--json").data

    assert slots
    assert data["count"] == len(slots) == len(data["slots"])
    for slot, shown in zip(slots, data["slots"], strict=True):
        assert shown == {
            "start": instant_text(slot.start),
            "end": instant_text(slot.end),
            "party_size": 1,
            "seats_left": slot.seats_left,
            "host_ids": list(slot.host_ids),
            "room_ids": list(slot.room_ids),
            "allocation": {
                "host_ids": list(slot.allocation.host_ids),
                "room_ids": list(slot.allocation.room_ids),
                "equipment": dict(slot.allocation.equipment),
            },
        }


def test_slots_shows_the_same_as_text() -> None:
    data = run("slots", "clinic", "physio", *ON_MONDAY, "--json").data

    ran = run("slots", "clinic", "physio", *ON_MONDAY)

    head, *rows = ran.out.splitlines()
    assert ran.status == 0
    assert head.startswith(f"{data['count']} free slots from 2026-03-02T00:00+01:00 to ")
    assert [parse_instant(row.split()[0]) for row in rows] == [
        parse_instant(slot["start"]) for slot in data["slots"]
    ]


def test_a_listing_that_is_cut_says_so() -> None:
    ran = run("slots", "clinic", "physio", *ON_MONDAY, "--limit", "2")
    data = run("slots", "clinic", "physio", *ON_MONDAY, "--limit", "2", "--json").data

    assert ran.out.splitlines()[-1] == f"  and {data['count'] - 2} more: --limit"
    assert len(data["slots"]) == 2


def test_the_window_is_a_date_or_has_two_ends() -> None:
    day = run("slots", "clinic", "physio", *ON_MONDAY, "--json").data
    ends = ("--from", "2026-03-02", "--to", "2026-03-03T00:00+01:00", *NOW, "--json")

    assert run("slots", "clinic", "physio", *ends).data == day
    assert run("slots", "clinic", "physio", *ends, "--date", "2026-03-02").status == 2


def test_without_a_window_seven_days_from_now_are_asked() -> None:
    data = run("slots", "clinic", "physio", *NOW, "--json").data

    assert data["within"] == {"start": "2026-03-02T06:30:00Z", "end": "2026-03-09T06:30:00Z"}


def test_now_is_the_clock_of_the_system_unless_given() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    data = run("slots", "clinic", "physio", "--json").data
    after = datetime.now(UTC)

    assert before <= parse_instant(data["now"]) <= after


def test_times_are_read_and_shown_in_the_zone_asked_for() -> None:
    new_york = ("--zone", "America/New_York")

    ran = run("slots", "clinic", "physio", "--from", "2026-03-02T03:00", *NOW, *new_york)

    assert "2026-03-02T03:00-05:00" in ran.out
    assert ran.status == 0


def test_the_zone_is_that_of_the_calendar() -> None:
    data = run("slots", "coworking", "new-york-meeting", *ON_MONDAY, "--json").data

    assert data["zone"] == "America/New_York"
    assert data["within"]["start"] == "2026-03-02T05:00:00Z"


def test_nothing_free_is_a_no() -> None:
    sunday = ("--date", "2026-03-08", *NOW)

    ran = run("slots", "clinic", "physio", *sunday)

    assert ran.status == 1
    assert ran.out.startswith("nothing is free from 2026-03-08T00:00+01:00")
    assert run("slots", "clinic", "physio", *sunday, "--json").data["slots"] == []


def test_a_listing_of_none_is_no_listing_of_nothing() -> None:
    ran = run("slots", "clinic", "physio", *ON_MONDAY, "--limit", "0")

    assert ran.status == 0
    assert "more: --limit" in ran.out


def test_a_request_has_a_party_a_duration_and_hosts() -> None:
    asked = ("--duration", "PT50M", "--host", "ben", "--host", "clara")
    data = run("slots", "clinic", "physio", *ON_MONDAY, *asked, "--json").data

    assert data["slots"]
    for slot in data["slots"]:
        assert set(slot["host_ids"]) <= {"ben", "clara"}
        assert parse_instant(slot["end"]) - parse_instant(slot["start"]) == (
            parse_instant("2026-03-02T00:50Z") - parse_instant("2026-03-02T00:00Z")
        )
    assert run("slots", "clinic", "physio", *ON_MONDAY, "--party-size", "2").status == 1


def test_explain_agrees_with_the_listing() -> None:
    listed = {
        slot["start"]
        for slot in run("slots", "clinic", "shockwave", *ON_MONDAY, "--json").data["slots"]
    }

    for half_hours in range(14, 40):
        start = f"2026-03-02T{half_hours // 2:02}:{half_hours % 2 * 30:02}:00Z"
        ran = run("explain", "clinic", "shockwave", "--start", start, *NOW, "--json")
        assert ran.status == (0 if start in listed else 1)
        assert ran.data["bookable"] == (start in listed) == (ran.data["slot"] is not None)
        assert bool(ran.data["refusals"]) != ran.data["bookable"]


def test_explain_gives_every_reason_in_words_and_as_data() -> None:
    clinic = worlds.load("clinic")
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    refusals = clinic.explain(clinic.request("shockwave"), start=start, now=SEVEN_THIRTY)
    asked = ("explain", "clinic", "shockwave", "--start", "2026-03-02T10:00", *NOW)

    ran, data = run(*asked), run(*asked, "--json").data

    head, *reasons = ran.out.splitlines()
    assert head == "2026-03-02T10:00+01:00 cannot be booked:"
    assert reasons == [f"  {refusal.sentence(zone='Europe/Berlin')}" for refusal in refusals]
    assert [(each["rule"], each["subject"]) for each in data["refusals"]] == [
        (refusal.rule.value, refusal.subject) for refusal in refusals
    ]


def test_explain_says_what_would_be_taken() -> None:
    ran = run("explain", "clinic", "shockwave", "--start", "2026-03-02T09:00", *NOW)

    assert ran.status == 0
    assert "it would take ben, room-2, shockwave-device" in ran.out


def test_an_agenda_lists_bookings_and_blocks_by_start() -> None:
    ran = run("agenda", "clinic", "room-1", *ON_MONDAY)
    data = run("agenda", "clinic", "room-1", *ON_MONDAY, "--json").data

    assert [booking["id"] for booking in data["bookings"]] == ["P1", "P2"]
    assert [block["id"] for block in data["blocks"]] == ["paint"]
    assert [line.split()[3] for line in ran.out.splitlines()[1:]] == ["P1", "P2", "paint"]
    assert "2026-03-02T08:20+01:00" in ran.out


def test_an_agenda_of_a_calendar_lists_its_bookings() -> None:
    data = run("agenda", "training", "first-aid", *ON_MONDAY, "--json").data

    assert [booking["id"] for booking in data["bookings"]] == ["FA1", "FA2"]


def test_an_empty_agenda_is_no_refusal() -> None:
    ran = run("agenda", "clinic", "gym", "--date", "2026-03-08", *NOW)

    assert (ran.status, ran.out.count("\n")) == (0, 1)


@pytest.mark.parametrize("name", worlds.NAMES)
def test_check_finds_nothing_in_the_shipped_worlds(name: str) -> None:
    ran = run("check", name, *NOW)

    assert ran.status == 0
    assert ran.out.endswith("no violations\n")
    assert run("check", name, *NOW, "--json").data["violations"] == []


def test_check_finds_every_violation(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    text = worlds.world_text("clinic")
    # The painters come when P2 is there, and S1 gets a second patient.
    text = text.replace(
        '2026-03-02T16:00:00+01:00", "end": "2026-03-02T18',
        '2026-03-02T10:00:00+01:00", "end": "2026-03-02T18',
    )
    text = text.replace(
        '"id": "S1", "calendar_id": "shockwave"',
        '"id": "S1", "party_size": 2, "calendar_id": "shockwave"',
    )
    path.write_text(text, encoding="utf-8")
    violations = plain.read_world(path).violations(now=SEVEN_THIRTY)

    ran = run("check", str(path), *NOW)

    assert len(violations) >= 2
    assert ran.status == 1
    said = [f"  {violation.sentence(zone='Europe/Berlin')}" for violation in violations]
    assert ran.out.splitlines()[1:] == said
    assert [
        (each["rule"], each["subject"], each["booking_ids"])
        for each in run("check", str(path), *NOW, "--json").data["violations"]
    ] == [(each.rule.value, each.subject, list(each.booking_ids)) for each in violations]


def test_a_world_with_names_that_a_terminal_would_obey_is_shown_as_text(tmp_path: Path) -> None:
    path = tmp_path / "world.json"
    text = worlds.world_text("clinic").replace('"private"', '"\\u001b[2J\\u202e"')
    path.write_text(text, encoding="utf-8")

    ran = run("agenda", str(path), "clara", *ON_MONDAY)

    assert "school-run" in ran.out
    assert "\x1b" not in ran.out
    assert "\u202e" not in ran.out
    assert_no_traceback(ran)
