"""The answers in place of the CSMS (D2 to D5), one by one."""

import json
from typing import Any

import pytest

from laconic_codec.messages import Call, CallError, CallResult
from laconic_codec.registry import EMPTY_RESPONSES
from laconic_gateway.core.provisional import provisional_id
from laconic_gateway.core.site.offline.boots import Boots
from laconic_gateway.core.site.offline.facts import Facts
from laconic_gateway.core.site.offline.stand_in import (
    PENDING_SECONDS,
    Caller,
    Reply,
    StandIn,
    with_time,
)
from laconic_gateway.core.site.offline.tokens import Tokens

NOW = 1_790_000_000.0
TIME = "2026-09-21T14:13:20Z"
BOOT_16 = {"chargePointVendor": "Acacia", "chargePointModel": "A1"}
START = {"connectorId": 1, "idTag": "known", "meterStart": 17, "timestamp": TIME}
KNOWN = {"idToken": "known", "type": "ISO14443"}
STRANGE = {"idToken": "strange", "type": "ISO14443"}


class Room:
    def __init__(self, version: str, *, is_free: bool = False) -> None:
        self.version = version
        facts = Facts({}, lambda _: None)
        tokens, boots = Tokens(facts), Boots(facts)
        tokens.learn("known", {"status": "Accepted", "parentIdTag": "FLEET"}, NOW)
        tokens.learn("blocked", {"status": "Blocked"}, NOW)
        boots.learn("CP1", json.dumps(BOOT_16), '{"status":"Accepted","interval":900}')
        self.stand_in = StandIn(tokens, boots, is_free=is_free)

    def reply(self, action: str, payload: object, identity: str = "CP1") -> Reply | None:
        text = payload if isinstance(payload, str) else json.dumps(payload)
        caller = Caller(identity, f"/{identity}", self.version)
        return self.stand_in.reply(caller, Call("id", action, text), NOW)

    def said(self, action: str, payload: object) -> Any:
        reply = self.reply(action, payload)
        assert reply is not None and isinstance(reply.answer, CallResult)
        assert reply.answer.message_id == "id"
        return json.loads(reply.answer.payload)


def is_journalled(reply: Reply | None) -> bool:
    assert reply is not None
    return reply.is_journalled


def test_a_heartbeat_gets_the_time_and_does_not_travel() -> None:
    room = Room("2.0.1")
    assert room.said("Heartbeat", {}) == {"currentTime": TIME}
    assert not is_journalled(room.reply("Heartbeat", {}))


def test_a_boot_that_waited_for_a_full_disk_is_not_told_an_old_time() -> None:
    """D10: no charger's clock is pushed back."""
    reply = Room("1.6").reply("BootNotification", BOOT_16)
    assert reply is not None and isinstance(reply.answer, CallResult)
    boot = Call("id", "BootNotification", json.dumps(BOOT_16))
    later = json.loads(with_time(boot, reply.answer.payload, NOW + 300.0))
    assert later == {
        "status": "Accepted",
        "currentTime": "2026-09-21T14:18:20Z",
        "interval": 900,
    }
    assert with_time(Call("id", "StopTransaction", "{}"), "{}", NOW) == "{}"


@pytest.mark.parametrize("version", ["1.6", "2.0.1", "2.1"])
def test_an_empty_response_is_given_and_the_message_kept(version: str) -> None:
    room = Room(version)
    for action in EMPTY_RESPONSES[version] - {"ClearedChargingLimit"}:
        assert room.said(action, {}) == {}, action
        assert is_journalled(room.reply(action, {}))


def test_a_known_charger_may_boot_and_another_has_to_wait() -> None:
    room = Room("1.6")
    accepted = {"status": "Accepted", "currentTime": TIME, "interval": 900}
    assert room.said("BootNotification", BOOT_16) == accepted
    assert is_journalled(room.reply("BootNotification", BOOT_16))
    other = BOOT_16 | {"chargePointModel": "A2"}
    pending = {"status": "Pending", "currentTime": TIME, "interval": PENDING_SECONDS}
    assert room.said("BootNotification", other) == pending
    assert not is_journalled(room.reply("BootNotification", other))


