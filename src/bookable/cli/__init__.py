"""The command ``bookable``: ask and change world files from a shell.

Nothing is decided here. Each command reads a world file (or one of the worlds that
come with the package), asks the scheduler, and shows the answer: as text for people,
with ``--json`` as one JSON document with stable keys for programs. This is the outer
edge: here, and only here, *now* may come from the system clock.

Exit codes:

===  ==========================================================================
  0  yes: shown, free, booked, cancelled, no violation found
  1  no: refused, nothing free, violations found, the id is taken
  2  the question makes no sense: usage, unknown ids, times, a broken world file
  3  a file cannot be read, written or locked; nothing was changed
130  interrupted
141  whoever was reading the output has gone
===  ==========================================================================
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from bookable.cli.arguments import build_parser
from bookable.cli.output import Answer, describe_error, print_answer, print_error
from bookable.codecs.files import FileBusyError
from bookable.errors import (
    BookableError,
    BookingRefused,
    IdConflictError,
    InvalidTransitionError,
    StaleLedgerError,
)

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

NO: Final = 1
NONSENSE: Final = 2
FILE_TROUBLE: Final = 3
INTERRUPTED: Final = 130
READER_GONE: Final = 141

_REFUSALS: Final = (BookingRefused, IdConflictError, InvalidTransitionError, StaleLedgerError)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; prints, and never raises on bad input."""
    try:
        status = _run(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return READER_GONE
    except OSError as error:
        _forget_stdout()
        print_error(describe_error(error))
        return FILE_TROUBLE
    return status


def _run(argv: Sequence[str] | None) -> int:
    try:
        arguments = build_parser().parse_args(argv)
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else NONSENSE
    try:
        answer: Answer = arguments.run(arguments)
    except BrokenPipeError:
        raise
    except _REFUSALS as error:
        return _failed(arguments, error, NO)
    except (OSError, FileBusyError) as error:
        return _failed(arguments, error, FILE_TROUBLE)
    except BookableError as error:
        return _failed(arguments, error, NONSENSE)
    print_answer(answer, as_json=arguments.json)
    return answer.status


def _failed(arguments: Namespace, error: BookableError | OSError, status: int) -> int:
    problem = describe_error(error, world=getattr(arguments, "world", None))
    print_error(problem)
    if arguments.json:
        print_answer(Answer(status, {"error": problem}, ()), as_json=True)
    return status


def _forget_stdout() -> None:
    """Nothing more can be written there, not even what Python still holds back."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
