"""The ledger: immutable, versioned, and fresh plans only."""

from __future__ import annotations

import attrs
import pytest

from bookable import CheckIn, FrozenMap, InvalidValueError, Plan, StaleLedgerError
from bookable.occupancy.audit import check_ledger
from bookable.occupancy.claims import ClaimRules, customer_key
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.record import EMPTY
from bookable.timeline.profile import Profile
from tests.support.builders import HOUR, NOW, a_block, a_booking, at, minutes, refused, us

ALONE = ClaimRules()
SHARED = ClaimRules(sessions=frozenset({"yoga"}))


def a_ledger(*bookings, blocks=(), sessions=False) -> Ledger:
    return Ledger.of(bookings, blocks, SHARED if sessions else ALONE)


def yoga(booking_id="B-1", first="09:00", last="10:00", **fields):
    fields = {"calendar_id": "yoga", "host_ids": ["ada"], "room_ids": ["studio"], **fields}
    return a_booking(booking_id, first, last, **fields)


def content(ledger: Ledger) -> tuple[object, ...]:
    records = {
        key: (
            ledger.record(key).profiles(),
            ledger.record(key).index.entries(),
        )
        for key in ledger.record_ids
    }
    return dict(ledger.bookings), dict(ledger.blocks), records, ledger.sessions


KEY = ("yoga", us("09:00"), us("10:00"), ("ada",), ("studio",))


# What a history makes ------------------------------------------------------


def test_an_empty_ledger_has_no_records_and_starts_at_version_zero():
    ledger = a_ledger()

    assert (ledger.version, ledger.record_ids, ledger.sessions) == (0, (), {})
    assert ledger.record("anything") is EMPTY


def test_a_history_makes_a_record_for_each_resource_and_calendar():
    ledger = a_ledger(yoga(party_size=3), blocks=[a_block(resource_id="attic")])

    assert ledger.record_ids == ("ada", "attic", "studio", "yoga")
    assert ledger.record("studio").seats == Profile.of([(us("09:00"), us("10:00"), 3)])
    assert ledger.record("yoga").seats == Profile.of([(us("09:00"), us("10:00"), 3)])
    assert ledger.record("ada").load == Profile.of([(us("09:00"), us("10:00"), 1)])
    assert ledger.record("attic").profiles() == {
        "blocked busy": Profile.of([(us("09:00"), us("10:00"), 1)])
    }


def test_cancelled_bookings_are_kept_and_take_nothing():
    ledger = a_ledger(yoga(status="cancelled"), sessions=True)

    assert list(ledger.bookings) == ["B-1"]
    assert (ledger.record_ids, ledger.sessions) == ((), {})


@pytest.mark.parametrize(
    ("bookings", "blocks", "field"),
    [
        ([a_booking(), a_booking(status="cancelled")], [], "bookings: id"),
        ([], [a_block(), a_block(resource_id="attic")], "blocks: id"),
    ],
)
def test_an_id_that_comes_twice_is_refused(bookings, blocks, field):
    with refused(InvalidValueError, "duplicate_id", field):
        a_ledger(*bookings, blocks=blocks)


def test_a_booking_and_a_block_may_have_the_same_id():
    assert len(a_ledger(a_booking("X"), blocks=[a_block("X")]).bookings) == 1


def test_the_order_of_a_history_does_not_matter():
    bookings = [yoga("B-1"), yoga("B-2"), yoga("B-3", "11:00", "12:00")]

    one, two = a_ledger(*bookings, sessions=True), a_ledger(*bookings[::-1], sessions=True)

    assert content(one) == content(two)
    assert one.record("studio").version == two.record("studio").version


# Sessions ------------------------------------------------------------------


