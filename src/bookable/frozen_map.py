"""A small mapping that is frozen all the way down, hashable and picklable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar, overload

from bookable.errors import InvalidValueError

K = TypeVar("K")
T = TypeVar("T")
V_co = TypeVar("V_co", covariant=True)


class FrozenMap(Mapping[K, V_co]):
    """An immutable mapping; equal to any mapping with the same items.

    >>> FrozenMap({"table": 1}) == {"table": 1}
    True
    """

    __slots__ = ("_hash", "_items")
    _items: dict[K, V_co]
    _hash: int | None

    def __init__(self, items: Mapping[K, V_co] | Iterable[tuple[K, V_co]] = ()) -> None:
        try:
            known = dict(items)
        except (TypeError, ValueError) as error:
            raise InvalidValueError("items", items, "a mapping or pairs", "type") from error
        object.__setattr__(self, "_items", known)
        object.__setattr__(self, "_hash", None)

    def __setattr__(self, name: str, value: object) -> None:
        message = f"a {type(self).__name__} cannot be changed"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    def __getitem__(self, key: K) -> V_co:
        return self._items[key]

    @overload
    def get(self, key: K, /) -> V_co | None: ...

    @overload
    def get(self, key: K, /, default: V_co | T) -> V_co | T: ...

    def get(self, key: K, /, default: T | None = None) -> V_co | T | None:
        """The value of a key, or the default; at once, which histories ask for very often."""
        return self._items.get(key, default)

    def __iter__(self) -> Iterator[K]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        if self._hash is None:
            object.__setattr__(self, "_hash", hash(frozenset(self._items.items())))
        return self._hash or 0

    def __repr__(self) -> str:
        return repr(self._items)

    def __reduce__(self) -> tuple[type[FrozenMap[K, V_co]], tuple[dict[K, V_co]]]:
        return type(self), (self._items,)
