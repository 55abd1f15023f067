"""Whose time nobody could read: never free, and left out where the request goes on without them."""

from __future__ import annotations

import pickle
from fractions import Fraction

import attrs
import pytest

from bookable import (
    Absence,
    AddOn,
    BookingRefused,
    Chain,
    InvalidValueError,
    Ranking,
    Request,
    Requirement,
    Room,
    Segment,
    Slots,
    Unknown,
    UnknownIdError,
    all_of,
    any_of,
)
from bookable.codecs.certificates import refusal_certificate
from bookable.verify import verify
from tests.support.builders import (
    HOUR,
    NOW,
    a_block,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    an_item,
    at,
    clocks,
    monday,
    offered,
    refused,
    rules,
)

MORNING = monday("09:00", "12:00")
PEOPLE = [a_member(key) for key in ("ada", "bob", "grace")]
OUT = {"unknown": "left_out"}


def listed(state, request):
    return clocks(state.free_slots(request, within=MORNING, now=NOW))


def slot_of(state, calendar_id="massage", clock="09:00", **asked):
    request = state.request(calendar_id, **asked)
    return state.slot(request, start=at(clock), now=NOW)


def facts(slot):
    """Who would come, who would be missing, and of whom nobody knows."""
    return slot.allocation.resource_ids, slot.missing_ids, slot.unknown_ids


def why(state, calendar_id="massage", clock="09:00", **asked):
    request = state.request(calendar_id, **asked)
    return rules(state.explain(request, start=at(clock), now=NOW))


# What may be said -----------------------------------------------------------


def test_the_ids_are_kept_sorted_and_the_word_is_one_of_two():
    request = a_request(unknown_ids=["b", "a", "b"], unknown="left_out")

    assert (request.unknown_ids, request.unknown) == (("a", "b"), Unknown.LEFT_OUT)
    assert a_request().unknown is Unknown.BUSY
    with refused(InvalidValueError, "choice", "unknown"):
        a_request(unknown="free")
    with refused(InvalidValueError, "ids", "unknown_ids"):
        a_request(unknown_ids="ada")


@pytest.mark.parametrize("key", ["nobody", "massage"])
def test_who_is_not_in_the_catalogue_is_refused(key):
    state = a_scheduler(*PEOPLE, a_calendar(member_ids=["ada"]))

    for unknown in Unknown:
        with refused(UnknownIdError, "unknown_id", "unknown_ids"):
            state.request("massage", unknown_ids=[key], unknown=unknown)
        with refused(UnknownIdError, "unknown_id", "unknown_ids"):
            state.explain(
                a_request(all_of("ada"), unknown_ids=[key], unknown=unknown),
                start=at("09:00"),
                now=NOW,
            )


def test_nobody_who_is_unknown_may_be_taken_by_leaving_the_rule_aside():
    with refused(InvalidValueError, "override", "override"):
        a_request(override=["unknown"])

    state = a_scheduler(*PEOPLE, a_calendar(member_ids=["ada"]))
    assert why(state, unknown_ids=["ada"], override=["busy", "full", "inactive"]) == [
        ("unknown", "ada")
    ]


# As busy ---------------------------------------------------------------------


def test_who_is_unknown_is_busy_at_every_time():
    state = a_scheduler(*PEOPLE, a_calendar(member_ids=["ada", "grace"]))

    assert slot_of(state).host_ids == ("ada", "grace")
    assert facts(slot_of(state, unknown_ids=["ada"])) == (("grace",), (), ("ada",))
    assert slot_of(state, unknown_ids=["ada"]).host_ids == ("grace",)
    with refused(BookingRefused, "refused") as caught:
        slot_of(state, unknown_ids=["ada", "grace"])
    assert rules(caught.value.refusals) == [("unknown", "ada"), ("unknown", "grace")]
    assert str(caught.value.refusals[0]) == "nobody knows whether 'ada' is free"


