"""Carries what the cores note and the sockets count over to metrics and log."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import Final

from laconic_gateway.core.coap.endpoint import Endpoint
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.edge.link.datagrams import DatagramShell
from laconic_gateway.edge.metrics import Metrics

PUBLISH_SECONDS: Final = 1.0

_log = logging.getLogger("laconic")
_LEVELS: Final = {
    Level.INFO: logging.INFO,
    Level.WARNING: logging.WARNING,
    Level.ERROR: logging.ERROR,
}
_COUNTERS: Final[dict[Topic, tuple[str, str | None]]] = {
    Topic.MESSAGE: ("laconic_messages_total", "direction"),
    Topic.LOCAL_ANSWER: ("laconic_local_answers_total", "action"),
    Topic.BAD_INPUT: ("laconic_bad_input_total", "reason"),
    Topic.LATE_ANSWER: ("laconic_late_answers_total", None),
    Topic.CSMS_ERROR: ("laconic_csms_errors_total", "code"),
    Topic.UNUSED_ANSWER: ("laconic_unused_answers_total", None),
    Topic.ESCAPE: ("laconic_escapes_total", None),
    Topic.LINK: ("laconic_link_changes_total", "state"),
    Topic.CSMS_LINK: ("laconic_csms_lost_total", None),
    Topic.REFUSED_FRAME: ("laconic_refused_frames_total", "reason"),
    Topic.SEQUENCE_GAP: ("laconic_sequence_gaps_total", "reason"),
    Topic.UNKNOWN_CHARGER: ("laconic_unknown_chargers_total", None),
}


def take_note(note: Note, metrics: Metrics) -> None:
    """Count a note and say what it has to say."""
    name, label = _COUNTERS[note.topic]
    labels = {label: note.label} if label else {}
    metrics.count(name, 1, **labels)
    if note.level is not Level.SILENT:
        _log.log(_LEVELS[note.level], note.text)


class LinkPanel:
    """Publishes the counters of the link once a second."""

    def __init__(
        self,
        metrics: Metrics,
        endpoint: Endpoint,
        shell: DatagramShell,
        publish_more: Callable[[], None],
    ) -> None:
        self._metrics = metrics
        self._endpoint = endpoint
        self._shell = shell
        self._publish_more = publish_more
        self._seen: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
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
        self._advance("laconic_datagrams_total", "in", self._shell.datagrams_in)
        self._advance("laconic_datagrams_total", "out", self._shell.datagrams_out)
        self._advance("laconic_wire_bytes_total", "in", self._shell.bytes_in)
        self._advance("laconic_wire_bytes_total", "out", self._shell.bytes_out)
        for reason, amount in (self._endpoint.counters - self._dropped).items():
            if reason == "retransmitted":
                self._metrics.count("laconic_retransmissions_total", amount)
            else:
                self._metrics.count("laconic_dropped_datagrams_total", amount, reason=reason)
        self._dropped = Counter(self._endpoint.counters)
        self._publish_more()

    def _advance(self, name: str, direction: str, total: int) -> None:
        key = f"{name} {direction}"
        self._metrics.count(name, total - self._seen[key], direction=direction)
        self._seen[key] = total
