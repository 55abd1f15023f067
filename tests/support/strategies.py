"""The strategies of Hypothesis, each made once: to be imported as ``st`` where many are made.

A strategy that another one makes whenever it draws, as ``draw(st.sampled_from([1, 2]))`` does, is
looked through and checked anew each time, which takes several times as long as drawing from it. Here
the same function with the same arguments answers the same strategy. What is drawn does not change.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import timedelta
from enum import Enum
from functools import wraps
from types import FunctionType, NoneType

from hypothesis import strategies

_MAKERS = {
    *("booleans", "builds", "dictionaries", "fixed_dictionaries", "frozensets", "integers"),
    *("lists", "none", "one_of", "sampled_from", "sets", "text", "tuples"),
}
_PLAIN = {str, int, bool, NoneType, timedelta}
_MOST = 4_096


class _NotKeptError(Exception):
    """For arguments of which the same come only once."""


def made_once(make: Callable) -> Callable:
    """The same function, whose answers are kept."""
    known: dict[Hashable, tuple[object, object]] = {}

    @wraps(make)
    def once(*given, **named):
        try:
            key = tuple(map(_key, given)), tuple((name, _key(each)) for name, each in named.items())
        except _NotKeptError:
            return make(*given, **named)
        found = known.get(key)
        if found is None:
            if len(known) >= _MOST:
                known.clear()
            # With what it was made of: nothing else can have the same identity meanwhile.
            found = known[key] = make(*given, **named), (given, named)
        return found[0]

    return once


def composite(draw_one: Callable) -> Callable:
    """A strategy of one's own, made once for the same arguments."""
    return made_once(strategies.composite(draw_one))


def _key(value: object) -> Hashable:
    """What an argument is; a list or dictionary is what it holds."""
    kind = type(value)
    if kind is list:
        return kind, tuple(map(_part_key, value))
    if kind is dict:
        return kind, tuple((_part_key(key), _part_key(each)) for key, each in value.items())
    return _part_key(value)


def _part_key(value: object) -> Hashable:
    """What a part of it is. Nothing that whoever draws it might change: that is drawn as it was given."""
    kind = type(value)
    if kind in _PLAIN:
        return kind, value
    if kind is tuple or kind is frozenset:
        return kind, kind(map(_part_key, value))
    if kind is FunctionType and "<" in value.__qualname__:
        raise _NotKeptError
    if not isinstance(value, strategies.SearchStrategy | FunctionType | type | Enum):
        raise _NotKeptError
    return id(value)


def __getattr__(name: str) -> object:
    found = getattr(strategies, name)
    if name in _MAKERS:
        found = globals()[name] = made_once(found)
    return found
