"""What is counted where, and what is said to the operator, how often."""

import asyncio
import random
from collections.abc import Callable
from contextlib import closing

import pytest

from laconic_gateway.core.coap.endpoint import Endpoint, Event
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.edge import panel as panel_module
from laconic_gateway.edge.link.datagrams import DatagramShell
from laconic_gateway.edge.metrics import Metrics
from laconic_gateway.edge.panel import LinkPanel, counted, take_note, waiting


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("expander")


def nothing(_: Event) -> None:
    """Take an event of the link that no test here looks at."""


def with_panel(
    metrics: Metrics, story: Callable[[LinkPanel, Endpoint, DatagramShell], None]
) -> None:
    """Tell a story of a panel on a bound socket."""

    async def tell() -> None:
        endpoint = Endpoint(random=random.random, first_message_id=0)
        shell = await DatagramShell.bind(endpoint, "127.0.0.1", 0, nothing)
        with closing(shell):
            story(LinkPanel(metrics, endpoint, shell, lambda: None), endpoint, shell)

    asyncio.run(tell())


def test_what_is_no_drop_is_an_event_of_the_link(metrics: Metrics) -> None:
    def story(panel: LinkPanel, endpoint: Endpoint, _: DatagramShell) -> None:
        endpoint.counters.update({"retransmitted": 2, "moved": 1, "duplicate": 3})
        panel.publish()
        panel.publish()

    with_panel(metrics, story)
    assert metrics.value("laconic_link_events_total", event="retransmitted") == 2
    assert metrics.value("laconic_link_events_total", event="moved") == 1
    assert metrics.value("laconic_dropped_datagrams_total", reason="duplicate") == 3
    assert metrics.value("laconic_dropped_datagrams_total", reason="moved") == 0


def test_errors_of_the_socket_are_counted_once_each(metrics: Metrics) -> None:
    def story(panel: LinkPanel, endpoint: Endpoint, shell: DatagramShell) -> None:
        for _ in range(2):
            shell.error_received(OSError("refused"))
            panel.publish()

    with_panel(metrics, story)
    assert metrics.value("laconic_socket_errors_total") == 2


def test_unknown_keys_are_said_but_not_for_each_datagram(
    metrics: Metrics, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def story(panel: LinkPanel, endpoint: Endpoint, shell: DatagramShell) -> None:
        panel.publish()
        assert caplog.messages == []
        for _ in range(3):
            endpoint.counters["unknown_kid"] += 5
            panel.publish()
        (said,) = caplog.messages
        assert said.startswith("datagrams use keys that no [[site]] has")
        monkeypatch.setattr(panel_module, "UNKNOWN_KEYS_SECONDS", 0.0)
        panel.publish()
        assert caplog.messages == [said], "nothing new has come"
        endpoint.counters["unknown_kid"] += 1
        panel.publish()
        assert caplog.messages == [said, said]

    with_panel(metrics, story)
    assert metrics.value("laconic_dropped_datagrams_total", reason="unknown_kid") == 16


def test_a_connection_to_the_csms_is_said_and_its_losses_are_counted(
    metrics: Metrics, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    take_note(Note(Topic.CSMS_LINK, "up", "connected", Level.INFO), metrics)
    assert metrics.value("laconic_csms_lost_total") == 0
    take_note(Note(Topic.CSMS_LINK, "down", "lost", Level.WARNING), metrics)
    take_note(Note(Topic.CSMS_LINK, "down"), metrics)
    assert metrics.value("laconic_csms_lost_total") == 2
    assert caplog.messages == ["connected", "lost"]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(0, "0 messages wait"), (1, "1 message waits"), (2, "2 messages wait")],
)
def test_one_is_singular(amount: int, expected: str) -> None:
    assert waiting(amount) == expected
    assert expected.startswith(counted(amount, "message"))
