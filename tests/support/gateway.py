"""The core of a site with one charger, and what it has asked for."""

from typing import Final

from laconic_codec import frame, items
from laconic_codec.frame import Direction, Header, Opened
from laconic_codec.items import MessageItem
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.site.desk import DeskSettings
from laconic_gateway.core.site.io import (
    Action,
    AppendRecord,
    ChargerConnected,
    ChargerText,
    ExchangeAnswered,
    Input,
    RecordsDurable,
)
from laconic_gateway.core.site.policy import Answering, MessageClass
from laconic_gateway.core.site.reachability import ReachSettings
from laconic_gateway.core.site.sendings import SendFrame
from laconic_gateway.core.site.site import Site, SiteSettings
from tests.support.actions import of_kind

UNIX: Final = 1_790_000_000.0
STATUS: Final = '[2,"a","StatusNotification",{}]'
BOOT: Final = '[2,"d","BootNotification",{}]'
AUTHORIZE: Final = '[2,"b","Authorize",{}]'
HEARTBEAT: Final = '[2,"c","Heartbeat",{}]'
PATIENCE: Final = dict.fromkeys(MessageClass, 10.0) | {MessageClass.INTERACTIVE: 0.0}
HERE: Final = 2
"""Items that tell of the charger of `open_gateway`: binding and presence."""


class Gateway:
    """A site, and what it has asked for."""

    def __init__(self, last_sequence: int = 100, trimmed: int = 100) -> None:
        settings = SiteSettings(
            DeskSettings({"CP1": Answering("local")}, PATIENCE),
            preserve_ids=False,
            reach=ReachSettings(keepalive_seconds=28.0, sign_of_life_seconds=28.0),
        )
        self.core = Site(
            settings,
            epoch=5,
            last_sequence=last_sequence,
            trimmed_through=trimmed,
            random=lambda: 0.5,
        )
        self.start = self.timer(0.0)

    def feed(self, item: Input, now: float = 0.0) -> list[Action]:
        """Tell the core something; return what it asks for."""
        return self.core.receive(item, Instant(now, UNIX + now))

    def timer(self, now: float) -> list[Action]:
        """Let the time of the core's timer come."""
        return self.core.handle_timer(Instant(now, UNIX + now))

    def open(self, stored: int = 100, unix: float = UNIX) -> list[Action]:
        """Have the expander open the epoch."""
        (sent,) = of_kind(self.start, SendFrame)
        opened = frame.encode_opened(Opened(5, stored, int(unix * 1000)))
        return self.feed(ExchangeAnswered(sent.exchange, opened))

    def connect(self, now: float = 0.0, connection: int = 1, name: str = "CP1") -> list[Action]:
        """Have a charger connect."""
        return self.feed(ChargerConnected(connection, name, f"/{name}", "1.6"), now)

    def say(self, text: str, now: float = 0.0, connection: int = 1) -> list[Action]:
        """Have a charger say something, and it be on disk."""
        actions = self.feed(ChargerText(connection, text), now)
        for append in of_kind(actions, AppendRecord):
            actions = actions + self.feed(RecordsDurable(append.record.sequence), now)
        return actions


def frames(actions: list[Action]) -> list[frame.Frame]:
    """Return the frames that leave."""
    return [frame.decode(sent.frame, Direction.UP) for sent in of_kind(actions, SendFrame)]


def down(count: int, backlog: int = 0, *entries: MessageItem) -> bytes:
    """Return a frame of the expander that acknowledges `count` items."""
    encoded = [items.encode(item) for item in entries]
    return frame.encode_batch(Header(5, 0, count, backlog), encoded, Direction.DOWN)[0]


def open_gateway() -> Gateway:
    """Return a site in an open epoch, and its charger is there."""
    gateway = Gateway()
    gateway.open()
    gateway.connect()
    gateway.timer(1.0)
    return gateway
