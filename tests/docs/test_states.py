"""The document of the life cycle says what the table decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from bookable import TRANSITIONS, BookingStatus, Event
from tests.conformance import states

STALE = "stale: run python -m tests.conformance.states --write"


def test_the_document_is_what_the_table_says() -> None:
    assert states.DOCUMENT.read_text(encoding="utf-8") == states.markdown(), STALE


def test_every_transition_is_in_the_table_and_nothing_else() -> None:
    head, _, *rows = states.table()
    events = [cell.strip() for cell in head.strip("|").split("|")][1:]
    found = {}
    for row in rows:
        name, *cells = (cell.strip(" *") for cell in row.strip("|").split("|"))
        for event, after in zip(events, cells, strict=True):
            if after:
                found[BookingStatus(name), Event(event)] = BookingStatus(after)

    assert found == dict(TRANSITIONS)


def test_the_diagram_has_every_step_to_another_state() -> None:
    arrows = [line for line in states.diagram() if "-->" in line]
    steps = [pair for pair, after in TRANSITIONS.items() if pair[0] is not after]

    assert len(arrows) == len(steps) + len(states.STARTS)
    assert "    confirmed --> released: release" in arrows


@pytest.mark.parametrize("kind", [BookingStatus, Event])
def test_every_word_has_its_meaning(kind: type[BookingStatus | Event]) -> None:
    said = states.meanings(kind)

    assert list(said) == [each.value for each in kind]
    assert all(text.endswith(".") for text in said.values())


def test_it_is_printed_or_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(states, "DOCUMENT", tmp_path / "STATES.md")

    assert states.main([]) == 0
    printed = capsys.readouterr().out
    assert states.main(["--write"]) == 0
    assert states.DOCUMENT.read_text(encoding="utf-8") == printed
    assert states.main(["--help"]) == 2
    assert "usage" in capsys.readouterr().err
