"""Recorded conversations of real chargers, read from where they lie. They are never copied."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.ocppj import ANSWERS, CALL, Message, parse

FOLDER: Final = Path(__file__).parents[2].parent / "shared" / "corpus"


@dataclass(frozen=True, slots=True)
class Logged:
    """One line of a log."""

    is_up: bool
    """From the charger to the CSMS."""
    message: Message


@dataclass(frozen=True, slots=True)
class Step:
    """One CALL and its answer, as logged."""

    is_up: bool
    call: str
    answer: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything that one charger of one file and its CSMS said."""

    identity: str
    """File name without its ending, then the charger's own identity."""
    version: str
    steps: tuple[Step, ...]


def conversations() -> list[Conversation]:
    """Read all files; an empty list if the folder is missing."""
    return [one for path in sorted(FOLDER.glob("*.jsonl")) for one in _of_file(path)]


def _of_file(path: Path) -> Iterator[Conversation]:
    logs: dict[tuple[str, str], list[Logged]] = {}
    for text in path.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        log = logs.setdefault((line["cp"], line["ver"]), [])
        log.append(Logged(line["dir"] == "up", parse(line["raw"])))
    for (charger, version), log in logs.items():
        yield Conversation(f"{path.stem}.{charger}", version, tuple(_steps(log)))


def _steps(log: list[Logged]) -> Iterator[Step]:
    """Pair calls and answers; both are made up where the log lacks them, so that all is replayed.

    Some logs name the same direction for a call and its answer.
    """
    used: set[int] = set()
    for index, line in enumerate(log):
        if line.message.kind == CALL:
            answer = _answer_of(log, index, used)
            used.add(answer)
            text = log[answer].message.text if answer >= 0 else _plausible(line.message)
            yield Step(line.is_up, line.message.text, text)
        elif index not in used:
            call = f'[2,"call {index}","DataTransfer",{{"vendorId":"not in the log"}}]'
            yield Step(not line.is_up, call, line.message.text)


def _answer_of(log: list[Logged], index: int, used: set[int]) -> int:
    """Return the index of the answer to the call at `index`, or -1."""
    call = log[index]
    found = [
        later
        for later in range(index + 1, len(log))
        if later not in used
        and log[later].message.kind in ANSWERS
        and log[later].message.id == call.message.id
    ]
    other_way = [later for later in found if log[later].is_up != call.is_up]
    return min(other_way or found, default=-1)


_PLAUSIBLE: Final = {
    "BootNotification": '{"status":"Accepted","currentTime":"2026-03-01T08:00:00Z","interval":300}',
    "Heartbeat": '{"currentTime":"2026-03-01T08:00:00Z"}',
    "Authorize": '{"idTagInfo":{"status":"Accepted"}}',
    "StartTransaction": '{"idTagInfo":{"status":"Accepted"},"transactionId":1}',
}


def _plausible(call: Message) -> str:
    return f'[3,"answer",{_PLAUSIBLE.get(call.action, "{}")}]'
