"""A charger that sends one CALL after the other, whatever happens to its connection."""

import asyncio
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from tests.support.ocppj import Message, parse
from tests.support.raw import basic
from tests.support.services import SiteCharger

PAUSE_SECONDS: Final = 0.02
RETRY_SECONDS: Final = 0.1
ACTIONS: Final = (
    "MeterValues", "StatusNotification", "MeterValues", "MeterValues", "DataTransfer"
)  # fmt: skip
"""In turn. The CSMS answers the last one, the gateway the others."""


@dataclass(slots=True)
class Promise:
    """One CALL, and whether the charger may forget it."""

    number: int
    text: str
    acknowledged: bool = False

    @property
    def content(self) -> tuple[int, str, str]:
        """Return what the CSMS must get, but for the message id."""
        return parse(self.text).content

    @staticmethod
    def number_of(message: Message) -> int:
        """Return the number of a CALL that arrived; -1 if it has none."""
        tail = message.payload.rpartition('"number":')[2].rstrip("}")
        return int(tail) if tail.isdigit() else -1


class TirelessCharger:
    """Sends until it is told to stop; what was not answered before a loss is not sent again."""

    def __init__(self, url: str, charger: SiteCharger) -> None:
        self.identity = charger.identity
        self.promises: list[Promise] = []
        self.stops = False
        self._url = f"{url}/{quote(charger.identity, safe='')}"
        self._headers = basic(charger.identity, charger.password)

    async def run(self) -> None:
        """Send, over as many connections as it takes."""
        while not self.stops:
            try:
                async with connect(
                    self._url,
                    subprotocols=[Subprotocol("ocpp1.6")],
                    additional_headers=self._headers,
                    compression=None,
                ) as socket:
                    while not self.stops:
                        await self._call(socket)
                        await asyncio.sleep(PAUSE_SECONDS)
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(RETRY_SECONDS)

    async def _call(self, socket: ClientConnection) -> None:
        number = len(self.promises)
        action = ACTIONS[number % len(ACTIONS)]
        content = f'{{"connectorId":1,"value":[1.10,"é"],"number":{number}}}'
        promise = Promise(number, f'[2,"{number}","{action}",{content}]')
        self.promises.append(promise)
        await socket.send(promise.text)
        while parse(str(await socket.recv())).id != str(number):
            pass
        promise.acknowledged = True
