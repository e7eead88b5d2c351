"""CBOR values (RFC 8949), read with every limit that the profile sets."""

from typing import Any, Final, NoReturn, TypeAlias, cast

import cbor2

from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.limits import DEPTH_MAX

Cbor: TypeAlias = "bool | int | str | bytes | list[Cbor] | dict[int | str, Cbor] | None"
"""The values that the profile uses: no floats, no tags, no other simple values."""


def dump(value: Cbor) -> bytes:
    """Return the CBOR of a value."""
    return cbor2.dumps(value)


def load(encoded: bytes) -> Cbor:
    """Return the value of a CBOR text that is exactly one item in its shortest form.

    Values outside of `Cbor` (floats, for instance) are returned too: whoever takes a value apart
    refuses what it does not know.

    Raises:
        FrameError: MALFORMED.
    """
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


def _refuse_tag(*_: object) -> NoReturn:
    raise ValueError("a semantic tag")


# No semantic tag has a meaning here, and some are dangerous: a decimal fraction of 8 bytes can
# stand for a number of 2 billion digits. The decoder's own tags are refused one by one, all
# others by the hook.
_KNOWN_TAGS: Final = (*range(6), *range(25, 40), 100, 256, 258, 260, 261, 1004, 43000, 55799)
_NO_TAGS: Final = dict.fromkeys(_KNOWN_TAGS, _refuse_tag)
