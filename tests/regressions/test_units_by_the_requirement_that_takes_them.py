"""How many people an item still has room for follows from the requirement that takes it, not from their order."""

from __future__ import annotations

from itertools import permutations

from bookable import Catalogue, Equipment, Request, Requirement, Scheduler
from tests.support.builders import HOUR, NOW, at


def test_the_order_of_requirements_does_not_change_how_many_may_come():
    state = Scheduler(Catalogue(equipment=[Equipment("lamp", 4), Equipment("table", 3)]))
    either = Requirement(["lamp", "table"], per_attendees=2)
    pairs = Requirement(["lamp"], units=2, per_attendees=2)

    left = {
        state.slot(Request(HOUR, needs, party_size=3), start=at("09:00"), now=NOW).seats_left
        for needs in permutations([either, pairs])
    }

    # The table is for the one, so two lamps for every two people are what there is of four.
    assert left == {4}
