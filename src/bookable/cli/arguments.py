"""The grammar of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from bookable.cli.commands import agenda, book, cancel, check, copy, explain, slots
from bookable.cli.demo import demo
from bookable.worlds import NAMES

if TYPE_CHECKING:
    from bookable.cli.output import Answer

Run = Callable[[argparse.Namespace], "Answer"]

_EPILOG: Final = f"""\
WORLD is a world file, or one of the worlds that come with the package:
{", ".join(NAMES)}. TIME is 2026-03-02T09:00 in the zone of the question,
2026-03-02T09:00+01:00 in any, or a date, which means its first instant; a
wall time that the clocks skip or show twice is refused. DURATION is ISO 8601:
PT30M, PT1H15M.

exit codes:
  0  yes: shown, free, booked, cancelled, no violation found
  1  no: refused, nothing free, violations found, the id is taken
  2  the question makes no sense: usage, unknown ids, times, a broken world file
  3  a file cannot be read, written or locked; nothing was changed
  130  interrupted    141  whoever was reading the output has gone
"""


def build_parser() -> argparse.ArgumentParser:
    """The parser; what it gives has ``run``, the command, and ``json``."""
    parser = argparse.ArgumentParser(
        prog="bookable",
        description="Ask what can be booked, why not, and book it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run: Run, text: str) -> argparse.ArgumentParser:
        made = subparsers.add_parser(
            name,
            help=text,
            description=text[0].upper() + text[1:] + ".",
            epilog=_EPILOG,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        made.set_defaults(run=run)
        made.add_argument("--json", action="store_true", help="one JSON document, stable keys")
        return made

    shown = command("demo", demo, "show what this is about, on the worlds that come with it")
    shown.add_argument("name", nargs="?", choices=NAMES, help="one of the worlds; all by default")
    _add_questions(command)
    _add_changes(command)
    _add_looks(command)
    return parser


def _add_questions(command: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    parser = command("slots", slots, "list the free slots of a calendar")
    _add_calendar(parser)
    _add_window(parser)
    _add_request(parser)
    parser.add_argument(
        "--limit", type=_whole, default=1_000, metavar="N", help="list at most N (1000)"
    )
    parser = command("explain", explain, "say whether a start can be booked, or why not")
    _add_calendar(parser)
    _add_start(parser)
    _add_request(parser)


def _add_changes(command: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    parser = command("book", book, "book a start and write the world file")
    _add_calendar(parser)
    _add_start(parser)
    parser.add_argument("--id", required=True, metavar="ID", help="the id of the new booking")
    parser.add_argument("--customer", metavar="ID", help="whom it is for")
    _add_request(parser)
    _add_wait(parser)
    parser = command("cancel", cancel, "cancel a booking and write the world file")
    _add_world(parser)
    parser.add_argument("booking", metavar="ID", help="the id of the booking")
    _add_now(parser)
    _add_wait(parser)
    parser = command("copy", copy, "make a world file of a world that comes with it")
    parser.add_argument("name", choices=NAMES, help="which one")
    parser.add_argument("file", metavar="FILE", help="the new file; there must be none yet")


def _add_looks(command: Callable[[str, Run, str], argparse.ArgumentParser]) -> None:
    parser = command("agenda", agenda, "list what is booked on a resource or calendar")
    _add_world(parser)
    parser.add_argument("resource", metavar="RESOURCE", help="the id of a resource or calendar")
    _add_window(parser)
    _add_now(parser)
    parser = command("check", check, "audit a world file: every violation in it")
    _add_world(parser)
    _add_now(parser)


def _add_world(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("world", metavar="WORLD", help="a world file, or the name of a shipped one")


def _add_calendar(parser: argparse.ArgumentParser) -> None:
    _add_world(parser)
    parser.add_argument("calendar", metavar="CALENDAR", help="the id of a calendar")


def _add_start(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--start", required=True, metavar="TIME", help="when it shall begin")


def _add_window(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--date", metavar="DATE", help="the whole of that local day")
    parser.add_argument("--from", dest="start", metavar="TIME", help="from then on (now)")
    parser.add_argument("--to", dest="end", metavar="TIME", help="before then (seven days on)")


def _add_request(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--party-size", type=_whole, default=1, metavar="N", help="how many people (1)"
    )
    parser.add_argument("--duration", metavar="DURATION", help="one that the calendar allows")
    parser.add_argument(
        "--host", action="append", dest="hosts", metavar="ID", help="only with these members"
    )
    _add_now(parser)


def _add_now(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--now", metavar="TIME", help="the present time (the system's clock)")
    parser.add_argument("--zone", metavar="ZONE", help="read and show times there")


def _add_wait(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--wait",
        type=_whole,
        default=10,
        metavar="SECONDS",
        help="how long to wait for other writers of the file (10)",
    )


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        message = f"expected a whole number of at most nine digits, not {text!r}"
        raise argparse.ArgumentTypeError(message)
    return int(text)
