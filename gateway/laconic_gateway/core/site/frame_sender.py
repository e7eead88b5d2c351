"""Makes frames of what the queue holds, and knows what has become of each.

When an exchange fails, or nothing on its way brings what the expander lacks, everything that is
not stored is sent again.

Frames are coded against the state that both ends have acknowledged. One of those on their way may
commit, which means that both learn from it; the others leave the state as it is.
"""

from collections import deque

from laconic_codec.encoder import Encoder
from laconic_codec.frame import Coding, Direction, Header
from laconic_gateway.core.site.budget.contents import Carried
from laconic_gateway.core.site.flights import Flight, Flights
from laconic_gateway.core.site.send_queue import SendQueue
from laconic_gateway.core.site.sendings import SendFrame


class FrameSender:
    """The frames of one site: those to be made, and those on their way."""

    def __init__(self, queue: SendQueue, epoch: int) -> None:
        self._queue = queue
        self._flights = Flights()
        self._pieces: deque[bytes] = deque()
        """Fragments of the item that was taken last."""
        self._encoder = Encoder(Direction.UP, epoch, codings=Coding.CBOR)
        self._state = 0
        """Counts the states of the encoder."""
        self.flushes = False
        """Whether everything leaves that waits, and nothing waits for company."""

    def begin_epoch(self, epoch: int, codings: Coding) -> None:
        """Code anew; everything that waits may leave."""
        self._encoder = Encoder(Direction.UP, epoch, codings=codings)
        self.flushes = True

    def flush(self) -> None:
        """Have everything sent that waits."""
        self.flushes = True

    # --- what leaves

    @property
    def on_their_way(self) -> int:
        """Return how many frames were not answered yet and not given up."""
        return self._flights.count

    def has_next(self) -> bool:
        """Tell whether a frame is to leave; once nothing waits, what comes waits for company."""
        if self._pieces:
            return True
        if not self._queue.has_unsent:
            self.flushes = False
            return False
        return self.flushes or self._queue.fills_a_frame()

    def next_frame(self, header: Header, now: float) -> list[Carried | SendFrame]:
        """Return the next frame or fragment as sent; before it, what is in it."""
        if self._pieces:
            return [self._next_piece(now)]
        given, before = self._queue.next_items(), self._queue.before_unsent
        made = self._encoder.encode(header, given, commit=self._may_commit())
        if not made.order:
            self._pieces.extend(self._encoder.encode_fragments(header, given[0]))
            self._queue.take((0,))
            return [self._next_piece(now)]
        self._queue.take(made.order)
        end = header.first + len(made.order)
        flight = Flight(header.first, end, self._state, before, commits=made.commits)
        carried = tuple(given[place] for place in made.order)
        sent = self._send(made.frame, flight, now)
        return [Carried(True, sent.exchange, carried), sent]

    def send_open(self, encoded: bytes, now: float) -> SendFrame:
        """Return an open frame as sent."""
        return self._send(encoded, Flight(0, 0, self._state), now)

    def send_sign(self, encoded: bytes, now: float) -> SendFrame:
        """Return a sign of life that is to be answered, as sent."""
        # The expander does not know what was sent before it: an answer without content speaks of
        # what is known here to be stored.
        known, first = self._queue.acknowledged, self._queue.first_unsent
        return self._send(encoded, Flight(first, known, self._state, self._queue.stored), now)

    def _next_piece(self, now: float) -> SendFrame:
        end = self._queue.first_unsent  # the item in pieces was taken before the first of them left
        return self._send(self._pieces.popleft(), Flight(end - 1, end, self._state), now)

    def _may_commit(self) -> bool:
        """Tell whether a frame may commit: none is on its way that does, or needs an older state.

        The expander keeps two states: that of now, and the one that a committing frame makes.
        """
        return not self._encoder.pending and self._flights.all_coded_against(self._state)

    def _send(self, encoded: bytes, flight: Flight, now: float) -> SendFrame:
        return SendFrame(self._flights.begin(flight, now), encoded)

    # --- what becomes of it

    def ended(self, exchange: int) -> Flight | None:
        """Return the frame whose exchange has ended; None: it has ended before."""
        return self._flights.end(exchange)

    def is_current(self, flight: Flight) -> bool:
        """Tell whether a frame was not given up."""
        return self._flights.is_current(flight)

    def taken(self, flight: Flight) -> None:
        """Take note that the expander has read a frame: both ends have learned from it."""
        if flight.commits:
            self._encoder.acknowledge()
            self._state += 1

    def sent_before(self, exchange: int) -> tuple[int, ...]:
        """Return the exchanges on their way that were begun before another one."""
        return self._flights.sent_before(exchange)

    def is_stuck(self) -> bool:
        """Tell whether the expander lacks an item that nothing on its way will bring.

        It answers what comes before its turn, and drops it if there is too much of that.
        """
        lacking = self._queue.acknowledged
        if lacking == self._queue.first_unsent or self._pieces:
            return False
        return not self._flights.bring(lacking)

    def rewind(self) -> None:
        """Expect nothing of what is on its way: send everything again that is not stored."""
        self._flights.give_up()
        self._pieces.clear()
        self._encoder.abandon()
        self._queue.rewind()
        self.flushes = True
