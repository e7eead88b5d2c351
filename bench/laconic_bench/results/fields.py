"""Reads the values of a JSON tree, each with its place for the message about a wrong one."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar, cast

_Value = TypeVar("_Value")
MOST: Final = 2**63 - 1
"""The largest count; beyond it a division can leave the range of floating point."""


class FieldError(Exception):
    """A value is missing or not what is expected; the text names its place."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}" if place else problem)


@dataclass(frozen=True, slots=True)
class Fields:
    """An object of the tree; keys that nobody asks for are ignored.

    Every method raises `FieldError`.
    """

    tree: Mapping[str, Any]
    place: str

    @classmethod
    def of(cls, value: object, place: str) -> "Fields":
        """Return an object of the tree as fields."""
        if not isinstance(value, dict):
            raise FieldError(place, f"expected an object, found {found(value)}")
        return cls(cast(dict[str, Any], value), place)

    def has(self, key: str) -> bool:
        """Tell whether there is a value, and not null."""
        return self.tree.get(key) is not None

    def take(self, key: str, kind: Callable[[object, str], _Value]) -> _Value:
        """Return a value that must be there."""
        if key not in self.tree:
            raise FieldError(self.at(key), "is missing")
        return kind(self.tree[key], self.at(key))

    def maybe(self, key: str, kind: Callable[[object, str], _Value]) -> _Value | None:
        """Return a value, or None if it is not there or null."""
        return kind(self.tree[key], self.at(key)) if self.has(key) else None

    def mapping(self, key: str, kind: Callable[[object, str], _Value]) -> dict[str, _Value]:
        """Return an object of values of one kind; empty if it is not there or null."""
        if not self.has(key):
            return {}
        inner = Fields.of(self.tree[key], self.at(key))
        return {name: inner.take(name, kind) for name in inner.tree}

    def items(self, key: str, kind: Callable[[object, str], _Value]) -> list[_Value]:
        """Return a list of values of one kind; empty if it is not there or null."""
        if not self.has(key):
            return []
        values: object = self.tree[key]
        if not isinstance(values, list):
            raise FieldError(self.at(key), f"expected a list, found {found(values)}")
        return [
            kind(value, f"{self.at(key)}[{number}]")
            for number, value in enumerate(cast(list[object], values), start=1)
        ]

    def at(self, key: str) -> str:
        """Return the place of a key, as it is shown to people."""
        name = key if key.replace("_", "").isalnum() else repr(key)
        return f"{self.place}.{name}" if self.place else name


def whole(value: object, place: str) -> int:
    """Return a number that counts something."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise FieldError(place, f"expected a whole number from 0 on, found {found(value)}")
    return value


def integer(value: object, place: str) -> int:
    """Return a whole number of either sign."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldError(place, f"expected a whole number, found {found(value)}")
    return value


def number(value: object, place: str) -> float:
    """Return a finite number from 0 on."""
    if not isinstance(value, bool) and isinstance(value, int | float):
        try:
            as_float = float(value)
        except OverflowError:
            as_float = math.inf
        if 0 <= as_float < math.inf:
            return as_float
    raise FieldError(place, f"expected a number from 0 on, found {found(value)}")


def text(value: object, place: str) -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str) or not value:
        raise FieldError(place, f"expected a text, found {found(value)}")
    return value


def truth(value: object, place: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise FieldError(place, f"expected true or false, found {found(value)}")
    return value


def setting(value: object, place: str) -> str | int | float | bool | None:
    """Return a text, a finite number, true, false or null."""
    if isinstance(value, float) and not math.isfinite(value):
        raise FieldError(place, f"expected a finite number, found {value}")
    if value is None or isinstance(value, str | int | float):
        return value
    raise FieldError(place, f"expected a text, number, true, false or null, found {found(value)}")


def found(value: object) -> str:
    """Return a value as a message shows it."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if value is None or isinstance(value, bool):
        return str(value).replace("None", "null").lower()
    shown = repr(value) if isinstance(value, str) else str(value)
    return shown if len(shown) <= 40 else f"{shown[:37]}..."
