"""The state machine of one connection (RFC 8323), in virtual time."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.coap import framing, stream
from laconic_gateway.core.coap.framing import Message
from laconic_gateway.core.coap.stream import HANDSHAKE_BYTES, Phase, Stream

CSM = b"\x00\xe1"
REQUEST = Message(framing.POST, body=b"\x91\x09\xffciphertext")
ANSWER = Message(framing.CHANGED, body=b"\x90\xffciphertext").encode()


def greeted(*, is_accepted: bool = True) -> Stream:
    one = Stream(0.0, is_accepted=is_accepted)
    assert one.outgoing() == CSM
    assert one.receive(CSM, 0.0) == []
    assert one.phase is Phase.OPEN
    return one


@pytest.mark.parametrize("is_accepted", [True, False])
def test_both_ends_begin_with_a_csm_and_do_not_wait_for_the_other(is_accepted: bool) -> None:
    one = Stream(0.0, is_accepted=is_accepted)
    assert one.outgoing() == CSM
    assert not one.send(REQUEST.encode())
    assert one.receive(CSM + REQUEST.encode(), 1.0) == [REQUEST]
    assert one.is_open


def test_something_else_before_the_csm_aborts() -> None:
    one = Stream(0.0, is_accepted=True)
    one.outgoing()
    assert one.receive(REQUEST.encode(), 0.0) == []
    assert one.is_ended and one.outgoing() == b"\x00\xe5"


def test_a_critical_option_aborts_and_is_named_if_it_is_one_of_the_csm() -> None:
    one = Stream(0.0, is_accepted=True)
    one.outgoing()
    one.receive(bytes.fromhex("40e1 13000000"), 0.0)
    assert one.is_ended and one.outgoing().hex() == "20e52101"
    other = greeted()
    other.receive(bytes.fromhex("10e2 10") + bytes(20), 0.0)
    assert other.is_ended and other.outgoing() == b"\x00\xe5"
    assert "critical option 1" in other.reason


def test_a_ping_gets_its_pong_and_a_pong_nothing() -> None:
    one = greeted()
    assert one.receive(Message(framing.PING, b"\x07").encode(), 1.0) == []
    assert one.outgoing() == Message(framing.PONG, b"\x07").encode()
    one.receive(Message(framing.PONG).encode(), 1.0)
    assert one.outgoing() == b"" and one.is_open


def test_a_release_ends_it_after_what_came_before() -> None:
    one = greeted()
    found = one.receive(REQUEST.encode() + bytes.fromhex("20e4 410a"), 1.0)
    assert found == [REQUEST]
    assert one.is_ended and one.hold_off_seconds == 10
    assert one.receive(REQUEST.encode(), 2.0) == []


def test_an_abort_ends_it() -> None:
    one = greeted()
    one.receive(Message(framing.ABORT).encode(), 1.0)
    assert one.is_ended and one.outgoing() == b""


def test_a_peer_that_takes_only_short_messages_is_of_no_use() -> None:
    one = Stream(0.0, is_accepted=False)
    one.outgoing()
    one.receive(bytes.fromhex("30e1 220400"), 0.0)
    assert one.is_ended and one.outgoing() == b"\x00\xe5"


def test_closing_says_release() -> None:
    one = greeted(is_accepted=False)
    one.close("done")
    assert one.is_ended and one.outgoing() == b"\x00\xe4"
    silent = Stream(0.0, is_accepted=True)
    silent.close("done")
    assert silent.outgoing() == CSM


def test_an_empty_message_keeps_the_connection_alive() -> None:
    one = greeted(is_accepted=False)
    assert one.keep_alive() and one.outgoing() == b"\x00\x00"
    other = greeted()
    assert other.receive(b"\x00\x00", 1.0) == [Message(framing.EMPTY)]
    assert other.outgoing() == b""


def test_a_stranger_gets_little_time_and_one_try() -> None:
    slow = Stream(0.0, is_accepted=True)
    assert slow.timer() == stream.GREETING_SECONDS
    slow.handle_timer(stream.GREETING_SECONDS)
    assert slow.is_ended
    silent = greeted()
    assert silent.timer() == stream.UNVERIFIED_SECONDS
    silent.handle_timer(stream.UNVERIFIED_SECONDS)
    assert silent.is_ended
    wrong = greeted()
    wrong.useless()
    assert wrong.is_ended


def test_a_peer_that_was_verified_may_be_silent_for_long_and_wrong_now_and_then() -> None:
    one = greeted()
    one.receive(REQUEST.encode(), 5.0)
    one.verified()
    one.useless()
    assert one.is_open
    assert one.timer() == 5.0 + stream.SILENCE_SECONDS
    one.handle_timer(5.0 + stream.SILENCE_SECONDS)
    assert one.is_ended
    ours = greeted(is_accepted=False)
    assert ours.timer() is None


def test_a_message_that_has_begun_has_to_end() -> None:
    one = greeted()
    one.verified()
    encoded = REQUEST.encode()
    one.receive(encoded[:3], 100.0)
    one.receive(encoded[3:4], 110.0)
    assert one.timer() == 100.0 + stream.GREETING_SECONDS
    assert one.receive(encoded[4:], 111.0) == [REQUEST]
    assert one.timer() == 111.0 + stream.SILENCE_SECONDS
    one.receive(encoded[:3], 200.0)
    one.handle_timer(215.0)
    assert one.is_ended and one.reason == "the peer is too slow"


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=80).map(lambda data: ("bytes", data)),
            st.sampled_from(
                [
                    ("bytes", CSM),
                    ("bytes", REQUEST.encode()),
                    ("bytes", Message(framing.PING, b"12345678").encode()),
                    ("bytes", b"\x00\x00"),
                    ("send", ANSWER),
                    ("alive", b""),
                    ("close", b""),
                ]
            ),
        ),
        max_size=30,
    )
)
def test_a_stranger_never_gets_more_than_he_has_sent(steps: list[tuple[str, bytes]]) -> None:
    one = Stream(0.0, is_accepted=True)
    got = len(one.outgoing()) - len(CSM)
    gave = HANDSHAKE_BYTES
    for now, (what, data) in enumerate(steps):
        ended = one.is_ended
        match what:
            case "bytes":
                gave += len(data)
                one.receive(data, float(now))
            case "send":
                one.send(data)
            case "alive":
                one.keep_alive()
            case _:
                one.close("done")
        if ended:
            assert one.is_ended, "what has ended does not begin again"
        got += len(one.outgoing())
        assert got <= gave


@given(st.lists(st.binary(max_size=300), max_size=10), st.booleans())
def test_whatever_comes_in_nothing_is_raised(garbage: list[bytes], is_accepted: bool) -> None:
    one = greeted(is_accepted=is_accepted)
    for now, piece in enumerate(garbage):
        for message in one.receive(piece, float(now)):
            assert message.code in (framing.EMPTY, framing.POST, framing.CHANGED)
        one.handle_timer(float(now))


@given(
    st.lists(st.sampled_from([REQUEST.encode(), b"\x00\x00"]), max_size=5),
    st.lists(st.integers(0, 500), max_size=8),
)
def test_the_same_comes_out_however_the_stream_is_cut(sent: list[bytes], cuts: list[int]) -> None:
    data = CSM + b"".join(sent)
    places = sorted({cut % (len(data) + 1) for cut in cuts} | {0, len(data)})
    one = Stream(0.0, is_accepted=True)
    found = [
        message.encode()
        for begin, end in itertools.pairwise(places)
        for message in one.receive(data[begin:end], 1.0)
    ]
    assert found == sent
