"""Events of calendars as busy time: what counts, what repeats, and what cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bookable import CodecError, Interval, InvalidValueError
from bookable.codecs.ical import read_busy, read_busy_leniently
from tests.support.calendars import MARCH, calendar, event, part, told

BERLIN = "Europe/Berlin"
AT_NINE = ["02 09:00-10:00 busy"]


def busy(*lines, within=MARCH, **options):
    """What a calendar with these lines tells, all of which can be read."""
    found = read_busy(calendar(*lines), subject="ada", within=within, **options)
    assert dict(found.unknown) == {}
    return told(found)


def reason(*lines, **options):
    """Why the subject of a calendar with these lines is unknown."""
    found = read_busy(calendar(*lines), subject="ada", within=MARCH, **options)
    assert dict(found.busy) == {}
    return found.unknown["ada"]


def zoned(start, *lines, zone=BERLIN, **fields):
    return event(f"DTSTART;TZID={zone}:{start}", *lines, start="", **fields)


def days(found):
    return [each.partition(" ")[0] for each in found]


# What is busy, and how ----------------------------------------------------------


def test_an_event_is_busy():
    assert busy(event()) == AT_NINE


def test_a_calendar_without_events_leaves_the_subject_free():
    assert busy() == []


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["TRANSP:TRANSPARENT"], None),
        (["TRANSP:OPAQUE"], "busy"),
        (["TRANSP:HAZY"], "busy"),
        (["STATUS:CANCELLED"], None),
        (["STATUS:CONFIRMED"], "busy"),
        (["STATUS:TENTATIVE"], "tentative"),
        (["status:tentative"], "tentative"),
        (["STATUS:TENTATIVE", "TRANSP:TRANSPARENT"], None),
        (["STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"], None),
    ],
)
def test_M6_transparency_and_status(lines, kind):
    assert busy(event(*lines)) == ([f"02 09:00-10:00 {kind}"] if kind else [])


@pytest.mark.parametrize(
    ("word", "others", "kind"),
    [
        ("OOF", [], "out_of_office"),
        ("TENTATIVE", [], "tentative"),
        ("TENTATIVE", ["TRANSP:OPAQUE"], "tentative"),
        ("WORKINGELSEWHERE", [], "elsewhere"),
        ("BUSY", [], "busy"),
        ("BUSY", ["STATUS:TENTATIVE"], "busy"),
        ("FREE", [], None),
        ("FREE", ["TRANSP:OPAQUE"], "busy"),
        ("BUSY", ["TRANSP:TRANSPARENT"], "busy"),
        ("SOMETHING", [], "busy"),
        ("SOMETHING", ["TRANSP:TRANSPARENT"], None),
    ],
)
def test_outlook_says_it_finer_and_the_stronger_word_counts(word, others, kind):
    lines = [f"X-MICROSOFT-CDO-BUSYSTATUS:{word}", *others]

    assert busy(event(*lines)) == ([f"02 09:00-10:00 {kind}"] if kind else [])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("DECLINED", []),
        ("TENTATIVE", ["02 09:00-10:00 tentative"]),
        ("ACCEPTED", AT_NINE),
        ("NEEDS-ACTION", AT_NINE),
    ],
)
def test_what_the_subject_answered_counts_where_its_address_is_given(answer, expected):
    meeting = event(
        "ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.com",
        f'ATTENDEE;PARTSTAT={answer};CN="Ada; of: London":MAILTO:Ada@Example.com',
    )

    assert busy(meeting, attendee="ada@example.com") == expected
    assert busy(meeting, attendee="mailto:ada@example.com") == expected
    assert busy(meeting) == AT_NINE


def test_events_that_meet_count_by_the_stronger_of_them():
    late = event("STATUS:TENTATIVE", start="20260302T093000Z")

    assert busy(event(), late) == [*AT_NINE, "02 10:00-10:30 tentative"]


def test_only_the_window_is_told():
    within = Interval(
        datetime(2026, 3, 2, 9, 30, tzinfo=UTC), datetime(2026, 3, 2, 9, 45, tzinfo=UTC)
    )

    assert busy(event(), within=within) == ["02 09:30-09:45 busy"]


# How long ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART:20260302T090000Z"], []),
        (["DTSTART:20260302T090000Z", "DTEND:20260302T090000Z"], []),
        (["DTSTART:20260302T090000Z", "DTEND:20260302T100000Z"], AT_NINE),
        (["DTSTART:20260302T090000Z", "DURATION:PT30M", "DTEND:20260302T100000Z"], AT_NINE),
        (["DTSTART:20260302T090000Z", "DTEND;TZID=Europe/Berlin:20260302T110000"], AT_NINE),
        (["DTSTART;VALUE=DATE:20260302"], ["02 00:00-03 00:00 busy"]),
        (["DTSTART:20260302"], ["02 00:00-03 00:00 busy"]),
        (["DTSTART:20260302", "DTEND:20260302"], ["02 00:00-03 00:00 busy"]),
        (["DTSTART:20260302", "DTEND;VALUE=DATE:20260304"], ["02 00:00-04 00:00 busy"]),
        (["DTSTART:20260302", "DURATION:P1W"], ["02 00:00-09 00:00 busy"]),
        (["DTSTART:20260302", "DURATION:PT1H"], ["02 00:00-03 00:00 busy"]),
        (["DTSTART:20260302T095960Z", "DURATION:PT1S"], ["02 09:59-10:00 busy"]),
    ],
)
def test_starts_ends_and_durations(lines, expected):
    assert busy(part("VEVENT", *lines), zone="UTC") == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # The clock goes forward on 29 March at 2: one hour of the night is missing.
        (["DTEND;TZID=Europe/Berlin:20260329T090000"], "28 08:00-29 07:00 busy"),
        (["DURATION:P1D"], "28 08:00-29 07:00 busy"),
        (["DURATION:PT24H"], "28 08:00-29 08:00 busy"),
    ],
)
def test_an_end_and_days_go_by_the_clock_and_hours_are_exact(lines, expected):
    assert busy(zoned("20260328T090000", *lines, lasts="")) == [expected]


def test_a_start_that_the_clock_skips_comes_after_the_change_and_lasts_as_long():
    skipped = zoned("20260329T023000", "DTEND;TZID=Europe/Berlin:20260329T030000", lasts="")

    assert busy(skipped) == ["29 01:30-02:00 busy"]


def test_dates_are_days_of_the_zone_of_the_subject():
    day = part("VEVENT", "DTSTART;VALUE=DATE:20260302")

    assert busy(day, zone=BERLIN) == ["01 23:00-02 23:00 busy"]


def test_a_calendar_may_say_which_zone_its_dates_are_in():
    lines = ("X-WR-TIMEZONE:Europe/Berlin", event(start="20260302T090000"))

    assert busy(*lines) == ["02 08:00-09:00 busy"]
    assert busy(*lines, zone="Asia/Tokyo") == ["02 00:00-01:00 busy"]


@pytest.mark.parametrize("start", ["20260302", "20260302T090000"])
def test_without_any_zone_dates_and_floating_times_cannot_be_read(start):
    assert reason(event(start=start)).endswith("and no zone is given for it")


# What happens again --------------------------------------------------------------


def test_a_rule_is_read_from_the_window_on_however_old_it_is():
    assert days(busy(event("RRULE:FREQ=MONTHLY;BYDAY=-1FR", start="19700130T090000Z"))) == ["27"]


def test_the_start_counts_even_if_the_rule_says_otherwise():
    assert days(busy(event("RRULE:FREQ=WEEKLY;BYDAY=FR;UNTIL=20260313T090000Z"))) == [
        "02",
        "06",
        "13",
    ]


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20260304T090000Z", "04"),
        ("20260304T085959Z", "03"),
        ("20260304T100000", "04"),
        ("20260304", "04"),
    ],
)
def test_until_in_utc_or_by_the_clock_or_as_a_whole_day(until, last):
    found = busy(zoned("20260302T100000", f"RRULE:FREQ=DAILY;UNTIL={until}"))

    assert days(found)[-1] == last


def test_until_in_utc_never_cuts_off_what_the_clock_shows_twice():
    # Until the clock shows 2:00 for the second time: what begins at 2:30 has done so already.
    window = Interval(datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 28, tzinfo=UTC))
    found = busy(zoned("20261001T023000", "RRULE:FREQ=DAILY;UNTIL=20261025T010000Z"), within=window)

    assert found == ["24 00:30-01:30 busy", "25 00:30-01:30 busy"]


def test_until_in_utc_of_dates_never_cuts_the_last_of_them_off():
    daily = event("RRULE:FREQ=DAILY;UNTIL=20260303T000000Z", start="20260302", lasts="")

    assert busy(daily, zone="America/New_York") == ["02 05:00-04 05:00 busy"]


def test_dates_are_added_and_left_out():
    found = busy(
        event(
            "RRULE:FREQ=DAILY;COUNT=4",
            "EXDATE;TZID=Europe/Berlin:20260303T100000",
            "EXDATE;VALUE=DATE:20260304",
            "RDATE:20260310T090000Z,20260311T120000Z",
            "RDATE;VALUE=PERIOD:20260312T090000Z/PT30M,20260313T090000Z/20260313T110000Z",
        )
    )

    assert found == [
        "02 09:00-10:00 busy",
        "05 09:00-10:00 busy",
        "10 09:00-10:00 busy",
        "11 12:00-13:00 busy",
        "12 09:00-09:30 busy",
        "13 09:00-11:00 busy",
    ]


def test_an_occurrence_is_moved_and_another_one_cancelled():
    found = busy(
        event("UID:1", "RRULE:FREQ=DAILY;COUNT=3"),
        event("UID:1", "RECURRENCE-ID:20260303T090000Z", start="20260320T120000Z", lasts="PT2H"),
        part("VEVENT", "UID:1", "RECURRENCE-ID:20260304T090000Z", "STATUS:CANCELLED"),
    )

    assert found == [*AT_NINE, "20 12:00-14:00 busy"]


def test_an_occurrence_is_known_by_its_instant_whatever_the_zone_it_is_told_in():
    found = busy(
        zoned("20260302T100000", "UID:1", "RRULE:FREQ=DAILY;COUNT=2"),
        event("UID:1", "RECURRENCE-ID:20260303T090000Z", start="20260320T120000Z"),
    )

    assert days(found) == ["02", "20"]


def test_a_date_of_a_series_without_a_zone_is_one_of_its_own():
    found = busy(
        zoned("20260302T100000", "UID:1", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260303T100000"),
        event("UID:1", "RECURRENCE-ID:20260304T100000", start="20260320T120000Z"),
    )

    assert days(found) == ["02", "20"]


def test_what_stands_for_an_occurrence_counts_without_the_series_too():
    assert busy(event("UID:1", "RECURRENCE-ID:20260301T090000Z")) == AT_NINE


def test_an_opaque_occurrence_of_a_transparent_series():
    found = busy(
        event("UID:1", "RRULE:FREQ=DAILY", "TRANSP:TRANSPARENT"),
        event("UID:1", "RECURRENCE-ID:20260302T090000Z"),
    )

    assert found == AT_NINE


def test_this_and_all_later_occurrences_are_moved():
    found = busy(
        event("UID:1", "RRULE:FREQ=DAILY;COUNT=4"),
        event(
            "UID:1",
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20260304T090000Z",
            "STATUS:TENTATIVE",
            start="20260304T140000Z",
            lasts="PT30M",
        ),
    )

    assert found == [
        "02 09:00-10:00 busy",
        "03 09:00-10:00 busy",
        "04 14:00-14:30 tentative",
        "05 14:00-14:30 tentative",
    ]


def test_this_and_all_later_occurrences_are_moved_into_another_zone():
    found = busy(
        zoned("20260327T100000", "UID:1", "RRULE:FREQ=DAILY;COUNT=4"),
        zoned(
            "20260328T180000",
            "UID:1",
            "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20260328T100000",
            zone="Asia/Tokyo",
        ),
    )

    # Moved by the clock of the series, from 10 to 10 in Berlin; which changes on the 29th.
    assert found == [
        "27 09:00-10:00 busy",
        "28 09:00-10:00 busy",
        "29 08:00-09:00 busy",
        "30 08:00-09:00 busy",
    ]


def test_this_and_all_later_occurrences_are_cancelled():
    found = busy(
        event("UID:1", "RRULE:FREQ=DAILY"),
        event("UID:1", "RECURRENCE-ID;RANGE=THISANDFUTURE:20260303T090000Z", "STATUS:CANCELLED"),
    )

    assert found == AT_NINE


def test_later_occurrences_are_moved_into_the_window_from_far_outside():
    found = busy(
        event("UID:1", "RRULE:FREQ=YEARLY", start="20200901T090000Z"),
        event(
            "UID:1",
            "RECURRENCE-ID;RANGE=THISANDFUTURE:20210901T090000Z",
            start="20210303T090000Z",
        ),
    )

    assert days(found) == ["03"]


def test_a_later_version_of_an_event_takes_the_place_of_an_earlier_one():
    old, new = event("UID:1"), event("UID:1", "SEQUENCE:2", start="20260305T090000Z")

    assert days(busy(new, old)) == ["05"]
    assert days(busy(event("UID:1"), event("UID:1", start="20260305T090000Z"))) == ["02", "05"]


def test_rules_by_the_hour_are_read_within_the_budget():
    assert len(busy(event("RRULE:FREQ=HOURLY;INTERVAL=12", lasts="PT1M"))) == 60
    assert "occurrences is 10,000" in reason(event("RRULE:FREQ=SECONDLY;INTERVAL=60"))
    assert "work for one rule" in reason(event("RRULE:FREQ=SECONDLY"))


# What cannot be read -------------------------------------------------------------


UNREADABLE = {
    "no start": ([], "$.VEVENT[1].DTSTART: this is required"),
    "two starts": (["DTSTART:20260302", "DTSTART:20260303"], "expected one DTSTART, not 2"),
    "a start of words": (["DTSTART:tomorrow"], "expected a date or a time"),
    "a day that is none": (["DTSTART:20260230"], "expected a date or a time"),
    "a year too early": (["DTSTART:00990101"], "years in civil"),
    "an end before the start": (
        ["DTSTART:20260302T090000Z", "DTEND:20260302T080000Z"],
        "expected an end that is not before its start, not '20260302T080000Z'",
    ),
    "a date and an end with a time": (
        ["DTSTART;VALUE=DATE:20260302", "DTEND:20260302T080000Z"],
        "expected a date, as the start is",
    ),
    "a negative duration": (["DTSTART:20260302T090000Z", "DURATION:-PT1H"], "not negative"),
    "an endless duration": (["DTSTART:20260302T090000Z", "DURATION:P99999999999D"], "ten years"),
    "eleven years": (["DTSTART:20260302T090000Z", "DURATION:P4000D"], "days of one event"),
    "a duration of nothing": (["DTSTART:20260302T090000Z", "DURATION:P"], "expected a duration"),
    "hours that are none": (["DTSTART:20260302T090000Z", "DURATION:PT"], "expected a duration"),
    "a number without a unit": (
        ["DTSTART:20260302T090000Z", "DURATION:PT5"],
        "expected a duration",
    ),
    "a unit without a number": (
        ["DTSTART:20260302T090000Z", "DURATION:PTH"],
        "expected a duration",
    ),
    "units out of order": (["DTSTART:20260302T090000Z", "DURATION:PT1M1H"], "expected a duration"),
    "two signs": (["DTSTART:20260302T090000Z", "DURATION:+-PT1H"], "expected a duration"),
    "two zones in one line": (
        ["DTSTART;TZID=Europe/Berlin,Asia/Tokyo:20260302T090000"],
        "$.VEVENT[1].DTSTART;TZID: expected one value",
    ),
    "a zone that nobody knows": (
        ["DTSTART;TZID=Middle Earth:20260302T090000"],
        "$.VEVENT[1].DTSTART;TZID: expected a zone that is known",
    ),
    "a rule of another grammar": (
        ["DTSTART:20260302T090000Z", "RRULE:FREQ=DAILY;BYEASTER=1"],
        "$.VEVENT[1].RRULE: expected parts of RFC 5545",
    ),
    "an interval of nothing": (
        ["DTSTART:20260302T090000Z", "RRULE:FREQ=DAILY;INTERVAL=0"],
        "INTERVAL",
    ),
    "a rule too long": (
        ["DTSTART:20260302T090000Z", f"RRULE:FREQ=DAILY;BYDAY=MO{',MO' * 200}"],
        "characters of a rule",
    ),
    "a rule of exceptions": (["DTSTART:20260302T090000Z", "EXRULE:FREQ=DAILY"], "no EXRULE"),
    "an added date of words": (
        ["DTSTART:20260302T090000Z", "RDATE:soon"],
        "expected a date or a time",
    ),
    "an added date where there are times": (
        ["DTSTART:20260302T090000Z", "RDATE:20260303"],
        "expected a time, as the start is",
    ),
    "a period that runs backwards": (
        ["DTSTART:20260302T090000Z", "RDATE:20260303T090000Z/20260303T080000Z"],
        "expected an end that is not before its start",
    ),
    "an exception of words": (
        ["DTSTART:20260302T090000Z", "EXDATE:never"],
        "expected a date or a time",
    ),
    "a line that is none": (
        ["DTSTART:20260302T090000Z", "RRULE FREQ DAILY"],
        "expected a line as NAME:value",
    ),
    "parameters without end": (
        [f"DTSTART{';A=b' * 65}:20260302T090000Z"],
        "the limit on parameters is 64; this has 65",
    ),
    "quotes that do not end": (['DTSTART;TZID="Europe:20260302T090000Z'], "DTSTART"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_whoever_has_an_event_that_cannot_be_read_is_unknown(case):
    lines, expected = UNREADABLE[case]

    assert expected in reason(event("UID:good"), part("VEVENT", *lines), zone="UTC")


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_takes_no_time_need_not_be_read(case):
    lines, _ = UNREADABLE[case]

    assert busy(event(), part("VEVENT", *lines, "STATUS:CANCELLED")) == AT_NINE


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_left_out_and_told_if_the_caller_says_so(case):
    lines, expected = UNREADABLE[case]
    text = calendar(event("UID:good"), part("VEVENT", "UID:bad", *lines))

    found = read_busy_leniently(text, subject="ada", within=MARCH, zone="UTC")

    assert told(found.free_busy)[0] == AT_NINE[0]
    assert dict(found.free_busy.unknown) == {}
    (fault,) = found.skipped
    assert fault.uid == "bad"
    assert fault.path.startswith("$.VEVENT[1]")
    assert expected in str(fault)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["RECURRENCE-ID:whenever"], "expected a date or a time"),
        (["RECURRENCE-ID;RANGE=THISANDPRIOR:20260303T090000Z"], "RANGE=THISANDFUTURE or none"),
        (
            ["RECURRENCE-ID;RANGE=THISANDFUTURE:20260303T090000Z", "RRULE:FREQ=DAILY"],
            "later occurrences that are moved alike",
        ),
        (["RECURRENCE-ID;RANGE=THISANDFUTURE:20400303T090000Z"], "a move of at most ten years"),
    ],
)
def test_an_occurrence_that_cannot_be_read_makes_the_subject_unknown(lines, expected):
    assert expected in reason(event("UID:1", "RRULE:FREQ=DAILY"), event("UID:1", *lines))


def test_an_exception_that_cannot_be_read_leaves_the_occurrence_busy():
    cancelled = event("UID:1", "RECURRENCE-ID:whenever", "STATUS:CANCELLED")

    assert busy(event("UID:1"), cancelled) == AT_NINE


def test_how_busy_an_event_is_must_be_told_once():
    assert "expected one STATUS, not 2" in reason(event("STATUS:TENTATIVE", "STATUS:CANCELLED"))


def test_a_line_of_the_calendar_itself_that_is_none():
    assert "$.VCALENDAR[0]: expected a line" in reason("something else", event())


def test_free_busy_is_not_overlooked():
    told_elsewhere = part("VFREEBUSY", "FREEBUSY:20260302T090000Z/PT1H")

    assert "read_free_busy reads VFREEBUSY" in reason(told_elsewhere)
    assert "read_free_busy reads VFREEBUSY" in reason(part("VFREEBUSY", "REQUEST-STATUS:5.1;no"))
    assert busy(part("VFREEBUSY", "DTSTART:20260302T090000Z")) == []


def test_a_few_reasons_are_told_and_the_number_of_the_others():
    found = reason(*[event(start="20260302") for _ in range(5)])

    assert found.count("$.VEVENT[") == 3
    assert found.endswith("; and 2 more")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "syntax"),
        ("nothing like it", "syntax"),
        (event(), "syntax"),
        ("BEGIN:VCALENDAR\nEND:VEVENT\n", "syntax"),
        ("END:VCALENDAR\n", "syntax"),
        ("VERSION:2.0\nBEGIN:VCALENDAR\nEND:VCALENDAR\n", "syntax"),
        (calendar(event())[:-20], "syntax"),
        (calendar(calendar(event())), "syntax"),
        (calendar(event(event())), "syntax"),
        (calendar(part("X-EVENTS", event())), "syntax"),
        (calendar(event(part("VFREEBUSY"))), "syntax"),
        (calendar(event("BEGIN:VALARM", "BEGIN:X", "END:X", "END:VALARM")), "limit_exceeded"),
        (calendar(*[part("X")] * 5_000), "limit_exceeded"),
        (calendar(f"X-LONG:{'x' * 65_536}"), "limit_exceeded"),
        (calendar(f"X-FOLDED:{'x' * 1_000}" + f"\n {'x' * 1_000}" * 70), "limit_exceeded"),
        ("X" * (1024 * 1024 + 1), "limit_exceeded"),
        ("\u20ac" * 400_000, "limit_exceeded"),
        (b"BEGIN:VCALENDAR\nX:\xff\nEND:VCALENDAR", "encoding"),
        ("BEGIN:VCALENDAR\nX:\udc80\nEND:VCALENDAR", "encoding"),
        (calendar("METHOD:REPLY", event()), "method"),
        (calendar("METHOD:CANCEL", event()), "method"),
        (calendar("METHOD:PUBLISH", "METHOD:REPLY", event()), "duplicate_key"),
        (calendar(*[event("RRULE:FREQ=HOURLY")] * 300), "work"),
        (7, "type"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_as_a_whole(text, code):
    with pytest.raises(CodecError) as caught:
        read_busy(
            text, subject="ada", within=Interval(MARCH.start, MARCH.end + timedelta(days=200))
        )

    assert caught.value.code == code
    assert caught.value.path.startswith("$")


def test_bytes_and_byte_order_marks_and_bare_line_feeds():
    text = calendar(event("X-CITY:Zürich"))

    for each in (text.encode(), "\ufeff" + text, text.replace("\r\n", "\n"), text.lower()):
        assert told(read_busy(each, subject="ada", within=MARCH)) == AT_NINE


def test_lines_are_unfolded_wherever_they_were_folded():
    text = calendar(event("RRULE:FREQ=DAILY;COUNT=2")).replace(
        "FREQ=DAILY", "FRE\r\n Q=DA\r\n\tILY"
    )

    assert len(read_busy(text, subject="ada", within=MARCH).busy["ada"]) == 2


def test_several_calendars_in_one_text():
    text = calendar(event()) + calendar(event(start="20260305T090000Z"))

    assert days(told(read_busy(text, subject="ada", within=MARCH))) == ["02", "05"]


@pytest.mark.parametrize(
    "options",
    [{"subject": ""}, {"within": None}, {"zone": "Nowhere"}, {"attendee": 7}],
)
def test_arguments_are_checked(options):
    with pytest.raises(InvalidValueError):
        read_busy(calendar(), **{"subject": "ada", "within": MARCH, **options})


def test_alarms_and_other_components_take_no_time():
    alarm = part("VALARM", "TRIGGER:-PT15M", "DURATION:PT5M", "REPEAT:2")
    task = part("VTODO", "DTSTART:20260305T090000Z", "DURATION:PT1H")

    assert busy(event(alarm), task) == AT_NINE
