"""What the checks accept they return; everything else is a typed error that names the field."""

from __future__ import annotations

import itertools
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

import pytest

from bookable import checks, limits
from bookable.checks import (
    check_amount,
    check_choice,
    check_duration,
    check_flag,
    check_id,
    check_ids,
    check_items,
    check_number,
    check_text,
    check_type,
)
from bookable.errors import InvalidAmountError, InvalidValueError, LimitExceededError


class OddText(str):
    """Text with an equality of its own."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1


class OddInt(int):
    """A number that is smaller than anything."""

    def __lt__(self, other: object) -> bool:
        return True

    def __le__(self, other: object) -> bool:
        return True


class OddDuration(timedelta):
    """A duration of a type of its own."""


class Kind(StrEnum):
    PERSONAL = "personal"
    SERVICE = "service"


class OtherKind(StrEnum):
    PERSONAL = "personal"


# --- ids


@pytest.mark.parametrize(
    "value",
    [
        "a",
        "room-7",
        "blue room",
        "B-1/2#3:4",
        "x" * 128,
        "Zürich",
        "会議室",
        "😀" * 128,
        "ß",
        "İ",
        "a\u0301\u0302".replace("a\u0301", "\u00e1"),
    ],
)
def test_an_id_is_any_printable_text_in_nfc(value: str) -> None:
    assert check_id(value) is value


NOT_IDS = [
    ("", "id"),
    ("x" * 129, "id"),
    ("ü" * 129, "id"),
    ("x" * 1_000_000, "id"),
    ("a\0b", "id"),
    ("a\nb", "id"),
    ("a\tb", "id"),
    ("a\x7fb", "id"),
    ("a\x85b", "id"),
    ("\ud800", "id"),
    ("a\udfffb", "id"),
    ("a\u202eb", "id"),  # right-to-left override
    ("a\u2066b", "id"),  # left-to-right isolate
    ("a\u200bb", "id"),  # zero-width space
    ("a\u200db", "id"),  # zero-width joiner
    ("\ufeffa", "id"),  # byte order mark
    ("a\u00adb", "id"),  # soft hyphen
    ("a\u2028b", "id"),  # line separator
    ("a\u2029b", "id"),  # paragraph separator
    ("\ue000", "id"),  # private use
    ("\uffff", "id"),  # no character
    ("u\u0308", "id_not_nfc"),
    ("\u212b", "id_not_nfc"),  # the ångström sign
    (OddText("room"), "exact_type"),
    (Kind.PERSONAL, "exact_type"),
    (b"room", "id"),
    (7, "id"),
    (None, "id"),
    (True, "id"),
    (("room",), "id"),
    (float("nan"), "id"),
    (10**5_000, "id"),
]


@pytest.mark.parametrize("value, code", NOT_IDS, ids=range(len(NOT_IDS)))
def test_anything_else_is_not_an_id(value: object, code: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_id(value, "room_id")

    assert (caught.value.field, caught.value.code) == ("room_id", code)
    assert caught.value.value is value
    assert str(caught.value).startswith("room_id: expected a string of 1 to 128")


def test_ids_that_differ_only_in_case_are_different() -> None:
    assert check_ids(["Room", "room", "ROOM"], "pool") == ("Room", "room", "ROOM")


@pytest.mark.parametrize(
    "values", [["b", "a", "b"], ("b", "a"), iter(["b", "a", "a"]), {"b": 1, "a": 2}.keys()]
)
def test_ids_keep_their_order_and_lose_their_duplicates(values: object) -> None:
    assert check_ids(values, "pool") == ("b", "a")


@pytest.mark.parametrize("values", ["room", b"room", {"room": 1}, None, 7, OddText("room")])
def test_one_id_or_a_mapping_is_not_a_list_of_ids(values: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_ids(values, "pool", known="room ids")

    assert (caught.value.field, caught.value.code) == ("pool", "ids")
    assert "a list of room ids" in str(caught.value)


def test_each_of_the_ids_is_checked() -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_ids(["a", ""], "pool")

    assert (caught.value.field, caught.value.code) == ("pool", "id")


def test_an_endless_list_of_ids_is_refused() -> None:
    with pytest.raises(LimitExceededError):
        check_ids(itertools.repeat("a"), "pool")


# --- texts


@pytest.mark.parametrize("value", ["", "Zürich\n2nd floor", "x" * 10_000, "u\u0308", "😀"])
def test_a_text_may_hold_nearly_anything(value: str) -> None:
    assert check_text(value, "name") is value


@pytest.mark.parametrize(
    "value", [None, 7, b"text", OddText("text"), Kind.PERSONAL, "a\0b", "\ud800", "a\udfff"]
)
def test_anything_else_is_not_a_text(value: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_text(value, "name")

    assert (caught.value.field, caught.value.code) == ("name", "text")


def test_a_text_has_a_longest_length() -> None:
    with pytest.raises(LimitExceededError) as caught:
        check_text("x" * 10_001, "description")

    assert caught.value.needed == 10_001
    assert "description" in caught.value.limit


# --- amounts


@pytest.mark.parametrize("value", [0, 1, 20, 1_000_000])
def test_an_amount_is_a_whole_number_up_to_a_million(value: int) -> None:
    assert check_amount(value, "capacity") == value


NOT_AMOUNTS = [
    True,
    False,
    1.0,
    float("nan"),
    float("inf"),
    float("-inf"),
    -1,
    1_000_001,
    10**19,
    10**5_000,
    -(10**5_000),
    "20",
    "",
    b"20",
    None,
    Decimal(1),
    Fraction(1),
    1j,
    OddInt(5),
    [1],
]


@pytest.mark.parametrize("value", NOT_AMOUNTS, ids=range(len(NOT_AMOUNTS)))
def test_anything_else_is_not_an_amount(value: object) -> None:
    with pytest.raises(InvalidAmountError) as caught:
        check_amount(value, "capacity")

    assert (caught.value.name, caught.value.code) == ("capacity", "quantity")
    assert (caught.value.minimum, caught.value.value is value) == (0, True)
    assert str(caught.value).startswith("capacity: expected a whole number from 0 to 1,000,000")


def test_the_ends_of_an_amount_can_be_set() -> None:
    assert check_amount(1, "units", minimum=1, maximum=2) == 1
    assert check_amount(2, "units", minimum=1, maximum=2) == 2
    for value in (0, 3):
        with pytest.raises(InvalidAmountError, match="from 1 to 2"):
            check_amount(value, "units", minimum=1, maximum=2)


def test_a_number_may_have_either_sign() -> None:
    assert [check_number(value, "priority") for value in (-1_000_000, 0, 1_000_000)] == [
        -1_000_000,
        0,
        1_000_000,
    ]
    for value in (-1_000_001, 1_000_001, True, 1.0):
        with pytest.raises(InvalidAmountError):
            check_number(value, "priority")


# --- flags


@pytest.mark.parametrize("value", [True, False])
def test_a_flag_is_true_or_false(value: bool) -> None:
    assert check_flag(value, "is_active") is value


@pytest.mark.parametrize("value", [0, 1, None, "true", "", [], 1.0])
def test_nothing_else_is_a_flag(value: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_flag(value, "is_active")

    assert (caught.value.field, caught.value.code) == ("is_active", "flag")


# --- durations


@pytest.mark.parametrize(
    "value", [timedelta(0), timedelta(microseconds=1), timedelta(hours=1), timedelta(days=3_660)]
)
def test_a_duration_is_a_timedelta_of_up_to_ten_years(value: timedelta) -> None:
    assert check_duration(value, "buffer_before") is value


@pytest.mark.parametrize(
    "value",
    [
        timedelta(microseconds=-1),
        timedelta(days=-100_000_000),
        timedelta.min,
        60,
        60.0,
        float("nan"),
        True,
        None,
        "1:00",
        OddDuration(hours=1),
    ],
)
def test_anything_else_is_not_a_duration(value: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_duration(value, "buffer_before")

    assert (caught.value.field, caught.value.code) == ("buffer_before", "duration")


@pytest.mark.parametrize(
    "value",
    [timedelta(days=3_660, microseconds=1), timedelta(days=100_000_000), timedelta.max],
)
def test_a_duration_of_more_than_ten_years_is_over_the_limit(value: timedelta) -> None:
    with pytest.raises(LimitExceededError) as caught:
        check_duration(value, "minimum_notice")

    assert "minimum_notice" in caught.value.limit
    assert caught.value.allowed == 3_660


def test_zero_is_refused_where_a_duration_must_be_positive() -> None:
    one = timedelta(microseconds=1)
    assert check_duration(one, "slot_step", positive=True) is one

    with pytest.raises(InvalidValueError) as caught:
        check_duration(timedelta(0), "slot_step", positive=True)

    assert caught.value.code == "zero_step"
    assert str(caught.value).startswith("slot_step: expected a timedelta above zero")


# --- choices


@pytest.mark.parametrize("value", [Kind.PERSONAL, "personal"])
def test_a_choice_is_given_as_itself_or_as_its_text(value: str) -> None:
    assert check_choice(value, Kind, "kind") is Kind.PERSONAL


@pytest.mark.parametrize(
    "value",
    ["Personal", "PERSONAL", "", "group", None, 0, OtherKind.PERSONAL, OddText("x"), ["personal"]],
)
def test_nothing_else_is_a_choice(value: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_choice(value, Kind, "kind")

    assert (caught.value.field, caught.value.code) == ("kind", "choice")
    assert "one of 'personal', 'service'" in str(caught.value)


# --- our own types


def test_a_value_of_the_wanted_type_passes() -> None:
    hour = timedelta(hours=1)

    assert check_type(hour, timedelta, "step", "a timedelta") is hour
    assert check_type("x", (int, str), "step", "text or a number") == "x"


def test_a_value_of_another_type_is_refused() -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_type("1 h", timedelta, "step", "a timedelta")

    assert (caught.value.field, caught.value.code) == ("step", "type")
    assert str(caught.value) == "step: expected a timedelta, not '1 h'"


@pytest.mark.parametrize("values", [[1, 2], (1, 2), iter([1, 2]), {1: "a", 2: "b"}.keys()])
def test_items_of_the_wanted_type_become_a_tuple(values: object) -> None:
    assert check_items(values, int, "numbers", "a number") == (1, 2)


@pytest.mark.parametrize("values", ["ab", b"ab", {1: 2}, None, 7])
def test_what_is_no_list_holds_no_items(values: object) -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_items(values, int, "numbers", "a number")

    assert (caught.value.field, caught.value.code) == ("numbers", "type")
    assert "a list, each a number" in str(caught.value)


def test_each_of_the_items_is_checked() -> None:
    with pytest.raises(InvalidValueError) as caught:
        check_items([1, "2"], int, "numbers", "a number")

    assert caught.value.value == "2"


def test_an_endless_list_of_items_is_refused() -> None:
    with pytest.raises(LimitExceededError) as caught:
        check_items(itertools.repeat(1), int, "numbers", "a number")

    assert caught.value.allowed == limits.MOST_ITEMS


def test_every_check_is_tried_here() -> None:
    offered = {name for name in vars(checks) if name.startswith("check_")}

    assert offered <= set(globals())
