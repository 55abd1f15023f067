"""Errors carry a stable code and data; their sentence can always be made."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime

import pytest

from bookable import errors
from bookable.errors import (
    BookableError,
    BookingRefused,
    CivilTimeError,
    CodecError,
    GroupError,
    HoursSyntaxError,
    IdConflictError,
    InvalidAmountError,
    InvalidIntervalError,
    InvalidTransitionError,
    InvalidValueError,
    LimitExceededError,
    NaiveDatetimeError,
    RepeatedTimeError,
    ResourceInUseError,
    SearchLimitError,
    SkippedTimeError,
    StaleLedgerError,
    StaleVersionError,
    UnknownIdError,
    WrongTimeError,
    join_words,
    shown,
)

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
CIVIL = datetime(2026, 3, 29, 2, 30)

# Each error with its code and its sentence. The code is API; the sentence only must not be silly.
EXAMPLES = [
    (
        InvalidValueError("mood", "blue", "a good one", "mood"),
        "mood",
        "mood: expected a good one, not 'blue'",
    ),
    (
        InvalidValueError("mood", "blue", "a good one"),
        "invalid_value",
        "mood: expected a good one, not 'blue'",
    ),
    (
        NaiveDatetimeError("start", CIVIL),
        "naive_datetime",
        (
            "start: expected an aware datetime, for example datetime(2026, 3, 2, 9, tzinfo=UTC), "
            "not datetime.datetime(2026, 3, 29, 2, 30)"
        ),
    ),
    (
        InvalidIntervalError.of(NINE, NINE),
        "empty_interval",
        (
            "interval: expected a start before its end, "
            "not '[2026-03-02T09:00:00+00:00, 2026-03-02T09:00:00+00:00)'"
        ),
    ),
    (
        InvalidIntervalError.of(TEN, NINE, name="within"),
        "reversed_interval",
        (
            "within: expected a start before its end, "
            "not '[2026-03-02T10:00:00+00:00, 2026-03-02T09:00:00+00:00)'"
        ),
    ),
    (
        InvalidAmountError("capacity", -1, "a whole number from 0 to 9", minimum=0),
        "quantity",
        "capacity: expected a whole number from 0 to 9, not -1",
    ),
    (
        HoursSyntaxError("hours", "Mo 9:75", "HH:MM, for example 09:45", position=3),
        "hours_syntax",
        "expected HH:MM, for example 09:45 at position 3 of 'Mo 9:75'",
    ),
    (
        SkippedTimeError(CIVIL, "Europe/Berlin"),
        "skipped_time",
        (
            "2026-03-29 02:30:00 does not exist in Europe/Berlin: the clocks skip it; "
            "give an instant before or after the change"
        ),
    ),
    (
        RepeatedTimeError(CIVIL, "Europe/Berlin", NINE, TEN),
        "repeated_time",
        (
            "2026-03-29 02:30:00 happens twice in Europe/Berlin: "
            "at 2026-03-02T09:00:00+00:00 and at 2026-03-02T10:00:00+00:00"
        ),
    ),
    (UnknownIdError("room", "attic"), "unknown_id", "id: there is no room 'attic'"),
    (
        UnknownIdError.among("room", "attic", "room_id", ["b", "a"]),
        "unknown_id",
        "room_id: there is no room 'attic'; known: 'a', 'b'",
    ),
    (
        UnknownIdError.among("room", "attic", "id", reversed("abcdefg")),
        "unknown_id",
        "id: there is no room 'attic'; known: 'a', 'b', 'c', 'd', 'e', … (7 in all)",
    ),
    (
        IdConflictError("booking", "B-1"),
        "id_conflict",
        "the booking id 'B-1' is taken: by other content, or by a booking that was cancelled; look it up before you give another",
    ),
    (
        IdConflictError("block", "X"),
        "id_conflict",
        "the block id 'X' is taken by another block; give another id",
    ),
    (
        IdConflictError("member", "ada", remedy="Catalogue.replace changes it"),
        "id_conflict",
        "the member id 'ada' is taken by another member; Catalogue.replace changes it",
    ),
    (
        ResourceInUseError("room", "blue", ("B-1", "B-2"), "pass cascade=True to cancel them"),
        "in_use",
        "the room 'blue' is used by 'B-1', 'B-2'; pass cascade=True to cancel them",
    ),
    (
        ResourceInUseError("room", "blue", tuple("abcdefg"), "move them"),
        "in_use",
        "the room 'blue' is used by 'a', 'b', 'c', 'd', 'e' and 2 more; move them",
    ),
    (
        InvalidTransitionError("B-1", "cancelled", "reschedule"),
        "wrong_state",
        "cannot reschedule booking 'B-1': it is cancelled",
    ),
    (
        InvalidTransitionError("B-1", "checked_in", "check_out"),
        "wrong_state",
        "cannot check out of booking 'B-1': it is checked in",
    ),
    (
        InvalidTransitionError("B-1", "no_show", "miss"),
        "wrong_state",
        "cannot mark booking 'B-1' as missed: it is a no show",
    ),
    (
        InvalidTransitionError("B-1", "expired", "confirm"),
        "wrong_state",
        "cannot confirm booking 'B-1': it is expired; book again",
    ),
    (
        InvalidTransitionError("B-1", "expired", "cancel"),
        "wrong_state",
        "cannot cancel booking 'B-1': it is expired",
    ),
    (
        GroupError(2, InvalidTransitionError("B-1", "cancelled", "confirm")),
        "group",
        "command 2 of the group (the first is 0): cannot confirm booking 'B-1': it is cancelled",
    ),
    (
        WrongTimeError("B-1", "check_in", NINE, TEN, "too_early"),
        "too_early",
        (
            "cannot check in to booking 'B-1' at 2026-03-02T09:00:00+00:00: "
            "not before 2026-03-02T10:00:00+00:00"
        ),
    ),
    (
        WrongTimeError("B-1", "cancel", TEN, NINE, "too_late"),
        "too_late",
        (
            "cannot cancel booking 'B-1' at 2026-03-02T10:00:00+00:00: "
            "not after 2026-03-02T09:00:00+00:00"
        ),
    ),
    (
        StaleVersionError("B-1", 1, 2),
        "stale_version",
        "booking 'B-1' is at version 2, not 1: it has changed since it was read",
    ),
    (
        StaleLedgerError("blue room", 3, 5),
        "stale",
        "'blue room' has changed since the plan was decided; read again and retry",
    ),
    (
        StaleLedgerError("ann", 3, 5, kind="customer"),
        "stale",
        "customer 'ann' has changed since the plan was decided; read again and retry",
    ),
    (
        LimitExceededError("days in within", 5_256_000, 100_000),
        "limit_exceeded",
        "the limit on days in within is 100,000; this needs 5,256,000",
    ),
    (
        LimitExceededError("starts", 10**5_000, 1_000),
        "limit_exceeded",
        "the limit on starts is 1,000; this needs far more",
    ),
    (
        LimitExceededError("occurrences", 1_001, 1_000, "unbounded"),
        "unbounded",
        "rule: it has neither COUNT nor UNTIL; the limit on occurrences is 1,000",
    ),
    (
        SearchLimitError("starts", 2, 1),
        "search_limit",
        "the limit on starts is 1; this needs 2",
    ),
    (
        CodecError("$.rooms[2].capacity", "expected a whole number"),
        "codec",
        "$.rooms[2].capacity: expected a whole number",
    ),
]


class Reason:
    """Stands in for a refusal: what matters here is that it has a sentence."""

    def __str__(self) -> str:
        return "the blue room is full"


@pytest.mark.parametrize("error, code, sentence", EXAMPLES)
def test_an_error_has_a_stable_code_and_a_plain_sentence(
    error: BookableError, code: str, sentence: str
) -> None:
    assert (code, sentence) == (error.code, str(error))


@pytest.mark.parametrize("error", [error for error, _, _ in EXAMPLES])
@pytest.mark.parametrize("copied", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy])
def test_an_error_survives_pickling_and_copying(error: BookableError, copied: object) -> None:
    error.add_note("seen at the desk")

    again = copied(error)  # type: ignore[operator]  # one of two functions

    assert type(again) is type(error)
    assert (again.code, str(again)) == (error.code, str(error))
    # An error inside another is only equal to itself.
    pairs = zip(again.args, error.args, strict=True)
    assert all(a == b for a, b in pairs if not isinstance(b, BookableError))
    assert again.__notes__ == error.__notes__


def test_errors_without_fields_survive_pickling() -> None:
    for error in (BookableError("a sentence"), CivilTimeError()):
        again = pickle.loads(pickle.dumps(error))

        assert (type(error), error.args) == (type(again), again.args)


def test_errors_keep_their_fields_by_name() -> None:
    reversed_interval = pickle.loads(pickle.dumps(InvalidIntervalError.of(TEN, NINE)))
    amount = InvalidAmountError("capacity", True, "a whole number", minimum=1)
    hours = HoursSyntaxError("hours", "Mo 9:75", "HH:MM", position=3)

    assert (TEN, NINE) == (reversed_interval.start, reversed_interval.end)
    assert ("capacity", True, 1) == (amount.name, amount.value, amount.minimum)
    assert ("Mo 9:75", 3) == (hours.text, hours.position)
    assert NaiveDatetimeError("start", CIVIL).moment is CIVIL


def test_a_refusal_that_is_raised_says_every_reason() -> None:
    refused = BookingRefused((Reason(), Reason()))  # type: ignore[arg-type]  # stand-ins

    assert str(refused) == "the blue room is full; the blue room is full"
    assert refused.code == "refused"


@pytest.mark.parametrize(
    "error, builtin",
    [
        (InvalidValueError, ValueError),
        (CivilTimeError, ValueError),
        (CodecError, ValueError),
        (UnknownIdError, LookupError),
        (NaiveDatetimeError, InvalidValueError),
        (InvalidIntervalError, InvalidValueError),
        (InvalidAmountError, InvalidValueError),
        (HoursSyntaxError, InvalidValueError),
        (SkippedTimeError, CivilTimeError),
        (RepeatedTimeError, CivilTimeError),
        (SearchLimitError, LimitExceededError),
    ],
)
def test_errors_can_be_caught_by_their_remedy(error: type, builtin: type) -> None:
    assert issubclass(error, builtin)
    assert issubclass(error, BookableError)


def test_every_error_class_has_an_example_here() -> None:
    classes = {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, BookableError)
    }
    shown_here = {type(error) for error, _, _ in EXAMPLES}

    assert classes - shown_here == {BookableError, CivilTimeError, BookingRefused}


def test_errors_are_told_apart_by_identity() -> None:
    first, second = UnknownIdError("room", "attic"), UnknownIdError("room", "attic")

    assert first != second
    assert len({first, second}) == 2


class RaisesInRepr:
    def __repr__(self) -> str:
        raise RuntimeError


class ReturnsNoText:
    def __repr__(self) -> str:
        return None  # type: ignore[return-value]  # hostile on purpose


class Endless:
    def __repr__(self) -> str:
        return "x" * 1_000_000


class Sly(str):
    __slots__ = ()

    def encode(self, encoding: str = "", errors: str = "") -> bytes:
        raise RuntimeError


class ReturnsSlyText:
    def __repr__(self) -> str:
        return Sly("sly")


NESTED: list[object] = []
for _ in range(100_000):
    NESTED = [NESTED]
CIRCULAR: list[object] = []
CIRCULAR.append(CIRCULAR)

HOSTILE = [
    10**5_000,
    -(10**5_000),
    [10**5_000],
    RaisesInRepr(),
    [RaisesInRepr()],
    {"key": RaisesInRepr()},
    ReturnsNoText(),
    Endless(),
    ReturnsSlyText(),
    "\ud800",
    "a" * 1_000_000,
    "a\0b\nc\u202ed",
    b"\xff" * 1_000_000,
    float("nan"),
    NESTED,
    CIRCULAR,
    set(range(100_000)),
    {number: number for number in range(100_000)},
    datetime.max,
    object,
]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_any_value_can_be_shown_in_a_short_text_that_encodes(value: object) -> None:
    text = shown(value)

    assert 0 < len(text) <= 500
    assert text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_an_error_about_any_value_has_a_sentence(value: object) -> None:
    error = InvalidValueError("field", value, "something else")

    assert str(error).startswith("field: expected something else, not ")
    assert str(UnknownIdError("room", value)).startswith("id: there is no room ")


@pytest.mark.parametrize(
    "value, text",
    [
        ("massage", "'massage'"),
        (True, "True"),
        (None, "None"),
        (12, "12"),
        (10**5_000, "a whole number of 16,610 bits"),
        ("\ud800", "'\\ud800'"),
        ("a\nb", "'a\\nb'"),
        (RaisesInRepr(), "<RaisesInRepr instance at 0x"),
        (ReturnsSlyText(), "a ReturnsSlyText"),
    ],
    ids=range(9),
)
def test_values_are_shown_as_python_writes_them(value: object, text: str) -> None:
    assert shown(value).startswith(text)


@pytest.mark.parametrize(
    "words, sentence",
    [
        ([], ""),
        (["ada"], "ada"),
        (["ada", "grace"], "ada and grace"),
        (["ada", "grace", "linus"], "ada, grace and linus"),
    ],
)
def test_words_are_joined_as_in_a_sentence(words: list[str], sentence: str) -> None:
    assert sentence == join_words(words)


def test_the_last_word_may_be_joined_by_another_word() -> None:
    assert join_words(["a", "b"], last="or") == "a or b"
