"""Bodies of HighLevel's API, drawn from what its schema allows."""

from __future__ import annotations

from tests.support import strategies as st
from tests.support.spoiled import broken

CONFERENCES = ("zoom_conference", "google_conference", "ms_teams_conference")
PLACES = ("custom", "inbound_call", "outbound_call", "physical", "booker")
USERS = ("u1", "u2", "u3")

plain_data = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**15), 10**15),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=5),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=4,
)
"""Any JSON data."""

presentation = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("groupId", "slug", "widgetSlug", "formId", "alertEmail"), plain_data),
        **dict.fromkeys(("stickyContact", "notes", "pixelId", "notifications"), plain_data),
        "widgetType": st.sampled_from(["default", "classic", None]),
        "eventColor": st.sampled_from(["#039be5", "#ffffff"]),
        "googleInvitationEmails": st.one_of(st.booleans(), st.none()),
        "somethingNew": plain_data,
    },
)
"""Fields that no engine asks for."""


@st.composite
def hours(draw, step: int = 30):
    """A range of open hours: also past midnight, up to 23:60, with equal ends."""
    opens = draw(st.integers(0, 24 * 60 // step - 1)) * step
    closes = draw(st.integers(0, 24 * 60 // step)) * step
    close = (23, 60) if closes == 24 * 60 else divmod(closes, 60)
    return {
        "openHour": opens // 60,
        "openMinute": opens % 60,
        "closeHour": close[0],
        "closeMinute": close[1],
    }


ranges = st.lists(hours(), max_size=2)
open_hours = st.lists(
    st.fixed_dictionaries(
        {"daysOfTheWeek": st.lists(st.integers(0, 6), max_size=4), "hours": ranges}
    ),
    max_size=3,
)
availabilities = st.lists(
    st.fixed_dictionaries(
        {
            "date": st.sampled_from([f"2026-03-0{day}T00:00:00.000Z" for day in range(1, 6)]),
            "hours": ranges,
        },
        optional={"deleted": st.booleans(), "id": st.sampled_from(["a1", "a2", "a3"])},
    ),
    max_size=3,
)
opening = st.fixed_dictionaries(
    {},
    optional={
        "openHours": st.one_of(st.none(), open_hours),
        "availabilities": st.one_of(st.none(), availabilities),
        "availabilityType": st.sampled_from([None, 0, 1]),
    },
)
"""When a calendar is open."""


def _amount(key: str, units: tuple[str, ...], numbers):
    return st.fixed_dictionaries(
        {}, optional={key: numbers, f"{key}Unit": st.sampled_from([*units, None])}
    )


_SHORT = ("mins", "hours")
_LENGTHS = st.sampled_from([0.5, 1, 1.5, 2, 15, 30, 45])
_BUFFERS = st.sampled_from([0, 0.25, 1, 10])


@st.composite
def amounts(draw):
    """Lengths that come to whole minutes, notice and horizon."""
    found = {}
    for key, numbers in (
        ("slotDuration", _LENGTHS),
        ("slotInterval", _LENGTHS),
        ("slotBuffer", _BUFFERS),
        ("preBuffer", _BUFFERS),
    ):
        given = draw(_amount(key, _SHORT, numbers))
        if given.get(f"{key}Unit") != "hours" and key in given:
            given[key] = int(given[key]) or 1
        found |= given
    units = ("mins", "hours", "days", "weeks", "months")
    found |= draw(_amount("allowBookingAfter", units, st.integers(0, 40)))
    return found | draw(_amount("allowBookingFor", units[2:], st.integers(0, 40)))


@st.composite
def teams(draw, kind: str):
    """A team that a calendar of this type may have."""
    most = {"event": 0, "personal": 1}.get(kind, 3)
    users = list(USERS[: draw(st.integers(min(most, 1), most))])
    primary = draw(st.sampled_from(users)) if users else None
    if kind != "collective" and draw(st.booleans()):
        primary = None
    several = 2 if len(users) == 1 and kind not in {"class_booking", "collective"} else 1
    return [draw(_teammate(user, user == primary, several)) for user in users]


@st.composite
def _teammate(draw, user: str, is_primary: bool, most_locations: int):
    extras = {
        "locationConfigurations": st.lists(
            st.fixed_dictionaries(
                {"kind": st.sampled_from(PLACES + CONFERENCES)}, optional={"location": plain_data}
            ),
            max_size=most_locations,
        ),
        "meetingLocation": plain_data,
        "selected": plain_data,
        "priority": st.sampled_from([0, 0.5, 1, None]),
    }
    found = draw(st.fixed_dictionaries({"userId": st.just(user)}, optional=extras))
    if is_primary:
        found["isPrimary"] = True
    elif draw(st.booleans()):
        found["isPrimary"] = draw(st.sampled_from([False, None]))
    return found


KINDS = ("round_robin", "event", "class_booking", "collective", "service_booking", "personal")

flags = st.sampled_from([True, False, None])
terms = st.fixed_dictionaries(
    {},
    optional={
        "isActive": flags,
        "autoConfirm": flags,
        "allowReschedule": flags,
        "allowCancellation": flags,
        "appoinmentPerSlot": st.one_of(st.none(), st.integers(1, 4)),
        "appoinmentPerDay": st.one_of(st.none(), st.integers(0, 4)),
        "description": st.sampled_from(["", "ä\n", None]),
        "eventType": st.sampled_from(
            [
                "RoundRobin_OptimizeForAvailability",
                "RoundRobin_OptimizeForEqualDistribution",
                None,
            ]
        ),
        "lookBusyConfig": st.one_of(
            st.none(),
            st.fixed_dictionaries(
                {"enabled": st.booleans(), "LookBusyPercentage": st.integers(0, 100)}
            ),
        ),
        "guestType": st.sampled_from(["count_only", "collect_detail", None]),
        "recurring": st.one_of(
            st.none(),
            st.fixed_dictionaries(
                {},
                optional={
                    "freq": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
                    "count": st.integers(0, 24),
                    "bookingOption": st.sampled_from(["skip", "continue", "book_next"]),
                    "bookingOverlapDefaultStatus": st.sampled_from(["confirmed", "new"]),
                },
            ),
        ),
    },
)


@st.composite
def calendar_bodies(draw):
    """The body of any calendar."""
    kind = draw(st.sampled_from(KINDS))
    team = draw(teams(kind))
    body = {"locationId": "berlin", "name": draw(st.sampled_from(["cut", ""]))}
    for part in (presentation, opening, amounts(), terms):
        body |= draw(part)
    if team or draw(st.booleans()):
        body["teamMembers"] = team
    if kind not in {"round_robin", "event"} or draw(st.booleans()):
        body["calendarType"] = kind
    if draw(st.booleans()):
        body["enableRecurring"] = draw(st.booleans()) and len(team) < 2
    places = PLACES if kind == "event" else PLACES + CONFERENCES
    if draw(st.booleans()):
        locations = st.lists(st.fixed_dictionaries({"kind": st.sampled_from(places)}), max_size=2)
        body["locationConfigurations"] = draw(locations)
    return body


# What is wrong ---------------------------------------------------------------

junk = st.one_of(
    plain_data,
    st.sampled_from([-1, 1.5, 10**30, float("nan"), float("inf"), "\0", "\ud800", [[]], {}, [{}]]),
    st.sampled_from(["2026-03-02", "24:00", "mins", "x" * 200, [None], object(), b"", ()]),
)
"""Anything that may stand where something else should."""


def spoilt(bodies):
    """A body in which something else stands somewhere."""
    return broken(bodies, junk)


@st.composite
def intervals(draw):
    """An interval of a schedule, at half hours; its times with one digit or two."""
    opens = draw(st.integers(0, 46)) * 30
    closes = draw(st.integers(opens // 30 + 1, 48)) * 30
    last = "23:59" if closes == 24 * 60 else f"{closes // 60:02}:{closes % 60:02}"
    first = f"{opens // 60:02}:{opens % 60:02}"
    return {"from": first.removeprefix("0") if draw(st.booleans()) else first, "to": last}


_DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_intervals = st.lists(intervals(), max_size=2)
rules = st.lists(
    st.one_of(
        st.fixed_dictionaries(
            {"type": st.just("wday"), "day": st.sampled_from(_DAYS), "intervals": _intervals}
        ),
        st.fixed_dictionaries(
            {
                "type": st.just("date"),
                "date": st.sampled_from([f"2026-03-0{day}" for day in range(1, 6)]),
                "intervals": _intervals,
            }
        ),
    ),
    max_size=5,
)


@st.composite
def schedule_bodies(draw, user: str = "ada", calendars: tuple[str, ...] = ("cut", "wash")):
    """The body of a user's schedule."""
    return draw(
        st.fixed_dictionaries(
            {
                "name": st.sampled_from(["", "late"]),
                "locationId": st.just("berlin"),
                "timezone": st.sampled_from(["Europe/Berlin", "America/New_York", "UTC"]),
                "userId": st.just(user),
            },
            optional={
                "calendarIds": st.lists(st.sampled_from(calendars), unique=True),
                "rules": rules,
                "deleted": st.sampled_from([False, None]),
                "dateAdded": st.just("2023-01-15T10:30:00.000Z"),
                "somethingNew": plain_data,
            },
        )
    )
