"""Sockets towards the CSMS that do not open, TLS, and the pace of the handshakes."""

import asyncio
import ssl
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from tests.support.csms import accept, csms_and_sockets, ignore, raw_csms
from tests.support.watched_sockets import Events, WatchedCsmsSockets, run

KEY = ("site", "CP1")


@pytest.mark.parametrize("status", [302, 401, 403, 404, 503])
def test_a_refusal_carries_its_status_and_is_not_tried_again(status: int) -> None:
    async def story() -> None:
        requests = list[Request]()

        def refuse(socket: ServerConnection, request: Request) -> Response:
            requests.append(request)
            response = socket.respond(HTTPStatus(status), "no\n")
            response.headers["Location"] = "/elsewhere"
            return response

        async with csms_and_sockets(process_request=refuse) as (_, sockets, events):
            sockets.open(KEY, "/CP1", "1.6", "secret")
            reason = f"the CSMS answers HTTP {status}"
            assert await events.next() == ("failed", KEY, status, reason)
            assert not sockets.send(KEY, "lost")
        assert (len(requests), sockets.dropped_messages, events.rest()) == (1, 1, [])

    run(story)


@pytest.mark.parametrize("confirmed", [None, "ocpp2.1"])
def test_a_csms_that_does_not_confirm_the_subprotocol_is_left(confirmed: str | None) -> None:
    def choose(socket: ServerConnection, offered: object) -> Subprotocol | None:
        return None if confirmed is None else Subprotocol(confirmed)

    async def story() -> None:
        async with csms_and_sockets(select_subprotocol=choose) as (_, sockets, events):
            sockets.open(KEY, "/CP1", "1.6", None)
            reason = "the CSMS does not accept subprotocol ocpp1.6"
            assert await events.next() == ("failed", KEY, None, reason)

    run(story)


def test_an_unreachable_csms_is_reported() -> None:
    async def story() -> None:
        server = await asyncio.start_server(ignore, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await server.wait_closed()
        events = Events()
        sockets = WatchedCsmsSockets(f"ws://127.0.0.1:{port}{{path}}", events)
        sockets.open(KEY, "/CP1", "1.6", None)
        kind, key, status, reason = await events.next()
        assert (kind, key, status) == ("failed", KEY, None)
        assert str(reason).startswith("the CSMS cannot be reached: ")
        await sockets.stop()

    run(story)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00\xff\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 200 " + b"x" * 10_000 + b"\r\n\r\n",
    ],
)
def test_an_answer_that_is_no_handshake_is_a_failure(answer: bytes) -> None:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async def story() -> None:
        async with raw_csms(respond) as (sockets, events):
            sockets.open(KEY, "/CP1", "1.6", None)
            kind, key, status, reason = await events.next()
            assert (kind, key, status) == ("failed", KEY, None)
            assert str(reason).startswith("the answer of the CSMS is no WebSocket handshake: ")
            assert str(reason).isprintable()
            await sockets.stop()

    run(story)


def test_close_cuts_a_socket_that_is_being_given_up() -> None:
    async def story() -> None:
        is_given_up, is_cut = asyncio.Event(), asyncio.Event()

        async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await accept(reader, writer)  # without a subprotocol
            await reader.readexactly(8)  # a close frame, which gets no answer
            is_given_up.set()
            with suppress(ConnectionError):
                await reader.read()
            is_cut.set()
            writer.close()

        async with raw_csms(respond) as (sockets, events):
            sockets.open(KEY, "/CP1", "1.6", None)
            await is_given_up.wait()
            sockets.close(KEY)
            await is_cut.wait()
            await sockets.stop()
            assert events.rest() == []

    run(story)


def test_handshakes_are_paced() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        async with csms_and_sockets() as (csms, _, events):
            sockets = WatchedCsmsSockets(csms.url, events, handshakes_per_second=100)
            start_seconds = loop.time()
            for number in range(21):
                sockets.open(("site", f"CP{number}"), f"/CP{number}", "1.6", None)
            sockets.close(("site", "CP0"))  # it takes no turn
            for _ in range(20):
                await events.next()
            assert loop.time() - start_seconds >= 0.19
            await sockets.stop()

    run(story)


def test_tls_needs_a_certificate_that_the_ca_file_trusts(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path / "right")
    stranger, _ = self_signed(tmp_path / "wrong")
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(certificate, key)

    async def story() -> None:
        async with csms_and_sockets(ssl=server_side) as (csms, _, events):
            url = csms.url.replace("ws://127.0.0.1", "wss://localhost")
            trusting = WatchedCsmsSockets(url, events, ca_file=certificate)
            trusting.open(KEY, "/CP1", "2.1", None)
            assert await events.next() == ("opened", KEY)
            await trusting.stop()
            careful = WatchedCsmsSockets(url, events, ca_file=stranger)
            careful.open(KEY, "/CP1", "2.1", None)
            assert "certificate verify failed" in str((await events.next())[3])

    run(story)


def test_an_unusable_ca_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    for name in ("empty.pem", "missing.pem"):
        with pytest.raises(ValueError, match=f"{name}.* PEM"):
            WatchedCsmsSockets("wss://csms{path}", Events(), ca_file=tmp_path / name)


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Makes a certificate for localhost and its key; returns both files."""
    folder.mkdir()
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1))
        .not_valid_after(datetime(2120, 1, 1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return folder / "certificate.pem", folder / "key.pem"
