"""Counters and gauges of a service, and the server from which Prometheus reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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

OTHER: Final = "other"
"""Stands for every label value that is not counted on its own."""
MAX_LABEL_SETS: Final = 1_000
"""Per metric. Further ones are counted as `OTHER`, so that no peer can fill the memory."""

ERROR_CODES: Final = frozenset(
    {
        "FormatViolation",
        "FormationViolation",
        "GenericError",
        "InternalError",
        "MessageTypeNotSupported",
        "NotImplemented",
        "NotSupported",
        "OccurenceConstraintViolation",  # sic: the spelling of OCPP-J 1.6, 4.2.3
        "OccurrenceConstraintViolation",
        "PropertyConstraintViolation",
        "ProtocolError",
        "RpcFrameworkError",
        "SecurityError",
        "TypeConstraintViolation",
    }
)


@dataclass(frozen=True, slots=True)
class Definition:
    """One metric: its name, what it counts, and its labels."""

    name: str
    kind: Literal["counter", "gauge"]
    meaning: str
    labels: tuple[str, ...] = ()
    values: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """The only values of a label that are counted on their own."""
    at: Literal["site", "expander", "both"] = "both"
    """Which service has it."""


DEFINITIONS: Final = (
    Definition(
        "laconic_messages_total",
        "counter",
        "OCPP-J messages. `direction` is `up` (charger to CSMS) or `down`.",
        ("direction",),
    ),
    Definition(
        "laconic_bad_input_total",
        "counter",
        "OCPP-J input that was not usable: not JSON, too long, out of turn.",
        ("reason",),
    ),
    Definition(
        "laconic_refused_connections_total",
        "counter",
        "Chargers that were not let in.",
        ("reason",),
        at="site",
    ),
    Definition(
        "laconic_datagrams_total",
        "counter",
        "UDP datagrams between site and expander, and messages on TCP. `direction` is `in` or"
        " `out`.",
        ("direction",),
    ),
    Definition(
        "laconic_wire_bytes_total",
        "counter",
        "Bytes between site and expander, the headers of IP, UDP and TCP included.",
        ("direction",),
    ),
    Definition(
        "laconic_link_bytes_total",
        "counter",
        "The same bytes at a site by cause. `direction` is `up` (to the expander) or `down`.",
        ("direction", "cause"),
        at="site",
    ),
    Definition(
        "laconic_charger_bytes_total",
        "counter",
        "The same bytes at a site by charger and OCPP action; an empty charger is the site itself.",
        ("direction", "charger", "action"),
        at="site",
    ),
    Definition(
        "laconic_dropped_datagrams_total",
        "counter",
        "Datagrams, and messages on TCP, that were dropped without an answer.",
        ("reason",),
    ),
    Definition(
        "laconic_link_events_total",
        "counter",
        "What else happened on the link: `retransmitted`, `exchange_failed`, `moved` and others.",
        ("event",),
    ),
    Definition(
        "laconic_socket_errors_total",
        "counter",
        "Errors of the UDP socket, and names that could not be resolved.",
    ),
    Definition(
        "laconic_escapes_total",
        "counter",
        "Messages that travelled as text because the codec cannot model them.",
        at="site",
    ),
    Definition(
        "laconic_local_answers_total",
        "counter",
        "Calls of chargers that the gateway answered itself.",
        ("action",),
        at="site",
    ),
    Definition(
        "laconic_stand_in_answers_total",
        "counter",
        "Calls of chargers that the gateway answered because the CSMS could not be reached.",
        ("action",),
        at="site",
    ),
    Definition(
        "laconic_late_answers_total",
        "counter",
        "Answers that came when nobody waited for them any more.",
    ),
    Definition(
        "laconic_unused_answers_total",
        "counter",
        "Answers of the CSMS with content, to calls that the gateway had answered itself.",
        at="expander",
    ),
    Definition(
        "laconic_csms_errors_total",
        "counter",
        "CALLERROR answers of the CSMS.",
        ("code",),
        {"code": ERROR_CODES},
        at="expander",
    ),
    Definition(
        "laconic_csms_lost_total",
        "counter",
        "Connections to the CSMS lost or not made.",
        at="expander",
    ),
    Definition(
        "laconic_refused_frames_total",
        "counter",
        "Frames that were not used: another epoch, damaged, unknown registry.",
        ("reason",),
    ),
    Definition(
        "laconic_sequence_gaps_total",
        "counter",
        "Times that journal and outbox did not fit together.",
        ("reason",),
    ),
    Definition(
        "laconic_unknown_chargers_total",
        "counter",
        "Chargers that a site speaks for and the configuration does not list.",
        at="expander",
    ),
    Definition(
        "laconic_link_changes_total",
        "counter",
        "Times that the other end of the link was found (`up`) or lost (`down`).",
        ("state",),
    ),
    Definition(
        "laconic_budget_steps_total",
        "counter",
        "Steps of the budget governor. `rung` is where a step led to.",
        ("rung",),
        at="site",
    ),
    Definition(
        "laconic_budget_alerts_total",
        "counter",
        "Alerts of the budget: 50, 80 and 100 percent, and 90 and 100 percent of a hard cap.",
        ("alert",),
        at="site",
    ),
    Definition(
        "laconic_journal_shed_total",
        "counter",
        "Records that left a full journal, by what they were; `refused` ones were never answered.",
        ("reason",),
        at="site",
    ),
    Definition(
        "laconic_kept_back_total",
        "counter",
        "Messages kept back to save bytes: `thinned`, `held`, and `released` after being held.",
        ("treatment",),
        at="site",
    ),
    Definition(
        "laconic_commands_given_up_total",
        "counter",
        "Calls of the CSMS that it was told the charger had not answered in time.",
        ("action",),
        at="expander",
    ),
    Definition(
        "laconic_clock_back_total",
        "counter",
        "How often the expander's time put back what chargers had been told.",
        at="site",
    ),
    Definition(
        "laconic_late_commands_total",
        "counter",
        "Commands that came too late at the site, or without their age, and were not carried out.",
        ("action",),
        at="site",
    ),
    Definition(
        "laconic_retried_messages_total",
        "counter",
        "Messages that the CSMS refused with a CALLERROR and that are tried again.",
        ("action",),
        at="expander",
    ),
    Definition(
        "laconic_quarantined_messages_total",
        "counter",
        "Messages that the CSMS does not take, put into the quarantine: an operator has to look.",
        ("action",),
        at="expander",
    ),
    Definition(
        "laconic_late_refusals_total",
        "counter",
        "Transactions that a site had let begin and the CSMS refused. `outcome` is `stop` (the"
        " charger is told to stop it) or `over` (it had ended before).",
        ("outcome",),
        at="expander",
    ),
    Definition(
        "laconic_own_commands_total",
        "counter",
        "Answers of chargers to commands of the expander's own making. `status` is `accepted`,"
        " `rejected` or `error`.",
        ("status",),
        at="expander",
    ),
    Definition(
        "laconic_boots_not_accepted_total",
        "counter",
        "Boots that a site had accepted and the CSMS did not; the charger's messages wait.",
        at="expander",
    ),
    Definition(
        "laconic_repeated_starts_total",
        "counter",
        "Repetitions of a StartTransaction that were not sent to the CSMS again.",
        at="expander",
    ),
    Definition(
        "laconic_outdated_statuses_total",
        "counter",
        "Statuses that were not sent because a newer one of the same connector waited.",
        at="expander",
    ),
    Definition(
        "laconic_bare_keepalives_total",
        "counter",
        "Keepalives of one byte, which only refresh the mapping in the carrier's NAT.",
        at="site",
    ),
    Definition(
        "laconic_nat_probes_total",
        "counter",
        "Probes of the NAT's timer.",
        at="site",
    ),
    Definition(
        "laconic_nat_proven_seconds",
        "gauge",
        "The longest silence after which the NAT still let an answer in; 0 while none is known.",
        at="site",
    ),
    Definition(
        "laconic_keepalive_seconds",
        "gauge",
        "Time between keepalives while the path is kept open for commands.",
        at="site",
    ),
    Definition(
        "laconic_on_tcp",
        "gauge",
        "1 while the expander is reached by TCP, else 0.",
        at="site",
    ),
    Definition("laconic_faults_total", "counter", "Faults of the program; the log has each one."),
    Definition(
        "laconic_journal_damaged_records",
        "gauge",
        "Records found damaged since the start; they are in quarantine: `laconic journal show`.",
        at="site",
    ),
    Definition(
        "laconic_outbox_damaged_records",
        "gauge",
        "Messages found damaged since the start; the site is asked for them again.",
        at="expander",
    ),
    Definition(
        "laconic_journal_records",
        "gauge",
        "Records on disk that are not yet delivered.",
        at="site",
    ),
    Definition(
        "laconic_queue_messages",
        "gauge",
        "Stored messages that the CSMS has not taken yet.",
        at="expander",
    ),
    Definition(
        "laconic_month_bytes",
        "gauge",
        "Bytes on the wire in this billing month.",
        at="site",
    ),
    Definition(
        "laconic_month_forecast_bytes",
        "gauge",
        "What the billing month will have cost at the pace of the last days; 0: not known yet.",
        at="site",
    ),
    Definition(
        "laconic_budget_bytes",
        "gauge",
        "The budget of a billing month; 0 without the table `[budget]`.",
        at="site",
    ),
    Definition(
        "laconic_budget_rung",
        "gauge",
        "How far a site saves: 0 full, 1 wider, 2 thinner, 3 held, 4 stopped.",
        at="site",
    ),
    Definition("laconic_chargers_connected", "gauge", "Chargers with an open WebSocket."),
    Definition(
        "laconic_csms_connected",
        "gauge",
        "Open WebSockets to the CSMS.",
        at="expander",
    ),
    Definition(
        "laconic_link_up",
        "gauge",
        "1 while the expander answers, else 0.",
        at="site",
    ),
    Definition(
        "laconic_sites_alive",
        "gauge",
        "Sites that gave a sign of life within their lease.",
        at="expander",
    ),
)


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
