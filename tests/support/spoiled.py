"""Bodies as clients may send them: anything that JSON can say, and good bodies with a fault in them.

What follows from a number alone, without a strategy, is in `tests.fuzz.mutants`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from bookable import CodecError
from tests.fuzz.mutants import places_in
from tests.support import strategies as st

chances = st.integers(0, 2**32).map(Random)
words = st.text(max_size=4)
numbers = st.one_of(
    st.integers(-3, 70),
    st.sampled_from([2**31, -(2**63), 10**30, 1659366000]),
    st.floats(),
)
odd_texts = st.sampled_from(
    [
        *("", " ", "\0", "\ud800", "\u202e", "9:00", "23:60", "2026-02-30", "2026-03-02T09:00"),
        *("Europe", "../../etc/passwd", "1e9", "null", "x" * 129, "-1", "\u0661"),
    ]
)
leaves = st.one_of(st.none(), st.booleans(), numbers, words, odd_texts)


def plain_data(keys: list[str]) -> st.SearchStrategy[object]:
    """Anything that JSON can say, in which these keys come up."""
    named = st.one_of(st.sampled_from(keys), words)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(named, inner, max_size=4)
        ),
        max_leaves=8,
    )


@st.composite
def broken(draw, bodies: st.SearchStrategy[Any], garbage: st.SearchStrategy[Any]) -> Any:
    """A body of which one part is missing or something else."""
    whole = [copy.deepcopy(draw(bodies))]
    place, key = draw(st.sampled_from(places_in(whole)))
    if place is whole or draw(st.booleans()):
        place[key] = draw(garbage)
    else:
        del place[key]
    return whole[0]


def read_or_refused(read: Callable[[object], object], body: object) -> object:
    """What is read; None where it is refused as it should be: with a path and a code."""
    try:
        return read(body)
    except CodecError as error:
        assert error.path.startswith("$")
        assert error.code
        assert str(error)
        return None
