"""Refusals and violations: stable data, and one plain sentence each."""

from __future__ import annotations

import pytest

from bookable import (
    FrozenMap,
    Interval,
    InvalidValueError,
    Refusal,
    RefusalCode,
    Violation,
    ViolationCode,
)
from tests.support.builders import at, monday, refused

WHEN = monday("09:00", "10:00")


def test_the_codes_are_lower_case_words_in_the_order_of_listing():
    assert [code.value for code in RefusalCode] == [
        "inactive",
        "not_allowed",
        "never_fits",
        "off_grid",
        "notice_too_short",
        "beyond_horizon",
        "outside_hours",
        "limit_reached",
        "not_next",
        "travel_time",
        "unknown",
        "busy",
        "full",
        "roles_compete",
        "self_overlap",
    ]
    assert [code.value for code in ViolationCode] == [
        "overcommitted",
        "blocked",
        "session_overfull",
        "unknown_resource",
    ]


@pytest.mark.parametrize(
    ("rule", "booking_ids", "detail", "sentence"),
    [
        ("inactive", (), {}, "'studio' takes no new bookings"),
        (
            "never_fits",
            (),
            {"what": "seats", "needed": 9, "available": 4},
            "'studio' can never serve this: 9 seats needed, 4 exist",
        ),
        (
            "never_fits",
            (),
            {"what": "resources", "needed": 1, "available": 0, "features": ("piano", "stage")},
            "'studio' can never serve this: 1 resource with 'piano' and 'stage' needed, 0 exist",
        ),
        (
            "never_fits",
            (),
            {"what": "requirements", "needed": 1, "available": 0},
            "'studio' needs nothing: give it members, rooms, equipment or requirements",
        ),
        (
            "off_grid",
            (),
            {},
            "2026-03-02 09:00 UTC is not one of the starts that 'studio' offers",
        ),
        (
            "notice_too_short",
            (),
            {"earliest": "2026-03-02T11:00:00+00:00"},
            "'studio' can be booked from 2026-03-02 11:00 UTC on",
        ),
        (
            "notice_too_short",
            (),
            {"earliest": "2026-03-02T11:00:00+00:00", "past": True},
            "2026-03-02 09:00 UTC is in the past",
        ),
        (
            "beyond_horizon",
            (),
            {"latest": "2026-03-01T00:00:00+00:00"},
            "'studio' can only be booked before 2026-03-01 00:00 UTC",
        ),
        (
            "outside_hours",
            (),
            {},
            "'studio' is not open during all of 2026-03-02 09:00–10:00 UTC",
        ),
        ("not_allowed", (), {}, "'studio' is not open to this customer"),
        (
            "limit_reached",
            (),
            {"period": "day", "maximum": 2, "taken": 2},
            "'studio' has reached the limit of the day 2026-03-02 09:00–10:00 UTC: "
            "2 of at most 2 are taken",
        ),
        (
            "limit_reached",
            (),
            {
                "period": "week",
                "maximum": 600,
                "taken": 580,
                "needed": 60,
                "unit": "minutes",
                "name": "ten hours",
            },
            "'studio' has reached the limit 'ten hours' of the week 2026-03-02 09:00–10:00 UTC: "
            "580 of at most 600 minutes are taken and 60 more are needed",
        ),
        (
            "limit_reached",
            (),
            {"period": "active", "maximum": 2, "taken": 2},
            "'studio' has reached the limit of active bookings: 2 of at most 2 are taken",
        ),
        (
            "limit_reached",
            (),
            {"period": "day", "maximum": 1, "taken": 1, "per": ("host",)},
            "host 'studio' has reached the limit of the day 2026-03-02 09:00–10:00 UTC: "
            "1 of at most 1 is taken",
        ),
        (
            "limit_reached",
            (),
            {
                "period": "active",
                "maximum": 2,
                "taken": 3,
                "per": ("customer", "resource"),
                "customer": "ann",
            },
            "resource 'studio' with customer 'ann' has reached the limit of active bookings: "
            "3 of at most 2 are taken",
        ),
        (
            "limit_reached",
            (),
            {
                "period": "day",
                "maximum": 0,
                "taken": 0,
                "per": ("calendar", "customer"),
                "customer": "studio",
            },
            "no bookings allowed per day for customer 'studio'",
        ),
        (
            "limit_reached",
            (),
            {"period": "day", "maximum": 0, "taken": 0, "per": ("calendar",)},
            "no bookings allowed per day for calendar 'studio'",
        ),
        (
            "limit_reached",
            (),
            {"period": "week", "maximum": 0, "taken": 0, "unit": "minutes", "name": "rest"},
            "no booked time allowed per week for 'studio' by the limit 'rest'",
        ),
        (
            "limit_reached",
            (),
            {"period": "concurrent", "maximum": 0, "taken": 0},
            "no concurrent bookings allowed for 'studio'",
        ),
        (
            "not_next",
            (),
            {"owed_to": ("ada", "grace")},
            "'studio' is not next: the booking is owed to 'ada' and 'grace'",
        ),
        (
            "travel_time",
            (),
            {"needed": 40, "available": 15},
            "'studio' needs 40 minutes of travel and has 15 around 2026-03-02 09:00–10:00 UTC",
        ),
        ("unknown", (), {}, "nobody knows whether 'studio' is free"),
        ("busy", (), {}, "'studio' is busy during 2026-03-02 09:00–10:00 UTC"),
        (
            "busy",
            ("B-1",),
            {"needed": 3, "free": 1},
            "'studio' is busy during 2026-03-02 09:00–10:00 UTC: 1 free of 3 needed, "
            "booked by 'B-1'",
        ),
        (
            "busy",
            ("B-1", "B-2"),
            {"block_ids": ("K-1",), "out_of_service": 2},
            "'studio' is busy during 2026-03-02 09:00–10:00 UTC: booked by 'B-1' and 'B-2', "
            "blocked by 'K-1' and 2 out of service",
        ),
        (
            "full",
            ("B-1",),
            {"seats_left": 1, "party_size": 3},
            "'studio' has 1 of the 3 seats asked for during 2026-03-02 09:00–10:00 UTC",
        ),
        (
            "roles_compete",
            (),
            {"roles": ("x", "y"), "pool": ("ada", "grace"), "needed": 3, "available": 2},
            "3 different resources are needed out of 'ada' and 'grace', and only 2 can serve",
        ),
    ],
)
def test_every_refusal_says_its_reason_in_one_sentence(rule, booking_ids, detail, sentence):
    refusal = Refusal(RefusalCode(rule), "studio", WHEN, booking_ids, detail)

    assert str(refusal) == sentence


