"""The registry: numbers for the names that OCPP uses.

Frozen data. Both ends compare `FINGERPRINT` before the first message; it covers everything that
the coding of messages depends on.
"""

import hashlib
from typing import Final

from laconic_codec.registry import tables

_WIRE_TABLES: Final = (tables.ACTIONS, tables.KEYS, tables.ENUMERATED_KEYS, tables.TEXTS)

FINGERPRINT: Final = hashlib.sha256(
    "\n\n".join("\n".join(table) for table in _WIRE_TABLES).encode()
).digest()[:8]
"""First 8 bytes of the SHA-256 over the tables that decide what bytes mean."""

ACTION_NUMBERS: Final = {name: number for number, name in enumerate(tables.ACTIONS)}
KEY_NUMBERS: Final = {name: number for number, name in enumerate(tables.KEYS)}
TEXT_NUMBERS: Final = {name: number for number, name in enumerate(tables.TEXTS)}
ENUMERATED_KEYS: Final = frozenset(tables.ENUMERATED_KEYS)
"""Keys whose text values are written as numbers of the registry."""

EMPTY_RESPONSES: Final = {
    "1.6": frozenset(tables.EMPTY_RESPONSES_V16),
    "2.0.1": frozenset(tables.EMPTY_RESPONSES_V201),
    "2.1": frozenset(tables.EMPTY_RESPONSES_V21),
}
"""By OCPP version: the actions whose response has no field that the CSMS could fill."""


def action_name(number: int) -> str:
    """Return the action with a number.

    Raises:
        ValueError: the registry has no such number.
    """
    return _name(tables.ACTIONS, number)


def key_name(number: int) -> str:
    """Return the key with a number; raises `ValueError` as `action_name` does."""
    return _name(tables.KEYS, number)


def text_name(number: int) -> str:
    """Return the text with a number; raises `ValueError` as `action_name` does."""
    return _name(tables.TEXTS, number)


def _name(table: tuple[str, ...], number: int) -> str:
    if not 0 <= number < len(table):
        raise ValueError(f"the registry has no entry {number}")
    return table[number]
