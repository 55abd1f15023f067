"""Bodies as clients may send them: anything that JSON can say, and good bodies with a fault in them."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from tests.support import strategies as st

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


def places(value: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """The path of every value inside, the whole first."""
    yield path
    items = value.items() if isinstance(value, dict) else []
    if isinstance(value, list):
        items = enumerate(value)
    for key, inner in items:
        yield from places(inner, (*path, key))


@st.composite
def broken(draw, bodies: st.SearchStrategy[object], garbage: st.SearchStrategy[object]) -> object:
    """A body of which one part is missing or something else."""
    body = copy.deepcopy(draw(bodies))
    path = draw(st.sampled_from(list(places(body))))
    if not path:
        return draw(garbage)
    holder = body
    for key in path[:-1]:
        holder = holder[key]
    if draw(st.booleans()):
        holder[path[-1]] = draw(garbage)
    else:
        del holder[path[-1]]
    return body
