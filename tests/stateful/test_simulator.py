"""Seeds of the simulator: as many as the profile has examples, and that its failures can be used."""

from __future__ import annotations

import pytest
from hypothesis import settings

from bookable.scheduler import Scheduler
from bookable.testing import simulator
from bookable.testing.choices import EVERY_RULE
from bookable.testing.compare import Disagreement
from bookable.testing.simulator import Failure, commands_of, main, replay, shorten, simulate

SEEDS = min(settings.default.max_examples, 2_000)


def test_no_seed_tells_the_two_sides_apart():
    failures = [failure for seed in range(SEEDS) if (failure := simulate(seed, 60)) is not None]

    assert [] == [str(shorten(failure)) for failure in failures]


@pytest.mark.parametrize("rule", sorted(EVERY_RULE))
def test_no_seed_tells_the_two_sides_apart_by_one_rule(rule: str):
    seeds, rules = range(max(2, SEEDS // len(EVERY_RULE))), frozenset({rule})
    failures = [found for seed in seeds if (found := simulate(seed, 60, rules=rules)) is not None]

    assert [] == [str(shorten(failure)) for failure in failures]


def test_a_seed_always_tells_the_same_history():
    assert commands_of(7, 40) == commands_of(7, 40)
    first, second = replay(7, commands_of(7, 40)), replay(7, commands_of(7, 40))

    assert first.world == second.world
    assert first.scheduler == second.scheduler
    assert first.scheduler.version == second.scheduler.version


@pytest.fixture
def forgetful(monkeypatch):
    """An engine that confirms a cancellation and does nothing."""
    monkeypatch.setattr(Scheduler, "cancel", lambda self, booking_id, **_said: self)


@pytest.mark.usefixtures("forgetful")
def test_a_failure_is_found_shortened_and_replayed():
    found = next(failure for seed in range(200) if (failure := simulate(seed, 60)) is not None)
    short = shorten(found)

    assert isinstance(short, Failure)
    assert 2 == len(short.commands) <= len(found.commands)
    assert "cancel" == short.commands[-1][0]
    assert f"seed {found.seed} fails after 2 commands" in str(short)
    with pytest.raises(Disagreement):
        replay(short.seed, short.commands)


@pytest.mark.usefixtures("forgetful")
def test_the_command_line_tells_of_a_failure(capsys):
    assert 1 == main(["--seeds", "50", "--steps", "60", "--quiet", "--brief"])
    assert "fails after" in capsys.readouterr().out


def test_the_command_line_tells_of_success(capsys):
    assert 0 == main(["--seed", "3", "--steps", "10"])
    assert "0 failed" in capsys.readouterr().out
    assert simulator.WEIGHTS.keys() == simulator.COMMANDS.keys()
