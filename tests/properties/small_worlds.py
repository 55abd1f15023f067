"""Small schedulers that somebody has used for a while, without an oracle: for laws about answers.

A day of hours in UTC, few resources that several calendars share, and bookings, blocks and rules
that are crowded enough to collide.
"""

from __future__ import annotations

from datetime import timedelta

from bookable import (
    Block,
    Booking,
    Calendar,
    Catalogue,
    Equipment,
    Interval,
    Member,
    Request,
    Requirement,
    Room,
    Scheduler,
    WeeklyHours,
)
from bookable.domain.limit import Limit
from bookable.domain.ranking import Ranking
from bookable.timeline.packing import WindowStart
from tests.support import strategies as st
from tests.support.builders import HOUR, NOW, at

FIRST, LAST = 9, 15
HOURS_OF_DAY = range(FIRST, LAST)
DAY = Interval(at(f"{FIRST}:00"), at(f"{LAST}:00"))
OPENINGS = (*[None] * 8, "Mo 09:00-12:00", "Mo 10:00-16:00", "Mo 09:00-10:00, 11:00-14:00")


@st.made_once
def hours() -> st.SearchStrategy[WeeklyHours | None]:
    return st.sampled_from(OPENINGS).map(
        lambda text: None if text is None else WeeklyHours.parse(text, zone="UTC")
    )


@st.made_once
def times() -> st.SearchStrategy[Interval]:
    return st.builds(
        lambda start, length: Interval(at(f"{start}:00"), at(f"{start}:00") + length * HOUR),
        st.sampled_from(HOURS_OF_DAY),
        st.integers(1, 2),
    )


@st.made_once
def few(values) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=len(values), unique=True)


NO_RULES: dict[str, object] = {}
"""What a plain calendar has beside."""

STEPS = ({"slot_step": HOUR}, {"slot_step": HOUR}, {"grid": WindowStart(HOUR)})

TRAVEL = {("east", "west"): HOUR, ("west", "east"): 2 * HOUR}


@st.composite
def more_rules(draw) -> dict[str, object]:
    """Limits, ranking, a place, overbooking: rules that count what is booked."""
    limit = st.builds(
        Limit,
        st.sampled_from([1, 2, 2 * HOUR]),
        st.sampled_from(["day", "week"]),
        per=st.sampled_from([["calendar"], ["host"], ["resource"], ["calendar", "host"], []]),
    )
    return {
        "limits": draw(st.lists(limit, max_size=1)),
        "ranking": draw(
            st.sampled_from(
                [
                    Ranking(),
                    Ranking.availability(),
                    Ranking.equal_distribution(),
                    Ranking.equal_distribution(strict=True),
                ]
            )
        ),
        "location_id": draw(st.sampled_from([None, None, "east", "west"])),
        "overbook_percent": draw(st.sampled_from([0, 0, 50])),
    }


@st.composite
def catalogues(draw, *, rich: bool = False) -> Catalogue:
    members = ["ada", "bob", "cyd"][: draw(st.integers(1, 3))]
    rooms = ["blue", "hall"][: draw(st.integers(0, 2))]
    items = ["lamp"][: draw(st.integers(0, 1))]
    calendars = ["massage", "yoga"][: draw(st.integers(1, 2))]
    buffers = st.sampled_from([*[timedelta(0)] * 4, HOUR])
    parts = {"hall": ["blue"]} if rich and len(rooms) == 2 and draw(st.booleans()) else {}
    return Catalogue(
        members=[
            Member(
                key,
                hours=draw(hours()),
                priority=draw(st.integers(0, 1)),
                is_active=draw(st.sampled_from([True] * 14 + [False])),
            )
            for key in members
        ],
        rooms=[
            Room(
                key,
                draw(st.sampled_from([1, 2, 3, 4, 4, 0])),
                max_concurrent=draw(st.sampled_from([None, None, 1])),
                calendar_ids=draw(st.lists(st.sampled_from(calendars), unique=True)),
                hours=draw(hours()),
                is_active=draw(st.sampled_from([True] * 14 + [False])),
                buffer_after=draw(st.sampled_from([None, None, HOUR])),
                parts=parts.get(key, ()),
            )
            for key in rooms
        ],
        equipment=[
            Equipment(
                key,
                draw(st.sampled_from([1, 2, 3, 0])),
                calendar_ids=draw(st.lists(st.sampled_from(calendars), max_size=1)),
            )
            for key in items
        ],
        calendars=[
            Calendar(
                key,
                draw(st.sampled_from([HOUR, 2 * HOUR])),
                kind=draw(st.sampled_from(["round_robin", "class", "service", "collective"])),
                member_ids=draw(few(members)),
                slot_step=HOUR,
                seats_per_slot=draw(st.sampled_from([1, 1, 2, 3])),
                buffer_before=draw(buffers),
                buffer_after=draw(buffers),
                buffer_within_hours=draw(st.sampled_from([False, False, True])),
                minimum_notice=draw(st.sampled_from([*[timedelta(0)] * 6, 11 * HOUR])),
                booking_horizon=draw(st.sampled_from([*[None] * 6, 13 * HOUR])),
                hours=draw(hours()),
                durations=draw(st.sampled_from([(), (HOUR, 2 * HOUR)])),
                is_active=draw(st.sampled_from([True] * 9 + [False])),
                buffer_policy=draw(st.sampled_from(["exclusive", "shared", "existing_only"])),
                **(draw(more_rules()) if rich else NO_RULES),
            )
            for key in calendars
        ],
        travel=TRAVEL if rich and draw(st.booleans()) else {},
    )


