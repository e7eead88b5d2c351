"""A lane and an outbox: refusals, boots, statuses, and in which order the CSMS hears all that."""

import json
from random import Random

import pytest

from laconic_codec.messages import CallResult
from laconic_gateway.core.expander.csms_policy import CsmsPolicy
from laconic_gateway.core.expander.csms_socket import Present, Socket
from laconic_gateway.core.expander.kept import KeptKind
from laconic_gateway.core.expander.poison import WAIT_SECONDS
from laconic_gateway.core.expander.statuses import HISTORICAL_SECONDS
from laconic_gateway.core.expander.traffic import Kind, traffic_of
from laconic_gateway.core.notes import Level, Topic
from tests.support.delivery_story import Story
from tests.support.lane_world import PATH

BOOT = '{"chargePointVendor":"V" ,"chargePointModel":"M"}'
BOOT_ACCEPTED = '{"status":"Accepted","interval":300,"currentTime":"2026-01-01T00:00:00Z"}'


# --- refusals


def test_time_outs_and_lost_sockets_are_no_failures() -> None:
    """Trap 13, D9: the same message with the same id for ever."""
    story = Story()
    story.store("StopTransaction", '{"transactionId":3}', answered=True)
    for number in range(30):
        if number % 2:
            story.lose()
        story.wait(200.0)
        story.open()
    assert len(story.received) > 20 and {c.message_id for c in story.received} == {"id-1"}
    story.done()
    assert not story.messages and not story.kept
    assert story.counted(Topic.RETRIED) == story.counted(Topic.QUARANTINED) == 0


def test_what_the_csms_refuses_three_times_goes_into_the_quarantine_and_the_lane_goes_on() -> None:
    """D9; meanwhile a person who waits is served."""
    story = Story()
    story.store("StopTransaction", '{"transactionId":3}', answered=True)
    story.store("MeterValues", '{"transactionId":4}', answered=True)
    story.refuse()
    story.store("Authorize", "{}", answered=False)
    assert story.actions == ["StopTransaction", "Authorize"]
    story.done()
    for wait in WAIT_SECONDS:
        story.wait(wait)
        assert story.actions[-1] == "StopTransaction"
        story.refuse("PropertyConstraintViolation")
    story.commit()
    assert story.actions.count("StopTransaction") == 3 and story.actions[-1] == "MeterValues"
    text = story.kept[KeptKind.QUARANTINE, "1"].text or ""
    assert len(json.loads(text)["answers"]) == 3
    (note,) = [note for note in story.notes if note.topic is Topic.QUARANTINED]
    assert note.level is Level.ERROR and "laconic quarantine" in note.text


@pytest.mark.parametrize("code", ["NotSupported", "NotImplemented", "InternalError"])
def test_a_message_of_no_transaction_is_tried_once(code: str) -> None:
    story = Story()
    story.store("FirmwareStatusNotification", '{"status":"Idle"}', answered=True)
    story.refuse(code)
    story.commit()
    assert story.kinds(KeptKind.QUARANTINE) == ["1"] and not story.messages


def test_an_error_for_a_charger_that_waits_goes_to_the_charger() -> None:
    story = Story()
    story.store("StopTransaction", '{"transactionId":3}', answered=False)
    story.refuse()
    story.commit()
    assert len(story.down) == 1 and not story.messages and not story.kept


# --- boots


@pytest.mark.parametrize("status", ["Pending", "Rejected"])
def test_before_the_boot_is_accepted_nothing_else_is_sent(status: str) -> None:
    """Traps 1 and 2: also no question and no heartbeat."""
    story = Story()
    story.lose()
    story.store("MeterValues", '{"transactionId":4}', answered=True, age_seconds=60.0)
    story.store("BootNotification", BOOT, answered=True)
    story.store("Authorize", "{}", answered=False)
    story.wait(10.0)
    story.open()
    for _ in range(3):
        assert story.actions[-1] == "BootNotification"
        story.answer(f'{{"status":"{status}","interval":100}}')
        story.wait(99.0)
        assert story.unanswered is None
        story.wait(1.0)
    assert set(story.actions) == {"BootNotification"}
    assert story.counted(Topic.BOOT_HELD) == 3
    story.done(BOOT_ACCEPTED)
    assert story.actions[-1] == "Authorize"
    story.done()
    assert story.actions[-1] == "MeterValues"