def test_a_limit_on_nobody_in_particular_is_one_on_everything():
    detail = {"period": "concurrent", "maximum": 9, "taken": 9}

    refusal = Refusal(RefusalCode.LIMIT_REACHED, "", WHEN, (), detail)

    assert str(refusal) == (
        "everything together has reached the limit of concurrent bookings: 9 of at most 9 are taken"
    )


@pytest.mark.parametrize(
    ("rule", "detail", "sentence"),
    [
        (
            "off_grid",
            {},
            "2026-03-02 14:45 Asia/Kathmandu is not one of the starts that 'studio' offers",
        ),
        (
            "notice_too_short",
            {"earliest": "2026-03-02T11:00:00+00:00"},
            "'studio' can be booked from 2026-03-02 16:45 Asia/Kathmandu on",
        ),
        (
            "beyond_horizon",
            {"latest": "2026-03-01T20:00:00+00:00"},
            "'studio' can only be booked before 2026-03-02 01:45 Asia/Kathmandu",
        ),
        (
            "outside_hours",
            {},
            "'studio' is not open during all of 2026-03-02 14:45–15:45 Asia/Kathmandu",
        ),
        ("busy", {}, "'studio' is busy during 2026-03-02 14:45–15:45 Asia/Kathmandu"),
        (
            "full",
            {"seats_left": 0, "party_size": 2},
            "'studio' has 0 of the 2 seats asked for during 2026-03-02 14:45–15:45 Asia/Kathmandu",
        ),
    ],
)
def test_a_sentence_may_be_said_in_any_zone(rule, detail, sentence):
    refusal = Refusal(RefusalCode(rule), "studio", WHEN, (), detail)

    assert refusal.sentence(zone="Asia/Kathmandu") == sentence
    with refused(InvalidValueError, "unknown_zone", "zone"):
        refusal.sentence(zone="Europe")


def test_a_request_without_a_calendar_is_called_the_request():
    refusal = Refusal(RefusalCode.OFF_GRID, "", WHEN)

    assert str(refusal) == ("2026-03-02 09:00 UTC is not one of the starts that the request offers")


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("never_fits", {"needed", "available", "what"}),
        ("notice_too_short", {"earliest"}),
        ("beyond_horizon", {"latest"}),
        ("full", {"seats_left", "party_size"}),
        ("roles_compete", {"roles", "pool", "needed", "available"}),
    ],
)
def test_a_refusal_without_the_details_of_its_rule_is_refused(rule, names):
    whole = dict.fromkeys(names, "2026-03-02T11:00:00+00:00")

    assert set(Refusal(RefusalCode(rule), "studio", WHEN, (), whole).detail) == names
    for name in names:
        part = {key: value for key, value in whole.items() if key != name}
        with refused(InvalidValueError, "detail", "detail"):
            Refusal(RefusalCode(rule), "studio", WHEN, (), part)


