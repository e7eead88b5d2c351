"""What an expander has to know of a charger for longer than a message waits.

Each is a short text under a kind and a name, written in the commit that takes a message out of the
outbox: so what a message has changed and that it is delivered are on disk together, or neither.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, cast

_DECODER: Final = json.JSONDecoder(strict=False)


class KeptKind(StrEnum):
    """What is kept."""

    START = "start"
    """A StartTransaction and what the CSMS said to it; the name is its sequence number."""
    ORDER = "order"
    """A transaction that the charger is to stop; the name is the id that the charger knows."""
    BOOT = "boot"
    """The last boot that the CSMS accepted; the name is the OCPP version."""
    STATUS = "status"
    """The last status of a connector; the name is the connector."""
    CLAIM = "claim"
    """That this site spoke for a charger which other sites list too; the name is empty."""
    QUARANTINE = "quarantine"
    """A message that the CSMS does not take; the name is its sequence number."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One thing to know, or to forget."""

    kind: KeptKind
    name: str
    text: str | None
    """A JSON object; None: forget it."""


def to_text(**content: object) -> str:
    """Return an object as text."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def to_object(text: str | None) -> dict[str, Any]:
    """Return the object in a text, of whatever origin; an empty one if there is none in it."""
    try:
        content: Any = _DECODER.decode(text or "")
    except (ValueError, RecursionError):
        return {}
    return cast(dict[str, Any], content) if isinstance(content, dict) else {}


def member(content: dict[str, Any], name: str) -> dict[str, Any]:
    """Return an object inside of an object; an empty one if there is none."""
    inner = content.get(name)
    return cast(dict[str, Any], inner) if isinstance(inner, dict) else {}
