"""A whole trace over a carrier."""

from laconic_bench.workloads.boda_site import boda_site
from tests.support.plain_carrier import PlainFactory
from tests.support.played import play, said

DAYS = 0.1


def test_a_workload_arrives_whole_and_its_texts_are_the_payload() -> None:
    workload = boda_site(3, DAYS)
    identities = [station.identity for station in workload.stations]
    days: list[int] = []
    played = play(workload.records(), PlainFactory(), identities=identities, seconds=DAYS * 86_400)
    assert (played.findings.lost, played.findings.payload_mismatches) == (0, 0)
    assert played.bill.payload_bytes == played.reader.text_bytes
    assert played.bill.packets["up"] + played.bill.packets["down"] == played.reader.messages
    assert days == []


def test_a_charger_that_does_not_boot_first_is_connected_all_the_same() -> None:
    records = said((1.0, "up", '[2,"2","Authorize",{"idTag":"AB"}]'), (1.1, "down", '[3,"2",{}]'))
    played = play(records, PlainFactory())
    assert played.findings.lost == 0
    assert len(played.findings.latency.seconds["authorize"]) == 1
