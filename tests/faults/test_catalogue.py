"""The faults of the catalogue can still be planted; `run.py` sees that each is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

import bookable
from tests.faults.catalogue import FAULTS, Fault

PACKAGE = Path(bookable.__file__).resolve().parent


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_patch_applies_exactly_once(fault: Fault):
    text = (PACKAGE / fault.file).read_text(encoding="utf-8")
    planted = fault.planted_in(text)

    assert text != planted
    compile(planted, fault.file, "exec")


def test_there_are_enough_faults_and_each_has_its_own_name():
    assert len(FAULTS) >= 36
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert len({(fault.file, fault.old, fault.new) for fault in FAULTS}) == len(FAULTS)
