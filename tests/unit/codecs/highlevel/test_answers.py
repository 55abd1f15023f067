"""Each error of the library has one answer of the documented shapes."""

from __future__ import annotations

import json

import pytest

from bookable import (
    BookingRefused,
    CodecError,
    IdConflictError,
    InvalidValueError,
    LimitExceededError,
    UnknownIdError,
)
from bookable.codecs.highlevel import answer_of, unauthorized
from bookable.codecs.highlevel._answers import (
    MOST_USERS_TOLD,
    bad_request,
    method_not_allowed,
    missing,
    not_found,
    unprocessable,
)
from bookable.errors import (
    BookableError,
    GroupError,
    InvalidTransitionError,
    ResourceInUseError,
    SearchLimitError,
    SkippedTimeError,
    StaleLedgerError,
    StaleVersionError,
    WrongTimeError,
)
from tests.support.builders import NOW, a_booking, a_request, a_scheduler, at

PLAIN = BookableError("odd")


def test_the_documented_bodies():
    assert bad_request() == (400, {"statusCode": 400, "message": "Bad Request"})
    assert unauthorized() == (
        401,
        {
            "statusCode": 401,
            "message": "Invalid token: access token is invalid",
            "error": "Unauthorized",
        },
    )
    status, body = unprocessable([("$.name", "this is required", "missing_key")])
    assert status == body["statusCode"] == 422
    assert body["message"] == ["$.name: this is required"]
    assert body["error"] == "Unprocessable Entity"
    assert not_found()[1] == {"statusCode": 404, "message": "Not Found", "error": "Not Found"}
    assert method_not_allowed(["PUT", "GET"])[1]["allow"] == ["GET", "PUT"]


@pytest.mark.parametrize(
    "error, status",
    [
        (CodecError("$", "not JSON", "syntax"), 400),
        (CodecError("$", "not UTF-8", "encoding"), 400),
        (CodecError("$", "too large", "too_large"), 400),
        (CodecError("$", "too deep", "too_deep"), 400),
        (CodecError("$", "expected an object, not 3", "type"), 400),
        (CodecError("$.name", "expected a text, not 3", "type"), 422),
        (CodecError("$", "no", "limit_exceeded"), 422),
        (InvalidValueError("name", 3, "a string"), 422),
        (LimitExceededError("rooms", 7, 5), 422),
        (SearchLimitError("days", 7, 5), 422),
        (SkippedTimeError(NOW, "UTC"), 422),
        (PLAIN, 422),
        (missing("room", "R1"), 404),
        (UnknownIdError("room", "R1", "room_id"), 422),
        (IdConflictError("room", "R1"), 409),
        (StaleVersionError("B-1", 1, 2), 409),
        (StaleLedgerError("ada", 1, 2), 409),
        (ResourceInUseError("room", "R1", ("B-1",), "cascade"), 409),
        (InvalidTransitionError("B-1", "cancelled", "confirm"), 409),
        (WrongTimeError("B-1", "complete", NOW, NOW, "too_early"), 409),
        (GroupError(3, missing("room", "R1")), 404),
    ],
    ids=lambda value: f"{type(value).__name__}" if isinstance(value, Exception) else None,
)
def test_the_status_of_each_error(error, status):
    found, body = answer_of(error)

    assert found == body["statusCode"] == status
    assert json.loads(json.dumps(body)) == body


def test_a_refusal_is_told_as_data():
    scheduler = a_scheduler(bookings=[a_booking()])
    with pytest.raises(BookingRefused) as caught:
        scheduler.slot(a_request(), start=at("09:30"), now=NOW)

    status, body = answer_of(caught.value)

    assert (status, body["message"], body["error"]) == (400, str(caught.value), "Bad Request")
    (first,) = body["refusals"]
    assert (first["rule"], first["subject"], first["bookingIds"]) == ("full", "blue room", ["B-1"])
    assert first["startTime"] == "2026-03-02T09:30:00Z"
    assert first["detail"] == {"party_size": 1, "seats_left": 0}
    assert json.loads(json.dumps(body)) == body


def test_ids_that_exist_are_not_told():
    error = UnknownIdError.among("room", "R1", "room_id", ["secret"])

    assert "secret" not in json.dumps(answer_of(error)[1])


def test_users_are_told_up_to_a_number():
    users = tuple(f"B-{number}" for number in range(MOST_USERS_TOLD + 1))
    body = answer_of(ResourceInUseError("room", "R1", users, "cascade"))[1]

    assert body["usedBy"] == list(users[:MOST_USERS_TOLD])
    assert body["usedByInAll"] == MOST_USERS_TOLD + 1
    assert body["message"] == "the room 'R1' is used by 101 others"
