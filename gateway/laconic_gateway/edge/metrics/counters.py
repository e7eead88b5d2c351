"""The counters of both services: what has happened since the start."""

from typing import Final

from laconic_gateway.edge.metrics.definition import Definition

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

COUNTERS: Final = (
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
        "laconic_claims_total",
        "counter",
        "Times that another site began to speak for a charger that several sites list.",
        at="expander",
    ),
    Definition(
        "laconic_second_claims_total",
        "counter",
        "Times that a charger was connected at a site while another one speaks for it.",
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
    Definition("laconic_faults_total", "counter", "Faults of the program; the log has each one."),
)