def test_a_token_of_ocpp_16() -> None:
    room = Room("1.6")
    accepted = {"status": "Accepted", "parentIdTag": "FLEET"}
    assert room.said("Authorize", {"idTag": "KNOWN"}) == {"idTagInfo": accepted}
    assert room.said("Authorize", {"idTag": "blocked"}) == {"idTagInfo": {"status": "Blocked"}}
    assert room.said("Authorize", {"idTag": "strange"}) == {"idTagInfo": {"status": "Invalid"}}
    assert not is_journalled(room.reply("Authorize", {"idTag": "KNOWN"}))


def test_a_token_of_ocpp_2x() -> None:
    room = Room("2.1")
    assert room.said("Authorize", {"idToken": KNOWN})["idTokenInfo"]["status"] == "Accepted"
    assert room.said("Authorize", {"idToken": STRANGE}) == {"idTokenInfo": {"status": "Unknown"}}


@pytest.mark.parametrize("name", ["certificate", "iso15118CertificateHashData"])
def test_only_the_csms_checks_certificates(name: str) -> None:
    assert Room("2.1").reply("Authorize", {"idToken": KNOWN, name: []}) is None


def test_where_charging_is_free_a_stranger_may_charge_and_a_refused_one_may_not() -> None:
    room = Room("1.6", is_free=True)
    assert room.said("Authorize", {"idTag": "strange"}) == {"idTagInfo": {"status": "Accepted"}}
    assert room.said("Authorize", {"idTag": "blocked"}) == {"idTagInfo": {"status": "Blocked"}}
    reply = room.reply("Authorize", {"idTag": "strange"})
    assert reply is not None and not reply.is_known


def test_a_transaction_of_ocpp_16_gets_a_provisional_id() -> None:
    """D3; it is a function of what the charger says."""
    room = Room("1.6")
    said = room.said("StartTransaction", START)
    assert said["transactionId"] == provisional_id("/CP1", json.dumps(START))
    assert said["idTagInfo"]["status"] == "Accepted"
    refused = room.said("StartTransaction", START | {"idTag": "strange"})
    assert refused["idTagInfo"] == {"status": "Invalid"}
    assert is_journalled(room.reply("StartTransaction", START))
    assert room.said("StopTransaction", {"transactionId": 1}) == {}


def test_a_transaction_of_ocpp_2x_goes_on() -> None:
    room = Room("2.0.1")
    assert room.said("TransactionEvent", {"eventType": "Updated"}) == {}
    assert (
        room.said("TransactionEvent", {"idToken": {"idToken": "", "type": "NoAuthorization"}}) == {}
    )
    started = room.said("TransactionEvent", {"eventType": "Started", "idToken": STRANGE})
    assert started == {"idTokenInfo": {"status": "Unknown"}}
    assert is_journalled(room.reply("TransactionEvent", {"idToken": KNOWN}))


@pytest.mark.parametrize("action", ["DataTransfer", "SignCertificate", "GetCertificateStatus"])
def test_what_only_the_csms_knows_is_an_honest_failure(action: str) -> None:
    reply = Room("2.0.1").reply(action, {})
    assert reply is not None and isinstance(reply.answer, CallError)
    assert not reply.is_journalled and not reply.is_known


def test_no_transaction_is_ever_answered_with_an_error() -> None:
    """Trap 13: a charger may discard what has failed often enough."""
    payloads: list[object] = ["[]", "{}", "17", {"idTag": 3}, {"idToken": 7}, {"idToken": {}}]
    for version in ("1.6", "2.0.1", "2.1"):
        room = Room(version)
        for action in ("StartTransaction", "StopTransaction", "MeterValues", "TransactionEvent"):
            for payload in payloads:
                reply = room.reply(action, payload)
                assert reply is None or isinstance(reply.answer, CallResult)


@pytest.mark.parametrize("action", ["Authorize-Signed", "TransactionEvent-Signed", "NoSuchAction"])
def test_what_is_signed_or_not_known_waits(action: str) -> None:
    assert Room("2.1").reply(action, {}) is None


@pytest.mark.parametrize("payload", ["[]", "3", "no JSON", "[" * 60_000, '{"idTag":[]}'])
def test_what_cannot_be_read_waits_for_the_csms(payload: str) -> None:
    assert Room("1.6").reply("Authorize", payload) is None
