"""Records of a history are those that its claims make, however the history was gathered."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bookable import Block, Booking, Buffers, FrozenMap
from bookable.domain.life import BookingStatus
from bookable.occupancy.audit import check_ledger
from bookable.occupancy.claims import ClaimRules
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.record import Record
from tests.support.builders import at, minutes, monday

HOSTS, ROOMS, ITEMS = ["ada", "eve"], ["studio", "attic"], ["mat", "ball"]
CALENDARS = [*["yoga"] * 4, *["pilates"] * 2, "massage", None]
STATUSES = [*["confirmed"] * 8, "cancelled", "pending", "completed", "hold"]
SETTINGS = [
    FrozenMap(),
    FrozenMap({"studio": Buffers(minutes(15), minutes(30))}),
    FrozenMap({"ada": Buffers(after=minutes(15)), "mat": Buffers(before=minutes(15))}),
    None,
]
RULES = [
    ClaimRules(frozenset({"yoga", "pilates"})),
    ClaimRules(frozenset({"yoga", "pilates"})),
    ClaimRules(frozenset({"yoga"}), crowds=frozenset({"massage"})),
    ClaimRules(frozenset({"yoga"}), overlapping={"studio": ("attic",), "attic": ("studio",)}),
    ClaimRules(frozenset({"yoga"}), keeps_history=True),
    ClaimRules(),
]


@st.composite
def histories(draw) -> list[Booking]:
    """Bookings of few things at few times, most of them of calendars with sessions."""
    return [draw(bookings(f"B-{number}")) for number in range(draw(st.integers(0, 12)))]


@st.composite
def bookings(draw, booking_id: str) -> Booking:
    start = at(f"{draw(st.integers(9, 10)):02}:00", day=draw(st.sampled_from([2, 2, 3])))
    end = start + draw(st.sampled_from([60, 60, 60, 90])) * timedelta(minutes=1)
    hosts = draw(st.sampled_from([["ada"], ["ada"], ["eve"], HOSTS, []]))
    rooms = draw(st.sampled_from([["studio"], ["studio"], ["attic"], ROOMS, []]))
    items = draw(st.dictionaries(st.sampled_from(ITEMS), st.integers(1, 2), max_size=1))
    calendar_id = draw(st.sampled_from(CALENDARS))
    if calendar_id is None and not (hosts or rooms or items):
        rooms = ["studio"]
    return Booking(
        booking_id,
        start,
        end,
        calendar_id=calendar_id,
        party_size=draw(st.sampled_from([1, 1, 2, 3])),
        host_ids=hosts,
        room_ids=rooms,
        equipment=items,
        buffers=draw(st.sampled_from(SETTINGS)),
        individual_ids=draw(st.sampled_from([(), (), tuple(items)])),
        customer_id=draw(st.sampled_from([None, "zoe", "kim"])),
        **draw(lives(start, end)),
    )


@st.composite
def lives(draw, start, end) -> dict[str, object]:
    """What became of a booking: mostly nothing yet."""
    fields: dict[str, object] = {"status": draw(st.sampled_from(STATUSES))}
    if fields["status"] == "hold":
        fields |= {"created_at": at("00:00"), "expires_at": at("01:00")}
    if fields["status"] == "completed":
        fields |= {"ended_at": draw(st.sampled_from([start, end]))}
    planned = draw(st.sampled_from([None, None, None, end, end + minutes(30)]))
    until = draw(st.sampled_from([None, None, None, start, end]))
    return fields | {"planned_end": planned, "rooms_until": until}


@st.composite
def closures(draw) -> list[Block]:
    """Blocks of the rooms and hosts, few and often none."""
    kinds = st.sampled_from(["busy", "out_of_office"])
    return [
        Block(f"K-{number}", key, monday("09:30", "11:00"), kind=draw(kinds))
        for number, key in enumerate(draw(st.lists(st.sampled_from([*HOSTS, *ROOMS]), max_size=2)))
    ]


def content(record: Record) -> object:
    """All that a record says."""
    return (
        len(record),
        record.is_untouched,
        record.version,
        record.profiles(),
        record.load,
        record.seats,
        record.whole,
        record.crowd("massage"),
        record.index.entries(),
        dict(record.shares),
        dict(record.blocks),
    )


def wanted(history: list[Booking], blocks: list[Block], ledger: Ledger) -> dict[str, Record]:
    """The records that all claims and blocks of a history make, one by one."""
    claims, closed = defaultdict(list), defaultdict(dict)
    for booking in history:
        for claim in ledger.claims_of(booking):
            claims[claim.resource_id].append(claim)
    for block in blocks:
        for key in (block.resource_id, *ledger.rules.overlapping.get(block.resource_id, ())):
            closed[key][block.id] = (*block.footprint_us, block.kind)
    return {key: Record.of(claims[key], closed[key]) for key in {*claims, *closed}}


@given(histories(), closures(), st.sampled_from(RULES))
def test_a_history_makes_the_records_of_its_claims(history, blocks, rules):
    ledger = Ledger.of(history, blocks, rules)
    records = wanted(history, blocks, ledger)

    assert sorted(records) == list(ledger.record_ids)
    for key, record in records.items():
        assert content(ledger.record(key)) == content(record), key
    check_ledger(ledger)


@given(histories(), closures(), st.sampled_from(RULES), st.randoms(use_true_random=False))
def test_what_is_read_of_a_record_first_makes_no_difference(history, blocks, rules, dice):
    names = ["version", "load", "seats", "index", "shares"]
    ledger = Ledger.of(history, blocks, rules)
    for key, record in wanted(history, blocks, ledger).items():
        own = ledger.record(key)
        for name in dice.sample(names, 2):
            getattr(own, name)

        assert content(own) == content(record), key


@given(histories(), st.sampled_from(RULES))
def test_sessions_are_the_blocking_bookings_of_one_key(history, rules):
    found = defaultdict(list)
    for booking in history:
        if booking.calendar_id in rules.sessions and booking.is_blocking:
            found[booking.session_key].append(booking)

    ledger = Ledger.of(history, [], rules)

    assert ledger.sessions == {
        key: tuple(sorted(each.id for each in group)) for key, group in found.items()
    }
    for key, group in found.items():
        assert ledger.session(key) == tuple(sorted(group, key=lambda each: each.id))
    low, high = min((key[1] for key in found), default=0), max((key[1] for key in found), default=0)
    for calendar_id in rules.sessions:
        own = sorted(key for key in found if key[0] == calendar_id and low <= key[1] < high)
        assert list(ledger.sessions_of(calendar_id, low, high)) == own


@given(histories(), histories(), st.sampled_from(RULES))
def test_a_history_and_its_rest_are_the_whole_history(history, others, rules):
    history = [each for each in history if each.status is not BookingStatus.CANCELLED]
    whole = Ledger.of(history, [], rules)
    gone = [each.id for each in history][: len(others)]
    rest = [each for each in history if each.id not in gone]
    fresh, left = Ledger.of(rest, [], rules), whole.ignoring(gone)

    assert left.sessions == fresh.sessions
    for key in whole.record_ids:
        assert content(left.record(key)) == content(fresh.record(key)), key
