"""A PostgreSQL server: the one that ``BOOKABLE_BENCH_DSN`` names, or one started for the run."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "BOOKABLE_BENCH_DSN"

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "512MB",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "max_wal_size": "4GB",
    "jit": "off",
}
"""Generous to the server: no durability, memory enough, no compilation of short questions."""


def dsn() -> str | None:
    """How to reach the server; None where there is none."""
    return os.environ.get(VARIABLE) or None


@contextmanager
def serving() -> Iterator[str]:
    """A server for the run, and one line about it: named, started, or none."""
    if dsn():
        yield f"the server that {VARIABLE} names"
        return
    lacking = [tool for tool in ("initdb", "pg_ctl", "postgres") if shutil.which(tool) is None]
    if lacking:
        yield f"none: {VARIABLE} is not set, and {', '.join(lacking)} cannot be found on PATH"
        return
    with tempfile.TemporaryDirectory(prefix="bookable-pg-", ignore_cleanup_errors=True) as folder:
        try:
            _start(Path(folder))
        except (subprocess.CalledProcessError, OSError, KeyError) as error:
            yield f"none: it could not be started ({type(error).__name__})"
            return
        os.environ[VARIABLE] = f"host={folder} dbname=postgres user=bench"
        try:
            yield "started for this run, on a local socket, without durability"
        finally:
            del os.environ[VARIABLE]
            _run(Path(folder), ["pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "-w", "stop"])


def _start(folder: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in SETTINGS.items())
    _run(folder, ["initdb", "-D", f"{folder}/data", "-U", "bench", "-A", "trust", "--no-sync"])
    start = ["pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-w", "start"]
    _run(folder, [*start, "-o", f"-k {folder} {options}"])


def _run(folder: Path, command: list[str]) -> None:
    """Run a tool of the server; as somebody else than root, whom it refuses."""
    user = "postgres" if os.geteuid() == 0 else None
    subprocess.run(
        command,
        check=True,
        cwd=folder,
        user=user,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
