"""A connection, packet by packet, and what holds on any link."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_bench.model.bill import ACKNOWLEDGEMENT, HANDSHAKE, MESSAGE, REPETITION
from laconic_bench.model.tcp.end import State
from laconic_bench.model.tcp.path import Nat
from laconic_bench.model.tcp.stream import Chunk
from laconic_bench.radio.profiles import PROFILES, LinkProfile
from laconic_bench.trace import Direction
from tests.support.tcp_pair import TcpPair

OPENING = [60, -60, 52]
ASKED = [252, -52, -152, 52]
"""The first exchange of a connection: question, acknowledgement, answer, acknowledgement."""


def asked(*lost: tuple[Direction, int], times: tuple[float, ...] = (2.0,)) -> TcpPair:
    """Return a connection on which some questions were asked and answered."""
    pair = TcpPair(*lost, answer_bytes=100)
    for moment in times:
        pair.ask(moment)
    pair.run(60.0)
    assert pair.client.heard == ["answer"] * len(times)
    assert pair.server.heard == ["question"] * len(times)
    return pair


def test_an_exchange_packet_by_packet() -> None:
    pair = asked(times=(2.0, 5.0))
    assert pair.link.sizes == [*OPENING, *ASKED, 252, -152, 52]
    assert Counter(cause for _, _, cause in pair.link.sent) == {
        **{HANDSHAKE: 3, MESSAGE: 4, ACKNOWLEDGEMENT: 3}
    }
    assert pair.link.bill.by_action() == {"A": 556, "A (answer)": 408, "(handshake)": 172}


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        (("up", 0), [60, *OPENING, *ASKED]),
        # Both sides repeat after a second; the second SYN-ACK is answered, too.
        (("down", 0), [60, -60, 60, -60, -60, 52, 52, *ASKED]),
        (("up", 1), [*OPENING, -60, 52, *ASKED]),
        (("up", 2), [*OPENING, 252, *ASKED]),
        (("down", 1), [*OPENING, *ASKED]),
        (("down", 2), [*OPENING, 252, -52, -152, -152, 52]),
        (("up", 3), [*OPENING, *ASKED, -152, 64]),
    ],
)
def test_one_lost_packet(lost: tuple[Direction, int], expected: list[int]) -> None:
    pair = asked(lost)
    assert pair.link.sizes == expected


def test_a_lost_question_is_probed_and_then_repeated_ever_later() -> None:
    pair = TcpPair(("up", 2), ("up", 3), ("up", 4), answer_bytes=100)
    pair.ask(2.0)
    moments: list[float] = []
    send = pair.link.send

    def watch(*arguments: object) -> None:
        moments.append(pair.schedule.now)
        send(*arguments)  # type: ignore[arg-type]

    pair.link.send = watch  # type: ignore[method-assign, assignment]
    pair.run(12.0)
    # 2 round trips and 200 ms; then 3 round trips, and twice that.
    assert moments[3:6] == pytest.approx([3.424, 5.248, 8.96])
    assert pair.client.heard == ["answer"]
    assert [cause for _, _, cause in pair.link.sent][4:7] == [REPETITION] * 3


def test_a_long_answer_comes_in_full_segments_and_each_is_acknowledged_at_first() -> None:
    pair = TcpPair(answer_bytes=5_000)
    pair.ask(2.0)
    pair.run(60.0)
    assert pair.link.sizes[3:] == [252, -52, *[-1_500] * 3, -708, *[52] * 4]
    assert sum(pair.link.sizes[5:9]) == -5_000 - 4 * 52


def test_a_gap_is_reported_and_only_what_is_missing_comes_again() -> None:
    pair = TcpPair(("down", 3), answer_bytes=5_000)
    pair.ask(2.0)
    pair.run(60.0)
    assert pair.client.heard == ["answer"]
    assert pair.link.sizes[9:] == [52, 64, 64, -1_500, 52]


def test_an_end_in_order_takes_three_packets() -> None:
    pair = asked()
    pair.client.end.end()
    pair.run(70.0)
    assert pair.link.sizes[7:] == [52, -52, 52]
    assert pair.client.log == ["opened", "ended"] and pair.server.log == ["opened", "ended"]
    assert pair.client.end.state is State.GONE and pair.server.end.state is State.GONE


def test_a_reset_ends_both_sides() -> None:
    pair = asked()
    pair.client.end.abort()
    pair.run(70.0)
    assert pair.link.sizes[7:] == [52] and pair.server.log == ["opened", "broken"]


def test_who_writes_to_a_connection_that_is_gone_is_told_by_a_reset_without_options() -> None:
    pair = asked(("up", 4))
    pair.client.end.abort()
    pair.run(70.0)
    assert pair.server.log == ["opened"], "the reset was lost"
    pair.server.end.write(Chunk((("payload", 100),), MESSAGE, "B"))
    pair.run(80.0)
    assert pair.link.sizes[7:] == [52, -152, 40] and pair.server.log == ["opened", "broken"]


def test_a_power_cut_says_nothing_and_costs_nothing() -> None:
    pair = TcpPair(answer_bytes=100)
    pair.ask(2.0)
    pair.schedule.at(2.1, pair.connection.cut)
    pair.run(3_000.0)
    assert pair.link.sizes == [*OPENING, 252]
    assert pair.server.heard == ["question"] and pair.server.log == ["opened", "broken"]


def test_nobody_there_ends_after_eleven_syns() -> None:
    lost: list[tuple[Direction, int]] = [("up", number) for number in range(20)]
    pair = TcpPair(*lost)
    pair.run(1_000.0)
    assert pair.link.sizes == [60] * 11 and pair.client.log == ["broken"]


def test_a_forgotten_mapping_keeps_the_cloud_out_until_the_site_speaks() -> None:
    pair = TcpPair(answer_bytes=100, nat=Nat(30.0))
    pair.server.think_seconds = 40.0
    pair.ask(2.0)
    pair.run(100.0)
    assert pair.client.heard == []
    pair.ask(100.0, content="again")
    pair.run(200.0)
    assert pair.client.heard == ["answer"], "the second one is late again"


PROFILES_OF_ALL_KINDS = st.builds(
    LinkProfile,
    delay_seconds=st.floats(0.0, 1.2),
    jitter_seconds=st.floats(0.0, 0.3),
    loss=st.floats(0.0, 0.3),
    rate_bits_per_second=st.sampled_from([0.0, 20_000.0, 32_000.0, 1e6]),
    queue_bytes=st.sampled_from([4_000, 64_000]),
    reordering=st.sampled_from([0.0, 0.0, 0.1]),
    duplication=st.sampled_from([0.0, 0.0, 0.1]),
)


@settings(max_examples=300, deadline=None)
@given(
    PROFILES_OF_ALL_KINDS,
    st.integers(0, 10_000),
    st.lists(st.tuples(st.floats(0.0, 60.0), st.integers(1, 9_000)), max_size=12),
    st.integers(0, 4_000),
)
def test_everything_arrives_once_and_in_order(
    profile: LinkProfile, seed: int, writes: list[tuple[float, int]], answer_bytes: int
) -> None:
    pair = TcpPair(answer_bytes=answer_bytes, profile=profile, seed=seed)
    for number, (moment, size_bytes) in enumerate(sorted(writes)):
        pair.ask(5.0 + moment, size_bytes, number)
    pair.run(20_000.0)
    if "broken" in pair.client.log + pair.server.log:
        # Fifteen minutes of repetitions without luck; what arrived is a beginning of the whole.
        assert profile.loss > 0.15 or profile.queue_bytes < 10_000
        assert pair.server.heard == list(range(len(pair.server.heard)))
    elif pair.client.log:
        # Written before the connection was there: to nobody.
        heard = pair.server.heard
        assert heard == list(range(len(writes)))[len(writes) - len(heard) :]
        assert pair.client.heard == ["answer"] * (len(heard) if answer_bytes else 0)
        assert pair.client.end.sender.is_idle and pair.server.end.sender.is_idle
    bill = pair.link.bill
    assert sum(bill.layers.values()) == bill.total_bytes
    assert sum(bill.by_cause().values()) == bill.total_bytes
    assert sum(bill.by_action().values()) == bill.total_bytes
    assert bill.layers["ip"] == 20 * sum(bill.packets.values())


@pytest.mark.parametrize("link", ["2g", "nbiot", "lte"])
def test_a_link_that_loses_nothing_repeats_hardly_anything(link: str) -> None:
    pair = TcpPair(answer_bytes=100, profile=replace(PROFILES[link], loss=0.0, jitter_seconds=0.0))
    for number in range(100):
        pair.ask(20.0 + 15.0 * number)
    pair.run(2_000.0)
    repeated = sum(cause == REPETITION for _, _, cause in pair.link.sent)
    # Round trips of two seconds are longer than the timeout of a SYN.
    assert repeated == (3 if link == "nbiot" else 0)
