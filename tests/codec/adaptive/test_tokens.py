"""Messages as tokens and values: every text comes back from them, exactly."""

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive import tokens
from laconic_codec.adaptive.templates import Template
from laconic_codec.adaptive.tokens import Flattened
from laconic_codec.registry import CORE
from tests.support.strategies import (
    deep_texts,
    json_texts,
    number_texts,
    payload_texts,
    scalar_texts,
    texts,
    timestamp_texts,
)


def _rendered(text: str) -> str:
    flattened = Flattened(2, "Heartbeat", text, CORE)
    template = Template(flattened.tokens, flattened.names, CORE)
    assert len(template.slots) == len(flattened.values)
    return template.render(flattened.values)


@given(json_texts() | texts(100) | deep_texts(60) | payload_texts())
def test_any_text_comes_back(text: str) -> None:
    try:
        assert _rendered(text) == text
    except UnicodeEncodeError:
        assert "\\ud" in text.lower()  # a lone surrogate: another coding takes it


@given(number_texts() | scalar_texts())
def test_a_number_comes_back_or_has_another_spelling(text: str) -> None:
    number = tokens.number_of(text)
    assert number is None or tokens.number_text(number) == text


@given(st.integers(1 - tokens.MAGNITUDE_MAX, tokens.MAGNITUDE_MAX - 1), st.integers(0, 9))
def test_mantissa_and_decimals_come_back(mantissa: int, decimals: int) -> None:
    text = tokens.number_text((mantissa, decimals))
    assert json.loads(text) == pytest.approx(mantissa / 10**decimals)
    assert tokens.number_of(text) == (mantissa, decimals)


@pytest.mark.parametrize("text", ["-0", "-0.0", "01", "1.", ".5", "1e3", "+1", "1_0", "٣", "1\n"])
def test_another_spelling_is_no_number(text: str) -> None:
    assert tokens.number_of(text) is None


@given(timestamp_texts() | scalar_texts())
def test_a_timestamp_comes_back_or_has_another_spelling(text: str) -> None:
    found = tokens.timestamp_of(text)
    assert found is None or tokens.timestamp_text(*found) == text


@given(
    st.datetimes(),
    st.integers(0, 6),
    st.sampled_from(["", "Z", "+00:00", "+05:30", "-15:00", "+15:00", "-00:15"]),
)
def test_timestamps_in_use_have_a_token(moment: datetime, digits: int, zone: str) -> None:
    fraction = f".{moment.microsecond:06}"[: digits + 1] if digits else ""
    text = moment.replace(microsecond=0).isoformat() + fraction + zone
    found = tokens.timestamp_of(text)
    assert found is not None
    token, value = found
    assert tokens.timestamp_text(token, value) == text
    assert tokens.TIMESTAMP <= token < tokens.TIMESTAMP_END
    told = value * tokens.timestamp_unit(token)
    exact = moment.replace(microsecond=int(fraction[1:].ljust(6, "0") or "0"))
    assert timedelta(microseconds=told) == exact - datetime(2020, 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-30T00:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T08:00:60Z"),
        *("2026-03-01T08:00:00-00:00", "2026-03-01T08:00:00+05:31", "2026-03-01T08:00:00+15:15"),
        *("2026-03-01T08:00:00.1234567Z", "2026-03-01T08:00:00.Z", "2026-03-01 08:00:00Z"),
        *("2026-03-01T08:00:00z", "0000-01-01T00:00:00Z", "2026-03-01T08:00:00Z\n"),
    ],
)
def test_another_spelling_is_no_timestamp(text: str) -> None:
    assert tokens.timestamp_of(text) is None


@pytest.mark.parametrize("value", [2**40, -(2**40), 10**30, -(10**30)])
def test_a_timestamp_outside_of_the_calendar_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="out of range"):
        tokens.timestamp_text(tokens.TIMESTAMP, value)


def _tokens_of(text: str) -> list[int]:
    return Flattened(2, "", text, CORE).tokens[1:]


def test_the_tokens_of_a_payload() -> None:
    key = CORE.key_numbers
    assert _tokens_of('{"connectorId":1,"unit":"Wh","value":"1.50","status":null}') == [
        tokens.OBJECT,
        tokens.TYPE_KEY << 28 | key["connectorId"],
        tokens.NUMBER,
        tokens.TYPE_KEY << 28 | key["unit"],
        tokens.TYPE_CONSTANT << 28 | CORE.text_numbers["Wh"],
        tokens.TYPE_KEY << 28 | key["value"],
        tokens.NUMERIC_TEXT,
        tokens.TYPE_KEY << 28 | key["status"],
        tokens.TEXT,
        tokens.OBJECT_END,
    ]
    assert _tokens_of('["2026-03-01T08:00:00Z",1e3]') == [
        *(tokens.ARRAY, tokens.TIMESTAMP, tokens.VERBATIM, tokens.ARRAY_END),
    ]
    assert _tokens_of('{"idTag":"1234"}')[2] == tokens.TEXT  # an identifier, no number
    assert _tokens_of("{ }") == _tokens_of("no JSON") == [tokens.VERBATIM]


def test_a_name_that_the_registry_does_not_have_is_learned() -> None:
    flattened = Flattened(2, "OwnAction", '{"ownKey":1,"unit":"own"}', CORE)
    assert sorted(flattened.names.values()) == ["OwnAction", "own", "ownKey"]
    assert all(token & tokens.LEARNED for token in flattened.names)


def test_the_digest_depends_on_every_token() -> None:
    made = [[], [1], [2], [1, 1], [1, 2], [2, 1]]
    assert len({tokens.digest(each) for each in made}) == len(made)
