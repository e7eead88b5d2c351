"""What a frame is about: whose items it carries, and how much of it each one takes.

Frames that need no state to be read are read here. Of others somebody has to tell the items
(`Contents.of_items`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from laconic_codec import frame, issue, signs, zstd_coding
from laconic_codec.errors import FrameError
from laconic_codec.frame import Batch, Direction, Fragment, Frame, Open, Opened, Refused
from laconic_codec.items import Bind, Item, MessageItem, Presence
from laconic_codec.limits import FRAME_CONTENT_MAX_BYTES
from laconic_codec.messages import Call, Send, payload_of
from laconic_gateway.core.identity import IdentityError, identity_of

SITE: Final = ""
"""Stands for the site itself where a charger is named: keepalives, a new epoch and the like."""

NO_ACTION: Final = ""
ANSWER: Final = "(answer)"
"""An answer to a CALL: its item does not say to which."""
PRESENCE: Final = "(presence)"
FRAGMENT: Final = "(fragment)"
"""A piece of a message that is too long for one frame."""
UNREAD: Final = "(unread)"
"""A frame of which nobody has told what it carries."""


class Cause(StrEnum):
    """Why a datagram was on the wire."""

    MESSAGE = "message"
    """It carries items."""
    ACKNOWLEDGEMENT = "acknowledgement"
    """It only says that something has arrived."""
    REPETITION = "repetition"
    """It was sent before: it, or its answer, was lost or slow."""
    KEEPALIVE = "keepalive"
    """It keeps the mapping in the carrier's NAT; the answer to such a request counts too."""
    PROBE = "probe"
    """It finds out something about the link."""
    OPENING = "opening"
    """It begins an epoch."""
    REFUSAL = "refusal"
    """A frame was refused, or a challenge (RFC 9175) was sent or answered."""
    TRANSPORT = "transport"
    """On TCP: acknowledgements, handshakes, repetitions, and the signals of CoAP over TCP."""
    STRAY = "stray"
    """Nobody waited for it: garbage, forgeries, answers that came twice or too late."""


@dataclass(frozen=True, slots=True)
class Share:
    """One item of a frame, as far as its bytes are concerned."""

    charger: str
    """Identity, or `SITE`."""
    action: str
    """Of OCPP, or what stands for it: `ANSWER`, `PRESENCE`, `FRAGMENT`, `UNREAD`."""
    weight: int
    """Its share of the frame, in characters of what it carries: in a coding with a state nobody
    knows how many bits of a frame are due to one item."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a frame is about."""

    cause: Cause
    shares: tuple[Share, ...] = ()
    """Empty: the bytes are the site's."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Says what a frame carries that cannot be read without the state of its coding.

    An action of the site's core; it comes before the `SendFrame` of the same exchange.
    """

    is_up: bool
    """The frame travels to the expander."""
    number: int
    """Of the exchange, or of the peer's request."""
    items: tuple[Item, ...]
    """All items of the frame, bindings too."""
    asked_by_peer: bool = False
    """`number` is that of a `DownlinkRequest`."""


EMPTY: Final = Contents(Cause.KEEPALIVE)
"""Of a request without items: it is sent for the sake of being sent."""
UNREAD_CONTENTS: Final = Contents(Cause.MESSAGE, (Share(SITE, UNREAD, 1),))


class Reader:
    """Reads frames of either direction; knows which charger each channel of the epoch is.

    A channel is bound in the uplink before anything else names it.
    """

    def __init__(self) -> None:
        self._chargers: dict[int, str] = {}  # by channel

    def of_items(self, carried: Iterable[Item]) -> Contents:
        """Return the contents of a frame with these items."""
        shares = tuple(self._share(item) for item in carried)
        return Contents(Cause.MESSAGE, shares) if shares else EMPTY

    def of_frame(self, encoded: bytes, direction: Direction) -> Contents:
        """Return the contents of a frame as far as it can be read without a state."""
        if not encoded or signs.decode(encoded) is not None:
            return EMPTY
        try:
            found = _decode(issue.split(encoded)[1], direction)
        except FrameError:
            return UNREAD_CONTENTS
        match found:
            case Batch():
                return self.of_items(found.items)
            case Open():
                self.of_items(found.items)  # for the sake of their bindings
                return Contents(Cause.OPENING)
            case Opened():
                return Contents(Cause.OPENING)
            case Refused():
                return Contents(Cause.REFUSAL)
            case Fragment():
                return Contents(Cause.MESSAGE, (Share(SITE, FRAGMENT, 1),))

    def _share(self, item: Item) -> Share:
        match item:
            case Bind():
                self._chargers[item.channel] = _charger(item.path)
                return Share(self._chargers[item.channel], PRESENCE, len(item.path))
            case Presence():
                return Share(self._charger_on(item.channel), PRESENCE, 1)
            case MessageItem():
                message = item.message
                action = message.action if isinstance(message, Call | Send) else ANSWER
                weight = len(action) + len(payload_of(message))
                return Share(self._charger_on(item.channel), action, weight)
            case _:
                return Share(SITE, NO_ACTION, 1)

    def _charger_on(self, channel: int) -> str:
        return self._chargers.get(channel, SITE)


def _decode(encoded: bytes, direction: Direction) -> Frame:
    if encoded[0] != zstd_coding.MARK:
        return frame.decode(encoded, direction)
    content = zstd_coding.decompress(encoded, FRAME_CONTENT_MAX_BYTES)
    return frame.decode_content(content, direction)


def _charger(path: str) -> str:
    try:
        return identity_of(path)
    except IdentityError:
        return SITE