def test_an_empty_listing_says_who_is_unknown_and_why_it_is_empty():
    state = a_scheduler(*PEOPLE, a_calendar(member_ids=["ada"]))
    request = state.request("massage", unknown_ids=["ada", "bob"])
    found = state.free_slots(request, within=MORNING, now=NOW)
    empty = state.why_empty(request, within=MORNING, now=NOW)

    assert (len(found), found.unknown_ids) == (0, ("ada",))
    assert [each.rule.value for each in empty.rules] == ["unknown"]
    assert (
        str(empty) == "of 3 starts none can be booked: 3 need 'ada', whose time could not be read"
    )


def test_the_rule_comes_before_that_of_what_is_known():
    state = a_scheduler(
        a_member("ada", is_active=False),
        a_calendar(member_ids=["ada"]),
        blocks=[a_block("K", "ada")],
    )

    assert why(state, unknown_ids=["ada"]) == [
        ("inactive", "ada"),
        ("unknown", "ada"),
        ("busy", "ada"),
    ]


def test_rooms_that_share_a_part_with_an_unknown_room_are_unknown():
    halves = [Room("left", 4), Room("right", 4), Room("hall", 8, parts=["left", "right"])]
    state = a_scheduler(*halves)

    def known(room_id, unknown_id):
        slots = state.free_slots(
            a_request(all_of(room_id), unknown_ids=[unknown_id]), within=MORNING, now=NOW
        )
        return len(slots) > 0, slots.unknown_ids

    assert known("hall", "left") == (False, ("left",))
    assert known("left", "hall") == (False, ("hall",))
    assert known("right", "left") == (True, ())


def test_nobody_opens_or_joins_a_session_of_who_is_unknown():
    state = a_scheduler(*PEOPLE, a_class(member_ids=["ada", "bob"]))
    state = state.book(slot_of(state, "yoga", host_ids=["ada"]), booking_id="B-1", now=NOW)

    for unknown in Unknown:
        asked = {"unknown_ids": ["ada"], "unknown": unknown}
        assert slot_of(state, "yoga", **asked).host_ids == ("bob",)
        assert why(state, "yoga", unknown_ids=["ada", "bob"], unknown=unknown) == [
            ("unknown", "ada"),
            ("unknown", "bob"),
            ("busy", "ada"),
        ]
    assert slot_of(state, "yoga", unknown_ids=["bob"]).allocation.host_ids == ("ada",)


def test_a_session_says_why_else_nobody_may_join():
    state = a_scheduler(*PEOPLE, a_class(member_ids=["ada"]))
    state = state.book(slot_of(state, "yoga"), booking_id="B-1", now=NOW)
    state = state.block("ada", MORNING, block_id="K-1")

    assert why(state, "yoga") == [("busy", "ada")] * 2
    assert why(state, "yoga", unknown_ids=["ada"]) == [("unknown", "ada"), *[("busy", "ada")] * 2]


# Left out --------------------------------------------------------------------


def test_of_several_anyone_else_will_do():
    """Busy or left out: there is no difference where some of many are needed."""
    state = a_scheduler(*PEOPLE, *map(a_room, "rs"))
    two = a_request(any_of("ada", "bob", "grace", count=2), unknown_ids=["bob"])

    for unknown in Unknown:
        request = attrs.evolve(two, unknown=unknown)
        slot = state.slot(request, start=at("09:00"), now=NOW)
        assert facts(slot) == (("ada", "grace"), (), ("bob",))
        fewer = attrs.evolve(request, unknown_ids=["ada", "bob"])
        assert listed(state, fewer) == []


def test_of_all_who_are_needed_those_who_are_known():
    state = a_scheduler(*PEOPLE, a_calendar(kind="collective", member_ids=["ada", "bob", "grace"]))
    asked = {"unknown_ids": ["ada", "grace"]}

    assert why(state, **asked) == [("unknown", "ada"), ("unknown", "grace")]
    assert facts(slot_of(state, **asked, **OUT)) == (("bob",), ("ada", "grace"), ("ada", "grace"))
    state = state.block("bob", MORNING, block_id="K")
    assert why(state, **asked, **OUT) == [("busy", "bob")]


