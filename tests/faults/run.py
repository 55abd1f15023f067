"""Plant each fault of the catalogue in a copy of the package and see that something notices.

    python tests/faults/run.py                 all of them
    python tests/faults/run.py overlap notice  those whose name contains one of the words

Each fault names its detectors: the simulator, or tests. They run against the copy, one
after another until one fails, which is what is wanted. Before that every detector runs
once against an untouched copy and must pass: a detector that always fails notices nothing. What takes
much longer with a fault than without has noticed it as well.
The exit status is 1 when a fault survives, when a detector fails on the untouched copy, or
when a patch no longer applies exactly once.
"""

from __future__ import annotations

import argparse
import atexit
import compileall
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import bookable  # noqa: E402  the tests are found from the root
from tests.faults.catalogue import FAULTS, SIMULATOR, Fault  # noqa: E402  as above

PACKAGE = Path(bookable.__file__).resolve().parent
# A fault may well make something endless; that is noticed, too. A machine may well be slow; that is not.
SHORTEST_LIMIT, LONGEST_LIMIT = 180, 1_800
TIMES_SLOWER = 6
PASSED, FAILED = 0, 1


@dataclass(frozen=True)
class Outcome:
    """What became of one fault."""

    fault: Fault
    verdict: str
    by: str
    seconds: float

    @property
    def is_caught(self) -> bool:
        return self.verdict == "caught"


@cache
def compiled_package() -> Path:
    """A copy of the package that is compiled once and for all: detectors start in half the time."""
    folder = tempfile.TemporaryDirectory(prefix="package-")
    atexit.register(folder.cleanup)
    copy = Path(folder.name) / "bookable"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(copy, quiet=2)
    return copy


@contextmanager
def copy_of_the_package(fault: Fault | None) -> Iterator[Path]:
    """A folder with the package in it, the fault planted."""
    with tempfile.TemporaryDirectory(prefix="fault-") as folder:
        copy = Path(folder) / "bookable"
        shutil.copytree(compiled_package(), copy)
        if fault is not None:
            path = copy / fault.file
            text = path.read_text(encoding="utf-8")
            path.write_text(fault.planted_in(text), encoding="utf-8")
            for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
                compiled.unlink()  # beside an equal size and second it would pass for the patched file
        yield Path(folder)


def run_detector(detector: str, folder: Path, limit: float) -> tuple[int, str]:
    """The exit status of a simulator run or of some tests, against the copy in the folder.

    Beyond the limit in seconds it has failed.
    """
    if detector.startswith(SIMULATOR):
        arguments = detector.removeprefix(SIMULATOR).split()
        command = ["-m", "bookable.testing.simulator", "--brief", *arguments]
    else:
        options = ["-x", "-q", "--no-header", "-p", "no:cacheprovider"]
        command = ["-m", "pytest", *options, *detector.split()]
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_PROFILE": "quick",
    }
    try:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return FAILED, "ran out of time"
    return done.returncode, (done.stdout + done.stderr).strip()


def imports(folder: Path) -> str:
    """Why the package in the folder cannot be imported; empty when it can."""
    code = "import bookable.testing.simulator, bookable; print(bookable.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == PASSED and str(folder) in done.stdout:
        return ""
    return (done.stderr or done.stdout).strip().splitlines()[-1]


def try_fault(fault: Fault, seconds: dict[str, float]) -> Outcome:
    """Plant one fault and run its detectors until one notices; ``seconds`` is what each took without."""
    began = time.perf_counter()

    def outcome(verdict: str, by: str) -> Outcome:
        return Outcome(fault, verdict, by, time.perf_counter() - began)

    try:
        with copy_of_the_package(fault) as folder:
            broken = imports(folder)
            if broken:
                return outcome("cannot be imported", broken)
            for detector in fault.detectors:
                limit = max(SHORTEST_LIMIT, TIMES_SLOWER * seconds[longest(detector, seconds)])
                status, output = run_detector(detector, folder, limit)
                if status == FAILED:
                    return outcome("caught", detector)
                if status != PASSED:
                    return outcome("detector broken", f"{detector}: {output[-200:]}")
    except ValueError as error:
        return outcome("does not apply", str(error))
    return outcome("SURVIVED", " | ".join(fault.detectors))


def longest(detector: str, others: Iterable[str]) -> str:
    """The detector; of simulator runs that differ in the number of seeds, the one that has them all."""
    if not detector.startswith(SIMULATOR):
        return detector
    words = detector.split()
    place = words.index("--seeds") + 1

    def seeds(other: str) -> int:
        same = other.split()
        number = same[place] if place < len(same) else ""
        same[place : place + 1] = words[place : place + 1]
        return int(number) if same == words else 0

    return max((*others, detector), key=seeds)


def failing_detectors(
    detectors: set[str], pool: ThreadPoolExecutor, seconds: dict[str, float]
) -> list[str]:
    """The detectors that fail although nothing is planted; how long each takes is noted."""

    def run_it(detector: str, folder: Path) -> tuple[int, str]:
        began = time.perf_counter()
        found = run_detector(detector, folder, LONGEST_LIMIT)
        seconds[detector] = time.perf_counter() - began
        return found

    with copy_of_the_package(None) as folder:
        broken = imports(folder)
        if broken:
            return [broken]
        runs = {pool.submit(run_it, each, folder): each for each in sorted(detectors)}
        failing = []
        for run in as_completed(runs):
            status, output = run.result()
            verdict = "passes" if status == PASSED else "FAILS"
            print(f"  {seconds[runs[run]]:6.1f} s  {verdict}  {runs[run]}", flush=True)
            if status != PASSED:
                failing.append(f"{runs[run]}\n{output[-2_000:]}")
        return failing


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("words", nargs="*", help="only faults whose name contains one of these")
    parser.add_argument("--jobs", type=int, default=2, help="how many at once")
    chosen = parser.parse_args()
    faults = [
        fault
        for fault in FAULTS
        if not chosen.words or any(word in fault.name for word in chosen.words)
    ]
    began, seconds = time.perf_counter(), {}
    with ThreadPoolExecutor(chosen.jobs) as pool:
        print("The untouched package:", flush=True)
        every = {detector for fault in faults for detector in fault.detectors}
        failing = failing_detectors({longest(each, every) for each in every}, pool, seconds)
        if failing:
            print("\n".join(["Detectors that fail with nothing planted:", *failing]))
            return 1
        outcomes = []
        print(f"{len(faults)} faults:", flush=True)
        for done in as_completed([pool.submit(try_fault, fault, seconds) for fault in faults]):
            outcome = done.result()
            outcomes.append(outcome)
            print(
                f"{len(outcomes):3}/{len(faults)} {outcome.seconds:6.1f} s  {outcome.verdict:8} "
                f"{outcome.fault.name}  ({outcome.by})",
                flush=True,
            )
    missed = [outcome for outcome in outcomes if not outcome.is_caught]
    print(f"{len(faults) - len(missed)} of {len(faults)} caught in", end=" ")
    print(f"{time.perf_counter() - began:.0f} s")
    for outcome in missed:
        print(f"  {outcome.verdict}: {outcome.fault.name} ({outcome.fault.file})")
    return 1 if missed or not faults else 0


if __name__ == "__main__":
    sys.exit(main())
