"""JSCalendar and iCalendar say the same events: both codecs read them alike; odd bodies end by type."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given

from bookable import CodecError
from bookable.codecs import ical, jscalendar
from bookable.timeline.rule import WEEKDAYS
from tests.support import strategies as st
from tests.support.calendars import MARCH, calendar, event

ZONE = "Europe/Berlin"
starts = st.integers(0, 96 * 60).map(
    lambda quarters: datetime(2026, 2, 1) + timedelta(minutes=15 * quarters)
)
rules = st.builds(
    lambda frequency, interval, days, count: (frequency, interval, sorted(days), count),
    st.sampled_from(["daily", "weekly"]),
    st.integers(1, 3),
    st.sets(st.integers(0, 6), max_size=3),
    st.one_of(st.none(), st.integers(1, 20)),
)


def as_json(rule):
    frequency, interval, days, count = rule
    found = {"frequency": frequency, "interval": interval}
    if days:
        found["byDay"] = [{"day": WEEKDAYS[day].lower()} for day in days]
    return found if count is None else {**found, "count": count}


def as_text(rule):
    frequency, interval, days, count = rule
    by_day = f";BYDAY={','.join(WEEKDAYS[day] for day in days)}" if days else ""
    return (
        f"FREQ={frequency.upper()};INTERVAL={interval}{by_day}{f';COUNT={count}' if count else ''}"
    )


def stamp(civil):
    return f"{civil:%Y%m%dT%H%M%S}"


@given(starts, rules, st.sets(st.integers(0, 20), max_size=3), st.booleans())
def test_both_calendars_tell_the_same_of_the_same_event(start, rule, gone, tentative):
    left_out = [start + timedelta(days=day) for day in sorted(gone)]
    body = {
        "@type": "Event",
        "start": start.isoformat(),
        "timeZone": ZONE,
        "duration": "PT45M",
        "status": "tentative" if tentative else "confirmed",
        "recurrenceRules": [as_json(rule)],
        "recurrenceOverrides": {each.isoformat(): {"excluded": True} for each in left_out},
    }
    text = calendar(
        event(
            f"DTSTART;TZID={ZONE}:{stamp(start)}",
            f"RRULE:{as_text(rule)}",
            f"STATUS:{'TENTATIVE' if tentative else 'CONFIRMED'}",
            *[f"EXDATE;TZID={ZONE}:{stamp(each)}" for each in left_out],
            start="",
            lasts="PT45M",
        )
    )

    ours = jscalendar.read_busy(body, subject="ada", within=MARCH)

    assert dict(ours.unknown) == {}
    assert ours == ical.read_busy(text, subject="ada", within=MARCH)


KEYS = [
    *("@type", "start", "timeZone", "duration", "status", "freeBusyStatus", "recurrenceRules"),
    *("recurrenceOverrides", "excluded", "entries", "frequency", "byDay", "day", "nthOfPeriod"),
    *("interval", "count", "until", "byMonth", "byHour", "bySetPosition", "2026-03-03T10:00:00"),
]
WORDS = [
    "Event",
    "Group",
    "daily",
    "weekly",
    "mo",
    "PT1H",
    "P1D",
    "2026-03-02T10:00:00",
    "UTC",
    "",
    "1",
]
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-5, 400), st.floats(), st.sampled_from(WORDS)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=5)
    ),
    max_leaves=12,
)
HEAD = {"@type": "Event", "start": "2026-03-02T10:00:00", "duration": "PT1H", "timeZone": "UTC"}


@given(st.dictionaries(st.sampled_from(KEYS), values, max_size=6), st.booleans())
def test_any_body_is_read_or_refused_by_type(fields, bare):
    body = fields if bare else {**HEAD, **fields}

    try:
        jscalendar.read_busy(body, subject="ada", within=MARCH)
    except CodecError as error:
        assert error.code