def test_somebody_has_to_serve():
    state = a_scheduler(
        *PEOPLE,
        a_calendar(kind="collective", member_ids=["ada", "bob"]),
        a_calendar("trial", kind="personal", member_ids=["ada"]),
        a_calendar("yoga", member_ids=["ada"]),
    )
    asked = {"unknown_ids": ["ada", "bob"], **OUT}

    assert why(state, **asked) == [("unknown", "ada"), ("unknown", "bob")]
    assert why(state, "trial", **asked) == [("unknown", "ada")]
    assert why(state, "yoga", **asked) == [("unknown", "ada")]
    assert offered(state, "massage", MORNING, **asked) == []


def test_a_requirement_for_all_that_it_names_asks_for_those_known():
    state = a_scheduler(*PEOPLE, *map(a_room, "rs"), an_item("lamp"), an_item("kit"))

    def taken(*needs, unknown_ids):
        request = a_request(*needs, unknown_ids=unknown_ids, **OUT)
        slots = state.free_slots(request, within=MORNING, now=NOW)
        return facts(slots[0]) if slots else None

    assert taken(all_of("ada", "bob"), unknown_ids=["bob"]) == (("ada",), ("bob",), ("bob",))
    assert taken(all_of("r", "s"), unknown_ids=["s"]) == (("r",), (), ("s",))
    assert taken(all_of("ada"), unknown_ids=["ada"]) is None
    assert taken(all_of("r"), all_of("ada"), unknown_ids=["r"]) is None
    assert taken(all_of("r", "lamp"), unknown_ids=["r", "lamp"]) is None
    # Equipment of which nothing is known is not needed.
    assert taken(all_of("r"), all_of("lamp"), unknown_ids=["lamp"]) == (("r",), (), ("lamp",))
    assert taken(all_of("r"), all_of("lamp", "kit"), unknown_ids=["lamp", "kit"]) == (
        ("r",),
        (),
        ("kit", "lamp"),
    )
    # Of some of many, and of a kind, as many as before.
    assert taken(all_of("r"), any_of("lamp", "kit"), unknown_ids=["lamp", "kit"]) is None
    assert taken(Requirement(kind="room", count=2), unknown_ids=["r"]) is None
    assert taken(Requirement(["r", "s"], kind="room", count=2), unknown_ids=["r"]) is None
    # More than all that is named was never there.
    assert taken(Requirement(["ada", "bob"], count=3), unknown_ids=["bob"]) is None


def test_what_would_not_do_anyway_is_neither_left_out_nor_named():
    state = a_scheduler(a_room("r", features=["sofa"]), a_room("s"))
    request = a_request(all_of("r", "s"), features=["sofa"], unknown_ids=["s"], **OUT)
    found = state.free_slots(request, within=MORNING, now=NOW)

    assert (len(found), found.unknown_ids) == (0, ())
    assert rules(state.explain(request, start=at("09:00"), now=NOW)) == [("never_fits", "")]


def test_where_nothing_is_left_to_take_nothing_is_offered():
    state = a_scheduler(an_item("lamp", calendar_ids=["massage"]), a_calendar(kind="event"))

    assert why(state, unknown_ids=["lamp"]) == [("unknown", "lamp")]
    assert why(state, unknown_ids=["lamp"], **OUT) == [("never_fits", "massage")]
    assert listed(state, a_request(all_of("lamp"), unknown_ids=["lamp"], **OUT)) == []


def test_mapped_rooms_and_equipment():
    state = a_scheduler(
        *PEOPLE,
        a_room("r", calendar_ids=["massage"]),
        a_room("s", calendar_ids=["massage"]),
        an_item("lamp", calendar_ids=["massage"]),
        an_item("kit", calendar_ids=["massage"]),
        a_calendar(kind="service", member_ids=["ada"]),
    )

    assert facts(slot_of(state, unknown_ids=["r", "lamp"], **OUT)) == (
        ("ada", "s", "kit"),
        (),
        ("lamp", "r"),
    )
    assert why(state, unknown_ids=["r", "lamp"]) == [("unknown", "lamp")]
    assert why(state, unknown_ids=["r", "s"], **OUT) == [("unknown", "r"), ("unknown", "s")]


