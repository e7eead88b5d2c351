"""Layers of a datagram."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.model.laconic.wire import layers_of


@given(st.integers(1, 1_200), st.data())
def test_the_layers_add_up_to_the_packet(length: int, data: st.DataObject) -> None:
    frame = data.draw(st.integers(0, max(0, length - 4)))
    layers = dict(layers_of(bytes(length), frame))
    assert sum(layers.values()) == length + 28
    assert layers["payload"] == frame
    assert min(layers.values()) >= 0
