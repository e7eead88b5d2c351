"""Payloads come back byte for byte, whatever they are; what firmware writes is coded."""

import pytest
from hypothesis import assume, given

from laconic_codec import cbor, payload
from laconic_codec.cbor import Cbor
from laconic_codec.errors import FrameError
from laconic_codec.jsontext import STYLES, Tree, render
from laconic_codec.registry import KEY_NUMBERS, TEXT_NUMBERS
from tests.support.strategies import deep_texts, json_texts, payload_texts, payload_trees, texts


def _carry(text: str) -> str:
    """Encode, through bytes, as an item in a frame holds it, and decode."""
    held = cbor.load(cbor.dump([[payload.encode(text)]]))
    assert isinstance(held, list)
    assert isinstance(held[0], list)
    return payload.decode(held[0][0])


@given(texts(200))
def test_any_text_comes_back(text: str) -> None:
    assert _carry(text) == text


@given(json_texts())
def test_any_json_text_comes_back(text: str) -> None:
    assert _carry(text) == text


@given(payload_texts())
def test_any_payload_comes_back(text: str) -> None:
    assert _carry(text) == text


@given(deep_texts(300))
def test_any_depth_comes_back(text: str) -> None:
    assert _carry(text) == text


@given(payload_trees())
def test_a_compact_payload_is_no_escape(tree: dict[str, Tree]) -> None:
    text = render(tree, STYLES[0])
    assume('\\":' not in text)  # misleads, see test_jsontext.py
    assume(not any("\ud800" <= character <= "\udfff" for character in text))
    assert not payload.is_escape(payload.encode(text))


@pytest.mark.parametrize("opening", ["[", '{"status":'])
@pytest.mark.parametrize("depth", [62, 63, 64, 65, 66, 67, 1_000, 20_000])
def test_depth_around_the_limit_comes_back(opening: str, depth: int) -> None:
    text = opening * depth + "0" + ("]" if opening == "[" else "}") * depth
    assert _carry(text) == text


_CONNECTOR, _STATUS, _VALUE = (KEY_NUMBERS[key] for key in ("connectorId", "status", "value"))
_CHARGING = TEXT_NUMBERS["Charging"]


_BODIES: list[tuple[str, Cbor]] = [
    ("{}", {}),
    ('{"connectorId":1,"status":"Charging"}', {_CONNECTOR: 1, _STATUS: _CHARGING}),
    ('{"connectorId": 1}', [1, {_CONNECTOR: 1}]),
    ("[]", [0, []]),
    ('{"status":7}', {_STATUS: b"\x28\x0e"}),
    ('{"status":["Charging",null,true]}', {_STATUS: [_CHARGING, None, True]}),
    ('{"status":"Tired"}', {_STATUS: "Tired"}),
    ('{"value":"Charging"}', {_VALUE: b"\x00" + bytes([_CHARGING])}),
    ('{"value":230.40}', {_VALUE: b"\x2a\x80\xe8\x02"}),
    ('{"value":"230.40"}', {_VALUE: b"\x03\x80\xe8\x02"}),
    ('{"value":"7"}', {_VALUE: "7"}),
    ('{"value":-0}', {_VALUE: b"\x3f-0"}),
    ('{"own":9223372036854775807}', {"own": 2**63 - 1}),
    ('{"own":-9223372036854775807}', {"own": b"\x28\xfd" + b"\xff" * 8 + b"\x01"}),
    ('{"own":9223372036854775808}', {"own": b"\x3f9223372036854775808"}),
    ('{"own":1,"own":1}', '{"own":1,"own":1}'),
    ('{"own":1} ', '{"own":1} '),
    ("{\n}", [2, {}]),
    ("{ }", "{ }"),
    ('{"own":"\\ud800"}', '{"own":"\\ud800"}'),
    ("", ""),
    ("no JSON", "no JSON"),
]


@pytest.mark.parametrize(("text", "body"), _BODIES)
def test_the_body_of_a_text(text: str, body: Cbor) -> None:
    assert payload.encode(text) == body
    assert payload.decode(body) == text
    assert payload.is_escape(body) == (body == text)
    assert payload.has_style(text) == (body != text or "\\ud800" in text)


@pytest.mark.parametrize(
    "body",
    [
        None,
        True,
        0,
        b"",
        [],
        [0],
        [0, {}, 0],
        [True, {}],
        [-1, {}],
        [len(STYLES), {}],
        ["0", {}],
        [0, {10**6: 0}],
        [0, {-1: 0}],
        [0, {True: 0}],
        [0, {"connectorId": 1, _CONNECTOR: 1}],
        {_STATUS: 10**6},
        {_STATUS: -1},
        {_VALUE: b""},
        {_VALUE: b"\xff"},
        {_VALUE: 2**63},
        {_VALUE: -(2**63)},
    ],
)
def test_what_is_no_body_is_refused(body: Cbor) -> None:
    with pytest.raises(ValueError, match=r"."):
        payload.decode(body)


@pytest.mark.parametrize(
    "encoded", ["a1fb3ff800000000000000", "f7", "e0", "a100fb3ff8000000000000"]
)
def test_floats_and_simple_values_are_refused(encoded: str) -> None:
    with pytest.raises((ValueError, FrameError)):
        payload.decode(cbor.load(bytes.fromhex(encoded)))


@pytest.mark.parametrize("count", [1_500, 2_030, 2_040, 2_048, 20_000])
def test_a_payload_with_many_values_comes_back_as_text_where_it_must(count: int) -> None:
    text = '{"data":[' + ",".join(["{}"] * count) + "]}"
    body = payload.encode(text)
    assert payload.is_escape(body) == (count > 2_030)
    assert cbor.load(cbor.dump([1, 0, 0, 0, 0, [2, "DataTransfer", body, "id"]]))
    assert payload.decode(body) == text
