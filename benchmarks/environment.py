"""Where the figures come from: versions and the kind of machine, and nothing that names it."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import bookable

PACKAGES = ("attrs", "intervaltree", "python-dateutil", "portion", "numpy", "duckdb", "psycopg")
ROOT = Path(__file__).resolve().parent.parent


def environment() -> dict[str, Any]:
    """The header of a report."""
    import sqlite3

    return {
        "at": datetime.now(UTC).strftime("%Y-%m-%d"),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": platform.system(),
        "cpu": cpu(),
        "cores": os.cpu_count(),
        "load": load(),
        "commit": commit(),
        "packages": {name: found for name in PACKAGES if (found := installed(name))},
        "sqlite": sqlite3.sqlite_version,
    }


def installed(name: str) -> str | None:
    """The version of a package; None where it is missing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def cpu() -> str:
    """The model of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()


def load() -> float | None:
    """How many processes wanted to run in the last minute: above the cores, wall times are late."""
    try:
        return round(os.getloadavg()[0], 1)
    except OSError:
        return None


def commit() -> str:
    """The commit that is measured, marked where something was changed since, or where another copy is measured."""
    try:
        found = _git("rev-parse", "--short", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "src")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    measured = f"{found} and changes" if changed else found
    return measured if is_checkout() else f"{measured} of the benchmarks, bookable {copy()}"


def is_checkout() -> bool:
    """Whether what is measured is the source beside the benchmarks, not a copy somewhere else."""
    return Path(bookable.__file__).resolve().is_relative_to(ROOT / "src")


def copy() -> str:
    """Words for a copy of the package that is not the source beside the benchmarks."""
    return f"{installed('bookable') or 'of unknown version'} from elsewhere"


def _git(*words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=ROOT, check=True, capture_output=True, text=True, timeout=20
    )
    return done.stdout.strip()
