"""Frames back to items, to see whether they are those that were sent."""

from laconic_bench.codec_stats.sender import EPOCH
from laconic_codec import items
from laconic_codec.decoder import Decoder
from laconic_codec.frame import Batch, Direction, Fragment, Frame, Header
from laconic_codec.items import Item


class Receiver:
    """The receiving end of one way, which gets every frame once, in order."""

    def __init__(self, way: Direction) -> None:
        self.decoder = Decoder(way, EPOCH)

    def receive(self, datagrams: tuple[bytes, ...]) -> tuple[Header, tuple[Item, ...]]:
        """Return header and items of a batch, or of the item that some fragments add up to.

        Raises:
            FrameError: they are refused.
            ValueError: they carry something else.
        """
        frames = [self.decoder.decode(datagram) for datagram in datagrams]
        match frames[0]:
            case Batch(header, found):
                return header, found
            case Fragment(header):
                return header, (items.decode(_joined(frames)),)
            case other:
                raise ValueError(f"a frame of kind {type(other).__name__}")


def _joined(frames: list[Frame]) -> bytes:
    return b"".join(piece.data for piece in frames if isinstance(piece, Fragment))
