"""What must have happened in a run of many days, or it proves nothing.

Each line names a fault or a branch of recovery, and the marks of the schedule that show it: one
that begins with any of them is enough.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from tests.support.virtual_steps import EXPANDER_STEPS, SITE_STEPS

FAULTS: Final[Mapping[str, tuple[str, ...]]] = {
    **{
        name: (f"fault: {name}",)
        for name in (
            *("crash of the site", "crash of the expander", "crash of both", "crash at a step"),
            *("power cut at the site", "power cut at the expander"),
            *("outage", "long outage", "flap", "half-open socket", "double identity"),
            *("csms drops a socket", "csms refuses", "csms hangs", "csms is slow"),
            *("token blocked", "disk full", "journal I/O fails", "outbox I/O fails", "clock jump"),
        )
    },
    **{f"crash after {step}": (f"crash after {step}",) for step in SITE_STEPS + EXPANDER_STEPS},
    "request lost": ("up request lost",),
    "answer lost": ("up answer lost",),
    "request late": ("up request late",),
    "answer late": ("up answer late",),
    "request overtaken": ("up request overtaken",),
    "exchange failed": ("up exchange failed",),
    "downlink request lost": ("down request lost",),
    "downlink answer lost": ("down answer lost",),
    "downlink request overtaken": ("down request overtaken",),
    "downlink exchange failed": ("down exchange failed",),
    "record not durable": ("not journal written",),
    "record durable, not reported": ("journal written and not reported",),
    "record durable, cut while written": ("journal written in part",),
    "outbox: not durable": ("not outbox written",),
    "outbox: durable, not reported": ("outbox written and not reported",),
    "outbox: durable, cut while written": ("outbox written in part",),
    "delivery not durable": ("not deliveries written",),
    "delivery durable, not reported": ("deliveries written and not reported",),
    "fact not durable": ("not facts written",),
    "epoch not written down": ("epoch not written down",),
    "site cannot start": ("site cannot start",),
    "sockets closed by a full disk": ("sockets closed by a full disk",),
    "socket refused by the CSMS": ("csms refused",),
    "no answer of the CSMS": ("csms hung",),
    "charger replaced": ("charger replaced",),
    "second claimant refused": ("second claimant refused",),
    "version changed": ("version changed",),
    "OCPP 1.6": ("version 1.6",),
    "OCPP 2.0.1": ("version 2.0.1",),
    "OCPP 2.1": ("version 2.1",),
    "battery swapped": ("cabinet BatterySwap",),
    "stream of a cabinet": ("cabinet NotifyPeriodicEventStream",),
    "odd JSON": ("odd JSON",),
}

BRANCHES: Final[Mapping[str, tuple[str, ...]]] = {
    "epoch begun anew": ("new epoch",),
    "frame of an epoch that is not known": ("expander note refused_frame unknown_epoch",),
    "frame sent again at once": ("up request hastened",),
    "command sent again at once": ("down request hastened",),
    "hole refilled": ("up request overtaken",),
    "message in fragments": ("fragment up",),
    "command in fragments": ("fragment down",),
    "answer after an acknowledgement": ("up empty acknowledgement",),
    "journal trimmed": ("journal trimmed",),
    "journal page read": ("journal page",),
    "outbox page read": ("outbox page",),
    "link down": ("site note link down",),
    "boot answered by the site": ("site note stand_in BootNotification",),
    "token answered by the site": ("site note stand_in Authorize",),
    "start answered by the site": ("site note stand_in StartTransaction",),
    "event answered by the site": ("site note stand_in TransactionEvent",),
    "swap answered by the site": ("site note stand_in BatterySwap",),
    "status answered by the site": ("site note stand_in StatusNotification",),
    "start said again": ("start said again",),
    "start known already": ("expander note repeated_start",),
    "stop rewritten": ("rewritten StopTransaction",),
    "value rewritten": ("rewritten MeterValues",),
    "late refusal": ("expander note late_refusal stop",),
    "late refusal of what is over": ("expander note late_refusal over",),
    "charger told to stop": ("expander note own_command",),
    "message tried again": ("expander note retried",),
    "poison quarantined": ("expander note quarantined",),
    "boot replayed first": ("own BootNotification",),
    "status refreshed": ("own StatusNotification",),
    "outdated status skipped": ("expander note status_skipped",),
    "status shed": ("shed superseded_status",),
    "telemetry shed": ("shed value_without_transaction",),
    "event shed": ("shed periodic_event",),
    "value of a transaction shed": ("shed value_of_transaction",),
    "record refused by a full journal": ("record refused by a full journal",),
    "late answer at the site": ("site note late_answer",),
    "late answer at the expander": ("expander note late_answer",),
    "command given up": ("expander note command_given_up",),
    "heartbeat made": ("own Heartbeat",),
}

ENOUGH_DAYS: Final = 100
"""A run of fewer days need not show everything."""


def counts(marks: Counter[str]) -> Iterator[tuple[str, int]]:
    """Yield how often each fault and branch of the tables has happened."""
    for table in (FAULTS, BRANCHES):
        for name, beginnings in table.items():
            yield name, sum(n for mark, n in marks.items() if mark.startswith(beginnings))


def missing(marks: Counter[str]) -> list[str]:
    """Return the faults and branches that have not happened."""
    return [name for name, count in counts(marks) if not count]
