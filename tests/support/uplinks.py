"""The site's end of the association, and the expander's answers to it."""

from collections.abc import Iterable, Sequence
from typing import Final

from laconic_codec import frame
from laconic_codec.frame import Direction, Header, Opened
from laconic_codec.items import Bind, MessageItem, Presence
from laconic_codec.messages import Send
from laconic_gateway.core.site.reachability import Reachability, ReachSettings
from laconic_gateway.core.site.send_queue import SendQueue
from laconic_gateway.core.site.sendings import SendFrame
from laconic_gateway.core.site.uplink import Uplink

STORED: Final = 1_000
KEEPALIVE_SECONDS: Final = 28.0
BIND: Final = Bind(0, "/CP1", "1.6")


def uplink_of(
    states: Iterable[tuple[Bind, Presence]] = (), *, stored: int = STORED, epoch: int = 5
) -> Uplink:
    """Return a new uplink, which has not yet sent its open frame."""
    return Uplink(
        SendQueue(stored),
        epoch=epoch,
        reachability=Reachability(
            ReachSettings(
                keepalive_seconds=KEEPALIVE_SECONDS, sign_of_life_seconds=KEEPALIVE_SECONDS
            )
        ),
        random=lambda: 0.5,
        states=lambda: list(states),
    )


def say(uplink: Uplink, count: int = 1, size: int = 10) -> None:
    """Queue messages of one charger; its binding is an item of its own before the first one."""
    item = MessageItem(0, Send("", "DataTransfer", f'{{"n":"{"x" * size}"}}'))
    for _ in range(count):
        uplink.queue.add_message(uplink.queue.loaded_through + 1, item, BIND)


def frames(sends: Sequence[object]) -> list[SendFrame]:
    """Return the frames that leave."""
    return [send for send in sends if isinstance(send, SendFrame)]


def opened(epoch: int = 5, stored: int = STORED) -> bytes:
    """Return the frame with which the expander answers an open frame."""
    return frame.encode_opened(Opened(epoch, stored, 0))


def answer(uplink: Uplink, count: int, backlog: int = 0, *down: bytes, first: int = 0) -> bytes:
    """Return a frame of the expander that acknowledges `count` items."""
    header = Header(uplink.epoch.number, first, count, backlog)
    return frame.encode_batch(header, down, Direction.DOWN)[0]


def open_uplink(now: float = 0.0) -> Uplink:
    """Return an uplink in an open epoch."""
    uplink = uplink_of()
    (sent,) = frames(uplink.outgoing(now))
    assert uplink.receive(sent.exchange, opened()).opened is not None
    uplink.queue.restart(STORED, ())
    uplink.outgoing(now)
    return uplink


def decoded(sent: SendFrame) -> frame.Frame:
    """Return what is in a frame."""
    return frame.decode(sent.frame, Direction.UP)


def in_flight(count: int) -> tuple[Uplink, list[SendFrame]]:
    """Return an open uplink and the frames that it has sent, with a message each."""
    uplink = open_uplink()
    say(uplink, count, 900)
    uplink.flush()
    sent = frames(uplink.outgoing(1.0))
    assert len(sent) == count
    return uplink, sent
