"""Why a listing is empty: which rules stand in the way of how many starts (SPEC N32)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from attrs import field, frozen

from bookable.availability import masks
from bookable.availability.explain import explain
from bookable.availability.feasibility import Starts
from bookable.availability.sieve import Sieve
from bookable.domain.refusal import Refusal, RefusalCode
from bookable.errors import shown
from bookable.timeline.grid import LocalMidnight
from bookable.timeline.interval import Interval
from bookable.timeline.packing import Packing

if TYPE_CHECKING:
    from bookable.availability.search import Search


@frozen
class RuleCount:
    """What one rule does to the starts of an empty listing.

    ``blocks`` is how many starts it refuses by itself, all other rules aside; ``frees`` how
    many could be booked if it alone did not hold; ``left`` how many are left after it and
    the rules before it. ``subject`` is the calendar, resource or customer that alone refuses by it,
    as far as the first starts tell that it refuses; empty where several do, or none in particular.
    """

    rule: RefusalCode
    blocks: int
    frees: int
    left: int
    subject: str = ""


@frozen
class EmptyListing:
    """Why nothing is listed in a window.

    ``starts`` is how many starts of the grid were looked at. ``rules`` are those that refuse any,
    in the order of `RefusalCode`: a sieve, through which the starts fall rule by rule.
    ``decisive`` is the rule at which the last ones stay; None when some can be booked and
    the calendar's listing hides all ``hidden`` of them. ``str()`` is one plain sentence, which
    names who alone refuses by a rule, where it is not the calendar itself, ``subject``.

    Of starts that are packed into free windows there are none where nothing is free:
    then those of the clock with the same step are looked at. ``decisive`` is ``off_grid`` where no
    start of the grid lies in the window. A calendar that ``needs_nothing`` can never be booked.
    """

    window: Interval
    starts: int
    rules: tuple[RuleCount, ...]
    decisive: RefusalCode | None
    hidden: int = 0
    subject: str = ""
    needs_nothing: bool = False

    @property
    def remedies(self) -> tuple[RefusalCode, ...]:
        """The rules of which any one, if it did not hold, would let something be booked; best first."""
        found = [each for each in self.rules if each.frees]
        return tuple(each.rule for each in sorted(found, key=lambda each: -each.frees))

    def __str__(self) -> str:
        if self.decisive is None:
            some = "the only start" if self.hidden == 1 else f"all {self.hidden} starts"
            return f"the calendar hides {some} that can be booked"
        if not self.starts:
            return "no start of the grid lies in the window"
        if self.needs_nothing:
            return f"{shown(self.subject)} needs nothing: give it members, rooms, equipment or requirements"
        before, parts, is_one = self.starts, [], self.starts == 1
        for each in self.rules:
            if each.left < before:
                count = before - each.left
                who = "" if each.subject in {"", self.subject} else shown(each.subject)
                why = _WHY[each.rule][count != 1]
                if who and each.rule is RefusalCode.UNKNOWN:
                    why = f"need{'s' * (count == 1)} {who}, whose time could not be read"
                elif who:
                    why = f"{why} ({who})"
                parts.append(f"{'it' if is_one else count} {why}")
                before = each.left
        none = "the only start cannot" if is_one else f"of {self.starts} starts none can"
        return f"{none} be booked: {', '.join(parts)}"


_MOST_EXPLAINED: Final = 20

_WHY: Final[Mapping[RefusalCode, tuple[str, str]]] = {
    RefusalCode.INACTIVE: ("is of what is inactive", "are of what is inactive"),
    RefusalCode.NOT_ALLOWED: ("is not open to this customer", "are not open to this customer"),
    RefusalCode.NEVER_FITS: ("could never fit", "could never fit"),
    RefusalCode.NOTICE_TOO_SHORT: ("comes too soon", "come too soon"),
    RefusalCode.BEYOND_HORIZON: ("is too far ahead", "are too far ahead"),
    RefusalCode.OUTSIDE_HOURS: ("is outside opening hours", "are outside opening hours"),
    RefusalCode.LIMIT_REACHED: ("is beyond a limit", "are beyond a limit"),
    RefusalCode.NOT_NEXT: ("is owed to another host", "are owed to another host"),
    RefusalCode.TRAVEL_TIME: (
        "leaves too little time to travel",
        "leave too little time to travel",
    ),
    RefusalCode.UNKNOWN: ("needs who may be free or not", "need who may be free or not"),
    RefusalCode.BUSY: ("is taken", "are taken"),
    RefusalCode.FULL: ("is full", "are full"),
    RefusalCode.ROLES_COMPETE: ("has too few for all roles", "have too few for all roles"),
}
"""What a rule does to a start and to several, in a sentence."""


def why_empty(search: Search, window: Interval) -> EmptyListing:
    """Why the window lists nothing; to be asked where that is so. O(rules) times a listing.

    Raises:
        SearchLimitError: If the window or its number of grid starts is too large.
    """
    starts = search.grid_starts(window)
    grid = search.question.listing_grid
    if not starts.times and isinstance(grid, Packing):
        step = LocalMidnight(search.question.zone, grid.step)
        starts = Starts.of(step, window.start_us, window.end_us)
    elif starts.times:
        hidden = search.offer(starts).bookable.bit_count()
        if hidden:
            return EmptyListing(window, len(starts.times), (), None, hidden, _calendar(search))
    sieve = Sieve(search.widest, starts) if starts.times else None
    if sieve is None or sieve.bookable():
        return EmptyListing(window, 0, (), RefusalCode.OFF_GRID, subject=_calendar(search))
    rules = tuple(_counts(sieve))
    decisive = next(each.rule for each in rules if not each.left)
    question = search.question
    return EmptyListing(
        window,
        len(starts.times),
        rules,
        decisive,
        subject=_calendar(search),
        needs_nothing=question.seats_per_slot is None and not question.roles,
    )


def _calendar(search: Search) -> str:
    return search.question.subject


@frozen(eq=False)
class _Subjects:
    """Who refuses the starts of a sieve, each start being explained once."""

    sieve: Sieve
    _known: dict[int, tuple[Refusal, ...]] = field(factory=dict)

    def of(self, rule: RefusalCode, unblocked: int) -> str:
        """The one subject of a rule among the first starts that it blocks; empty if several."""
        times = self.sieve.starts.times
        blocked = masks.everything(len(times)) & ~unblocked
        found: set[str] = set()
        for start in masks.chosen(times, blocked, _MOST_EXPLAINED):
            if start not in self._known:
                self._known[start] = explain(self.sieve.search, start)
            found.update(each.subject for each in self._known[start] if each.rule is rule)
        return found.pop() if len(found) == 1 else ""


def _counts(sieve: Sieve) -> list[RuleCount]:
    found: list[RuleCount] = []
    order, size = list(RefusalCode), len(sieve.starts.times)
    subjects = _Subjects(sieve)
    for position, rule in enumerate(order):
        others = frozenset(order) - {rule}
        unblocked = sieve.bookable(others)
        count = RuleCount(
            rule,
            blocks=size - unblocked.bit_count(),
            frees=sieve.bookable((rule,)).bit_count(),
            left=sieve.bookable(order[position + 1 :]).bit_count(),
            subject=subjects.of(rule, unblocked),
        )
        before = found[-1].left if found else size
        if count.blocks or count.frees or count.left < before:
            found.append(count)
    return found
