"""A certificate is good for TLS 1.3 with its own address, and nothing else."""

import asyncio
import ssl
from pathlib import Path

import pytest

from laconic_bench.latency import certificate


def test_client_and_server_trust_each_other_for_the_one_address(tmp_path: Path) -> None:
    server_tls, client_tls = certificate.make("127.0.0.1", tmp_path)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(4))
        writer.close()

    async def story() -> None:
        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=server_tls)
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client_tls)
        assert writer.get_extra_info("ssl_object").version() == "TLSv1.3"
        writer.write(b"ocpp")
        assert await reader.read() == b"ocpp"
        writer.close()
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.open_connection(
                "127.0.0.1", port, ssl=client_tls, server_hostname="192.0.2.1"
            )
        server.close()

    asyncio.run(story())
