"""The verifier: what it refuses, and how it is run."""

from __future__ import annotations

import copy
import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from bookable import verify as verifier
from bookable.verify import CertificateError, digest, main, verify
from tests.properties.test_certificate_laws import samples


def signed(certificate: dict, **changed: object) -> dict:
    parts = {key: value for key, value in {**certificate, **changed}.items() if key != "digest"}
    return {**parts, "digest": digest(parts)}


def tampered(certificate: dict, *path: object, to: object) -> dict:
    bad = copy.deepcopy(certificate)
    place = bad
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return signed(bad)


@pytest.mark.parametrize("odd", [None, 7, "text", [], {}, {"format": "bookable-certificate"}])
def test_what_is_no_certificate_is_refused(odd):
    with pytest.raises(CertificateError):
        verify(odd)


def test_a_certificate_of_another_version_is_refused():
    with pytest.raises(CertificateError, match="no certificate of this version"):
        verify(signed(samples()[0], version=2))


def test_a_digest_ties_the_parts_together():
    with pytest.raises(CertificateError, match="belong together"):
        verify({**samples()[0], "command": "cancel"})


@pytest.mark.parametrize(
    "path, to, why",
    [
        (("verdict",), "perhaps", "no verdict"),
        (("bookings",), [], "not all is shown"),
        (("bookings", 0, "start"), "2026-03-02T08:00:00+00:00", "not for its booking"),
        (("allocation", 0, "claim", "start"), "2026-03-02T09:30:00+00:00", "less than nothing"),
        (("allocation", 0, "claim", "seats"), 1, "seats of no room"),
        (("allocation", 0, "policy"), "tampered", "cannot be read"),
        (("allocation", 0, "checks"), [], "not every limit"),
        (("allocation", 0, "overridden"), True, "more is taken"),
        (("allocation", 0, "kind"), "room", "not every limit"),
        (("allocation", 0, "checks", 1, "capacity"), 2, "no such limit"),
        (("allocation", 1, "checks", 1, "capacity"), 9, "what is left is not so"),
        (("allocation", 1, "checks", 1, "capacity"), "4", "a capacity is a number"),
        (("allocation", 0, "checks", 1, "peak"), 0, "do not add up"),
        (("allocation", 0, "others", 0, "resource_id"), "bob", "on something else"),
    ],
)
def test_what_does_not_hold_of_an_acceptance_is_named(path, to, why):
    good = samples()[0]
    verify(good)

    with pytest.raises(CertificateError, match=why):
        verify(tampered(good, *path, to=to))


def test_a_claim_stands_there_once():
    good = samples()[0]
    others = good["allocation"][0]["others"]

    with pytest.raises(CertificateError, match="in its own way"):
        verify(tampered(good, "allocation", 0, "others", to=[*others, *others]))
    with pytest.raises(CertificateError, match="a booking stands there twice"):
        verify(tampered(good, "bookings", to=good["bookings"] * 2))


def test_nothing_is_taken_less_than_once():
    """Who added a claim of less than nothing would make room."""
    good = samples()[0]

    for key, less in (("units", 0), ("units", -1), ("seats", -1)):
        with pytest.raises(CertificateError, match="less than nothing"):
            verify(tampered(good, "allocation", 0, "others", 0, key, to=less))


@pytest.mark.parametrize("nothing", [None, "over", "waits", "bored"])
def test_a_booking_that_keeps_its_time_does_not_hold_without_a_claim(nothing):
    good = samples()[0]
    bad = tampered(good, "allocation", to=[])
    bad = tampered(bad, "kind", to="nothing_taken")
    bad = tampered(bad, "bookings", 0, "takes", to=[])

    with pytest.raises(CertificateError, match=r"takes nothing|cannot be read: KeyError\('bored"):
        verify(tampered(bad, "bookings", 0, "nothing", to=nothing))


@pytest.mark.parametrize("kind", ["nothing_taken", "no_booking", "accepted"])
def test_a_certificate_is_what_it_says_it_is(kind):
    with pytest.raises(CertificateError, match="what it says"):
        verify(tampered(samples()[0], "kind", to=kind))


def test_what_is_over_takes_nothing():
    with pytest.raises(CertificateError, match="takes nothing"):
        verify(tampered(samples()[0], "bookings", 0, "status", to="cancelled"))


def test_only_rooms_may_have_no_limit():
    good = samples()[0]
    entry = next(each for each in good["allocation"] if each["kind"] == "member")
    number = good["allocation"].index(entry)
    bad = tampered(good, "allocation", number, "checks", 1, "capacity", to=None)
    bad = tampered(bad, "allocation", number, "checks", 1, "left", to=None)

    with pytest.raises(CertificateError, match="no such limit"):
        verify(bad)
    good = samples()[1]
    number = next(n for n, each in enumerate(good["allocation"]) if each["kind"] == "equipment")
    bad = tampered(good, "allocation", number, "checks", 1, "capacity", to=None)
    with pytest.raises(CertificateError, match="no such limit"):
        verify(tampered(bad, "allocation", number, "checks", 1, "left", to=None))


def refused(rule: str, detail: dict) -> dict:
    times = ["2026-03-02T09:00:00+00:00", "2026-03-02T10:00:00+00:00"]
    refusal = {
        "rule": rule,
        "subject": "ada",
        "interval": times,
        "booking_ids": [],
        "detail": detail,
        "claims": [],
        "blocks": [],
        "taken_us": 0,
        "seats": 0,
    }
    parts = {"format": "bookable-certificate", "version": 1, "verdict": "refused", "at": None}
    return signed({**parts, "start": times[0], "refusals": [refusal]})


