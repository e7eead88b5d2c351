"""Messages of CoAP over TCP in a stream of bytes (RFC 8323, 3.2)."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.coap import framing, messages
from laconic_gateway.core.coap.framing import MESSAGE_LIMIT_BYTES, Malformed, Message, Reader

BODY_MAX = MESSAGE_LIMIT_BYTES - 12
tokens = st.binary(max_size=8)
bodies = st.one_of(
    st.binary(min_size=1, max_size=40),
    st.integers(1, BODY_MAX).map(lambda size: b"\x90" + bytes(size - 1)),
)
contents = st.builds(Message, st.sampled_from([framing.POST, framing.CHANGED]), tokens, bodies)
signals = st.builds(
    Message, st.sampled_from(sorted(framing.SIGNALS)), tokens, st.binary(max_size=20)
)
any_message = st.one_of(contents, signals, st.just(Message(framing.EMPTY)))


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    """Cut bytes into pieces at those places, modulo their number."""
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    return [data[begin:end] for begin, end in itertools.pairwise(places)]


@given(st.lists(any_message, max_size=6), st.lists(st.integers(0, 10_000), max_size=30))
def test_messages_come_out_however_the_stream_is_cut(sent: list[Message], cuts: list[int]) -> None:
    reader = Reader()
    stream = b"".join(message.encode() for message in sent)
    found = [message for piece in pieces(stream, cuts) for message in reader.feed(piece)]
    assert found == sent
    assert reader.unfinished_bytes == 0


@given(st.lists(st.binary(max_size=400), max_size=10))
def test_garbage_is_refused_or_waits_within_the_limit(garbage: list[bytes]) -> None:
    reader = Reader()
    for piece in garbage:
        try:
            for message in reader.feed(piece):
                assert len(message.encode()) <= MESSAGE_LIMIT_BYTES
        except Malformed:
            return
        assert reader.unfinished_bytes < MESSAGE_LIMIT_BYTES


@given(tokens, st.sampled_from([13, 14, 15]), st.binary(min_size=4, max_size=4))
def test_a_length_that_is_too_long_is_refused_before_the_content(
    token: bytes, nibble: int, extended: bytes
) -> None:
    size = {13: 1, 14: 2, 15: 4}[nibble]
    added = {13: 13, 14: 269, 15: 65_805}[nibble]
    body = int.from_bytes(extended[:size], "big") + added
    head = bytes([nibble << 4 | len(token)]) + extended[:size]
    too_long = 1 + size + 1 + len(token) + body > MESSAGE_LIMIT_BYTES
    if too_long:
        with pytest.raises(Malformed, match="a message of"):
            Reader().feed(head)
    else:
        assert Reader().feed(head) == []


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        (b"\x09", "a token of 9 bytes"),
        (b"\xf0", "more than 65,804 bytes"),
        (b"\x10\x01", "the code 0.01"),
        (b"\x10\x45", "the code 2.05"),
        (b"\x00\xe6", "the code 7.06"),
        (b"\x01\x00", "an empty message with content"),
        (b"\x10\x00", "an empty message with content"),
        (b"\x00\x02", "without protection"),
        (b"GET / HTTP/1.1\r\n", "a token of|the code"),
        (b"\x16\x03\x01\x02\x00\x01", "a token of|the code"),
    ],
)
def test_what_this_profile_does_not_have_is_refused(stream: bytes, said: str) -> None:
    with pytest.raises(Malformed, match=said):
        Reader().feed(stream)


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (1, "1002"),
        (12, "c002"),
        (13, "d00002"),
        (268, "d0ff02"),
        (269, "e0000002"),
        (1024, "e002f302"),
    ],
)
def test_lengths_are_written_as_the_rfc_says(size: int, head: str) -> None:
    encoded = Message(framing.POST, body=b"\x90" * size).encode()
    assert encoded[: len(head) // 2].hex() == head
    assert len(encoded) == len(head) // 2 + size


@given(contents)
def test_a_message_is_the_same_in_a_datagram(message: Message) -> None:
    datagram = message.as_datagram()
    assert framing.of_datagram(datagram) == message.encode()
    parsed = messages.parse(datagram)
    assert parsed is None or (parsed.code, parsed.token) == (message.code, message.token)


def test_the_largest_frame_fits() -> None:
    """A frame of 1,024 bytes under OSCORE, with a token and the longest of everything."""
    oscore_and_token = 8 + 2 + 1 + 5 + 7 + 1 + 1 + 1 + 8
    assert 5 + oscore_and_token + 1024 <= MESSAGE_LIMIT_BYTES
