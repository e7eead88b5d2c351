"""One contender, played."""

import pytest

from laconic_bench.contenders.catalog import ENTRANTS
from laconic_bench.contenders.entrant import Entrant
from laconic_bench.radio.profiles import PROFILES
from laconic_bench.suite.events import Events, Outage
from laconic_bench.suite.job import play
from laconic_bench.suite.script import Work
from laconic_bench.workloads.catalog import WORKLOADS
from tests.support.plain_carrier import PlainFactory

PLAIN = Entrant("plain", "texts in packets", PlainFactory())


def work(scenario: str, days: float = 0.05, events: Events | None = None) -> Work:
    return Work(scenario, 1, days, PROFILES["2g"], 120.0, events or Events())


@pytest.mark.parametrize("scenario", sorted(WORKLOADS))
def test_every_scenario_is_carried_whole_and_told(scenario: str) -> None:
    played = play(work(scenario, 0.02), PLAIN)
    figures = played.figures
    assert (figures.lost, figures.payload_mismatches) == (0, 0)
    assert figures.payload_bytes == played.json_bytes
    assert played.messages > 0 and played.chargers > 0
    assert played.entropy_bytes is not None and played.heartbeat_entropy_bytes is not None
    assert 0 < played.heartbeat_entropy_bytes < played.entropy_bytes < played.json_bytes


def test_days_are_told_and_bytes_are_counted_by_day() -> None:
    days: list[float] = []
    played = play(work("chaji", 2.5), PLAIN, days.append)
    assert days == [1, 2]
    assert len(played.figures.daily_wire_bytes) == 3
    assert sum(played.figures.daily_wire_bytes) == played.figures.wire_bytes


def test_an_outage_delays_and_loses_nothing() -> None:
    outage = Events((Outage(1_000.0, 2_800.0),), (3_000.0,))
    played = play(work("chaji", 0.1, outage), ENTRANTS["laconic"])
    assert (played.figures.lost, played.figures.payload_mismatches) == (0, 0)
    assert played.figures.substituted_answers  # by the gateway, during the outage
    assert played.figures.recovery_seconds is not None
    assert 0 <= played.figures.recovery_seconds < 400
    # When the site's lease is over, which all that it says renews (decision 0010).
    assert played.figures.detection_seconds is not None
    assert 100 < played.figures.detection_seconds < 13 * 60


def test_what_is_over_before_anybody_has_noticed_has_no_time_of_detection() -> None:
    outage = Events((Outage(1_000.0, 1_030.0),), ())
    played = play(work("chaji", 0.05, outage), ENTRANTS["laconic"])
    assert played.figures.detection_seconds is None
    assert played.figures.recovery_seconds is not None


@pytest.mark.parametrize("name", ["ocppj-tls", "mqtt-tls", "soap-https", "coap-cbor", "coap-zstd"])
def test_other_contenders_survive_an_outage_and_another_address(name: str) -> None:
    events = Events((Outage(1_000.0, 2_800.0),), (4_000.0,))
    played = play(work("chaji", 0.15, events), ENTRANTS[name])
    assert (played.figures.lost, played.figures.payload_mismatches) == (0, 0)
    assert played.figures.recovery_seconds is not None
