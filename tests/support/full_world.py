"""A world file in which every key of every form stands once at least."""

from __future__ import annotations

import json
from typing import Any, Final

_OFFICE: Final = {"weekly": "Mo-Fr 09:00-17:00", "zone": "Europe/Berlin"}
_MORNING: Final = {"start": "2026-03-02T08:00:00Z", "end": "2026-03-02T12:00:00Z"}
_BUFFERS: Final = {
    "buffer_before": "PT5M",
    "buffer_after": "PT10M",
    "buffer_policy": "existing_only",
}
_FEATURES: Final = {
    "features": ["camera", "lift"],
    "attributes": {"inches": 65, "daylight": True, "floor": "first"},
}
_MONTHS: Final = {"kind": "months", "count": 2, "zone": "UTC"}
_WORKING_DAYS: Final = {"kind": "working_days", "count": 3, "hours": _OFFICE, "zone": "UTC"}

_METADATA: Final = {"colour": "#0a84ff", "title": 'Übung, "laut"'}

_CHECK_IN: Final = {"early": "PT10M", "grace": "PT10M", "scope": "room", "most_missed": 3}

_COUNTING: Final = {"statuses": ["cancelled", "no_show"], "cancelled_within": "PT2H"}

NOTICES: Final = (
    "PT2H",
    _MONTHS,
    _WORKING_DAYS,
    {"kind": "working_time", "duration": "PT8H", "hours": _OFFICE},
)
HORIZONS: Final = (
    "P60D",
    _MONTHS,
    _WORKING_DAYS,
    {"kind": "last_date", "days": 14, "zone": "Europe/Berlin"},
    {"kind": "date_range", "first": "2026-03-01", "last": "2026-06-30", "zone": "UTC"},
    {"kind": "rolling_days", "count": 5, "zone": "UTC"},
)
GRIDS: Final = (
    {"anchor": "local_midnight", "zone": "UTC", "step": "PT30M", "offset": "PT5M"},
    {"anchor": "epoch", "step": "PT30M", "offset": "PT5M"},
    {"anchor": "fixed_starts", "starts": ["2026-03-02T08:00:00Z"]},
    {"anchor": "window_start", "step": "PT30M"},
    {"anchor": "aligned_hour", "step": "PT30M"},
    {"anchor": "optimised", "step": "PT30M"},
)
LIMITS: Final = (
    {
        "maximum": 3,
        "period": "week",
        "per": ["customer", "host"],
        "zone": "UTC",
        "week_start": 6,
        "tag": "trial",
        "name": "three trials a week",
        "counting": _COUNTING,
    },
    {"maximum": "PT10H", "period": "day", "per": []},
)


def _place(section: dict[str, Any]) -> dict[str, Any]:
    return {
        **section,
        "calendar_ids": ["massage"],
        "name": "A name",
        "description": "A description",
        "location_id": "ground floor",
        "is_active": False,
        "hours": _OFFICE,
        "schedule_id": "office",
        **_BUFFERS,
        "overbook_percent": 10,
        **_FEATURES,
        "metadata": _METADATA,
    }


def _requirement(pool: list[str]) -> dict[str, Any]:
    return {
        "pool": pool,
        "kind": "equipment",
        "count": 2,
        "units": 3,
        "per_attendees": 4,
        "features": ["camera"],
        "where": [{"attribute": "inches", "operator": ">=", "value": 50}],
        **_BUFFERS,
        "name": "A role",
    }


def _calendar() -> dict[str, Any]:
    return {
        "id": "massage",
        "duration": "PT1H",
        "kind": "service",
        "member_ids": ["ada"],
        "primary_id": "ada",
        "slot_step": "PT30M",
        "minimum_attendees": 2,
        "bookings_per_host": 2,
        "overbook_percent": 10,
        **_BUFFERS,
        "buffer_within_hours": True,
        "minimum_notice": NOTICES[1],
        "booking_horizon": HORIZONS[-1],
        "grid": GRIDS[0],
        "zone": "Europe/Berlin",
        "hours": _OFFICE,
        "schedule_id": "office",
        "host_hours": _OFFICE,
        "host_hours_mode": "intersect",
        "booker_hours": _OFFICE,
        "requirements": [_requirement(["table", "lamp"])],
        "durations": ["PT90M"],
        "shortest": "PT20M",
        "longest": "PT3H",
        "most_days": 3,
        "host_durations": {"ada": "PT50M"},
        "variants": [
            {"id": "long", "duration": "PT2H", "host_durations": {"ada": "PT100M"}, "name": "Long"}
        ],
        "add_ons": [
            {"id": "oil", "duration": "PT10M", "requirements": [{"pool": ["lamp"]}], "name": "Oil"}
        ],
        "limits": list(LIMITS),
        "policy": {
            "allow": ["ann"],
            "request": ["new"],
            "deny": ["bob"],
            "otherwise": "deny",
            "cancel_notice": "P1D",
            "reschedule_notice": "PT2H",
        },
        "check_in": _CHECK_IN,
        "pending_blocks": False,
        "ranking": {
            "order": ["fair_share", "weight"],
            "weights": {"ada": 3},
            "priorities": {"ada": -1},
            "calibration": {"ada": "3/7"},
            "counted_within": _MORNING,
            "strict": True,
            "counting": _COUNTING,
        },
        "listing": {
            "look_busy": 20,
            "seed": "spring",
            "first_per_day": 3,
            "first_per_window": 1,
            "apart": True,
            "most_slots": 20,
            "shortest_window": "P1D",
            "longest_window": "P31D",
            "zone": "Europe/Berlin",
        },
        "name": "Massage",
        "description": "A massage",
        "location_id": "ground floor",
        "is_active": False,
        "metadata": _METADATA,
    }