def test_bookings_of_the_same_calendar_time_hosts_and_rooms_share_a_session():
    ledger = a_ledger(
        yoga("B-2"), yoga("B-1"), yoga("B-3", room_ids=["attic"], host_ids=["eve"]), sessions=True
    )

    assert ledger.sessions[KEY] == ("B-1", "B-2")
    assert len(ledger.sessions) == 2
    assert [booking.id for booking in ledger.session(KEY)] == ["B-1", "B-2"]
    assert ledger.record("studio").load.highest == 1
    assert ledger.record("studio").seats.highest == 2


def test_without_sessions_everything_is_taken_by_each_booking():
    ledger = a_ledger(yoga("B-1"), yoga("B-2"))

    assert ledger.sessions == {}
    assert ledger.session(KEY) == ()
    assert ledger.record("studio").load.highest == 2


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [("09:00", "09:01", 1), ("08:00", "09:00", 0), ("09:01", "12:00", 1), ("00:00", "24:00", 2)],
)
def test_sessions_are_found_by_their_start(low, high, found):
    ledger = a_ledger(yoga("B-1"), yoga("B-2", "11:00", "12:00"), yoga("B-3"), sessions=True)

    keys = ledger.sessions_of("yoga", us(low), us(high))

    assert len(keys) == found
    assert keys == tuple(sorted(keys))
    assert ledger.sessions_of("pilates", us(low), us(high)) == ()


# Claims and versions -------------------------------------------------------


def test_a_booking_also_has_a_claim_on_its_calendar_without_buffers():
    ledger = a_ledger(sessions=True)

    *others, own = ledger.claims_of(yoga(party_size=2))

    assert [claim.resource_id for claim in others] == ["ada", "studio"]
    body = us("09:00"), us("10:00")
    assert own == ("yoga", *body, 1, 2, "B-1", KEY, body, None, False, "")
    assert [claim.resource_id for claim in ledger.claims_of(a_booking())] == ["blue room"]
    assert ledger.claims_of(yoga(status="cancelled")) == ()


def test_a_customer_has_a_record_of_what_they_booked():
    ledger = a_ledger(yoga(customer_id="ada", party_size=2), a_booking("B-2", customer_id="ada"))

    record = ledger.record(customer_key("ada"))

    assert record.index.entries() == {
        "B-1": (us("09:00"), us("10:00")),
        "B-2": (us("09:00"), us("10:00")),
    }
    # The member of that id is somebody else.
    assert set(ledger.record("ada").index.entries()) == {"B-1"}
    assert customer_key("ada") in ledger.record_ids


def test_a_plan_tells_what_it_takes_and_what_it_rests_on():
    ledger = a_ledger(sessions=True)

    plan = ledger.plan("book", after=(yoga(),), rests_on=FrozenMap({"ada": 3}))

    assert (plan.command, plan.bookings_before, plan.bookings_after) == ("book", (), (yoga(),))
    assert [claim.resource_id for claim in plan.taken] == ["ada", "studio"]
    assert plan.given_back == ()
    assert plan.rests_on == {"ada": 3}


def test_a_plan_tells_what_it_gives_back():
    before, after = yoga(), yoga(room_ids=["attic"])

    plan = a_ledger(before).plan("reschedule", before=(before,), after=(after,))

    assert [claim.resource_id for claim in plan.given_back] == ["ada", "studio"]
    assert [claim.resource_id for claim in plan.taken] == ["ada", "attic"]


# Applying ------------------------------------------------------------------


def test_applying_makes_the_next_ledger_and_leaves_this_one():
    before = a_ledger(sessions=True)
    kept = content(before)

    after = before.applying(before.plan("book", after=(yoga(),)))

    assert (before.version, after.version) == (0, 1)
    assert content(before) == kept
    assert content(after) == content(a_ledger(yoga(), sessions=True))
    for key in ("ada", "studio", "yoga"):
        assert after.record(key).version != before.record(key).version
    check_ledger(after)


def test_records_that_a_plan_does_not_touch_are_shared():
    before = a_ledger(a_booking())

    after = before.applying(before.plan("book", after=(yoga("B-2"),)))

    assert after.record("blue room") is before.record("blue room")


