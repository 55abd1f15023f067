"""What a calendar offers beside its plain booking."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookable import FrozenMap, all_of
from bookable.domain.service import Absence, AddOn, Variant, host_durations
from bookable.errors import InvalidValueError
from tests.support.builders import HOUR, monday, refused


def test_a_variant_lasts_as_long_as_it_says_for_each_host():
    variant = Variant("long", 2 * HOUR, {"b": HOUR, "a": 3 * HOUR}, "Long cut")

    assert (variant.id, variant.duration, variant.name) == ("long", 2 * HOUR, "Long cut")
    assert list(variant.host_durations.items()) == [("a", 3 * HOUR), ("b", HOUR)]
    assert Variant("short", HOUR).host_durations == FrozenMap()
    assert hash(variant) == hash(Variant("long", 2 * HOUR, {"a": 3 * HOUR, "b": HOUR}, "Long cut"))


def test_an_add_on_may_take_no_time_and_need_something():
    add_on = AddOn("tea", requirements=[all_of("kettle")])

    assert (add_on.duration, add_on.requirements) == (timedelta(0), (all_of("kettle"),))
    assert AddOn("nails", HOUR).requirements == ()


def test_an_absence_may_have_a_reason_and_a_delegate():
    interval = monday("09:00", "17:00")

    assert (Absence(interval).reason, Absence(interval).delegate_id) == ("", None)
    assert Absence(interval, "holiday", "bob").delegate_id == "bob"


@pytest.mark.parametrize(
    ("make", "code", "field"),
    [
        (lambda: Variant("", HOUR), "id", "id"),
        (lambda: Variant("v", timedelta(0)), "zero_step", "duration"),
        (lambda: Variant("v", HOUR, name=7), "text", "name"),
        (lambda: Variant("v", HOUR, [("a", HOUR)]), "type", "host_durations"),
        (lambda: Variant("v", HOUR, {"": HOUR}), "id", "host_durations"),
        (lambda: Variant("v", HOUR, {"a": timedelta(0)}), "zero_step", "host_durations['a']"),
        (lambda: AddOn("", HOUR), "id", "id"),
        (lambda: AddOn("a", -HOUR), "duration", "duration"),
        (lambda: AddOn("a", HOUR, ["kettle"]), "type", "requirements"),
        (lambda: AddOn("a", HOUR, name=None), "text", "name"),
        (lambda: Absence("today"), "type", "absences.interval"),
        (lambda: Absence(monday("09:00", "10:00"), 7), "text", "absences.reason"),
        (lambda: Absence(monday("09:00", "10:00"), "", ""), "id", "absences.delegate_id"),
    ],
)
def test_what_none_of_them_can_be_is_refused(make, code, field):
    with refused(InvalidValueError, code, field):
        make()


def test_durations_of_hosts_come_in_the_order_of_their_ids():
    assert list(host_durations({"b": HOUR, "a": HOUR})) == ["a", "b"]
