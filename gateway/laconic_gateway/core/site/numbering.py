"""Two numbers of a message: that in the journal, and its place in the stream to the expander.

A frame groups its messages by charger, and the stream follows its order. So the two differ within
a frame; at the end of each frame they agree.
"""

from typing import Final

REMEMBERED_CALLS: Final = 4_096
"""CALLs whose numbers are kept: those that wait for an answer, and those that were answered not
long ago, for a CALLRESULTERROR that may follow."""


class Numbering:
    """Counts the messages of the stream, and remembers which record of the journal a CALL was."""

    def __init__(self, last: int) -> None:
        self.last = last
        """Place of the last message that has one, since the journal began."""
        self._sequences: dict[int, int] = {}
        self._places: dict[int, int] = {}

    def number(self, sequence: int, *, is_call: bool) -> None:
        """Give the next place to a record of the journal; remember it if it is a CALL."""
        self.last += 1
        if is_call:
            self._sequences[self.last] = sequence
            self._places[sequence] = self.last
            if len(self._sequences) > REMEMBERED_CALLS:
                self._forget(next(iter(self._sequences)))

    def restart(self, last: int) -> None:
        """Go on behind a message: what came after it has no place any more."""
        for place in [place for place in self._sequences if place > last]:
            self._forget(place)
        self.last = last

    def sequence_of(self, place: int) -> int | None:
        """Return the number in the journal of a CALL; None if it is not remembered."""
        return self._sequences.get(place)

    def place_of(self, sequence: int) -> int | None:
        """Return the place of a CALL; None if it has none, or is not remembered."""
        return self._places.get(sequence)

    def _forget(self, place: int) -> None:
        del self._places[self._sequences.pop(place)]
