"""What is kept alive by a value: all that can be reached from it, and how much memory that takes."""

from __future__ import annotations

import gc
import sys
from collections import Counter
from types import BuiltinFunctionType, FunctionType, ModuleType

# They are there anyway, and lead everywhere.
_BEYOND = (type, ModuleType, FunctionType, BuiltinFunctionType)


def reached(*roots: object) -> dict[int, object]:
    """Everything that the roots lead to, and they themselves, by its identity."""
    found: dict[int, object] = {}
    ahead = list(roots)
    while ahead:
        value = ahead.pop()
        if id(value) not in found and not isinstance(value, _BEYOND):
            found[id(value)] = value
            ahead += gc.get_referents(value)
    return found


def kinds(found: dict[int, object]) -> Counter[str]:
    """How many there are of each class."""
    return Counter(type(value).__name__ for value in found.values())


def kept_beside(whole: object, part: object) -> tuple[int, Counter[str]]:
    """What a value keeps alive that a part of it does not: in bytes, and how many of each class."""
    known = reached(part)
    found = {key: value for key, value in reached(whole).items() if key not in known}
    return sum(map(sys.getsizeof, found.values())), kinds(found)
