"""Carries what the cores note and the sockets count over to metrics and log."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import Final

from laconic_gateway.core.coap.endpoint import Endpoint
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.edge.link.shell import Shell
from laconic_gateway.edge.metrics import Metrics

PUBLISH_SECONDS: Final = 1.0
UNKNOWN_KEYS_SECONDS: Final = 60.0
"""Between two warnings: any stranger can send datagrams."""

_log = logging.getLogger("laconic")
_LEVELS: Final = {
    Level.INFO: logging.INFO,
    Level.WARNING: logging.WARNING,
    Level.ERROR: logging.ERROR,
}
_COUNTERS: Final[dict[Topic, tuple[str, str | None]]] = {
    Topic.MESSAGE: ("laconic_messages_total", "direction"),
    Topic.LOCAL_ANSWER: ("laconic_local_answers_total", "action"),
    Topic.STAND_IN: ("laconic_stand_in_answers_total", "action"),
    Topic.BAD_INPUT: ("laconic_bad_input_total", "reason"),
    Topic.LATE_ANSWER: ("laconic_late_answers_total", None),
    Topic.CSMS_ERROR: ("laconic_csms_errors_total", "code"),
    Topic.UNUSED_ANSWER: ("laconic_unused_answers_total", None),
    Topic.ESCAPE: ("laconic_escapes_total", None),
    Topic.LINK: ("laconic_link_changes_total", "state"),
    Topic.CSMS_LINK: ("laconic_csms_lost_total", None),
    Topic.REFUSED_FRAME: ("laconic_refused_frames_total", "reason"),
    Topic.SEQUENCE_GAP: ("laconic_sequence_gaps_total", "reason"),
    Topic.COMMAND_GIVEN_UP: ("laconic_commands_given_up_total", "action"),
    Topic.RETRIED: ("laconic_retried_messages_total", "action"),
    Topic.QUARANTINED: ("laconic_quarantined_messages_total", "action"),
    Topic.LATE_REFUSAL: ("laconic_late_refusals_total", "outcome"),
    Topic.OWN_COMMAND: ("laconic_own_commands_total", "status"),
    Topic.BOOT_HELD: ("laconic_boots_not_accepted_total", None),
    Topic.REPEATED_START: ("laconic_repeated_starts_total", None),
    Topic.STATUS_SKIPPED: ("laconic_outdated_statuses_total", None),
    Topic.UNKNOWN_CHARGER: ("laconic_unknown_chargers_total", None),
    Topic.CLAIM: ("laconic_claims_total", None),
    Topic.SECOND_CLAIM: ("laconic_second_claims_total", None),
    Topic.BUDGET_STEP: ("laconic_budget_steps_total", "rung"),
    Topic.BUDGET_ALERT: ("laconic_budget_alerts_total", "alert"),
    Topic.KEPT_BACK: ("laconic_kept_back_total", "treatment"),
}
_UNCOUNTED: Final = {(Topic.CSMS_LINK, "up")}
"""Notes for the log only: the counter of their topic counts losses."""
_LINK_EVENTS: Final = frozenset(
    {
        "moved",
        "echo_challenge",
        "echo_received",
        "echo_withheld",
        "exchange_failed",
        "late_answers",
        "context_unavailable",
        "address_unknown",
        "bare_keepalive",
        "delayed_answers",
        "delayed_forgotten",
        "retransmitted",
    }
)
"""Counters of the endpoint that do not stand for a datagram that was dropped."""


def take_note(note: Note, metrics: Metrics) -> None:
    """Count a note and say what it has to say."""
    name, label = _COUNTERS[note.topic]
    if (note.topic, note.label) not in _UNCOUNTED:
        metrics.count(name, 1, **({label: note.label} if label else {}))
    if note.level is not Level.SILENT:
        _log.log(_LEVELS[note.level], note.text)


def counted(amount: int, noun: str) -> str:
    """Return an amount with its noun: "1 site", "2 sites"."""
    return f"{amount} {noun}{'' if amount == 1 else 's'}"


def waiting(messages: int) -> str:
    """Return how many messages wait, as the beginning of a sentence's end."""
    return f"{counted(messages, 'message')} {'waits' if messages == 1 else 'wait'}"


class LinkPanel:
    """Publishes the counters of the link once a second."""

    def __init__(
        self,
        metrics: Metrics,
        endpoint: Endpoint,
        shell: Shell,
        publish_more: Callable[[], None],
    ) -> None:
        self._metrics = metrics
        self._endpoint = endpoint
        self._shell = shell
        self._publish_more = publish_more
        self._seen: Counter[str] = Counter()
        self._socket_errors = 0
        self._counters_seen: Counter[str] = Counter()
        self._unknown_keys_at = float("-inf")
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Publish now and every second from now on."""
        self.publish()
        self._timer = self._loop.call_later(PUBLISH_SECONDS, self.start)

    def stop(self) -> None:
        """Publish for the last time."""
        if self._timer is not None:
            self._timer.cancel()
        self.publish()

    def publish(self) -> None:
        """Carry over what was counted since the last time."""
        self._shell.settle()
        self._advance("laconic_datagrams_total", "in", self._shell.datagrams_in)
        self._advance("laconic_datagrams_total", "out", self._shell.datagrams_out)
        self._advance("laconic_wire_bytes_total", "in", self._shell.bytes_in)
        self._advance("laconic_wire_bytes_total", "out", self._shell.bytes_out)
        self._metrics.count(
            "laconic_socket_errors_total", self._shell.socket_errors - self._socket_errors
        )
        self._socket_errors = self._shell.socket_errors
        news = self._endpoint.counters - self._counters_seen
        self._counters_seen = Counter(self._endpoint.counters)
        for name, amount in news.items():
            if name in _LINK_EVENTS:
                self._metrics.count("laconic_link_events_total", amount, event=name)
            else:
                self._metrics.count("laconic_dropped_datagrams_total", amount, reason=name)
        if news["unknown_kid"]:
            self._warn_of_unknown_keys()
        self._publish_more()

    def _advance(self, name: str, direction: str, total: int) -> None:
        key = f"{name} {direction}"
        self._metrics.count(name, total - self._seen[key], direction=direction)
        self._seen[key] = total

    def _warn_of_unknown_keys(self) -> None:
        if self._loop.time() < self._unknown_keys_at + UNKNOWN_KEYS_SECONDS:
            return
        self._unknown_keys_at = self._loop.time()
        _log.warning(
            "datagrams use keys that no [[site]] has; compare fingerprints with `laconic keys show`"
        )
