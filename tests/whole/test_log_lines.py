"""What the services say of themselves: who they are when they start, what waits when they stop."""

import asyncio
from pathlib import Path

import pytest

from laconic_bench.ports import free_port
from laconic_gateway.edge.link import keys
from tests.support.metrics_page import metric_reaches
from tests.support.raw import raw_charger
from tests.support.services import Plan, SiteCharger, services

CHARGER = SiteCharger("CP1")
METER_VALUES = '[2,"a","MeterValues",{"connectorId":1,"meterValue":[]}]'


@pytest.mark.parametrize("expander_is_up", [True, False])
def test_start_and_stop_say_who_and_how_much(expander_is_up: bool, tmp_path: Path) -> None:
    plan = Plan(f"ws://127.0.0.1:{free_port()}{{path}}", (CHARGER,))
    start = ["expander", "site"] if expander_is_up else ["site"]

    async def story() -> None:
        async with services(tmp_path, plan, start=start) as ours:
            async with raw_charger(ours.url, "1.6", CHARGER.identity, CHARGER.password) as charger:
                await charger.call(METER_VALUES)
                if expander_is_up:
                    await metric_reaches(ours.expander_metrics_port, "laconic_queue_messages", 1)
                    await metric_reaches(ours.expander_metrics_port, "laconic_sites_alive", 1)
        (folder,) = (tmp_path / "keys").rglob("site")
        fingerprint = keys.load(folder).fingerprint()
        assert (
            f"serves chargers on 127.0.0.1:{ours.chargers_port}; keys {fingerprint},"
            f" expander 127.0.0.1:{ours.udp_port}, 1 charger\n"
        ) in ours.site.log
        assert ours.site.log.index("stopping") < ours.site.log.index("stopped; 1 message waits on")
        if expander_is_up:
            assert f"serving 1 site on UDP and TCP 127.0.0.1:{ours.udp_port}\n" in ours.expander.log
            assert f"has the keys {fingerprint}\n" in ours.expander.log
            assert "stopping\n" in ours.expander.log
            assert "stopped; 1 message waits for the CSMS\n" in ours.expander.log

    asyncio.run(story())
