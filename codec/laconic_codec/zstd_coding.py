"""The `zstd` coding: a frame or an item in CBOR, compressed with the registry's dictionary.

    compressed = 0x40 0x00 window *block

The byte 0x40, then one Zstandard frame (RFC 8878) in the magicless format, without content size,
checksum and dictionary id. So its header is two bytes: the descriptor 0x00 and the window. The last
block ends the text; nothing follows. No CBOR array begins with 0x40.

Nothing in a compressed text says which dictionary it needs, and a wrong one may give wrong bytes in
silence. So both ends must have compared their registries before, the dictionary included.
"""

from functools import cache
from importlib import resources
from typing import Final

from zstandard import (
    FORMAT_ZSTD1_MAGICLESS,
    ZstdCompressionDict,
    ZstdCompressionParameters,
    ZstdCompressor,
    ZstdDecompressor,
    ZstdError,
)

from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.limits import COMPRESSED_BLOCKS_MAX

MARK: Final = 0x40
"""First byte of a compressed text."""

DICTIONARY_FILE: Final = "dictionary.bin"
"""Name of the dictionary in the package `laconic_codec.registry`.

It was trained by `laconic_codec.training.dictionary`, whose docstring says on what.
"""

LEVEL: Final = 16
"""How hard the encoder tries. The levels above it take twice as long for a long text and save
nothing."""

_WINDOW_LOG_MAX: Final = 17
_WINDOW_DESCRIPTOR_MAX: Final = (_WINDOW_LOG_MAX - 10) << 3  # 2^17 bytes (RFC 8878, 3.1.1.1.2)
_START: Final = bytes([MARK, 0x00])
_HEADER_BYTES: Final = 3
_BLOCK_HEADER_BYTES: Final = 3
_RUN_BLOCK: Final = 1  # one byte, repeated


def compress(data: bytes) -> bytes:
    """Return a text of at most `ITEM_MAX_BYTES` bytes in the `zstd` coding; it may be longer."""
    # A compressor must not be shared between threads; the prepared dictionary may.
    dictionary, parameters = _prepared()
    compressor = ZstdCompressor(dict_data=dictionary, compression_params=parameters)
    return bytes([MARK]) + compressor.compress(data)


def decompress(encoded: bytes, max_bytes: int) -> bytes:
    """Return the text that was compressed.

    Time and memory are bounded, whatever the bytes are: by `max_bytes`, the window of 128 KiB and
    the number of blocks.

    Raises:
        FrameError: OVER_LIMIT if there are more than `max_bytes` bytes of text, a larger window or
            more blocks than the profile allows; MALFORMED if it is anything but one compressed
            text, whole and with nothing after it.
    """
    _check_header(encoded)
    _check_blocks(encoded)
    dictionary, _ = _prepared()
    decompressor = ZstdDecompressor(dictionary, format=FORMAT_ZSTD1_MAGICLESS)
    try:
        data = decompressor.stream_reader(encoded[1:]).read(max_bytes + 1)
    except ZstdError as error:
        raise FrameError(FrameFault.MALFORMED, "not what zstd makes") from error
    if len(data) > max_bytes:
        raise FrameError(FrameFault.OVER_LIMIT, f"compressed text of more than {max_bytes} bytes")
    return data


def dictionary_bytes() -> bytes:
    """Return the dictionary, as Zstandard's tools read it."""
    return resources.files("laconic_codec.registry").joinpath(DICTIONARY_FILE).read_bytes()


def _check_header(encoded: bytes) -> None:
    if len(encoded) < _HEADER_BYTES or not encoded.startswith(_START):
        raise FrameError(FrameFault.MALFORMED, "not the start of a compressed text")
    if encoded[2] > _WINDOW_DESCRIPTOR_MAX:
        raise FrameError(FrameFault.OVER_LIMIT, "a compression window of more than 128 KiB")


def _check_blocks(encoded: bytes) -> None:
    # The decompressor passes over bytes after its frame, and ends quietly where bytes are missing.
    position, count, is_last = _HEADER_BYTES, 0, False
    while not is_last:
        header = encoded[position : position + _BLOCK_HEADER_BYTES]
        is_last, kind, size = _block(header)
        position += _BLOCK_HEADER_BYTES + (1 if kind == _RUN_BLOCK else size)
        count += 1
        if count > COMPRESSED_BLOCKS_MAX:
            raise FrameError(FrameFault.OVER_LIMIT, "too many blocks in a compressed text")
    if position != len(encoded):
        raise FrameError(FrameFault.MALFORMED, "bytes missing in a compressed text, or left over")


def _block(header: bytes) -> tuple[bool, int, int]:
    """Return (is it the last one, kind, size) from the header of a block (RFC 8878, 3.1.1.2)."""
    if len(header) < _BLOCK_HEADER_BYTES:
        raise FrameError(FrameFault.MALFORMED, "a compressed text that does not end")
    number = int.from_bytes(header, "little")
    return bool(number & 1), number >> 1 & 3, number >> 3


@cache
def _prepared() -> tuple[ZstdCompressionDict, ZstdCompressionParameters]:
    dictionary = ZstdCompressionDict(dictionary_bytes())
    parameters = parameters_for(len(dictionary))
    dictionary.precompute_compress(  # pyright: ignore[reportUnknownMemberType]
        compression_params=parameters
    )
    return dictionary, parameters


def parameters_for(dictionary_size_bytes: int) -> ZstdCompressionParameters:
    """Return how the encoder compresses with a dictionary of some size."""
    return ZstdCompressionParameters.from_level(  # pyright: ignore[reportUnknownMemberType]
        LEVEL,
        dict_size=dictionary_size_bytes,
        window_log=_WINDOW_LOG_MAX,
        format=FORMAT_ZSTD1_MAGICLESS,
        write_content_size=False,
        write_checksum=False,
        write_dict_id=False,
    )
