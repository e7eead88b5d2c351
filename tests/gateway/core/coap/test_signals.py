"""The signals of CoAP over TCP (RFC 8323, 5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.coap import framing, signals
from laconic_gateway.core.coap.framing import Malformed, Message
from laconic_gateway.core.coap.signals import BadOption, Capabilities


def csm(body: bytes) -> Message:
    return Message(framing.CSM, body=body)


def test_our_csm_says_nothing_because_the_defaults_hold() -> None:
    assert signals.CSM.encode().hex() == "00e1"
    assert Capabilities().max_message_bytes == 1152


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", 1152),
        ("22 0480", 1152),
        ("23 010000", 65_536),
        ("20", 0),
        ("20 20", 0),
        ("22 0600 20", 1536),
        ("22 0480 ff 646f6e65", 1152),
        ("d1 01 00 20", 1152),  # elective options that nobody knows
    ],
)
def test_a_csm_tells_the_largest_message(body: str, expected: int) -> None:
    assert signals.capabilities(csm(bytes.fromhex(body)), Capabilities()) == Capabilities(expected)


@pytest.mark.parametrize(("body", "number"), [("10", 1), ("22 0480 11 00", 3), ("d0 00", 13)])
def test_a_critical_option_is_refused(body: str, number: int) -> None:
    with pytest.raises(BadOption) as caught:
        signals.check(csm(bytes.fromhex(body)))
    assert caught.value.number == number


@pytest.mark.parametrize("body", ["d0", "e000", "f0", "0f", "21", "2d", "25 0000000000"])
def test_an_option_that_is_cut_off_is_refused(body: str) -> None:
    with pytest.raises(Malformed):
        signals.capabilities(csm(bytes.fromhex(body)), Capabilities())


@given(st.binary(max_size=60))
def test_any_body_is_read_or_refused(body: bytes) -> None:
    for read in (signals.check, signals.hold_off_seconds):
        try:
            read(csm(body))
        except (BadOption, Malformed):
            pass


def test_a_hold_off_is_bounded() -> None:
    def release(body: str) -> Message:
        return Message(framing.RELEASE, body=bytes.fromhex(body))

    assert signals.hold_off_seconds(release("")) == 0
    assert signals.hold_off_seconds(release("41 3c")) == 60
    assert signals.hold_off_seconds(release("44 ffffffff")) == 600


def test_a_pong_has_the_token_of_its_ping() -> None:
    assert signals.pong(Message(framing.PING, b"abc")) == Message(framing.PONG, b"abc")


@pytest.mark.parametrize(("number", "wire"), [(None, "00e5"), (1, "20e52101"), (300, "30e522012c")])
def test_an_abort_names_the_option(number: int | None, wire: str) -> None:
    assert signals.abort(number).encode().hex() == wire
