"""Every public call of a scheduler with good arguments, so that each can be spoilt in turn."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from datetime import date

import attrs

from bookable import (
    Absence,
    AddOn,
    AlignedHour,
    Block,
    Booking,
    BookingPolicy,
    Buffers,
    Calendar,
    Catalogue,
    Chain,
    Claim,
    DateRange,
    Epoch,
    Equipment,
    Interval,
    LastDate,
    Limit,
    Listing,
    LocalMidnight,
    Member,
    Months,
    Optimised,
    OutOfService,
    Place,
    Plan,
    Ranking,
    Request,
    Requirement,
    RollingDays,
    Room,
    Scheduler,
    Segment,
    SeriesPolicy,
    Settings,
    Variant,
    Where,
    WindowStart,
    WorkingDays,
    WorkingTime,
)
from tests.support.builders import (
    HOUR,
    NOW,
    OFFICE,
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
        a_calendar(
            member_ids=["ada", "ben"],
            variants=[Variant("long", HOUR)],
            add_ons=[AddOn("oil")],
            most_days=3,
        ),
        a_member("ada"),
        a_member("ben"),
        a_room(calendar_ids=["massage"], capacity=4),
        a_room("attic"),
        an_item(),
        bookings=[
            a_booking(
                "B-1",
                "12:00",
                "13:00",
                calendar_id="massage",
                host_ids=["ada"],
                room_ids=["blue room"],
            ),
            a_booking("B-2", "07:00", "08:00", equipment={"table": 1}),
        ],
        blocks=[a_block("K-1", "attic", "20:00", "21:00")],
    )


def calls(state: Scheduler) -> Mapping[str, dict[str, object]]:
    """Good arguments for every method, by the name of the method."""
    request = state.request("massage", host_ids=["ada"])
    slot = state.slot(request, start=at("09:00"), now=NOW)
    to = state.slot(request, start=at("15:00"), now=NOW, ignoring=["B-1"])
    asked = {"request": request, "within": WHOLE_DAY, "now": NOW, "ignoring": ["B-1"]}
    one = {"request": request, "start": at("09:00"), "now": NOW, "ignoring": ["B-1"]}
    book = {"slot": slot, "booking_id": "B-9", "now": NOW, "customer_id": "C-1"}
    move = {"booking_id": "B-1", "to": to, "now": NOW, "keep_hosts": True}
    chain = Chain([Segment(request)])
    hand_over = {"booking_id": "B-1", "now": NOW, "host_ids": ["ben"]}
    segments = {
        "chain_slot": state.chain_slots(chain, within=WHOLE_DAY, now=NOW)[0],
        "booking_ids": ["B-9"],
        "now": NOW,
        "customer_id": "C-1",
    }
    series = {
        "request": request,
        "starts": [at("09:00")],
        "booking_ids": ["B-9"],
        "now": NOW,
        "policy": SeriesPolicy(),
        "customer_id": "C-1",
    }
    return {
        "request": {**narrowed(), "duration": HOUR},
        "requests": narrowed(),
        "list_slots": {
            "requests": [request],
            "within": WHOLE_DAY,
            "now": NOW,
            "ignoring": ["B-1"],
            "limit": 5,
        },
        "free_days": {
            **{key: value for key, value in narrowed().items() if key != "whole_days"},
            "within": WHOLE_DAY,
            "now": NOW,
            "days": 1,
            "limit": 5,
            "ignoring": ["B-1"],
        },
        "difference": {"other": state, "request": request, "within": WHOLE_DAY, "now": NOW},
        "sessions": {"calendar_id": "massage", "within": WHOLE_DAY, "now": NOW},
        "why_empty": asked,
        "alternatives": {**one, "within": WHOLE_DAY, "limit": 5},
        "host_standings": {"calendar_id": "massage", "now": NOW, "counted_within": WHOLE_DAY},
        "stand_ins": {"booking_id": "B-1", "now": NOW},
        "explain_reassign": hand_over,
        "reassign": hand_over,
        "plan_reassign": hand_over,
        "chain_slots": {
            "chain": chain,
            "within": WHOLE_DAY,
            "now": NOW,
            "limit": 5,
            "ignoring": ["B-1"],
        },
        "book_chain": segments,
        "plan_chain": segments,
        "book_series": series,
        "plan_series": series,
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
            "source": "her own calendar",
            "buffer_before": HOUR,
            "buffer_after": HOUR,
        },
        "unblock": {"block_id": "K-1"},
        "apply": {"plan": state.plan_cancel("B-1", now=NOW)},
        "with_catalogue": {"catalogue": state.catalogue.add(a_member("eve")), "now": NOW},
        "remove": {"entry_id": "table", "now": NOW, "detach": True, "cascade": True},
    }


def narrowed() -> dict[str, object]:
    """All that a request for a calendar may say."""
    return {
        "calendar_id": "massage",
        "party_size": 1,
        "host_ids": ["ada"],
        "variant_id": "long",
        "add_on_ids": ["oil"],
        "features": [],
        "where": [],
        "location_id": None,
        "customer_id": "C-1",
        "groups": ["guests"],
        "tags": ["trial"],
        "attendee_ids": ["ben"],
        "optional_ids": ["ben"],
        "prefer_ids": ["ada"],
        "blocking_kinds": ["busy"],
        "booker_zone": "UTC",
        "use_delegates": True,
        "whole_days": 0,
    }


def values() -> Mapping[type, dict[str, object]]:
    """Good arguments for every value that a host builds, by its type."""
    buffers = {"buffer_before": HOUR, "buffer_after": HOUR, "buffer_policy": "shared"}
    offers = {"features": ["sauna"], "attributes": {"inches": 50}}
    place = {
        "calendar_ids": ["massage"],
        "name": "",
        "description": "",
        "location_id": "berlin",
        "is_active": True,
        "hours": None,
        "schedule_id": "office",
        "overbook_percent": 10,
        **buffers,
        **offers,
    }
    rules = {
        "duration": HOUR,
        "slot_step": HOUR,
        **buffers,
        "buffer_within_hours": True,
        "minimum_notice": HOUR,
        "booking_horizon": HOUR,
        "grid": None,
        "zone": "UTC",
        "hours": None,
        "requirements": [Requirement(["ada"])],
    }
    return {
        **_rules(),
        Room: {
            "id": "r",
            "capacity": 1,
            "max_concurrent": 1,
            "enforce_capacity": True,
            "parts": ["half"],
            **place,
        },
        Equipment: {"id": "e", "quantity": 9, "out_of_service": 1, **place},
        OutOfService: {"interval": WHOLE_DAY, "units": 1},
        Member: {
            "id": "m",
            "hours": None,
            "name": "",
            "priority": 0,
            "weight": 1,
            "is_active": True,
            "schedule_id": "office",
            "calendar_schedules": {"massage": "office"},
            "absences": [Absence(WHOLE_DAY)],
            **offers,
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
            "limits": [Limit(3, "day")],
            "policy": BookingPolicy(),
            "ranking": Ranking(),
            "listing": Listing(),
            "schedule_id": "office",
            "host_hours": None,
            "host_hours_mode": "intersect",
            "booker_hours": None,
            "shortest": HOUR,
            "longest": HOUR,
            "most_days": 1,
            "host_durations": {"ada": HOUR},
            "variants": [Variant("long", HOUR)],
            "add_ons": [AddOn("oil")],
            "bookings_per_host": 1,
            "minimum_attendees": 1,
            "overbook_percent": 10,
            **rules,
        },
        Requirement: {
            "pool": ["ada"],
            "count": 1,
            "units": 1,
            **buffers,
            "name": "",
            "kind": "member",
            "features": ["sauna"],
            "where": [Where("inches", ">=", 50)],
            "per_attendees": 2,
        },
        Request: {
            **narrowed(),
            "calendar_id": None,
            "host_ids": None,
            "variant_id": None,
            "add_on_ids": [],
            **rules,
        },
        Buffers: {"before": HOUR, "after": HOUR, "policy": "shared"},
        Booking: {
            "id": "B-1",
            "start": at("09:00"),
            "end": at("10:00"),
            "calendar_id": "massage",
            "party_size": 1,
            "host_ids": ["ada", "ben", "cem"],
            "room_ids": ["blue room"],
            "equipment": {"table": 1},
            "status": "confirmed",
            "version": 1,
            "customer_id": "C-1",
            "buffers": {"ada": Buffers()},
            "location_id": "berlin",
            "tags": ["trial"],
            "individual_ids": ["table"],
            "attendee_ids": ["ben"],
            "companion_ids": ["cem"],
        },
        Block: {
            "id": "K-1",
            "resource_id": "ada",
            "interval": WHOLE_DAY,
            "kind": "busy",
            "source": "",
            "buffer_before": HOUR,
            "buffer_after": HOUR,
        },
        Claim: {
            "resource_id": "ada",
            "footprint": WHOLE_DAY,
            "units": 1,
            "seats": 0,
            "booking_id": "B-1",
            "whole": False,
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
        Catalogue: {"rooms": [], "equipment": [], "members": [], "calendars": [], **_settings()},
        Scheduler: {"catalogue": a_catalogue(), "bookings": [], "blocks": []},
    }


def _settings() -> dict[str, object]:
    return {
        "places": [Place("berlin"), Place("hamburg")],
        "schedules": {"office": OFFICE},
        "limits": [Limit(3, "day")],
        "travel": {("berlin", "hamburg"): HOUR},
    }


def _rules() -> dict[type, dict[str, object]]:
    """Good arguments for every rule that a calendar or catalogue may state."""
    request = Request(HOUR, [Requirement(["ada"])])
    return {
        Absence: {"interval": WHOLE_DAY, "reason": "", "delegate_id": "ben"},
        AddOn: {"id": "oil", "duration": HOUR, "requirements": [Requirement(["ada"])], "name": ""},
        AlignedHour: {"step": HOUR},
        BookingPolicy: {
            "allow": ["ann"],
            "request": ["new"],
            "deny": ["bob"],
            "otherwise": "deny",
        },
        Chain: {"segments": [Segment(request)]},
        DateRange: {"first": date(2026, 3, 2), "last": date(2026, 3, 2), "zone": "UTC"},
        Epoch: {"step": HOUR, "offset": HOUR},
        LastDate: {"days": 1, "zone": "UTC"},
        Limit: {
            "maximum": 1,
            "period": "day",
            "per": ["calendar"],
            "zone": "UTC",
            "week_start": 0,
            "tag": "trial",
            "name": "",
        },
        Listing: {
            "look_busy": 1,
            "seed": "",
            "first_per_day": 1,
            "first_per_window": 1,
            "apart": True,
            "most_slots": 1,
            "shortest_window": HOUR,
            "longest_window": HOUR,
            "zone": "UTC",
        },
        LocalMidnight: {"zone": "UTC", "step": HOUR, "offset": HOUR},
        Months: {"count": 1, "zone": "UTC"},
        Optimised: {"step": HOUR},
        Place: {
            "id": "berlin",
            "parent_id": "germany",
            "name": "",
            "hours": None,
            "zone": "UTC",
            "buffer_before": HOUR,
            "buffer_after": HOUR,
            "max_concurrent": 1,
            "enforce_capacity": True,
            "minimum_notice": HOUR,
            "booking_horizon": HOUR,
            "locked": ["hours"],
        },
        Ranking: {
            "order": ["priority"],
            "weights": {"ada": 1},
            "priorities": {"ada": 1},
            "calibration": {"ada": 1},
            "counted_within": WHOLE_DAY,
            "strict": True,
        },
        RollingDays: {"count": 1, "zone": "UTC"},
        Segment: {"request": request, "minimum_gap": HOUR, "maximum_gap": HOUR},
        SeriesPolicy: {
            "on_conflict": "skip",
            "beyond_horizon": "decline",
            "most_conflicts": 1,
            "most_percent": 1,
            "within": HOUR,
        },
        Settings: _settings(),
        Variant: {"id": "long", "duration": HOUR, "host_durations": {"ada": HOUR}, "name": ""},
        Where: {"attribute": "inches", "operator": ">=", "value": 50},
        WindowStart: {"step": HOUR},
        WorkingDays: {"count": 1, "hours": None, "zone": "UTC"},
        WorkingTime: {"duration": HOUR, "hours": None},
    }


def _methods() -> Iterator[tuple[str, str, object, str]]:
    """Every argument of every method, with its default and its annotation."""
    of_request = {each.name: each for each in attrs.fields(Request)}
    for name in dir(Scheduler):
        method = getattr(Scheduler, name)
        if name.startswith("_") or not callable(method):
            continue
        for key, each in inspect.signature(method).parameters.items():
            if each.kind is each.VAR_KEYWORD:
                for word in narrowed().keys() - inspect.signature(method).parameters:
                    yield name, word, of_request[word].default, str(of_request[word].type)
            else:
                yield name, key, each.default, str(each.annotation)


def _fields() -> Iterator[tuple[str, str, object, str]]:
    """Every field of every value, with its default and its annotation."""
    for kind in values():
        for each in attrs.fields(kind) if attrs.has(kind) else ():
            if each.init:
                yield kind.__name__, each.name, each.default, str(each.type)


def _words(annotation: str) -> list[str]:
    return annotation.split(" | ")


MAY_BE_NONE = {
    (target, key) for target, key, default, _ in (*_methods(), *_fields()) if default is None
}
"""Where None has a meaning, which is where it is the default: calls and types by name."""

MAY_BE_THREE = {
    (target, key)
    for target, key, _, annotation in (*_methods(), *_fields())
    if "int" in _words(annotation)
} - {("requests", "whole_days")} | {("Where", "value")}
"""Where a plain number is what is asked for."""
