"""What a contender pays for."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.model.bill import ACKNOWLEDGEMENT, MESSAGE, Bill, Packet

PACKETS = st.builds(
    Packet,
    st.lists(st.tuples(st.sampled_from(["ip", "udp", "x"]), st.integers(0, 900)), min_size=1).map(
        tuple
    ),
    st.sampled_from([MESSAGE, ACKNOWLEDGEMENT]),
    st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), st.integers(0, 7)), max_size=4).map(tuple),
)


@given(st.lists(st.tuples(st.sampled_from(["up", "down"]), PACKETS, st.floats(0, 1e6))))
def test_every_account_adds_up_to_the_wire(charged: list[tuple[str, Packet, float]]) -> None:
    bill = Bill()
    for way, packet, at_seconds in charged:
        bill.charge("up" if way == "up" else "down", packet, at_seconds)
    total = sum(packet.size_bytes for _, packet, _ in charged)
    assert bill.total_bytes == total
    assert sum(bill.layers.values()) == sum(bill.days.values()) == total
    assert sum(bill.by_cause().values()) == sum(bill.by_action().values()) == total


def test_a_packet_is_shared_by_weight_and_what_is_for_no_action_has_its_cause() -> None:
    bill = Bill()
    bill.charge("up", Packet((("ip", 20), ("x", 70)), MESSAGE, (("A", 2), ("B", 1))), 5.0)
    bill.charge("down", Packet((("ip", 40),), ACKNOWLEDGEMENT), 86_400.0)
    assert bill.by_action() == {"A": 60, "(acknowledgement)": 40, "B": 30}
    assert bill.by_cause() == {"message": 90, "acknowledgement": 40}
    assert dict(bill.days) == {0: 90, 1: 40}
    assert bill.wire_bytes == {"up": 90, "down": 40}
