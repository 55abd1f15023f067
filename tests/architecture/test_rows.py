"""The list of feature rows says what the tests show, and nothing that they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import rows

STALE = "stale: run python -m tests.conformance.rows --write"


def shown(text: str) -> dict[str, list[str]]:
    """The titles of what a module shows, by id."""
    found: dict[str, list[str]] = {}
    for key, each in rows.shown_in(text, "unit/test_x.py"):
        assert each.place.startswith("unit/test_x.py::test_")
        found.setdefault(key, []).append(each.title)
    return found


def test_the_list_is_what_the_tests_show() -> None:
    assert rows.LIST.read_text(encoding="utf-8") == rows.markdown(rows.collect()), STALE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def test_A7_two_of_three(): ...", {"A7": ["two of three"]}),
        ("def test_C2_C3_layers(): ...", {"C2": ["layers"], "C3": ["layers"]}),
        ("def test_ex_B5_gap(): ...", {"ex-B5": ["gap"]}),
        ("def test_ex_C1_C2_seats(): ...", {"ex-C1": ["seats"], "ex-C2": ["seats"]}),
        ("def test_A7(): ...", {"A7": [""]}),
        ("async def test_A7_x(): ...", {"A7": ["x"]}),
        ("class TestIt:\n    def test_A7_x(self): ...", {"A7": ["x"]}),
        ('def test_A7_x():\n    """Two of three.\n\n    More.\n    """', {"A7": ["Two of three"]}),
        ('@mark("p", [param(1, id="ex-G23")])\ndef test_packed(p): ...', {"ex-G23": ["packed"]}),
        (
            '@mark("p", [1, 2], ids=["ex-C1", "ex-C1-shared"])\ndef test_seats(p): ...',
            {"ex-C1": ["seats"]},
        ),
        ('CASES = [param(id="ex-C1")]\n@mark(CASES)\ndef test_seats(p): ...', {"ex-C1": ["seats"]}),
        ("def test_ABC_is_no_row(): ...", {}),
        ("def test_a7_is_no_row(): ...", {}),
        ("def helper_A7_x(): ...", {}),
        ("def test_x():\n    return 'ex-C1'", {}),
        ('CASES = ["ex-C1"]\ndef test_x(): ...', {}),
    ],
)
def test_a_test_shows_what_it_is_named_after(text: str, expected: dict[str, list[str]]) -> None:
    assert shown(text) == expected


def test_rows_come_by_letter_and_number_and_examples_last(tmp_path: Path) -> None:
    names = ("ex_B1_a", "B10_a", "B2_a", "A3_a", "ex_A9_a", "B2_b")
    for number, name in enumerate(names):
        (tmp_path / f"test_{number}.py").write_text(f"def test_{name}(): ...", encoding="utf-8")

    found = rows.collect(tmp_path)

    assert list(found) == ["A3", "B2", "B10", "ex-A9", "ex-B1"]
    assert [each.place for each in found["B2"]] == ["test_2.py::test_B2_a", "test_5.py::test_B2_b"]
    text = rows.markdown(found)
    assert "## Rows (3)" in text
    assert "| B2 | a | `test_2.py::test_B2_a` |\n|  | b | `test_5.py::test_B2_b` |" in text


def test_the_list_is_printed_or_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rows, "LIST", tmp_path / "ROWS.md")

    assert rows.main([]) == 0
    printed = capsys.readouterr().out
    assert rows.main(["--write"]) == 0
    assert (tmp_path / "ROWS.md").read_text(encoding="utf-8") == printed
    assert rows.main(["--help"]) == 2
    assert "usage" in capsys.readouterr().err
