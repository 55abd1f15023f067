"""Samples, exponents, and work that takes too long."""

from __future__ import annotations

import time
from importlib import import_module
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("benchmarks", reason="the benchmarks are no part of the package")

from benchmarks.figures.growth import SWEEPS, Sweep, growth
from benchmarks.measure import Sample, exponent, percentiles, quotients, repeated
from benchmarks.process import Broken, OverBudget, isolated

CLAIMS = [sweep for sweep in SWEEPS if sweep.said_by is not None]
FORKS = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@given(
    power=st.floats(-1, 3),
    unit=st.floats(1e-9, 10),
    sizes=st.lists(st.integers(2, 10**6), min_size=2, max_size=6, unique=True),
)
def test_a_known_exponent_is_recovered(power: float, unit: float, sizes: list[int]) -> None:
    times = [unit * size**power for size in sizes]

    assert exponent(sizes, times) == pytest.approx(power, abs=1e-6)


@pytest.mark.parametrize("sweep", CLAIMS, ids=lambda sweep: f"{sweep.name}, over {sweep.of}")
def test_a_claim_is_what_the_docstring_says(sweep: Sweep) -> None:
    module, _, path = (sweep.said_by or "").partition(":")
    found = attrgetter(path)(import_module(module))

    assert sweep.claim[sweep.claim.index("O(") :] in (found.__doc__ or "")


@pytest.mark.parametrize("sweep", SWEEPS, ids=lambda sweep: f"{sweep.name}, over {sweep.of}")
def test_every_sweep_can_be_measured(sweep: Sweep) -> None:
    small = sweep._replace(sizes=(10, 20) if max(sweep.sizes) < 1_000 else (200, 400))

    found = growth(small, 5, "cpu", longest=True)

    assert len(found["us"]) == 2
    assert all(each > 0 for each in found["us"])


def test_noise_of_a_tenth_moves_an_exponent_little() -> None:
    sizes = [1_000, 10_000, 100_000]
    times = [size * noise for size, noise in zip(sizes, (1.1, 0.9, 1.1), strict=True)]

    assert exponent(sizes, times) == pytest.approx(1, abs=0.05)


def test_a_sample_tells_median_and_quartiles_whatever_the_order() -> None:
    assert Sample.of([5, 1, 4, 2, 3]) == Sample(3, 2, 4, 5)
    assert Sample.of([7]) == Sample(7, 7, 7, 1)


def test_one_slow_round_does_not_move_a_ratio() -> None:
    ours, theirs = [1.0, 1.0, 50.0, 1.0, 1.0], [3.0, 3.0, 150.0, 3.0, 3.0]

    assert quotients(theirs, ours).median == 3
    assert quotients(theirs, ours).high == 3


def test_percentiles_are_ordered_and_in_microseconds() -> None:
    found = percentiles([number / 1_000 for number in range(1, 101)])

    assert found["p50"] == pytest.approx(51_000)
    assert found["p50"] <= found["p95"] <= found["p99"] <= found["max"] == pytest.approx(100_000)
    assert found["runs"] == 100


def test_what_is_short_is_repeated_and_what_is_long_is_not() -> None:
    calls: list[int] = []

    assert repeated(lambda: calls.append(1), time.perf_counter) > 0
    assert len(calls) > 10
    calls.clear()
    repeated(lambda: (calls.append(1), time.sleep(0.01)), time.perf_counter)
    assert len(calls) == 1


@FORKS
def test_work_in_another_process_answers_or_tells_why_not() -> None:
    assert isolated(max, 3, 5, budget=10) == 5
    with pytest.raises(Broken, match="ZeroDivisionError"):
        isolated(divmod, 1, 0, budget=10)


@FORKS
def test_who_is_over_the_budget_is_ended() -> None:
    began = time.monotonic()

    with pytest.raises(OverBudget):
        isolated(time.sleep, 60, budget=0.1)

    assert time.monotonic() - began < 30
