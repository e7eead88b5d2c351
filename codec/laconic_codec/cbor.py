"""CBOR values (RFC 8949), read with every limit that the profile sets."""

from typing import Any, Final, NoReturn, TypeAlias, cast

import cbor2

from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.limits import CBOR_VALUES_MAX, DEPTH_MAX

Cbor: TypeAlias = "bool | int | str | bytes | list[Cbor] | dict[int | str, Cbor] | None"
"""The values that the profile uses: no floats, no tags, no other simple values."""


_BYTE_STRING: Final = 2
_TEXT_STRING: Final = 3
"""Major types (RFC 8949, 3.1) with content after their length."""
_LONGEST_ARGUMENT: Final = 27
"""Additional information that stands for an argument of 8 bytes (RFC 8949, 3)."""


def dump(value: Cbor) -> bytes:
    """Return the CBOR of a value."""
    return cbor2.dumps(value)


def load(encoded: bytes) -> Cbor:
    """Return the value of a CBOR text that is exactly one item in its shortest form.

    Values outside of `Cbor` (floats, for instance) are returned too: whoever takes a value apart
    refuses what it does not know.

    Raises:
        FrameError: MALFORMED, or OVER_LIMIT if it has too many values.
    """
    if has_too_many_values(encoded):
        raise FrameError(FrameFault.OVER_LIMIT, f"more than {CBOR_VALUES_MAX:,} CBOR values")
    try:
        value: Any = cbor2.loads(
            encoded,
            tag_hook=_refuse_tag,
            semantic_decoders=_NO_TAGS,
            # The frame and the item around a message take a few levels more than its own.
            max_depth=DEPTH_MAX + 4,
            allow_indefinite=False,
            allow_duplicate_keys=False,
        )
        again = cbor2.dumps(value)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise FrameError(FrameFault.MALFORMED, "not the CBOR of the profile") from error
    if again != encoded:
        # Also finds bytes after the item, which the decoder passes over in silence.
        raise FrameError(FrameFault.MALFORMED, "not one CBOR item in its shortest form")
    return cast(Cbor, value)


def has_too_many_values(encoded: bytes) -> bool:
    """Tell whether a CBOR text has more values than `CBOR_VALUES_MAX`; it looks no further."""
    if len(encoded) <= CBOR_VALUES_MAX:
        return False  # a value takes a byte at least
    at = count = 0
    while at < len(encoded) and count <= CBOR_VALUES_MAX:
        major, argument = encoded[at] >> 5, encoded[at] & 31
        at += 1
        if argument > _LONGEST_ARGUMENT:
            return False  # not CBOR of the profile
        if argument >= 24:
            size = 1 << argument - 24
            argument = int.from_bytes(encoded[at : at + size])
            at += size
        if major in (_BYTE_STRING, _TEXT_STRING):
            at += argument
        count += 1
    return count > CBOR_VALUES_MAX


def _refuse_tag(*_: object) -> NoReturn:
    raise ValueError("a semantic tag")


# No semantic tag has a meaning here, and some are dangerous: a decimal fraction of 8 bytes can
# stand for a number of 2 billion digits. The decoder's own tags are refused one by one, all
# others by the hook.
_KNOWN_TAGS: Final = (*range(6), *range(25, 40), 100, 256, 258, 260, 261, 1004, 43000, 55799)
_NO_TAGS: Final = dict.fromkeys(_KNOWN_TAGS, _refuse_tag)
