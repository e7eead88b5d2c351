"""Finds out which way each message of a log went, and in which OCPP version.

An action that only one side may send tells the way of its CALL, and so that of the answer. For the
rest the words of the log count (`Received`, `<-`): what they mean is learned from the messages that
are certain, since a log of a charger says "sent" where that of a CSMS says "received".
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from laconic_bench.logs.actions import sender, version_shown
from laconic_bench.logs.found import BadLine, Finding
from laconic_bench.logs.names import Names
from laconic_bench.logs.words import IN, OUT, hint
from laconic_bench.trace import Direction, TraceRecord, Version
from laconic_codec.messages import Call, Send

LEARNING_FINDINGS: Final = 300
"""Read before the first one is decided."""
IDENTITY_MAX_CHARACTERS: Final = 255
OPEN_CALLS_MAX: Final = 10_000
STYLES_MAX: Final = 1_000
MARKS_MAX: Final = 1_000
CERTAIN_SHARE: Final = 0.8
_OTHER: Final[dict[Direction, Direction]] = {"up": "down", "down": "up"}
_NEWER: Final = {"1.6": 0, "2.0.1": 1, "2.1": 2}
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-.{22}", re.IGNORECASE)


def records(findings: Iterable[Finding | BadLine], stem: str) -> Iterator[TraceRecord | BadLine]:
    """Yield the record of each message, in the order of the log.

    Times are Unix times. `stem` names the charger where the log does not. A message whose way
    cannot be found out is a bad line.
    """
    everything = iter(findings)
    ways = _Ways(stem)
    first: list[Finding | BadLine] = []
    for finding in everything:
        first.append(finding)
        if isinstance(finding, Finding):
            ways.names.learn(finding)
        if len(first) >= LEARNING_FINDINGS:
            break
    for finding in first:
        if isinstance(finding, Finding):
            ways.learn(finding)
    ways.begin()
    for finding in chain(first, everything):
        yield finding if isinstance(finding, BadLine) else ways.record(finding)


class _Ways:
    def __init__(self, stem: str) -> None:
        self.names: Final = Names()
        self._stem = stem
        self._versions: dict[str, Version] = {}
        self._marks: Counter[tuple[str, Direction]] = Counter()
        self._styles: Counter[tuple[str, Direction]] = Counter()
        """Of message ids of CALLs."""
        self._open: dict[tuple[str, str, Direction], None] = {}
        """Charger, message id and way of the CALLs without an answer, the oldest first."""

    def learn(self, finding: Finding) -> None:
        """Look at a message of the beginning, before anything is decided."""
        self._find(finding)

    def begin(self) -> None:
        """Forget which CALLs are open: the log is read from its beginning now."""
        self._open.clear()

    def record(self, finding: Finding) -> TraceRecord | BadLine:
        """Return the record of a message."""
        way = self._find(finding)
        if way is None:
            reason = "answers no CALL of this log, and nothing says who has sent it"
            return BadLine.of(finding.number, reason, finding.raw)
        name = self._name(finding)
        version = finding.version or self._versions.get(name, "1.6")
        return TraceRecord(finding.time_seconds, name, way, version, finding.raw)

    def _find(self, finding: Finding) -> Direction | None:
        """Return the way of a message, and learn from it."""
        name, message = self._name(finding), finding.message
        hinted = hint(finding.words)
        told = hinted.way or self._meant(hinted.mark)
        way: Direction | None
        if isinstance(message, Call | Send):
            self._note_version(name, finding)
            certain = finding.way or sender(message.action)
            way = asked = certain or told or self._styled(message.message_id)
            self._note_asked(name, message, asked, is_certain=certain is not None)
        else:
            certain = finding.way or self._answering(name, message.message_id, told)
            way = certain or told
            if way is not None:
                self._open.pop((name, message.message_id, _OTHER[way]), None)
        if certain is not None and hinted.mark and len(self._marks) < MARKS_MAX:
            self._marks[hinted.mark, certain] += 1
        return way

    def _name(self, finding: Finding) -> str:
        """Return the charger of a message, in characters that a gateway takes in its path."""
        name = (self.names.of(finding) or self._stem)[:IDENTITY_MAX_CHARACTERS]
        return "".join(one if one.isascii() and one.isprintable() else "_" for one in name)

    def _answering(self, name: str, message_id: str, told: Direction | None) -> Direction | None:
        """Return the way of an answer, by the CALLs that are open."""
        ways: list[Direction] = [
            _OTHER[way] for way in _OTHER if (name, message_id, way) in self._open
        ]
        return told if told in ways else ways[0] if ways else None

    def _note_version(self, name: str, finding: Finding) -> None:
        shown = version_shown(finding.message)
        if shown is not None and _NEWER[shown] > _NEWER[self._versions.get(name, "1.6")]:
            self._versions[name] = shown

    def _note_asked(
        self, name: str, message: Call | Send, way: Direction, is_certain: bool
    ) -> None:
        if isinstance(message, Call):
            self._open[name, message.message_id, way] = None
        if len(self._open) > OPEN_CALLS_MAX:
            del self._open[next(iter(self._open))]
        if is_certain and len(self._styles) < STYLES_MAX:
            self._styles[_style(message.message_id), way] += 1

    def _meant(self, mark: str) -> Direction | None:
        """Return what a mark means in this log; in doubt the log is that of a CSMS."""
        up, down = self._marks[mark, "up"], self._marks[mark, "down"]
        if mark and up + down:
            share = up / (up + down)
            return (
                "up" if share >= CERTAIN_SHARE else "down" if share <= 1 - CERTAIN_SHARE else None
            )
        return "up" if mark == IN else "down" if mark == OUT else None

    def _styled(self, message_id: str) -> Direction:
        """Return who uses message ids like this; in doubt it is the charger."""
        style = _style(message_id)
        return "down" if self._styles[style, "down"] > self._styles[style, "up"] else "up"


def _style(message_id: str) -> str:
    if _UUID.fullmatch(message_id):
        return "uuid"
    kind = "digits" if message_id.isdigit() else "letters"
    return f"{kind} {len(message_id)}"
