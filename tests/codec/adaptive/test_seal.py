"""Head and check of a frame: which state it was coded against."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive import seal
from laconic_codec.adaptive.entries import Entry
from laconic_codec.frame import Direction
from laconic_codec.registry import CORE, VendorPart

WORDS = st.integers(0, 2**32 - 1)


@given(st.booleans(), st.integers(0, 2**63 - 1), st.integers(0, 10**6), st.booleans())
def test_a_head_is_one_byte_that_no_other_coding_begins_with(
    commits: bool, epoch: int, index: int, is_condensed: bool
) -> None:
    first = seal.head(commits, epoch, index, is_condensed)
    assert 0 <= first < seal.HEAD_LIMIT
    assert (bool(first & seal.COMMITS), bool(first & seal.ODD_EPOCH)) == (commits, epoch % 2 == 1)
    assert bool(first & seal.CONDENSED) == is_condensed
    assert first & seal.INDEX_MASK == index % 8


def test_the_bits_of_a_head() -> None:
    assert seal.head(True, 1, 15, True) == 0b11_1111
    assert seal.head(False, 2, 16) == 0
    assert seal.head(True, 2, 3) == 0b10_0011
    assert seal.head(False, 0, 1, True) == 0b00_1001


def test_each_direction_epoch_and_registry_begins_with_a_chain_of_its_own() -> None:
    vendors = CORE.extended(VendorPart("own", 1, keys=("own",)))
    chains = {
        seal.first_chain(direction, epoch, registry)
        for direction in Direction
        for epoch in (0, 1, 2, 2**63 - 1)
        for registry in (CORE, vendors)
    }
    assert len(chains) == 16


@given(WORDS, st.binary(max_size=9), st.text(max_size=9), st.text(max_size=9))
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
