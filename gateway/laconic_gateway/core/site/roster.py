"""The chargers of a site: their sessions, their channels, who is connected now."""

from collections.abc import Callable

from laconic_codec.items import Bind, Presence
from laconic_gateway.core.site.session import Session


class Roster:
    """Gives each charger and OCPP version a channel, and announces presence on it.

    A channel keeps its number for the life of the process; its generation counts connects and
    disconnects, odd while connected.
    """

    def __init__(
        self,
        announce: Callable[[Bind, Presence], None],
        *,
        recreates_heartbeats: Callable[[str], bool],
        preserve_ids: bool,
    ) -> None:
        self._announce = announce
        self._recreates_heartbeats = recreates_heartbeats
        self._preserve_ids = preserve_ids
        self._sessions: dict[int, Session] = {}  # by connection
        self._present: dict[int, Session] = {}  # by channel
        self._channels: dict[tuple[str, str, bool], int] = {}  # by path, version, express
        self._express: dict[int, int] = {}  # express channel -> the ordinary one beside it
        self._states: dict[int, tuple[Bind, Presence]] = {}

    def states(self) -> list[tuple[Bind, Presence]]:
        """Return binding and presence of every channel, the one that changed last at the end."""
        return list(self._states.values())

    def sessions(self) -> list[Session]:
        """Return all sessions."""
        return list(self._sessions.values())

    def session(self, connection: int) -> Session | None:
        """Return the session of a connection."""
        return self._sessions.get(connection)

    def session_on(self, channel: int) -> Session | None:
        """Return the session of the charger that is connected on a channel."""
        return self._present.get(self._express.get(channel, channel))

    def is_express(self, channel: int) -> bool:
        """Tell whether this is an express channel."""
        return channel in self._express

    def bind(self, identity: str, path: str, version: str) -> Bind:
        """Return what stands for this charger on the wire."""
        return self._bind(identity, path, version, express=False)

    def bind_express(self, session: Session) -> Bind:
        """Return what stands for this charger on the wire where it overtakes others."""
        identity, path, version = session.identity, session.path, session.version
        bind = self._bind(identity, path, version, express=True)
        self._express[bind.channel] = self.bind(identity, path, version).channel
        return bind

    def connect(self, session: Session) -> None:
        """Take in a new session; one before it on the same channel counts as closed."""
        bind = self.bind(session.identity, session.path, session.version)
        self._sessions[session.connection] = session
        self._present[bind.channel] = session
        generation = self._generation(bind.channel)
        self._set_generation(bind, generation + (2 if generation % 2 else 1))

    def disconnect(self, connection: int) -> bool:
        """Forget a session; return whether its charger is gone with it."""
        session = self._sessions.pop(connection, None)
        if session is None:
            return False
        bind = self.bind(session.identity, session.path, session.version)
        if self._present.get(bind.channel) is not session:
            return False
        del self._present[bind.channel]
        self._set_generation(bind, self._generation(bind.channel) + 1)
        return True

    def _bind(self, identity: str, path: str, version: str, *, express: bool) -> Bind:
        return Bind(
            self._channels.setdefault((path, version, express), len(self._channels)),
            path,
            version,
            recreate_heartbeats=self._recreates_heartbeats(identity),
            preserve_ids=self._preserve_ids,
            express=express,
        )

    def _generation(self, channel: int) -> int:
        return self._states[channel][1].generation if channel in self._states else 0

    def _set_generation(self, bind: Bind, generation: int) -> None:
        presence = Presence(bind.channel, generation)
        self._states.pop(bind.channel, None)
        self._states[bind.channel] = (bind, presence)
        self._announce(bind, presence)