def test_an_empty_plan_gives_the_same_ledger():
    ledger = a_ledger(a_booking())

    assert ledger.applying(Plan("book")) is ledger
    assert ledger.applying(Plan("x", bookings_before=(a_booking(),), bookings_after=(a_booking(),)))
    assert ledger.applying(Plan("x")).version == 0


def test_replacing_a_booking_moves_its_claims():
    booking = yoga()
    before = a_ledger(booking, yoga("B-2"), sessions=True)
    moved = attrs.evolve(yoga("B-1", "11:00", "12:00"), version=2)

    after = before.applying(before.plan("reschedule", before=(booking,), after=(moved,)))

    assert content(after) == content(a_ledger(moved, yoga("B-2"), sessions=True))
    assert after.sessions[KEY] == ("B-2",)
    check_ledger(after)


def test_the_last_to_leave_ends_the_session():
    booking = yoga()
    before = a_ledger(booking, sessions=True)
    gone = attrs.evolve(booking, status="cancelled", version=2)

    after = before.applying(before.plan("cancel", before=(booking,), after=(gone,)))

    assert after.sessions == {}
    assert after.record("studio").load == Profile()
    assert after.bookings["B-1"] == gone
    check_ledger(after)


def test_blocks_come_and_go():
    block = a_block()
    before = a_ledger()

    blocked = before.applying(Plan("block", blocks_after=(block,)))
    again = blocked.applying(Plan("unblock", blocks_before=(block,)))

    assert dict(blocked.blocks) == {"K-1": block}
    assert blocked.record("blue room").profiles()["blocked busy"].highest == 1
    assert dict(again.blocks) == {}
    assert again.record("blue room").profiles() == {}
    assert [each.version for each in (before, blocked, again)] == [0, 1, 2]
    assert again.record("blue room").version == before.record("blue room").version
    check_ledger(again)


def test_a_block_is_kept_with_its_buffers_and_its_kind():
    block = attrs.evolve(a_block(), kind="free", buffer_before=HOUR, buffer_after=2 * HOUR)

    record = a_ledger(blocks=[block]).record("blue room")

    assert dict(record.blocks) == {"K-1": (us("08:00"), us("12:00"), "free")}
    assert record.profiles() == {"blocked free": Profile.of([(us("08:00"), us("12:00"), 1)])}


HALVES = ClaimRules(overlapping={"hall": ("half",), "half": ("hall",)})


def test_a_block_closes_every_room_that_shares_a_part():
    block = a_block(resource_id="half")
    at_once = Ledger.of([], [block], HALVES)
    later = Ledger.of([], [], HALVES).applying(Plan("block", blocks_after=(block,)))

    assert content(later) == content(at_once)
    assert set(at_once.record_ids) == {"half", "hall"}
    gone = later.applying(Plan("unblock", blocks_before=(block,)))
    assert all(gone.record(key).is_untouched for key in gone.record_ids)
    check_ledger(later)
    check_ledger(gone)


def test_a_booking_takes_every_room_that_shares_a_part():
    booking = a_booking(room_ids=["half"])
    at_once = Ledger.of([booking], [], HALVES)
    empty = Ledger.of([], [], HALVES)
    later = empty.applying(empty.plan("book", after=(booking,)))

    assert content(later) == content(at_once)
    assert set(at_once.record("hall").profiles()) == {"whole"}
    check_ledger(later)


def test_rooms_that_come_to_share_a_part_are_taken_from_then_on():
    before = Ledger.of([a_booking(room_ids=["half"])], [], ALONE)

    after = before.ruled_by(HALVES)

    assert set(before.record_ids) == {"half"}
    assert set(after.record_ids) == {"half", "hall"}
    check_ledger(after)


