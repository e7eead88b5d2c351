"""One end of a link on loopback, for the tests of the shells."""

import asyncio
import random
from pathlib import Path
from typing import Generic, TypeVar

from laconic_gateway.core.coap.endpoint import (
    Endpoint,
    Event,
    ExchangeFailed,
    RequestReceived,
    ResponseReceived,
    Timing,
)
from laconic_gateway.edge.link import keys
from laconic_gateway.edge.link.oscore import OscoreContext
from laconic_gateway.edge.link.shell import Shell

_Shell = TypeVar("_Shell", bound=Shell)
_Event = TypeVar("_Event", bound=Event)


class End(Generic[_Shell]):
    """An endpoint with its shell; events go into a queue, requests are answered at once."""

    def __init__(self, directory: Path, timing: Timing | None = None, delays: bool = False) -> None:
        self.context = OscoreContext(keys.load(directory))
        self.endpoint = Endpoint(
            random=random.random,
            first_message_id=random.randrange(65536),
            timing=timing,
            delay_of=(lambda payload: 0.0 if payload[:1] == b"\x50" else None)
            if delays
            else (lambda payload: None),
        )
        self.events: asyncio.Queue[Event] = asyncio.Queue()
        self.shell: _Shell
        self.answers = True

    def take(self, event: Event) -> None:
        if isinstance(event, RequestReceived) and event.confirmable and self.answers:
            self.shell.respond(event.request, b"re:" + event.payload)
        self.events.put_nowait(event)

    async def next(self, kind: type[_Event]) -> _Event:
        """Wait for the next event of that kind, and skip others."""
        while not isinstance(event := await self.events.get(), kind):
            pass
        return event

    async def outcome(self) -> ResponseReceived | ExchangeFailed:
        """Wait for the end of an exchange, and skip other events."""
        while True:
            event = await self.events.get()
            if isinstance(event, ResponseReceived | ExchangeFailed):
                return event

    def taken(self) -> list[Event]:
        """Return the events that nobody has waited for."""
        events: list[Event] = []
        while not self.events.empty():
            events.append(self.events.get_nowait())
        return events

    def close(self) -> None:
        if hasattr(self, "shell"):
            self.shell.close()
        self.context.close()
