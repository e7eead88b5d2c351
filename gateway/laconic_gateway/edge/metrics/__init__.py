"""Counters and gauges of a service, and the server from which Prometheus reads them."""

from threading import Thread
from typing import Final, Literal
from wsgiref.simple_server import WSGIServer

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)

from laconic_gateway.edge.metrics.counters import COUNTERS
from laconic_gateway.edge.metrics.definition import Definition
from laconic_gateway.edge.metrics.gauges import GAUGES

OTHER: Final = "other"
"""Stands for every label value that is not counted on its own."""
MAX_LABEL_SETS: Final = 1_000
"""Per metric. Further ones are counted as `OTHER`, so that no peer can fill the memory."""

DEFINITIONS: Final = (*COUNTERS, *GAUGES)
"""Every metric there is; docs/metrics.md has them in this order."""


class Metrics:
    """The metrics of one service, in a registry of its own. Call it from any thread."""

    def __init__(self, service: Literal["site", "expander"]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        definitions = [one for one in DEFINITIONS if one.at in (service, "both")]
        self._definitions = {one.name: one for one in definitions}
        self._metrics = {one.name: self._register(one) for one in definitions}
        self._label_sets: dict[str, set[tuple[str, ...]]] = {one.name: set() for one in definitions}
        self._server: tuple[WSGIServer, Thread] | None = None

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Adds to a counter.

        Raises:
            AssertionError: `DEFINITIONS` has no counter of this name with these labels.
        """
        metric = self._metric(name, labels)
        assert isinstance(metric, Counter), f"{name} is not a counter"
        metric.inc(amount)

    def gauge(self, name: str, value: float, **labels: str) -> None:
        """Sets a gauge.

        Raises:
            AssertionError: `DEFINITIONS` has no gauge of this name with these labels.
        """
        metric = self._metric(name, labels)
        assert isinstance(metric, Gauge), f"{name} is not a gauge"
        metric.set(value)

    def value(self, name: str, **labels: str) -> float:
        """The present value; 0 for label values that were never used."""
        return self._registry.get_sample_value(name, labels) or 0.0

    async def serve(self, host: str, port: int) -> int:
        """Starts to answer at http://HOST:PORT/metrics and returns the port.

        Raises:
            OSError: the address is in use or not one of this machine.
        """
        assert self._server is None, "serve() is called once"
        self._server = start_http_server(port, host, self._registry)
        return int(self._server[0].server_port)

    def close(self) -> None:
        """Stops the server; without one it does nothing."""
        if self._server is not None:
            server, thread = self._server
            self._server = None
            server.shutdown()
            server.server_close()
            thread.join()

    def _register(self, definition: Definition) -> Counter | Gauge:
        kind = Counter if definition.kind == "counter" else Gauge
        return kind(definition.name, definition.meaning, definition.labels, registry=self._registry)

    def _metric(self, name: str, labels: dict[str, str]) -> Counter | Gauge:
        definition = self._definitions.get(name)
        assert definition is not None, f"{name} is not in DEFINITIONS of this service"
        assert set(labels) == set(definition.labels), f"{name} has the labels {definition.labels}"
        metric = self._metrics[name]
        if not labels:
            return metric
        return metric.labels(*self._label_values(definition, labels))

    def _label_values(self, definition: Definition, labels: dict[str, str]) -> tuple[str, ...]:
        values = tuple(
            labels[key] if labels[key] in definition.values.get(key, (labels[key],)) else OTHER
            for key in definition.labels
        )
        known = self._label_sets[definition.name]
        if values not in known and len(known) >= MAX_LABEL_SETS:
            return (OTHER,) * len(values)
        known.add(values)
        return values
