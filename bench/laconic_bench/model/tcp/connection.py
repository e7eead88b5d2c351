"""A TCP connection: two ends, the way between them, and the three packets that open it."""

from typing import Final

from laconic_bench.model.bill import HANDSHAKE, REPETITION, Packet
from laconic_bench.model.link import ModelLink
from laconic_bench.model.tcp.end import End, State
from laconic_bench.model.tcp.path import Nat, Path
from laconic_bench.model.tcp.rtt import FIRST_TIMEOUT_SECONDS
from laconic_bench.model.tcp.segment import IPV4_HEADER_BYTES, SYN_HEADER_BYTES, Segment
from laconic_bench.model.tcp.timer import Timer
from laconic_bench.trace import Direction

_LAYERS: Final = (("ip", IPV4_HEADER_BYTES), ("tcp", SYN_HEADER_BYTES))
SYN_LINEAR: Final = 4
"""net.ipv4.tcp_syn_linear_timeouts: so many repetitions come before their timeouts double."""
SYN_REPETITIONS: Final = 6 + SYN_LINEAR
"""net.ipv4.tcp_syn_retries on top."""
SYN_ACK_REPETITIONS: Final = 5
_RATE_LIMIT_SECONDS: Final = 0.5
"""net.ipv4.tcp_invalid_ratelimit: answers to repeated SYNs."""


class Connection:
    """A connection that the `client` opens; both applications must be set before `open`."""

    def __init__(self, link: ModelLink, nat: Nat, client_way: Direction = "up") -> None:
        schedule = self._schedule = link.schedule
        self._path: Final = Path(link, nat)
        self._client_way: Final[Direction] = client_way
        self._server_way: Final[Direction] = "down" if client_way == "up" else "up"
        self.client: Final = End(schedule, self._path, client_way)
        self.server: Final = End(schedule, self._path, self._server_way)
        self.client.other, self.server.other = self.server, self.client
        at_server, at_client = self._at_server, self._at_client
        self._path.up = at_server if client_way == "up" else at_client
        self._path.down = at_client if client_way == "up" else at_server
        self._syn = _Repeated(Timer(schedule, self._repeat_syn))
        self._syn_ack = _Repeated(Timer(schedule, self._repeat_syn_ack))

    def open(self) -> None:
        """Send the first SYN."""
        self.client.state = State.OPENING
        self._send_syn()

    def cut(self) -> None:
        """Take the power of the end at the site away; nothing reaches it any more."""
        self._path.is_dead = True
        self._syn.timer.clear()
        (self.client if self._client_way == "up" else self.server).die()

    def move(self) -> None:
        """Give the site another address."""
        self._path.is_moved = True

    # --- the client

    def _send_syn(self) -> None:
        syn, now = self._syn, self._schedule.now
        cause = syn.note(now)
        segment = Segment(0, now, 0.0)
        segment.is_syn = True
        self._path.send(self._client_way, Packet(_LAYERS, cause), segment)
        doublings = max(syn.repetitions - SYN_LINEAR, 0)
        syn.timer.set(FIRST_TIMEOUT_SECONDS * (1 << doublings))

    def _repeat_syn(self) -> None:
        if self.client.state is State.OPENING:
            if self._syn.repetitions >= SYN_REPETITIONS:
                self.client.fail()
            else:
                self._send_syn()

    def _at_client(self, segment: Segment) -> None:
        client, syn = self.client, self._syn
        if not segment.is_syn:
            client.receive(segment)
        elif client.state is State.OPENING:
            syn.timer.clear()
            self._begin(client, syn, segment)
            client.send_acknowledgement()
            client.application.opened()
        elif client.state is State.OPEN:
            self._challenge(client, syn)
        else:
            client.refuse()

    # --- the server

    def _send_syn_ack(self, echo: float) -> None:
        answer, now = self._syn_ack, self._schedule.now
        cause = answer.note(now)
        segment = Segment(1, now, echo)
        segment.is_syn = True
        self._path.send(self._server_way, Packet(_LAYERS, cause), segment)
        answer.echo = echo
        answer.timer.set(FIRST_TIMEOUT_SECONDS * (1 << answer.timeouts))

    def _repeat_syn_ack(self) -> None:
        answer = self._syn_ack
        if self.server.state is State.OPENING:
            answer.timeouts += 1
            if answer.timeouts > SYN_ACK_REPETITIONS:
                self.server.state = State.NEW
            else:
                self._send_syn_ack(answer.echo)

    def _at_server(self, segment: Segment) -> None:
        server, answer = self.server, self._syn_ack
        if segment.is_syn:
            if server.state is State.NEW:
                server.state = State.OPENING
                self._send_syn_ack(segment.stamp)
            elif server.state is State.OPENING:
                if answer.may_answer_again(self._schedule.now):
                    self._send_syn_ack(answer.echo)
            elif server.state is State.OPEN:
                self._challenge(server, answer)
            return
        if server.state is State.OPENING:
            answer.timer.clear()
            if segment.is_reset:
                server.state = State.GONE
                return
            self._begin(server, answer, segment)
            server.application.opened()
        server.receive(segment)

    # --- both

    def _begin(self, end: End, sent: "_Repeated", segment: Segment) -> None:
        """Let an end carry data once its SYN was acknowledged."""
        since = segment.echo if sent.repetitions else sent.first_at
        if sent.repetitions > 1 and segment.echo != sent.first_at:
            end.sender.window.segments = 1
        end.be_open(segment.stamp, self._schedule.now - since)

    def _challenge(self, end: End, sent: "_Repeated") -> None:
        """Answer a SYN that comes too late (RFC 5961, 4)."""
        if sent.may_answer_again(self._schedule.now):
            end.send_acknowledgement(HANDSHAKE)


class _Repeated:
    """A SYN of one side, and how often it was sent again."""

    __slots__ = ("_answered_at", "echo", "first_at", "repetitions", "timeouts", "timer")

    def __init__(self, timer: Timer) -> None:
        self.timer = timer
        self.first_at = -1.0
        self.repetitions = -1
        self.timeouts = 0
        self.echo = 0.0
        self._answered_at = -_RATE_LIMIT_SECONDS

    def note(self, now: float) -> str:
        """Count one and return its cause."""
        self.repetitions += 1
        if self.repetitions:
            return REPETITION
        self.first_at = now
        return HANDSHAKE

    def may_answer_again(self, now: float) -> bool:
        """Tell whether a repeated SYN is answered now."""
        if now - self._answered_at < _RATE_LIMIT_SECONDS:
            return False
        self._answered_at = now
        return True
