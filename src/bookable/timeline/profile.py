"""How much is used when: a whole number for every instant, as an immutable value.

Theory: a profile is sorted breakpoints with the level that holds from each on; before
the first and after the last the level is zero. Two neighbouring levels always differ,
so equal functions have equal breakpoints. Breakpoints live in chunks of a few hundred, each
with an offset that is added to all its levels: one interval is added by rewriting
the two chunks at its ends and the offsets between them, in O(√n) steps, and the new
profile shares every other chunk with the old one, which never changes.

The peak over ``[start, end)`` is the largest level inside, never the sum of what
overlaps (SPEC N11).
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from bookable.timeline import _kernel as kernel
from bookable.timeline._kernel import Pieces

Load = tuple[int, int, int]
"""Start, end and units: so much is used during that time."""

_CHUNK_LENGTH: Final = 256


class _Chunk(NamedTuple):
    times: tuple[int, ...]
    levels: tuple[int, ...]
    offset: int
    highest: int


def _chunk(times: tuple[int, ...], levels: tuple[int, ...]) -> _Chunk:
    return _Chunk(times, levels, 0, max(levels))


class Profile:
    """Units over time, in microseconds since the epoch.

    >>> morning = Profile.of([(9, 10, 1), (10, 11, 1)])
    >>> morning.peak(9, 11), list(morning.steps(0, 24))
    (1, [(0, 9, 0), (9, 11, 1), (11, 24, 0)])
    """

    __slots__ = ("_chunks", "_firsts")
    _chunks: tuple[_Chunk, ...]
    _firsts: tuple[int, ...]

    def __init__(self, chunks: tuple[_Chunk, ...] = ()) -> None:
        self._chunks = chunks
        self._firsts = tuple(chunk.times[0] for chunk in chunks)

    @classmethod
    def of(cls, loads: Iterable[Load]) -> Profile:
        """The sum of many loads. O(n log n)."""
        every = list(loads)
        apart = _apart(every)
        if apart is not None:
            return cls(_cut(*apart))
        changes: dict[int, int] = {}
        known = changes.get
        for start, end, units in every:
            changes[start] = known(start, 0) + units
            changes[end] = known(end, 0) - units
        return cls(_leveled(changes))

    @staticmethod
    def of_units(starts: Sequence[int], ends: Sequence[int]) -> Profile:
        """The sum of loads of one unit each, the *i*-th from ``starts[i]`` up to a later ``ends[i]``.

        O(n log n), linear when both are in order.
        """
        return _Units(sorted(starts), sorted(ends)) if starts else Profile()

    def twin(self) -> Profile:
        """An equal profile of something else, which shares everything with this one."""
        return Profile(self._chunks)

    @classmethod
    def total(cls, profiles: Iterable[Profile]) -> Profile:
        """The sum of several. O(n log n)."""
        return cls.of(itertools.chain.from_iterable(each._loads() for each in profiles))

    def adding(self, start: int, end: int, units: int) -> Profile:
        """With so many more units during ``[start, end)``; fewer where negative. O(√n)."""
        if not units:
            return self
        if not self._chunks:
            return Profile((_chunk((start, end), (units, 0)),))
        first, last = self._chunk_at(start), self._chunk_at(end)
        before = self.level_at(start - 1)
        if first == last:
            times, levels = _plain(self._chunks[first])
            middle = _cut(*_raised(times, levels, start, end, units, before))
        else:
            middle = self._raised_across(first, last, (start, end, units), before)
        return Profile(self._chunks[:first] + middle + self._chunks[last + 1 :])

    def level_at(self, time: int) -> int:
        """The level at one instant. O(log n)."""
        if not self._firsts or time < self._firsts[0]:
            return 0
        chunk = self._chunks[bisect_right(self._firsts, time) - 1]
        return chunk.levels[bisect_right(chunk.times, time) - 1] + chunk.offset

    def peak(self, start: int, end: int) -> int:
        """The largest level inside ``[start, end)`` (SPEC N11). O(√n)."""
        highest = self.level_at(start)
        for chunk in self._chunks[self._chunk_at(start) : self._chunk_at(end - 1) + 1]:
            if start <= chunk.times[0] and chunk.times[-1] < end:
                highest = max(highest, chunk.highest + chunk.offset)
                continue
            low, high = bisect_right(chunk.times, start), bisect_right(chunk.times, end - 1)
            if low < high:
                highest = max(highest, max(chunk.levels[low:high]) + chunk.offset)
        return highest

    @property
    def highest(self) -> int:
        """The largest level anywhere."""
        return max((chunk.highest + chunk.offset for chunk in self._chunks), default=0)

    def steps(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The constant pieces of ``[start, end)`` in order: start, end, level."""
        at, level = start, self.level_at(start)
        for chunk in self._chunks[self._chunk_at(start) : self._chunk_at(end) + 1]:
            low, high = bisect_right(chunk.times, start), bisect_right(chunk.times, end - 1)
            for index in range(low, high):
                yield at, chunk.times[index], level
                at, level = chunk.times[index], chunk.levels[index] + chunk.offset
        yield at, end, level

    def above(self, limit: int, start: int, end: int) -> Pieces:
        """The maximal pieces of ``[start, end)`` where the level exceeds *limit*, in order.

        O(√n + k) for *k* breakpoints inside.
        """
        if not self._chunks and limit >= 0:
            return ()
        is_above = self.level_at(start) > limit
        edges = [start] if is_above else []
        for chunk in self._chunks[self._chunk_at(start) : self._chunk_at(end - 1) + 1]:
            low, high = bisect_right(chunk.times, start), bisect_left(chunk.times, end)
            bar = limit - chunk.offset
            for time, level in zip(chunk.times[low:high], chunk.levels[low:high], strict=True):
                if (level > bar) is not is_above:
                    is_above = not is_above
                    edges.append(time)
        if is_above:
            edges.append(end)
        return tuple(zip(edges[::2], edges[1::2], strict=True))

    def spans_above(self, limit: int, start: int, end: int) -> Iterable[tuple[int, int]]:
        """Spans, by start, that make up `above` together; they may touch, overlap and reach beyond."""
        return self.above(limit, start, end)

    def check(self) -> None:
        """Assert every structural fact."""
        times = [time for chunk in self._chunks for time in chunk.times]
        levels = [level + chunk.offset for chunk in self._chunks for level in chunk.levels]
        # Breakpoints strictly increase.
        assert all(low < high for low, high in itertools.pairwise(times))
        # Neighbouring levels differ, so the form is canonical.
        assert all(low != high for low, high in zip([0, *levels], levels, strict=False))
        # The profile ends at zero.
        assert not levels or levels[-1] == 0
        # Chunks are neither empty nor too long, and know their largest level.
        for chunk in self._chunks:
            assert 0 < len(chunk.times) == len(chunk.levels) <= 2 * _CHUNK_LENGTH
            assert chunk.highest == max(chunk.levels)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Profile) and self._plain_pairs() == other._plain_pairs()

    def __hash__(self) -> int:
        return hash(self._plain_pairs())

    def __repr__(self) -> str:
        return f"Profile({list(self._loads())})"

    # -----------------------------------------------------------------------

    def _chunk_at(self, time: int) -> int:
        """The chunk whose breakpoints surround an instant; the first for any before."""
        return max(bisect_right(self._firsts, time) - 1, 0)

    def _plain_pairs(self) -> tuple[tuple[int, int], ...]:
        return tuple(
            (time, level + chunk.offset)
            for chunk in self._chunks
            for time, level in zip(chunk.times, chunk.levels, strict=True)
        )

    def _loads(self) -> Iterator[Load]:
        pairs = self._plain_pairs()
        for (start, level), (end, _) in itertools.pairwise(pairs):
            if level:
                yield start, end, level

    def _raised_across(self, first: int, last: int, load: Load, before: int) -> tuple[_Chunk, ...]:
        """The chunks from *first* to *last* with a load that starts and ends in different ones."""
        start, end, units = load
        times, levels = _plain(self._chunks[first])
        head = _raised(times, levels, start, None, units, before)
        times, levels = _plain(self._chunks[last])
        left = self.level_at(times[0] - 1) + units
        tail = _raised(times, levels, None, end, units, left)
        inner = tuple(
            chunk._replace(offset=chunk.offset + units) for chunk in self._chunks[first + 1 : last]
        )
        return _cut(*head) + inner + _cut(*tail)


