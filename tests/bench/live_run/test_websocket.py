"""WebSockets of a live run: they count what stands for messages, and can end without a word."""

import asyncio

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from laconic_bench.live.network import NetworkSettings, network
from laconic_bench.live_run.websocket import Socket, forget
from laconic_bench.live_run.world import Tally
from tests.support.live import needs_network, tcp_connection

CALL = '[2,"a","Heartbeat",{}]'
ANSWER = '[3,"a",{"currentTime":"2026-03-02T00:00:00Z","again":"2026-03-02T00:00:00Z"}]'


def test_the_payload_of_both_ends_is_counted_as_it_is_sent() -> None:
    async def story(compression: str | None) -> tuple[int, list[str]]:
        tally, heard = Tally(), list[str]()

        async def answer(connection: ServerConnection) -> None:
            one = Socket(connection, tally)
            one.say(ANSWER)  # nobody has asked for it here
            await one.hear(lambda text: one.say(ANSWER))

        async with serve(answer, "127.0.0.1", 0, compression=compression) as server:
            port = server.sockets[0].getsockname()[1]
            async with connect(f"ws://127.0.0.1:{port}", compression=compression) as connection:
                one = Socket(connection, tally)

                def take(text: str) -> None:
                    heard.append(text)
                    asyncio.ensure_future(connection.close())  # noqa: RUF006

                one.say(CALL)
                await one.hear(take)
        return tally.payload_bytes, heard

    payload_bytes, heard = asyncio.run(story(None))
    assert heard == [ANSWER]
    assert payload_bytes == len(CALL) + len(ANSWER)
    compressed_bytes, heard = asyncio.run(story("deflate"))
    assert heard == [ANSWER]
    assert 0 < compressed_bytes < payload_bytes


@needs_network
def test_a_forgotten_connection_ends_without_a_packet() -> None:
    with network(NetworkSettings()) as made:
        with tcp_connection(made) as (client, _):
            before = made.counts().up.entered.packets
            forget(client)
            client.close()
            assert made.counts().up.entered.packets == before == 3
