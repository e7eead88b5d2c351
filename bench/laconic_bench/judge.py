"""The judge: what the chargers said and heard against what the CSMS heard and said.

Message ids are minted again between the two ends, so messages are compared as (kind, action,
exact payload text), per charger and in order. Two things may differ by design and are not
defects: heartbeats (the site answers them, the expander creates its own) and the empty answer
that the site gives itself: to a CALL whose response has no content, and to an update of a
transaction without a token, because the demo sets `empty_answers`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from laconic_bench.alignment import Alignment, align
from laconic_bench.exchanges import Answer, SeenExchange, read_exchanges
from laconic_bench.transcript import Entry, Transcript
from laconic_codec.messages import CallResult

ANSWERED_AT_THE_SITE: Final = frozenset(
    {
        "DiagnosticsStatusNotification",
        "FirmwareStatusNotification",
        "LogStatusNotification",
        "MeterValues",
        "NotifyEvent",
        "NotifyReport",
        "SecurityEventNotification",
        "StatusNotification",
    }
)
"""CALLs that the site may answer with `{}` itself: the schema leaves their response empty."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Counts of messages. Without a defect `delivered` equals `ocpp_messages`."""

    ocpp_messages: int = 0
    """All OCPP-J messages between chargers and CSMS, both directions, heartbeats included."""
    delivered: int = 0
    """Arrived byte for byte at the party they were meant for, or answered lawfully at the site."""
    lost: int = 0
    """Never arrived. During a run: not there yet."""
    duplicated: int = 0
    reordered: int = 0
    payload_mismatches: int = 0
    """Arrived with another payload than was sent, or was never sent by anybody."""

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(
            self.ocpp_messages + other.ocpp_messages,
            self.delivered + other.delivered,
            self.lost + other.lost,
            self.duplicated + other.duplicated,
            self.reordered + other.reordered,
            self.payload_mismatches + other.payload_mismatches,
        )

    @property
    def defects(self) -> int:
        """Sum of the four defect counts."""
        return self.lost + self.duplicated + self.reordered + self.payload_mismatches


def judge(chargers: Mapping[str, Transcript], csms: Mapping[str, Transcript]) -> Verdict:
    """Compares both ends of every charger's conversation.

    Args:
        chargers: per identity, what the charger sent and received.
        csms: per identity, what the CSMS received and sent.
    """
    identities = sorted(chargers.keys() | csms.keys())
    return _total(
        _judge_charger(_entries(chargers, identity), _entries(csms, identity))
        for identity in identities
    )


def _entries(transcripts: Mapping[str, Transcript], identity: str) -> Sequence[Entry]:
    found = transcripts.get(identity)
    return found.entries if found else []


def _total(verdicts: Iterable[Verdict]) -> Verdict:
    return sum(verdicts, Verdict())


def _judge_charger(charger: Sequence[Entry], csms: Sequence[Entry]) -> Verdict:
    calls_sent, commands_heard = read_exchanges(charger, up=True), read_exchanges(charger, up=False)
    calls_heard, commands_sent = read_exchanges(csms, up=True), read_exchanges(csms, up=False)
    heartbeats = [exchange for exchange in calls_sent.exchanges if _is_heartbeat(exchange)]
    calls = _align(calls_sent.exchanges, calls_heard.exchanges)
    commands = _align(commands_sent.exchanges, commands_heard.exchanges)
    ends = (calls_sent, calls_heard, commands_sent, commands_heard)
    return _total(
        [
            _judge_requests(calls),
            _judge_requests(commands),
            *(_judge_heartbeat(exchange) for exchange in heartbeats),
            *(_judge_answer_to_call(sent, heard) for sent, heard in calls.pairs),
            *(_judge_answer(heard.answer, sent.answer) for sent, heard in commands.pairs),
            Verdict(duplicated=sum(end.repeated_answers for end in ends)),
            Verdict(payload_mismatches=sum(end.strange_messages for end in ends)),
            Verdict(reordered=_overtakings(calls, commands) + _overtakings(commands, calls)),
        ]
    )