def test_what_an_add_on_needs():
    add_on = AddOn("oil", requirements=[all_of("lamp")])
    guide = AddOn("tour", requirements=[all_of("bob", "grace")])
    state = a_scheduler(
        *PEOPLE, an_item("lamp"), a_calendar(member_ids=["ada"], add_ons=[add_on, guide])
    )
    slot = slot_of(state, add_on_ids=["oil", "tour"], unknown_ids=["lamp", "grace"], **OUT)

    assert facts(slot) == (("ada", "bob"), ("grace",), ("grace", "lamp"))
    assert slot.allocation.companion_ids == ("bob",)
    state = state.book(slot, booking_id="B-1", now=NOW)
    assert state.book(slot, booking_id="B-1", now=NOW) == state


# Who attends -------------------------------------------------------------------


def test_attendees_who_are_left_out_are_not_booked():
    state = a_scheduler(*PEOPLE, a_calendar(member_ids=["ada"]))
    asked = {"attendee_ids": ["bob", "grace"], "unknown_ids": ["grace"]}

    assert why(state, **asked) == [("unknown", "grace")]
    slot = slot_of(state, **asked, **OUT)
    assert facts(slot) == (("ada", "bob"), ("grace",), ("grace",))
    booking = state.book(slot, booking_id="B-1", now=NOW).booking("B-1")
    assert (booking.host_ids, booking.attendee_ids) == (("ada", "bob"), ("bob",))
    assert state.free_slots(slot.request, within=MORNING, now=NOW)[0].request == slot.request


def test_where_no_attendee_is_known_it_takes_place_without_them():
    state = a_scheduler(*PEOPLE, a_calendar(member_ids=["ada"]))
    slot = slot_of(state, attendee_ids=["bob", "grace"], unknown_ids=["bob", "grace"], **OUT)

    assert facts(slot) == (("ada",), ("bob", "grace"), ("bob", "grace"))
    state = state.book(slot, booking_id="B-1", now=NOW)
    assert state.booking("B-1").attendee_ids == ()
    # The same id with the same content is the same booking.
    assert state.book(slot, booking_id="B-1", now=NOW) == state


def test_who_is_left_out_keeps_nobody_from_joining():
    state = a_scheduler(*PEOPLE, a_class(member_ids=["ada"]))
    state = state.book(slot_of(state, "yoga"), booking_id="B-1", now=NOW)
    asked = {"attendee_ids": ["grace"], "unknown_ids": ["grace"]}

    assert why(state, "yoga", **asked) == [("unknown", "grace"), ("busy", "ada")]
    assert facts(slot_of(state, "yoga", **asked, **OUT)) == (("ada",), ("grace",), ("grace",))


@pytest.mark.parametrize("unknown", Unknown)
def test_optional_people_who_are_unknown_are_missing(unknown):
    state = a_scheduler(*PEOPLE, a_calendar(member_ids=["ada"]))
    asked = {"optional_ids": ["bob", "grace"], "unknown_ids": ["grace"], "unknown": unknown}

    assert facts(slot_of(state, **asked)) == (("ada",), ("grace",), ("grace",))


def test_confidence_takes_the_unknown_of_the_request():
    state = a_scheduler(*PEOPLE, a_calendar(member_ids=["ada"]))
    slot = slot_of(
        state, optional_ids=["bob"], attendee_ids=["grace"], unknown_ids=["grace"], **OUT
    )
    listing = state.free_slots(slot.request, within=MORNING, now=NOW)

    assert slot.confidence() == Fraction(149, 2)
    assert slot.confidence(unknown_ids=["bob"]) == Fraction(49, 2)
    assert slot.confidence(unknown_ids=[]) == Fraction(50)
    assert len(listing.confident(74)) == 3
    assert len(listing.confident(75)) == 0
    assert len(listing.confident(50, unknown_ids=[])) == 3
    assert len(listing.confident(51, unknown_ids=[])) == 0


