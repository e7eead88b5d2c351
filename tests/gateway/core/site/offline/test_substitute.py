"""A site whose CSMS is away, as its chargers see it."""

import json
from typing import Any

import pytest

from laconic_codec import frame, items
from laconic_codec.frame import Direction, Header, Opened
from laconic_codec.items import MessageItem
from laconic_codec.messages import CallResult
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Note, Topic
from laconic_gateway.core.provisional import provisional_id
from laconic_gateway.core.site.desk import DeskSettings
from laconic_gateway.core.site.io import (
    Action,
    AppendRecord,
    ChargerClosed,
    ChargerConnected,
    ChargerText,
    CloseCharger,
    ExchangeAnswered,
    ExchangeFailed,
    Input,
    RecordsDurable,
    SendToCharger,
)
from laconic_gateway.core.site.offline.availability import PATIENCE_SECONDS
from laconic_gateway.core.site.offline.facts import KeepFact
from laconic_gateway.core.site.policy import Answering, MessageClass, WhenOffline
from laconic_gateway.core.site.reachability import ReachSettings
from laconic_gateway.core.site.sendings import SendFrame
from laconic_gateway.core.site.site import STRICT_SECONDS, Site, SiteSettings

UNIX = 1_790_000_000.0
START = {"connectorId": 1, "idTag": "AB", "meterStart": 5, "timestamp": "2026-09-21T14:13:20Z"}
PATH = "/CP1"


def call(message_id: str, action: str, content: object) -> str:
    return json.dumps([2, message_id, action, content])


class Gateway:
    """A site with one charger; what it has learned lives through `restart`."""

    def __init__(self, when_offline: WhenOffline = "absorb") -> None:
        answering = Answering("relay", when_offline=when_offline)
        self.settings = SiteSettings(
            DeskSettings({"CP1": answering}, dict.fromkeys(MessageClass, 0.0)),
            preserve_ids=False,
            reach=ReachSettings(keepalive_seconds=28.0, sign_of_life_seconds=28.0),
        )
        self.now = 0.0
        self.facts: dict[str, str] = {}
        self.appended: list[AppendRecord] = []
        self.last_sequence = 100
        self.epoch = 4
        self.restart()

    def restart(self) -> None:
        self.epoch += 1
        self.core = Site(
            self.settings,
            epoch=self.epoch,
            last_sequence=self.last_sequence,
            trimmed_through=100,
            random=lambda: 0.5,
            facts=self.facts,
        )
        self.exchanges: list[int] = []
        self._take(self.core.handle_timer(Instant(self.now, UNIX + self.now)))
        self.feed(ChargerConnected(1, "CP1", PATH, "1.6"))

    def feed(self, item: Input) -> list[Action]:
        return self._take(self.core.receive(item, Instant(self.now, UNIX + self.now)))

    def wait(self, seconds: float) -> list[Action]:
        self.now += seconds
        return self._take(self.core.handle_timer(Instant(self.now, UNIX + self.now)))

    def _take(self, actions: list[Action]) -> list[Action]:
        for action in actions:
            if isinstance(action, KeepFact):
                self.facts.pop(action.name, None)
                if action.value:
                    self.facts[action.name] = action.value
            elif isinstance(action, AppendRecord):
                self.appended.append(action)
                self.last_sequence = action.record.sequence
            elif isinstance(action, SendFrame):
                self.exchanges.append(action.exchange)
        return actions

    def open(self) -> None:
        opened = Opened(self.epoch, 100, int((UNIX + self.now) * 1000))
        self.feed(ExchangeAnswered(self.exchanges.pop(), frame.encode_opened(opened)))

    def lose_link(self) -> None:
        self.feed(ExchangeFailed(self.exchanges.pop(), "no answer"))

    def say(self, text: str) -> list[Any]:
        """Return what the charger hears, with all that is appended being on disk at once."""
        actions = self.feed(ChargerText(1, text))
        return heard(actions + self.feed(RecordsDurable(self.last_sequence)))

    def csms_answers(self, payload: str, place: int) -> list[Any]:
        """Have the CSMS answer the message with this place in the epoch."""
        item = items.encode(MessageItem(0, CallResult("", payload), place))
        encoded = frame.encode_batch(Header(self.epoch, 0, 3, 0), [item], Direction.DOWN)[0]
        return heard(self.feed(ExchangeAnswered(self.exchanges.pop(), encoded)))