def _roles(draw, catalogue: Catalogue) -> list[Requirement]:
    ids = [entry.id for entry in catalogue if not isinstance(entry, Calendar)]
    roles = []
    for number in range(draw(st.integers(1, 2))):
        pool = draw(few(ids))
        if catalogue.overlapping_rooms:
            # One request may not need two rooms that share a part.
            pool = [key for key in pool if key != "hall"] or ["blue"]
        count = draw(st.integers(1, len(pool)))
        roles.append(Requirement(pool, count=count, name=f"role {number}"))
    return roles


@st.composite
def requests(draw, catalogue: Catalogue, *, packed: bool = False) -> Request:
    """A request for a calendar, or one of its own rules; its starts may be packed."""
    party = draw(st.sampled_from([1, 1, 1, 2]))
    if draw(st.integers(0, 2)):
        calendar = draw(st.sampled_from(catalogue.calendars()))
        hosts = None
        if calendar.kind.value != "collective" and draw(st.integers(0, 3)) == 3:
            hosts = draw(few(list(calendar.member_ids)))
        duration = draw(st.sampled_from(calendar.allowed_durations))
        return Request(duration, party_size=party, calendar_id=calendar.id, host_ids=hosts)
    return Request(
        draw(st.sampled_from([HOUR, 2 * HOUR])),
        _roles(draw, catalogue),
        party_size=party,
        buffer_before=draw(st.sampled_from([timedelta(0), HOUR])),
        minimum_notice=draw(st.sampled_from([*[timedelta(0)] * 5, 10 * HOUR])),
        hours=draw(hours()),
        **draw(st.sampled_from(STEPS if packed else STEPS[:1])),
    )


@st.composite
def schedulers(draw, *, rich: bool = False, most: int = 5) -> Scheduler:
    """A scheduler with some blocks, and bookings that were offered; or that were just there."""
    catalogue = draw(catalogues(rich=rich))
    ids = [entry.id for entry in catalogue]
    blocks = [
        Block(
            f"K-{number}",
            draw(st.sampled_from(ids)),
            draw(times()),
            draw(st.sampled_from(["busy", "busy", "unknown"])),
            source="ical",
        )
        for number in range(draw(st.integers(0, 2)))
    ]
    bookings = []
    for number in range(draw(st.integers(0, 2))):
        interval = draw(times())
        host = draw(st.sampled_from(catalogue.members())).id
        bookings.append(Booking(f"O-{number}", interval.start, interval.end, host_ids=[host]))
    state = Scheduler(catalogue, bookings, blocks)
    for number in range(draw(st.integers(0, most))):
        slots = state.free_slots(draw(requests(catalogue)), within=DAY, now=NOW)
        if slots:
            slot = slots[draw(st.integers(0, 5)) % len(slots)]
            state = state.book(slot, booking_id=f"B-{number}", now=NOW)
    return state


@st.composite
def asked(draw, *, rich: bool = False) -> tuple[Scheduler, Request]:
    """A scheduler and a question to it; ``rich`` worlds have rules that count what is booked."""
    state = draw(schedulers(rich=rich))
    return state, draw(requests(state.catalogue))
