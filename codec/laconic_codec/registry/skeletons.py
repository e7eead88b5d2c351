"""Skeletons: the shapes that messages have by their schemas.

They are written in rows, one for each shape; a name begins with a capital letter or a version:

    RegistrationStatus = Accepted | Pending | Rejected             an enumeration
    StatusInfo : reasonCode s, additionalInfo? s                   an object
    2.1 BootNotification response -> BootNotificationResponse      a message

A property is `key type`, or `key? type` where it may be left out. A type is the name of a row, a
letter for a scalar, or one of the two in brackets for an array of it. Rows stand after those that
they name. A row takes the place of an earlier one of its name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Scalar(StrEnum):
    """The kinds of values that are neither object nor array nor enumerated."""

    TEXT = "s"
    DATE_TIME = "d"
    NUMBER = "n"
    INTEGER = "i"
    BOOLEAN = "b"
    ANY = "x"
    """Whatever JSON allows; the data of a DataTransfer."""


@dataclass(frozen=True, slots=True)
class Enumerated:
    """A text out of a list."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """An array whose entries have one type."""

    entry: "Type"


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an object."""

    key: int
    """Its number in the registry."""
    name: str
    is_required: bool
    type: "Type"


@dataclass(frozen=True, slots=True)
class Skeleton:
    """An object: its properties in the order of the schema, `customData` last."""

    properties: tuple[Property, ...]


Type = Scalar | Enumerated | Array | Skeleton

_SCALARS: Final = {scalar.value: scalar for scalar in Scalar}


class Skeletons:
    """All skeletons of a registry, by message. Shapes that are equal are one object."""

    def __init__(self, rows: tuple[str, ...], key_numbers: Mapping[str, int]) -> None:
        self._key_numbers = key_numbers
        self._types: dict[str, Enumerated | Skeleton] = {}
        self._messages: dict[tuple[str, str, bool], Skeleton] = {}
        for row in rows:
            self._read(row)

    def __iter__(self) -> Iterator[tuple[str, str, bool]]:
        """Iterate over the messages: (OCPP version, action, is it the response)."""
        return iter(self._messages)

    def skeleton(self, version: str, action: str, response: bool) -> Skeleton:
        """Return the skeleton of a request or a response.

        Raises:
            KeyError: OCPP of this version has no such message.
        """
        return self._messages[version, action, response]

    def _read(self, row: str) -> None:
        left, sign, right = row.partition(" -> ")
        if sign:
            version, action, direction = left.split()
            message = self._types[right]
            assert isinstance(message, Skeleton)
            self._messages[version, action, direction == "response"] = message
            return
        left, sign, right = row.partition(" = ")
        if sign:
            self._types[left] = Enumerated(tuple(right.split(" | ")))
            return
        left, _, right = row.partition(" :")
        properties = right.split(",") if right else []
        self._types[left] = Skeleton(tuple(self._property(text) for text in properties))

    def _property(self, text: str) -> Property:
        name, type_name = text.split()
        key = name.removesuffix("?")
        return Property(self._key_numbers[key], key, key == name, self._type(type_name))

    def _type(self, name: str) -> Type:
        if name.startswith("["):
            return Array(self._type(name[1:-1]))
        return _SCALARS[name] if name in _SCALARS else self._types[name]
