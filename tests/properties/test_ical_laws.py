"""iCalendar: what is written is read again, and what repeats does so on the days that a count finds.

The oracle of the second law goes through the days one by one; it knows no rule of ours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from attrs import evolve
from hypothesis import given

from bookable import (
    AnyHours,
    Booking,
    BusyKind,
    BusyTime,
    Catalogue,
    CodecError,
    FreeBusy,
    Hours,
    Interval,
    Member,
    Scheduler,
    WeeklyHours,
    Window,
)
from bookable.codecs.ical import (
    read_availability,
    read_busy,
    read_busy_leniently,
    read_free_busy,
    read_hours,
    write_availability,
    write_bookings,
    write_free_busy,
)
from bookable.timeline.interval_set import IntervalSet
from bookable.timeline.rule import WEEKDAYS
from tests.support import strategies as st
from tests.support.calendars import MARCH, calendar, event, part

STAMP = datetime(2026, 2, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WEEK = timedelta(weeks=1)
SPAN = int(MARCH.duration / SECOND)
STRONG = (BusyKind.BUSY, BusyKind.TENTATIVE, BusyKind.OUT_OF_OFFICE)
BERLIN = "Europe/Berlin"

ids = st.one_of(
    st.sampled_from(
        ["ada", "ada@example.com", "a@b@c", "@", "room 7", "urn:x", "Zoë", "50%", "a,b;c\\d"]
    ),
    st.text("ab:@%;,\\\"'é \N{SNOWMAN}", min_size=1, max_size=12),
)
reasons = st.text(
    st.characters(blacklist_categories=["Cc", "Cs"], whitelist_characters="\n"), max_size=40
)


def pieces(step):
    """Intervals inside March, on a grid of so many seconds and beyond its ends."""
    starts = st.integers(-5, SPAN // step)
    return st.builds(
        lambda start, length: Interval(
            MARCH.start + start * step * SECOND, MARCH.start + (start + length) * step * SECOND
        ),
        starts,
        st.integers(1, 200),
    )


def told(kinds):
    times = st.lists(st.builds(BusyTime, pieces(900), st.sampled_from(kinds)), max_size=60)
    return st.builds(
        lambda busy, unknown: FreeBusy(
            MARCH, busy, {key: why for key, why in unknown.items() if key not in busy}
        ),
        st.dictionaries(ids, times, max_size=3),
        st.dictionaries(ids, reasons, max_size=2),
    ).filter(lambda found: found.subjects)


@given(told(STRONG))
def test_free_busy_is_read_as_it_was_written(free_busy):
    text = write_free_busy(free_busy, dtstamp=STAMP)

    assert read_free_busy(text) == free_busy
    assert write_free_busy(read_free_busy(text), dtstamp=STAMP) == text


@given(told(tuple(kind for kind in BusyKind if kind is not BusyKind.UNKNOWN)))
def test_what_free_busy_cannot_say_is_as_strong_or_blocks_nothing(free_busy):
    read = read_free_busy(write_free_busy(free_busy, dtstamp=STAMP))

    for subject in free_busy.busy:
        assert read.times(subject) == free_busy.times(subject)
        weak, out = [BusyKind.TENTATIVE], [BusyKind.OUT_OF_OFFICE]
        assert read.times(subject, weak) == free_busy.times(subject, weak)
        assert read.times(subject, out) == free_busy.times(subject, out)


@given(
    st.lists(st.builds(BusyTime, pieces(900), st.sampled_from(STRONG)), max_size=9),
    st.integers(1, 999_999),
)
def test_nothing_becomes_free_by_rounding(times, late):
    odd = [
        BusyTime(
            Interval(each.interval.start, each.interval.end + timedelta(microseconds=late)),
            each.kind,
        )
        for each in times
    ]
    given_ = FreeBusy(MARCH, {"ada": odd})

    read = read_free_busy(write_free_busy(given_, dtstamp=STAMP))

    assert given_.times("ada") - read.times("ada") == IntervalSet()


# Events -------------------------------------------------------------------------

starts = st.builds(
    lambda day, minutes: datetime(2025, 11, 1) + timedelta(days=day, minutes=15 * minutes),
    st.integers(0, 150),
    st.integers(0, 95),
)
day_sets = st.sets(st.integers(1, 7), max_size=4)
ends = st.one_of(
    st.just(""),
    st.integers(1, 60).map(lambda count: f";COUNT={count}"),
    st.integers(0, 200).map(
        lambda days: f";UNTIL={datetime(2025, 11, 1) + timedelta(days=days):%Y%m%dT%H%M%S}"
    ),
)


def days_of(start, *, weekly, interval, weekdays, end):
    """The dates on which a rule by the day or week takes place until April 2026, one by one."""
    count = int(end.removeprefix(";COUNT=")) if "COUNT" in end else None
    until = datetime.strptime(end[7:], "%Y%m%dT%H%M%S") if "UNTIL" in end else None
    monday = start.date() - timedelta(days=start.weekday())
    found, day = [], start.date()
    while day < date(2026, 4, 3):
        if weekly:
            fits = (day - monday).days // 7 % interval == 0
            fits = fits and day.isoweekday() in (weekdays or {start.isoweekday()})
        else:
            fits = (day - start.date()).days % interval == 0
            fits = fits and (not weekdays or day.isoweekday() in weekdays)
        at = datetime.combine(day, start.time())
        if fits and (until is None or at <= until) and (count is None or len(found) < count):
            found.append(at)
        day += timedelta(days=1)
    return found


def utc_of(civil):
    """The instant of a civil time in Berlin, which changed to summer on 29 March 2026 at 1 UTC."""
    ahead = 2 if civil >= datetime(2026, 3, 29, 3) else 1
    return (civil - timedelta(hours=ahead)).replace(tzinfo=UTC)


@given(
    starts,
    st.booleans(),
    st.integers(1, 4),
    day_sets,
    ends,
    st.sets(st.integers(0, 20), max_size=4),
    st.dictionaries(st.integers(0, 20), st.integers(-300, 300), max_size=3),
)
def test_what_repeats_does_so_on_the_days_that_a_count_finds(
    start, weekly, interval, weekdays, end, gone, moved
):
    # Summer time begins at 2 in the night: there the two ways to count would differ.
    start = start.replace(hour=4 + start.hour % 18)
    days = days_of(start, weekly=weekly, interval=interval, weekdays=weekdays, end=end)
    by_day = f";BYDAY={','.join(WEEKDAYS[day - 1] for day in sorted(weekdays))}" if weekdays else ""
    rule = f"RRULE:FREQ={'WEEKLY' if weekly else 'DAILY'};INTERVAL={interval}{by_day}{end}"
    left_out = [days[place] for place in sorted(gone) if place < len(days)]
    instead = {days[place]: by for place, by in moved.items() if place < len(days)}
    lines = [f"EXDATE;TZID={BERLIN}:{each:%Y%m%dT%H%M%S}" for each in left_out]
    events = [
        event(
            "UID:1",
            f"DTSTART;TZID={BERLIN}:{start:%Y%m%dT%H%M%S}",
            rule,
            *lines,
            start="",
            lasts="PT30M",
        )
    ]
    for original, by in instead.items():
        shown = (utc_of(original) + timedelta(minutes=by)).strftime("%Y%m%dT%H%M%SZ")
        named = f"RECURRENCE-ID:{utc_of(original):%Y%m%dT%H%M%SZ}"
        events.append(event("UID:1", named, start=shown, lasts="PT30M"))

    found = read_busy(calendar(*events), subject="ada", within=MARCH)

    happening = {*days, start} - {*left_out, *instead}
    times = [utc_of(each) for each in happening]
    times += [utc_of(original) + timedelta(minutes=by) for original, by in instead.items()]
    expected = IntervalSet(Interval(each, each + timedelta(minutes=30)) for each in times)
    assert found.times("ada") == expected.clip(MARCH)


bookings = st.builds(
    lambda number, piece, status, version: Booking(
        f"B-{number}", piece.start, piece.end, host_ids=["ada"], status=status, version=version
    ),
    st.integers(0, 10**6),
    pieces(60),
    st.sampled_from(["confirmed", "pending", "cancelled", "declined", "checked_in"]),
    st.integers(1, 99),
)


@given(st.lists(bookings, max_size=12, unique_by=lambda each: each.id))
def test_a_calendar_of_bookings_is_busy_when_they_block(given_bookings):
    text = write_bookings(given_bookings, dtstamp=STAMP)

    found = read_busy(text, subject="ada", within=MARCH)

    blocking = IntervalSet(each.interval for each in given_bookings if each.is_blocking)
    assert found.times("ada") == blocking.clip(MARCH)


@given(st.lists(bookings, max_size=8, unique_by=lambda each: each.id))
def test_a_calendar_of_bookings_tells_what_the_engine_tells(given_bookings):
    # One after the other, so that none of them meets another.
    apart = [
        evolve(
            each,
            start=MARCH.start + number * WEEK,
            end=MARCH.start + number * WEEK + each.interval.duration,
        )
        for number, each in enumerate(given_bookings[:4])
    ]
    state = Scheduler(Catalogue(members=[Member("ada")]), bookings=apart)

    text = write_bookings(state, dtstamp=STAMP, resource_id="ada")

    expected = state.busy_times(["ada"], within=MARCH, now=STAMP)
    assert read_busy(text, subject="ada", within=MARCH) == expected


# Availability --------------------------------------------------------------------

windows = st.builds(
    lambda opens, quarters: Window(quarter(opens), quarter(opens + quarters)),
    st.integers(24, 80),
    st.integers(1, 8),
)
zones = st.sampled_from(["UTC", BERLIN, "Asia/Kolkata"])
weeks = st.builds(
    WeeklyHours,
    st.dictionaries(st.integers(1, 7), st.lists(windows, max_size=2), max_size=7),
    zones,
)
overrides = st.dictionaries(
    st.integers(0, 40).map(lambda day: date(2026, 2, 25) + timedelta(days=day)),
    st.lists(windows, max_size=2),
    max_size=4,
)
layers = st.sampled_from(["weekly_only", "dates_only", "dates_override", "union"])


def quarter(count):
    return time(count // 4 % 24, count % 4 * 15)


def hours_between(first, last):
    """Hours that hold between two instants, None for no bound."""
    return st.builds(
        lambda week, dated, closed, layering, zone: Hours(
            week,
            dated,
            closures=IntervalSet(closed),
            layering=layering,
            zone=zone,
            valid_from=first,
            valid_until=last,
        ),
        weeks,
        overrides,
        st.lists(pieces(3_600), max_size=2),
        layers,
        zones,
    )


MIDDLE = datetime(2026, 3, 15, 10, 30, tzinfo=UTC)
openings = st.one_of(
    weeks,
    hours_between(None, None),
    hours_between(MIDDLE, None),
    hours_between(None, MIDDLE),
    st.builds(
        lambda *parts: AnyHours(parts), hours_between(None, MIDDLE), hours_between(MIDDLE, None)
    ),
    st.lists(weeks, max_size=3).map(AnyHours),
)


@given(openings)
def test_hours_are_open_when_their_availability_leaves_free(hours):
    text = write_availability(hours, uid="ada", dtstamp=STAMP)

    busy = read_availability(text, subject="ada", within=MARCH).times("ada")
    assert IntervalSet([MARCH]) - busy == hours.open_within(MARCH)
    assert read_hours(text).open_within(MARCH) == hours.open_within(MARCH)


# Bytes ---------------------------------------------------------------------------

VALID = calendar(
    part(
        "VTIMEZONE",
        "TZID:Ours",
        part("STANDARD", "DTSTART:19701025T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
        part("DAYLIGHT", "DTSTART:19700329T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"),
    ),
    event("UID:1", "DTSTART;TZID=Ours:20260302T090000", "RRULE:FREQ=WEEKLY;COUNT=9;BYDAY=MO,WE", "EXDATE;TZID=Ours:20260304T090000", start=""),
    event("UID:1", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Ours:20260311T090000", "STATUS:TENTATIVE"),
    event("RDATE;VALUE=PERIOD:20260320T080000Z/PT1H", "TRANSP:OPAQUE", 'ATTENDEE;CN="A:B";PARTSTAT=DECLINED:mailto:ada'),
    part("VFREEBUSY", "ATTENDEE:mailto:ada", "DTSTART:20260301T000000Z", "DTEND:20260401T000000Z", "FREEBUSY;FBTYPE=BUSY:20260302T090000Z/PT1H"),
    part("VAVAILABILITY", "PRIORITY:3", "BUSYTYPE:BUSY", "DTSTART:20260301T000000Z", part("AVAILABLE", "DTSTART:20260302T090000Z", "DTEND:20260302T170000Z", "RRULE:FREQ=DAILY")),
).encode()  # fmt: skip

READERS = (
    lambda text: read_busy(text, subject="ada", within=MARCH, zone="UTC", attendee="ada"),
    lambda text: read_busy_leniently(text, subject="ada", within=MARCH).free_busy,
    read_free_busy,
    lambda text: read_availability(text, subject="ada", within=MARCH),
    read_hours,
)
edits = st.lists(
    st.tuples(
        st.integers(0, len(VALID) - 1),
        st.integers(0, 4),
        st.one_of(
            st.binary(max_size=3),
            st.sampled_from(
                [
                    b"\r\n",
                    b";",
                    b":",
                    b'"',
                    b",",
                    b"-",
                    b"Z",
                    b"T",
                    b"0",
                    b"9999",
                    b"BEGIN:",
                    b"=",
                    b"\\",
                ]
            ),
        ),
    ),
    min_size=1,
    max_size=6,
)


@given(edits)
def test_whatever_becomes_of_its_bytes_a_calendar_is_read_or_refused_by_type(changes):
    text = VALID
    for place, length, instead in changes:
        text = text[:place] + instead + text[place + length :]

    for read in READERS:
        try:
            read(text)
        except CodecError as error:
            assert error.code


def test_the_calendar_that_is_changed_can_be_read():
    assert READERS[0](VALID).unknown["ada"].endswith("read_free_busy reads VFREEBUSY")
    assert len(READERS[1](VALID).busy["ada"]) == 8
    assert len(READERS[2](VALID).busy["ada"]) == 1
    assert len(READERS[3](VALID).busy["ada"]) == 31
    assert READERS[4](VALID).open_within(MARCH)
