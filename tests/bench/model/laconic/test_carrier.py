"""Laconic in the model: nothing is lost, and the bill is that of the gateway's own meter."""

from functools import cache
from typing import Final

import pytest

from laconic_bench.contenders.laconic import LaconicFactory
from laconic_bench.model.carrier import Carrier, Ends
from laconic_bench.model.laconic.carrier import LaconicCarrier
from laconic_bench.model.laconic.settings import LaconicSettings
from laconic_bench.model.link import ModelLink
from laconic_bench.radio.profiles import PROFILES
from laconic_bench.workloads.chaji import chaji
from laconic_codec.frame import Coding
from tests.support.played import BOOT, Played, Said, play, said

DAYS = 0.25
SEED = 1
SETTINGS: Final = {
    "defaults": LaconicSettings(),
    "relay": LaconicSettings(answers="relay"),
    "active": LaconicSettings(reachability="active"),
    "poll": LaconicSettings(reachability="poll"),
    "cbor": LaconicSettings(codings=Coding.CBOR),
    "zstd": LaconicSettings(codings=Coding.ZSTD),
    "no window": LaconicSettings().with_window(0.0),
    "window": LaconicSettings().with_window(900.0),
}


def play_day(name: str, link: str) -> Played:
    """Play some hours of a charger, with settings of that name."""
    workload = chaji(SEED, DAYS)
    return play(
        workload.records(),
        LaconicFactory(SETTINGS[name]),
        identities=[station.identity for station in workload.stations],
        seconds=DAYS * 86_400,
        profile=PROFILES[link],
        seed=SEED,
    )


day = cache(play_day)
"""The same, played once: for who only looks at it."""


@pytest.mark.parametrize("settings", [name for name in SETTINGS if name != "no window"])
@pytest.mark.parametrize("link", ["2g", "nbiot"])
def test_nothing_is_lost_or_altered(settings: str, link: str) -> None:
    played = day(settings, link)
    assert (played.findings.lost, played.findings.payload_mismatches) == (0, 0)


def test_the_layers_are_those_of_the_datagrams() -> None:
    played = day("defaults", "2g")
    layers, packets = played.bill.layers, sum(played.bill.packets.values())
    assert set(layers) == {"ip", "udp", "coap", "oscore", "payload"}
    assert (layers["ip"], layers["udp"]) == (20 * packets, 8 * packets)
    assert layers["payload"] == played.bill.payload_bytes


def test_the_same_seed_costs_the_same_to_the_byte() -> None:
    one, other = day("defaults", "2g"), play_day("defaults", "2g")
    assert one.bill.wire_bytes == other.bill.wire_bytes
    assert one.findings.latency.percentiles_ms() == other.findings.latency.percentiles_ms()


def test_a_window_saves_bytes_and_costs_time() -> None:
    quick, slow = (day(one, "2g") for one in ("no window", "window"))
    assert slow.bill.total_bytes < quick.bill.total_bytes
    ages = [
        played.findings.delivery.percentiles_ms()["telemetry"]["p95"] for played in (quick, slow)
    ]
    assert ages[0] < 10_000 < 300_000 < ages[1] <= 910_000


def test_another_address_is_survived() -> None:
    records: list[Said] = [
        *BOOT,
        (600.0, "up", '[2,"2","Authorize",{"idTag":"AB"}]'),
        (600.1, "down", '[3,"2",{"idTagInfo":{"status":"Accepted"}}]'),
    ]

    def moving(
        link: ModelLink, ends: Ends, nat_seconds: float, identities: frozenset[str]
    ) -> Carrier:
        carrier = LaconicCarrier(link, nat_seconds, ends, LaconicSettings(), identities)
        link.schedule.at(300.0, carrier.move)
        return carrier

    played = play(said(*records), moving)
    assert (played.findings.lost, played.findings.payload_mismatches) == (0, 0)
