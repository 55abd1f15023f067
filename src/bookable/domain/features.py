"""What a resource has to offer: features by name, attributes by value, and demands on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import eq, ge, le, ne
from typing import Any, Final

from attrs import field, frozen

from bookable.checks import check_id, check_ids, check_items, check_number, check_text, check_type
from bookable.errors import InvalidValueError
from bookable.frozen_map import FrozenMap

AttributeValue = bool | int | str
"""What an attribute may be."""

_COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "==": eq,
    "!=": ne,
    ">=": ge,
    "<=": le,
}


def check_features(values: Iterable[str]) -> frozenset[str]:
    """Names of features."""
    return frozenset(check_ids(values, "features", known="features"))


def check_attributes(values: Mapping[str, AttributeValue]) -> FrozenMap[str, AttributeValue]:
    """Typed attributes by name."""
    like = "a mapping of names to True, False, whole numbers or text"
    found: Mapping[str, AttributeValue] = check_type(values, Mapping, "attributes", like)
    return FrozenMap(
        {
            check_id(key, "attributes"): _value(value, f"attributes[{key!r}]")
            for key, value in found.items()
        }
    )


def _value(value: object, name: str) -> AttributeValue:
    if type(value) is bool:
        return value
    return check_text(value, name) if isinstance(value, str) else check_number(value, name)


def _typed(value: AttributeValue) -> tuple[str, AttributeValue]:
    """A key that tells True from 1."""
    return type(value).__name__, value


def typed_attributes(values: Mapping[str, AttributeValue]) -> FrozenMap[str, object]:
    """A key for attributes that tells True from 1."""
    return FrozenMap({key: _typed(value) for key, value in values.items()})


@frozen(cache_hash=True)
class Where:
    """A demand on one attribute: ``==``, ``!=``, ``>=`` or ``<=`` a value.

    A resource without the attribute, or with one of another type, never meets it.

    >>> Where("inches", ">=", 50).is_met_by({"inches": 65})
    True

    Raises:
        InvalidValueError: If the operator is none of these, or ``>=`` or ``<=`` have no whole number.
        InvalidAmountError: If the value is none that an attribute may have.
    """

    attribute: str
    operator: str
    value: AttributeValue = field(eq=_typed)

    def __attrs_post_init__(self) -> None:
        check_id(self.attribute, "attribute")
        _value(self.value, "value")
        if type(self.operator) is not str or self.operator not in _COMPARE:
            expected = "one of '==', '!=', '>=', '<='"
            raise InvalidValueError("operator", self.operator, expected, "choice")
        if self.operator in {">=", "<="} and type(self.value) is not int:
            expected = f"a whole number to compare with {self.operator}"
            raise InvalidValueError("value", self.value, expected, "quantity")

    def is_met_by(self, attributes: Mapping[str, AttributeValue]) -> bool:
        """Whether a resource with these attributes will do."""
        held = attributes.get(self.attribute)
        return type(held) is type(self.value) and bool(_COMPARE[self.operator](held, self.value))


def check_where(values: Iterable[Where]) -> tuple[Where, ...]:
    """Demands on attributes."""
    return check_items(values, Where, "where", "a Where, for example Where('inches', '>=', 50)")
