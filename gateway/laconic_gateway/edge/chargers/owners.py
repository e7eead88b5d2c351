"""Which connection speaks for which charger: at most one for each identity."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

from laconic_gateway.edge.chargers.lobby import LobbyConnection
from laconic_gateway.edge.chargers.refusals import Refusal, Refused
from laconic_gateway.edge.websocket import answers_ping


@dataclass(slots=True, eq=False)
class Session:
    """One connection of a charger, from the moment it owns its identity."""

    number: int
    identity: str
    socket: LobbyConnection
    is_open: bool = False
    """The upgrade is done, and the end is not reported yet."""
    is_closing: bool = False
    """We asked for the end; nothing that still arrives counts."""


class Owners:
    """Gives each identity to one connection, and numbers the sessions 1, 2, 3, ...

    An owner that does not answer a ping within `probe_seconds` is half-open; to wait for its
    end would lock the charger out. It is released, and `replaced` is told. An owner that
    answers stays: otherwise anybody with a stolen password could push the charger out.
    """

    def __init__(self, probe_seconds: float, replaced: Callable[[Session], None]) -> None:
        self._probe_seconds = probe_seconds
        self._replaced = replaced
        self._numbers = itertools.count(1)
        self._sessions: dict[str, Session] = {}
        self._contested: set[str] = set()

    async def claim(self, identity: str, socket: LobbyConnection) -> Session:
        """Makes `socket` the owner, even if it went away meanwhile: the next one finds out.

        Raises:
            Refused: the present owner is alive, or another one is about to replace it.
        """
        while (owner := self._sessions.get(identity)) is not None:
            await self._displace(owner)
        session = Session(next(self._numbers), identity, socket)
        self._sessions[identity] = session
        return session

    def release(self, session: Session) -> bool:
        """Frees the identity, and returns whether this session owned it."""
        if self._sessions.get(session.identity) is not session:
            return False
        del self._sessions[session.identity]
        return True

    async def _displace(self, owner: Session) -> None:
        identity = owner.identity
        if identity in self._contested:  # one contender at a time
            raise Refused(Refusal.DUPLICATE, identity)
        self._contested.add(identity)
        try:
            is_alive = await answers_ping(owner.socket, self._probe_seconds)
        finally:
            self._contested.discard(identity)
        if is_alive:
            raise Refused(Refusal.DUPLICATE, identity)
        self.release(owner)
        self._replaced(owner)
