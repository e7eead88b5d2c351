"""The probing role: a request on a second way, answered much later or never.

One probe is a non-confirmable request that is sent once; its answer is accepted only on the way
that the probe took. It takes its sequence number from the same context as everything else, so no
Partial IV is used twice (RFC 8613, 7.2.1). A peer that asks for its freshness (Echo) makes the
probe fail without a finding; the exchanges on the main way restore the window.
"""

from dataclasses import dataclass

from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.events import (
    PROBE,
    STRAY,
    ContextUnavailable,
    Kind,
    Mark,
    ProbeAnswered,
    ProbeFailed,
)
from laconic_gateway.core.coap.peer import Peer, Wire


@dataclass(frozen=True, slots=True, eq=False)
class _Probe:
    peer: Peer
    exchange: int
    sealed: messages.SealedRequest
    deadline: float


class Prober:
    """Sends probes one at a time, and brings each to exactly one end."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._probe: _Probe | None = None
        self._outgoing: list[bytes] = []

    def probe(
        self, peer: Peer, payload: bytes, exchange: int, wait_seconds: float, now: float
    ) -> None:
        """Send a probe; one that is still unanswered ends without a finding."""
        self._end("replaced", conclusive=False)
        try:
            sealed = messages.seal_request(
                peer.context,
                payload,
                confirmable=False,
                message_id=self._wire.next_message_id(),
            )
        except ContextUnavailable as unavailable:
            self._wire.counters["context_unavailable"] += 1
            self._wire.report(ProbeFailed(peer.name, exchange, str(unavailable), conclusive=False))
            return
        self._probe = _Probe(peer, exchange, sealed, now + wait_seconds)
        self._outgoing.append(sealed.datagram)

    def receive(self, datagram: bytes) -> Mark:
        """Take a datagram that came on the way of the probes; return what it was."""
        probe, parsed = self._probe, messages.parse(datagram)
        if probe is None or parsed is None or not (parsed.protected and parsed.is_response):
            self._wire.counters["stray_probe_answer"] += 1
            return STRAY
        try:
            opened = messages.open_response(probe.peer.context, parsed, probe.sealed.binding)
        except messages.Refused:
            self._wire.counters["stray_probe_answer"] += 1
            return STRAY
        if opened.echo is not None:
            self._end("the peer was restarted", conclusive=False)
            return Mark(Kind.ECHO)
        self._probe = None
        self._wire.report(ProbeAnswered(probe.peer.name, probe.exchange))
        return PROBE

    def timer(self) -> float | None:
        """Return when the answer is given up."""
        return None if self._probe is None else self._probe.deadline

    def handle_timer(self, now: float) -> None:
        """Give up an answer that is overdue."""
        if self._probe is not None and now >= self._probe.deadline:
            self._end("no answer", conclusive=True)

    def outgoing(self) -> list[bytes]:
        """Return the probes to send and forget them."""
        drained, self._outgoing = self._outgoing, []
        return drained

    def _end(self, reason: str, *, conclusive: bool) -> None:
        probe, self._probe = self._probe, None
        if probe is not None:
            failed = ProbeFailed(probe.peer.name, probe.exchange, reason, conclusive)
            self._wire.report(failed)
