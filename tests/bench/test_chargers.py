"""The simulated chargers and the small CSMS, connected directly to each other."""

import json
import random
from collections import Counter

import pytest

from laconic_bench.chargers import Place, plan_site
from laconic_codec.messages import Call, CallResult
from tests.support.site_life import Life


def _actions(life: Life, version: str) -> Counter[str]:
    """How often each action went over the sockets of all chargers of an OCPP version."""
    identities = [place.identity for place in life.places if place.kind.version == version]
    return Counter(request.action for one in identities for request in life.requests(one))


@pytest.fixture(scope="module")
def life() -> Life:
    return Life(plan_site(random.Random(3)), seconds=300, seed=3, command_seconds=0.8)


def test_nothing_is_lost_or_changed_without_a_gateway(life: Life) -> None:
    verdict = life.verdict
    assert verdict.defects == 0
    assert verdict.delivered == verdict.ocpp_messages > 300
    assert life.notebook.timeouts == 0


def test_every_message_is_valid_by_the_schemas(life: Life) -> None:
    life.check_schemas()


def test_every_kind_of_charger_lives_its_life(life: Life) -> None:
    two_wheeler, station, cabinet = (_actions(life, v) for v in ("1.6", "2.0.1", "2.1"))
    for action in ("Authorize", "StartTransaction", "MeterValues", "StopTransaction"):
        assert two_wheeler[action] > 10, action
    assert {"Reset", "GetConfiguration", "RemoteStartTransaction"} < two_wheeler.keys()
    assert {"RemoteStopTransaction", "ChangeConfiguration", "TriggerMessage"} < two_wheeler.keys()
    assert {"TransactionEvent", "Authorize", "GetVariables"} < station.keys()
    assert {"BatterySwap", "RequestBatterySwap", "NotifyPeriodicEventStream"} < cabinet.keys()


def test_a_charger_has_one_call_outstanding_at_most(life: Life) -> None:
    for transcript in life.notebook.transcripts.values():
        waiting: str | None = None
        for entry in transcript.entries:
            if entry.up and isinstance(entry.message, Call):
                assert waiting is None
                waiting = entry.message.message_id
            elif not entry.up and isinstance(entry.message, CallResult):
                assert entry.message.message_id == waiting
                waiting = None


def test_transaction_events_are_numbered_without_a_gap(life: Life) -> None:
    sequences: dict[str, list[int]] = {}
    for place in life.places:
        for entry in life.notebook.transcripts[place.identity].entries:
            message = entry.message
            if isinstance(message, Call) and message.action == "TransactionEvent":
                payload = json.loads(message.payload)
                transaction_id = payload["transactionInfo"]["transactionId"]
                sequences.setdefault(transaction_id, []).append(payload["seqNo"])
    assert len(sequences) > 10
    for sequence in sequences.values():
        assert sequence == list(range(len(sequence)))


def test_a_triggered_message_follows_the_answer_to_its_trigger(life: Life) -> None:
    triggered_in_all = 0
    for place in life.places:
        commands: set[str] = set()
        answered = triggered = 0
        for entry in life.notebook.transcripts[place.identity].entries:
            match entry.message:
                case Call(action="TriggerMessage") as command:
                    commands.add(command.message_id)
                case CallResult(payload=payload) as result if "Accepted" in payload:
                    answered += result.message_id in commands
                case Call(payload=payload) if '"Trigger"' in payload:
                    triggered += 1
                case _:
                    pass
            assert triggered <= answered
        triggered_in_all += triggered
    assert triggered_in_all > 0


def test_the_makes_write_differently(life: Life) -> None:
    payloads = {
        place.make.vendor: next(
            m.payload
            for e in life.notebook.transcripts[place.identity].entries
            if isinstance(m := e.message, Call) and m.action == "StatusNotification"
        )
        for place in life.places
        if place.kind.version == "1.6"
    }
    assert payloads["Acacia"].startswith('{"connectorId":0,')
    assert payloads["Baobab"].startswith('{"timestamp":"')
    assert payloads["Cassia"].startswith('{"connectorId": 0, ')


def test_the_plan_of_a_site_is_seeded() -> None:
    def plan(seed: int) -> list[Place]:
        return plan_site(random.Random(seed))

    assert plan(1) == plan(1) != plan(2)
    assert len(plan(1)) == 14
