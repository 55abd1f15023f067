"""Where a booking keeps what it tells: nothing of that is seen from outside."""

from __future__ import annotations

import copy
import inspect
import pickle
import weakref

import attrs
import pytest

from bookable import Booking, CheckInMethod, InvalidValueError
from bookable.domain.booking_slots import KEPT, USUAL, Seldom
from tests.support.builders import a_booking, at

TOLD = {
    "tags": frozenset({"trial"}),
    "individual_ids": ("table",),
    "needs_approval": True,
    "pending_blocks": False,
    "checked_in_at": at("09:05"),
    "check_in_method": CheckInMethod.VERIFIED,
    "ended_at": at("09:30"),
    "planned_end": at("11:00"),
    "rooms_until": at("09:30"),
    "attendee_ids": ("ada",),
    "companion_ids": ("grace",),
    "cancelled_at": at("08:00"),
    "override": frozenset({"busy"}),
    "series_id": "S-1",
    "original_start": at("09:00").replace(tzinfo=None),
    "metadata": {"title": "Trial lesson"},
}


def telling(*names: str) -> Booking:
    """A booking that tells these of what few do."""
    takes = {"host_ids": ["ada", "grace"], "room_ids": ["blue room"], "equipment": {"table": 1}}
    return a_booking(**takes, **{name: TOLD[name] for name in names})


BOOKINGS = [
    telling(),
    *(telling(name) for name in TOLD if name not in {"series_id", "original_start"}),
    telling("series_id", "original_start"),
    telling(*TOLD),
]


def test_it_takes_the_fields_that_it_has_in_their_order():
    wanted = [(each.name, each.default) for each in attrs.fields(Booking) if each.init]
    found = inspect.signature(Booking).parameters.values()

    assert set(TOLD) == set(Seldom._fields)
    assert [each.name for each in found] == [name for name, _ in wanted]
    for each, (_, default) in zip(found, wanted, strict=True):
        missing = each.default is inspect.Parameter.empty
        assert default is attrs.NOTHING if missing else each.default == default


@pytest.mark.parametrize("name", [name for name in TOLD if not name.startswith(("ser", "orig"))])
def test_what_few_tell_is_told(name):
    booking = telling(name)

    assert getattr(booking, name) == TOLD[name]
    assert booking != telling()
    assert f"{name}=" in repr(booking)
    assert attrs.evolve(booking, **{name: getattr(telling(), name)}) == telling()


@pytest.mark.parametrize("booking", BOOKINGS)
def test_a_booking_is_the_same_however_it_came_to_be(booking):
    fields = {each.name: getattr(booking, each.name) for each in attrs.fields(Booking) if each.init}
    others = [
        pickle.loads(pickle.dumps(booking)),
        copy.copy(booking),
        copy.deepcopy(booking),
        attrs.evolve(booking),
        Booking(*fields.values()),
        Booking(**fields),
        attrs.evolve(booking.keeping_clear({}), buffers=None),
    ]

    for other in others:
        assert other == booking
        assert hash(other) == hash(booking)
        assert repr(other) == repr(booking)
        assert (other.start_us, other.end_us) == (booking.start_us, booking.end_us)
        assert (other._seldom is USUAL) is (booking._seldom is USUAL)


def test_bookings_that_tell_nothing_of_it_share_one_value():
    assert telling()._seldom is USUAL
    lists = ("tags", "individual_ids", "attendee_ids", "companion_ids", "override")
    empty = a_booking(**{key: [] for key in lists}, metadata={})
    assert empty._seldom is USUAL
    assert telling("tags")._seldom is not USUAL


@pytest.mark.parametrize("name", ["needs_approval", "pending_blocks"])
@pytest.mark.parametrize("value", [0, 1, None, "yes"])
def test_what_only_equals_a_flag_is_none(name, value):
    with pytest.raises(InvalidValueError) as caught:
        a_booking(**{name: value})
    assert caught.value.field == name


def test_a_booking_never_changes():
    booking = telling()

    for name in (*KEPT, *Seldom._fields, "colour"):
        with pytest.raises(AttributeError):
            setattr(booking, name, None)
        with pytest.raises(AttributeError):
            delattr(booking, name)
    assert not hasattr(booking, "__dict__")
    assert weakref.ref(booking)() is booking
