"""The registry as an object: numbers for names, their fingerprint, earlier editions.

A registry is a list of editions and a list of vendors' parts. Each edition begins with all of the
one before it, so a number never changes its meaning. An entry of the tables has its position as
its number; entries of parts count from `VENDOR_FIRST`, so the tables can grow without moving them.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Final, TypeAlias

from laconic_codec.registry.parts import TABLES, PartError, VendorPart
from laconic_codec.registry.skeletons import Skeletons

VENDOR_FIRST: Final = 16_384
"""Number of the first entry of a vendor's part, in each table."""

NUMBER_LIMIT: Final = 65_536
"""All numbers are below this: they fit 16 bits."""


Lengths: TypeAlias = tuple[int, int, int, int, int]
"""Lengths of the five tables of an edition."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The content of one edition, without vendors' parts."""

    actions: tuple[str, ...]
    keys: tuple[str, ...]
    enumerated_keys: tuple[str, ...]
    """Keys whose text values are written as numbers."""
    texts: tuple[str, ...]
    shapes: tuple[str, ...]
    """Shapes of messages, one row each; see `skeletons`."""
    trained: tuple[str, ...] = ()
    """SHA-256 of what was trained; see `trained`."""

    @property
    def lengths(self) -> Lengths:
        """Lengths of the tables."""
        return (
            len(self.actions),
            len(self.keys),
            len(self.enumerated_keys),
            len(self.texts),
            len(self.shapes),
        )

    def until(self, lengths: Lengths) -> "Edition":
        """Return an earlier edition, from the lengths of its tables."""
        actions, keys, enumerated_keys, texts, shapes = lengths
        return Edition(
            self.actions[:actions],
            self.keys[:keys],
            self.enumerated_keys[:enumerated_keys],
            self.texts[:texts],
            self.shapes[:shapes],
        )


@dataclass(frozen=True, eq=False)
class Registry:
    """Numbers and names of actions, keys and texts. Compare two by their fingerprints."""

    editions: tuple[Edition, ...]
    """Oldest first; the last one is in force."""
    parts: tuple[VendorPart, ...] = ()

    # --- identity

    @cached_property
    def fingerprint(self) -> bytes:
        """First 8 bytes of the SHA-256 over the content, as JSON with sorted keys, no spaces."""
        content = {**asdict(self.editions[-1]), "parts": [asdict(part) for part in self.parts]}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("ascii")).digest()[:8]

    @cached_property
    def known(self) -> tuple["Registry", ...]:
        """This registry and all that it can act as: earlier editions, the last parts left out."""
        if not self.parts and len(self.editions) == 1:
            return (self,)
        return (self, *self._smaller())

    def edition(self, fingerprint: bytes) -> "Registry | None":
        """Return the registry with a fingerprint if this one can act as it."""
        return next((one for one in self.known if one.fingerprint == fingerprint), None)

    def _smaller(self) -> Iterator["Registry"]:
        for edition_count in range(len(self.editions), 0, -1):
            for part_count in range(len(self.parts), -1, -1):
                if (edition_count, part_count) != (len(self.editions), len(self.parts)):
                    yield Registry(self.editions[:edition_count], self.parts[:part_count])

    # --- vendors' parts

    def with_parts(self, parts: Iterable[VendorPart]) -> "Registry":
        """Return this registry with vendors' parts, in their order; see `extended`."""
        registry = self
        for part in parts:
            registry = registry.extended(part)
        return registry

    def extended(self, part: VendorPart) -> "Registry":
        """Return this registry with one more part; the numbers that exist stay as they are.

        Raises:
            PartError: an entry has a number already, a key to be enumerated has none, the part is
                there already, or the numbers are used up.
        """
        where = f"registry part {part.name}, version {part.version}"
        if part.name in (other.name for other in self.parts):
            raise PartError(f"{where}: a part of this name is there already; remove one of the two")
        for table in TABLES:
            for entry in getattr(part, table):
                if entry in self._entries(table):
                    raise PartError(f'{where}: "{entry}" is among the {table} already; remove it')
        registry = Registry(self.editions, (*self.parts, part))
        for key in part.enumerated_keys:
            if key not in registry.key_numbers:
                raise PartError(f'{where}: "{key}" is no key; add it to keys')
        for table in TABLES:
            if len(registry._of_parts(table)) > NUMBER_LIMIT - VENDOR_FIRST:
                raise PartError(f"{where}: too many {table}; shorten the parts")
        return registry

    def _entries(self, table: str) -> frozenset[str]:
        return frozenset((*getattr(self.editions[-1], table), *self._of_parts(table)))

    def _of_parts(self, table: str) -> tuple[str, ...]:
        return tuple(entry for part in self.parts for entry in getattr(part, table))

    # --- numbers

    @cached_property
    def action_numbers(self) -> dict[str, int]:
        """Numbers of actions, by name."""
        return self._numbers("actions")

    @cached_property
    def key_numbers(self) -> dict[str, int]:
        """Numbers of keys, by name."""
        return self._numbers("keys")

    @cached_property
    def text_numbers(self) -> dict[str, int]:
        """Numbers of texts."""
        return self._numbers("texts")

    @cached_property
    def enumerated_keys(self) -> frozenset[str]:
        """Keys whose text values are written as numbers of the registry."""
        return self._entries("enumerated_keys")

    def _numbers(self, table: str) -> dict[str, int]:
        core = getattr(self.editions[-1], table)
        numbers = {name: number for number, name in enumerate(core)}
        numbers.update((name, n) for n, name in enumerate(self._of_parts(table), VENDOR_FIRST))
        return numbers

    # --- names

    def action_name(self, number: int) -> str:
        """Return the action with a number.

        Raises:
            ValueError: the registry has no such number.
        """
        return _name(self._actions, number)

    def key_name(self, number: int) -> str:
        """Return the key with a number; raises `ValueError` as `action_name` does."""
        return _name(self._keys, number)

    def text_name(self, number: int) -> str:
        """Return the text with a number; raises `ValueError` as `action_name` does."""
        return _name(self._texts, number)

    @cached_property
    def _actions(self) -> dict[int, str]:
        return _inverse(self.action_numbers)

    @cached_property
    def _keys(self) -> dict[int, str]:
        return _inverse(self.key_numbers)

    @cached_property
    def _texts(self) -> dict[int, str]:
        return _inverse(self.text_numbers)

    # --- shapes

    @cached_property
    def skeletons(self) -> Skeletons:
        """The shapes of all messages."""
        return Skeletons(self.editions[-1].shapes, self.key_numbers)


def _inverse(numbers: dict[str, int]) -> dict[int, str]:
    return {number: name for name, number in numbers.items()}


def _name(names: dict[int, str], number: int) -> str:
    try:
        return names[number]
    except KeyError:
        raise ValueError(f"the registry has no entry {number}") from None