class _Units(Profile):
    """Loads of one unit each, as their sorted starts and their sorted ends.

    More than *m* loads are there at *t* iff, for some *i*, start *i + m* is not after *t* and end *i* is.
    So levels need not be counted before somebody asks for them one by one, or changes them.
    """

    __slots__ = ("_closes", "_opens")
    _opens: list[int]
    _closes: list[int]

    def __init__(self, opens: list[int], closes: list[int]) -> None:
        self._opens, self._closes = opens, closes

    def __getattr__(self, name: str) -> object:
        if name not in {"_chunks", "_firsts"}:
            raise AttributeError(name)
        changes: dict[int, int] = {}
        for sign, edges in ((1, self._opens), (-1, self._closes)):
            for time in edges:
                changes[time] = changes.get(time, 0) + sign
        super().__init__(_leveled(changes))
        return object.__getattribute__(self, name)

    def twin(self) -> Profile:
        return _Units(self._opens, self._closes)

    def above(self, limit: int, start: int, end: int) -> Pieces:
        if limit < 0:
            return super().above(limit, start, end)
        return kernel.clip(kernel.normalise(self.spans_above(limit, start, end)), start, end)

    def spans_above(self, limit: int, start: int, end: int) -> Iterable[tuple[int, int]]:
        if limit < 0:
            return super().spans_above(limit, start, end)
        opens, closes = self._opens, self._closes
        low = bisect_right(closes, start)
        high = max(bisect_left(opens, end) - limit, low)
        spans = zip(opens[low + limit : high + limit], closes[low:high], strict=True)
        return [span for span in spans if span[0] < span[1]] if limit else list(spans)


