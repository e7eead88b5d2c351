"""The whole stack of OCPP-J beside the real one, packet by packet."""

from typing import Final

import pytest

from laconic_bench.model.tcp.kernel.seen import Seen
from laconic_bench.model.tcp.kernel.whole import CONTENDERS, modelled, played
from tests.support.live import needs_network, needs_quiet

PLAYS_MAX: Final = 3
SIGNATURE_BYTES: Final = 4
"""By so much the server's flight may be shorter than the longest, which is the model's."""


@pytest.mark.parametrize("contender", CONTENDERS)
def test_a_charger_connects_asks_twice_and_pings_once(contender: str) -> None:
    seen = modelled(contender)
    assert len(seen.answers_seconds) == 2
    syn, acknowledgement, client_hello = seen.sizes("up")[:3]
    assert (syn, acknowledgement) == (60, 52)
    assert 200 < client_hello < 700  # OpenSSL says more in some versions than in others


def agree(real: Seen, model: Seen) -> bool:
    """Tell whether both have the same packets, but for the signature."""
    if real.sizes("up") != model.sizes("up"):
        return False
    pairs = list(zip(real.sizes("down"), model.sizes("down"), strict=False))
    shorter = sum(model_bytes - real_bytes for real_bytes, model_bytes in pairs)
    same_number = len(real.sizes("down")) == len(model.sizes("down"))
    return same_number and 0 <= shorter <= SIGNATURE_BYTES


@needs_network
@needs_quiet
@pytest.mark.parametrize("contender", CONTENDERS)
def test_the_model_sends_the_packets_of_the_real_stack(contender: str) -> None:
    model = modelled(contender)
    assert any(agree(played(contender), model) for _ in range(PLAYS_MAX))
