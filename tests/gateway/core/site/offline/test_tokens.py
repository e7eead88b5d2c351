"""Who may charge while the CSMS cannot be asked (D4)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.site.offline.facts import Facts, KeepFact
from laconic_gateway.core.site.offline.tokens import ACCEPTED_SECONDS, RENEW_SECONDS, Tokens

NOW = 1_790_000_000.0
ACCEPTED = {"status": "Accepted"}
BLOCKED = {"status": "Blocked"}


class Room:
    def __init__(self) -> None:
        self.written: list[KeepFact] = []
        self.tokens = Tokens(Facts({}, self.written.append))

    def full_list(self, *entries: object, version: int = 1) -> None:
        self._list("Full", entries, version)

    def differential(self, *entries: object, version: int = 2) -> None:
        self._list("Differential", entries, version)

    def _list(self, kind: str, entries: tuple[object, ...], version: int) -> None:
        content = {"listVersion": version, "updateType": kind, "localAuthorizationList": entries}
        self.tokens.take_list("CP1", json.dumps(content))


def test_an_accepted_token_may_charge_for_30_days() -> None:
    room = Room()
    room.tokens.learn("AB12", {"status": "Accepted", "parentIdTag": "FLEET"}, NOW)
    known = room.tokens.look_up("CP1", "ab12", NOW + ACCEPTED_SECONDS)  # idTags have no case
    assert known == {"status": "Accepted", "parentIdTag": "FLEET"}
    assert room.tokens.look_up("CP1", "AB12", NOW + ACCEPTED_SECONDS + 1) is None
    assert room.tokens.look_up("CP1", "other", NOW) is None


def test_the_last_word_of_the_csms_counts() -> None:
    room = Room()
    for info in (ACCEPTED, BLOCKED):
        room.tokens.learn("AB12", info, NOW)
    assert room.tokens.look_up("CP1", "AB12", NOW + 10 * ACCEPTED_SECONDS) == BLOCKED
    room.tokens.learn("AB12", ACCEPTED, NOW)
    assert room.tokens.look_up("CP1", "AB12", NOW) == ACCEPTED


@given(st.permutations(["csms", "list"]), st.sampled_from(["csms", "list"]))
def test_a_refusal_wins_whoever_said_it_and_when(order: list[str], refuses: str) -> None:
    room = Room()
    for source in order:
        info = BLOCKED if source == refuses else ACCEPTED
        if source == "csms":
            room.tokens.learn("AB12", info, NOW)
        else:
            room.full_list({"idTag": "AB12", "idTagInfo": info})
    assert room.tokens.look_up("CP1", "AB12", NOW) == BLOCKED


@pytest.mark.parametrize("key", ["expiryDate", "cacheExpiryDateTime"])
def test_an_expired_token_is_refused(key: str) -> None:
    room = Room()
    room.tokens.learn("AB12", {"status": "Accepted", key: "2026-09-21T14:13:20Z"}, NOW - 60)
    before = room.tokens.look_up("CP1", "AB12", NOW - 1)
    assert before is not None and before["status"] == "Accepted"
    assert room.tokens.look_up("CP1", "AB12", NOW) == {"status": "Expired"}


def test_a_date_that_cannot_be_read_vouches_for_nobody() -> None:
    room = Room()
    room.tokens.learn("AB12", {"status": "Accepted", "expiryDate": "soon"}, NOW)
    assert room.tokens.look_up("CP1", "AB12", NOW) == {"status": "Expired"}


def test_a_list_is_that_of_one_charger_and_follows_its_updates() -> None:
    """Trap 48: the mirror of what the charger has accepted."""
    room = Room()
    room.full_list({"idTag": "A", "idTagInfo": ACCEPTED}, {"idTag": "B", "idTagInfo": ACCEPTED})
    room.differential({"idTag": "A"}, {"idTag": "C", "idTagInfo": ACCEPTED})
    known = [room.tokens.look_up("CP1", token, NOW) for token in "ABC"]
    assert known == [None, ACCEPTED, ACCEPTED]
    assert room.tokens.look_up("CP2", "B", NOW) is None
    room.full_list()
    assert room.tokens.look_up("CP1", "B", NOW) is None


def test_a_list_of_ocpp_2x() -> None:
    room = Room()
    token = {"idToken": "AA", "type": "ISO14443"}
    content = {
        "versionNumber": 4,
        "updateType": "Full",
        "localAuthorizationList": [{"idToken": token, "idTokenInfo": ACCEPTED}],
    }
    room.tokens.take_list("CP1", json.dumps(content))
    assert room.tokens.look_up("CP1", "aa", NOW) == ACCEPTED


def test_each_charge_does_not_cost_a_write() -> None:
    room = Room()
    for hours in range(24):
        room.tokens.learn("AB12", ACCEPTED, NOW + 3_600 * hours)
    assert len(room.written) == 1
    room.tokens.learn("AB12", ACCEPTED, NOW + RENEW_SECONDS)
    assert len(room.written) == 2


def test_a_token_that_cannot_be_one_is_not_remembered() -> None:
    room = Room()
    room.tokens.learn("x" * 256, ACCEPTED, NOW)
    assert room.written == []


def test_a_cleared_cache_is_forgotten_and_a_list_is_not() -> None:
    room = Room()
    room.tokens.learn("A", ACCEPTED, NOW)
    room.full_list({"idTag": "B", "idTagInfo": ACCEPTED})
    room.tokens.forget()
    assert room.tokens.look_up("CP1", "A", NOW) is None
    assert room.tokens.look_up("CP1", "B", NOW) == ACCEPTED
