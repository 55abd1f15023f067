"""Every way to fill the roles of a question at one start, best first and only as far as asked.

The best way is `assign`'s. All others differ from it in some role: those are
divided by the last role in which they still agree, and the best of each part is found in the same
manner. So the order is that of `assign`, and no way comes twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bookable.availability.assignment import Options, assign

if TYPE_CHECKING:
    from bookable.availability.question import Candidate, Question
    from bookable.availability.search import Search


def assignments(search: Search, options: Options) -> Iterator[tuple[Candidate, ...]]:
    """The candidates that fill all roles, in role order: every way, in order of preference.

    Each costs as many calls of `assign` as resources are taken, at most.
    """
    # A part of all ways: what is open in each role, the first role that is not settled yet, and
    # the resources that are settled in it.
    parts: list[tuple[Options, int, tuple[Candidate, ...]]] = [(options, 0, ())]
    while parts:
        open_, first, kept = parts.pop()
        taken = assign(search, open_)
        if taken is None:
            continue
        roles = _by_role(search.question, taken)
        # What is settled is the best that its role can have, so `assign` takes it here as well.
        yield taken
        for number in range(first, len(roles)):
            settled = len(kept) if number == first else 0
            for position in range(settled, len(roles[number])):
                gone = roles[number][position]
                left = tuple(each for each in open_[number] if each is not gone)
                narrowed = (*roles[:number], left, *open_[number + 1 :])
                parts.append((narrowed, number, roles[number][:position]))


def _by_role(question: Question, taken: tuple[Candidate, ...]) -> Options:
    found, low = [], 0
    for role in question.roles:
        found.append(taken[low : low + role.count])
        low += role.count
    return tuple(found)