def test_a_block_can_be_replaced_in_one_plan():
    one, two = a_block(), a_block("K-2", first="11:00", last="12:00")
    ledger = a_ledger(blocks=[one])

    after = ledger.applying(Plan("move", blocks_before=(one,), blocks_after=(two,)))

    assert content(after) == content(a_ledger(blocks=[two]))


# Stale plans ---------------------------------------------------------------


def stale(ledger: Ledger, plan: Plan) -> StaleLedgerError:
    kept = content(ledger)
    with refused(StaleLedgerError, "stale") as caught:
        ledger.applying(plan)
    assert content(ledger) == kept
    return caught.value


@pytest.mark.parametrize(
    ("plan", "subject", "expected", "actual"),
    [
        (Plan("x", bookings_before=(a_booking(version=3),)), "B-1", 3, 2),
        (Plan("x", bookings_before=(a_booking("B-9"),)), "B-9", 1, 0),
        (Plan("x", bookings_after=(a_booking(),)), "B-1", 0, 2),
        (Plan("x", blocks_before=(a_block("K-9"),)), "K-9", 1, 0),
        (Plan("x", blocks_before=(a_block(last="11:00"),)), "K-1", 1, 0),
        (Plan("x", blocks_after=(a_block(),)), "K-1", 0, 1),
    ],
)
def test_a_plan_about_something_else_than_what_is_there_is_refused(plan, subject, expected, actual):
    ledger = a_ledger(a_booking(version=2), blocks=[a_block()])

    error = stale(ledger, plan)

    assert (error.subject, error.expected, error.actual) == (subject, expected, actual)


# Ignoring, other rules, restoring ------------------------------------------


def test_ignoring_a_booking_frees_its_claims_for_one_decision_only():
    ledger = a_ledger(yoga("B-1"), yoga("B-2"), sessions=True)

    without = ledger.ignoring(["B-1"])

    assert without.sessions[KEY] == ("B-2",)
    assert without.record("studio").seats.highest == 1
    assert set(without.bookings) == {"B-1", "B-2"}
    assert ledger.sessions[KEY] == ("B-1", "B-2")
    assert ledger.record("studio").seats.highest == 2


@pytest.mark.parametrize("ids", [[], ["nobody"], ["B-1"]])
def test_ignoring_what_takes_nothing_frees_nothing(ids):
    ledger = a_ledger(yoga("B-1", status="cancelled"), yoga("B-2"), sessions=True)

    assert content(ledger.ignoring(ids)) == content(ledger)


def test_another_rule_for_sessions_works_the_claims_out_anew():
    bookings = [yoga("B-1"), yoga("B-2")]
    before = a_ledger(*bookings)

    after = before.ruled_by(SHARED)

    assert content(after) == content(a_ledger(*bookings, sessions=True))
    assert content(before) == content(a_ledger(*bookings))
    assert after.version == 1
    assert after.record("studio").version != before.record("studio").version
    check_ledger(after)


def test_the_same_rule_for_sessions_keeps_every_record():
    before = a_ledger(a_booking("B-1"), a_booking("B-2", room_ids=["attic"]))

    after = before.ruled_by(ClaimRules())

    assert all(after.record(key) is before.record(key) for key in before.record_ids)
    assert dict(after.bookings) == dict(before.bookings)
    assert after.version == 1
    check_ledger(after)


def test_a_ledger_can_be_restored_at_the_version_that_it_had():
    ledger = a_ledger(a_booking())

    restored = ledger.at_version(9)

    assert (restored.version, ledger.version) == (9, 0)
    assert content(restored) == content(ledger)


def test_sessions_are_found_by_their_start_whatever_day_it_is():
    late = yoga("B-1", "23:30", "23:45")
    ledger = a_ledger(late, yoga("B-2"), sessions=True)
    start = late.interval.start_us

    assert ledger.sessions_of("yoga", start, start + 1) == (late.session_key,)
    assert ledger.sessions_of("yoga", start + 1, start + 2) == ()
    assert ledger.sessions_of("yoga", start - 1, start) == ()
    assert ledger.sessions_of("pilates", start, start + 1) == ()
    assert set(ledger.sessions_of("yoga", 0, start + 1)) == set(ledger.sessions)


