"""The carriers of a site on loopback: UDP, TCP, and what `auto` makes of a way that is blocked."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from laconic_gateway.config import CarrierSetting
from laconic_gateway.core.coap import carrier
from laconic_gateway.core.coap.endpoint import (
    ExchangeFailed,
    RequestReceived,
    ResponseReceived,
    Timing,
)
from laconic_gateway.edge.link import stream_client
from tests.support.loops import Run
from tests.support.tcp import Linked, Way
from tests.support.waiting import until

Story = Callable[[Linked], Awaitable[None]]


@pytest.fixture(autouse=True)
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the decisions of minutes take moments; what they are is tested in virtual time."""
    monkeypatch.setattr(carrier, "FIRST_PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(carrier, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(carrier, "PROBE_FIRST_SECONDS", 0.05)
    monkeypatch.setattr(carrier, "PROBE_LIMIT_SECONDS", 0.05)
    monkeypatch.setattr(stream_client, "FIRST_PAUSE_SECONDS", 0.02)


async def with_link(
    directory: Path,
    setting: CarrierSetting,
    story: Story,
    prepare: Callable[[Way], None] = lambda way: None,
    timing: Timing | None = None,
) -> None:
    linked = Linked(directory, timing)
    await linked.open(setting, prepare)
    try:
        await story(linked)
    finally:
        await linked.close()


def no_udp(way: Way) -> None:
    way.passes_udp = False


def no_tcp(way: Way) -> None:
    way.passes_tcp = False


@pytest.mark.parametrize("setting", ["udp", "tcp", "auto"])
def test_both_ends_ask_over_each_carrier(setting: CarrierSetting, run: Run, tmp_path: Path) -> None:
    async def story(linked: Linked) -> None:
        await linked.on("tcp" if setting == "tcp" else "udp")
        assert await linked.ask(b"up", 1) == ResponseReceived("expander", 1, b"re:up")
        linked.expander.shell.request("kisumu-1", b"down", 2)
        answered = await linked.expander.outcome()
        assert answered == ResponseReceived("kisumu-1", 2, b"re:down")
        assert linked.server.connections == (1 if setting == "tcp" else 0)

    run(with_link(tmp_path, setting, story))


def test_a_connection_that_breaks_fails_what_waits_and_is_opened_again(
    run: Run, tmp_path: Path
) -> None:
    async def story(linked: Linked) -> None:
        await linked.on("tcp")
        await linked.ask(b"hello", 1)
        linked.expander.answers = False
        linked.site.shell.request("expander", b"in flight", 2)
        while (await linked.expander.next(RequestReceived)).payload != b"in flight":
            pass
        linked.way.cut()
        failed = await linked.site.outcome()
        assert isinstance(failed, ExchangeFailed) and failed.exchange == 2
        await linked.on("tcp")
        linked.expander.answers = True
        assert await linked.ask(b"again", 3) == ResponseReceived("expander", 3, b"re:again")
        assert linked.carriers == [None, "tcp", None, "tcp"]

    run(with_link(tmp_path, "tcp", story))


def test_auto_goes_over_to_tcp_where_udp_is_blocked_and_back_when_it_works(
    run: Run, tmp_path: Path
) -> None:
    async def story(linked: Linked) -> None:
        failed = await linked.ask(b"one", 1)
        assert isinstance(failed, ExchangeFailed), "it is the owner who sends again"
        await linked.on("tcp")
        assert await linked.ask(b"two", 2) == ResponseReceived("expander", 2, b"re:two")
        dropped = linked.way.dropped
        await until(lambda: linked.way.dropped > dropped)  # by a probe
        linked.way.passes_udp = True
        await linked.on("udp")
        assert await linked.ask(b"three", 3) == ResponseReceived("expander", 3, b"re:three")
        linked.expander.shell.request("kisumu-1", b"down", 4)
        assert await linked.expander.outcome() == ResponseReceived("kisumu-1", 4, b"re:down")
        assert linked.carriers == ["tcp", "udp"]
        await until(lambda: not linked.server.connections)

    run(with_link(tmp_path, "auto", story, no_udp))


def test_auto_stays_with_udp_that_answers_in_the_end(run: Run, tmp_path: Path) -> None:
    def blocked(way: Way) -> None:
        no_udp(way)
        no_tcp(way)

    async def story(linked: Linked) -> None:
        linked.site.shell.request("expander", b"patient", 1)
        await until(lambda: linked.way.dropped >= 3)
        linked.way.passes_udp = True
        assert isinstance(await linked.site.outcome(), ResponseReceived)
        assert linked.carriers == []

    run(
        with_link(
            tmp_path,
            "auto",
            story,
            blocked,
            Timing(first_timeout_seconds=0.05, shortest_timeout_seconds=0.05),
        )
    )


def test_what_goes_wrong_is_said_once_where_there_is_only_tcp(
    run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(linked: Linked) -> None:
        await until(lambda: linked.way.refused >= 3)
        (said,) = caplog.messages
        assert "cannot connect to the expander at 127.0.0.1:" in said
        assert "expander.tcp = true" in said
        linked.way.passes_tcp = True
        await linked.on("tcp")

    run(with_link(tmp_path, "tcp", story, no_tcp))
