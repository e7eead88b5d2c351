"""The whole stack of OCPP-J: real `websockets` and OpenSSL in namespaces, and the model.

A charger connects, asks twice, and pings once. The link has neither loss nor jitter.
"""

import asyncio
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Final

from websockets.asyncio.server import ServerConnection

from laconic_bench.live.network import EXPANDER_ADDRESS, Network, NetworkSettings, network
from laconic_bench.live_run.csms import serving
from laconic_bench.live_run.ocppj import DialTls, OcppJ
from laconic_bench.live_run.world import Tally
from laconic_bench.model.carrier import Carrier
from laconic_bench.model.tcp import certificates
from laconic_bench.model.tcp.carriers import tcp_carriers
from laconic_bench.model.tcp.kernel.modelled import START_SECONDS, WatchedLink
from laconic_bench.model.tcp.kernel.played import read, tcp_socket
from laconic_bench.model.tcp.kernel.seen import Seen
from laconic_bench.model.tcp.settings import TcpSettings
from laconic_bench.radio.profiles import PROFILES
from laconic_bench.virtual.schedule import Schedule

CONTENDERS: Final = ("ocppj-tls", "ocppj-deflate")
PROFILE: Final = replace(PROFILES["2g"], loss=0.0, jitter_seconds=0.0)
SECONDS: Final = 14.0
_SETTINGS: Final = TcpSettings(nat_timeout_seconds=13.0)
"""So that the one ping comes 8 s after the upgrade."""
_IDENTITY: Final = "BODA-01"
_ASKED_AT_SECONDS: Final = (5.0, 7.0)
_THINK_SECONDS: Final = 0.024
_QUESTION: Final = '[2,"{}","Authorize",{{"idTag":"04A1B2C3D4E5F6"}}]'
_ANSWER: Final = '[3,"{}",{{"idTagInfo":{{"status":"Accepted"}}}}]'


@dataclass
class _Ends:
    """Both ends of the modelled conversation."""

    schedule: Schedule
    seen: Seen
    carrier: Carrier | None = None
    _asked_at: float = 0.0

    def opened(self, identity: str) -> None:
        """See `Ends`."""
        for number, at_seconds in enumerate(_ASKED_AT_SECONDS):
            question = _QUESTION.format(number)
            self.schedule.at(START_SECONDS + at_seconds, lambda text=question: self._ask(text))  # type: ignore[misc]

    def _ask(self, text: str) -> None:
        assert self.carrier is not None
        self._asked_at = self.schedule.now
        self.carrier.charger_says(_IDENTITY, text, "Authorize")

    def closed(self, identity: str) -> None:
        """See `Ends`."""

    def csms_opened(self, identity: str) -> None:
        """See `Ends`."""

    def csms_closed(self, identity: str) -> None:
        """See `Ends`."""

    def charger_hears(self, identity: str, text: str) -> None:
        """See `Ends`."""
        self.seen.answers_seconds.append(self.schedule.now - self._asked_at)

    def altered(self) -> None:
        """See `Ends`."""
        raise AssertionError("a message has another content at the far end")

    def csms_hears(self, identity: str, text: str) -> None:
        """See `Ends`."""
        carrier, answer = self.carrier, _ANSWER.format(text[4])
        assert carrier is not None
        self.schedule.after(
            _THINK_SECONDS, lambda: carrier.csms_says(_IDENTITY, answer, "Authorize (answer)")
        )


def modelled(contender: str) -> Seen:
    """Play it in virtual time."""
    schedule = Schedule(1)
    link = WatchedLink(schedule, PROFILE, 1)
    ends = _Ends(schedule, link.seen)
    ends.carrier = tcp_carriers[contender](link, ends, _SETTINGS)
    schedule.run(START_SECONDS)
    ends.carrier.open(_IDENTITY, "1.6")
    schedule.run(START_SECONDS + SECONDS)
    return link.seen


def played(contender: str) -> Seen:
    """Play it in real time.

    Raises:
        NetworkError: this machine cannot have such a network; the text says why.
    """
    with tempfile.TemporaryDirectory(prefix="laconic-bench-") as folder:
        capture = Path(folder) / "link.pcap"
        with network(NetworkSettings(PROFILE, 1, None, capture)) as made:
            answers = asyncio.run(_play(made, contender))
        seen = read(capture, SECONDS)
    seen.answers_seconds = answers
    return seen


async def _play(made: Network, contender: str) -> list[float]:
    server_tls, client_tls = certificates.contexts()
    listening = tcp_socket(made.expander)
    listening.bind((EXPANDER_ADDRESS, 0))
    ocppj = OcppJ(has_deflate=contender == "ocppj-deflate")
    answers: list[float] = []
    async with await serving(_serve, listening, server_tls, ocppj.server_extensions):
        dial = DialTls(
            *(made.site, listening.getsockname(), client_tls, _SETTINGS),
            *(ocppj.client_extensions, Tally()),
        )
        began = monotonic()
        async with await dial.connect(_IDENTITY, "1.6") as charger:
            for number, at_seconds in enumerate(_ASKED_AT_SECONDS):
                await asyncio.sleep(began + at_seconds - monotonic())
                asked_at = monotonic()
                await charger.send(_QUESTION.format(number))
                assert await charger.recv() == _ANSWER.format(number)
                answers.append(monotonic() - asked_at)
            await asyncio.sleep(began + SECONDS - monotonic())
            made.counts()
    return answers


async def _serve(connection: ServerConnection) -> None:
    async for text in connection:
        await asyncio.sleep(_THINK_SECONDS)
        await connection.send(_ANSWER.format(str(text)[4]))
