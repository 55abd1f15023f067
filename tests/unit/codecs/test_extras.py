"""Codecs whose package is not installed say which extra they need."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from bookable import BookableError
from bookable.codecs._extras import MissingExtraError

WITHOUT = """
import sys
sys.modules["icalendar"] = None
try:
    import bookable.codecs.ical
except ImportError as error:
    print(type(error).__name__, error.code, error)
"""


def test_a_missing_package_is_an_import_error_that_names_the_extra():
    found = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=True
    )

    assert found.stdout.strip() == (
        "MissingExtraError missing_extra bookable.codecs.ical needs the package icalendar: "
        "pip install 'bookable[ical]'"
    )


def test_it_is_an_error_of_this_package_and_of_python():
    error = MissingExtraError("bookable.codecs.ical", "icalendar", "ical")

    with pytest.raises(ImportError):
        raise error
    assert isinstance(error, BookableError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_jscalendar_needs_no_package():
    code = "import sys; sys.modules['icalendar'] = None; import bookable.codecs.jscalendar"

    subprocess.run([sys.executable, "-c", code], check=True)
