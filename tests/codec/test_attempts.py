"""Committing frames that were given up, lost, late and doubled, in any order: both ends agree."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.decoder import Decoder
from laconic_codec.encoder import Encoder
from laconic_codec.frame import Batch, Coding, Direction, Header
from laconic_codec.items import Item, MessageItem
from laconic_codec.messages import Call

UP = Direction.UP

ROUNDS = st.lists(
    st.tuples(st.integers(1, 4), st.lists(st.integers(0, 7), max_size=6), st.integers(0, 3)),
    min_size=1,
    max_size=5,
)
"""Of each state: how many frames are made against it, which of all frames so far arrive before the
last one does, how many after it."""


@given(ROUNDS)
def test_the_last_attempt_wins_whenever_the_others_arrive(
    rounds: list[tuple[int, list[int], int]],
) -> None:
    encoder, decoder = Encoder(UP, 1, codings=Coding.ADAPTIVE), Decoder(UP, 1)
    number = 0
    made: list[tuple[bytes, list[Item]]] = []
    for attempts, arriving, after in rounds:
        for late, _ in made:  # the round before
            decoder.decode(late)
        made = []
        for attempt in range(attempts):
            number += 1
            given_: list[Item] = [_call(number)]
            frame = encoder.encode(Header(1, number, attempt), given_, commit=True).frame
            made.append((frame, given_))
            if attempt < attempts - 1:
                encoder.abandon()
        order = [made[place % attempts] for place in arriving]
        for frame, carried in [*order[after:], made[-1], *order[:after]]:
            found = decoder.decode(frame)
            assert isinstance(found, Batch) and list(found.items) == carried
        encoder.acknowledge()
        assert decoder.state_digest == encoder.state_digest


def _call(number: int) -> Item:
    return MessageItem(number % 3, Call("", "Authorize", f'{{"idTag":"{number:08X}"}}'))
