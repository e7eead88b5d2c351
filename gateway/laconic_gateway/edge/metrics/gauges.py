"""The gauges of both services: how things stand now."""

from typing import Final

from laconic_gateway.edge.metrics.definition import Definition

GAUGES: Final = (
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
    Definition(
        "laconic_journal_damaged_records",
        "gauge",
        "Records found damaged since the start; they are in quarantine: `laconic journal show`.",
        at="site",
    ),
    Definition(
        "laconic_outbox_damaged_records",
        "gauge",
        "Messages found damaged since the start; most are read from a second copy.",
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