def heard(actions: list[Action]) -> list[Any]:
    return [json.loads(action.text) for action in actions if isinstance(action, SendToCharger)]


def offline() -> Gateway:
    gateway = Gateway()
    gateway.open()
    gateway.say(call("1", "Authorize", {"idTag": "AB"}))
    gateway.csms_answers('{"idTagInfo":{"status":"Accepted"}}', 0)
    gateway.say(call("2", "StatusNotification", {"connectorId": 1}))
    gateway.lose_link()
    return gateway


def test_a_whole_charge_without_a_link() -> None:
    """D2, D3, D4: authorise, start, meter values, stop; everything is in the journal."""
    gateway = offline()
    before = len(gateway.appended)
    assert gateway.say(call("a", "Authorize", {"idTag": "AB"})) == [
        [3, "a", {"idTagInfo": {"status": "Accepted"}}]
    ]
    number = provisional_id(PATH, json.dumps(START))
    assert gateway.say(call("b", "StartTransaction", START)) == [
        [3, "b", {"transactionId": number, "idTagInfo": {"status": "Accepted"}}]
    ]
    values: dict[str, object] = {"connectorId": 1, "transactionId": number, "meterValue": []}
    assert gateway.say(call("c", "MeterValues", values)) == [[3, "c", {}]]
    stop = {"transactionId": number, "meterStop": 9, "timestamp": START["timestamp"]}
    assert gateway.say(call("d", "StopTransaction", stop)) == [[3, "d", {}]]
    records = [append.record for append in gateway.appended[before:]]
    assert [json.loads(record.text)[2] for record in records] == [
        "StartTransaction",
        "MeterValues",
        "StopTransaction",
    ]
    assert all(record.answered for record in records)


def test_nobody_is_answered_before_the_disk_has_it() -> None:
    gateway = offline()
    actions = gateway.feed(ChargerText(1, call("b", "StartTransaction", START)))
    assert heard(actions) == []
    assert len(heard(gateway.feed(RecordsDurable(gateway.last_sequence)))) == 1


def test_a_crash_before_the_disk_has_it_leaves_no_answer_behind() -> None:
    """What was not on disk was never answered; said again it is a transaction like any other."""
    gateway = offline()
    number = gateway.last_sequence
    gateway.feed(ChargerText(1, call("b", "StartTransaction", START)))
    gateway.last_sequence = number  # the disk did not take it
    gateway.restart()
    gateway.lose_link()
    before = len(gateway.appended)
    assert len(gateway.say(call("c", "StartTransaction", START))) == 1
    assert len(gateway.appended) == before + 1


def test_a_late_answer_waits_for_the_disk_too() -> None:
    gateway = Gateway()
    gateway.open()
    gateway.feed(ChargerText(1, call("b", "StartTransaction", START)))
    assert heard(gateway.wait(PATIENCE_SECONDS)) == []
    gateway.feed(RecordsDurable(gateway.last_sequence))
    assert len(heard(gateway.wait(PATIENCE_SECONDS))) == 1


def test_what_was_learned_lives_through_a_restart() -> None:
    gateway = offline()
    gateway.restart()
    gateway.lose_link()
    ((_, _, said),) = gateway.say(call("a", "Authorize", {"idTag": "AB"}))
    assert said == {"idTagInfo": {"status": "Accepted"}}


def test_a_csms_that_does_not_answer_is_stood_in_for_after_a_while() -> None:
    gateway = Gateway()
    gateway.open()
    assert gateway.say(call("b", "StartTransaction", START)) == []
    assert heard(gateway.wait(PATIENCE_SECONDS - 0.1)) == []
    ((_, message_id, said),) = heard(gateway.wait(0.2))
    assert message_id == "b"
    assert said == {
        "transactionId": provisional_id(PATH, json.dumps(START)),
        "idTagInfo": {"status": "Invalid"},
    }
    # What comes next need not wait: the CSMS is silent.
    assert len(gateway.say(call("c", "Authorize", {"idTag": "X"}))) == 1
    # The answer of the CSMS comes too late for the charger, and not too late to be learned.
    late = '{"transactionId":7,"idTagInfo":{"status":"Accepted"}}'
    assert gateway.csms_answers(late, 0) == []
    assert gateway.say(call("d", "Authorize", {"idTag": "AB"})) == []  # it is there again
    gateway.lose_link()
    ((_, _, said),) = gateway.say(call("e", "Authorize", {"idTag": "AB"}))
    assert said == {"idTagInfo": {"status": "Accepted"}}


