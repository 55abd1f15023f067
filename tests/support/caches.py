"""All that `bookable` remembers beyond one answer, and a switch that turns every bit of it off.

    pytest --caches-off            the whole suite, with nothing remembered
    with caches_off(): ...         some part of one test

A cache may never be seen in an answer. So what holds with all of them has to hold without any:
functions work out again what they were asked before, and a value never finds what it, or
somebody else, has noted on it. `tests/architecture/test_caches.py` reads the source and fails where
something is remembered that is not listed here.

There are five kinds:

`FUNCTIONS`  keep the answers to the last arguments they were asked with;
`MEMOS`      are dictionaries and lists on a value, which what is asked of the value fills;
`NOTES`      are single things of that kind;
`POSTPONED`  are parts of a value that are worked out when somebody first reads them, and stay;
and two that every class of the kind has, found by looking at the classes themselves: hashes of
frozen values (one number each), and attributes that follow from the others of the same value
(one value each, worked out when it is made; off, at each reading).

What a call holds in its own variables is gone when it returns; that is no cache. Other processes
that a test starts keep their caches.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from functools import cache, lru_cache, wraps
from itertools import repeat
from types import FunctionType, ModuleType

import attrs

import bookable
from bookable.occupancy.record import Record
from bookable.promotion import _Reason
from bookable.timeline import instant
from bookable.timeline.profile import Profile

# What is remembered ----------------------------------------------------------

FUNCTIONS = {
    # The engine's.
    "bookable.availability.feasibility._kept_open_mask": 2_048,
    "bookable.availability.feasibility._kept_starts": 16,
    "bookable.availability.feasibility.is_open_at": 2_048,
    "bookable.availability.limit_buckets._times": 4_096,
    "bookable.domain.booking_fields._shared": 8_192,
    "bookable.domain.opening._kept_block": 4_096,
    "bookable.domain.stamp._names_of": 256,
    "bookable.domain.stamp.stamp_of": 8_192,
    "bookable.domain.window._kept_window": 1_024,
    "bookable.domain.window._kept_windows": 1_024,
    "bookable.domain.window._window_of": 4_096,
    "bookable.timeline.civil._runs_of_block": 4_096,
    "bookable.timeline.grid._kept_starts_us": 16,
    "bookable.timeline.grid.midnight_us": 4_096,
    "bookable.timeline.instant.shared_moment": 65_536,
    # Those of the test support in the package.
    "bookable.testing.realise_time.hours": 2_048,
    "bookable.testing.realise_time.interval": 4_096,
    "bookable.testing.realise_time.moment": 1_024,
}
"""Functions with ``lru_cache``, and one look-up in a table; how many answers each keeps."""

MEMOS = {
    "bookable.availability.emptiness._Subjects._known": "one start each of the first 16 per rule",
    "bookable.availability.offer.Offer._kept": "one for each start of the offer",
    "bookable.availability.question.Question.kept": "24, of masks 8 MB; the oldest goes",
    "bookable.availability.search.Search._beyond": "1 search",
    "bookable.availability.search.Search._bounds": "2: the earliest start and the latest",
    "bookable.availability.session_window._Found.known": "one for each session of the window",
    "bookable.availability.session_window._Found.standings": "one for each thing that they take",
    "bookable.domain.catalogue.Catalogue._own_stamps": "one for each entry, and one",
    "bookable.domain.catalogue.Catalogue._settled": "one for each entry",
    "bookable.domain.catalogue.Catalogue._stamps": "one for each id that was asked about",
    "bookable.occupancy.record.Record._counted": "1: both profiles of a plain history",
    "bookable.occupancy.record.Record._memo": "16; then all go",
    "bookable.occupancy.record.Record._past": "8 changes; the oldest goes",
    "bookable.state.State._questions": "256 for each catalogue; then all go",
}
"""Attributes that fill up as a value is asked, with their bound: a number comes first, where it is one."""

NOTES = {
    "bookable.availability.joint.KeptMasks.joint": "1 mask",
    "bookable.availability.session_window._Found.examined": "2 masks, of the last grid and party",
    "bookable.occupancy.index._Base._tree": "1 tree; versions of an index share it",
    "bookable.occupancy.ledger.Ledger._later": "1 ledger: the last that something was due in",
}
"""Attributes that hold one thing which was worked out, or None."""

POSTPONED = {
    "bookable.occupancy.record.Record._index": "1 index, of a plain history",
    "bookable.occupancy.record.Record._load": "1 profile, of a plain history",
    "bookable.occupancy.record.Record._seats": "1 profile, of a plain history",
    "bookable.occupancy.record.Record._shares": "1 map, of a plain history",
    "bookable.occupancy.record.Record._version": "1 number, of a plain history",
    "bookable.promotion._Reason.asked": "1 search, until the reason is known",
    "bookable.promotion._Reason.known": "1 listing",
    "bookable.timeline.profile._Units.__getattr__": "the chunks of 1 profile, of a plain history",
}
"""Attributes that are worked out once, when they are first read."""

HASHES = ("_attrs_cached_hash", "_hash")
"""Where frozen values keep their hash, once they were asked for it."""


# The switch ------------------------------------------------------------------


class Unread(MutableMapping):
    """A view of what a value has noted, which gives it all back and never says that it is there."""

    def __init__(self, noted):
        self.noted = noted

    def get(self, key, default=None):
        return default

    def __contains__(self, key):
        return False

    def __getitem__(self, key):
        return self.noted[key]

    def __setitem__(self, key, value):
        self.noted[key] = value

    def __delitem__(self, key):
        del self.noted[key]

    def __iter__(self):
        return iter(self.noted)

    def __len__(self):
        return len(self.noted)


class UnreadBounds(Unread):
    """Worked out again whenever they are asked for; how far that looked is no cache, but a count."""

    def get(self, key, default=None):
        return self.noted.get(key, default)


class UnreadList:
    """The same of a list of one thing, which what is added takes the place of."""

    def __init__(self, noted):
        self.noted = noted

    def __bool__(self):
        return False

    def __getitem__(self, place):
        return self.noted[place]

    def append(self, value):
        self.noted[:] = [value]


def most_kept() -> dict[tuple[type, str], int]:
    """How much each memo of a fixed size may hold, by its class and name."""
    sizes = {path: re.match("[0-9]+", bound) for path, bound in MEMOS.items()}
    return {_attribute(path): int(size[0]) for path, size in sizes.items() if size}


VIEWS = {"_bounds": UnreadBounds, "_beyond": UnreadList, "_past": lambda _: ()}


@contextmanager
def caches_off() -> Iterator[None]:
    """Nothing is remembered meanwhile; inside itself it changes nothing."""
    if _is_off:
        yield
        return
    with ExitStack() as undo:
        _is_off.append(True)
        undo.callback(_is_off.clear)
        for path in FUNCTIONS:
            _ask_anew(path, undo)
        for path in MEMOS:
            _never_find(path, undo)
        for path in NOTES:
            _put_property(undo, *_attribute(path), lambda slot: lambda _: None)
        _postpone_nothing(undo)
        for kind in classes():
            _hash_anew(kind, undo)
            _derive_anew(kind, undo)
        yield


def are_off() -> bool:
    """Whether the switch is thrown."""
    return bool(_is_off)


_is_off: list[bool] = []


@cache
def modules() -> list[ModuleType]:
    """Every module of the package, imported."""
    for found in pkgutil.walk_packages(bookable.__path__, "bookable."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    return [
        module
        for name, module in sorted(sys.modules.items())
        if name == "bookable" or name.startswith("bookable.")
    ]


@cache
def classes() -> list[type]:
    """Every class of the package, each once."""
    found = {
        value: None
        for module in modules()
        for value in vars(module).values()
        if inspect.isclass(value) and value.__module__.startswith("bookable.")
    }
    return list(found)


def cached_functions() -> dict[str, int | None]:
    """Every function of the package that keeps answers, with how many; methods included."""
    found = {}
    holders = [(module.__name__, module) for module in modules()]
    holders += [(f"{each.__module__}.{each.__qualname__}", each) for each in classes()]
    for where, holder in holders:
        for name, value in vars(holder).items():
            table = getattr(value, "__self__", None)
            if isinstance(value, _KEEPER) and value.__module__ in where:
                found[f"{where}.{name}"] = value.cache_parameters()["maxsize"]
            elif hasattr(table, "__missing__") and table.__module__ in where:
                found[f"{where}.{name}"] = instant._MOST_MOMENTS
    return found


_KEEPER = type(lru_cache(lambda: None))


def derived(kind: type) -> dict[str, Callable[[object], object]]:
    """The attributes of a class that follow from its others, with what works them out."""
    own = attrs.fields(kind) if "__attrs_attrs__" in vars(kind) else ()
    return {
        each.name: each.default.factory
        for each in own
        if not each.init and isinstance(each.default, attrs.Factory) and each.default.takes_self
    }


def _put(undo: ExitStack, holder: type | ModuleType, name: str, value: object) -> None:
    undo.callback(setattr, holder, name, vars(holder)[name])
    setattr(holder, name, value)


def _put_property(undo: ExitStack, kind: type, name: str, reader: Callable) -> None:
    """Let an attribute be read in another way; it is written as ever, for when the switch is back.

    What is handed on to another value is what was noted, not a view of it.
    """
    slot = vars(kind)[name]

    def write(holder, value):
        slot.__set__(holder, value.noted if isinstance(value, Unread | UnreadList) else value)

    _put(undo, kind, name, property(reader(slot), write))


def _attribute(path: str) -> tuple[type, str]:
    where, kind, name = path.rsplit(".", 2)
    return getattr(importlib.import_module(where), kind), name


def _ask_anew(path: str, undo: ExitStack) -> None:
    """The function itself in the place of what keeps its answers, wherever it was imported."""
    where, name = path.rsplit(".", 1)
    kept = vars(importlib.import_module(where))[name]
    for module in modules():
        for known, value in list(vars(module).items()):
            if value is kept:
                # A look-up has no function behind it: there is one, of datetimes.
                _put(undo, module, known, getattr(kept, "__wrapped__", instant.from_us))


def _never_find(path: str, undo: ExitStack) -> None:
    kind, name = _attribute(path)
    view = VIEWS.get(name, Unread)
    _put_property(undo, kind, name, lambda slot: lambda value: view(slot.__get__(value)))


def _postpone_nothing(undo: ExitStack) -> None:
    """A plain history is worked out at once; why nothing is free, at each reading."""
    _put(undo, Record, "of_history", classmethod(lambda cls, *parts: cls.of(*parts)))
    _put(undo, Profile, "of_units", lambda *ends: Profile.of(zip(*ends, repeat(1))))
    slot = vars(_Reason)["asked"]

    def ask(reason, asked):
        if asked is not None or not _has(slot, reason):
            slot.__set__(reason, asked)

    _put(undo, _Reason, "asked", property(slot.__get__, ask))


def _has(slot, value) -> bool:
    try:
        slot.__get__(value)
    except AttributeError:
        return False
    return True


def _hash_anew(kind: type, undo: ExitStack) -> None:
    known = next((name for name in HASHES if name in vars(kind)), None)
    worked_out = vars(kind).get("__hash__")
    if known is None or not isinstance(worked_out, FunctionType):
        return

    @wraps(worked_out)
    def again(self):
        object.__setattr__(self, known, None)
        return worked_out(self)

    _put(undo, kind, "__hash__", again)


def _derive_anew(kind: type, undo: ExitStack) -> None:
    for name, work_out in derived(kind).items():
        _put_property(undo, kind, name, lambda _slot, read=work_out: read)
