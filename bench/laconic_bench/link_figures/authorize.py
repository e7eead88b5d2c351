"""An Authorize of a real site in steady state, through both cores and both endpoints."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from laconic_bench.link_figures.exchanges import Exchanged
from laconic_bench.link_figures.row import HEADERS_BYTES
from laconic_bench.virtual.nat_world import NatWorld

CALLS: Final = 400
"""Half of them with tags that were seen before; the last half is counted."""
KNOWN_TAGS: Final = 8
SEED: Final = 1
BETWEEN_SECONDS: Final = 30.0
_ACCEPTED: Final = '{"idTagInfo":{"status":"Accepted"}}'
_BOOT: Final = '[2,"b","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]'


@dataclass(frozen=True, slots=True)
class Authorized:
    """What Authorize calls with tags of 14 hexadecimal digits cost."""

    new_tag: tuple[Exchanged, ...]
    known_tag: tuple[Exchanged, ...]


def mean_bytes(exchanges: Sequence[Exchanged]) -> float:
    """Return the mean of what some exchanges cost."""
    return sum(one.wire_bytes for one in exchanges) / len(exchanges)


def largest(exchanges: Sequence[Exchanged]) -> Exchanged:
    """Return the one that cost most."""
    return max(exchanges, key=lambda one: one.wire_bytes)


def authorize(calls: int = CALLS) -> Authorized:
    """Let a charger ask again and again; the CSMS accepts."""
    world = NatWorld("always", 120.0)
    world.cloud.answer = lambda call: _ACCEPTED if call.action == "Authorize" else "{}"
    world.run(7_200.0)
    world.says(_BOOT)
    world.run(BETWEEN_SECONDS)
    chance = Random(SEED)
    known = [_tag(chance) for _ in range(KNOWN_TAGS)]
    found: tuple[list[Exchanged], list[Exchanged]] = ([], [])
    for number in range(calls):
        tag = chance.choice(known) if number % 2 else _tag(chance)
        exchanged = _ask(world, number, tag)
        if number >= calls // 2:
            found[number % 2].append(exchanged)
    return Authorized(tuple(found[0]), tuple(found[1]))


def _tag(chance: Random) -> str:
    return f"{chance.getrandbits(56):014X}"


def _ask(world: NatWorld, number: int, tag: str) -> Exchanged:
    """Return all datagrams until the next call; keepalives have none to send."""
    log: list[tuple[str, int]] = []
    world.nat.on_datagram = lambda kind, datagram: log.append((kind, len(datagram) + HEADERS_BYTES))
    told = len(world.site.told)
    world.says(f'[2,"{number}","Authorize",{{"idTag":"{tag}"}}]')
    world.run(BETWEEN_SECONDS)
    assert world.site.told[told:] == [f'[3,"{number}",{_ACCEPTED}]']
    return Exchanged(tuple(log))