def _is_heartbeat(exchange: SeenExchange) -> bool:
    return exchange.action == "Heartbeat"


def _align(sent: Sequence[SeenExchange], heard: Sequence[SeenExchange]) -> Alignment[SeenExchange]:
    return align(
        [exchange for exchange in sent if not _is_heartbeat(exchange)],
        [exchange for exchange in heard if not _is_heartbeat(exchange)],
        key=lambda exchange: (exchange.kind, exchange.action, exchange.payload),
        kin=lambda exchange: (exchange.kind, exchange.action),
    )


def _judge_requests(requests: Alignment[SeenExchange]) -> Verdict:
    delivered = len(requests.pairs)
    return Verdict(
        ocpp_messages=delivered + requests.lost + requests.changed,
        delivered=delivered,
        lost=requests.lost,
        duplicated=requests.duplicated,
        reordered=requests.reordered,
        payload_mismatches=requests.changed + requests.invented,
    )


def _judge_heartbeat(heartbeat: SeenExchange) -> Verdict:
    answer = heartbeat.answer
    if answer is None:
        return Verdict(ocpp_messages=1, lost=1)
    if isinstance(answer, CallResult) and '"currentTime"' in answer.payload:
        return Verdict(ocpp_messages=2, delivered=2)
    return Verdict(ocpp_messages=2, delivered=1, payload_mismatches=1)


def _judge_answer_to_call(charger: SeenExchange, csms: SeenExchange) -> Verdict:
    answer = charger.answer
    if isinstance(answer, CallResult) and answer.payload == "{}" and _is_the_sites(charger):
        return Verdict(ocpp_messages=1, delivered=1)
    return _judge_answer(given=csms.answer, got=answer)


def _is_the_sites(call: SeenExchange) -> bool:
    """Tells whether the site may answer this CALL itself, with `{}`."""
    return call.action in ANSWERED_AT_THE_SITE or (
        call.action == "TransactionEvent" and _is_update_without_token(call.payload)
    )


def _is_update_without_token(payload: str) -> bool:
    content: Any = json.loads(payload, strict=False, parse_int=str)
    match content:
        case {"eventType": "Updated"}:
            return "idToken" not in content
        case _:
            return False


def _judge_answer(given: Answer | None, got: Answer | None) -> Verdict:
    if got is None:
        return Verdict(ocpp_messages=1, lost=1) if given else Verdict()
    if given is not None and _same_answer(given, got):
        return Verdict(ocpp_messages=1, delivered=1)
    return Verdict(ocpp_messages=1, payload_mismatches=1)


def _same_answer(given: Answer, got: Answer) -> bool:
    if isinstance(given, CallResult):
        return isinstance(got, CallResult) and got.payload == given.payload
    return not isinstance(got, CallResult) and got.arguments == given.arguments


def _overtakings(requests: Alignment[SeenExchange], others: Alignment[SeenExchange]) -> int:
    """Requests that arrived before an answer which their sender had sent earlier.

    An answer may overtake requests that wait in a queue. The other way round is a defect: a
    triggered message must not arrive before the answer to its trigger (OCPP 2.0.1, F06.FR.04).

    Args:
        requests: what one side asked, in one direction.
        others: what the other side asked; its answers travel in the direction of `requests`.
    """
    travelled = [(sent.position, heard.position, False) for sent, heard in requests.pairs]
    for asked, answered in others.pairs:
        if asked.answer and answered.answer and _same_answer(answered.answer, asked.answer):
            travelled.append((answered.answer_position, asked.answer_position, True))
    count, latest_answer = 0, -1
    for _, heard_position, is_answer in sorted(travelled):
        if is_answer:
            latest_answer = max(latest_answer, heard_position)
        elif heard_position < latest_answer:
            count += 1
    return count
