"""The core of an expander for one site, and what it has asked for."""

from typing import Final

from laconic_codec import frame, issue, items, registry
from laconic_codec.frame import Direction, Header, Open
from laconic_codec.items import Bind, Item, MessageItem, Presence
from laconic_codec.messages import Call, parse
from laconic_gateway.core.expander.expander import Expander
from laconic_gateway.core.expander.io import (
    Action,
    CsmsOpened,
    Input,
    RequestSite,
    RespondSite,
    SendToCsms,
    SiteRequest,
)
from laconic_gateway.core.expander.sites import SiteSettings
from laconic_gateway.core.instant import Instant

SITE: Final = "kisumu-1"
CP1: Final = (SITE, "CP1")
BIND: Final = Bind(0, "/CP1", "1.6")
HERE: Final = (BIND, Presence(0, 1))
CALL: Final = MessageItem(0, Call("", "Authorize", "{}"))
LEASE_SECONDS: Final = 90.0


class Cloud:
    """An expander for one site, and the requests that the site has made."""

    def __init__(self, stored: int = 0, backlog: tuple[str, ...] = ()) -> None:
        settings = SiteSettings(LEASE_SECONDS, frozenset({"CP1", "CP2"}), stored, 0, backlog)
        self.core = Expander({SITE: settings}, random=lambda: 0.5, new_id=lambda: "made")
        self.requests = 0
        self.start = self.core.handle_timer(Instant(0.0, 0.0))

    def feed(self, item: Input, now: float = 0.0) -> list[Action]:
        """Tell the core something; return what it asks for."""
        return self.core.receive(item, Instant(now, now))

    def timer(self, now: float) -> list[Action]:
        """Let the time of the core's timer come."""
        return self.core.handle_timer(Instant(now, now))

    def request(
        self, payload: bytes, now: float = 0.0, *, confirmable: bool = True, newest: bool = True
    ) -> list[Action]:
        """Have the site send a frame or a sign."""
        self.requests += 1
        return self.feed(SiteRequest(SITE, self.requests, payload, confirmable, newest), now)

    def open(self, *entries: Item, epoch: int = 5, now: float = 0.0) -> list[Action]:
        """Have the site open an epoch."""
        return self.request(opening(*entries, epoch=epoch), now)

    def batch(
        self, first: int, *entries: Item, now: float = 0.0, epoch: int = 5, acknowledged: int = 0
    ) -> list[Action]:
        """Have the site send items, from the number of the first on."""
        return self.request(batch_of(first, *entries, epoch=epoch, acknowledged=acknowledged), now)


def batch_of(first: int, *entries: Item, epoch: int = 5, acknowledged: int = 0) -> bytes:
    """Return a frame of the site with items."""
    encoded = [items.encode(item) for item in entries]
    return frame.encode_batch(Header(epoch, first, acknowledged), encoded, Direction.UP)[0]


def opening(*entries: Item, epoch: int = 5, oldest: int = 1) -> bytes:
    """Return the frame with which the site opens an epoch."""
    return frame.encode_open(Open(epoch, oldest, registry.FINGERPRINT, entries))[0]


def answers(actions: list[Action]) -> list[frame.Frame]:
    """Return the frames that answer requests of the site."""
    return [frame.decode(a.payload, Direction.DOWN) for a in actions if isinstance(a, RespondSite)]


def empty_answers(actions: list[Action]) -> int:
    """Return how many frames were answered without a word: all is stored, all before delivered."""
    return sum(isinstance(a, RespondSite) and a.payload == b"" for a in actions)


def asked(actions: list[Action]) -> list[frame.Frame]:
    """Return the frames of requests, without their marks."""
    sent = [issue.split(a.payload)[1] for a in actions if isinstance(a, RequestSite)]
    return [frame.decode(encoded, Direction.DOWN) for encoded in sent]


def message_id(sent: SendToCsms) -> str:
    """Return the id of a message to the CSMS."""
    return parse(sent.text).message_id


def acknowledging(count: int, epoch: int = 5) -> bytes:
    """Return how the site answers a request: it has so many items of the downlink."""
    return frame.encode_batch(Header(epoch, 0, count), [], Direction.UP)[0]


def cloud_with_socket() -> Cloud:
    """Return an expander with a charger that is there, and its open socket to the CSMS."""
    cloud = Cloud()
    cloud.open(*HERE)
    cloud.feed(CsmsOpened(CP1))
    return cloud
