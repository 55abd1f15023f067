"""Some thousands of odd inputs for every reader; that no reader is left out; and that the fuzzer sees faults.

How many inputs follows ``HYPOTHESIS_PROFILE``, as the examples of laws do. They are the same every
time, by their numbers; `python -m tests.fuzz.run` goes on from any other.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator
from random import Random
from types import CodeType, FrameType, FunctionType

import pytest
from hypothesis import settings

from bookable import codecs, verify
from bookable.errors import CodecError, InvalidValueError
from tests.fuzz.mutants import by_bytes, by_shape, deep, size_of, text_of
from tests.fuzz.registry import TARGETS
from tests.fuzz.run import inputs_of, throw
from tests.fuzz.targets import Target, of_json

A_TARGET = {"quick": 100, "dev": 300, "ci": 1_000, "long": 20_000}
"""How many inputs each target gets under each profile."""
LONGEST = 2.0

READS = ("read_", "answer_", "handle", "respond", "update_", "decode", "loads", "parse_", "verify")
"""How the names of functions begin that are given what strangers wrote, or what was read of it."""
FILES = {"read_at_most", "read_world"}
"""Those that are given the name of a file, and give its bytes to one of the others."""
ELSEWHERE = {"answer_of"}
"""Those that are given no message: an error of this package."""

by_name = pytest.mark.parametrize("name", sorted(TARGETS))


def profile() -> str:
    """The profile that is on, by how many examples it asks for."""
    for name in A_TARGET:
        if settings.get_profile(name).max_examples == settings().max_examples:
            return name
    return "dev"


# The readers -----------------------------------------------------------------


@by_name
def test_a_seed_is_read(name):
    target = TARGETS[name]
    for seed in target.seeds:
        target.holds(target.run(seed))


@by_name
def test_odd_inputs_are_read_or_refused(name):
    report = throw(TARGETS[name], 0, A_TARGET[profile()] * TARGETS[name].weight, LONGEST)

    assert not report.faults
    assert report.read
    assert report.refused or not TARGETS[name].refuses


def readers() -> Iterator[FunctionType]:
    """Every function of a codec that its package shows and that reads."""
    for found in pkgutil.walk_packages(codecs.__path__, f"{codecs.__name__}."):
        module = importlib.import_module(found.name)
        if any(part.startswith("_") for part in found.name.split(".")):
            continue
        shown = getattr(module, "__all__", ())
        for name, value in vars(module).items():
            own = getattr(value, "__module__", None) == module.__name__ or name in shown
            if inspect.isfunction(value) and own and name.startswith(READS):
                yield value
    yield verify.verify


def called_by(work: Callable[[], object]) -> set[CodeType]:
    """The code of every function that is called meanwhile."""
    found: set[CodeType] = set()

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            found.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(before)
    return found


def test_every_reader_is_reached_by_a_target():
    def read_all() -> None:
        for target in TARGETS.values():
            for seed in target.seeds:
                target.run(seed)

    reached = called_by(read_all)
    wanted = {each for each in readers() if each.__name__ not in FILES | ELSEWHERE}

    assert {f"{each.__module__}.{each.__name__}" for each in wanted} >= {
        "bookable.codecs.highlevel.service.handle",
        "bookable.codecs.graph._schedules.read_schedule_query",
        "bookable.codecs.plain.loads",
    }
    left_out = sorted(
        f"{each.__module__}.{each.__name__}" for each in wanted if each.__code__ not in reached
    )
    assert not left_out


# The fuzzer ------------------------------------------------------------------


def seen(read: Callable[[object], object], **more: object) -> list[str]:
    """The faults that are told of a reader, in twenty inputs."""
    target = of_json("a reader", read, {"a": [1, 2], "b": "text"}, **more)
    return throw(target, 0, 20, 0.05).faults


def test_errors_of_other_types_are_told_with_where_they_were_raised():
    def read(body: object) -> object:
        raise KeyError("a")

    assert ": KeyError at test_fuzz.py:" in seen(read)[0]


def test_what_hangs_is_interrupted_and_told():
    def read(body: object) -> object:
        while True:
            pass

    assert seen(read)[0].endswith(": longer than 0.05 s")


@pytest.mark.parametrize("answer", [object(), float("nan"), {"a": {1, 2}}, "\ud800", b"{}"])
def test_an_answer_that_is_no_json_is_told(answer):
    (*_, told) = seen(lambda body: body, answer=lambda value: answer)

    assert "AssertionError" in told
    assert "no JSON data" in told


def test_what_is_not_read_again_as_it_was_written_is_told():
    assert "AssertionError" in seen(lambda body: body, write=lambda value: [value, value])[0]


def test_what_cannot_be_written_is_told_even_with_an_error_of_this_package():
    def write(value: object) -> object:
        raise InvalidValueError("field", value, "something else")

    assert "InvalidValueError" in seen(lambda body: body, write=write)[0]


def test_an_error_that_cannot_be_logged_is_told():
    def read(body: object) -> object:
        raise CodecError("$", "expected something else than \ud800", "odd")

    assert "UnicodeEncodeError" in seen(read)[0]


def test_an_error_without_a_path_is_told():
    def read(body: object) -> object:
        raise InvalidValueError("field", body, "something else", "odd")

    def lost(body: object) -> object:
        raise CodecError("field", "expected something else", "odd")

    assert "InvalidValueError" in seen(read)[0]
    assert "AssertionError" in seen(lost)[0]


def test_an_answer_may_be_refused_with_any_error_of_this_package():
    def answer(value: object) -> object:
        raise InvalidValueError("field", value, "something else", "odd")

    assert not seen(lambda body: body, answer=answer)


def test_what_is_refused_with_an_error_of_this_package_is_counted_by_its_code():
    def read(body: object) -> object:
        raise CodecError("$.a", "expected something else", "odd")

    report = throw(Target("a reader", read, ({},)), 0, 20, 0.05)

    assert (report.inputs, report.read, report.refused, report.faults) == (20, 0, {"odd": 20}, [])


def as_told(given: object) -> str:
    """An input as text; Python refuses to print integers of more than 4,300 digits."""
    try:
        return repr(given)
    except ValueError:
        return "an endless number"


def test_an_input_follows_from_its_number():
    for target in TARGETS.values():
        several = [as_told(each) for _, each in inputs_of(target, 0, 20)]
        assert several[7:] == [as_told(each) for _, each in inputs_of(target, 7, 13)]
        assert len(set(several)) > 10


def test_seeds_stay_as_they_are():
    for target in TARGETS.values():
        before = repr(target.seeds)
        for number, seed in enumerate(target.seeds * 20):
            if not isinstance(seed, bytes):
                by_shape(seed, Random(number))
        assert repr(target.seeds) == before


def test_spoilt_bodies_are_of_every_kind_and_stay_small():
    body = {"list": [{"n": 1, "x": 0.5}] * 3, "text": "2026-03-02", "flag": True}
    several = [by_shape(body, Random(number)) for number in range(3_000)]
    lists = [each["list"] for each in several if isinstance(each, dict) and "list" in each]

    assert any("list" not in each for each in several if isinstance(each, dict))
    assert any(not isinstance(each, dict) for each in several)
    assert {type(each) for each in lists} > {list, dict, str, int, float, type(None)}
    assert all(len(each) <= 10_001 for each in lists if isinstance(each, list | str))
    assert all(size_of(each) < 50_000 for each in several)
    assert any(each == body for each in several) or any("TEXT" in each for each in several)


@pytest.mark.parametrize("number", [2_536, 3_755, 7_057])
def test_bodies_that_get_too_deep_are_left_as_they_are(number):
    assert by_shape({"a": deep(400)}, Random(number)) is not None


def test_spoilt_texts_stay_small():
    text = text_of({"a": list(range(100))})

    assert all(len(by_bytes(text, text, Random(number))) < 20_000 for number in range(1_000))
