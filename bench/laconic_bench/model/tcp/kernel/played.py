"""Plays a story with the kernel: two namespaces, real sockets, and a capture of the link."""

import asyncio
import socket
import struct
import tempfile
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Final

from laconic_bench.live.namespaces import Namespace
from laconic_bench.live.network import EXPANDER_ADDRESS, Network, NetworkSettings, network
from laconic_bench.live.pcap import read_packets
from laconic_bench.model.tcp.kernel.seen import Seen, SeenPacket
from laconic_bench.model.tcp.kernel.stories import Line, Story
from laconic_bench.trace import Direction

_HEAD: Final = struct.Struct(">IId")
"""At the start of what is said: its length, the length of its answer, how long to think."""
_MARGIN_SECONDS: Final = 0.05
CONGESTION_CONTROL: Final = b"cubic"
"""The default of Linux; this machine may have another one."""


def play(story: Story) -> Seen:
    """Play a story in real time.

    Raises:
        NetworkError: this machine cannot have such a network; the text says why.
    """
    with tempfile.TemporaryDirectory(prefix="laconic-bench-") as folder:
        capture = Path(folder) / "link.pcap"
        with network(NetworkSettings(story.profile(), story.seed(), None, capture)) as made:
            answers = asyncio.run(_play(made, story))
            made.counts()
        seen = read(capture, story.seconds)
    seen.answers_seconds = answers
    return seen


async def _play(made: Network, story: Story) -> list[float]:
    server = tcp_socket(made.expander)
    server.bind((EXPANDER_ADDRESS, 0))
    listening = await asyncio.start_server(_serve, sock=server)
    began = monotonic()
    answers: list[float] = []
    async with listening:
        address = server.getsockname()
        charging = [_connect(made, address, answers) for _ in range(story.connections)]
        chargers = await asyncio.gather(*charging)
        for line in story.lines:
            await asyncio.sleep(began + line.at_seconds - monotonic())
            chargers[line.connection][0].write(_text(line.question_bytes, line))
        until = story.seconds - (2.0 if story.ends else 0.0)
        await asyncio.sleep(began + until - monotonic())
        if story.ends:
            chargers[0][0].write_eof()
            await asyncio.sleep(began + story.seconds - monotonic())
        made.counts()
        for writer, hearing in chargers:
            hearing.cancel()
            with suppress(asyncio.CancelledError):
                await hearing
            writer.transport.abort()
    return answers


async def _connect(
    made: Network, address: tuple[str, int], answers: list[float]
) -> tuple[asyncio.StreamWriter, "asyncio.Task[None]"]:
    opened = tcp_socket(made.site)
    await asyncio.get_running_loop().sock_connect(opened, address)
    reader, writer = await asyncio.open_connection(sock=opened)
    return writer, asyncio.create_task(_hear(reader, writer, answers))


def tcp_socket(namespace: Namespace) -> socket.socket:
    """Return a TCP socket with the settings that the model assumes."""
    made = namespace.socket()
    made.setblocking(False)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, CONGESTION_CONTROL)
    # asyncio sets it only for sockets that know their protocol.
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
    return made


def _text(size_bytes: int, line: Line, asked_at: float | None = None) -> bytes:
    """Return a question, with the time in it; or an answer, which gives the time back."""
    head = _HEAD.pack(size_bytes, line.answer_bytes, line.think_seconds)
    time = struct.pack(">d", monotonic() if asked_at is None else asked_at)
    return (head + time).ljust(size_bytes, b".")


async def _read_text(reader: asyncio.StreamReader) -> tuple[Line, float]:
    head = await reader.readexactly(_HEAD.size)
    size, answer, think = _HEAD.unpack(head)
    rest = await reader.readexactly(size - _HEAD.size)
    return Line(0.0, size, answer, think), struct.unpack_from(">d", rest)[0]


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    thinking: set[asyncio.Task[None]] = set()
    with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
        while True:
            line, asked_at = await _read_text(reader)
            if line.answer_bytes and not line.think_seconds:
                writer.write(_text(line.answer_bytes, line, asked_at))
            elif line.answer_bytes:
                thinking.add(asyncio.create_task(_answer(writer, line, asked_at)))
    writer.close()


async def _answer(writer: asyncio.StreamWriter, line: Line, asked_at: float) -> None:
    await asyncio.sleep(line.think_seconds)
    writer.write(_text(line.answer_bytes, line, asked_at))


async def _hear(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: list[float]
) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            _, asked_at = await _read_text(reader)
            answers.append(monotonic() - asked_at)
    writer.close()


def read(capture: Path, until_seconds: float) -> Seen:
    """Return the packets of a capture of the link, without those after some time."""
    seen = Seen()
    began = None
    for at_seconds, packet in read_packets(capture.read_bytes()):
        began = at_seconds if began is None else began
        is_down = socket.inet_ntoa(packet[12:16]) == EXPANDER_ADDRESS
        way: Direction = "down" if is_down else "up"
        # The end of the story closes the connection, and is no part of it.
        if at_seconds - began < until_seconds - _MARGIN_SECONDS:
            seen.packets.append(SeenPacket(at_seconds - began, way, len(packet)))
    return seen
