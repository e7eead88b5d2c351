"""Head and check of a frame: which state it was coded against."""

import zlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive import seal
from laconic_codec.adaptive.entries import Entry
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Direction
from laconic_codec.registry import CORE, VendorPart

CHAINS = st.binary(max_size=9).map(zlib.crc32)
"""As real ones: of all integers, hypothesis finds one after which a zero byte changes no CRC."""

HEADS = st.builds(
    seal.Head,
    st.booleans(),
    st.integers(0, 2**63 - 1),
    st.integers(0, 10**6),
    st.booleans(),
    st.just(0) | st.integers(0, seal.ATTEMPTS_MAX),
).filter(lambda head: head.commits or not head.attempt)


@given(HEADS, st.binary(max_size=9))
def test_a_head_comes_back_and_no_other_coding_begins_with_one(
    head: seal.Head, body: bytes
) -> None:
    first, attempt = head.encode()
    assert 0 <= first < seal.HEAD_LIMIT
    found, rest = seal.read_head(bytes([first]) + b"ck" + attempt + body)
    assert found == replace(head, epoch=head.epoch % 2, index=head.index % 4)
    assert rest == body


def test_the_bits_of_a_head() -> None:
    assert seal.Head(True, 1, 15, True, attempt=1).encode() == (0b11_1111, b"\0\1")
    assert seal.Head(False, 2, 16).encode() == (0, b"")
    assert seal.Head(True, 2, 3, attempt=0xFFFE).encode() == (0b10_0111, b"\xff\xfe")
    assert seal.Head(False, 0, 1, True).encode() == (0b00_1001, b"")


@pytest.mark.parametrize(
    "encoded",
    [
        b"\x30",
        b"\x30\x01",
        b"\x34\x01\x02",  # an attempt should follow
        b"\x34\x01\x02\x00",
        b"\x34\x01\x02\x00\x00",  # the first attempt has none
        b"\x14\x01\x02\x00\x01",  # only what commits has one
    ],
)
def test_a_head_that_cannot_be_is_malformed(encoded: bytes) -> None:
    with pytest.raises(FrameError) as caught:
        seal.read_head(encoded)
    assert caught.value.fault is FrameFault.MALFORMED


def test_each_direction_epoch_and_registry_begins_with_a_chain_of_its_own() -> None:
    vendors = CORE.extended(VendorPart("own", 1, keys=("own",)))
    chains = {
        seal.first_chain(direction, epoch, registry)
        for direction in Direction
        for epoch in (0, 1, 2, 2**63 - 1)
        for registry in (CORE, vendors)
    }
    assert len(chains) == 16


@given(CHAINS, st.binary(max_size=9), st.text(max_size=9), st.text(max_size=9))
def test_a_seal_covers_everything(chain: int, body: bytes, one: str, other: str) -> None:
    def sealed(chain: int, first: int, body: bytes, *texts: str) -> int:
        return seal.seal(chain, first, body, [Entry(0, 2, "A", text) for text in texts])

    made = sealed(chain, 1, body, one, other)
    assert sealed(chain ^ 1, 1, body, one, other) != made
    assert sealed(chain, 2, body, one, other) != made
    assert sealed(chain, 1, body + b"\1", one, other) != made
    assert sealed(chain, 1, body, one) != made
    assert sealed(chain, 1, body, one + "x", other) != made
    assert (sealed(chain, 1, body, other, one) == made) == (one == other)