# What nobody has to do ---------------------------------------------------------


def a_hold(id, expires_at, **fields):
    return a_booking(id, status="hold", created_at=NOW, expires_at=expires_at, **fields)


def test_a_ledger_is_itself_until_something_is_due():
    ledger = a_ledger(a_hold("H", at("08:00")), a_booking("B-2"))

    assert ledger.at(us("08:00") - 1) is ledger
    assert a_ledger(a_booking()).at(us("23:00")).version == 0
    assert ledger.at(us("08:00")).bookings["H"].status == "expired"
    assert list(ledger.at(us("08:00")).record("blue room").index.entries()) == ["B-2"]
    assert set(ledger.record("blue room").index.entries()) == {"H", "B-2"}


@pytest.mark.about_a_cache("the very same ledger")
def test_the_last_answer_is_kept():
    ledger = a_ledger(a_hold("H", at("08:00")), a_hold("I", at("09:00")))

    assert ledger.at(us("08:00")) is ledger.at(us("08:30"))


def test_what_was_asked_before_does_not_show():
    ledger = a_ledger(a_hold("H", at("08:00")), a_hold("I", at("09:00")))

    assert ledger.at(us("08:00")).bookings["I"].status == "hold"
    second = ledger.at(us("09:00"))
    assert {key: each.status.value for key, each in second.bookings.items()} == {
        "H": "expired",
        "I": "expired",
    }
    again = ledger.at(us("08:30"))
    assert {key: each.status.value for key, each in again.bookings.items()} == {
        "H": "expired",
        "I": "hold",
    }
    assert ledger.at(us("07:00")) is ledger


def test_what_is_due_follows_what_is_written():
    ledger = a_ledger(a_hold("H", at("08:00")))
    before = ledger.bookings["H"]
    longer = attrs.evolve(before, expires_at=at("09:00"), version=2)
    ledger = ledger.applying(ledger.plan("extend", before=(before,), after=(longer,)))

    assert ledger.at(us("08:30")) is ledger
    confirmed = attrs.evolve(longer, status="confirmed", version=3)
    ledger = ledger.applying(ledger.plan("confirm", before=(longer,), after=(confirmed,)))
    assert ledger.at(us("23:00")) is ledger


def test_sweeping_makes_no_version():
    ledger = a_ledger(a_hold("H", at("08:00"))).at_version(7)

    assert ledger.at(us("08:00")).version == 7
    assert ledger.at(us("08:00")).bookings["H"].version == 1


def test_rooms_that_are_given_up_leave_their_record_and_the_people_stay():
    policy = CheckIn(grace=minutes(10), scope="room")
    booking = a_booking(host_ids=["ada"], room_ids=["studio"], check_in=policy)
    gone = attrs.evolve(booking, check_in=CheckIn(grace=minutes(0), scope="room"))

    later = a_ledger(booking).at(us("09:10"))
    assert dict(later.record("studio").index.entries()) == {"B-1": (us("09:00"), us("09:10"))}
    assert dict(later.record("ada").index.entries()) == {"B-1": (us("09:00"), us("10:00"))}
    at_once = a_ledger(gone).at(us("09:00"))
    assert not dict(at_once.record("studio").index.entries())
    assert at_once.claims_of(at_once.bookings["B-1"])[0].resource_id == "ada"


def test_what_is_due_does_not_change_with_other_rules():
    policy = CheckIn(grace=minutes(10), scope="room")
    fields = {"calendar_id": "yoga", "host_ids": ["ada"], "room_ids": ["studio"]}
    ledger = a_ledger(a_booking(check_in=policy, **fields))

    in_session = ledger.ruled_by(SHARED)

    assert ledger.at(us("09:10")) is not ledger
    assert in_session.at(us("09:10")) is in_session
