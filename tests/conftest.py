"""Profiles of Hypothesis: how many examples each law is tried on.

``HYPOTHESIS_PROFILE`` chooses one; without it, ``ci`` where ``CI`` is set and
``dev`` elsewhere.

=========  ========  ==========================================================
quick            10  does it run at all; for the installed wheel
dev              50  while writing
ci              500  the gate
long         20,000  looks for what nobody has found yet; by hand, or at night
=========  ========  ==========================================================

Only ``long`` (and ``dev``) draw new examples every time. ``ci`` and ``quick`` are
derandomised: the same commit gets the same verdict, so that a change is never
held up by a fault that was there before it. Finding is the work of the long run
and of the simulator; what they find becomes a file in ``tests/regressions``.

No profile has a deadline: a busy machine is not a defect.

``--caches-off`` runs the same tests with nothing remembered: `tests.support.caches` says what.
"""

from __future__ import annotations

import gc
import os
from contextlib import ExitStack

import pytest
from hypothesis import HealthCheck, settings

_PATIENT = [HealthCheck.too_slow]  # a busy machine is not a defect here either

settings.register_profile(
    "quick",
    max_examples=10,
    stateful_step_count=20,
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=_PATIENT,
)
settings.register_profile(
    "dev",
    max_examples=50,
    stateful_step_count=30,
    deadline=None,
    print_blob=True,
    suppress_health_check=_PATIENT,
)
settings.register_profile(
    "ci",
    max_examples=500,
    stateful_step_count=30,
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=_PATIENT,
)
settings.register_profile(
    "long",
    max_examples=20_000,
    stateful_step_count=50,
    deadline=None,
    print_blob=True,
    suppress_health_check=_PATIENT,
)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
)


def pytest_addoption(parser):
    parser.addoption(
        "--caches-off",
        action="store_true",
        help="turn every cache of the engine off, which no answer may show",
    )


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "about_a_cache(what): the test is about what a cache saves or shares"
    )
    if config.getoption("--caches-off"):
        from tests.support.caches import caches_off

        switched = ExitStack()
        switched.enter_context(caches_off())
        config.add_cleanup(switched.close)


def pytest_collection_finish():
    """Thousands of tests stay to the end: let the collector of garbage not go through them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_report_header(config):
    return "caches: off" if config.getoption("--caches-off") else None


def pytest_collection_modifyitems(config, items):
    for item in items if config.getoption("--caches-off") else ():
        for marker in item.iter_markers("about_a_cache"):
            item.add_marker(pytest.mark.skip(reason=f"about a cache: {marker.args[0]}"))
