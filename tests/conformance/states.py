"""The life cycle as a document, from the one table that decides it.

python -m tests.conformance.states            print it
python -m tests.conformance.states --write    write tests/conformance/STATES.md
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from bookable import TRANSITIONS, BookingStatus, Event
from bookable.domain import life

DOCUMENT = Path(__file__).resolve().with_name("STATES.md")

BY_TIME = (Event.EXPIRE, Event.RELEASE)
"""The events that nobody has to do anything for."""
STARTS = (BookingStatus.HOLD, BookingStatus.PENDING, BookingStatus.CONFIRMED)
"""The states in which a booking begins."""

_HEAD = """# The life of a booking

Made by `python -m tests.conformance.states --write` from `bookable.TRANSITIONS`; a test says when it is stale.

What is not in the table cannot happen: a command that asks for it is refused with
`InvalidTransitionError` and changes nothing. A command whose event has happened already changes
nothing either, and is no error.
"""
_NOTES = """A hold that is confirmed by somebody who may only ask becomes `pending` instead of `confirmed`, and so
does a booking that they move. What has *expired* or was *released* is so from its instant on: whoever
asks later reads it as such, and no job has to run.
"""


def meanings(kind: type[StrEnum]) -> dict[str, str]:
    """What each word means: the text below it in the source."""
    (tree,) = (
        node
        for node in ast.parse(inspect.getsource(life)).body
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    )
    found: dict[str, str] = {}
    for node, below in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(node, ast.Assign) and isinstance(below, ast.Expr):
            name, text = ast.unparse(node.targets[0]), ast.literal_eval(below.value)
            found[kind[name].value] = " ".join(text.split())
    return found


def diagram() -> Iterator[str]:
    """The state diagram: what leads back to its own state is left to the table."""
    yield "```mermaid"
    yield "stateDiagram-v2"
    for status in STARTS:
        yield f"    [*] --> {status.value}"
    for (before, event), after in TRANSITIONS.items():
        if before is not after:
            yield f"    {before.value} --> {after.value}: {event.value}"
    yield "```"


def table() -> Iterator[str]:
    """State by event: where it leads."""
    yield f"| state | {' | '.join(event.value for event in Event)} |"
    yield "|---" * (len(Event) + 1) + "|"
    for status in BookingStatus:
        cells = (TRANSITIONS.get((status, event)) for event in Event)
        shown = " | ".join("" if after is None else after.value for after in cells)
        yield f"| **{status.value}** | {shown} |"


def keeps(status: BookingStatus) -> str:
    """What a booking in this state keeps of its time."""
    if status is BookingStatus.HOLD:
        return "all, until it expires"
    if status is BookingStatus.PENDING:
        return "all, unless its calendar says otherwise"
    if status.is_blocking:
        return "all"
    return "what is over of it" if status.is_over else "nothing"


def markdown() -> str:
    """The document."""
    lines = [_HEAD, *diagram(), "", *table(), "", _NOTES, "## States", ""]
    lines += ["| state | meaning | time that it keeps |", "|---|---|---|"]
    said = meanings(BookingStatus)
    lines += [f"| {each.value} | {said[each]} | {keeps(each)} |" for each in BookingStatus]
    lines += ["", "## Events", "", "| event | meaning | by |", "|---|---|---|"]
    said = meanings(Event)
    for event in Event:
        who = "the clock" if event in BY_TIME else "a command"
        lines.append(f"| {event.value} | {said[event]} | {who} |")
    return "\n".join([*lines, ""])


def main(arguments: list[str]) -> int:
    """Print the document, or write it; 2 for any other argument."""
    if arguments not in ([], ["--write"]):
        sys.stderr.write("usage: python -m tests.conformance.states [--write]\n")
        return 2
    text = markdown()
    if arguments:
        DOCUMENT.parent.mkdir(exist_ok=True)
        DOCUMENT.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
