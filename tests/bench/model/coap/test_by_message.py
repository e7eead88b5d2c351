"""CBOR over CoAP, message by message."""

import cbor2
import pytest

from laconic_bench.contenders.catalog import ENTRANTS
from laconic_bench.contenders.coap import COAP
from laconic_bench.model.carrier import Carrier, Ends
from laconic_bench.model.coap import batches, by_message
from laconic_bench.model.coap.by_message import ByMessageCarrier
from laconic_bench.model.laconic import carrier
from laconic_bench.model.link import ModelLink
from laconic_bench.radio.profiles import PROFILES, LinkProfile
from laconic_bench.virtual.nat import Nat
from laconic_bench.workloads.boda_site import boda_site
from laconic_gateway.core.coap.endpoint import Address
from tests.support.played import BOOT, Played, play, said

DAYS = 0.05


def make(link: ModelLink, ends: Ends, nat_seconds: float, identities: frozenset[str]) -> Carrier:
    return ByMessageCarrier(link, nat_seconds, ends)


def hours(name: str, link: str) -> Played:
    workload = boda_site(5, DAYS)
    (entrant,) = [one for one in COAP if one.name == name]
    return play(
        workload.records(),
        entrant.make,
        identities=[station.identity for station in workload.stations],
        seconds=DAYS * 86_400,
        profile=PROFILES[link],
        seed=5,
    )


@pytest.mark.parametrize("name", ["coap-cbor", "coap-zstd"])
@pytest.mark.parametrize("link", ["2g", "nbiot"])
def test_a_site_is_carried_whole_over_a_lossy_link(name: str, link: str) -> None:
    found = hours(name, link).findings
    assert (found.lost, found.payload_mismatches) == (0, 0)
    assert found.latency.seconds["authorize"]


def test_an_exchange_is_one_datagram_each_way() -> None:
    played = play(said(*BOOT), make, seconds=3_660.0)
    asked = [0, "BootNotification", {"chargePointVendor": "V", "chargePointModel": "M"}]
    answer = {"status": "Accepted", "currentTime": "2026-03-02T00:00:01Z", "interval": 240}
    assert played.bill.payload_bytes == len(cbor2.dumps(asked)) + len(cbor2.dumps(answer))
    assert (played.bill.packets["up"], played.bill.packets["down"]) == (1 + 33, 1)
    assert played.bill.by_cause()["keepalive"] == 33 * 29
    actions = played.bill.by_action()
    assert actions.keys() == {"BootNotification", "BootNotification (answer)", "(keepalive)"}
    assert actions["BootNotification (answer)"] == played.bill.wire_bytes["down"]


def test_a_long_answer_follows_in_pieces() -> None:
    long = "x" * 2_500
    records = said(
        *BOOT,
        (9.0, "down", '[2,"c","GetConfiguration",{}]'),
        (9.1, "up", f'[3,"c",{{"a":"{long}"}}]'),
    )
    played = play(records, make, seconds=60.0)
    assert (played.findings.lost, played.findings.payload_mismatches) == (0, 0)
    assert played.bill.packets["up"] >= 1 + 1 + 3
    down = played.bill.by_action_of("down")
    assert down["GetConfiguration"] > 0 and "(message)" not in down
    assert played.bill.by_action_of("up")["GetConfiguration (answer)"] > 2_500


@pytest.mark.parametrize("name", ["coap-cbor", "coap-zstd", "laconic"])
def test_what_is_lost_on_the_radio_keeps_no_mapping(name: str) -> None:
    class Watched(Nat):
        def outwards(self, inside: str, datagram: bytes) -> Address:
            passed.append(datagram)
            return super().outwards(inside, datagram)

    passed: list[bytes] = []
    with pytest.MonkeyPatch.context() as patch:
        for module in (by_message, batches, carrier):
            patch.setattr(module, "Nat", Watched)
        lost = play(said(*BOOT), ENTRANTS[name].make, profile=LinkProfile(loss=1.0))
        assert lost.bill.packets["up"] > 30 and passed == []
        play(said(*BOOT), ENTRANTS[name].make)
        assert len(passed) > 30
