"""One way of one trace: messages are gathered, encoded, decoded and counted."""

from time import process_time_ns

from laconic_bench.codec_stats.figures import Figures, StateSize
from laconic_bench.codec_stats.receiver import Receiver
from laconic_bench.codec_stats.selection import Parcel
from laconic_bench.codec_stats.sender import EPOCH, Account, Sender, Sent
from laconic_bench.codec_stats.settings import Settings
from laconic_bench.codec_stats.state_size import buffer_bytes, object_bytes
from laconic_codec.errors import FrameError
from laconic_codec.frame import Direction, Header
from laconic_codec.limits import FRAME_MAX_ITEMS


class Lane:
    """Sends the items of one way."""

    def __init__(self, way: Direction, settings: Settings, figures: Figures) -> None:
        self.sent_items = 0
        self._settings = settings
        self._figures = figures
        self._sender = Sender(way, settings.coding)
        self._receiver = Receiver(way)
        self._gathered: list[Parcel] = []
        self._gathered_messages = 0
        self._window = 0
        self._shared_bits = 0.0
        """What frames without a message cost; the next messages bear it."""

    def add(self, parcel: Parcel, acknowledged: int) -> None:
        """Take an item; frames leave as soon as they are full.

        `acknowledged` is how many items have come the other way. Where frames are made by time,
        the item has one.
        """
        seconds = self._settings.window_seconds
        if seconds is not None:
            window = int((parcel.time_seconds or 0.0) // seconds)
            if window != self._window:
                self.flush(acknowledged)
            self._window = window
        self._gathered.append(parcel)
        self._gathered_messages += parcel.is_message
        if self._gathered_messages == self._settings.frame_messages:
            self.flush(acknowledged)

    def flush(self, acknowledged: int) -> None:
        """Send what was gathered, in as many frames as it takes."""
        while self._gathered:
            header = Header(EPOCH, self.sent_items, acknowledged)
            self.sent_items += self._send(header)
        self._gathered_messages = 0

    def finish(self) -> None:
        """Take note of what both ends have learned."""
        state = self._sender.state
        if state is None:
            return
        if self._figures.is_verified and self._is_apart():
            self._figures.differences += 1
        size = StateSize(
            len(self._sender.encoder.export()), buffer_bytes(state), object_bytes(state)
        )
        self._figures.state = max(self._figures.state, size)

    def _is_apart(self) -> bool:
        """Tell whether the ends have not learned the same."""
        return self._sender.encoder.state_digest != self._receiver.decoder.state_digest

    def _send(self, header: Header) -> int:
        """Send the next frame; return how many items it carries."""
        given = [parcel.item for parcel in self._gathered[:FRAME_MAX_ITEMS]]
        start = process_time_ns()
        sent = self._sender.send(header, given)
        took = process_time_ns() - start
        carried = [self._gathered[place] for place in sent.order]
        messages = sum(parcel.is_message for parcel in carried)
        self._figures.encode.add(took, messages)
        self._count(self._sender.account(sent, header, given), sent, carried)
        if self._figures.is_verified:
            self._verify(header, sent, carried, messages)
        del self._gathered[: len(carried)]
        return len(carried)

    def _verify(self, header: Header, sent: Sent, carried: list[Parcel], messages: int) -> None:
        start = process_time_ns()
        try:
            received = self._receiver.receive(sent.datagrams)
        except (FrameError, ValueError):
            received = None
        self._figures.decode.add(process_time_ns() - start, messages)
        if received != (header, tuple(parcel.item for parcel in carried)):
            self._figures.differences += 1

    def _count(self, account: Account, sent: Sent, carried: list[Parcel]) -> None:
        figures = self._figures
        frame_bytes = sum(len(datagram) for datagram in sent.datagrams)
        figures.frames += len(sent.datagrams)
        figures.frame_bytes += frame_bytes
        figures.codings[sent.kind] += len(sent.datagrams)
        figures.escapes += sum(account.escapes)
        costs = zip(carried, account.item_bits, strict=True)
        self._charge_all(frame_bytes, [cost for cost in costs if cost[0].is_message])

    def _charge_all(self, frame_bytes: int, costs: list[tuple[Parcel, float]]) -> None:
        """Note what messages cost; they share what the frame costs besides."""
        self._shared_bits += 8 * frame_bytes - sum(bits for _, bits in costs)
        for parcel, bits in costs:
            self._charge(parcel, bits + self._shared_bits / len(costs))
        if costs:
            self._shared_bits = 0.0

    def _charge(self, parcel: Parcel, bits: float) -> None:
        payload_bytes = len(parcel.payload.encode())
        action = self._figures.action(parcel.action)
        for figures in (self._figures, action):
            figures.messages += 1
            figures.payload_json_bytes += payload_bytes
        action.bits += bits
