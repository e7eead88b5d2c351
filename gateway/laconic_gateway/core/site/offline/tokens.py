"""Who may charge while the CSMS cannot be asked (D4): earlier answers, and mirrored local lists.

A refusal always wins. A token that nobody has said anything about is refused.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from laconic_gateway.core.site.offline.facts import Facts

ACCEPTED_SECONDS: Final = 30 * 86_400.0
"""How long an acceptance by the CSMS counts without being renewed."""
RENEW_SECONDS: Final = 86_400.0
"""An acceptance is written down again after this time, not at each charge: flash wears."""
TOKENS_MAX: Final = 20_000
TOKEN_MAX_CHARACTERS: Final = 255
"""OCPP 2.1 (IdTokenType) has the longest ones."""

Info: TypeAlias = Mapping[str, Any]
"""`idTagInfo` of OCPP 1.6 or `idTokenInfo` of 2.x, as the CSMS sent it."""

_TOKEN: Final = "token/"
_LIST: Final = "list/"


class Tokens:
    """What is known of tokens; 1.6 and 2.x are one world, because cards are."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._learned = 0

    def learn(self, token: str, info: Info, now_unix: float) -> None:
        """Take what the CSMS said of a token."""
        if len(token) > TOKEN_MAX_CHARACTERS:
            return
        name = _TOKEN + token.casefold()
        known = self._entry(name)
        is_recent = known is not None and now_unix - known["at"] < RENEW_SECONDS
        if known is not None and known["info"] == info and is_recent:
            return
        self._facts.put(name, json.dumps({"at": round(now_unix), "info": info}))
        self._learned += 1
        if self._learned % 100 == 0:
            self._facts.limit(_TOKEN, TOKENS_MAX)

    def forget(self) -> None:
        """Forget what the CSMS said of all tokens: it had the cache cleared."""
        for name in self._facts.names(_TOKEN):
            self._facts.drop(name)

    def look_up(self, identity: str, token: str, now_unix: float) -> Info | None:
        """Return what to tell a charger of a token; None if nothing is known."""
        entry = self._entry(_TOKEN + token.casefold())
        listed = self._list(identity)["entries"].get(token.casefold())
        refusals: list[Info | None] = [entry["info"] if entry else None, listed]
        for info in refusals:
            if info is not None and info.get("status") != "Accepted":
                return info
        if entry is not None and now_unix - entry["at"] <= ACCEPTED_SECONDS:
            said: Info = entry["info"]
            return _unless_expired(said, now_unix)
        return None if listed is None else _unless_expired(listed, now_unix)

    def take_list(self, identity: str, payload: str) -> None:
        """Take a `SendLocalList` that the charger has accepted (trap 48)."""
        content = json.loads(payload)
        known = self._list(identity)
        is_full = content["updateType"] == "Full"
        entries: dict[str, Any] = {} if is_full else known["entries"]
        for each in content.get("localAuthorizationList") or ():
            token, info = _listed(each)
            if info is None:
                entries.pop(token.casefold(), None)
            else:
                entries[token.casefold()] = info
        version = content.get("listVersion", content.get("versionNumber", 0))
        self._facts.put(_LIST + identity, json.dumps({"version": version, "entries": entries}))

    def _entry(self, name: str) -> dict[str, Any] | None:
        found = self._facts.get(name)
        return None if found is None else json.loads(found)

    def _list(self, identity: str) -> dict[str, Any]:
        found = self._facts.get(_LIST + identity)
        return {"version": 0, "entries": {}} if found is None else json.loads(found)


def _listed(entry: Mapping[str, Any]) -> tuple[str, Info | None]:
    """Return the token of an entry of a local list and what it says; None: it is taken out."""
    if "idTag" in entry:  # OCPP 1.6
        return str(entry["idTag"]), entry.get("idTagInfo")
    return str(entry["idToken"]["idToken"]), entry.get("idTokenInfo")


def _unless_expired(info: Info, now_unix: float) -> Info:
    until = info.get("expiryDate", info.get("cacheExpiryDateTime"))
    if until is None:
        return info
    try:
        moment = datetime.fromisoformat(str(until)).timestamp()
    except ValueError:
        moment = 0.0  # who cannot say until when cannot vouch for anybody
    return info if now_unix < moment else {"status": "Expired"}
