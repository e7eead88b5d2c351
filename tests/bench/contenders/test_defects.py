"""A contender with a broken format is found out, whatever the format is."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import cbor2
import pytest

from laconic_bench.contenders.catalog import ENTRANTS
from laconic_bench.model.coap import batches, by_message
from laconic_bench.model.coap.batcher import Batcher, Item
from laconic_bench.model.tcp import formats, soap
from laconic_bench.model.tcp.mqtt_session import MqttSession
from laconic_bench.model.tcp.websocket import Upgrade
from laconic_bench.trace import Direction, TraceRecord
from tests.support.played import BOOT, play, said

RIGHT, WRONG = "AB12", "AB13"
TALK: Final[Sequence[TraceRecord]] = said(
    *BOOT,
    (9.0, "up", f'[2,"2","Authorize",{{"idTag":"{RIGHT}"}}]'),
    (9.1, "down", '[3,"2",{"idTagInfo":{"status":"Accepted"}}]'),
)


def wrong(data: bytes) -> bytes:
    return data.replace(RIGHT.encode(), WRONG.encode())


class BrokenPlain(formats.Plain):
    def write(self, way: Direction, text: str) -> bytes:
        return wrong(text.encode())


class BrokenCbor:
    loads = staticmethod(cbor2.loads)

    @staticmethod
    def dumps(value: object) -> bytes:
        return wrong(cbor2.dumps(value))


class BrokenBatcher(Batcher):
    def add(self, item: Item) -> None:
        self._right = item
        super().add(Item(item.identity, item.text.replace(RIGHT, WRONG), item.label))

    def take(self) -> tuple[bytes, list[Item]]:
        payload, _ = super().take()
        return payload, [self._right]


def broken_plain(_agreed: Upgrade) -> formats.Format:
    return BrokenPlain()


def broken_binary(_agreed: Upgrade) -> formats.Format:
    return formats.Binary(BrokenCbor.dumps, cbor2.loads)


def broken_payload(_session: MqttSession, _way: Direction, text: str) -> bytes:
    return wrong(text.encode())


def broken_request(way: Direction, identity: str, call: list[Any]) -> bytes:
    return wrong(REQUEST(way, identity, call))


REQUEST = soap.request
FORMATS: Any = formats.FORMATS

Break = Callable[[pytest.MonkeyPatch], None]
BREAKS: Final[dict[str, Break]] = {
    "ocppj-tls": lambda patch: patch.setitem(FORMATS, "ocppj-tls", broken_plain),
    "cbor-ws": lambda patch: patch.setitem(FORMATS, "cbor-ws", broken_binary),
    "mqtt-tls": lambda patch: patch.setattr(MqttSession, "_payload", broken_payload),
    "soap-https": lambda patch: patch.setattr(soap, "request", broken_request),
    "coap-cbor": lambda patch: patch.setattr(by_message, "cbor2", BrokenCbor),
    "coap-zstd": lambda patch: patch.setattr(batches, "Batcher", BrokenBatcher),
}


@pytest.mark.parametrize("name", BREAKS)
def test_an_altered_payload_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = play(TALK, ENTRANTS[name].make).findings
    assert (whole.lost, whole.payload_mismatches) == (0, 0)
    BREAKS[name](monkeypatch)
    assert play(TALK, ENTRANTS[name].make).findings.payload_mismatches == 1
