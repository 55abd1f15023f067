"""Which features a pool lacks: just those whose wish makes it too small."""

from __future__ import annotations

import attrs
from hypothesis import given

from bookable import Requirement, all_of
from bookable.availability.lacking import missing_features
from tests.support import strategies as st
from tests.support.builders import NOW, a_member, a_request, a_room, a_scheduler, at

WORDS = ["organ", "piano", "stage"]
some_words = st.frozensets(st.sampled_from(WORDS), max_size=2)


def too_small(scheduler, request):
    """The refusal that says that there never are enough, or None."""
    found = scheduler.explain(request, start=at("09:00"), now=NOW)
    few = [each for each in found if each.detail.get("what") == "resources"]
    return few[0] if few else None


@given(st.lists(some_words, min_size=1, max_size=3), some_words, some_words, st.integers(1, 3))
def test_features_are_named_where_it_is_for_want_of_them(kept, needed, asked, count):
    rooms = [a_room(f"r{number}", features=words) for number, words in enumerate(kept)]
    scheduler = a_scheduler(*rooms)
    need = Requirement(kind="room", count=count, features=needed)
    refusal = too_small(scheduler, a_request(need, features=asked))
    without = too_small(scheduler, a_request(attrs.evolve(need, features=())))

    named = () if refusal is None else refusal.detail.get("features", ())
    assert bool(named) == (refusal is not None and without is None)
    assert set(named) <= needed | asked
    if named:
        nowhere = (needed | asked) - frozenset().union(*kept)
        assert set(named) == (nowhere or needed | asked)


def test_a_role_that_no_requirement_asks_for_lacks_nothing():
    scheduler = a_scheduler(a_member("ada"))
    search = scheduler._search(a_request(all_of("ada"), features=["organ"]), NOW, ())

    role = attrs.evolve(search.question.roles[0], need=None)

    assert missing_features(search, role) == ()
