"""Metrics: a fixed table, bounded label values, and a page that Prometheus can read."""

import asyncio
import socket
import threading
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from laconic_gateway.edge.metrics import DEFINITIONS, MAX_LABEL_SETS, OTHER, Metrics
from laconic_gateway.edge.metrics.counters import ERROR_CODES
from laconic_gateway.edge.metrics.definition import Definition


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("site")


def owner(definition: Definition) -> Metrics:
    """Return the metrics of a service that has this one."""
    return Metrics("expander" if definition.at == "expander" else "site")


def labels_of(definition: Definition) -> dict[str, str]:
    return {label: "x" for label in definition.labels}


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda one: one.name)
def test_each_metric_can_be_used_as_declared(definition: Definition) -> None:
    metrics = owner(definition)
    labels = labels_of(definition)
    seen = labels | dict.fromkeys(definition.values, OTHER)
    if definition.kind == "counter":
        metrics.count(definition.name, 2, **labels)
        metrics.count(definition.name, 1, **labels)
    else:
        metrics.gauge(definition.name, 5, **labels)
        metrics.gauge(definition.name, 3, **labels)
    assert metrics.value(definition.name, **seen) == 3


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda one: one.name)
def test_each_metric_has_the_name_that_its_kind_asks_for(definition: Definition) -> None:
    assert definition.name.startswith("laconic_")
    assert definition.name.endswith("_total") == (definition.kind == "counter")
    assert set(definition.values) <= set(definition.labels)
    assert definition.meaning.endswith(".")


def test_what_is_not_declared_is_a_fault_of_the_program(metrics: Metrics) -> None:
    with pytest.raises(AssertionError, match="laconic_unknown is not in DEFINITIONS"):
        metrics.count("laconic_unknown")
    with pytest.raises(AssertionError, match="has the labels"):
        metrics.count("laconic_datagrams_total", wrong="in")
    with pytest.raises(AssertionError, match="has the labels"):
        metrics.count("laconic_datagrams_total")
    with pytest.raises(AssertionError, match="is not a counter"):
        metrics.count("laconic_link_up")
    with pytest.raises(AssertionError, match="is not a gauge"):
        metrics.gauge("laconic_escapes_total", 1)


def test_a_service_has_its_own_metrics_only(metrics: Metrics) -> None:
    with pytest.raises(AssertionError, match="not in DEFINITIONS of this service"):
        metrics.gauge("laconic_sites_alive", 1)
    with pytest.raises(AssertionError, match="not in DEFINITIONS of this service"):
        Metrics("expander").gauge("laconic_link_up", 1)


def test_only_known_error_codes_are_counted_on_their_own() -> None:
    metrics = Metrics("expander")
    for code in (*ERROR_CODES, "InventedByThePeer", "AlsoInvented"):
        metrics.count("laconic_csms_errors_total", code=code)
    assert metrics.value("laconic_csms_errors_total", code="GenericError") == 1
    assert metrics.value("laconic_csms_errors_total", code=OTHER) == 2
    assert metrics.value("laconic_csms_errors_total", code="AlsoInvented") == 0


def test_no_peer_can_make_more_label_values_than_the_limit(metrics: Metrics) -> None:
    for number in range(MAX_LABEL_SETS + 10):
        metrics.count("laconic_local_answers_total", action=f"Action{number}")
    metrics.count("laconic_local_answers_total", action="Action0")
    assert metrics.value("laconic_local_answers_total", action="Action0") == 2
    assert metrics.value("laconic_local_answers_total", action=OTHER) == 10


def test_the_page_holds_every_metric_and_the_process(metrics: Metrics) -> None:
    metrics.count("laconic_local_answers_total", action='a "strange"\nname')

    async def read() -> str:
        port = await metrics.serve("127.0.0.1", 0)
        return await asyncio.to_thread(page, port)

    families = list(text_string_to_metric_families(asyncio.run(read())))
    metrics.close()
    names = {family.name for family in families}
    ours = {one.name.removesuffix("_total") for one in DEFINITIONS if one.at != "expander"}
    assert {name for name in names if name.startswith("laconic_")} == ours
    assert "process_resident_memory_bytes" in names
    assert not any(name.endswith("_created") for name in names)
    (sample,) = next(one for one in families if one.name == "laconic_local_answers").samples
    assert sample.labels == {"action": 'a "strange"\nname'}


def test_two_services_in_one_process_do_not_share_counters(metrics: Metrics) -> None:
    other = Metrics("site")
    metrics.count("laconic_escapes_total")
    assert other.value("laconic_escapes_total") == 0


def test_an_address_in_use_is_reported_to_the_caller(metrics: Metrics) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        asyncio.run(metrics.serve("127.0.0.1", taken.getsockname()[1]))
    metrics.close()


def test_after_close_port_and_thread_are_free_again(metrics: Metrics) -> None:
    threads = threading.active_count()
    port = asyncio.run(metrics.serve("127.0.0.1", 0))
    metrics.close()
    metrics.close()
    assert threading.active_count() == threads
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def page(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as response:
        return str(response.read().decode())
