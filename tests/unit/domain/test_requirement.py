"""Requirements: k of n resources, and the short ways to write them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bookable import (
    InvalidAmountError,
    InvalidValueError,
    LimitExceededError,
    Requirement,
    ResourceKind,
    Where,
    all_of,
    any_of,
    share_of,
    units_of,
)
from bookable.domain.requirement import check_requirements
from tests.support.builders import HOUR, refused


def test_all_of_needs_every_resource_that_is_named():
    assert all_of("ada", "studio") == Requirement(("ada", "studio"), count=2)
    assert all_of("ada", "ada").count == 1
    assert all_of("ada").is_fixed


def test_any_of_needs_one_resource_unless_more_are_asked_for():
    assert any_of("ada", "grace") == Requirement(("ada", "grace"), count=1)
    assert any_of("ada", "grace", "linus", count=2).count == 2


def test_units_of_needs_so_many_of_one_piece_of_equipment():
    assert units_of("table", 3) == Requirement(("table",), units=3)


@pytest.mark.parametrize(("count", "is_fixed"), [(1, False), (2, True), (3, True)])
def test_a_requirement_is_fixed_when_its_whole_pool_is_needed(count, is_fixed):
    assert Requirement(("ada", "grace"), count=count).is_fixed is is_fixed


def test_a_pool_keeps_its_order_and_names_nobody_twice():
    assert Requirement(["grace", "ada", "grace"]).pool == ("grace", "ada")


@pytest.mark.parametrize("build", [all_of, any_of, lambda: Requirement([])])
def test_an_empty_pool_is_refused_and_never_means_everybody(build):
    with refused(InvalidValueError, "empty_request", "pool"):
        build()


@pytest.mark.parametrize("name", ["count", "units"])
@pytest.mark.parametrize("value", [0, -1, True, 1.0, float("nan"), float("inf"), "2", 10**19, None])
def test_amounts_are_positive_whole_numbers(name, value):
    with refused(InvalidAmountError, "quantity", name):
        Requirement(("ada",), **{name: value})


@pytest.mark.parametrize("name", ["buffer_before", "buffer_after"])
def test_a_role_may_have_buffers_of_its_own(name):
    assert getattr(Requirement(("ada",)), name) is None
    assert getattr(Requirement(("ada",), **{name: 0 * HOUR}), name) == 0 * HOUR
    with refused(InvalidValueError, "duration", name):
        Requirement(("ada",), **{name: -HOUR})


@pytest.mark.parametrize(
    ("pool", "code"), [("ada", "ids"), (None, "ids"), ({"a": 1}, "ids"), ([3], "id"), ([""], "id")]
)
def test_a_pool_is_a_list_of_ids(pool, code):
    with refused(InvalidValueError, code, "pool"):
        Requirement(pool)


def test_a_name_is_text():
    assert Requirement(("ada",), name="teacher").name == "teacher"
    with refused(InvalidValueError, "text", "name"):
        Requirement(("ada",), name=None)


def test_a_list_of_requirements_has_at_most_fifty():
    fifty = [all_of(f"r{number}") for number in range(50)]

    assert check_requirements(fifty) == tuple(fifty)
    with pytest.raises(LimitExceededError) as caught:
        check_requirements([*fifty, all_of("r50")])
    assert (caught.value.limit, caught.value.needed, caught.value.allowed) == (
        "requirements",
        51,
        50,
    )


@pytest.mark.parametrize("values", [None, 3, "ada", [None], ["ada"], all_of("ada")])
def test_what_is_no_list_of_requirements_is_refused(values):
    with refused(InvalidValueError, "type", "requirements"):
        check_requirements(values)


# Everything of a kind, so much for so many, a share -------------------------


@pytest.mark.parametrize("kind", list(ResourceKind))
def test_a_kind_stands_instead_of_a_pool(kind):
    requirement = Requirement(kind=kind.value, features=["camera"])

    assert (requirement.pool, requirement.kind) == ((), kind)
    assert not requirement.is_fixed
    assert not Requirement(["ada"], kind=kind).is_fixed


@pytest.mark.parametrize(
    ("units", "per", "party", "expected"),
    [
        (1, None, 9, 1),
        (3, None, 9, 3),
        (1, 2, 1, 1),
        (1, 2, 2, 1),
        (1, 2, 3, 2),
        (1, 1, 7, 7),
        (2, 3, 7, 6),
        (2, 1_000_000, 7, 2),
    ],
)
def test_A9_units_are_fixed_or_for_every_so_many_people_begun(units, per, party, expected):
    requirement = Requirement(["kit"], units=units, per_attendees=per)

    assert requirement.units_for(party) == expected


@pytest.mark.parametrize(
    ("share", "count", "expected"),
    [
        ("1/2", 3, 2),
        ("1/2", 4, 2),
        ("50%", 3, 2),
        ("100%", 3, 3),
        ("1", 3, 3),
        ("0.34", 3, 2),
        ("1/3", 3, 1),
        ("1%", 3, 1),
        (Fraction(2, 3), 3, 2),
        (1, 2, 2),
    ],
)
def test_C12_a_share_is_rounded_up_to_whole_ones(share, count, expected):
    names = [f"m{number}" for number in range(count)]

    requirement = share_of(share, *names)

    assert requirement == any_of(*names, count=expected)


@pytest.mark.parametrize(
    "share",
    [
        *("", "%", "0", "0%", "101%", "3/2", "-1/2", "1/0", "half", "nan", "inf", "1%%"),
        *(0, 2, 0.5, True, None, [], b"1/2", Fraction(0), Fraction(3, 2), float("nan")),
        "9" * 5_000,
    ],
)
def test_what_is_no_share_is_refused(share):
    with refused(InvalidValueError, "quantity", "share"):
        share_of(share, "ada")


def test_a_share_of_nobody_is_refused():
    with refused(InvalidValueError, "empty_request", "pool"):
        share_of("1/2")


def test_demands_on_attributes_are_kept_in_their_order():
    demands = [Where("inches", ">=", 50), Where("lift", "==", True)]

    assert Requirement(kind="room", where=demands).where == tuple(demands)
    with refused(InvalidValueError, "type", "where"):
        Requirement(kind="room", where=[("inches", ">=", 50)])
