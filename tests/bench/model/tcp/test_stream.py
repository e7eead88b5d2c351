"""The stream: what is written is cut into segments, and no byte changes its layer."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.model.tcp.stream import Chunk, Piece, Unsent, cut

LAYERS = st.lists(
    st.tuples(st.sampled_from(["tls", "websocket", "payload"]), st.integers(1, 3_000)),
    min_size=1,
    max_size=4,
).map(tuple)


def of_layers(layers: object) -> Counter[str]:
    found: Counter[str] = Counter()
    for name, size in layers:  # type: ignore[attr-defined]
        found[name] += size
    return found


@given(st.lists(LAYERS, min_size=1, max_size=6), st.lists(st.integers(1, 1_448), min_size=1))
def test_segments_are_the_stream(
    written: list[tuple[tuple[str, int], ...]], limits: list[int]
) -> None:
    unsent, total, weights = Unsent(), Counter[str](), 0
    for number, layers in enumerate(written):
        unsent.write(Chunk(layers, "message", f"Action{number}"))
    position, number = 1, 0
    while unsent:
        piece = unsent.take(limits[number % len(limits)])
        assert piece.start == position and piece.end - piece.start <= limits[number % len(limits)]
        assert sum(size for _, size in piece.layers) == piece.end - piece.start
        assert sum(size for _, size in piece.shares) == piece.end - piece.start
        total += of_layers(piece.layers)
        weights += sum(size for _, size in piece.shares)
        position, number = piece.end, number + 1
    assert total == of_layers(one for layers in written for one in layers)
    assert position == unsent.end and weights == position - 1


def test_writes_share_a_segment_only_when_they_wait() -> None:
    unsent = Unsent()
    unsent.write(Chunk((("payload", 100),), "message", "A"))
    assert unsent.take(1_448).layers == (("payload", 100),)
    unsent.write(Chunk((("payload", 100),), "keepalive"))
    unsent.write(Chunk((("tls", 22), ("payload", 50)), "message", "B"))
    piece = unsent.take(150)
    assert piece.layers == (("payload", 100), ("tls", 22), ("payload", 28))
    assert piece.shares == (("B", 50),) and piece.cause == "keepalive" and not piece.is_pushed
    assert unsent.take(150).is_pushed


def test_a_half_sent_write_is_not_taken_for_the_last_one_because_of_its_size() -> None:
    unsent = Unsent()
    for number, size in enumerate((1, 2, 1)):
        unsent.write(Chunk((("tls", size),), "message", f"Action{number}"))
    taken = [unsent.take(2), unsent.take(2)]
    assert [(piece.start, piece.end) for piece in taken] == [(1, 3), (3, 5)]
    assert [piece.shares for piece in taken] == [
        (("Action0", 1), ("Action1", 1)),
        (("Action1", 1), ("Action2", 1)),
    ]
    assert not unsent


@given(LAYERS, st.integers(0, 5_000), st.integers(0, 5_000))
def test_cutting_at_a_point_loses_nothing(
    layers: tuple[tuple[str, int], ...], one: int, other: int
) -> None:
    size = sum(own for _, own in layers)
    first, second = sorted((min(one, size), min(other, size)))
    parts = [cut(layers, 0, first), cut(layers, first, second), cut(layers, second, size)]
    assert of_layers(one for part in parts for one in part) == of_layers(layers)


def test_a_piece_absorbs_the_one_behind_it() -> None:
    piece = Piece(1, 101, (("payload", 100),), "message", (("A", 100),))
    piece.absorb(Piece(101, 102, (), "handshake", (), is_fin=True))
    assert (piece.start, piece.end, piece.layers, piece.is_fin) == (
        1,
        102,
        (("payload", 100),),
        True,
    )
