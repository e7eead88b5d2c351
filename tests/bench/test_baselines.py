"""The cost of OCPP-J over TLS: by formula, and against a real TLS 1.3 connection."""

import asyncio
import ssl
from collections import Counter
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from laconic_bench.baselines import (
    PING_INTERVAL_SECONDS,
    PING_PAYLOAD_BYTES,
    Cost,
    conversation_cost,
    message_cost,
    ping_cost,
    segment_bytes,
    tls_bytes,
)
from laconic_bench.transcript import Transcript

SIZES = (1, 26, 125, 126, 714, 1_448, 16_362, 16_384, 16_385, 40_000, 65_535, 65_536, 70_000)


class Relay:
    """Carries one TCP connection and counts its bytes by direction."""

    def __init__(self, server_port: int) -> None:
        self.count: Counter[str] = Counter()
        self._server_port = server_port

    async def serve(self) -> int:
        self._relay = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        port: int = self._relay.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        self._relay.close()
        await self._relay.wait_closed()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._server_port)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._carry("up", reader, to_server))
            group.create_task(self._carry("down", from_server, writer))

    async def _carry(
        self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(65_536):
            self.count[name] += len(data)
            writer.write(data)
        writer.close()
        await writer.wait_closed()


def _certificate(folder: Path) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file


async def _measure(folder: Path) -> tuple[dict[int, Counter[str]], Counter[str]]:
    """Bytes above TCP of an exchange of each size, and of a ping with its pong."""
    certificate_file, key_file = _certificate(folder)
    server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_tls.load_cert_chain(certificate_file, key_file)
    client_tls = ssl.create_default_context(cafile=str(certificate_file))
    client_tls.minimum_version = ssl.TLSVersion.TLSv1_3

    async def echo(socket: ServerConnection) -> None:
        async for text in socket:
            await socket.send(text)

    measured: dict[int, Counter[str]] = {}
    async with serve(
        echo, "127.0.0.1", 0, ssl=server_tls, compression=None, ping_interval=None
    ) as server:
        relay = Relay(next(iter(server.sockets)).getsockname()[1])
        url = f"wss://127.0.0.1:{await relay.serve()}/"
        async with connect(
            url, ssl=client_tls, compression=None, ping_interval=None, proxy=None
        ) as socket:
            # The first exchange takes the session tickets along, which are no part of it.
            for size in (1, *SIZES):
                relay.count.clear()
                await socket.send("x" * size)
                assert len(await socket.recv()) == size
                measured[size] = Counter(relay.count)
            relay.count.clear()
            await (await socket.ping())
            ping = Counter(relay.count)
        await relay.stop()
    return measured, ping


def test_a_real_connection_costs_what_the_formula_says_above_tcp(tmp_path: Path) -> None:
    measured, ping = asyncio.run(_measure(tmp_path))
    for size in SIZES:
        assert measured[size]["up"] == tls_bytes(size, masked=True), size
        assert measured[size]["down"] == tls_bytes(size, masked=False), size
    assert ping["up"] == tls_bytes(PING_PAYLOAD_BYTES, masked=True)
    assert ping["down"] == tls_bytes(PING_PAYLOAD_BYTES, masked=False)


@pytest.mark.parametrize(
    ("stream_bytes", "wire_bytes"),
    [(1, 53), (1_448, 1_500), (1_449, 1_449 + 2 * 52), (14_480, 15_000)],
)
def test_segments_carry_1448_bytes_each(stream_bytes: int, wire_bytes: int) -> None:
    assert segment_bytes(stream_bytes) == wire_bytes


def test_a_heartbeat_and_its_answer_by_hand() -> None:
    there = message_cost(30, up=True, acknowledged=False)
    back = message_cost(57, up=False, acknowledged=True)
    assert there == Cost(30 + 6 + 22 + 52, 0)
    assert back == Cost(52, 57 + 2 + 22 + 52)
    assert (there + back).total_bytes == 295


def _conversation(*messages: tuple[float, bool, str]) -> Transcript:
    transcript = Transcript("CP1")
    for message in messages:
        transcript.add(*message)
    return transcript


CALL = '[2,"1","Heartbeat",{}]'
ANSWER = '[3,"1",{}]'
COMMAND = '[2,"2","Reset",{}]'


@pytest.mark.parametrize(
    ("messages", "acknowledgements"),
    [
        ([], 0),
        ([(0.0, True, CALL)], 1),
        ([(0.0, True, CALL), (9.0, False, ANSWER)], 1),
        ([(0.0, True, CALL), (0.0, False, ANSWER), (0.01, True, CALL)], 1),
        ([(0.0, True, CALL), (0.0, False, ANSWER), (0.05, True, CALL)], 2),
        ([(0.0, True, CALL), (0.0, True, CALL)], 2),
        ([(0.0, True, CALL), (1.0, False, COMMAND)], 2),
    ],
)
def test_an_acknowledgement_travels_alone_when_nothing_goes_back_soon(
    messages: list[tuple[float, bool, str]], acknowledgements: int
) -> None:
    entries = _conversation(*messages).entries
    data = sum(message_cost(e.size_bytes, e.up, acknowledged=False).total_bytes for e in entries)
    assert conversation_cost(entries, 0).total_bytes == data + 52 * acknowledgements


def test_pings_are_counted_by_the_time_of_the_connection() -> None:
    assert conversation_cost([], PING_INTERVAL_SECONDS * 0.99) == Cost()
    assert conversation_cost([], PING_INTERVAL_SECONDS * 2.5) == ping_cost() + ping_cost()


@given(st.integers(1, 100_000), st.booleans())
def test_a_message_never_costs_less_than_a_shorter_one(size: int, up: bool) -> None:
    longer, shorter = (message_cost(n, up, acknowledged=True).total_bytes for n in (size + 1, size))
    assert longer > shorter > size
