"""An operator deals with a refused message while the expander runs (D9)."""

import asyncio
import json
import sys
from pathlib import Path

from laconic_bench.ports import free_port
from tests.support.metrics_page import metric_reaches
from tests.support.ocppj import Message
from tests.support.raw import RawCsms, raw_charger, raw_csms, with_id
from tests.support.services import SITE, Plan, SiteCharger, services
from tests.support.waiting import GUARD_SECONDS, until

CHARGER = SiteCharger("CP 1")
METER = '[2,"1","MeterValues",{"connectorId":1,"meterValue":[]}]'
REFUSED = '[4,"","InternalError","not today",{}]'


class Moods:
    """A CSMS that refuses meter values until it is told otherwise."""

    def __init__(self) -> None:
        self.refuses = True

    def answer(self, _identity: str, message: Message) -> str | None:
        refused = self.refuses and message.action == "MeterValues"
        return with_id(REFUSED if refused else '[3,"",{}]', message.id)


async def laconic(folder: Path, *arguments: str) -> str:
    """Run `laconic quarantine`; return what it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "laconic_gateway", "quarantine", *arguments),
        *("--config", str(folder / "expander.toml")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), GUARD_SECONDS)
    assert process.returncode == 0, output.decode()
    return output.decode()


def count(csms: RawCsms) -> int:
    return sum(one.action == "MeterValues" for one in csms.requests(CHARGER.identity))


def test_a_refused_message_is_sent_again_by_an_expander_that_runs(tmp_path: Path) -> None:
    moods = Moods()

    async def story() -> None:
        passwords = {CHARGER.identity: CHARGER.csms_password}
        port = free_port()
        async with raw_csms(moods.answer, passwords, port) as csms:
            plan = Plan(f"ws://127.0.0.1:{port}{{path}}", [CHARGER])
            async with services(tmp_path, plan) as ours:
                page = ours.expander_metrics_port
                connecting = raw_charger(ours.url, "1.6", CHARGER.identity, CHARGER.password)
                async with connecting as charger:
                    await charger.call(METER)
                    await metric_reaches(page, "laconic_quarantined_messages_total", 1)
                    (line,) = (await laconic(tmp_path, "list")).splitlines()
                    found = json.loads(line)
                    assert found["charger"] == CHARGER.identity
                    moods.refuses = False
                    before = count(csms)
                    await laconic(tmp_path, "resend", SITE, str(found["number"]))
                    await until(lambda: count(csms) > before)
                    assert await laconic(tmp_path, "list") == ""
            assert await laconic(tmp_path, "list") == ""  # of a stopped expander

    asyncio.run(story())
