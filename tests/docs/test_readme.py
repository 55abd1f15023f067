"""Every example in the README runs: the Python as one session, the commands as one session of a shell.

A line of output below a command is compared; a command without any must only succeed. To show a
command that is meant to fail, write ``|| echo "exit code $?"`` behind it.
"""

from __future__ import annotations

import doctest
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

README = Path(__file__).resolve().parent.parent.parent / "README.md"
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its first line in the file and its text."""

    language: str
    line: int
    text: str


def blocks_of(text: str) -> list[Block]:
    """The fenced blocks of a Markdown text, in order."""
    found: list[Block] = []
    inside: tuple[str, int] | None = None
    lines: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if inside is not None and line.strip() == "```":
            found.append(Block(inside[0], inside[1], "".join(lines)))
            inside = None
        elif inside is not None:
            lines.append(f"{line}\n")
        elif line.startswith("```"):
            inside, lines = (line.removeprefix("```").strip(), number + 1), []
    assert inside is None, f"the block at line {inside} has no end"
    return found


def python_faults(blocks: list[Block]) -> str:
    """What goes wrong when the ``pycon`` blocks run one after the other in one session."""
    session: dict[str, object] = {"__name__": "__main__"}
    report: list[str] = []
    parser = doctest.DocTestParser()
    for block in blocks:
        if block.language != "pycon":
            continue
        test = parser.get_doctest(block.text, session, "README.md", "README.md", block.line - 1)
        runner = doctest.DocTestRunner(optionflags=OPTIONS)
        runner.run(test, out=report.append, clear_globs=False)
        session = test.globs  # a test works on a copy
    return "".join(report)


def commands_of(blocks: list[Block]) -> list[tuple[str, str]]:
    """Each ``$ bookable …`` of the ``console`` blocks, with the output shown below it."""
    found: list[tuple[str, str]] = []
    for block in blocks:
        if block.language != "console":
            continue
        wanted = False
        for line in block.text.splitlines():
            if line.startswith("$ "):
                wanted = line.startswith("$ bookable ") or line == "$ bookable"
                if wanted:
                    found.append((line.removeprefix("$ "), ""))
            elif wanted:
                command, output = found[-1]
                if not output and command.endswith("\\"):
                    found[-1] = (f"{command.removesuffix(chr(92))} {line.strip()}", "")
                else:
                    found[-1] = (command, f"{output}{line}\n")
    return found


def command_faults(commands: list[tuple[str, str]], folder: Path) -> list[str]:
    """What goes wrong when the commands run one after the other in one folder."""
    tool = folder / ".bin" / "bookable"
    tool.parent.mkdir()
    start = "import sys; from bookable.cli import main; sys.argv[0] = 'bookable'; sys.exit(main())"
    tool.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c "{start}" "$@"\n')
    tool.chmod(0o755)
    path = f"{tool.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    faults = []
    for command, expected in commands:
        ran = subprocess.run(
            command,
            shell=True,
            cwd=folder,
            env={**os.environ, "PATH": path, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        if ran.returncode != 0:
            faults.append(f"$ {command}\nexit code {ran.returncode}\n{ran.stdout}{ran.stderr}")
        elif expected.strip() and not doctest.OutputChecker().check_output(
            expected.strip() + "\n", ran.stdout.strip() + "\n", OPTIONS
        ):
            faults.append(f"$ {command}\nexpected:\n{expected}\ngot:\n{ran.stdout}")
    return faults


def test_the_python_of_the_readme_runs() -> None:
    blocks = blocks_of(README.read_text(encoding="utf-8"))

    assert any(block.language == "pycon" for block in blocks)
    assert python_faults(blocks) == ""


def test_the_commands_of_the_readme_succeed(tmp_path: Path) -> None:
    commands = commands_of(blocks_of(README.read_text(encoding="utf-8")))

    assert commands
    assert command_faults(commands, tmp_path) == []


def test_the_readme_names_its_two_commands() -> None:
    text = README.read_text(encoding="utf-8")

    assert text.count("<!-- command: test -->") == 1
    assert text.count("<!-- command: demo -->") == 1


@pytest.mark.parametrize(
    "text",
    [
        "```pycon\n>>> 1 + 1\n3\n```\n",
        "```pycon\n>>> x = 1\n```\nand\n```pycon\n>>> x\n2\n```\n",
        "```pycon\n>>> unknown\n```\n",
    ],
)
def test_planted_wrong_python_is_caught(text: str) -> None:
    assert python_faults(blocks_of(text))


def test_python_blocks_share_one_session() -> None:
    text = "```pycon\n>>> x = 1\n```\nand\n```pycon\n>>> x + 1\n2\n```\n"

    assert python_faults(blocks_of(text)) == ""


@pytest.mark.parametrize(
    "text",
    [
        "```console\n$ bookable no-such-command\n```\n",
        "```console\n$ bookable --help\nnot what it says\n```\n",
    ],
)
def test_a_planted_wrong_command_is_caught(text: str, tmp_path: Path) -> None:
    assert command_faults(commands_of(blocks_of(text)), tmp_path)


def test_commands_are_read_with_their_output() -> None:
    text = "```console\n$ ls\nfile\n$ bookable a \\\n    b\nout\nput\n$ bookable c\n```\n"

    assert commands_of(blocks_of(text)) == [("bookable a  b", "out\nput\n"), ("bookable c", "")]
