"""``bookable demo``: the picture and the offers are those of the engine."""

from __future__ import annotations

import os
import pty
import subprocess
from datetime import UTC, date, datetime, timedelta

import pytest

from bookable import Booking, BookingRefused, Interval, Room, Scheduler, WeeklyHours, worlds
from bookable.cli.demo import STORIES, Story
from bookable.cli.output import Terminal
from bookable.cli.picture import draw_day
from bookable.codecs.iso import instant_text
from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.timeline.civil import to_zone
from tests.unit.cli.support import COMMAND, run

MONDAY = date(2026, 3, 2)
STORY = {story.world: story for story in STORIES}


@pytest.mark.parametrize("name", worlds.NAMES)
def test_each_world_has_its_story(name: str) -> None:
    ran = run("demo", name)

    assert ran.status == 0
    assert ran.err == ""
    assert f" {name}: Monday 2 March 2026 " in ran.out
    assert "once more, as NEW2, is refused:" in ran.out
    assert ran.out.count("no violations") == 1


def test_without_a_name_all_stories_are_told() -> None:
    told = "".join(run("demo", name).out for name in worlds.NAMES)

    assert run("demo").out == told


def test_every_run_shows_the_same() -> None:
    assert run("demo") == run("demo")
    assert run("demo", "--json") == run("demo", "--json")


@pytest.mark.parametrize("name", worlds.NAMES)
def test_what_is_told_is_what_the_engine_answers(name: str) -> None:
    story = STORY[name]
    world = worlds.load(name)
    request = world.request(story.calendar_id, party_size=story.party_size)
    (told,) = run("demo", name, "--json").data["stories"]

    slots = [
        slot
        for slot in world.free_slots(
            request,
            within=Interval(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC)),
            now=story.now,
        )
        if instant_text(slot.start) in {each["start"] for each in told["offer"]}
    ]
    after = world.book(slots[0], booking_id="NEW", now=story.now, customer_id="you")

    assert [each["start"] for each in told["offer"]] == [instant_text(s.start) for s in slots]
    assert [each["seats_left"] for each in told["offer"]] == [s.seats_left for s in slots]
    assert told["booked"]["host_ids"] == list(after.booking("NEW").host_ids)
    zone = "Europe/London" if name == "training" else "Europe/Berlin"
    with pytest.raises(BookingRefused) as caught:
        after.book(slots[0], booking_id="NEW2", now=story.now, customer_id="somebody-else")
    assert [each["sentence"] for each in told["second_attempt"]["refusals"]] == [
        refusal.sentence(zone=zone) for refusal in caught.value.refusals
    ]
    assert told["changes"]
    for change in told["changes"]:
        assert_changed_as_told(change, after, story)


def assert_changed_as_told(change, after: Scheduler, story: Story) -> None:
    """Each change is one: the start cannot be booked any more, or has less to choose from."""
    start = datetime.fromisoformat(change["before"]["start"])
    party = change["before"]["party_size"]
    request = after.request(story.calendar_id, party_size=party)
    assert (change["after"] is None) == bool(after.explain(request, start=start, now=story.now))
    if change["after"] is not None:
        assert change["after"]["seats_left"] < change["before"]["seats_left"]


def test_the_offer_in_text_is_the_offer_in_data() -> None:
    (told,) = run("demo", "clinic", "--json").data["stories"]
    text = run("demo", "clinic").out

    for slot in told["offer"]:
        local = datetime.fromisoformat(slot["start"]) + timedelta(hours=1)
        assert f"  {local:%Y-%m-%dT%H:%M}+01:00  to " in text
    assert f": {len(told['offer'])} free" in text


def test_seats_go_down_and_slots_go_away() -> None:
    assert "09:00: 7 seats left before, 3 now" in run("demo", "training").out
    assert "09:00: gone" in run("demo", "clinic").out


def test_an_output_without_block_characters_gets_plain_ones() -> None:
    ran = run("demo", encoding="ascii")

    assert ran.out.isascii()
    assert "\\u" not in ran.out
    assert "#P1" in ran.out
    assert "no violations" in ran.out


def test_the_width_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in (50, 80, 132):
        monkeypatch.setenv("COLUMNS", str(columns))
        lines = run("demo").out.splitlines()

        assert max(len(line) for line in lines if "·" in line or "─" in line) <= columns


@pytest.mark.parametrize(
    "environment, coloured",
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
    ],
)
def test_colours_are_for_terminals(environment: dict[str, str], coloured: bool) -> None:
    outside, inside = pty.openpty()
    clear = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "TERM"}}
    with subprocess.Popen(
        [*COMMAND, "demo", "clinic"], stdout=inside, env={**clear, **environment}
    ) as process:
        os.close(inside)
        shown = b""
        while True:
            try:
                piece = os.read(outside, 65_536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            shown += piece
    os.close(outside)

    assert process.returncode == 0
    assert (b"\x1b[" in shown) is coloured
    assert "\x1b" not in run("demo").out


# The picture ---------------------------------------------------------------


def picture_of(*bookings: Booking, capacity: int = 1, **room: object) -> str:
    """The one lane of a room from 08:00 to 12:00, a sign for each quarter of an hour."""
    mornings = WeeklyHours.parse("Mo 08:00-12:00", zone="UTC")
    studio = Room("r", capacity=capacity, calendar_ids=["c"], hours=mornings, **room)
    calendar = Calendar("c", duration=timedelta(hours=1), kind="event", zone="UTC")
    scheduler = Scheduler(Catalogue(rooms=[studio], calendars=[calendar]), bookings)
    monday = Interval.day(MONDAY, zone="UTC")
    scale, lane, *_ = draw_day(
        scheduler,
        monday,
        zones=[to_zone("UTC")],
        now=monday.start,
        terminal=Terminal(width=3 + 2 + 16, draws=False),
    )
    assert scale.strip().startswith("UTC  08")
    return lane.removeprefix("r    ")


def booked(start: float, end: float, id: str = "A", **rest: object) -> Booking:
    midnight = datetime(2026, 3, 2, tzinfo=UTC)
    return Booking(
        id,
        midnight + timedelta(hours=start),
        midnight + timedelta(hours=end),
        calendar_id="c",
        room_ids=["r"],
        **rest,
    )


def test_a_picture_shows_free_time() -> None:
    assert picture_of() == "." * 16


def test_a_booking_takes_its_time_and_keeps_its_name() -> None:
    assert picture_of(booked(9, 10)) == "....#A##........"
    assert picture_of(booked(8, 12, "B-7")) == "#B-7############"


def test_neighbours_are_told_apart() -> None:
    assert picture_of(booked(9, 10), booked(10, 11, "B")) == "....#A###B##...."


def test_a_name_that_does_not_fit_is_left_out() -> None:
    assert picture_of(booked(9, 10, "long-name")) == "....####........"


def test_a_piece_of_time_that_is_touched_is_taken() -> None:
    assert picture_of(booked(9.1, 9.2)) == "....#..........."


def test_seats_that_are_left_are_shown() -> None:
    assert picture_of(booked(9, 10), capacity=2) == "....+A++........"
    both = (booked(9, 10), booked(9, 10, "B"))
    assert picture_of(*both, capacity=2) == "....#A+1........"


def test_buffers_are_shown_around_a_booking() -> None:
    quarter = timedelta(minutes=15)
    lane = picture_of(booked(9, 10), buffer_before=quarter, buffer_after=quarter)

    assert lane == "...-#A##-......."
