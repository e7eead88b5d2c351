"""The checks of an upgrade request, in virtual time."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.edge.chargers.doorman import (
    FAILURE_WINDOW_SECONDS,
    MAX_FAILURES,
    Doorman,
    Visit,
    proves,
)
from laconic_gateway.edge.chargers.refusals import Refusal, Refused
from tests.support.watched_sockets import basic

KEY = "00112233445566778899aAbBcCdDeEfF00112233"


def visit(
    password: str | None,
    identity: str = "CP1",
    source: str = "192.0.2.1",
    has_origin: bool = False,
) -> Visit:
    authorization = [] if password is None else [basic(identity, password)]
    return Visit(source, f"/ocpp/{identity}", authorization, has_origin)


def outcome(doorman: Doorman, who: Visit, now: float = 0.0) -> str:
    try:
        doorman.admit(who, now)
    except Refused as refused:
        return refused.reason
    return "admitted"


@given(st.text(), st.text(min_size=1))
def test_exactly_the_right_password_is_admitted(tried: str, right: str) -> None:
    doorman = Doorman({"CP1": right})
    assert outcome(doorman, visit(right)) == "admitted"
    assert (outcome(doorman, visit(tried)) == "admitted") == (tried == right)


@given(st.text(max_size=60), st.lists(st.text(max_size=60), max_size=2))
def test_any_header_is_judged_without_an_error(password: str, headers: list[str]) -> None:
    right = basic("CP1", password)
    assert proves(headers, "CP1", password) == (len(headers) == 1 and headers[0] == right)


def test_a_key_of_40_hexadecimal_digits_is_text_or_bytes() -> None:
    assert proves([basic("CP1", KEY)], "CP1", KEY)
    assert proves([basic("CP1", bytes.fromhex(KEY))], "CP1", KEY)
    assert not proves([basic("CP1", bytes.fromhex(KEY))], "CP1", KEY + "00")


@pytest.mark.parametrize(
    "header",
    [
        "Bearer " + base64.b64encode(b"CP1:secret").decode(),
        "Basic",
        "Basic CP1:secret",
        "Basic " + base64.b64encode(b"CP1").decode(),
        "Basic " + base64.b64encode(b"CP2:secret").decode(),
        "Basic " + base64.b64encode(b":secret").decode(),
        "Basic " + base64.b64encode(b"CP1:secret\0").decode(),
    ],
)
def test_other_credentials_prove_nothing(header: str) -> None:
    assert not proves([header], "CP1", "secret")


def test_two_headers_prove_nothing() -> None:
    right = basic("CP1", "secret")
    assert proves([right], "CP1", "secret")
    assert not proves([right, right], "CP1", "secret")


def test_the_scheme_has_no_case() -> None:
    assert proves([basic("CP1", "secret").replace("Basic", "bASIC")], "CP1", "secret")


def test_reasons() -> None:
    doorman = Doorman({"CP1": "secret"})
    assert outcome(doorman, visit("secret", has_origin=True)) == Refusal.ORIGIN
    assert outcome(doorman, Visit("192.0.2.1", "/", [], False)) == Refusal.PATH
    assert outcome(doorman, visit("secret", identity="CP2")) == Refusal.UNKNOWN
    assert outcome(doorman, visit(None)) == Refusal.CREDENTIALS
    assert outcome(doorman, visit("wrong")) == Refusal.CREDENTIALS


@given(st.lists(st.floats(0, 20), max_size=60))
def test_at_most_five_guesses_in_any_minute_are_evaluated(pauses: list[float]) -> None:
    doorman = Doorman({"CP1": "secret"})
    now, evaluated = 0.0, list[float]()
    for pause in pauses:
        now += pause
        if outcome(doorman, visit("guess"), now) == Refusal.CREDENTIALS:
            evaluated.append(now)
    for sixth, first in zip(evaluated[MAX_FAILURES:], evaluated, strict=False):
        assert sixth - first >= FAILURE_WINDOW_SECONDS


def test_after_five_failures_even_the_right_password_waits_a_minute() -> None:
    doorman = Doorman({"CP1": "secret", "CP2": "other"})
    for second in range(MAX_FAILURES):
        assert outcome(doorman, visit("guess"), second) == Refusal.CREDENTIALS
    assert outcome(doorman, visit("secret"), 5) == Refusal.RATE
    assert outcome(doorman, visit("other", identity="CP2"), 5) == "admitted"
    assert outcome(doorman, visit("secret", source="192.0.2.2"), 5) == "admitted"
    assert outcome(doorman, visit("secret"), 59.9) == Refusal.RATE
    assert outcome(doorman, visit("secret"), 60) == "admitted"


def test_a_success_clears_the_failures() -> None:
    doorman = Doorman({"CP1": "secret"})
    for _ in range(3):
        for _ in range(MAX_FAILURES - 1):
            assert outcome(doorman, visit("guess")) == Refusal.CREDENTIALS
        assert outcome(doorman, visit("secret")) == "admitted"


def test_a_request_without_a_password_is_no_guess() -> None:
    doorman = Doorman({"CP1": "secret"})
    for _ in range(2 * MAX_FAILURES):
        assert outcome(doorman, visit(None)) == Refusal.CREDENTIALS
    assert outcome(doorman, visit("secret")) == "admitted"


def test_a_changed_password_counts_at_once() -> None:
    passwords = {"CP1": "old"}
    doorman = Doorman(passwords)
    passwords["CP1"] = "new"
    assert outcome(doorman, visit("old")) == Refusal.CREDENTIALS
    assert outcome(doorman, visit("new")) == "admitted"
