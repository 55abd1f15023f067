"""Google's free/busy query and its answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bookable import (
    Block,
    BusyTime,
    CodecError,
    FreeBusy,
    Interval,
    InvalidAmountError,
    LimitExceededError,
)
from bookable.codecs import _json
from bookable.codecs.google import (
    MOST_CALENDARS,
    MOST_ITEMS,
    MOST_PER_GROUP,
    CalendarAnswer,
    FreeBusyAnswer,
    FreeBusyQuery,
    GoogleError,
    GroupAnswer,
    answer_free_busy,
    from_free_busy,
    read_free_busy_answer,
    read_free_busy_query,
    to_free_busy,
    write_free_busy_answer,
    write_free_busy_query,
)
from tests.support.builders import (
    NOW,
    a_booking,
    a_member,
    a_room,
    a_scheduler,
    at,
    monday,
    refused,
)

QUERY = {
    "timeMin": "2026-03-02T00:00:00Z",
    "timeMax": "2026-03-03T00:00:00Z",
    "timeZone": "Europe/Berlin",
    "groupExpansionMax": 10,
    "calendarExpansionMax": 20,
    "items": [{"id": "ada"}, {"id": "team"}],
}

ANSWER = {
    "kind": "calendar#freeBusy",
    "timeMin": "2026-03-02T01:00:00+01:00",
    "timeMax": "2026-03-03T01:00:00+01:00",
    "groups": {
        "crowd": {"calendars": [], "errors": [{"domain": "global", "reason": "groupTooBig"}]},
        "team": {"calendars": ["ada", "ben"]},
    },
    "calendars": {
        "ada": {
            "busy": [{"start": "2026-03-02T10:00:00+01:00", "end": "2026-03-02T11:00:00+01:00"}]
        },
        "ben": {"busy": [], "errors": [{"domain": "global", "reason": "notFound"}]},
    },
}

TWO_DAYS = Interval(at("00:00"), at("24:00", day=3))


def people(*blocks, **more):
    return a_scheduler(a_member("ada"), a_member("ben"), a_member("cem"), blocks=blocks, **more)


def query(*ids, **fields):
    return FreeBusyQuery(monday("00:00", "24:00"), ids, **fields)


# The query -------------------------------------------------------------------


def test_a_query_says_what_it_says():
    assert read_free_busy_query(QUERY) == query(
        "ada", "team", zone="Europe/Berlin", group_expansion=10, calendar_expansion=20
    )
    assert write_free_busy_query(read_free_busy_query(QUERY)) == QUERY


def test_what_is_optional_may_be_left_out():
    body = {"timeMin": "2026-03-02T01:00:00+01:00", "timeMax": "2026-03-03T00:00:00.000Z"}

    assert read_free_busy_query(body) == query()


def test_an_item_that_comes_twice_is_asked_once():
    assert read_free_busy_query({**QUERY, "items": [{"id": "a"}, {"id": "a"}]}).item_ids == ("a",)


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"timeMin": None}, "missing_key", "$.timeMin"),
        ({"timeMax": "2026-03-03T00:00:00"}, "naive_datetime", "$.timeMax"),
        ({"timeMax": "2026-03-02T00:00:00Z"}, "empty_interval", "$.timeMax"),
        ({"timeMax": "2026-03-01T00:00:00Z"}, "reversed_interval", "$.timeMax"),
        ({"timeMax": "9999-12-31T00:00:00Z"}, "limit_exceeded", "$.timeMax"),
        ({"timeMax": 7}, "not_datetime", "$.timeMax"),
        ({"timeZone": "Middle Earth"}, "unknown_zone", "$.timeZone"),
        ({"groupExpansionMax": 101}, "quantity", "$.groupExpansionMax"),
        ({"groupExpansionMax": 0}, "quantity", "$.groupExpansionMax"),
        ({"groupExpansionMax": True}, "quantity", "$.groupExpansionMax"),
        ({"calendarExpansionMax": 51}, "quantity", "$.calendarExpansionMax"),
        ({"items": {}}, "type", "$.items"),
        ({"items": [{"id": "a"}, {}]}, "missing_key", "$.items[1].id"),
        ({"items": ["a"]}, "type", "$.items[0]"),
        ({"items": [{"id": "a\x00"}]}, "id", "$.items[0].id"),
        ({"items": [{"id": "a"}] * (MOST_ITEMS + 1)}, "limit_exceeded", "$.items"),
    ],
)
def test_a_bad_query_is_refused_where_it_is_bad(change, code, path):
    with refused(CodecError, code) as caught:
        read_free_busy_query({**QUERY, **change})

    assert caught.value.path == path


@pytest.mark.parametrize(
    "body", [None, [], "x", 3, True, _json.parse('{"timeMin": 1, "timeMin": 2}')]
)
def test_what_is_no_object_is_refused(body):
    for read in (read_free_busy_query, read_free_busy_answer):
        with pytest.raises(CodecError):
            read(body)


def test_a_query_has_the_limits_of_its_values():
    with refused(InvalidAmountError, "quantity", "group_expansion"):
        query("a", group_expansion=MOST_PER_GROUP + 1)
    with refused(InvalidAmountError, "quantity", "calendar_expansion"):
        query("a", calendar_expansion=0)
    with refused(LimitExceededError, "limit_exceeded"):
        query(*map(str, range(MOST_ITEMS + 1)))


# The answer ------------------------------------------------------------------


def test_an_answer_says_what_it_says():
    found = read_free_busy_answer(ANSWER)

    assert found == FreeBusyAnswer(
        TWO_DAYS & monday("00:00", "24:00"),
        {
            "ada": CalendarAnswer([monday("09:00", "10:00")]),
            "ben": CalendarAnswer(errors=[GoogleError("notFound")]),
        },
        {
            "crowd": GroupAnswer(errors=[GoogleError("groupTooBig")]),
            "team": GroupAnswer(["ada", "ben"]),
        },
    )
    assert write_free_busy_answer(found, zone="Europe/Berlin") == ANSWER


def test_in_utc_times_end_in_z():
    answer = FreeBusyAnswer(monday("00:00", "24:00"))
    body = write_free_busy_answer(answer)
    assert write_free_busy_answer(answer, zone=None) == body

    assert body == {
        "kind": "calendar#freeBusy",
        "timeMin": "2026-03-02T00:00:00Z",
        "timeMax": "2026-03-03T00:00:00Z",
        "calendars": {},
    }


def test_a_clock_that_was_off_by_seconds_is_not_used():
    old = Interval(datetime(1880, 1, 1, tzinfo=UTC), datetime(1880, 1, 2, tzinfo=UTC))
    body = write_free_busy_answer(FreeBusyAnswer(old), zone="Europe/Berlin")

    assert body["timeMin"] == "1880-01-01T00:00:00Z"
    assert read_free_busy_answer(body).within == old


def test_an_answer_without_a_window_is_about_the_one_that_was_asked():
    body = {"calendars": {"ada": {}}}

    assert read_free_busy_answer(body, within=TWO_DAYS) == FreeBusyAnswer(
        TWO_DAYS, {"ada": CalendarAnswer()}
    )
    with refused(CodecError, "missing_key"):
        read_free_busy_answer(body)
    with refused(CodecError, "missing_key"):
        read_free_busy_answer({**body, "timeMin": "2026-03-02T00:00:00Z"}, within=TWO_DAYS)


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"kind": "calendar#events"}, "choice", "$.kind"),
        ({"calendars": []}, "type", "$.calendars"),
        ({"calendars": None, "error": {"code": 403}}, "missing_key", "$.calendars"),
        ({"calendars": {"": {}}}, "id", "$.calendars['']"),
        ({"calendars": {"a": []}}, "type", "$.calendars.a"),
        ({"calendars": {"a": {"busy": {}}}}, "type", "$.calendars.a.busy"),
        ({"calendars": {"a": {"busy": [{}]}}}, "missing_key", "$.calendars.a.busy[0].start"),
        (
            {"calendars": {"a@b": {"busy": [{"start": "2026-03-02T00:00:00Z", "end": "x"}]}}},
            "not_datetime",
            "$.calendars['a@b'].busy[0].end",
        ),
        (
            {
                "calendars": {
                    "a": {
                        "busy": [{"start": "2026-03-02T00:00:00Z", "end": "2026-03-01T00:00:00Z"}]
                    }
                }
            },
            "reversed_interval",
            "$.calendars.a.busy[0]",
        ),
        ({"calendars": {"a": {"errors": [{}]}}}, "missing_key", "$.calendars.a.errors[0].reason"),
        (
            {"calendars": {"a": {"errors": [{"reason": 4}]}}},
            "type",
            "$.calendars.a.errors[0].reason",
        ),
        (
            {"calendars": {"a": {"errors": [{"reason": ""}] * 101}}},
            "limit_exceeded",
            "$.calendars.a.errors",
        ),
        ({"groups": {"g": {"calendars": [1]}}}, "id", "$.groups.g.calendars[0]"),
        (
            {"calendars": {str(key): {} for key in range(MOST_ITEMS + 1)}},
            "limit_exceeded",
            "$.calendars",
        ),
    ],
)
def test_a_bad_answer_is_refused_where_it_is_bad(change, code, path):
    with refused(CodecError, code) as caught:
        read_free_busy_answer({**ANSWER, **change})

    assert caught.value.path == path


# What it means ---------------------------------------------------------------


def test_a_calendar_with_errors_is_unknown():
    found = to_free_busy(read_free_busy_answer(ANSWER))

    assert found == FreeBusy(
        monday("00:00", "24:00"),
        {"ada": [BusyTime(monday("09:00", "10:00"))]},
        {"ben": "not_found", "crowd": "groupTooBig"},
    )


def test_who_is_in_a_group_and_is_not_told_of_is_unknown():
    groups = {"team": GroupAnswer(["ada", "ben"])}
    found = to_free_busy(FreeBusyAnswer(TWO_DAYS, {"ada": CalendarAnswer()}, groups))

    assert found == FreeBusy(TWO_DAYS, {"ada": []}, {"ben": "nothing was told"})


def test_several_errors_are_all_told_even_with_busy_times():
    errors = [GoogleError("internalError"), GoogleError("backendError", "calendar")]
    answer = FreeBusyAnswer(TWO_DAYS, {"ada": CalendarAnswer([monday("09:00", "10:00")], errors)})

    assert to_free_busy(answer).unknown == {"ada": "internalError, backendError"}


def test_endless_reasons_are_cut():
    errors = [GoogleError("x" * 9_000)] * 3
    found = to_free_busy(FreeBusyAnswer(TWO_DAYS, {"ada": CalendarAnswer((), errors)}))

    assert len(found.unknown["ada"]) == 10_000


def test_there_is_one_kind_of_busy():
    hour = monday("09:00", "10:00")
    told = FreeBusy(
        TWO_DAYS,
        {
            "ada": [
                BusyTime(hour, "tentative"),
                BusyTime(monday("10:00", "11:00"), "out_of_office"),
                BusyTime(monday("11:00", "12:00"), "elsewhere"),
            ]
        },
        {"ben": "not_found", "cem": "no permission"},
    )

    answer = from_free_busy(told)
    assert answer.calendars == {
        "ada": CalendarAnswer([monday("09:00", "11:00")]),
        "ben": CalendarAnswer(errors=[GoogleError("notFound")]),
        "cem": CalendarAnswer(errors=[GoogleError("no permission")]),
    }
    assert from_free_busy(told, kinds=["elsewhere"]).calendars["ada"].busy == (
        monday("11:00", "12:00"),
    )


# Answering -------------------------------------------------------------------


def test_a_scheduler_answers_of_its_resources():
    state = people(
        Block("K", "ada", monday("12:00", "13:00"), "tentative"),
        bookings=[a_booking("B", "09:00", "10:00", host_ids=["ben"], room_ids=())],
    )
    answer = answer_free_busy(query("ada", "ben", "zoe"), state, now=NOW)

    assert answer == FreeBusyAnswer(
        monday("00:00", "24:00"),
        {
            "ada": CalendarAnswer([monday("12:00", "13:00")]),
            "ben": CalendarAnswer([monday("09:00", "10:00")]),
            "zoe": CalendarAnswer(errors=[GoogleError("notFound")]),
        },
    )


def test_who_could_not_be_read_has_an_error():
    answer = answer_free_busy(
        query("ada", "ben"), people(), now=NOW, unknown={"ben": "backendError", "cem": "no"}
    )

    assert answer.calendars == {
        "ada": CalendarAnswer(),
        "ben": CalendarAnswer(errors=[GoogleError("backendError")]),
    }


def test_who_could_not_be_read_when_it_was_asked_has_an_error_without_a_word():
    told = FreeBusy(monday("09:00", "12:00"), {}, {"ben": "backendError"})
    state = people().with_busy_times(told, source="google")
    answer = answer_free_busy(query("ada", "ben"), state, now=NOW)

    assert answer.calendars == {
        "ada": CalendarAnswer(),
        "ben": CalendarAnswer(errors=[GoogleError("backendError")]),
    }


def test_groups_are_expanded():
    answer = answer_free_busy(
        query("team", "cem"), people(), now=NOW, groups={"team": ["ben", "ada", "ben"]}
    )

    assert answer.groups == {"team": GroupAnswer(["ben", "ada"])}
    assert answer.calendars == dict.fromkeys(["ada", "ben", "cem"], CalendarAnswer())


def test_a_group_that_is_too_big_is_not_expanded():
    groups = {"team": ["ada", "ben", "cem"]}
    answer = answer_free_busy(query("team", group_expansion=2), people(), now=NOW, groups=groups)

    assert answer.groups == {"team": GroupAnswer(errors=[GoogleError("groupTooBig")])}
    assert answer.calendars == {}
    fits = answer_free_busy(query("team", group_expansion=3), people(), now=NOW, groups=groups)
    assert set(fits.calendars) == {"ada", "ben", "cem"}


def test_without_a_limit_of_its_own_a_query_has_the_largest():
    everybody = [f"p{number}" for number in range(MOST_PER_GROUP + 1)]
    groups = {"all": everybody, "half": everybody[:MOST_CALENDARS]}
    answer = answer_free_busy(query("all", "half", "ada"), people(), now=NOW, groups=groups)

    assert answer.groups["all"].errors == (GoogleError("groupTooBig"),)
    assert answer.groups["half"].errors == ()
    assert answer.calendars["ada"].errors == (GoogleError("tooManyCalendarsRequested"),)
    assert len(answer.calendars) == MOST_CALENDARS + 1


def test_what_does_not_fit_any_more_says_so_and_the_rest_is_answered():
    answer = answer_free_busy(
        query("ada", "team", "ben", "cem", "ada", calendar_expansion=2),
        people(),
        now=NOW,
        groups={"team": ["ben", "cem"], "pair": ["ada", "ben"]},
    )
    too_many = [GoogleError("tooManyCalendarsRequested")]

    assert answer.groups == {"team": GroupAnswer(errors=too_many)}
    assert answer.calendars == {
        "ada": CalendarAnswer(),
        "ben": CalendarAnswer(),
        "cem": CalendarAnswer(errors=too_many),
    }


def test_a_room_is_busy_while_nothing_fits_in():
    state = a_scheduler(
        a_room("hall", capacity=2),
        bookings=[
            a_booking("B-1", "09:00", "11:00", room_ids=["hall"]),
            a_booking("B-2", "10:00", "12:00", room_ids=["hall"]),
        ],
    )

    assert answer_free_busy(query("hall"), state, now=NOW).calendars["hall"].busy == (
        monday("10:00", "11:00"),
    )
