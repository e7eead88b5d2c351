"""What being reachable costs, and that it works: the real cores and contexts behind a NAT."""

import pytest

from laconic_bench.virtual.nat_world import NatWorld, month
from laconic_gateway.core.expander.commands import ANSWER_SECONDS
from laconic_gateway.core.site.reachability import Mode

MEGABYTE = 1e6


@pytest.mark.parametrize(
    ("mode", "nat_seconds", "budget"),
    [("always", 120.0, 0.9), ("always", 30.0, 3.2), ("active", 30.0, 0.3), ("active", 120.0, 0.3)],
)
def test_an_idle_month_stays_within_its_budget(
    mode: Mode, nat_seconds: float, budget: float
) -> None:
    world = month(mode, nat_seconds)
    assert world.total_bytes <= budget * MEGABYTE
    assert world.cloud.changes == [(0.1, "up")], "the lease never ended"
    assert world.cloud.sockets == {"opened": 1}
    if mode == "always":
        assert world.nat.datagrams["bare"] > 0.6 * world.nat.datagrams.total()
        counters = world.cloud.endpoint.counters
        assert counters["bare_keepalive"] == world.nat.datagrams["bare"]
        assert counters["moved"] == 1, "the mapping lasted the whole month"


@pytest.mark.parametrize("nat_seconds", [20.0, 30.0, 64.0, 120.0, 300.0, 1e9])
def test_a_search_takes_less_than_1000_bytes(nat_seconds: float) -> None:
    world = NatWorld("always", nat_seconds)
    while not world.site.rounds:
        world.run(600.0)
    # Answers that came too late count: somebody has paid for them.
    assert world.nat.wire_bytes["probe"] + world.nat.wire_bytes["lost"] <= 1000


@pytest.mark.parametrize(("nat_seconds", "seconds"), [(30.0, 0.5), (120.0, 0.5)])
def test_a_command_reaches_an_idle_site_at_once(nat_seconds: float, seconds: float) -> None:
    world = NatWorld("always", nat_seconds)
    world.run(6 * 3600.0 + 17.0)
    world.cloud.command('[2,"r","GetConfiguration",{}]')
    world.run(seconds)
    assert '"GetConfiguration"' in world.site.told[-1]


def test_a_site_that_polls_gets_a_command_with_its_next_sign() -> None:
    world = NatWorld("poll", 30.0)
    world.run(3600.0)
    world.cloud.command('[2,"r","GetConfiguration",{}]')
    world.run(300.5)
    assert '"GetConfiguration"' in world.site.told[-1]


def test_while_a_transaction_runs_an_active_site_is_reached_at_once() -> None:
    world = NatWorld("active", 60.0)
    world.run(3600.0)
    world.says('[2,"a","Authorize",{"idTag":"A"}]')
    world.says('[2,"b","StartTransaction",{"connectorId":1,"idTag":"A"}]')
    world.run(1800.0)
    world.cloud.command('[2,"r","RemoteStopTransaction",{"transactionId":7}]')
    world.run(0.5)
    assert '"RemoteStopTransaction"' in world.site.told[-1]


def test_a_restarted_site_verifies_what_was_measured() -> None:
    world = NatWorld("always", 120.0)
    world.run(7200.0)
    searched = len(world.site.probes)
    world.site.process.ended = True
    world.site.start()
    world.run(3600.0)
    assert world.site.probes[searched:] == [118]


def test_a_mapping_that_is_lost_is_found_again_with_the_next_sign_of_life() -> None:
    world = NatWorld("always", 120.0)
    world.run(7200.0)
    searched = len(world.site.probes)
    world.nat.rebind()
    world.run(900.0)
    assert world.cloud.endpoint.counters["moved"] == 2
    world.cloud.command('[2,"r","GetConfiguration",{}]')
    world.run(0.5)
    assert '"GetConfiguration"' in world.site.told[-1]
    world.run(1800.0)
    assert world.site.probes[searched:] == [118], "a changed path is verified"


def test_a_downlink_that_the_nat_kept_away_halves_the_interval_at_once() -> None:
    world = NatWorld("always", 120.0)
    world.run(7200.0)
    interval = world.site.core.keepalive_seconds
    world.says('[2,"a","DataTransfer",{"vendorId":"x"}]')
    world.run(5.0)
    world.nat.timer_seconds = 40.0  # less than was measured
    world.run(50.0)
    world.cloud.command('[2,"r","GetConfiguration",{}]')
    world.run(1.0)
    world.says('[2,"b","DataTransfer",{"vendorId":"x"}]')
    world.run(20.0)
    assert world.site.core.keepalive_seconds == interval / 2
    world.nat.timer_seconds = 120.0
    world.run(3600.0)
    assert world.site.core.keepalive_seconds == interval


def test_a_downlink_that_the_radio_lost_changes_nothing() -> None:
    world = NatWorld("always", 120.0)
    world.run(7200.0)
    interval = world.site.core.keepalive_seconds
    world.nat.loss = 1.0
    world.cloud.command('[2,"r","GetConfiguration",{}]')
    world.run(1.0)
    world.nat.loss = 0.0
    world.run(10.0)
    assert world.site.core.keepalive_seconds == interval


def test_a_lossy_link_does_not_end_the_lease() -> None:
    world = NatWorld("always", 120.0, seed=3)
    world.nat.loss = 0.1
    world.run(5 * 86_400.0)
    assert [label for _, label in world.cloud.changes] == ["up"]


def test_no_keepalive_is_sent_while_other_traffic_flows() -> None:
    world = NatWorld("always", 120.0)
    world.run(7200.0)
    before = world.nat.datagrams["bare"]
    for number in range(60):
        world.says(f'[2,"{number}","DataTransfer",{{"vendorId":"x"}}]')
        world.run(20.0)
    assert world.nat.datagrams["bare"] == before


@pytest.mark.parametrize("action", ["Reset", "UnlockConnector", "RemoteStartTransaction"])
def test_a_command_to_a_site_that_cannot_be_reached_fails_in_time_and_never_comes_late(
    action: str,
) -> None:
    world = NatWorld("poll", 30.0)
    world.run(3700.0)  # the last sign was long ago
    told = len(world.site.told)
    world.cloud.command(f'[2,"r","{action}",{{}}]')
    world.run(ANSWER_SECONDS + 0.5)
    assert world.cloud.csms[-1].startswith('[4,"r","InternalError",')
    world.run(3600.0)
    assert len(world.site.told) == told
    assert world.cloud.csms[-1].startswith('[4,"r","InternalError",')


@pytest.mark.parametrize("outage_seconds", [20.0, 29.0, 40.0, 70.0, 120.0])
def test_a_command_that_the_network_swallows_is_carried_out_in_time_or_never(
    outage_seconds: float,
) -> None:
    world = NatWorld("always", 120.0)
    world.run(7200.0)
    told = len(world.site.told)
    world.nat.loss = 1.0
    world.cloud.command('[2,"r","Reset",{}]')
    world.run(outage_seconds)
    world.nat.loss = 0.0
    world.run(3600.0)
    failed = world.cloud.csms[-1].startswith('[4,"r",')
    assert failed or outage_seconds < ANSWER_SECONDS
    assert len(world.site.told) - told <= (0 if outage_seconds > ANSWER_SECONDS else 1)