def test_the_answer_to_a_boot_that_the_charger_waits_for_passes_untouched() -> None:
    story = Story()
    story.store("BootNotification", BOOT, answered=False)
    answer = '{"status":"Rejected" , "interval":0}'
    story.done(answer)
    assert [one.message for one in story.down] == [CallResult("id-1", answer)]
    story.wait(600.0)
    assert story.actions == ["BootNotification"]


@pytest.mark.parametrize("replay", [True, False])
def test_the_last_boot_is_sent_first_on_a_new_socket_if_the_operator_wants_it(
    replay: bool,
) -> None:
    """Trap 4, D5: also after a restart of the expander."""
    story = Story(policy=CsmsPolicy(replay_boot=replay))
    story.store("BootNotification", BOOT, answered=False)
    story.done(BOOT_ACCEPTED)
    for begin in (story.lose, story.restart):
        begin()
        story.store("MeterValues", '{"transactionId":4}', answered=True)
        story.wait(10.0)
        story.open()
        if replay:
            assert (story.received[-1].action, story.received[-1].payload) == (
                "BootNotification",
                BOOT,
            )
            assert story.received[-1].message_id.startswith("own-")
            story.answer(BOOT_ACCEPTED)
        assert story.actions[-1] == "MeterValues"
        story.done()
    assert len(story.down) == 1, "the charger hears nothing of it"


def test_a_security_error_has_the_boot_sent_again_once_for_a_message() -> None:
    """Trap 2, B03.FR.07: the CSMS has forgotten that it accepted the charger."""
    story = Story("2.0.1")
    story.store("BootNotification", BOOT, answered=False)
    story.done(BOOT_ACCEPTED)
    story.store("NotifyEvent", "{}", answered=True)
    story.refuse("SecurityError")
    assert story.actions[-2:] == ["NotifyEvent", "BootNotification"]
    story.answer(BOOT_ACCEPTED)
    assert story.actions[-1] == "NotifyEvent"
    story.refuse("SecurityError")
    story.commit()
    assert story.kinds(KeptKind.QUARANTINE) == ["2"]


def test_the_gate_does_not_wait_for_a_boot_of_another_version() -> None:
    story = Story(policy=CsmsPolicy(replay_boot=True))
    story.store("BootNotification", BOOT, answered=False)
    story.done(BOOT_ACCEPTED)
    story.lose()
    story.wait(10.0)
    story.open()
    assert story.actions[-1] == "BootNotification" and len(story.received) == 2
    story.version = "2.0.1"
    story.lane.set_present(Present(PATH, "2.0.1", False, 2))
    story.act()
    story.open()
    story.store("NotifyEvent", "{}", answered=True)
    assert story.actions[-1] == "NotifyEvent"


# --- statuses and queues


def status(name: str, error: str = "NoError") -> str:
    return f'{{"connectorId":1,"errorCode":"{error}","status":"{name}"}}'


def test_of_old_statuses_only_the_last_and_the_faults_are_sent() -> None:
    """Trap 17."""
    story = Story()
    story.lose()
    for payload in (
        status("Preparing"),
        status("Charging"),
        status("Faulted", "GroundFailure"),
        status("Finishing"),
        status("Available"),
    ):
        story.store("StatusNotification", payload, answered=True)
    story.wait(HISTORICAL_SECONDS + 1)
    story.settle()
    sent = [json.loads(call.payload)["status"] for call in story.received]
    assert sent == ["Faulted", "Available"]
    assert story.counted(Topic.STATUS_SKIPPED) == 3 and len(story.given_up) == 5


