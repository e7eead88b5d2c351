"""Parts that vendors add to the registry.

A part is a TOML text:

    name = "example.swap"
    version = 1
    actions = []                          # optional, as the next three
    keys = ["slotVoltage", "doorState"]
    enumerated_keys = ["doorState"]       # keys whose values stand in the registry
    texts = ["SlotReport", "Ajar"]

Both ends need the same parts in the same order.
"""

import tomllib
from dataclasses import dataclass
from typing import Final, cast

from laconic_codec.errors import LaconicError


class PartError(LaconicError):
    """Says what is wrong with a vendor's part, where, and what to do."""


@dataclass(frozen=True, slots=True)
class VendorPart:
    """What a vendor adds: names that get numbers of their own, in the order given."""

    name: str
    version: int
    actions: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    enumerated_keys: tuple[str, ...] = ()
    """Keys, of this part or of the registry, whose text values are written as numbers."""
    texts: tuple[str, ...] = ()

    @classmethod
    def parse(cls, toml_text: str) -> "VendorPart":
        """Return the part that a TOML text describes.

        Raises:
            PartError: it is not TOML, has an entry of another name or type, or lacks one.
        """
        try:
            entries = tomllib.loads(toml_text)
        except tomllib.TOMLDecodeError as error:
            raise PartError(f"a registry part is not TOML: {error}") from error
        part = cls(
            name=_name(entries.pop("name", None)),
            version=_version(entries.pop("version", None)),
            **{table: _table(table, entries.pop(table, [])) for table in TABLES},
        )
        for name in entries:
            known = ", ".join(("name", "version", *TABLES))
            raise PartError(f'a registry part: "{name}" is unknown; a part has {known}')
        return part


TABLES: Final = ("actions", "keys", "enumerated_keys", "texts")
"""The tables of a part, and of a registry."""


def _name(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise PartError('a registry part has no name; write, for example: name = "example.swap"')
    return value


def _version(value: object) -> int:
    if type(value) is not int or value < 1:
        raise PartError("a registry part has no version; write, for example: version = 1")
    return value


def _table(table: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise PartError(f'a registry part: {table} is no list; write {table} = ["...", "..."]')
    entries = cast("list[object]", value)
    for place, entry in enumerate(entries, 1):
        if not isinstance(entry, str) or not entry:
            raise PartError(f"a registry part: entry {place} of {table} is no text: {entry!r}")
        if entries.index(entry) < place - 1:
            raise PartError(f'a registry part: "{entry}" stands twice in {table}; remove one')
    return tuple(map(str, entries))
