"""Reads the metrics of a running service."""

import asyncio
from typing import Final

from tests.support.services import HERE, Host

PATIENCE_SECONDS: Final = 10.0
POLL_SECONDS: Final = 0.05


async def metric(port: int, name: str, host: Host = HERE) -> float:
    """Return the sum of all samples of one metric at http://127.0.0.1:port/metrics.

    A name with labels, as `name{label="value"}`, is that of one sample.
    """
    reader, writer = await asyncio.open_connection(sock=await host.connect(port))
    writer.write(b"GET /metrics HTTP/1.0\r\n\r\n")
    page = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    samples = (line.rpartition(" ") for line in page.splitlines())
    return sum(float(value) for key, _, value in samples if name in (key, key.partition("{")[0]))


async def metric_reaches(port: int, name: str, value: float, host: Host = HERE) -> None:
    """Wait until the metric is at least `value`; some are published once a second.

    Raises:
        TimeoutError: it is not, in time.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await metric(port, name, host) < value:  # noqa: ASYNC110 (the page tells nobody)
            await asyncio.sleep(POLL_SECONDS)
