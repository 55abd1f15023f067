"""Every acceptance of several bookings at once shows that each fits: a certificate of it holds.

It does for all policies of buffers, on what takes one booking at a time and on what takes several; and
what was tampered with does not hold.
"""

from __future__ import annotations

import copy
import json
from itertools import islice

import pytest
from hypothesis import event, given, settings

from bookable.codecs.certificates import certificate
from bookable.verify import verify
from tests.properties.deciding import KINDS_OF_PLANS, decided
from tests.properties.test_certificate_laws import mutants, survives
from tests.support import strategies as st


@pytest.mark.parametrize("kind", sorted(KINDS_OF_PLANS))
@given(data=st.data())
def test_the_certificate_of_a_plan_of_several_bookings_holds(kind, data):
    state, plan = data.draw(decided(kind))
    event(f"{len(plan.bookings_after)} bookings")
    found = certificate(state, plan)

    verify(json.loads(json.dumps(found)))
    assert {each["id"] for each in found["bookings"]} == {each.id for each in plan.bookings_after}


@pytest.mark.parametrize("kind", sorted(KINDS_OF_PLANS))
@given(data=st.data())
def test_no_booking_of_a_plan_is_shown_to_fit_beside_one_further_down(kind, data):
    state, plan = data.draw(decided(kind))
    found = certificate(state, plan)

    ids = [each["id"] for each in found["bookings"]]
    for entry in found["allocation"]:
        own = ids.index(entry["claim"]["booking_id"])
        others = {each["booking_id"] for each in entry["others"]}
        assert others.isdisjoint(ids[own:])


@given(decided(), st.data())
@settings(max_examples=15)
def test_a_certificate_of_several_that_was_tampered_with_does_not_hold(world, data):
    good = certificate(*world)
    for done, bad in islice(mutants(good), 600):
        assert not survives(bad, signed_again=False), done


@given(decided())
def test_a_booking_further_up_cannot_be_left_out_of_those_around(world):
    """Not even by who signs it again: both are in the certificate."""
    good = certificate(*world)
    ids = {each["id"] for each in good["bookings"]}
    for number, entry in enumerate(good["allocation"]):
        for place, other in enumerate(entry["others"]):
            if other["booking_id"] in ids and not entry["kept_from"]:
                bad = copy.deepcopy(good)
                del bad["allocation"][number]["others"][place]
                assert not survives(bad, signed_again=True)
