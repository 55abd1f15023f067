"""How much of the engine the tests hold fast: change it a little, and see that something fails.

    python tests/mutation/run.py                     a sample of 300 mutants
    python tests/mutation/run.py --sample 1000 --seed 7 availability/search.py
    python tests/mutation/run.py --out survivors.json

Each mutant is put into a copy of the package. The tests of its own module run first, then the
simulator, then laws and examples, until one of them fails: the mutant is killed. What none of them
notices survives, and is listed. The sample is drawn by the seed, so a run can be repeated.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.mutation.mutants import Mutant, mutants_of  # noqa: E402  the tests are found from the root

PACKAGES = ("availability", "occupancy", "timeline")
PYTEST = ["-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider"]
TIME_LIMIT = 240


def package() -> Path:
    """Where the package is that the tests import."""
    return Path(str(importlib.import_module("bookable").__file__)).resolve().parent


def every_mutant(wanted: list[str]) -> list[Mutant]:
    """The mutants of the modules whose path contains one of the words; of all three packages."""
    found = []
    for path in sorted(path for name in PACKAGES for path in (package() / name).glob("*.py")):
        module = str(path.relative_to(package()))
        if not wanted or any(word in module for word in wanted):
            found += mutants_of(module, path.read_text(encoding="utf-8"))
    return found


def detectors(module: str) -> list[list[str]]:
    """What may notice a change of a module, the quickest and nearest first."""
    folder, _, name = module.partition("/")
    stem = name.removesuffix(".py").lstrip("_")
    near = sorted((ROOT / "tests").glob(f"**/test_*{stem}*.py"))
    own = [str(path.relative_to(ROOT)) for path in near]
    simulator = ["-m", "bookable.testing.simulator", "--brief", "--seeds", "6", "--steps", "80"]
    return [
        *([[*PYTEST, *own]] if own else []),
        [*PYTEST, f"tests/unit/{folder}", "tests/conformance"],
        simulator,
        [*PYTEST, "tests/unit", "tests/properties", "tests/regressions", "tests/stateful"],
    ]


def survives(mutant: Mutant) -> bool:
    """Whether nothing notices the mutant."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = Path(folder) / "bookable"
        shutil.copytree(package(), copy, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / mutant.module).write_text(mutant.source, encoding="utf-8")
        environment = {
            **os.environ,
            "PYTHONPATH": folder,
            "PYTHONDONTWRITEBYTECODE": "1",
            "HYPOTHESIS_PROFILE": "quick",
        }
        for arguments in detectors(mutant.module):
            try:
                done = subprocess.run(
                    [sys.executable, *arguments],
                    cwd=ROOT,
                    env=environment,
                    capture_output=True,
                    timeout=TIME_LIMIT,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return False
            if done.returncode:
                return False
    return True


def main() -> int:
    """Run the sample, tell the score and list what survived."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("words", nargs="*", help="only modules whose path contains one of these")
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, help="stop after so long")
    parser.add_argument("--out", type=Path, help="write the survivors as JSON")
    options = parser.parse_args()
    every = every_mutant(options.words)
    drawn = random.Random(options.seed).sample(every, min(options.sample, len(every)))
    print(f"{len(drawn)} of {len(every)} mutants", flush=True)
    began, done, survivors = time.perf_counter(), 0, []
    with ThreadPoolExecutor(options.workers) as pool:
        running = {pool.submit(survives, mutant): mutant for mutant in drawn}
        for future in as_completed(running):
            if future.cancelled():
                continue
            done += 1
            if future.result():
                survivors.append(running[future].name)
                print(f"survived: {running[future].name}", flush=True)
            elif done % 10 == 0:
                print(f"{done} done, {len(survivors)} survived", flush=True)
            if options.minutes and time.perf_counter() - began > 60 * options.minutes:
                for other in running:
                    other.cancel()
    score = 100 * (done - len(survivors)) / max(done, 1)
    print(f"{done - len(survivors)} of {done} killed ({score:.1f} %), seed {options.seed}")
    if options.out:
        report = {"seed": options.seed, "run": done, "survivors": sorted(survivors)}
        options.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
