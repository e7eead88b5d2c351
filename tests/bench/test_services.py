"""Child processes: started, watched and stopped; failures are told with the end of the log."""

import asyncio
import random
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from laconic_bench import services
from laconic_bench.chargers import plan_site
from laconic_bench.ports import LOOPBACK
from laconic_bench.services import Ports, Service, ServiceError, build_services, read_gauge
from laconic_gateway.config import load_expander, load_site
from laconic_gateway.core.site.policy import Answering


def _run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def test_the_configuration_is_what_the_services_expect(tmp_path: Path) -> None:
    places, ports = plan_site(random.Random(1)), Ports.free()
    build_services(tmp_path, places, ports, link_port=4_001, csms_port=4_002)
    site, expander = load_site(tmp_path / "site.toml"), load_expander(tmp_path / "expander.toml")
    assert [charger.identity for charger in site.charger] == [p.identity for p in places]
    assert site.site.name == expander.site[0].name
    assert site.site.keys.is_dir()
    assert expander.site[0].keys.is_dir()
    assert site.site.keys != expander.site[0].keys
    answering = set(site.answering().values())
    assert answering == {Answering(answers="local", empty_answers=frozenset({"updates"}))}


def test_ports_are_free_and_different() -> None:
    ports = Ports.free()
    assert len({ports.chargers, ports.site_metrics, ports.expander_metrics}) == 3


def test_a_service_that_does_not_start_is_told_with_its_log(tmp_path: Path) -> None:
    config_file = tmp_path / "site.toml"
    config_file.write_text("[site]\nnmae = 1\n")
    with pytest.raises(ServiceError, match=r"(?s)laconic site.*exit code 2.*nmae"):
        _run(Service("site", config_file, "serves chargers").start())


def test_services_start_serve_metrics_and_stop(tmp_path: Path) -> None:
    async def work() -> None:
        ports = Ports.free()
        places = plan_site(random.Random(1))
        site, expander = build_services(tmp_path, places, ports, ports.expander, csms_port=9)
        try:
            for service in (expander, site):
                await service.start()
                service.check()
            assert await read_gauge(ports.site_metrics, "laconic_journal_records") == 0
            assert await read_gauge(ports.site_metrics, "laconic_no_such_metric") is None
            for service in (site, expander):
                await service.stop()
            logs = [(tmp_path / f"{service.name}.log").read_text() for service in (site, expander)]
            assert all("info" in log for log in logs)
            assert not any(level in log for level in ("warning", "error") for log in logs)
            with pytest.raises(ServiceError, match="ended with exit code 0"):
                site.check()
        finally:
            site.kill()
            expander.kill()

    _run(work())


def test_a_service_that_is_killed_is_told(tmp_path: Path) -> None:
    async def work() -> None:
        ports = Ports.free()
        _, expander = build_services(tmp_path, [], ports, ports.expander, csms_port=9)
        await expander.start()
        expander.kill()
        with pytest.raises(ServiceError, match="ended with exit code -9"):
            await expander.stop()

    _run(work())


def test_no_metrics_server_means_no_value() -> None:
    async def work() -> None:
        assert await read_gauge(Ports.free().site_metrics, "laconic_journal_records") is None

    _run(work())


def test_metrics_that_do_not_come_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "METRICS_SECONDS", 0.05)
    ended = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1_000):
            pass
        writer.close()
        ended.set()

    async def work() -> None:
        async with await asyncio.start_server(silent, LOOPBACK, 0) as server:
            port = server.sockets[0].getsockname()[1]
            assert await read_gauge(port, "laconic_journal_records") is None
            await ended.wait()  # so the connection was closed at this end

    _run(work())
