"""Every public call of a scheduler with good arguments, so that each can be spoilt in turn."""

from __future__ import annotations

from collections.abc import Mapping

from bookable import (
    Block,
    Booking,
    Buffers,
    Calendar,
    Catalogue,
    Claim,
    Equipment,
    Interval,
    Member,
    OutOfService,
    Plan,
    Request,
    Requirement,
    Room,
    Scheduler,
)
from tests.support.builders import (
    HOUR,
    NOW,
    WHOLE_DAY,
    a_block,
    a_booking,
    a_calendar,
    a_catalogue,
    a_member,
    a_room,
    a_scheduler,
    an_item,
    at,
    monday,
)

MOMENTS = ("now", "start", "end")
"""The names of arguments that are instants."""


def a_state() -> Scheduler:
    """A bit of everything."""
    return a_scheduler(
        a_calendar(member_ids=["ada"]),
        a_member("ada"),
        a_room(calendar_ids=["massage"], capacity=4),
        a_room("attic"),
        an_item(),
        bookings=[
            a_booking("B-1", "12:00", "13:00", calendar_id="massage", host_ids=["ada"]),
            a_booking("B-2", "07:00", "08:00", equipment={"table": 1}),
        ],
        blocks=[a_block("K-1", "attic", "20:00", "21:00")],
    )


def calls(state: Scheduler) -> Mapping[str, dict[str, object]]:
    """Good arguments for every method, by the name of the method."""
    request = state.request("massage")
    slot = state.slot(request, start=at("09:00"), now=NOW)
    to = state.slot(request, start=at("15:00"), now=NOW, ignoring=["B-1"])
    asked = {"request": request, "within": WHOLE_DAY, "now": NOW, "ignoring": ["B-1"]}
    one = {"request": request, "start": at("09:00"), "now": NOW, "ignoring": ["B-1"]}
    book = {"slot": slot, "booking_id": "B-9", "now": NOW, "customer_id": "C-1"}
    move = {"booking_id": "B-1", "to": to, "now": NOW}
    return {
        "request": {
            "calendar_id": "massage",
            "party_size": 1,
            "duration": HOUR,
            "host_ids": ["ada"],
        },
        "free_slots": {**asked, "limit": 5},
        "first_slot": asked,
        "free_periods": asked,
        "start_periods": asked,
        "slot": one,
        "explain": one,
        "booking": {"booking_id": "B-1"},
        "agenda": {"resource_id": "ada", "within": WHOLE_DAY},
        "free_busy": {"resource_id": "ada", "within": WHOLE_DAY, "now": NOW},
        "violations": {"now": NOW},
        "book": book,
        "plan_book": book,
        "cancel": {"booking_id": "B-1", "now": NOW},
        "plan_cancel": {"booking_id": "B-1", "now": NOW},
        "reschedule": move,
        "plan_reschedule": move,
        "block": {
            "resource_id": "ada",
            "interval": monday("18:00", "19:00"),
            "block_id": "K-9",
            "kind": "busy",
        },
        "unblock": {"block_id": "K-1"},
        "apply": {"plan": state.plan_cancel("B-1", now=NOW)},
        "with_catalogue": {"catalogue": state.catalogue.add(a_member("eve")), "now": NOW},
        "remove": {"entry_id": "table", "now": NOW, "detach": True, "cascade": True},
    }


