"""Checks CBOR against docs/wire-profile.cddl with zcbor, which knows nothing of the codec."""

from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final, Protocol, cast

import cbor2

GRAMMAR: Final = Path(__file__).parents[2] / "docs" / "wire-profile.cddl"

_ENTRIES_MAX: Final = 4_096
"""What a star in the grammar means at most, to zcbor."""

_GONE_FROM_CBOR2: Final = "CBORDecodeValueError"
"""A name that zcbor 0.9 imports and cbor2 6 no longer has; it only catches it."""


class _Rule(Protocol):
    def validate_str(self, cbor_str: bytes) -> object: ...


def accepts(rule: str, encoded: bytes) -> bool:
    """Tell whether one CBOR item is what a rule of the grammar describes."""
    refusal = cast(type[Exception], vars(_zcbor())["CddlValidationError"])
    try:
        _rules()[rule].validate_str(encoded)
    except refusal:
        return False
    return True


@cache
def _rules() -> dict[str, _Rule]:
    translator = vars(_zcbor())["DataTranslator"]
    parsed = translator.from_cddl(GRAMMAR.read_text(encoding="utf-8"), _ENTRIES_MAX)
    return cast(dict[str, _Rule], parsed.my_types)


@cache
def _zcbor() -> ModuleType:
    if not hasattr(cbor2, _GONE_FROM_CBOR2):
        setattr(cbor2, _GONE_FROM_CBOR2, cbor2.CBORDecodeError)
        try:
            return import_module("zcbor")
        finally:
            delattr(cbor2, _GONE_FROM_CBOR2)
    return import_module("zcbor")
