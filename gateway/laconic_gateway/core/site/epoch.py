"""The epochs of a site: when one begins, with whom, and which coding both ends agree on.

    CLOSED ---open frame sent---> OPENING ---opened---> OPEN
       ^----------- refused, or no answer at all ---------'

An epoch begins with an open frame; both directions count from 0 in it.
"""

from collections.abc import Callable
from enum import Enum

from laconic_codec import frame, registry
from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.frame import Coding, Open, Opened
from laconic_codec.items import Bind, Presence


class Phase(Enum):
    """Where the association stands."""

    CLOSED = "closed"
    OPENING = "opening"
    OPEN = "open"


class Epoch:
    """The epoch that is open, or that is to be opened next."""

    def __init__(
        self,
        number: int,
        base: int,
        *,
        states: Callable[[], list[tuple[Bind, Presence]]],
        codings: Coding,
    ) -> None:
        """`states` returns binding and presence of every channel; an epoch begins with them.
        `codings` are those that may be used if the expander speaks them too."""
        self.number = number
        self.phase = Phase.CLOSED
        self.base = base
        """Absolute sequence number of message 0 of the epoch."""
        self.announced: dict[int, int] = {}
        """By channel: the generation of presence that the open frame of this epoch told."""
        self.opening_since = 0.0
        """When the open frame of this epoch was sent."""
        self._states = states
        self._codings = codings

    @property
    def is_open(self) -> bool:
        """Tell whether frames with items may be sent."""
        return self.phase is Phase.OPEN

    def begin(self, oldest: int, now: float) -> bytes:
        """Return the open frame; `oldest` is the first message that the journal still has."""
        self.phase = Phase.OPENING
        self.opening_since = now
        present = [state for state in self._states() if state[1].connected]
        entries = tuple(item for state in present for item in state)
        opening = Open(
            self.number, oldest, registry.FINGERPRINT, entries, codings=int(self._codings)
        )
        encoded, taken = frame.encode_open(opening)
        # A binding of which the presence did not fit is told again, which does no harm.
        self.announced = {bind.channel: p.generation for bind, p in present[: taken // 2]}
        return encoded

    def opened(self, answer: Opened) -> Coding | None:
        """Take the expander's word that an epoch is open; return the codings that both speak.

        None: it is not the epoch that was asked for, or it was open before.
        """
        if self.phase is not Phase.OPENING or answer.epoch != self.number:
            return None
        self.phase = Phase.OPEN
        self.base = answer.stored + 1
        return self._codings & Coding(answer.codings & int(ALL_CODINGS))

    def leave(self) -> None:
        """Give the epoch up: the next one has another number."""
        self.number += 1
        self.phase = Phase.CLOSED
