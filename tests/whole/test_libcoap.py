"""Both services talk with another implementation of CoAP and OSCORE: libcoap."""

import asyncio
from pathlib import Path
from typing import Final

from laconic_bench.ports import free_port
from laconic_codec import frame, items, signs
from laconic_codec.frame import Batch, Direction, Header, Open, Opened
from laconic_codec.items import Bind, Item, MessageItem, Presence
from laconic_codec.messages import Call, CallResult
from laconic_codec.registry import CORE
from laconic_gateway.edge.link.keys import End, load
from tests.support.libcoap import Client, Server, needs_libcoap, server
from tests.support.metrics_page import metric_reaches
from tests.support.ocppj import Message
from tests.support.raw import Socket, raw_charger, raw_csms, with_id
from tests.support.services import SITE, Plan, SiteCharger, services

pytestmark = needs_libcoap

CHARGER: Final = SiteCharger("CP1")
PASSWORDS: Final = {CHARGER.identity: CHARGER.csms_password}
ASKED: Final = '{"vendorId":"v","data":"%s"}'
ANSWERED: Final = '{"status":"Accepted","data":"1.10"}'
CHALLENGED: Final = 'laconic_link_events_total{event="echo_challenge"}'
CONNECTED: Final = (Bind(0, "/CP1", "1.6"), Presence(0, 1))


def answer(_identity: str, message: Message) -> str | None:
    return with_id(f'[3,"",{ANSWERED}]', message.id)


def opening(epoch: int) -> bytes:
    """Return the frame that begins an epoch, in which nothing but `cbor` is spoken."""
    encoded, count = frame.encode_open(Open(epoch, 0, CORE.fingerprint, CONNECTED))
    assert count == len(CONNECTED)
    return encoded


def call(number: int, data: str, epoch: int = 1) -> bytes:
    """Return a frame with one call as item `number` of the epoch."""
    item = MessageItem(0, Call("", "DataTransfer", ASKED % data))
    header = Header(epoch, number, number)
    encoded, count = frame.encode_batch(header, [items.encode(item)], Direction.UP)
    assert count == 1
    return encoded


def test_libcoaps_client_sends_frames_to_our_expander(tmp_path: Path) -> None:
    port = free_port()
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", (CHARGER,))
    # The second makes the longest frame that there is: it must travel in one datagram.
    data = ["x" * 10, "x" * (1023 - len(call(1, "x" * 900)) + 900)]
    assert len(call(1, data[1])) == 1023

    async def story() -> None:
        async with (
            raw_csms(answer, PASSWORDS, port) as csms,
            services(tmp_path, plan, start=["expander"]) as ours,
        ):
            material = load(tmp_path / "keys" / SITE / End.SITE)
            client = Client(tmp_path, material, ours.udp_port)
            opened = frame.decode(await client.post(opening(1)), Direction.DOWN)
            assert isinstance(opened, Opened) and opened.epoch == 1
            for number, text in enumerate(data):
                batch = frame.decode(await client.post(call(number, text)), Direction.DOWN)
                assert isinstance(batch, Batch) and batch.header.acknowledged == number + 1
                (item,) = batch.items
                assert item == MessageItem(0, CallResult("", ANSWERED), number)
            heard = [one.payload for one in csms.requests(CHARGER.identity)]
            assert heard == [ASKED % text for text in data]
            # With its replay window lost the expander challenges, and libcoap echoes (RFC 9175).
            await ours.expander.kill()
            await ours.expander.start()
            reopened = frame.decode(await client.post(opening(2)), Direction.DOWN)
            assert isinstance(reopened, Opened) and reopened.epoch == 2
            await metric_reaches(ours.expander_metrics_port, CHALLENGED, 1)

    asyncio.run(story())


class Cloud:
    """Plays the expander with libcoap as its CoAP layer, for one charger that asks."""

    def __init__(self, coap: Server) -> None:
        self._coap = coap
        self._epoch = 0
        self._stored = 0
        self._answers = 0
        self.calls: list[str] = []

    async def serve(self) -> None:
        """Answer every frame of the site."""
        while True:
            asked = await self._coap.request()
            if signs.decode(asked) is not None:
                await self._coap.answer(b"")
                continue
            found = frame.decode(asked, Direction.UP)
            if isinstance(found, Open):
                self._epoch = found.epoch
                opened = Opened(found.epoch, found.oldest - 1, 1_772_352_000_000)
                await self._coap.answer(frame.encode_opened(opened))
            else:
                assert isinstance(found, Batch)
                await self._coap.answer(self._batch(found))

    def _batch(self, found: Batch) -> bytes:
        answers: list[Item] = []
        for item in found.items:
            if isinstance(item, MessageItem) and isinstance(item.message, Call):
                answers.append(MessageItem(0, CallResult("", ANSWERED), len(self.calls)))
                self.calls.append(item.message.payload)
        self._stored = found.header.first + len(found.items)
        header = Header(self._epoch, self._answers, self._stored)
        self._answers += len(answers)
        encoded = [items.encode(item) for item in answers]
        return frame.encode_batch(header, encoded, Direction.DOWN)[0]


async def ask(charger: Socket, number: int, data: str) -> None:
    asked = f'[2,"{number}","DataTransfer",{ASKED % data}]'
    assert (await charger.call(asked)).payload == ANSWERED


def test_our_site_talks_through_libcoaps_server(tmp_path: Path) -> None:
    sizes = (1, 10, 100)
    plan = Plan("ws://127.0.0.1:1{path}", (CHARGER,), keepalive_seconds=60, lease_seconds=120)

    async def story() -> None:
        async with services(tmp_path, plan, start=[]) as ours:
            material = load(tmp_path / "keys" / SITE / End.EXPANDER)
            async with server(tmp_path, material, ours.udp_port) as coap:
                await ours.site.start()
                cloud = Cloud(coap)
                serving = asyncio.create_task(cloud.serve())
                async with raw_charger(
                    ours.url, "1.6", CHARGER.identity, CHARGER.password
                ) as charger:
                    for number, size in enumerate(sizes):
                        await ask(charger, number, "x" * size)
                    await metric_reaches(ours.site_metrics_port, "laconic_link_up", 1)
                serving.cancel()
                await asyncio.gather(serving, return_exceptions=True)
                assert cloud.calls == [ASKED % ("x" * size) for size in sizes]

    asyncio.run(story())
