"""Reads the metrics of a running service."""

import asyncio
from typing import Final

PATIENCE_SECONDS: Final = 10.0
POLL_SECONDS: Final = 0.05


async def metric(port: int, name: str) -> float:
    """Return the sum of all samples of one metric at http://127.0.0.1:port/metrics."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /metrics HTTP/1.0\r\n\r\n")
    page = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    samples = (line.rpartition(" ") for line in page.splitlines())
    return sum(float(value) for key, _, value in samples if key.partition("{")[0] == name)


async def metric_reaches(port: int, name: str, value: float) -> None:
    """Wait until the metric is at least `value`; some are published once a second.

    Raises:
        TimeoutError: it is not, in time.
    """
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await metric(port, name) < value:  # noqa: ASYNC110 (the page tells nobody)
            await asyncio.sleep(POLL_SECONDS)