@pytest.mark.parametrize(("away", "again"), [(299.0, False), (301.0, True)])
def test_after_a_long_absence_the_last_status_is_sent_again(away: float, again: bool) -> None:
    """Trap 23: with the payload as the charger wrote it."""
    story = Story()
    story.store("StatusNotification", status("Available"), answered=True)
    story.done()
    story.lose()
    story.now += away
    story.act()
    story.open()
    story.store("MeterValues", "{}", answered=True)
    story.done()
    assert (story.actions[-1] == "StatusNotification") is again
    if again:
        assert story.received[-1].payload == status("Available")
        assert story.received[-1].message_id.startswith("own-")


@pytest.mark.parametrize("waits", [True, False])
def test_the_queue_of_the_gateway_counts_as_the_chargers(waits: bool) -> None:
    """Trap 22."""
    story = Story("2.0.1")
    story.say("GetTransactionStatus", "{}")
    if waits:
        story.store("NotifyEvent", "{}", answered=True)
    said = '{"ongoingIndicator":false, "messagesInQueue": false}'
    sent: list[str] = []
    assert story.lane.send_answer(1, CallResult("", said))
    sent = [str(action) for action in story.lane.outgoing(story.now, story.now)]
    expected = said.replace('Queue": false', 'Queue": true') if waits else said
    assert any(expected in text for text in sent)


# --- order


def test_without_a_backlog_all_keep_the_order_in_which_the_charger_spoke() -> None:
    story = Story()
    story.lose()
    for action in ("StatusNotification", "MeterValues", "Authorize", "BootNotification"):
        story.store(action, "{}", answered=action != "Authorize")
    story.wait(10.0)
    story.open()
    story.settle({"BootNotification": BOOT_ACCEPTED})
    assert story.actions[:4] == [
        "StatusNotification",
        "MeterValues",
        "Authorize",
        "BootNotification",
    ]


@pytest.mark.parametrize("seed", range(12))
def test_whatever_overtakes_each_kind_keeps_its_order_and_no_cursor_lies(seed: int) -> None:
    """D7, traps 15 and 26: runs with a slow outbox, restarts and lost sockets."""
    random = Random(seed)
    story = Story()
    actions = (
        ("StopTransaction", True),
        ("MeterValues", True),
        ("StatusNotification", True),
        ("NotifyEvent", True),
        ("Authorize", False),
        ("DataTransfer", False),
        ("BootNotification", True),
    )
    overtakings = 0
    kinds: dict[str, Kind] = {}
    for _ in range(random.choice((30, 90))):
        for _ in range(random.choice((1, 1, 12))):
            action, answered = random.choice(actions)
            sequence = story.store(action, f'{{"n":{story.sequence}}}', answered=answered)
            kinds[f"id-{sequence}"] = traffic_of(story.messages[sequence]).kind
        dice = random.random()
        if dice < 0.05:
            story.restart()
        elif dice < 0.1:
            story.lose()
        elif dice < 0.4 and story.unanswered is not None:
            story.settle_one({"BootNotification": BOOT_ACCEPTED})
        random.choice((story.commit, story.read, story.open, lambda: story.wait(40.0)))()
        assert all(number > story.delivered for number in story.messages)
    story.settle({"BootNotification": BOOT_ACCEPTED})
    assert sorted(story.given_up) == list(range(1, story.sequence + 1)), "each is done once"
    order = list(dict.fromkeys(call.message_id for call in story.received))
    numbers = [int(one.removeprefix("id-")) for one in order if one.startswith("id-")]
    kept_order = [n for n in numbers if kinds[f"id-{n}"] not in (Kind.BOOT, Kind.INTERACTIVE)]
    assert kept_order == sorted(kept_order)
    overtakings += numbers != sorted(numbers)
    assert overtakings or story.sequence < 100
    assert story.lane.socket is Socket.OPEN