def values() -> Mapping[type, dict[str, object]]:
    """Good arguments for every value that a host builds, by its type."""
    place = {
        "calendar_ids": ["massage"],
        "name": "",
        "description": "",
        "location_id": "berlin",
        "is_active": True,
        "hours": None,
        "buffer_before": HOUR,
        "buffer_after": HOUR,
    }
    rules = {
        "duration": HOUR,
        "slot_step": HOUR,
        "buffer_before": HOUR,
        "buffer_after": HOUR,
        "buffer_within_hours": True,
        "minimum_notice": HOUR,
        "booking_horizon": HOUR,
        "grid": None,
        "zone": "UTC",
        "hours": None,
        "requirements": [Requirement(["ada"])],
    }
    return {
        Room: {"id": "r", "capacity": 1, "max_concurrent": 1, "features": ["sauna"], **place},
        Equipment: {"id": "e", "quantity": 2, "out_of_service": 1, **place},
        OutOfService: {"interval": WHOLE_DAY, "units": 1},
        Member: {
            "id": "m",
            "hours": None,
            "name": "",
            "priority": 0,
            "weight": 1,
            "is_active": True,
        },
        Calendar: {
            "id": "c",
            "kind": "service",
            "member_ids": ["ada"],
            "primary_id": "ada",
            "seats_per_slot": 1,
            "durations": [HOUR],
            "name": "",
            "description": "",
            "location_id": "berlin",
            "is_active": True,
            **rules,
        },
        Requirement: {
            "pool": ["ada"],
            "count": 1,
            "units": 1,
            "buffer_before": HOUR,
            "buffer_after": HOUR,
            "name": "",
        },
        Request: {"party_size": 1, "calendar_id": None, "host_ids": None, **rules},
        Buffers: {"before": HOUR, "after": HOUR},
        Booking: {
            "id": "B-1",
            "start": at("09:00"),
            "end": at("10:00"),
            "calendar_id": "massage",
            "party_size": 1,
            "host_ids": ["ada"],
            "room_ids": ["blue room"],
            "equipment": {"table": 1},
            "status": "confirmed",
            "version": 1,
            "customer_id": "C-1",
            "buffers": {"ada": Buffers()},
        },
        Block: {"id": "K-1", "resource_id": "ada", "interval": WHOLE_DAY, "kind": "busy"},
        Claim: {
            "resource_id": "ada",
            "footprint": WHOLE_DAY,
            "units": 1,
            "seats": 0,
            "booking_id": "B-1",
        },
        Plan: {
            "command": "x",
            "bookings_before": [],
            "bookings_after": [],
            "blocks_before": [],
            "blocks_after": [],
            "given_back": [],
            "taken": [],
        },
        Interval: {"start": at("09:00"), "end": at("10:00")},
        Catalogue: {"rooms": [], "equipment": [], "members": [], "calendars": []},
        Scheduler: {"catalogue": a_catalogue(), "bookings": [], "blocks": []},
    }


MAY_BE_NONE = {
    ("request", "duration"),
    ("request", "host_ids"),
    ("free_slots", "limit"),
    ("book", "customer_id"),
    ("plan_book", "customer_id"),
    ("with_catalogue", "now"),
    *((kind, name) for kind in ("Room", "Equipment") for name in ("location_id", "hours")),
    *((kind, f"buffer_{side}") for kind in ("Room", "Equipment") for side in ("before", "after")),
    *(("Requirement", f"buffer_{side}") for side in ("before", "after")),
    ("Room", "max_concurrent"),
    ("Member", "hours"),
    *(
        ("Calendar", name)
        for name in (
            "primary_id",
            "slot_step",
            "booking_horizon",
            "grid",
            "zone",
            "hours",
            "requirements",
            "location_id",
        )
    ),
    *(
        ("Request", name)
        for name in (
            "calendar_id",
            "host_ids",
            "slot_step",
            "booking_horizon",
            "grid",
            "zone",
            "hours",
        )
    ),
    *(("Booking", name) for name in ("calendar_id", "customer_id", "buffers")),
}
"""Where None has a meaning: calls and types by name, with the argument."""

MAY_BE_THREE = {
    ("request", "party_size"),
    ("free_slots", "limit"),
    *(
        pair
        for pair in (
            ("Room", "capacity"),
            ("Room", "max_concurrent"),
            ("Equipment", "quantity"),
            ("OutOfService", "units"),
            ("Member", "priority"),
            ("Member", "weight"),
            ("Calendar", "seats_per_slot"),
            ("Requirement", "count"),
            ("Requirement", "units"),
            ("Request", "party_size"),
            ("Booking", "party_size"),
            ("Booking", "version"),
            ("Claim", "units"),
            ("Claim", "seats"),
        )
    ),
}
"""Where a plain number is what is asked for."""
