"""What the HighLevel API answers when something is wrong: bodies, and which error of ours gets which.

Documented are 400 and 401 everywhere, 404 and 422 for schedules. Where the documents are silent:

- 422 is what is in the body or query and cannot be; 400 is a body that is no JSON object, and a time that
  cannot be booked (the only code that is documented for appointments beside 401). ``refusals`` then
  tells every reason as data.
- 404 is the path's own thing; what a body or query names and nobody knows is 422, by its name.
- 409 is what the state does not allow now: ids that are taken, what is still used, changes that
  came too late or too early. No document has it; 400 would hide that the same request may do later.
- 405 is a path that is known, with another method.

Ids that exist are never listed to who guesses one, and nothing here speaks of Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from bookable.codecs._forms import client_text
from bookable.codecs.iso import instant_text
from bookable.domain.refusal import Refusal
from bookable.errors import (
    BookableError,
    BookingRefused,
    CodecError,
    GroupError,
    IdConflictError,
    InvalidTransitionError,
    InvalidValueError,
    ResourceInUseError,
    StaleLedgerError,
    StaleVersionError,
    UnknownIdError,
    WrongTimeError,
    shown,
)

Answer = tuple[int, dict[str, object]]
"""A status and the body that goes with it, plain JSON data."""

PATH: Final = "path"
"""The field of an `UnknownIdError` about the thing that the path names."""

MOST_USERS_TOLD: Final = 100
"""The most ids that an answer lists of what still uses something."""

_MALFORMED: Final = frozenset({"syntax", "encoding", "too_large", "too_deep", "type"})


def bad_request(message: str = "Bad Request", **more: object) -> Answer:
    """400: what was sent cannot be understood, or the time cannot be booked.

    >>> bad_request()
    (400, {'statusCode': 400, 'message': 'Bad Request'})
    """
    return 400, {"statusCode": 400, "message": message, **more}


def unauthorized() -> Answer:
    """401: for a backend to give where the token is not one of its own; nothing here looks at tokens."""
    message = "Invalid token: access token is invalid"
    return 401, {"statusCode": 401, "message": message, "error": "Unauthorized"}


def not_found(message: str = "Not Found") -> Answer:
    """404: the path names nothing."""
    return 404, {"statusCode": 404, "message": message, "error": "Not Found"}


def method_not_allowed(allowed: Iterable[str]) -> Answer:
    """405: the path is known, but not with this method; ``allow`` lists those that are."""
    body = {"statusCode": 405, "message": "Method Not Allowed", "error": "Method Not Allowed"}
    return 405, {**body, "allow": sorted(allowed)}


def conflict(message: str, code: str, **more: object) -> Answer:
    """409: the state does not allow it."""
    body = {"statusCode": 409, "message": message, "error": "Conflict", "code": code}
    return 409, {**body, **more}


def unprocessable(problems: Sequence[tuple[str, str, str]]) -> Answer:
    """422: problems, each as path, reason and stable code; ``message`` has their sentences.

    >>> status, body = unprocessable([("$.name", "this is required", "missing_key")])
    >>> body["message"], body["problems"][0]["code"]
    (['$.name: this is required'], 'missing_key')
    """
    return 422, {
        "statusCode": 422,
        "message": [f"{path}: {reason}" for path, reason, _ in problems],
        "error": "Unprocessable Entity",
        "problems": [dict(zip(("path", "reason", "code"), each, strict=True)) for each in problems],
    }


def missing(kind: str, wanted: str) -> UnknownIdError:
    """The error for a path that names nothing: it is answered with 404."""
    return UnknownIdError(kind, wanted, PATH)


def refusal_body(refusal: Refusal) -> dict[str, object]:
    """One reason why a time cannot be booked, as plain JSON data; times in UTC."""
    return {
        "rule": refusal.rule.value,
        "subject": refusal.subject,
        "startTime": instant_text(refusal.interval.start),
        "endTime": instant_text(refusal.interval.end),
        "bookingIds": list(refusal.booking_ids),
        "detail": {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in refusal.detail.items()
        },
        "message": str(refusal),
    }


def answer_of(error: BookableError) -> Answer:
    """The answer to a request that raised an error of this package; the module says which and why.

    >>> answer_of(missing("room", "R1"))[0], answer_of(IdConflictError("room", "R1"))[0]
    (404, 409)
    """
    for kinds, answer in _ANSWERS:
        if isinstance(error, kinds):
            return answer(error)
    return unprocessable([("$", client_text(error), error.code)])


def _of_codec(error: CodecError) -> Answer:
    if error.path == "$" and error.code in _MALFORMED:
        return bad_request(f"the body: {error.reason}", error="Bad Request", code=error.code)
    return unprocessable([(error.path, error.reason, error.code)])


def _of_value(error: InvalidValueError) -> Answer:
    return unprocessable([(error.field, client_text(error), error.code)])


def _of_unknown(error: UnknownIdError) -> Answer:
    reason = client_text(error)
    if error.field == PATH:
        return not_found(reason)
    return unprocessable([(error.field, reason, error.code)])


def _of_refused(error: BookingRefused) -> Answer:
    refusals = [refusal_body(each) for each in error.refusals]
    return bad_request(str(error), error="Bad Request", code=error.code, refusals=refusals)


def _of_use(error: ResourceInUseError) -> Answer:
    users: dict[str, object] = {"usedBy": list(error.used_by[:MOST_USERS_TOLD])}
    users["usedByInAll"] = len(error.used_by)
    number = len(error.used_by)
    who = "1 other" if number == 1 else f"{number:,} others"
    return conflict(f"the {error.kind} {shown(error.id)} is used by {who}", error.code, **users)


def _of_state(error: BookableError) -> Answer:
    return conflict(client_text(error), error.code)


def _of_group(error: GroupError) -> Answer:
    return answer_of(error.error)


_CONFLICTS: Final = (
    IdConflictError,
    StaleVersionError,
    StaleLedgerError,
    InvalidTransitionError,
    WrongTimeError,
)
_ANSWERS: Final[tuple[tuple[Any, Callable[[Any], Answer]], ...]] = (
    (CodecError, _of_codec),
    (UnknownIdError, _of_unknown),
    (BookingRefused, _of_refused),
    (ResourceInUseError, _of_use),
    (_CONFLICTS, _of_state),
    (GroupError, _of_group),
    (InvalidValueError, _of_value),
)
