"""Patience with a full disk: a service that starts on one waits, and does not end.

Who started it would only start it again, and again. What time does not mend is raised at once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from laconic_gateway.errors import GatewayError

RETRY_SECONDS: Final = 2.0

_T = TypeVar("_T")
_log = logging.getLogger("laconic")


class StopWaiting(Exception):
    """The service is to stop before there was space."""


class Patience:
    """Tries again until there is space."""

    def __init__(self, stop: asyncio.Event, retry_seconds: float = RETRY_SECONDS) -> None:
        self._stop = stop
        self._retry_seconds = retry_seconds

    async def have(self, get: Callable[[], Awaitable[_T]]) -> _T:
        """Return what `get` returns, as soon as it does.

        Raises:
            GatewayError: it fails for another reason than a full disk.
            StopWaiting: the service is to stop.
        """
        has_told = False
        while True:
            try:
                return await get()
            except GatewayError as error:
                if not error.is_for_want_of_space:
                    raise
                if not has_told:
                    _log.error("%s; waiting for space, and serving nobody until then", error)
                    has_told = True
            try:
                await asyncio.wait_for(self._stop.wait(), self._retry_seconds)
            except TimeoutError:
                continue
            raise StopWaiting