class ProfileSum(NamedTuple):
    """Two profiles read as one, the other times the sign; nothing is added up before it is asked for.

    >>> ProfileSum(Profile.of([(9, 11, 1)]), Profile.of([(10, 12, 1)])).above(1, 0, 24)
    ((10, 11),)
    """

    one: Profile
    other: Profile
    sign: int = 1

    def steps(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """Pieces of ``[start, end)`` in order on which both are constant: start, end, level."""
        others = self.other.steps(start, end)
        until, level = start, 0
        for low, high, own in self.one.steps(start, end):
            at = low
            while at < high:
                if until <= at:
                    _, until, level = next(others)
                stop = min(high, until)
                yield at, stop, own + self.sign * level
                at = stop

    def above(self, limit: int, start: int, end: int) -> Pieces:
        """The maximal pieces of ``[start, end)`` where the sum exceeds *limit*, in order."""
        return _above(self.steps(start, end), limit)

    def spans_above(self, limit: int, start: int, end: int) -> Pieces:
        """The same."""
        return self.above(limit, start, end)

    def peak(self, start: int, end: int) -> int:
        """The largest sum inside ``[start, end)`` (SPEC N11). O(pieces)."""
        return max(level for _, _, level in self.steps(start, end))


def _above(steps: Iterator[tuple[int, int, int]], limit: int) -> Pieces:
    pieces: list[tuple[int, int]] = []
    for low, high, level in steps:
        if level > limit:
            if pieces and pieces[-1][1] == low:
                pieces[-1] = (pieces[-1][0], high)
            else:
                pieces.append((low, high))
    return tuple(pieces)


def _apart(loads: list[Load]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The breakpoints of loads of which each begins when the one before is over; None for all others."""
    times: list[int] = []
    levels: list[int] = []
    until, level = None, 0
    for start, end, units in loads:
        if until is None or start > until:
            if until is not None:
                times.append(until)
                levels.append(0)
            times.append(start)
            levels.append(units)
        elif start < until:
            return None
        elif units != level:
            times.append(start)
            levels.append(units)
        if not units or start >= end:
            return None
        until, level = end, units
    if until is not None:
        times.append(until)
        levels.append(0)
    return tuple(times), tuple(levels)


def _leveled(changes: dict[int, int]) -> tuple[_Chunk, ...]:
    """The levels that follow from changes of the level, by instant."""
    times = [time for time in sorted(changes) if changes[time]]
    return _cut(tuple(times), tuple(itertools.accumulate(map(changes.__getitem__, times))))


def _plain(chunk: _Chunk) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return chunk.times, tuple(level + chunk.offset for level in chunk.levels)


def _raised(
    times: tuple[int, ...],
    levels: tuple[int, ...],
    start: int | None,
    end: int | None,
    units: int,
    before: int,
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """One run of breakpoints with *units* added from *start* up to *end*.

    None means beyond this run on that side; *before* is the level just before the
    later of the run's begin and *start*.
    """
    low = 0 if start is None else bisect_right(times, start - 1)
    high = len(times) if end is None else bisect_right(times, end - 1)
    raised_times, raised = list(times[low:high]), [level + units for level in levels[low:high]]
    if start is not None and (not raised_times or raised_times[0] != start):
        raised_times.insert(0, start)
        raised.insert(0, before + units)
    if raised and raised[0] == before:
        # The level at the start has become the level before it: no breakpoint is left.
        del raised_times[0], raised[0]
    inside = raised[-1] if raised else before
    tail_times, tail = list(times[high:]), list(levels[high:])
    if end is not None:
        if not tail_times or tail_times[0] != end:
            tail_times.insert(0, end)
            tail.insert(0, inside - units)
        if tail[0] == inside:
            del tail_times[0], tail[0]
    return (*times[:low], *raised_times, *tail_times), (*levels[:low], *raised, *tail)


def _cut(times: tuple[int, ...], levels: tuple[int, ...]) -> tuple[_Chunk, ...]:
    """The breakpoints as chunks of bounded length; none for none."""
    if len(times) <= 2 * _CHUNK_LENGTH:
        return (_chunk(times, levels),) if times else ()
    cuts = range(0, len(times), _CHUNK_LENGTH)
    return tuple(
        _chunk(times[cut : cut + _CHUNK_LENGTH], levels[cut : cut + _CHUNK_LENGTH]) for cut in cuts
    )
