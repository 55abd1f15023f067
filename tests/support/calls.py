"""Every public call of a scheduler with good arguments, so that each can be spoilt in turn."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

import attrs

from bookable import (
    Absence,
    AddOn,
    AlignedHour,
    Block,
    Booking,
    BookingPolicy,
    Buffers,
    BusyTime,
    Calendar,
    Catalogue,
    Chain,
    CheckIn,
    CivilTime,
    Claim,
    Counting,
    DateRange,
    DeclineRule,
    Epoch,
    Equipment,
    FreeBusy,
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
    Recurrence,
    Reply,
    Request,
    Requirement,
    RollingDays,
    Room,
    Scheduler,
    Segment,
    SeriesPolicy,
    Settings,
    Slot,
    Variant,
    Waitlist,
    WaitlistEntry,
    Where,
    WindowStart,
    WorkingDays,
    WorkingTime,
    all_of,
)
from tests.support.builders import (
    HOUR,
    MINUTE,
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

MOMENTS = (
    *("now", "start", "end", "at", "created_at", "expires_at"),
    *("checked_in_at", "ended_at", "planned_end", "rooms_until", "cancelled_at", "joined_at"),
)
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
        a_member("grace"),
        a_room(calendar_ids=["massage"], capacity=4),
        a_room("attic"),
        a_room("den"),
        an_item(),
        bookings=[
            a_booking(
                "B-1",
                "12:00",
                "13:00",
                calendar_id="massage",
                host_ids=["ada"],
                room_ids=["blue room"],
                version=3,
            ),
            a_booking("B-2", "07:00", "08:00", equipment={"table": 1}),
            a_booking(
                "B-hold",
                room_ids=["den"],
                status="hold",
                version=3,
                created_at=NOW,
                expires_at=NOW + MINUTE,
            ),
            a_booking(
                "S/20260302T140000",
                "14:00",
                "15:00",
                room_ids=["den"],
                series_id="S",
                original_start=datetime(2026, 3, 2, 14),
            ),
            a_booking("B-asked", room_ids=["attic"], status="pending", version=3),
            a_booking(
                "B-there", "10:00", "11:00", room_ids=["attic"], status="checked_in", version=3
            ),
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
    kept = {"metadata": {"title": "Trial"}}
    book = {"slot": slot, "booking_id": "B-9", "now": NOW, "customer_id": "C-1", **kept}
    terms = {"now": NOW, "version": 3, "ignore_cut_off": True}
    move = {"booking_id": "B-1", "to": to, "keep_hosts": True, **terms}
    chain = Chain([Segment(request)])
    hand_over = {"booking_id": "B-1", "now": NOW, "host_ids": ["ben"]}
    handed_over = {**hand_over, "version": 3}
    segments = {
        "chain_slot": state.chain_slots(chain, within=WHOLE_DAY, now=NOW)[0],
        "booking_ids": ["B-9"],
        "now": NOW,
        "customer_id": "C-1",
        **kept,
    }
    series = {
        "request": request,
        "starts": [at("09:00")],
        "booking_ids": ["B-9"],
        "now": NOW,
        "policy": SeriesPolicy(),
        "customer_id": "C-1",
        **kept,
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
        "changed_since": {"before": state},
        "difference": {"other": state, "request": request, "within": WHOLE_DAY, "now": NOW},
        "sessions": {"calendar_id": "massage", "within": WHOLE_DAY, "now": NOW},
        "why_empty": asked,
        "alternatives": {**one, "within": WHOLE_DAY, "limit": 5},
        "host_standings": {"calendar_id": "massage", "now": NOW, "counted_within": WHOLE_DAY},
        "stand_ins": {"booking_id": "B-1", "now": NOW},
        "explain_reassign": hand_over,
        "reassign": handed_over,
        "plan_reassign": handed_over,
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
        "booking": {"booking_id": "B-1", "now": NOW},
        "agenda": {"resource_id": "ada", "within": WHOLE_DAY, "now": NOW},
        "free_busy": {"resource_id": "ada", "within": WHOLE_DAY, "now": NOW},
        "busy_times": {"resource_ids": ["ada"], "within": WHOLE_DAY, "now": NOW},
        "violations": {"now": NOW},
        "book": book,
        "plan_book": book,
        "cancel": {"booking_id": "B-1", **terms},
        "plan_cancel": {"booking_id": "B-1", **terms},
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
            **kept,
        },
        **_of_life(slot),
        **_of_many(state, request),
        "unblock": {"block_id": "K-1"},
        "with_busy_times": {
            "free_busy": FreeBusy(WHOLE_DAY, {"ada": [BusyTime(monday("18:00", "19:00"))]}),
            "source": "her own calendar",
        },
        "apply": {"plan": state.plan_cancel("B-1", now=NOW)},
        "with_catalogue": {"catalogue": state.catalogue.add(a_member("eve")), "now": NOW},
        "remove": {"entry_id": "table", "now": NOW, "detach": True, "cascade": True},
    }


def _of_many(state: Scheduler, request: Request) -> dict[str, dict[str, object]]:
    """Good arguments for what becomes of many bookings at once."""
    weekly = Recurrence("FREQ=WEEKLY;COUNT=1", datetime(2026, 3, 2, 19), "UTC")
    booked = {
        "request": request,
        "recurrence": weekly,
        "series_id": "S-9",
        "now": NOW,
        "policy": SeriesPolicy(),
        "customer_id": "C-1",
        "metadata": {"title": "Trial"},
    }
    changed = {
        "series_id": "S",
        "recurrence": attrs.evolve(weekly, start=datetime(2026, 3, 2, 14)),
        "to": weekly,
        "request": Request(HOUR, [all_of("den")]),
        "now": NOW,
        "following": datetime(2026, 3, 2, 14),
        "new_series_id": None,
        "ignore_cut_off": True,
    }
    ended = {key: changed[key] for key in ("series_id", "now", "following", "ignore_cut_off")}
    dropped = {"series_id": "S", "now": NOW}
    clocks = {"civil_times": {"B-1": CivilTime(datetime(2026, 3, 2, 12), "UTC")}, "now": NOW}
    group = {"commands": [lambda now_is: now_is.plan_cancel("B-1", now=NOW)]}
    repair = {"now": NOW, "within": WHOLE_DAY, "moving": ["B-1"]}
    entry = WaitlistEntry("W-1", request, WHOLE_DAY, NOW)
    promotion = {"waitlist": Waitlist([entry]), "now": NOW, "hold_for": HOUR}
    declined = {
        "booking_id": "B-1",
        "replies": {"G-1": "declined"},
        "now": NOW,
        "rule": DeclineRule(),
        "released_before": False,
    }
    return {
        "occurrences": dropped,
        "recurrence_of": {**dropped, "recurrence": changed["recurrence"]},
        "book_recurring": booked,
        "plan_recurring": booked,
        "change_series": changed,
        "plan_change_series": changed,
        "cancel_series": ended,
        "plan_cancel_series": ended,
        "drop_series": dropped,
        "plan_drop_series": dropped,
        "civil_times": {**dropped, "zone": "UTC", "was": ZoneInfo("UTC")},
        "re_resolve": clocks,
        "plan_re_resolve": clocks,
        "apply_group": group,
        "plan_group": group,
        "impact": {
            "other": state,
            "requests": [request],
            "within": WHOLE_DAY,
            "now": NOW,
            "zone": "UTC",
        },
        "repair": repair,
        "plan_repair": repair,
        "promote": promotion,
        "plan_promotion": promotion,
        "release_declined": {**declined, "version": 3},
        "plan_release_declined": {**declined, "version": 3},
        "kept_although_declined": declined,
    }


def _of_life(slot: Slot) -> dict[str, dict[str, object]]:
    """Good arguments for what becomes of bookings."""
    hold = {
        "slot": slot,
        "booking_id": "B-9",
        "now": NOW,
        "expires_at": NOW + HOUR,
        "customer_id": "C-1",
        "metadata": {"title": "Trial"},
    }
    extend = {"booking_id": "B-hold", "expires_at": NOW + HOUR, "now": NOW, "version": 3}
    confirm = {"booking_id": "B-hold", "now": NOW, "version": 3}
    decline = {"booking_id": "B-asked", "now": NOW, "version": 3}
    check_in = {"booking_id": "B-1", "at": at("12:00"), "method": "verified", "version": 3}
    over = {"booking_id": "B-there", "at": at("10:30"), "version": 3}
    missed = {"booking_id": "B-1", "at": at("12:30"), "version": 3}
    annotated = {"booking_id": "B-there", "metadata": {"title": "Trial"}, "version": 3}
    activity = {"room_id": "blue room", "at": at("12:00")}
    return {
        "hold": hold,
        "plan_hold": hold,
        "extend": extend,
        "plan_extend": extend,
        "confirm": confirm,
        "plan_confirm": confirm,
        "decline": decline,
        "plan_decline": decline,
        "annotate": annotated,
        "plan_annotate": annotated,
        "check_in": check_in,
        "plan_check_in": check_in,
        "record_activity": activity,
        "plan_activity": activity,
        "check_out": over,
        "plan_check_out": over,
        "complete": over,
        "plan_complete": over,
        "mark_no_show": missed,
        "plan_no_show": missed,
        "swept": {"now": NOW},
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
        "override": ["notice_too_short"],
        "unknown_ids": ["grace"],
        "unknown": "left_out",
    }


def values() -> Mapping[type, dict[str, object]]:
    """Good arguments for every value that a host builds, by its type."""
    buffers = {"buffer_before": HOUR, "buffer_after": HOUR, "buffer_policy": "shared"}
    kept = {"metadata": {"title": "Trial"}}
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
        **kept,
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
            "check_in": CheckIn(),
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
            **kept,
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
            "check_in": CheckIn(),
            "pending_blocks": True,
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
            **kept,
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
            "created_at": at("08:00"),
            "expires_at": None,
            "needs_approval": False,
            "pending_blocks": True,
            "check_in": CheckIn(),
            "checked_in_at": at("09:00"),
            "check_in_method": "manual",
            "ended_at": at("10:00"),
            "planned_end": at("10:00"),
            "rooms_until": at("09:30"),
            "cancelled_at": at("08:00"),
            "override": ["busy"],
            "series_id": "S",
            "original_start": datetime(2026, 3, 2, 9),
            "attendee_ids": ["ben"],
            "companion_ids": ["cem"],
            **kept,
        },
        Block: {
            "id": "K-1",
            "resource_id": "ada",
            "interval": WHOLE_DAY,
            "kind": "busy",
            "source": "",
            "buffer_before": HOUR,
            "buffer_after": HOUR,
            **kept,
        },
        BusyTime: {"interval": WHOLE_DAY, "kind": "busy"},
        FreeBusy: {
            "within": WHOLE_DAY,
            "busy": {"ada": [BusyTime(WHOLE_DAY)]},
            "unknown": {"grace": "no permission"},
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
            "at": NOW,
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
            "cancel_notice": HOUR,
            "reschedule_notice": HOUR,
        },
        Chain: {"segments": [Segment(request)]},
        CheckIn: {"early": HOUR, "grace": HOUR, "scope": "room", "most_missed": 3},
        Counting: {"statuses": ["no_show"], "cancelled_within": HOUR},
        DeclineRule: {
            "most_left": 1,
            "notice": HOUR,
            "lead": HOUR,
            "longest": HOUR,
            "only_once": True,
            "exempt_ids": ["board room"],
        },
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
            "counting": Counting(["no_show"]),
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
            "check_in": CheckIn(),
            "locked": ["hours"],
        },
        Ranking: {
            "order": ["priority"],
            "weights": {"ada": 1},
            "priorities": {"ada": 1},
            "calibration": {"ada": 1},
            "counted_within": WHOLE_DAY,
            "strict": True,
            "counting": Counting(["no_show"]),
        },
        Recurrence: {
            "rule": "FREQ=WEEKLY;COUNT=3",
            "start": datetime(2026, 3, 2, 9),
            "zone": "UTC",
            "rdates": [datetime(2026, 3, 3, 9)],
            "exdates": [datetime(2026, 3, 9, 9)],
        },
        Reply: {"answer": "declined", "at": NOW},
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
        Waitlist: {"entries": [WaitlistEntry("W-1", request, WHOLE_DAY, NOW)]},
        WaitlistEntry: {
            "id": "W-1",
            "request": request,
            "within": WHOLE_DAY,
            "joined_at": NOW,
            "priority": 0,
            "customer_id": "C-1",
        },
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
    (target, key)
    for target, key, default, annotation in (*_methods(), *_fields())
    if default is None or "None" in _words(annotation)
} - {("Booking", "series_id"), ("Booking", "original_start")}
"""Where None has a meaning: calls and types by name. An occurrence has both of its fields or neither."""

MAY_BE_THREE = {
    (target, key)
    for target, key, _, annotation in (*_methods(), *_fields())
    if "int" in _words(annotation)
} - {("requests", "whole_days")} | {("Where", "value")}
"""Where a plain number is what is asked for."""
