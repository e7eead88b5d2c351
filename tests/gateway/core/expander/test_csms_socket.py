"""When the socket of a charger is tried again; the rest is in the tests of the lane."""

from random import Random

from laconic_gateway.core.expander.csms_socket import CsmsSocket

RECOVERY_SECONDS = 60.0
SEED = 1


def test_a_csms_that_was_away_for_long_is_found_again_within_a_minute() -> None:
    socket = CsmsSocket(Random(SEED).random)
    waits: list[float] = []
    for _ in range(2_000):
        socket.open(("/ocpp/CP1", "1.6", 1))
        socket.lost(0.0)
        waits.append(socket.try_at)
    assert max(waits) <= RECOVERY_SECONDS
    assert min(waits[10:]) > 15.0, "chargers that come back at the same time are spread"
