"""Mutations know CoAP and stay near the limit of a datagram."""

from random import Random

from laconic_bench.fuzz_link.mutations import LONGEST_BYTES, MUTATOR, noise


def test_mutations_are_bounded_and_sometimes_look_like_coap() -> None:
    chance = Random(1)
    made = [MUTATOR.mutated(bytes(60), [bytes(1_300)], chance) for _ in range(500)]
    assert max(map(len, made)) == LONGEST_BYTES
    assert sum(each[:1] == b"\x40" for each in made) > 5
    assert sum(each[4:6] == b"\x92\x09" for each in made) > 5


def test_noise_sometimes_looks_like_coap() -> None:
    chance = Random(3)
    assert 100 < sum(noise(chance)[:1] in (b"\x40", b"\x50") for _ in range(1_000)) < 500