def test_a_start_that_is_said_again_is_no_second_transaction() -> None:
    """Trap 11: while the first one waits, after it was answered, and after a restart."""
    gateway = Gateway()
    gateway.open()
    gateway.say(call("b", "StartTransaction", START))
    assert gateway.say(call("again", "StartTransaction", START)) == []
    ((_, message_id, first),) = heard(gateway.wait(PATIENCE_SECONDS))
    assert message_id == "again"
    assert gateway.say(call("third", "StartTransaction", START)) == [[3, "third", first]]
    gateway.restart()
    assert gateway.say(call("fourth", "StartTransaction", START)) == [[3, "fourth", first]]
    assert len(gateway.appended) == 1
    other = START | {"meterStart": 6}
    gateway.say(call("fifth", "StartTransaction", other))
    assert len(gateway.appended) == 2


def test_the_same_start_after_a_stop_is_another_transaction() -> None:
    """A charger whose clock stands still, and whose meter has not moved."""
    gateway = offline()
    before = len(gateway.appended)
    for number in range(2):
        gateway.say(call(f"b{number}", "StartTransaction", START))
        gateway.say(call(f"c{number}", "StopTransaction", {"transactionId": 1, "meterStop": 5}))
    assert len(gateway.appended) == before + 4


def test_a_charger_that_is_to_know_of_an_outage_is_left_alone_and_then_let_go() -> None:
    """D1, strict."""
    gateway = Gateway("strict")
    gateway.open()
    gateway.say(call("1", "StatusNotification", {"connectorId": 1}))
    gateway.lose_link()
    assert gateway.say(call("a", "Authorize", {"idTag": "AB"})) == []
    assert not closed(gateway.wait(STRICT_SECONDS - 0.1))
    assert closed(gateway.wait(0.2)) == [1]
    assert closed(gateway.wait(10.0)) == []
    gateway.feed(ChargerClosed(1))
    assert closed(gateway.feed(ChargerConnected(2, "CP1", PATH, "1.6"))) == [2]


def closed(actions: list[Action]) -> list[int]:
    return [action.connection for action in actions if isinstance(action, CloseCharger)]


def test_what_waits_for_company_is_no_backlog() -> None:
    """A site with wide batches is not behind: what the CSMS decides it is asked."""
    gateway = Gateway()
    gateway.open()
    gateway.say(call("1", "Authorize", {"idTag": "AB"}))
    gateway.csms_answers('{"idTagInfo":{"status":"Accepted"}}', 0)
    for number in range(600):
        gateway.feed(ChargerText(1, call(str(number), "StatusNotification", {"connectorId": 1})))
    gateway.feed(RecordsDurable(gateway.last_sequence))
    gateway.feed(ExchangeAnswered(gateway.exchanges.pop(0), b""))  # all in that frame is delivered
    assert gateway.say(call("a", "Authorize", {"idTag": "AB"})) == []


def test_each_answer_in_place_of_the_csms_is_counted() -> None:
    gateway = offline()
    actions = gateway.feed(ChargerText(1, call("a", "Authorize", {"idTag": "AB"})))
    assert Note(Topic.STAND_IN, "Authorize") in actions


@pytest.mark.parametrize("action", ["DataTransfer", "SignCertificate"])
def test_what_cannot_be_answered_fails_honestly_and_is_not_kept(action: str) -> None:
    gateway = offline()
    before = len(gateway.appended)
    ((kind, _, code, *_),) = gateway.say(call("a", action, {"vendorId": "x"}))
    assert (kind, code) == (4, "InternalError")
    assert len(gateway.appended) == before
