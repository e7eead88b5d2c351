"""The registry: numbers for the names that OCPP uses, and the shapes of its messages.

Frozen data. Both ends compare the fingerprint before the first message; it covers everything that
the coding of messages depends on. `CORE` is the registry without vendors' parts. What a function
takes as its `registry` is `CORE` or came from `CORE.with_parts`.
"""

from dataclasses import replace
from typing import Final

from laconic_codec.registry import shapes, tables
from laconic_codec.registry.names import Edition, Registry
from laconic_codec.registry.parts import PartError, VendorPart
from laconic_codec.registry.skeletons import Skeleton
from laconic_codec.registry.trained import TRAINED

__all__ = [
    "ACTION_NUMBERS",
    "CORE",
    "EMPTY_RESPONSES",
    "ENUMERATED_KEYS",
    "FINGERPRINT",
    "KEY_NUMBERS",
    "TEXT_NUMBERS",
    "Edition",
    "PartError",
    "Registry",
    "Skeleton",
    "VendorPart",
    "action_name",
    "key_name",
    "skeleton",
    "text_name",
]

_LATEST: Final = Edition(
    tables.ACTIONS, tables.KEYS, tables.ENUMERATED_KEYS, tables.TEXTS, shapes.ROWS
)

CORE: Final = Registry(
    tuple(
        replace(_LATEST.until(lengths), trained=TRAINED[number])
        for number, lengths in tables.EDITIONS.items()
    )
)
"""The registry without vendors' parts."""

# Of `CORE`, for who needs no vendor's part:

FINGERPRINT: Final = CORE.fingerprint
ACTION_NUMBERS: Final = CORE.action_numbers
KEY_NUMBERS: Final = CORE.key_numbers
TEXT_NUMBERS: Final = CORE.text_numbers
ENUMERATED_KEYS: Final = CORE.enumerated_keys
action_name = CORE.action_name
key_name = CORE.key_name
text_name = CORE.text_name

EMPTY_RESPONSES: Final = {
    "1.6": frozenset(tables.EMPTY_RESPONSES_V16),
    "2.0.1": frozenset(tables.EMPTY_RESPONSES_V201),
    "2.1": frozenset(tables.EMPTY_RESPONSES_V21),
}
"""By OCPP version: the actions whose response has no field that the CSMS could fill."""


def skeleton(version: str, action: str, response: bool) -> Skeleton:
    """Return the shape of a request or a response in `CORE`.

    Raises:
        KeyError: OCPP of this version has no such message.
    """
    return CORE.skeletons.skeleton(version, action, response)
