"""Throws bodies that nobody would send at every codec.

    python -m tests.fuzz.run                          a minute or so
    python -m tests.fuzz.run --inputs 1000000 --jobs 2
    python -m tests.fuzz.run --only highlevel --seed 7 --inputs 20000

Each input gives a value or an error of this package, and soon. Anything else is told with the seed
of the input, by which `--seed` and `--only` make it again: an error of another type, something that takes
longer than it may (then it is interrupted), an answer that is none.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from random import Random
from types import FrameType

from bookable.errors import CodecError
from tests.fuzz.mutants import by_bytes, by_lines, by_shape, text_of
from tests.fuzz.registry import TARGETS
from tests.fuzz.targets import RefusedError, Target

CHUNK = 2_000
SHOWN = 50
MEMORY = 1024**3
"""The most bytes of one process."""


class TooLongError(BaseException):
    """An input took longer than it may; no reader may catch this."""


@dataclass
class Report:
    """What became of the inputs of one target."""

    inputs: int = 0
    read: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    seconds: float = 0.0

    def tell(self, became: str | Exception | None, target: str, name: str) -> None:
        """Count what became of one input."""
        if became is None:
            self.read += 1
        elif isinstance(became, str):
            self.refused[became] += 1
        else:
            last = traceback.extract_tb(became.__traceback__)[-1]
            where = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
            kind = type(became).__name__
            self.faults.append(f"{target} --seed {name}: {kind} at {where}: {became}"[:300])

    def add(self, other: Report) -> None:
        self.inputs += other.inputs
        self.read += other.read
        self.refused += other.refused
        self.faults += other.faults
        self.slowest = max(self.slowest, other.slowest)
        self.seconds += other.seconds


def inputs_of(target: Target, seed: int, count: int) -> Iterator[tuple[str, object]]:
    """The inputs that follow from a seed, each with the name that makes it again."""
    for number in range(seed, seed + count):
        random = Random(f"{target.name}/{number}")
        chosen = random.choice(target.seeds)
        if target.is_text:
            assert isinstance(chosen, bytes)
            other = random.choice(target.seeds)
            assert isinstance(other, bytes)
            spoil = by_lines if target.is_lines and random.random() < 0.7 else by_bytes
            yield f"{number}", spoil(chosen, other, random)
        elif random.random() < 0.2 and target.takes_bytes:
            other = random.choice(target.seeds)
            yield f"{number}", by_bytes(text_of(chosen), text_of(other), random)
        else:
            yield f"{number}", by_shape(chosen, random)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise TooLongError


def throw(target: Target, seed: int, count: int, longest: float) -> Report:
    """The reader of a target at so many inputs; times are those of the processor."""
    report = Report()
    before = signal.signal(signal.SIGPROF, _interrupt)
    for name, given in inputs_of(target, seed, count):
        began = time.process_time()
        try:
            signal.setitimer(signal.ITIMER_PROF, longest)
            try:
                report.tell(_became(target, given), target.name, name)
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
        except TooLongError:
            report.faults.append(f"{target.name} --seed {name}: longer than {longest} s")
        took = time.process_time() - began
        report.slowest = max(report.slowest, (took, name))
        report.seconds += took
        report.inputs += 1
    signal.signal(signal.SIGPROF, before)
    return report


def _became(target: Target, given: object) -> str | Exception | None:
    """The code by which an input was refused, None where it was read, or what is wrong."""
    try:
        try:
            value = target.run(given)
        except (RefusedError, *target.refuses) as error:
            str(error).encode("utf-8")
            if isinstance(error, CodecError):
                assert error.path.startswith(("$", "query")), f"no path: {error}"
            return getattr(error, "code", type(error).__name__)
        target.holds(value)
    except Exception as error:  # noqa: BLE001  whatever it is, it is told
        return error
    return None


def _limit_memory() -> None:
    """What asks for more is told of as a `MemoryError` in place of taking the machine down."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _chunk(name: str, seed: int, count: int, longest: float | None) -> tuple[str, Report]:
    return name, throw(TARGETS[name], seed, count, longest or TARGETS[name].longest)


def _pieces(names: list[str], inputs: int, seed: int) -> Iterator[tuple[str, int, int]]:
    """The inputs shared among the targets by their weights, in chunks."""
    total = sum(TARGETS[name].weight for name in names)
    for name in names:
        left, first = -(-inputs * TARGETS[name].weight // total), seed
        while left > 0:
            count = min(CHUNK, left)
            yield name, first, count
            first, left = first + count, left - count


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first input")
    parser.add_argument("--only", default="", help="targets whose names contain this")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--longest",
        type=float,
        help="seconds of the processor that one input may take, in place of what its target says",
    )
    asked = parser.parse_args()
    names = [name for name in sorted(TARGETS) if asked.only in name]
    if not names:
        parser.error(f"no target contains {asked.only!r}; there are {', '.join(sorted(TARGETS))}")
    reports = {name: Report() for name in names}
    pieces = list(_pieces(names, asked.inputs, asked.seed))
    began, done = time.perf_counter(), 0
    with ProcessPoolExecutor(asked.jobs, initializer=_limit_memory) as pool:
        waiting = [pool.submit(_chunk, *piece, asked.longest) for piece in pieces]
        for finished in as_completed(waiting):
            name, report = finished.result()
            reports[name].add(report)
            done += report.inputs
            for fault in report.faults[:SHOWN]:
                print(fault, file=sys.stderr, flush=True)
            faults = sum(len(each.faults) for each in reports.values())
            if sys.stderr.isatty() or done % (CHUNK * 50) < CHUNK:
                rate = done / (time.perf_counter() - began)
                print(f"{done:>10,} inputs, {rate:,.0f} a second, {faults} faults", file=sys.stderr)
    return _tell(reports, time.perf_counter() - began)


def _tell(reports: dict[str, Report], seconds: float) -> int:
    head = f"{'target':<34} {'inputs':>9} {'read':>9} {'refused':>9} {'mean':>7} {'slowest':>9}"
    print(f"{head} {'--seed':>9}  most refused as")
    for name, report in reports.items():
        most = ", ".join(f"{code} {count:,}" for code, count in report.refused.most_common(3))
        refused, (slowest, seed) = sum(report.refused.values()), report.slowest
        mean = 1_000 * report.seconds / max(1, report.inputs)
        print(
            f"{name:<34} {report.inputs:>9,} {report.read:>9,} {refused:>9,} {mean:>4.1f} ms "
            f"{1_000 * slowest:>6.0f} ms {seed:>9}  {most}"
        )
    faults = [fault for report in reports.values() for fault in report.faults]
    for fault in faults[:SHOWN]:
        print(fault)
    inputs = sum(report.inputs for report in reports.values())
    print(f"{inputs:,} inputs in {seconds:,.0f} s: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
