"""Services that are started again on a full disk wait for space; a real one (tmpfs, as root)."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from laconic_bench.ports import free_port
from tests.support.ocppj import Message
from tests.support.raw import raw_charger, raw_csms, with_id
from tests.support.services import Plan, Service, Services, SiteCharger, services
from tests.support.waiting import until

CHARGER = SiteCharger("CP 1")
METER = '[2,"{}","MeterValues",{{"connectorId":1,"meterValue":[],"number":{}}}]'
WAITS = "waiting for space"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk; what the services keep is on it, their logs are not."""
    place = tmp_path / "disk"
    place.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    size = ("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place))
    if subprocess.run(size, capture_output=True).returncode != 0:
        pytest.skip("no disk can be mounted here")
    for name in ("site-state", "expander-state"):
        (place / name).mkdir(mode=0o700)
        (tmp_path / name).symlink_to(place / name)
    yield place
    subprocess.run(("umount", str(place)), check=True)


def fill(disk: Path) -> Path:
    """Leave not a byte free."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(4_096)):
            pass
    return filler


def answer(_identity: str, message: Message) -> str:
    return with_id('[3,"",{}]', message.id)


async def report(ours: Services, number: int) -> None:
    async with raw_charger(ours.url, "1.6", CHARGER.identity, CHARGER.password) as charger:
        await charger.call(METER.format(number, number))


def test_a_restart_on_a_full_disk_waits_and_then_serves(tmp_path: Path, disk: Path) -> None:
    async def wait_while_full(service: Service) -> None:
        said = service.log.count(WAITS)
        filler = fill(disk)
        starting = asyncio.create_task(service.start())
        await until(lambda: service.log.count(WAITS) > said or starting.done())
        assert service.is_running and not starting.done(), service.log
        filler.unlink()
        await starting

    async def story() -> None:
        port = free_port()
        async with raw_csms(answer, {CHARGER.identity: CHARGER.csms_password}, port) as csms:
            plan = Plan(f"ws://127.0.0.1:{port}{{path}}", [CHARGER])
            async with services(tmp_path, plan) as ours:
                await report(ours, 1)
                for service in (ours.expander, ours.site):
                    await service.stop()
                    await wait_while_full(service)
                await report(ours, 2)
                await until(lambda: len(csms.requests(CHARGER.identity)) >= 2)

    asyncio.run(story())
