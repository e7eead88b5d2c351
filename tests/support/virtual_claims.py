"""Who owns an identity at a site in virtual time: the real `Owners`, and chargers for sockets."""

import asyncio
from collections.abc import Callable
from typing import cast

from websockets.protocol import State

from laconic_gateway.edge.chargers.lobby import LobbyConnection
from laconic_gateway.edge.chargers.owners import Owners, Session
from laconic_gateway.edge.chargers.refusals import Refused


class _Socket:
    """As much of a connection as is asked of it: whether it answers a ping."""

    state = State.OPEN

    def __init__(self, is_alive: Callable[[], bool]) -> None:
        self._is_alive = is_alive

    async def ping(self) -> "asyncio.Future[float]":
        """Return what is done when the pong is here: at once, or never."""
        pong = asyncio.get_running_loop().create_future()
        if self._is_alive():
            pong.set_result(0.0)
        return pong


class Claims:
    """Lets one connection at a time speak for each identity."""

    def __init__(self, replaced: Callable[[int], None]) -> None:
        """`replaced` is told the number of a half-open connection that has lost its identity."""
        self._sessions: dict[int, Session] = {}
        # The real time that a silent socket costs is none: nobody answers while we wait here.
        self._owners = Owners(0.0, lambda session: replaced(session.number))

    def claim(self, identity: str, is_alive: Callable[[], bool]) -> int | None:
        """Return the number of a new connection; None: the one before it is alive."""
        socket = cast(LobbyConnection, _Socket(is_alive))
        try:
            session = asyncio.run(self._owners.claim(identity, socket))
        except Refused:
            return None
        self._sessions[session.number] = session
        return session.number

    def release(self, number: int) -> None:
        """Take note that a connection has ended."""
        session = self._sessions.pop(number, None)
        if session is not None:
            self._owners.release(session)
