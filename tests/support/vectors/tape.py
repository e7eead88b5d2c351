"""Writes a story down while an encoder and a decoder live through it."""

import json
from collections.abc import Sequence

from laconic_codec.adaptive.entries import of_item
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import Encoder
from laconic_codec.errors import FrameError
from laconic_codec.frame import Batch, Coding, Direction, Header
from laconic_codec.items import Item


class Tape:
    """One story: an encoder, a decoder, and the lines so far."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._encoder = Encoder(Direction.UP, 0)
        self._decoder = Decoder(Direction.UP, 0)
        self._first = 0

    def begin(
        self,
        story: str,
        epoch: int,
        direction: Direction = Direction.UP,
        codings: Coding | None = None,
    ) -> None:
        """Begin a story, or a new epoch in one."""
        self._encoder = Encoder(
            direction, epoch, codings=Coding.ADAPTIVE if codings is None else codings
        )
        self._decoder = Decoder(direction, epoch)
        self._first = 0
        self._lines += [
            f"story {story}",
            f"direction {'up' if direction is Direction.UP else 'down'}",
            f"epoch {epoch}",
        ]

    def text(self) -> str:
        """Return the story."""
        return "\n".join(self._lines) + "\n"

    def send(
        self,
        items: Sequence[Item],
        *,
        commit: bool = True,
        acknowledged: int = 0,
        backlog: int = 0,
    ) -> bytes:
        """Send items in one frame, have it arrive and be acknowledged; return the frame."""
        encoded = self.encode(items, commit=commit, acknowledged=acknowledged, backlog=backlog)
        self.arrive(encoded)
        self.acknowledge()
        return encoded

    def send_all(self, items: Sequence[Item]) -> None:
        """Send items in as many frames as they take."""
        while items:
            before = self._first
            self.send(items)
            items = items[self._first - before :]

    def encode(
        self,
        items: Sequence[Item],
        *,
        commit: bool = True,
        acknowledged: int = 0,
        backlog: int = 0,
        advance: bool = True,
    ) -> bytes:
        """Return a frame that has not left yet."""
        header = Header(self._encoder.epoch, self._first, acknowledged, backlog)
        made = self._encoder.encode(header, items, commit=commit)
        if not made.order:
            raise ValueError("an item that does not fit into a frame")
        self._first += len(made.order) if advance else 0
        return made.frame

    def arrive(self, encoded: bytes) -> None:
        """Have a frame arrive, and write down what it says."""
        found = self._decoder.decode(encoded)
        if not isinstance(found, Batch):
            raise TypeError("not a batch")
        header = found.header
        self._lines.append(f"frame {encoded.hex()}")
        self._lines.append(f"header {header.first} {header.acknowledged} {header.backlog}")
        for item in found.items:
            entry = of_item(item)
            texts = " ".join(quoted(text) for text in (entry.message_id, entry.action, entry.text))
            self._lines.append(f"entry {entry.channel} {entry.kind} {entry.reference} {texts}")
        self._lines.append(f"state {self._decoder.state_digest:08x}")

    def acknowledge(self) -> None:
        """Have the acknowledgement arrive, if one is due."""
        if self._encoder.pending:
            self._encoder.acknowledge()

    def lose(self) -> None:
        """Give up the committing frame, which never arrives or whose answer never does."""
        self._encoder.abandon()

    def restart(self) -> None:
        """Restart the sender: it goes on with what it had exported."""
        exported = self._encoder.export()
        self._encoder = Encoder.restore(self._encoder.direction, exported)

    def refuse(self, encoded: bytes) -> None:
        """Have a frame arrive that must be refused, and write down why."""
        before = self._decoder.state_digest
        try:
            self._decoder.decode(encoded)
        except FrameError as error:
            self._lines.append(f"refuse {error.fault.name} {encoded.hex()}")
        else:
            raise ValueError("a frame that was not refused")
        if self._decoder.state_digest != before:
            raise ValueError("a refused frame has moved the state")


def quoted(text: str) -> str:
    """Return a JSON string in which nothing is escaped that need not be."""
    quoted = json.dumps(text, ensure_ascii=False)
    for short, code in (("\\n", "0a"), ("\\r", "0d"), ("\\t", "09"), ("\\b", "08"), ("\\f", "0c")):
        parts = quoted.split("\\\\")
        quoted = "\\\\".join(part.replace(short, f"\\u00{code}") for part in parts)
    return quoted.replace("\x7f", "\x7f")
