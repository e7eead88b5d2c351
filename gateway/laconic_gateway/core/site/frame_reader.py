"""Reads the frames of the expander, and puts what is in them into its order."""

from typing import Final

from laconic_codec.decoder import Decoder
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Direction, Fragment, Frame
from laconic_codec.items import Item
from laconic_gateway.core.stream import Receiver

UNREAD_MAX: Final = 3
"""So many frames in a row may be coded against a state that is not kept here: they come late."""

_OUT_OF_STEP: Final = (FrameFault.BAD_STATE, FrameFault.UNKNOWN_EPOCH)


class FrameReader:
    """The receiving end of the downlink at the site."""

    def __init__(self, epoch: int) -> None:
        self._decoder = Decoder(Direction.DOWN, epoch)
        self._receiver = Receiver()
        self._unread = 0

    @property
    def played(self) -> int:
        """Return how many items of the epoch have been played: the acknowledgement."""
        return self._receiver.next

    def begin_epoch(self, epoch: int) -> None:
        """Take frames of this epoch: its open frame leaves."""
        self._decoder = Decoder(Direction.DOWN, epoch)

    def leave_epoch(self) -> None:
        """Count from 0 again."""
        self._receiver = Receiver()

    def read(self, encoded: bytes) -> Frame | None:
        """Return a frame; None: it came so late that the state it was coded against is gone.

        Raises:
            FrameError: it is no frame, or too many in a row were such.
        """
        try:
            received = self._decoder.decode(encoded)
        except FrameError as error:
            if error.fault not in _OUT_OF_STEP or self._unread == UNREAD_MAX:
                raise
            self._unread += 1
            return None
        self._unread = 0
        return received

    def play(self, received: Batch | Fragment) -> tuple[tuple[int, Item], ...]:
        """Return the items that are to be played now, each with its number in the epoch.

        Raises:
            FrameError: the fragments do not add up to an item. Nothing was played.
        """
        return tuple(self._receiver.accept(received))
