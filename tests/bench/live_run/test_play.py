"""A few seconds of a day with everything real: programs, TLS, kernels, and the link between."""

import shutil
from typing import Final

import pytest

from laconic_bench.contenders.catalog import ENTRANTS
from laconic_bench.live_run.play import play_live
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.suite.job import Played, play
from laconic_bench.suite.pool import play_all
from laconic_bench.suite.script import Work
from tests.support.live import needs_network

pytestmark = needs_network

WORK: Final = Work(
    "chaji",
    1,
    6.0 / 86_400,
    LinkProfile(delay_seconds=0.01, rate_bits_per_second=1_000_000),
    120.0,
    from_hour=37.5 / 3_600,
)
"""The charger boots, says how its connectors are, and the CSMS configures it."""
MESSAGES: Final = 10
FRAMES: Final = 5
"""Of which each side may send one more or less: what comes together goes together."""


@pytest.fixture(scope="module")
def live() -> dict[str, Played]:
    """Play all contenders at once, as the command does."""
    names = ["laconic-w0", "ocppj-tls", "ocppj-deflate"]
    if shutil.which("mosquitto"):
        names.append("mqtt-tls")
    return dict(play_all(WORK, [ENTRANTS[name] for name in names], len(names), player=play_live))


def test_every_message_arrives_unaltered_and_is_judged_as_in_the_model(
    live: dict[str, Played],
) -> None:
    for name, played in live.items():
        model, found = play(WORK, ENTRANTS[name]), played.figures
        assert (played.messages, model.messages) == (MESSAGES, MESSAGES)
        assert (played.json_bytes, played.chargers) == (model.json_bytes, model.chargers)
        assert (found.lost, found.payload_mismatches, found.repeated_messages) == (0, 0, 0), name
        assert (found.substituted_answers, found.refused_commands) == (0, 0), name
        assert found.latency_ms.keys() == model.figures.latency_ms.keys()
        assert found.delivery_ms.keys() == model.figures.delivery_ms.keys()


def test_bytes_are_counted_by_the_link_and_add_up(live: dict[str, Played]) -> None:
    # That the kernel has counted the same is a condition of every live run.
    for name, played in live.items():
        found, model = played.figures, play(WORK, ENTRANTS[name]).figures
        assert found.wire_bytes_up > 0 and found.wire_bytes_down > 0
        transport = "udp" if name.startswith("laconic") else "tcp"
        assert set(found.by_layer) == {"ip", transport, "content"}
        assert sum(found.by_layer.values()) == found.wire_bytes
        assert found.by_layer["ip"] % 20 == 0
        if transport == "tcp":
            assert found.payload_bytes == model.payload_bytes
        else:
            assert found.payload_bytes is None  # it is encrypted, in another process
            packets = [one.by_layer["ip"] // 20 for one in (found, model)]
            assert abs(packets[0] - packets[1]) <= FRAMES


def test_each_end_tells_what_it_needs(live: dict[str, Played]) -> None:
    assert set(live["laconic-w0"].figures.cpu_seconds) == {"ends", "site", "expander"}
    assert set(live["ocppj-tls"].figures.memory_mb) == {"ends"}
