"""Mutations come from the seed and stay near the limits."""

from random import Random

from laconic_bench.fuzz_link.mutations import LONGEST_BYTES, mutated, noise


def test_mutations_repeat_with_the_seed_and_are_bounded() -> None:
    data, others = bytes(range(60)), [b"", bytes(1_300)]
    first, second = Random(1), Random(1)
    for _ in range(500):
        made = mutated(data, others, first)
        assert made == mutated(data, others, second)
        assert len(made) <= LONGEST_BYTES


def test_nothing_can_be_mutated_too() -> None:
    chance = Random(2)
    assert any(mutated(b"", [b""], chance) for _ in range(100))


def test_noise_sometimes_looks_like_coap() -> None:
    chance = Random(3)
    assert 100 < sum(noise(chance)[:1] in (b"\x40", b"\x50") for _ in range(1_000)) < 500
