"""What stands for a message, by the real libraries, and what the far end reads."""

import json

import cbor2
import msgpack  # pyright: ignore[reportMissingTypeStubs]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.model.tcp.formats import FORMATS, Format
from laconic_bench.model.tcp.websocket import upgrade

CALL = '[2,"1","MeterValues",{"connectorId":1,"v":[1.5,-3,1e300,"\\u00e9",null,true]}]'
TEXTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
).map(lambda value: json.dumps([2, "id", "DataTransfer", value]))


def make(name: str) -> Format:
    """Return the format of a contender, for one connection."""
    deflate = name.startswith("ocppj-deflate")
    agreed = upgrade("CP-1", "1.6", deflate=deflate, takeover=name == "ocppj-deflate")
    return FORMATS[name](agreed)


@pytest.mark.parametrize("name", FORMATS)
@given(texts=st.lists(TEXTS, max_size=5))
def test_every_message_is_the_same_at_the_far_end(name: str, texts: list[str]) -> None:
    one = make(name)
    for text in texts:
        up, down = one.write("up", text), one.write("down", text)
        assert one.read("up", up, text) and one.read("down", down, text)


@pytest.mark.parametrize("name", FORMATS)
def test_another_content_is_noticed(name: str) -> None:
    one = make(name)
    assert not one.read("up", one.write("up", CALL), CALL.replace("1.5", "1.6"))


def test_the_binary_ones_are_those_of_the_libraries() -> None:
    packed = msgpack.packb(json.loads(CALL))  # pyright: ignore
    assert make("msgpack-ws").write("up", CALL) == packed
    assert make("cbor-ws").write("up", CALL) == cbor2.dumps(json.loads(CALL))


def test_what_messagepack_cannot_express_goes_as_text() -> None:
    text = f'[3,"1",{{"n":{1 << 70}}}]'
    payload = make("msgpack-ws").write("up", text)
    assert msgpack.unpackb(payload) == text  # pyright: ignore
    assert make("msgpack-ws").read("up", payload, text)


def test_context_takeover_makes_the_second_message_small_and_its_lack_does_not() -> None:
    def sizes(name: str) -> list[int]:
        one = make(name)
        return [len(one.write("up", CALL)) for _ in range(3)]

    first, second, _ = sizes("ocppj-deflate")
    assert second < first / 4
    assert len(set(sizes("ocppj-deflate-nct"))) == 1
    assert sizes("ocppj-tls") == [len(CALL)] * 3
