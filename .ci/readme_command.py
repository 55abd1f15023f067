"""Print a command of the README, so that CI runs what the README says and nothing else.

A command is the fenced block below a line ``<!-- command: NAME -->``. In a block
of ``console`` only the lines after a ``$`` prompt are commands.

    python3 .ci/readme_command.py test
"""

from __future__ import annotations

import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def command(text: str, name: str) -> str:
    """The command called *name* in a README's text."""
    marker = f"<!-- command: {name} -->"
    lines = text.splitlines()
    places = [number for number, line in enumerate(lines) if line.strip() == marker]
    if len(places) != 1:
        problem = f"expected one line {marker!r} in the README, found {len(places)}"
        raise SystemExit(problem)
    below = lines[places[0] + 1 :]
    while below and not below[0].strip():
        below.pop(0)
    if not below or not below[0].startswith("```"):
        problem = f"expected a fenced block below {marker!r}"
        raise SystemExit(problem)
    language = below.pop(0).removeprefix("```").strip()
    if "```" not in below:
        problem = f"the block below {marker!r} has no end"
        raise SystemExit(problem)
    block = below[: below.index("```")]
    if language == "console":
        block = [line.removeprefix("$ ") for line in block if line.startswith("$ ")]
    if not any(line.strip() for line in block):
        problem = f"the block below {marker!r} holds no command"
        raise SystemExit(problem)
    return "\n".join(block)


if __name__ == "__main__":
    print(command(README.read_text(encoding="utf-8"), sys.argv[1]))
