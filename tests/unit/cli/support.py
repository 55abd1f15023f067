"""Running the command in this process, and in others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from typing import Any

from bookable.cli import main

NOW = ("--now", "2026-03-02T07:30:00+01:00")
COMMAND = [sys.executable, "-m", "bookable"]


@dataclass(frozen=True)
class Ran:
    """What a run printed and how it ended."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


def run(*arguments: str, encoding: str = "utf-8") -> Ran:
    """One run, in this process."""
    out, err = (TextIOWrapper(BytesIO(), encoding=encoding, newline="\n") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        status = main(list(arguments))
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode(encoding))  # type: ignore[attr-defined]  # a BytesIO
    return Ran(status, *texts)


def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    """One run, in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    # A shell starts its background jobs deaf to interrupts, and so would be what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return subprocess.Popen([*COMMAND, *arguments], text=True, env=environment, **pipes)
    finally:
        signal.signal(signal.SIGINT, before)


def assert_no_traceback(ran: Ran) -> None:
    assert "Traceback" not in ran.err + ran.out
    assert ran.err == "" or ran.err.startswith(("bookable: ", "usage: "))
