"""Clocks, samples and their spread, and the fit of growth."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

Clock = Callable[[], float]

CLOCKS: dict[str, Clock] = {"wall": time.perf_counter, "cpu": time.process_time}
"""``cpu`` leaves out what else the machine does, and what a server does for a client."""

SHORT = 0.005
"""What takes less than this many seconds is run several times in a row, and the mean counts."""


class Sample(NamedTuple):
    """The median of some runs, in seconds, with its quartiles."""

    median: float
    low: float
    high: float
    runs: int

    @classmethod
    def of(cls, values: Iterable[float]) -> Sample:
        """The summary of some runs; the quartiles of one are itself."""
        found = sorted(values)
        if len(found) < 2:
            return cls(found[0], found[0], found[0], 1)
        low, middle, high = statistics.quantiles(found, n=4, method="inclusive")
        return cls(middle, low, high, len(found))

    def as_json(self, scale: float = 1.0) -> dict[str, float | int]:
        """For the file of results."""
        return {
            "median": self.median * scale,
            "low": self.low * scale,
            "high": self.high * scale,
            "runs": self.runs,
        }


def timed(work: Callable[[], Any], clock: Clock) -> tuple[float, Any]:
    """How long one run takes, and what it answers; rubbish of earlier runs is not counted."""
    gc.collect()
    began = clock()
    found = work()
    return clock() - began, found


def repeated(work: Callable[[], object], clock: Clock) -> float:
    """How long a run takes that may be repeated: the mean of as many as are not too short."""
    gc.collect()
    count, took = 1, 0.0
    while True:
        began = clock()
        for _ in range(count):
            work()
        took = clock() - began
        if took >= SHORT or count >= 10_000:
            return took / count
        count *= 10 if took < SHORT / 10 else 3


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Latencies in microseconds, and how many such operations a second would see."""
    found = sorted(values)
    at = {f"p{part}": found[min(len(found) - 1, len(found) * part // 100)] for part in (50, 95, 99)}
    in_microseconds = {name: value * 1e6 for name, value in at.items()}
    return {
        **in_microseconds,
        "max": found[-1] * 1e6,
        "per_second": len(found) / max(sum(found), 1e-12),
        "runs": len(found),
    }


def exponent(sizes: Sequence[float], times: Sequence[float]) -> float:
    """The slope of the logarithms: 1 where time grows as size does, 0 where it does not grow."""
    xs, ys = [math.log(size) for size in sizes], [math.log(each) for each in times]
    return statistics.linear_regression(xs, ys).slope


def quotients(over: Sequence[float], under: Sequence[float]) -> Sample:
    """One contestant's times as multiples of another's, round by round: what slows a whole round falls out."""
    return Sample.of(one / max(other, 1e-12) for one, other in zip(over, under, strict=False))