def _member() -> dict[str, Any]:
    return {
        "id": "ada",
        "hours": {
            **_OFFICE,
            "overrides": {"2026-03-06": "10:00-12:00"},
            "closures": [_MORNING],
            "layering": "union",
            "restrictions": [{"any_of": [_OFFICE]}],
            "valid_from": "2026-01-01T00:00:00Z",
            "valid_until": "2027-01-01T00:00:00Z",
            "ambiguous_end": "last",
        },
        "schedule_id": "office",
        "calendar_schedules": {"massage": "office"},
        "absences": [{**_MORNING, "reason": "A course", "delegate_id": "ben"}],
        "name": "Ada",
        "priority": 2,
        "weight": 3,
        "is_active": False,
        **_FEATURES,
        "metadata": _METADATA,
    }


def _place_of_settings() -> dict[str, Any]:
    return {
        "id": "ground floor",
        "parent_id": "house",
        "name": "Ground floor",
        "hours": _OFFICE,
        "zone": "Europe/Berlin",
        "buffer_before": "PT5M",
        "buffer_after": "PT5M",
        "max_concurrent": 2,
        "enforce_capacity": False,
        "minimum_notice": NOTICES[2],
        "booking_horizon": HORIZONS[3],
        "check_in": _CHECK_IN,
        "locked": ["hours", "zone"],
    }


def _booking() -> dict[str, Any]:
    return {
        "id": "B-1",
        "start": "2026-03-02T08:00:00Z",
        "end": "2026-03-02T09:00:00Z",
        "calendar_id": "massage",
        "party_size": 2,
        "host_ids": ["ada", "ben", "cem"],
        "room_ids": ["studio"],
        "equipment": {"table": 1},
        "individual_ids": ["table"],
        "attendee_ids": ["ben"],
        "companion_ids": ["cem"],
        "status": "pending",
        "version": 3,
        "customer_id": "ann",
        "location_id": "ground floor",
        "tags": ["overbooked", "trial"],
        "buffers": {"ada": {"before": "PT5M", "after": "PT5M", "policy": "shared"}},
        "created_at": "2026-03-01T08:00:00Z",
        "expires_at": "2026-03-01T08:05:00Z",
        "needs_approval": True,
        "pending_blocks": False,
        "check_in": _CHECK_IN,
        "checked_in_at": "2026-03-02T07:55:00Z",
        "check_in_method": "verified",
        "ended_at": "2026-03-02T09:00:00Z",
        "planned_end": "2026-03-02T10:00:00Z",
        "rooms_until": "2026-03-02T08:30:00Z",
        "cancelled_at": "2026-03-02T07:00:00Z",
        "override": ["busy", "full"],
        "series_id": "S-1",
        "original_start": "2026-03-02T09:00:00",
        "metadata": _METADATA,
    }


def full_world() -> dict[str, Any]:
    """The document, new and free to be changed."""
    # As text in between: no part of it is another part as well.
    return json.loads(json.dumps(_world()))


def _world() -> dict[str, Any]:
    return {
        "format": "bookable-world",
        "version": 2,
        "places": [{"id": "house"}, _place_of_settings()],
        "schedules": {"office": _OFFICE},
        "limits": list(LIMITS),
        "travel": [{"from": "house", "to": "ground floor", "time": "PT5M"}],
        "rooms": [
            _place({"id": "studio", "capacity": 2, "max_concurrent": 1, "enforce_capacity": True})
            | {"parts": ["half"], "check_in": _CHECK_IN},
            {"id": "half", "capacity": 1},
        ],
        "equipment": [
            _place({"id": "table", "quantity": 2, "out_of_service": [{**_MORNING, "units": 1}]}),
            {"id": "lamp", "quantity": 1, "out_of_service": 1},
        ],
        "members": [_member(), {"id": "ben"}, {"id": "cem"}],
        "calendars": [
            _calendar(),
            {"id": "yoga", "duration": "PT1H", "kind": "class", "seats_per_slot": 9},
        ],
        "bookings": [_booking()],
        "blocks": [
            {
                "id": "lunch",
                "resource_id": "ada",
                **_MORNING,
                "kind": "tentative",
                "source": "her own calendar",
                "buffer_before": "PT5M",
                "buffer_after": "PT5M",
                "metadata": _METADATA,
            }
        ],
    }