def test_hosts_who_are_left_out_count_for_nobody_who_attends():
    state = a_scheduler(*PEOPLE, a_calendar(kind="collective", member_ids=["ada", "grace"]))
    slot = slot_of(state, optional_ids=["bob"], unknown_ids=["grace"], **OUT)

    assert slot.missing_ids == ("grace",)
    assert slot.confidence() == 100


# Delegates, and whose turn it is -------------------------------------------------


AWAY = a_member("ada", absences=[Absence(monday("09:00", "10:00"), "ill", "bob")])


def test_a_delegate_stands_in_for_who_is_away_known_or_not():
    state = a_scheduler(AWAY, *PEOPLE[1:], a_calendar(member_ids=["ada"]))
    asked = {"use_delegates": True, "unknown_ids": ["ada"]}

    for unknown in Unknown:
        assert facts(slot_of(state, **asked, unknown=unknown)) == (("bob",), (), ("ada",))
        assert (
            why(state, clock="10:00", **asked, unknown=unknown)
            == [
                ("unknown", "ada"),
                ("outside_hours", "bob"),
            ][::-1]
        )
        both = {**asked, "unknown_ids": ["ada", "bob"], "unknown": unknown}
        assert ("unknown", "bob") in why(state, **both)


def test_of_several_hosts_who_is_left_out_needs_no_delegate():
    state = a_scheduler(
        AWAY, *PEOPLE[1:], a_calendar(kind="collective", member_ids=["ada", "grace"])
    )
    asked = {"use_delegates": True, "unknown_ids": ["ada"]}

    assert facts(slot_of(state, **asked)) == (("bob", "grace"), (), ("ada",))
    assert why(state, clock="10:00", **asked) == [
        ("outside_hours", "bob"),
        ("unknown", "ada"),
    ]
    for clock in ("09:00", "10:00"):
        slot = slot_of(state, clock=clock, **asked, **OUT)
        assert facts(slot) == (("grace",), ("ada",), ("ada",))
    both = {**asked, "unknown_ids": ["ada", "grace"], **OUT}
    assert why(state, clock="10:00", **both)[-2:] == [("unknown", "ada"), ("unknown", "grace")]


def test_the_turn_passes_on_from_who_is_left_out():
    strict = a_calendar(member_ids=["ada", "bob"], ranking=Ranking(["fair_share"], strict=True))
    state = a_scheduler(
        *PEOPLE,
        strict,
        bookings=[a_booking("B", calendar_id="massage", host_ids=["bob"])],
    )

    assert slot_of(state, clock="10:00").host_ids == ("ada",)
    assert why(state, clock="10:00", unknown_ids=["ada"]) == [
        ("not_next", "bob"),
        ("unknown", "ada"),
    ]
    assert slot_of(state, clock="10:00", unknown_ids=["ada"], **OUT).host_ids == ("bob",)


# Everywhere else -----------------------------------------------------------------


def test_a_slot_is_decided_again_by_what_was_known_of_it():
    state = a_scheduler(*PEOPLE, a_calendar(kind="collective", member_ids=["ada", "grace"]))
    slot = slot_of(state, unknown_ids=["grace"], **OUT)
    booked = state.book(slot, booking_id="B-1", now=NOW)

    assert booked.booking("B-1").host_ids == ("ada",)
    with refused(BookingRefused, "refused") as caught:
        booked.book(slot, booking_id="B-2", now=NOW)
    assert rules(caught.value.refusals) == [("busy", "ada")]
    kept = pickle.loads(pickle.dumps(slot))
    assert (kept, kept.unknown_ids) == (slot, ("grace",))


