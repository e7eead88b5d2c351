"""Four cabinets make 200 swaps a day."""

from laconic_bench.workloads.swap import swap
from tests.support.workload_life import payloads, played


def test_there_are_four_cabinets_on_21() -> None:
    stations = {(record.identity, record.version) for record in played("swap")}
    assert stations == {(f"SWAP-{number:02d}", "2.1") for number in range(1, 5)}


def test_there_are_200_swaps_a_day() -> None:
    records = list(swap(seed=2, days=3.0).records())
    events = [payload["eventType"] for payload in payloads(records, "BatterySwap")]
    assert 180 < events.count("BatteryOut") / 3 < 220
    assert 0 <= events.count("BatteryIn") - events.count("BatteryOut") <= 4
