"""An immutable mapping whose next version shares almost everything with it.

Theory: a large base dictionary that never changes, and a small dictionary of what
differs from it. A change copies only the small one; when that outgrows the square root
of the base, both are folded into a new base. So a change costs O(√n), a look-up
O(1), and a version that somebody kept never changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isqrt
from typing import Final, TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

_SMALLEST_FOLD: Final = 32


class _Gone:
    """Marks a key of the base that the mapping no longer has."""


_GONE: Final = _Gone()


class SharedMap(Mapping[K, V]):
    """An immutable mapping with cheap changed copies.

    >>> one = SharedMap({"a": 1})
    >>> two = one.setting({"b": 2})
    >>> dict(one), dict(two), dict(two.without(["a"]))
    ({'a': 1}, {'a': 1, 'b': 2}, {'b': 2})
    """

    __slots__ = ("_base", "_changed", "_size")
    _base: dict[K, V]
    _changed: dict[K, V | _Gone]
    _size: int

    def __init__(self, items: Mapping[K, V] | None = None) -> None:
        self._base = dict(items or {})
        self._changed = {}
        self._size = len(self._base)

    def setting(self, items: Mapping[K, V]) -> SharedMap[K, V]:
        """With these items, in place of those with the same keys."""
        if not items:
            return self
        return self._next({**self._changed, **items}, sum(key not in self for key in items))

    def without(self, keys: list[K]) -> SharedMap[K, V]:
        """Without these keys, each of which it has."""
        if not keys:
            return self
        changed = dict(self._changed)
        for key in keys:
            if key in self._base:
                changed[key] = _GONE
            else:
                del changed[key]
        return self._next(changed, -len(keys))

    def differing(self, other: SharedMap[K, V]) -> Iterator[K]:
        """The keys whose values are not those of another mapping; keys that only the other has too.

        O(√n) for versions of one another that share their base, else O(n).
        """
        is_near = self._base is other._base
        keys = [*self._changed, *other._changed] if is_near else [*self, *other]
        for key in dict.fromkeys(keys):
            mine, theirs = self.get(key), other.get(key)
            if mine is not theirs and mine != theirs:
                yield key

    def _next(self, changed: dict[K, V | _Gone], growth: int) -> SharedMap[K, V]:
        new: SharedMap[K, V] = SharedMap.__new__(SharedMap)
        new._base, new._changed, new._size = self._base, changed, self._size + growth
        if len(changed) > _SMALLEST_FOLD + 2 * isqrt(len(self._base)):
            new._base, new._changed = dict(new.items()), {}
        return new

    @overload
    def get(self, key: K, /) -> V | None: ...

    @overload
    def get(self, key: K, /, default: V | T) -> V | T: ...

    def get(self, key: K, /, default: V | T | None = None) -> V | T | None:
        """The value of a key, or the default."""
        if key in self._changed:
            value = self._changed[key]
            return default if isinstance(value, _Gone) else value
        return self._base.get(key, default)

    def __getitem__(self, key: K) -> V:
        if key in self._changed:
            value = self._changed[key]
            if isinstance(value, _Gone):
                raise KeyError(key)
            return value
        return self._base[key]

    def __contains__(self, key: object) -> bool:
        if key in self._changed:
            return self._changed[key] is not _GONE
        return key in self._base

    def __iter__(self) -> Iterator[K]:
        for key in self._base:
            if key not in self._changed:
                yield key
        for key, value in self._changed.items():
            if value is not _GONE:
                yield key

    def __len__(self) -> int:
        return self._size

    def __repr__(self) -> str:
        return repr(dict(self))