@pytest.mark.parametrize("kind", [Refusal, Violation])
@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("rule", "busy", "type"),
        ("subject", None, "text"),
        ("interval", (at("09:00"), at("10:00")), "type"),
        ("booking_ids", "B-1", "ids"),
        ("booking_ids", [3], "id"),
        ("detail", ["seats_left"], "type"),
    ],
)
def test_a_refusal_or_violation_with_a_bad_field_is_refused(kind, name, value, code):
    rule = RefusalCode.BUSY if kind is Refusal else ViolationCode.BLOCKED
    fields = {"rule": rule, "subject": "studio", "interval": WHEN, name: value}
    with refused(InvalidValueError, code, name):
        kind(**fields)


def test_a_time_that_ends_on_another_day_is_written_with_both_dates():
    night = Interval(at("22:00"), at("02:00", day=3))

    text = str(Refusal(RefusalCode.OUTSIDE_HOURS, "studio", night))

    assert "2026-03-02 22:00–2026-03-03 02:00 UTC" in text


def test_details_are_frozen_and_their_order_does_not_matter():
    one = Refusal(RefusalCode.FULL, "studio", WHEN, (), {"seats_left": 0, "party_size": 2})
    two = Refusal(RefusalCode.FULL, "studio", WHEN, (), {"party_size": 2, "seats_left": 0})

    assert one == two
    assert hash(one) == hash(two)
    assert isinstance(one.detail, FrozenMap)
    assert list(one.detail) == list(two.detail) == ["party_size", "seats_left"]


@pytest.mark.parametrize(
    ("rule", "detail", "sentence"),
    [
        (
            "overcommitted",
            {"taken": 3, "capacity": 1, "what": "seats"},
            "'studio' is overcommitted during {}: 3 seats taken of 1, by 'B-1' and 'B-2'",
        ),
        (
            "overcommitted",
            {},
            "'studio' is overcommitted during {}: more units taken of fewer, by 'B-1' and 'B-2'",
        ),
        (
            "session_overfull",
            {"taken": 3, "capacity": 2},
            "a session of 'studio' holds 3 people during {}, 2 at most: by 'B-1' and 'B-2'",
        ),
        (
            "blocked",
            {"block_id": "K-1"},
            "'studio' is booked by 'B-1' and 'B-2' during {}, although 'K-1' blocks it",
        ),
        (
            "unknown_resource",
            {},
            (
                "there is no calendar, member, room or equipment 'studio', "
                "which 'B-1' and 'B-2' book during {}"
            ),
        ),
    ],
)
def test_every_violation_says_what_is_wrong_in_one_sentence(rule, detail, sentence):
    violation = Violation(ViolationCode(rule), "studio", WHEN, ("B-1", "B-2"), detail)

    assert str(violation) == sentence.format("2026-03-02 09:00–10:00 UTC")
    assert violation.sentence(zone="Asia/Kathmandu") == sentence.format(
        "2026-03-02 14:45–15:45 Asia/Kathmandu"
    )


def test_a_sentence_names_the_first_ten_and_counts_the_others():
    def sentence(count):
        ids = tuple(f"B-{number}" for number in range(10, 10 + count))
        return str(Refusal(RefusalCode.BUSY, "studio", WHEN, ids))

    assert sentence(10).endswith("'B-18' and 'B-19'")
    assert sentence(11).endswith("'B-18', 'B-19' and 1 more")
    assert sentence(1500).endswith("'B-19' and 1,490 more")


def test_a_pool_that_is_one_word_is_said_as_it_is():
    detail = {"roles": (), "pool": "staff", "needed": 2, "available": 1}

    text = str(Refusal(RefusalCode.ROLES_COMPETE, "", WHEN, (), detail))

    assert text == "2 different resources are needed out of staff, and only 1 can serve"


@pytest.mark.parametrize(
    ("detail", "sentence"),
    [
        ({}, "'ada' is not open during all of 2026-03-02 09:00–10:00 UTC"),
        ({"absence": ""}, "'ada' is away during some of 2026-03-02 09:00–10:00 UTC"),
        (
            {"absence": "holiday"},
            "'ada' is away during some of 2026-03-02 09:00–10:00 UTC: 'holiday'",
        ),
        (
            {"whose": "booker"},
            "2026-03-02 09:00–10:00 UTC is outside the hours that 'ada' keeps for the zone of "
            "who books",
        ),
    ],
)
def test_who_is_not_open_says_whether_somebody_is_away(detail, sentence):
    refusal = Refusal(RefusalCode.OUTSIDE_HOURS, "ada", monday("09:00", "10:00"), detail=detail)

    assert str(refusal) == sentence
