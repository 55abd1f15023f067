"""When several subjects are busy, as somebody told it, and whose time nobody could tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import field, frozen

from bookable.checks import check_choice, check_id, check_items, check_text, check_type, listed
from bookable.domain.policy import BLOCKING_KINDS, BusyKind, check_kinds
from bookable.errors import InvalidValueError, LimitExceededError
from bookable.frozen_map import FrozenMap
from bookable.limits import MOST_ITEMS
from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces
from bookable.timeline.interval import Interval, check_interval
from bookable.timeline.interval_set import IntervalSet

STRONGEST_FIRST: Final = (
    BusyKind.OUT_OF_OFFICE,
    BusyKind.MAINTENANCE,
    BusyKind.BUSY,
    BusyKind.TENTATIVE,
    BusyKind.ELSEWHERE,
)
"""The kinds of busy time by what wins where several are told; of what is free nothing is kept."""


def _kind(value: BusyKind | str) -> BusyKind:
    return check_choice(value, BusyKind, "kind")


@frozen(cache_hash=True)
class BusyTime:
    """A piece of time, and how strongly it stands for absence: any kind but ``unknown``."""

    interval: Interval
    kind: BusyKind = field(default=BusyKind.BUSY, converter=_kind)

    def __attrs_post_init__(self) -> None:
        check_interval(self.interval, "interval")
        if self.kind is BusyKind.UNKNOWN:
            expected = (
                "a kind that somebody could tell; who could not be read is in FreeBusy.unknown"
            )
            raise InvalidValueError("kind", self.kind.value, expected, "kind")


def _busy(
    values: Mapping[str, Iterable[BusyTime]],
) -> FrozenMap[str, tuple[BusyTime, ...]]:
    like = "a mapping of ids to lists of BusyTime"
    given: Mapping[str, Iterable[BusyTime]] = check_type(values, Mapping, "busy", like)
    found = {}
    for subject in sorted(check_id(key, "busy") for key in listed(given, "busy")):
        found[subject] = check_items(given[subject], BusyTime, f"busy[{subject!r}]", "a BusyTime")
    if sum(map(len, found.values())) > MOST_ITEMS:
        raise LimitExceededError("busy times", sum(map(len, found.values())), MOST_ITEMS)
    return FrozenMap(found)


def _unknown(values: Mapping[str, str]) -> FrozenMap[str, str]:
    like = "a mapping of ids to why they could not be read"
    given: Mapping[str, str] = check_type(values, Mapping, "unknown", like)
    ids = sorted(check_id(key, "unknown") for key in listed(given, "unknown"))
    return FrozenMap({key: check_text(given[key], f"unknown[{key!r}]") for key in ids})


@frozen(cache_hash=True)
class FreeBusy:
    """When each of several subjects is busy inside ``within``; and who could not be read, and why.

    ``busy`` tells it for all who could be read: they are free at any other time of the window, and
    nobody is free whose time is ``unknown``. Whatever is given, it is kept in one form: inside the
    window, where several kinds meet as the strongest of them (out of office, then maintenance, busy,
    tentative, elsewhere), free time left out, what touches and is of one kind as one; subjects and
    times in order. So two are equal where they tell the same. O(n log n) in the times.

    >>> from datetime import UTC, datetime
    >>> nine, ten, noon = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (9, 10, 12))
    >>> told = FreeBusy(
    ...     Interval(nine, noon),
    ...     {"ada": [BusyTime(Interval(nine, ten)), BusyTime(Interval(nine, noon), "tentative")]},
    ...     {"grace": "no permission"},
    ... )
    >>> [(str(time.interval.start.time()), time.kind.value) for time in told.busy["ada"]]
    [('09:00:00', 'busy'), ('10:00:00', 'tentative')]

    Raises:
        InvalidValueError: If a subject is told to be busy and unknown (code ``two_answers``), or if
            a field cannot be what it must be.
        LimitExceededError: If there are more than 1,000,000 times.
    """

    within: Interval
    busy: FrozenMap[str, tuple[BusyTime, ...]] = field(default=FrozenMap(), converter=_busy)
    unknown: FrozenMap[str, str] = field(default=FrozenMap(), converter=_unknown)

    def __attrs_post_init__(self) -> None:
        check_interval(self.within, "within")
        for subject in self.busy:
            if subject in self.unknown:
                expected = "subjects in one of busy and unknown"
                raise InvalidValueError("unknown", subject, expected, "two_answers")
        low, high = self.within.start_us, self.within.end_us
        canonical = {subject: _canonical(times, low, high) for subject, times in self.busy.items()}
        object.__setattr__(self, "busy", FrozenMap(canonical))

    @property
    def subjects(self) -> tuple[str, ...]:
        """All who are told of, sorted."""
        return tuple(sorted((*self.busy, *self.unknown)))

    @property
    def unknown_ids(self) -> tuple[str, ...]:
        """Those whose time nobody could tell, sorted: what a `Request` calls by the same name."""
        return tuple(self.unknown)

    def times(
        self, subject: str, kinds: Iterable[BusyKind | str] = BLOCKING_KINDS
    ) -> IntervalSet | None:
        """The time that a subject is busy in one of these ways; None where nobody knows.

        Raises:
            InvalidValueError: If nothing is told of the subject (code ``subject``).
        """
        if check_id(subject, "subject") in self.unknown:
            return None
        if subject not in self.busy:
            raise InvalidValueError("subject", subject, "one of those told of", "subject")
        wanted = check_kinds(kinds, "kinds") or frozenset()
        return IntervalSet(time.interval for time in self.busy[subject] if time.kind in wanted)

    def strongest(self, subject: str, interval: Interval) -> BusyKind | None:
        """The strongest kind that a subject has anywhere in an interval; None where nobody knows.

        Nobody knows what lies outside the window either.
        """
        inside = self.times(subject, STRONGEST_FIRST)
        if inside is None or not self.within.encloses(check_interval(interval, "interval")):
            return None
        found = {time.kind for time in self.busy[subject] if time.interval.overlaps(interval)}
        return next((kind for kind in STRONGEST_FIRST if kind in found), BusyKind.FREE)


def _canonical(times: tuple[BusyTime, ...], low: int, high: int) -> tuple[BusyTime, ...]:
    taken: Pieces = ()
    found: list[tuple[int, int, BusyKind]] = []
    for kind in STRONGEST_FIRST:
        pairs = ((t.interval.start_us, t.interval.end_us) for t in times if t.kind is kind)
        pieces = kernel.clip(kernel.normalise(pairs), low, high)
        found += ((*piece, kind) for piece in kernel.subtract(pieces, taken))
        taken = kernel.union(taken, pieces)
    return tuple(BusyTime(Interval.from_us(start, end), kind) for start, end, kind in sorted(found))
