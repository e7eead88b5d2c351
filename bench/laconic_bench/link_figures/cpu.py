"""CPU time of one exchange at both ends together: endpoint, OSCORE, and the CoAP codec."""

import cProfile
import pstats
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from statistics import median
from typing import Any, Final, cast

from laconic_bench.link_figures.exchanges import ANSWER_BYTES, INTERACTIVE_BYTES
from laconic_bench.virtual.coap_link import CLOUD, SITE, Link
from laconic_gateway.core.coap.endpoint import RequestReceived, ResponseReceived

EXCHANGES: Final = 1_000
ROUNDS: Final = 7


@dataclass(frozen=True, slots=True)
class Cpu:
    """What an exchange of 30 bytes up and 10 bytes back takes of a CPU."""

    milliseconds: float
    """Median of some rounds, without a profiler."""
    shares: tuple[tuple[str, float], ...]
    """Of the time, by part of the program, as a profiler sees it; largest first."""


def measure(exchanges: int = EXCHANGES, rounds: int = ROUNDS) -> Cpu:
    """Let two endpoints talk without a wire between them."""
    exchange = _pair()
    taken: list[float] = []
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(exchanges):
            exchange()
        taken.append((time.process_time() - started) / exchanges)
    return Cpu(1_000 * median(taken), _shares(exchange, exchanges))


def _pair() -> Callable[[], None]:
    """Return what runs one exchange from the request to its answer at who asked."""
    link = Link(first_sequence=256)
    site, cloud = link.site.endpoint, link.cloud.endpoint
    payload, answer = bytes(INTERACTIVE_BYTES), bytes(ANSWER_BYTES)

    def exchange() -> None:
        site.request("expander", payload, 0.0, exchange=1)
        (request,) = site.outgoing()
        cloud.receive(request.datagram, SITE, 0.0)
        received = next(one for one in cloud.events() if isinstance(one, RequestReceived))
        cloud.respond(received.request, answer, 0.0)
        (response,) = cloud.outgoing()
        site.receive(response.datagram, CLOUD, 0.0)
        (answered,) = site.events()
        assert isinstance(answered, ResponseReceived)

    return exchange


def _shares(exchange: Callable[[], None], exchanges: int) -> tuple[tuple[str, float], ...]:
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(exchanges):
        exchange()
    profile.disable()
    parts: dict[str, float] = {}
    stats = cast(dict[tuple[str, int, str], Any], vars(pstats.Stats(profile))["stats"])
    for (file, _, function), (_, _, own_seconds, _, _) in stats.items():
        part = _part(file, function)
        parts[part] = parts.get(part, 0.0) + own_seconds
    total = sum(parts.values())
    found = [(part, one / total) for part, one in parts.items()]
    return tuple(sorted(found, key=lambda entry: -entry[1]))


def _part(file: str, function: str) -> str:
    path = PurePath(file)
    if "AESCCM" in function:
        return "AES-CCM (cryptography)"
    if path.name == "oscore.py" and "aiocoap" in path.parts:
        return "OSCORE (aiocoap)"
    if "aiocoap" in path.parts:
        return "CoAP messages (aiocoap)"
    if "laconic_gateway" in path.parts:
        return "message layer" if "coap" in path.parts else "context and sequence numbers"
    return "built-in functions and the rest"