def test_a_booking_moves_without_who_is_left_out():
    state = a_scheduler(*PEOPLE, a_calendar(member_ids=["ada"]))
    first = slot_of(state, attendee_ids=["bob", "grace"])
    state = state.book(first, booking_id="B-1", now=NOW)

    def move(**asked):
        request = state.request("massage", **asked)
        to = state.slot(request, start=at("10:00"), now=NOW, ignoring=["B-1"])
        return state.reschedule("B-1", to=to, now=NOW).booking("B-1")

    assert move().attendee_ids == ("bob", "grace")
    with refused(BookingRefused, "refused") as caught:
        move(unknown_ids=["grace"])
    assert rules(caught.value.refusals) == [("unknown", "grace")]
    moved = move(unknown_ids=["grace"], **OUT)
    assert (moved.host_ids, moved.attendee_ids) == (("ada", "bob"), ("bob",))


def test_with_its_own_hosts_a_booking_does_not_move_without_them():
    state = a_scheduler(*PEOPLE, a_calendar(kind="collective", member_ids=["ada", "grace"]))
    state = state.book(slot_of(state, attendee_ids=["bob"]), booking_id="B-1", now=NOW)

    def move(key):
        request = state.request("massage", unknown_ids=[key], **OUT)
        to = state.slot(request, start=at("10:00"), now=NOW, ignoring=["B-1"])
        return state.reschedule("B-1", to=to, now=NOW, keep_hosts=True).booking("B-1")

    moved = move("bob")
    assert (moved.host_ids, moved.attendee_ids) == (("ada", "grace"), ())
    with refused(BookingRefused, "refused") as caught:
        move("grace")
    assert rules(caught.value.refusals) == [("never_fits", "massage")]


def test_merged_listings_name_all_who_are_unknown():
    state = a_scheduler(
        *PEOPLE, a_calendar(member_ids=["ada"]), a_calendar("yoga", member_ids=["bob"])
    )
    requests = [state.request(key, unknown_ids=["ada", "bob"]) for key in ("massage", "yoga")]
    other = state.request("massage")

    assert state.list_slots(requests, within=MORNING, now=NOW).unknown_ids == ("ada", "bob")
    found = state.list_slots([other, requests[1]], within=MORNING, now=NOW)
    assert found.unknown_ids == ("bob",)
    assert found.at_most(1).unknown_ids == ("bob",)
    assert [each.unknown_ids for each in found[:1]] == [()]
    assert Slots.merged([]).unknown_ids == ()


def test_each_segment_of_a_chain_has_its_own():
    state = a_scheduler(*PEOPLE)
    known = Request(HOUR, [any_of("ada", "bob")])
    chain = Chain([Segment(known), Segment(attrs.evolve(known, unknown_ids=["ada"]))])
    (found, *_) = state.chain_slots(chain, within=monday("09:00", "10:00"), now=NOW)

    assert [each.allocation.host_ids for each in found.slots] == [("ada",), ("bob",)]
    assert [each.unknown_ids for each in found.slots] == [(), ("ada",)]


def test_a_certificate_says_that_nobody_knows():
    state = a_scheduler(*PEOPLE, a_calendar(member_ids=["ada"]))
    request = state.request("massage", unknown_ids=["ada"])
    found = refusal_certificate(state, request, start=at("09:00"), now=NOW)

    verify(found)
    assert [each["rule"] for each in found["refusals"]] == ["unknown"]


def test_free_days_and_durations_are_asked_for_in_the_same_way():
    state = a_scheduler(
        *PEOPLE, a_calendar(kind="collective", member_ids=["ada", "grace"], most_days=1)
    )
    days = state.free_days(
        "massage",
        within=monday("00:00", "24:00"),
        now=NOW,
        unknown_ids=["grace"],
        unknown="left_out",
    )

    assert [each.allocation.host_ids for each in days] == [("ada",)]
    assert days.unknown_ids == ("grace",)
    (request,) = state.requests("massage", unknown_ids=["grace"])
    assert request.unknown_ids == ("grace",)
