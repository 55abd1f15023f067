"""Rows H3 and H4: who waits, and who is served when something is given back; I7 and I8."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from bookable import (
    BookingPolicy,
    BookingStatus,
    IdConflictError,
    InvalidTransitionError,
    InvalidValueError,
    Limit,
    LimitExceededError,
    Ranking,
    SearchLimitError,
    StaleLedgerError,
    StaleVersionError,
    UnknownIdError,
    WeeklyHours,
)
from bookable.domain.counting import Counting
from bookable.domain.declining import DeclineRule, Kept, Reply, Response
from bookable.domain.life import CheckIn
from bookable.domain.policy import RollingDays
from bookable.domain.refusal import RefusalCode
from bookable.domain.waitlist import Waitlist, WaitlistEntry
from bookable.timeline.interval import Interval
from tests.support.builders import (
    DAY,
    HOUR,
    NOW,
    a_booking,
    a_calendar,
    a_class,
    a_member,
    a_request,
    a_room,
    a_scheduler,
    at,
    booked,
    minutes,
    monday,
    refused,
    tuesday,
)

NINE = monday("09:00", "10:00")
SOON = NOW + minutes(5)


def waiting(id, joined="06:00", request=None, within=NINE, **fields):
    return WaitlistEntry(id, request or a_request(slot_step=HOUR), within, at(joined), **fields)


def ids(entries):
    return [each.id for each in entries]


def holds(promotion):
    return [each.id for each in promotion.plan.bookings_after]


# The waitlist ----------------------------------------------------------------


def test_H3_who_waits_is_served_by_priority_then_time_then_id():
    waitlist = Waitlist(
        [
            waiting("late", "07:00"),
            waiting("b", "06:00"),
            waiting("a", "06:00"),
            waiting("urgent", "08:00", priority=1),
            waiting("whenever", "05:00", priority=-1),
        ]
    )

    assert ids(waitlist.entries) == ["urgent", "a", "b", "late", "whenever"]
    assert Waitlist(reversed(waitlist.entries)) == waitlist


def test_H3_joining_and_leaving_twice_changes_nothing():
    first, second = waiting("W-1"), waiting("W-2")
    waitlist = Waitlist().add(first).add(second)

    assert waitlist.add(first) is waitlist
    assert waitlist.remove("W-1").add(first) == waitlist
    assert waitlist.remove("W-3") is waitlist
    with refused(IdConflictError, "id_conflict"):
        waitlist.add(waiting("W-1", priority=3))


# Promotion -------------------------------------------------------------------


def test_H4_freed_capacity_becomes_a_hold_for_the_first_who_waits():
    state = a_scheduler(bookings=[a_booking()])
    waitlist = Waitlist([waiting("W-2", "07:00"), waiting("W-1", "06:00")])

    full = state.plan_promotion(waitlist, now=NOW)
    assert full.plan.is_empty
    assert full.waitlist == waitlist
    assert [each.why.decisive for each in full.passed_over] == [RefusalCode.FULL] * 2

    state = state.cancel("B-1", now=NOW)
    free = state.plan_promotion(waitlist, now=NOW)
    assert holds(free) == ["W-1~1"]
    assert ids(free.waitlist.entries) == ["W-2"]
    ((entry, hold),) = [(each.entry, each.booking) for each in free.promoted]
    assert (entry.id, hold.status, hold.expires_at) == ("W-1", BookingStatus.HOLD, SOON)
    after = state.apply(free.plan)
    assert after.booking("W-1~1", now=NOW).start == at("09:00")
    assert after.confirm("W-1~1", now=NOW).violations(now=NOW) == ()


def test_H4_who_can_be_served_is_served_though_somebody_before_cannot():
    state = a_scheduler(a_room(capacity=2))
    party = waiting("many", "05:00", a_request(party_size=2, slot_step=HOUR))
    one = waiting("one", "06:00", customer_id="c-1")
    other = waiting("other", "07:00")
    state = state.book(
        state.slot(one.request, start=at("09:00"), now=NOW), booking_id="B-1", now=NOW
    )

    promotion = state.plan_promotion(Waitlist([other, one, party]), now=NOW)

    assert holds(promotion) == ["one~1"]
    assert promotion.promoted[0].booking.customer_id == "c-1"
    assert ids(each.entry for each in promotion.passed_over) == ["many", "other"]


def test_H4_each_takes_the_first_free_slot_that_those_before_leave():
    state = a_scheduler()
    day = monday("09:00", "12:00")
    entries = [waiting(f"W-{number}", f"0{number}:00", within=day) for number in range(1, 5)]

    state, left = state.promote(Waitlist(entries), now=NOW, hold_for=HOUR)

    assert ids(left.entries) == ["W-4"]
    starts = [state.booking(f"W-{number}~1").start for number in range(1, 4)]
    assert starts == [at("09:00"), at("10:00"), at("11:00")]


def test_H4_promoting_twice_changes_nothing_more():
    state = a_scheduler()
    waitlist = Waitlist([waiting("W-1"), waiting("W-2", "07:00")])
    after, left = state.promote(waitlist, now=NOW)

    again = after.plan_promotion(waitlist, now=NOW)
    assert again.plan.is_empty
    assert again.waitlist == left
    assert [each.booking for each in again.promoted] == [after.booking("W-1~1")]
    confirmed = after.confirm("W-1~1", now=NOW)
    assert confirmed.promote(waitlist, now=SOON + HOUR) == (confirmed, left)


def test_H4_a_hold_that_expires_is_promoted_on_to_the_next():
    state = a_scheduler()
    waitlist = Waitlist([waiting("W-1"), waiting("W-2", "07:00")])
    state, left = state.promote(waitlist, now=NOW)

    assert state.plan_promotion(left, now=SOON - minutes(1)).plan.is_empty
    state, left = state.promote(left, now=SOON)
    assert left == Waitlist()
    assert state.booking("W-2~1", now=SOON).status is BookingStatus.HOLD
    assert state.booking("W-1~1", now=SOON).status is BookingStatus.EXPIRED


def test_H4_who_waits_again_gets_another_hold():
    state = a_scheduler()
    waitlist = Waitlist([waiting("W-1")])
    state, _ = state.promote(waitlist, now=NOW)
    state, _ = state.promote(waitlist, now=SOON)
    assert state.booking("W-1~2", now=SOON).status is BookingStatus.HOLD

    given_back = state.cancel("W-1~2", now=SOON)
    assert holds(given_back.plan_promotion(waitlist, now=SOON)) == ["W-1~3"]


def test_H4_a_booking_of_somebody_else_under_that_id_is_no_hold_of_theirs():
    other = a_booking("W-1~1", "12:00", "13:00", customer_id="c-9")
    promotion = a_scheduler(bookings=[other]).plan_promotion(Waitlist([waiting("W-1")]), now=NOW)

    assert holds(promotion) == ["W-1~2"]


def test_H4_what_can_no_longer_be_asked_keeps_nobody_waiting():
    state = a_scheduler(a_room(), a_calendar(member_ids=["ada"]), a_member())
    gone = waiting("gone", "05:00", state.request("massage"))
    wide = waiting("wide", "05:30", within=Interval(NOW, NOW + 200_000 * DAY))
    state = state.remove("massage", now=NOW)

    promotion = state.plan_promotion(Waitlist([gone, wide, waiting("W-1")]), now=NOW)

    assert holds(promotion) == ["W-1~1"]
    assert [type(each.error) for each in promotion.passed_over] == [
        UnknownIdError,
        SearchLimitError,
    ]


def test_H4_a_plan_from_before_a_change_is_stale():
    state = a_scheduler()
    plan = state.plan_promotion(Waitlist([waiting("W-1")]), now=NOW).plan
    slot = state.slot(a_request(), start=at("09:30"), now=NOW)

    with refused(StaleLedgerError, "stale"):
        state.book(slot, booking_id="B-1", now=NOW).apply(plan)


def test_H4_a_promotion_is_bounded_work(monkeypatch):
    monkeypatch.setattr("bookable.promotion.MOST_PROMOTION_TRIES", 2)
    state = a_scheduler()
    entries = [
        waiting(f"W-{number}", within=monday(f"0{number}:00", "12:00")) for number in range(3)
    ]

    assert len(holds(state.plan_promotion(Waitlist(entries[:1]), now=NOW))) == 1
    with refused(SearchLimitError, "search_limit") as error:
        state.plan_promotion(Waitlist(entries), now=NOW)
    assert "promotion" in str(error.value)


def test_H4_who_could_not_be_served_at_first_is_served_before_those_who_come_later():
    # One slot a day; a date that fills opens the next one.
    one_a_day = a_calendar(
        member_ids=["ada"],
        hours=WeeklyHours.parse("Mo-Fr 09:00-10:00", zone="UTC"),
        booking_horizon=RollingDays(1),
    )
    state = a_scheduler(one_a_day, a_member())
    request = state.request("massage")
    first, later = (
        waiting(id, joined, request, tuesday("09:00", "10:00"))
        for id, joined in (("first", "05:00"), ("later", "07:00"))
    )
    monday_too = waiting("monday", "06:00", request)
    wednesday = waiting(
        "wednesday", "04:00", request, Interval(at("09:00", day=4), at("10:00", day=4))
    )

    alone = state.plan_promotion(Waitlist([first, later]), now=NOW)
    assert holds(alone) == []
    promotion = state.plan_promotion(Waitlist([wednesday, first, monday_too, later]), now=NOW)
    assert holds(promotion) == ["monday~1", "first~1", "wednesday~1"]
    assert [each.entry.id for each in promotion.promoted] == ["wednesday", "first", "monday"]
    assert ids(promotion.waitlist.entries) == ["later"]


def test_H4_who_waits_for_the_same_is_decided_once(monkeypatch):
    monkeypatch.setattr("bookable.promotion.MOST_PROMOTION_TRIES", 3)
    state = a_scheduler()
    promotion = state.plan_promotion(
        Waitlist([waiting(f"W-{number}", f"0{number}:00") for number in range(9)]), now=NOW
    )

    assert holds(promotion) == ["W-0~1"]
    assert len({each.why for each in promotion.passed_over}) == 1


@pytest.mark.parametrize("hold_for", [timedelta(0), 2 * DAY, 5])
def test_H4_holds_have_a_length_that_a_hold_may_have(hold_for):
    with pytest.raises(InvalidValueError):
        a_scheduler().plan_promotion(Waitlist(), now=NOW, hold_for=hold_for)


def test_H3_a_waitlist_is_bounded(monkeypatch):
    monkeypatch.setattr("bookable.domain.waitlist.MOST_WAITING", 1)
    with refused(LimitExceededError, "limit_exceeded"):
        Waitlist([waiting("W-1"), waiting("W-2")])


# Rooms whose guests declined -------------------------------------------------

GOOGLE = DeclineRule()
BOTH = {"guest 1": "declined", "guest 2": "declined"}


def a_meeting(**fields):
    fields = {"host_ids": ["ada"], "room_ids": ["blue room"]} | fields
    return a_scheduler(a_room(), a_member(), bookings=[a_booking(**fields)])


def kept(state, replies, now, rule=GOOGLE, **known):
    found = state.kept_although_declined("B-1", replies=replies, now=now, rule=rule, **known)
    after = state.release_declined("B-1", replies=replies, now=now, rule=rule, **known)
    is_released = after.booking("B-1").rooms_until is not None
    assert is_released is (found == ())
    return [each.value for each in found]


def test_I7_the_room_is_free_when_all_guests_declined_and_the_people_keep_their_time():
    state = a_meeting()
    now = at("08:00")
    after = state.release_declined("B-1", replies=BOTH, now=now, rule=GOOGLE)

    booking = after.booking("B-1")
    assert (booking.status, booking.rooms_until) == (BookingStatus.CONFIRMED, at("09:00"))
    room = a_request(slot_step=HOUR)
    assert after.explain(room, start=at("09:00"), now=now) == ()
    assert after.agenda("ada", within=NINE) == (booking,)
    assert after.release_declined("B-1", replies=BOTH, now=now, rule=GOOGLE) == after
    after.check()


def test_I7_exceptions_are_data():
    early = at("07:00")
    state = a_meeting()
    assert kept(state, BOTH, early) == []
    assert kept(state, {}, early) == ["not_declined", "no_guests"]
    assert kept(state, BOTH | {"guest 3": "tentative"}, early) == ["not_declined"]
    assert kept(state, BOTH | {"ann": "accepted"}, early, DeclineRule(most_left=1)) == []
    assert kept(state, BOTH, early, released_before=True) == ["released_before"]
    assert kept(state, BOTH, early, DeclineRule(only_once=False), released_before=True) == []
    assert kept(a_meeting(last="12:00"), BOTH, early) == []
    assert kept(a_meeting(last="12:01"), BOTH, early) == ["too_long"]
    assert kept(a_meeting(last="12:01"), BOTH, early, DeclineRule(longest=None)) == []
    for exempt in ("B-1", "blue room", "boss"):
        rule = DeclineRule(exempt_ids=[exempt])
        assert kept(a_meeting(customer_id="boss"), BOTH, early, rule) == ["exempt"]


def test_I7_what_was_made_at_short_notice_keeps_its_room():
    made = {"created_at": at("08:31")}
    assert kept(a_meeting(**made), BOTH, at("08:40")) == ["ad_hoc"]
    assert kept(a_meeting(**made), BOTH, at("08:40"), DeclineRule(lead=None)) == []
    assert kept(a_meeting(created_at=at("08:30")), BOTH, at("08:40")) == []


def test_ex_H11_guests_who_decline_nine_minutes_before_the_start_release_nothing():
    state = a_meeting()
    assert kept(state, BOTH, at("08:51")) == ["declined_late"]
    assert kept(state, BOTH, at("08:50")) == []


def test_I7_it_counts_when_they_declined_not_when_somebody_looked():
    state = a_meeting()
    in_time = {key: Reply("declined", at("08:50")) for key in BOTH}
    late = in_time | {"guest 2": Reply(Response.DECLINED, at("08:51"))}

    assert kept(state, late, at("08:55")) == ["declined_late"]
    assert kept(state, in_time, at("08:55")) == []
    # One of them may come all the same: the first to decline was in time.
    assert kept(state, late, at("08:55"), DeclineRule(most_left=1)) == []
    # Who declines later has not declined yet.
    assert kept(state, late, at("08:50")) == ["not_declined"]


def test_I7_rooms_that_are_given_up_late_are_free_from_then_on():
    replies = {"guest": Reply("declined", at("08:00"))}
    after = a_meeting().release_declined("B-1", replies=replies, now=at("09:20"), rule=GOOGLE)

    assert after.booking("B-1").rooms_until == at("09:20")
    assert after.booking("B-1").version == 2


def test_I7_without_a_rule_nothing_is_given_up():
    state = a_meeting()
    assert state.kept_although_declined("B-1", replies=BOTH, now=NOW, rule=None) == ()
    assert state.release_declined("B-1", replies=BOTH, now=NOW, rule=None) is state


def test_I7_only_what_takes_place_and_has_a_room_of_its_own_gives_it_up():
    now = at("07:00")
    said = {"replies": BOTH, "now": now, "rule": GOOGLE}
    alone = a_scheduler(a_member(), bookings=[a_booking(host_ids=["ada"])])
    assert alone.release_declined("B-1", **said) is alone
    gathering = a_scheduler(a_class(), a_member(), a_room(capacity=9, calendar_ids=["yoga"]))
    gathering = booked(gathering, "09:00", calendar="yoga", booking_id="B-1")
    assert gathering.release_declined("B-1", **said) is gathering
    with refused(InvalidTransitionError, "wrong_state"):
        a_meeting(status="pending").release_declined("B-1", **said)
    with refused(StaleVersionError, "stale_version"):
        a_meeting().release_declined("B-1", **said, version=7)
    with refused(UnknownIdError, "unknown_id"):
        a_meeting().release_declined("B-2", **said)
    with refused(InvalidValueError, "type", "rule"):
        a_meeting().release_declined("B-1", replies=BOTH, now=now, rule=3)


def test_I7_every_reason_is_told():
    state = a_meeting(last="13:00", created_at=at("08:45"))
    late = {"guest": Reply("declined", at("08:55"))}
    rule = DeclineRule(exempt_ids=["blue room"])
    assert kept(state, late, at("08:55"), rule, released_before=True) == [
        Kept.DECLINED_LATE,
        Kept.AD_HOC,
        Kept.TOO_LONG,
        Kept.RELEASED_BEFORE,
        Kept.EXEMPT,
    ]


# What did not take place and counts all the same ------------------------------


def a_team(ranking=None, bookings=(), limits=(), **fields):
    calendar = a_calendar(
        kind="round_robin",
        member_ids=["ada", "bob"],
        ranking=ranking or Ranking.equal_distribution(),
        limits=limits,
        **fields,
    )
    return a_scheduler(calendar, a_member(), a_member("bob"), bookings=bookings)


def of(host, id="B-1", first="09:00", last="10:00", **fields):
    return a_booking(id, first, last, calendar_id="massage", host_ids=[host], **fields)


def counted(state):
    standings = state.host_standings("massage", now=NOW)
    return {each.host_id: each.bookings for each in standings}


def test_I8_a_no_show_is_recorded_with_the_time_that_was_kept():
    state = a_team(check_in=CheckIn(grace=minutes(10)))
    state = booked(state, "09:00", calendar="massage", booking_id="B-1")
    missed = state.mark_no_show("B-1", at=at("09:10"))

    booking = missed.booking("B-1")
    assert (booking.status, booking.end) == (BookingStatus.NO_SHOW, at("09:10"))
    # What kept its time for a while counts as it always did.
    assert counted(missed)[booking.host_ids[0]] == 1


def test_I8_a_no_show_that_took_no_time_counts_in_fairness_only_where_it_says_so():
    missed = of("ada", status="no_show", ended_at=at("09:00"))
    says_so = Ranking.equal_distribution(counting=Counting.with_no_shows())

    assert counted(a_team(bookings=[missed])) == {"ada": 0, "bob": 0}
    state = a_team(says_so, [missed])
    assert counted(state) == {"ada": 1, "bob": 0}
    assert state.slot(state.request("massage"), start=at("12:00"), now=NOW).allocation.host_ids == (
        "bob",
    )
    plain = a_team(bookings=[missed])
    assert plain.slot(plain.request("massage"), start=at("12:00"), now=NOW).allocation.host_ids == (
        "ada",
    )


def test_I8_statuses_that_do_not_count_are_left_out():
    ranking = Ranking.equal_distribution(counting=Counting(["confirmed"]))
    state = a_team(ranking, [of("ada", status="pending"), of("bob", "B-2")])

    assert counted(state) == {"ada": 0, "bob": 1}


def test_I8_what_is_remembered_follows_every_change():
    ranking = Ranking.equal_distribution(counting=Counting(["no_show", "cancelled"]))
    state = a_team(ranking, [of("ada"), of("bob", "B-2", "10:00", "11:00")])
    assert counted(state) == {"ada": 0, "bob": 0}
    state = state.cancel("B-1", now=NOW)
    assert counted(state) == {"ada": 1, "bob": 0}
    state = state.mark_no_show("B-2", at=at("10:00"))
    assert counted(state) == {"ada": 1, "bob": 1}
    state.check()


def test_I8_a_late_cancellation_counts_like_a_no_show():
    counting = Counting.with_no_shows(cancelled_within=timedelta(hours=2))
    ranking = Ranking.equal_distribution(counting=counting)
    state = a_team(ranking, [of("ada")])

    assert counted(state.cancel("B-1", now=at("07:00")))["ada"] == 0
    late = state.cancel("B-1", now=at("07:00") + timedelta(microseconds=1))
    assert counted(late)["ada"] == 1
    assert late.booking("B-1").cancelled_at == at("07:00") + timedelta(microseconds=1)


def test_I8_nobody_knows_whether_an_old_cancellation_was_late():
    within = Counting(["cancelled"], timedelta(hours=2))
    old = of("ada", status="cancelled")
    assert not within.counts(old)
    assert Counting(["cancelled"]).counts(old)
    assert within.counts(attrs.evolve(old, cancelled_at=at("08:59")))


@pytest.mark.parametrize("per", [["customer"], ["customer", "calendar"], ["host"], []])
def test_I8_no_shows_and_late_cancellations_use_up_a_limit(per):
    limit = Limit(1, "day", per=per)
    says_so = attrs.evolve(limit, counting=Counting.with_no_shows(cancelled_within=DAY))
    gone = of("ada", status="cancelled", cancelled_at=at("08:00"), customer_id="c-1")

    for limits, expected in ([limit], []), ([says_so], ["limit_reached"]):
        state = a_team(limits=limits, bookings=[gone])
        request = state.request("massage", customer_id="c-1", host_ids=["ada"])
        refusals = state.explain(request, start=at("12:00"), now=NOW)
        assert [each.rule.value for each in refusals] == expected
        assert all(each.booking_ids == ("B-1",) for each in refusals)
        tuesday = state.explain(request, start=at("12:00", day=3), now=NOW)
        assert tuesday == ()


def test_I8_a_limit_may_count_fewer_statuses_than_block():
    limit = Limit(1, "day", counting=Counting(["checked_in", "completed"]))
    state = a_team(limits=[limit], bookings=[of("ada")])
    request = state.request("massage")

    assert state.explain(request, start=at("12:00"), now=NOW) == ()
    state = state.check_in("B-1", at=at("09:00"))
    assert state.explain(request, start=at("12:00"), now=at("09:00")) != ()


def test_I8_a_new_catalogue_remembers_what_the_old_one_did_not_ask_for():
    gone = of("ada", status="cancelled", cancelled_at=at("08:00"))
    ranking = Ranking.equal_distribution(counting=Counting(["cancelled"]))
    plain, counting = a_team(bookings=[gone]), a_team(ranking, [gone])

    state = plain.with_catalogue(counting.catalogue)
    assert counted(state) == counted(counting) == {"ada": 1, "bob": 0}
    state.check()
    assert counted(state.with_catalogue(plain.catalogue)) == {"ada": 0, "bob": 0}


def test_I8_what_was_never_agreed_to_never_counts():
    for status in ("declined", "expired"):
        with refused(InvalidValueError, "statuses", "statuses"):
            Counting([status])
    assert not Counting(["cancelled"]).counts(of("ada", status="declined"))


def test_I8_a_strict_turn_follows_what_counts():
    counting = Counting.with_no_shows()
    ranking = Ranking.equal_distribution(strict=True, counting=counting)
    missed = of("ada", status="no_show", ended_at=at("09:00"))
    state = a_team(ranking, [missed], policy=BookingPolicy())
    slot = state.slot(state.request("massage"), start=at("12:00"), now=NOW)

    assert slot.host_ids == ("bob",)


@pytest.mark.parametrize("strict", [False, True])
def test_I8_what_is_written_down_later_counts_from_then_on(strict):
    ranking = Ranking.equal_distribution(strict=strict, counting=Counting(["no_show"]))
    released = of("ada", status="released", ended_at=at("09:00"))
    state = a_team(ranking, [released, of("ada", "B-2", "11:00", "12:00")])
    request = state.request("massage")

    def next_host(state):
        slot = state.slot(request, start=at("14:00"), now=at("12:00"))
        return slot.allocation.host_ids

    assert next_host(state) == ("ada",)
    # Neither took any time, so nothing but what is remembered changes.
    assert next_host(state.mark_no_show("B-1", at=at("09:30"))) == ("bob",)
