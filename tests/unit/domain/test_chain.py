"""Chains as values: what may stand in them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bookable import InvalidValueError, LimitExceededError
from bookable.domain.chain import Chain, Segment
from tests.support.builders import HOUR, a_request, minutes, refused


def test_a_segment_follows_at_once_unless_it_says_otherwise():
    segment = Segment(a_request())

    assert segment.minimum_gap == segment.longest_gap == timedelta(0)
    assert Segment(a_request(), HOUR).longest_gap == HOUR
    assert Segment(a_request(), HOUR, 2 * HOUR).longest_gap == 2 * HOUR
    assert Segment(a_request(), HOUR, HOUR).longest_gap == HOUR


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"request": None}, "type", "request"),
        ({"minimum_gap": 5}, "duration", "minimum_gap"),
        ({"minimum_gap": -HOUR}, "duration", "minimum_gap"),
        ({"maximum_gap": "PT1H"}, "duration", "maximum_gap"),
        ({"minimum_gap": HOUR, "maximum_gap": minutes(59)}, "gap", "maximum_gap"),
    ],
)
def test_a_segment_needs_a_request_and_gaps_in_order(fields, code, field):
    with refused(InvalidValueError, code, field):
        Segment(**{"request": a_request(), **fields})


def test_a_chain_has_one_to_ten_segments():
    assert len(Chain([Segment(a_request())] * 10).segments) == 10
    with refused(LimitExceededError, "limit_exceeded"):
        Chain([Segment(a_request())] * 11)
    with refused(InvalidValueError, "empty_request", "segments"):
        Chain([])
    with refused(InvalidValueError, "type", "segments"):
        Chain([a_request()])


def test_nothing_comes_before_the_first_segment():
    for first in (Segment(a_request(), HOUR), Segment(a_request(), maximum_gap=HOUR)):
        with refused(InvalidValueError, "gap", "segments[0].maximum_gap"):
            Chain([first])


def test_chains_of_equal_segments_are_equal():
    chain = Chain([Segment(a_request()), Segment(a_request(), HOUR)])

    assert chain == Chain(segments=(Segment(a_request()), Segment(a_request(), HOUR)))
    assert len({chain, Chain(chain.segments)}) == 1
    assert chain != Chain(chain.segments[:1])
