"""Whom the channels of a site stand for in its epoch, and who of them is connected."""

from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.items import Bind, Presence
from laconic_gateway.core.expander.arrival import checked_identity
from laconic_gateway.core.expander.csms_socket import Present


class Channels:
    """The channels of one site; a number means something in its epoch only."""

    def __init__(self) -> None:
        self.epoch: int | None = None
        """None: no epoch is open, nothing can be sent on a channel."""
        self._binds: dict[int, Bind] = {}
        self._generations: dict[int, int] = {}
        """Highest generation of presence by channel: what was sent before may come after."""
        self._present: dict[str, tuple[int, Present]] = {}
        """By charger identity: the channel and how the charger is connected on it."""

    def begin(self, epoch: int) -> None:
        """Begin an epoch: nobody is bound, nobody is connected."""
        self.epoch = epoch
        self._binds.clear()
        self._generations.clear()
        self._present.clear()

    def end(self) -> None:
        """End the epoch. Who is connected counts until the next one says who is."""
        self.epoch = None

    def bind(self, item: Bind) -> None:
        """Have a channel stand for a charger.

        Raises:
            FrameError: MALFORMED, the path names no charger.
        """
        checked_identity(item.path)
        self._binds[item.channel] = item

    def bind_of(self, channel: int) -> Bind:
        """Return what a channel stands for.

        Raises:
            FrameError: UNKNOWN_CHANNEL.
        """
        bind = self._binds.get(channel)
        if bind is None:
            raise FrameError(FrameFault.UNKNOWN_CHANNEL, f"channel {channel}")
        return bind

    def channel_of(self, path: str, version: str, *, express: bool = False) -> int | None:
        """Return the channel that is bound to a charger in the open epoch."""
        if self.epoch is None:
            return None
        for channel, bind in self._binds.items():
            if (bind.path, bind.version, bind.express) == (path, version, express):
                return channel
        return None

    # --- who is connected

    def note_presence(self, item: Presence, bind: Bind) -> str:
        """Take note of a charger's presence in the open epoch; return its identity."""
        assert self.epoch is not None
        identity = checked_identity(bind.path)
        if item.generation <= self._generations.get(item.channel, 0):
            return identity  # overtaken by what happened later
        self._generations[item.channel] = item.generation
        if item.connected:
            # Generations count within an epoch; a new epoch means new connections.
            generation = (self.epoch << 32) | item.generation
            self._present[identity] = (
                item.channel,
                Present(bind.path, bind.version, bind.recreate_heartbeats, generation),
            )
        elif self._present.get(identity, (None,))[0] == item.channel:
            del self._present[identity]
        return identity

    @property
    def connected(self) -> list[str]:
        """Return the identities of the chargers that are connected."""
        return list(self._present)

    def present(self, identity: str) -> Present | None:
        """Return how a charger is connected; None: it is not."""
        entry = self._present.get(identity)
        return None if entry is None else entry[1]

    def reached_by(self, identity: str) -> Bind | None:
        """Return the channel on which a charger is connected in the open epoch."""
        entry = self._present.get(identity)
        return None if entry is None or self.epoch is None else self._binds[entry[0]]
