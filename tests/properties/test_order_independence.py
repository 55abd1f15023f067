"""SPEC N2: the same input gives the same output, in whatever order it was supplied."""

from __future__ import annotations

import os
import subprocess
import sys

import attrs
from hypothesis import given

from bookable.domain.calendar import Calendar
from bookable.domain.catalogue import Catalogue
from bookable.scheduler import Scheduler
from bookable.testing import realise
from bookable.testing.pair import Pair
from tests.properties.histories import WHOLE, histories, questions
from tests.support import strategies as st


def answers(scheduler: Scheduler, pair: Pair) -> list:
    """Everything that the scheduler says, offers with their allocations included."""
    now = realise.moment(pair.now)
    said: list = [scheduler.violations(now=now)]
    for _, request in questions(pair):
        slots = scheduler.free_slots(request, within=WHOLE, now=now)
        said += [(s.start, s.allocation, s.host_ids, s.room_ids, s.seats_left) for s in slots]
        said += [scheduler.explain(request, start=realise.moment(9), now=now)]
    for id_ in sorted({*pair.world.rooms, *pair.world.equipment, *pair.world.members}):
        said.append([booking.id for booking in scheduler.agenda(id_, within=WHOLE)])
        said.append(scheduler.free_busy(id_, within=WHOLE, now=now))
    return said


def shuffled_calendar(calendar: Calendar, random) -> Calendar:
    members = list(calendar.member_ids)
    random.shuffle(members)
    return attrs.evolve(calendar, member_ids=members, primary_id=None)


@given(histories("book", "book", "block", "cancel", "change"), st.randoms(use_true_random=False))
def test_the_order_of_supply_changes_no_answer(pair: Pair, random):
    old = pair.scheduler
    catalogue = old.catalogue
    parts = [list(catalogue.rooms()), list(catalogue.equipment()), list(catalogue.members())]
    calendars = [shuffled_calendar(each, random) for each in catalogue.calendars()]
    bookings, blocks = list(old.bookings.values()), list(old.blocks.values())
    for part in (*parts, calendars, bookings, blocks):
        random.shuffle(part)
    rooms, equipment, members = parts
    shuffled = Catalogue(rooms=rooms, equipment=equipment, members=members, calendars=calendars)

    assert answers(old, pair) == answers(Scheduler(shuffled, bookings, blocks), pair)
    again = Catalogue(rooms=rooms, equipment=equipment, members=members, calendars=calendars)
    assert shuffled == again


@given(histories("book", "book", "block", "cancel", "reschedule"))
def test_a_scheduler_built_from_the_records_answers_like_the_one_that_made_them(pair: Pair):
    old = pair.scheduler
    rebuilt = Scheduler(old.catalogue, old.bookings.values(), old.blocks.values())

    assert answers(old, pair) == answers(rebuilt, pair)


SCRIPT = """
from hashlib import sha256
from bookable.codecs.plain import dumps
from bookable.testing import realise
from bookable.testing.reading import WINDOW
from bookable.testing.simulator import commands_of, pair_of
within = realise.interval(WINDOW.start, WINDOW.stop)
digest = sha256()
for seed in range(6):
    pair = pair_of(seed)
    for command in commands_of(seed, 40):
        pair.run(command)
    scheduler, now = pair.scheduler, realise.moment(pair.now)
    # As it is written: how Python shows a set with several tags is its own affair.
    digest.update(dumps(scheduler).encode())
    digest.update(repr(scheduler.violations(now=now)).encode())
    for number in range(len(pair.world.calendars) + len(pair.asks)):
        asked = pair.question(number, 0)
        if asked is None:  # nobody can ask for that
            continue
        _, request = asked
        for slot in scheduler.free_slots(request, within=within, now=now):
            offered = (slot.start, slot.allocation, slot.host_ids, slot.room_ids, slot.seats_left)
            digest.update(repr(offered).encode())
        for unit in WINDOW:
            refusals = scheduler.explain(request, start=realise.moment(unit), now=now)
            digest.update(repr(refusals).encode())
print(digest.hexdigest())
"""


def test_neither_the_hash_seed_nor_the_zone_of_the_host_changes_an_answer():
    """PROOF, invariant 26: equal to the byte, refusals and their order included."""
    digests = set()
    for seed, zone in (("0", "UTC"), ("1", "Asia/Kathmandu"), ("4242", "America/New_York")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(done.stdout)

    assert len(digests) == 1