@pytest.mark.parametrize(
    "rule, detail",
    [
        ("inactive", {}),
        ("never_fits", {"needed": 2, "available": 1}),
        ("roles_compete", {"needed": 2, "available": 1}),
        ("travel_time", {"needed": 30, "available": 10}),
        ("limit_reached", {"taken": 3, "maximum": 3}),
        ("limit_reached", {"taken": 60, "needed": 61, "maximum": 120}),
        ("notice_too_short", {"earliest": "2026-03-02T09:00:01+00:00"}),
        ("beyond_horizon", {"latest": "2026-03-02T09:00:00+00:00"}),
        ("busy", {"out_of_service": 1}),
        ("full", {"seats_left": 0, "party_size": 1}),
    ],
)
def test_reasons_whose_numbers_show_them_hold(rule, detail):
    verify(refused(rule, detail))


@pytest.mark.parametrize(
    "rule, detail, why",
    [
        ("whim", {}, "cannot be read"),
        ("never_fits", {"needed": 2, "available": 2}, "do not show never_fits"),
        ("limit_reached", {"taken": 2, "maximum": 3}, "do not show limit_reached"),
        ("notice_too_short", {"earliest": "2026-03-02T09:00:00+00:00"}, "do not show"),
        ("beyond_horizon", {"latest": "2026-03-02T09:00:01+00:00"}, "do not show"),
        ("busy", {}, "do not show busy"),
        ("busy", {"block_ids": ["K-1"]}, "not everything named"),
        ("full", {"seats_left": 1, "party_size": 1}, "do not show full"),
        ("never_fits", {}, "cannot be read"),
    ],
)
def test_reasons_that_their_numbers_do_not_show_are_refused(rule, detail, why):
    with pytest.raises(CertificateError, match=why):
        verify(refused(rule, detail))


def test_a_refusal_has_a_reason():
    with pytest.raises(CertificateError, match="without a reason"):
        verify(tampered(refused("inactive", {}), "refusals", to=[]))


@pytest.mark.parametrize(
    "path, to, why",
    [
        (("claims", 0, "end"), "2026-03-02T08:00:00+00:00", "elsewhere"),
        (("claims", 0, "resource_id"), "bob", "something else"),
        (("claims", 0, "units"), 2, "add up"),
        (("claims", 0, "units"), "11", "whole numbers"),
        (("claims", 0, "seats"), 0.0, "whole numbers"),
        (("claims",), [], "add up"),
        (("booking_ids",), [], "not everything named"),
    ],
)
def test_blockers_are_shown_by_their_claims(path, to, why):
    good = samples()[4]
    number = next(n for n, each in enumerate(good["refusals"]) if each["rule"] == "busy")
    verify(good)

    with pytest.raises(CertificateError, match=why):
        verify(tampered(good, "refusals", number, *path, to=to))


def test_files_are_verified_one_by_one(tmp_path, capsys):
    good, bad, odd = (tmp_path / name for name in ("good.json", "bad.json", "odd.json"))
    good.write_text(json.dumps(samples()[0]), encoding="utf-8")
    bad.write_text(json.dumps({**samples()[0], "version": 7}), encoding="utf-8")
    odd.write_text("{", encoding="utf-8")

    assert main([str(good)]) == 0
    assert main([str(good), str(bad), str(odd), str(tmp_path / "none.json")]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == said[1] == f"{good}: holds"
    assert said[2] == (
        f"{bad}: it is no certificate of this version: expected 'bookable-certificate', version 1"
    )
    assert said[3].startswith(f"{odd}: it is no JSON in UTF-8: ")
    assert said[4] == f"{tmp_path / 'none.json'}: No such file or directory"
    assert len(said) == 5


def test_what_is_missing_is_named(tmp_path, capsys):
    (tmp_path / "empty.json").write_text("{}", encoding="utf-8")
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    (tmp_path / "deep.json").write_text("[" * 200_000, encoding="utf-8")

    assert main([str(tmp_path / f"{name}.json") for name in ("empty", "list", "deep")]) == 1
    said = [line.rpartition(".json: ")[2] for line in capsys.readouterr().out.splitlines()]
    assert said == [
        "it is no certificate: 'format' is missing",
        "it is no certificate: expected a JSON object",
        "it is no certificate: lists lie too deep inside each other",
    ]


def test_lists_too_deep_inside_each_other_are_refused_in_words_and_the_next_file_read(
    tmp_path, capsys
):
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(CertificateError, match="too deep inside each other"):
        verify({**samples()[0], "at": nested})
    deep, good = tmp_path / "deep.json", tmp_path / "good.json"
    deep.write_text("[" * 200_000, encoding="utf-8")
    good.write_text(json.dumps(samples()[0]), encoding="utf-8")

    assert main([str(deep), str(good)]) == 1
    assert capsys.readouterr().out.splitlines()[1] == f"{good}: holds"


@pytest.mark.parametrize("arguments", [[], ["--quiet"]])
def test_without_a_file_it_tells_how_it_is_used(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("usage: python -m bookable.verify ")


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_is_no_fault(flag, capsys):
    assert main([flag]) == 0
    assert "Exit code: 0 if all hold" in capsys.readouterr().out


def test_it_runs_as_a_module(tmp_path):
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(samples()[0]), encoding="utf-8")
    command = [sys.executable, "-m", "bookable.verify", str(path)]

    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_it_runs_from_a_copy_without_the_package(tmp_path, monkeypatch, capsys):
    alone, path = tmp_path / "verify.py", tmp_path / "certificate.json"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    path.write_text(json.dumps(samples()[0]), encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(alone), str(path)]

    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    monkeypatch.setattr("sys.argv", ["verify", str(path)])
    with pytest.raises(SystemExit) as caught:
        runpy.run_path(verifier.__file__, run_name="__main__")
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"{path}: holds\n"
