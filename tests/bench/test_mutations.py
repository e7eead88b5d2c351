"""Mutations come from the seed, keep their limits and try everything."""

from collections.abc import Sequence
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.mutations import Mutator


@given(
    st.binary(min_size=3, max_size=60),
    st.lists(st.binary(max_size=60), min_size=1, max_size=4),
    st.integers(0, 3),
    st.integers(0, 2**32),
)
def test_mutations_repeat_with_the_seed_and_keep_their_limits(
    data: bytes, others: list[bytes], fixed_bytes: int, seed: int
) -> None:
    mutator = Mutator(64, fixed_bytes=fixed_bytes)
    first, second = Random(seed), Random(seed)
    for _ in range(20):
        made = mutator.mutated(data, others, first)
        assert made == mutator.mutated(data, others, second)
        assert made[:fixed_bytes] == data[:fixed_bytes]
        assert len(made) <= 64


def test_mutations_are_many_near_the_original_and_of_every_length() -> None:
    data, chance = bytes(range(40)), Random(1)
    made = [Mutator(1_000).mutated(data, [bytes(300)], chance) for _ in range(2_000)]
    assert len(set(made)) > 1_500
    lengths = {len(each) for each in made}
    assert 0 in lengths and 1_000 in lengths
    assert lengths > set(range(33, 45))
    assert sum(each[:20] == data[:20] for each in made) > 500


def test_nothing_can_be_mutated_too() -> None:
    chance = Random(2)
    assert any(Mutator(10).mutated(b"", [b""], chance) for _ in range(20))


def test_changes_of_the_format_are_made_beside_the_general_ones() -> None:
    def shout(data: bytearray, at: int, others: Sequence[bytes], chance: Random) -> None:
        data[at:at] = b"\xf0\x9f\x93\xa3"

    mutator, chance = Mutator(100, shout), Random(3)
    made = [mutator.mutated(bytes(10), [bytes(10)], chance) for _ in range(200)]
    assert 20 < sum(b"\xf0\x9f\x93\xa3" in each for each in made) < 100
