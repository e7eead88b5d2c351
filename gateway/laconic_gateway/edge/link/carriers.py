"""The link of a site over the carriers that its configuration allows.

`udp`: datagrams only. `tcp`: a connection only. `auto`: a `CarrierChoice` decides. Owners get a
`Shell` in each case and are told when the carrier changes.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from laconic_codec import signs
from laconic_gateway.address import Address
from laconic_gateway.config import CarrierSetting
from laconic_gateway.core.coap.carrier import (
    PROBE_WAIT_SECONDS,
    Carrier,
    CarrierChoice,
    Step,
)
from laconic_gateway.core.coap.endpoint import (
    Endpoint,
    Event,
    Mark,
    ProbeAnswered,
    ProbeFailed,
    StreamId,
)
from laconic_gateway.core.coap.events import Kind
from laconic_gateway.edge.link.datagrams import DatagramShell
from laconic_gateway.edge.link.shell import OnEvent, Shell
from laconic_gateway.edge.link.stream_client import StreamClient

PROBE_NUMBER: Final = -1
"""Of the probes that ask whether UDP works again; those of the NAT timer are above 0."""
PAUSE_LIMIT_SECONDS: Final = 60.0
"""Longest pause, before jitter, between two tries to connect where there is only TCP."""
AUTO_PAUSE_LIMIT_SECONDS: Final = 300.0
"""The same where UDP is tried all the time."""


class SiteLink:
    """A shell with carriers; made by `build`, begun by `start`."""

    shell: Shell

    def __init__(
        self,
        peer: str,
        expander: Address,
        on_event: OnEvent,
        on_carrier: Callable[[Carrier | None], None],
    ) -> None:
        self.carrier: Carrier | None = "udp"
        self._peer = peer
        self._expander = expander
        self._on_event = on_event
        self._on_carrier = on_carrier
        self._choice: CarrierChoice | None = None
        self._client: StreamClient | None = None
        self._stream: StreamId | None = None
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    async def build(
        cls,
        setting: CarrierSetting,
        endpoint: Endpoint,
        peer: str,
        expander: Address,
        *,
        random: Callable[[], float],
        on_event: OnEvent,
        on_reopened: Callable[[], None],
        on_carrier: Callable[[Carrier | None], None],
    ) -> "SiteLink":
        """Open the UDP socket if there is to be one.

        The endpoint must know `peer` under the address `expander`. `on_reopened`: see
        `DatagramShell`. `on_carrier` is called when messages go another way, by `start` too if
        there is nothing that carries them at first.
        """
        link = cls(peer, expander, on_event, on_carrier)
        if setting == "tcp":
            link.shell = Shell(endpoint, link._event)
        else:
            opened = await DatagramShell.connect(endpoint, *expander, link._event, on_reopened)
            opened.watch = link._watch
            link.shell = opened
        if setting != "udp":
            has_datagrams = setting == "auto"
            link._choice = CarrierChoice(link.shell.loop.time(), has_datagrams=has_datagrams)
            link._client = StreamClient(
                link.shell,
                expander,
                random=random,
                pause_limit_seconds=AUTO_PAUSE_LIMIT_SECONDS
                if has_datagrams
                else PAUSE_LIMIT_SECONDS,
                on_ready=link._ready,
                on_lost=link._lost,
                says_failures=not has_datagrams,
            )
        return link

    def start(self) -> None:
        """Begin to connect if there is nothing else."""
        self._step()

    def close(self) -> None:
        """Close everything."""
        if self._timer is not None:
            self._timer.cancel()
        self._choice = None
        self.shell.close()

    # --- what happens

    def _event(self, event: Event) -> None:
        if isinstance(event, ProbeAnswered | ProbeFailed) and event.exchange == PROBE_NUMBER:
            self.shell.end_probing()
            if isinstance(event, ProbeAnswered) and self._choice is not None:
                self._choice.probe_answered(self._now)
                # After the events that are under way: the carrier changes between two of them.
                self.shell.loop.call_soon(self._step)
            return
        self._on_event(event)

    def _watch(self, is_outgoing: bool, mark: Mark) -> None:
        if self._choice is None:
            return
        if is_outgoing:
            if mark.kind in (Kind.REQUEST, Kind.REPEATED) and mark.number is not None:
                self._choice.asked(self._now)
        elif mark.kind in (Kind.RESPONSE, Kind.EMPTY_ACK, Kind.ECHO) or mark.asked_by_peer:
            self._choice.answered(self._now)
        self._step()

    def _ready(self, stream: StreamId) -> None:
        self._stream = stream
        if self._choice is not None:
            self._choice.stream_ready(self._now)
        self._step()

    def _lost(self, reason: str) -> None:
        self._stream = None
        if self._choice is not None:
            self._choice.stream_lost(self._now)
        self._step()

    def _fire(self) -> None:
        self._timer = None
        if self._choice is not None:
            self._choice.handle_timer(self._now)
        self._step()

    # --- what is to be done

    def _step(self) -> None:
        if self._choice is None or self.shell.is_closed:
            return
        for step in self._choice.steps():
            self._carry_out(step)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._choice.timer()
        if due is not None:
            self._timer = self.shell.loop.call_at(due, self._fire)

    def _carry_out(self, step: Step) -> None:
        assert self._client is not None
        match step:
            case Step.OPEN_STREAM:
                self._client.open()
            case Step.CLOSE_STREAM:
                self._client.close()
            case Step.USE_STREAM:
                self._use("tcp")
            case Step.USE_DATAGRAMS:
                self._use("udp")
            case Step.USE_NOTHING:
                self._use(None)
            case Step.PROBE_DATAGRAMS:
                payload = signs.encode(signs.Probe(0))
                self.shell.probe(self._peer, payload, PROBE_NUMBER, PROBE_WAIT_SECONDS)

    def _use(self, carrier: Carrier | None) -> None:
        """Let messages go that way; what was on its way fails, and its owner sends it again."""
        host, port = self._expander
        route = (host, port) if carrier == "udp" else self._stream if carrier == "tcp" else None
        self.carrier = carrier
        self.shell.uses_stream = carrier != "udp"
        self.shell.endpoint.move(self._peer, route)
        self.shell.pump()  # tells what has failed
        self._on_carrier(carrier)

    @property
    def _now(self) -> float:
        return self.shell.loop.time()
