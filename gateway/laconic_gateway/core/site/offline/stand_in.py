"""The answers that a site gives in place of the CSMS (D2 to D5).

| CALL                                   | answer                                                  |
|----------------------------------------|---------------------------------------------------------|
| Heartbeat                              | the time                                                |
| whatever has an empty response         | that                                                    |
| BootNotification of a known charger    | Accepted, with the interval that the CSMS gave          |
| BootNotification of another            | Pending: a charger that nobody knows gets no service    |
| Authorize, and a transaction's start   | what is known of the token; unknown ones are refused    |
| StartTransaction (1.6)                 | the same, with a provisional transaction id             |
| StopTransaction, TransactionEvent      | nothing, which lets it go on                            |
| what only the CSMS can know            | CALLERROR: nothing was done (never for transactions)    |

A signed message, and an action that is not known here, waits for the CSMS.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from laconic_codec.messages import Call, CallError, CallResult, call_error
from laconic_codec.registry import EMPTY_RESPONSES
from laconic_gateway.core.instant import timestamp
from laconic_gateway.core.provisional import provisional_id
from laconic_gateway.core.site.offline.boots import Boots
from laconic_gateway.core.site.offline.tokens import Info, Tokens

PENDING_SECONDS: Final = 60
"""When a charger that is not known may boot again."""

_ONLY_CSMS: Final = frozenset(
    {
        "ClearedChargingLimit",
        "DataTransfer",
        "Get15118EVCertificate",
        "GetCertificateStatus",
        "OpenPeriodicEventStream",
        "SignCertificate",
    }
)
_CERTIFICATES: Final = frozenset({"certificate", "iso15118CertificateHashData"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    identity: str
    path: str
    version: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer in place of the CSMS."""

    answer: CallResult | CallError
    is_journalled: bool
    """The CALL goes to the CSMS later; the charger is answered when it is on disk."""
    is_known: bool = True
    """It is what the CSMS has said before, or would say. Otherwise it is a refusal for want of
    knowledge, to be given only when there is nobody to ask."""


class StandIn:
    """Answers what can be answered without the CSMS."""

    def __init__(self, tokens: Tokens, boots: Boots, *, is_free: bool) -> None:
        """`is_free`: tokens that nobody knows may charge while the CSMS cannot be asked."""
        self._tokens = tokens
        self._boots = boots
        self._is_free = is_free

    def reply(self, caller: Caller, call: Call, now_unix: float) -> Reply | None:
        """Return the answer to a CALL; None: it has to wait for the CSMS."""
        try:
            content: Any = json.loads(call.payload, strict=False)
            if not isinstance(content, dict):
                return None
            return self._reply(caller, call, cast(dict[str, Any], content), now_unix)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None  # the CSMS is to say what is wrong with it

    def _reply(
        self, caller: Caller, call: Call, content: Mapping[str, Any], now_unix: float
    ) -> Reply | None:
        match call.action:
            case "Heartbeat":
                return _say(call, {"currentTime": timestamp(now_unix)}, is_journalled=False)
            case "BootNotification":
                return self._boot(caller, call, content, now_unix)
            case "Authorize":
                return self._authorize(caller, call, content, now_unix)
            case "StartTransaction" if caller.version == "1.6":
                return self._start(caller, call, content, now_unix)
            case "StopTransaction" if caller.version == "1.6":
                return _say(call, {})
            case "TransactionEvent" if caller.version != "1.6":
                return self._event(caller, call, content, now_unix)
            case action if action in _ONLY_CSMS:
                why = "the CSMS cannot be reached; nothing was done"
                error = call_error(call.message_id, "InternalError", why)
                return Reply(error, is_journalled=False, is_known=False)
            case action if action in EMPTY_RESPONSES[caller.version]:
                return _say(call, {})
            case _:
                return None

    def _boot(
        self, caller: Caller, call: Call, content: Mapping[str, Any], now_unix: float
    ) -> Reply:
        interval = self._boots.interval_seconds(caller.identity, content)
        known = interval is not None
        status = {
            "status": "Accepted" if known else "Pending",
            "currentTime": timestamp(now_unix),
            "interval": interval if interval is not None else PENDING_SECONDS,
        }
        # A charger that has to wait says it again; only what was accepted is told later.
        return _say(call, status, is_journalled=known, is_known=known)

    def _authorize(
        self, caller: Caller, call: Call, content: Mapping[str, Any], now_unix: float
    ) -> Reply | None:
        if _CERTIFICATES & content.keys():
            return None  # only the CSMS can check a certificate
        is_16 = caller.version == "1.6"
        token = content["idTag"] if is_16 else content["idToken"]["idToken"]
        info, is_known = self._info(caller, token, now_unix)
        name = "idTagInfo" if is_16 else "idTokenInfo"
        return _say(call, {name: info}, is_journalled=False, is_known=is_known)

    def _start(
        self, caller: Caller, call: Call, content: Mapping[str, Any], now_unix: float
    ) -> Reply:
        info, is_known = self._info(caller, content["idTag"], now_unix)
        number = provisional_id(caller.path, call.payload)
        return _say(call, {"transactionId": number, "idTagInfo": info}, is_known=is_known)

    def _event(
        self, caller: Caller, call: Call, content: Mapping[str, Any], now_unix: float
    ) -> Reply:
        token = content.get("idToken")
        if token is None or token.get("type") == "NoAuthorization":
            return _say(call, {})
        info, is_known = self._info(caller, token["idToken"], now_unix)
        return _say(call, {"idTokenInfo": info}, is_known=is_known)

    def _info(self, caller: Caller, token: str, now_unix: float) -> tuple[Info, bool]:
        """Return what to say of a token, and whether that is knowledge."""
        info = self._tokens.look_up(caller.identity, token, now_unix)
        if info is not None:
            return info, True
        if self._is_free:
            return {"status": "Accepted"}, False
        return {"status": "Invalid" if caller.version == "1.6" else "Unknown"}, False


def with_time(call: Call, answer: str, now_unix: float) -> str:
    """Return an answer that waited for the disk, with the time of now: a full disk takes long."""
    if call.action != "BootNotification":
        return answer
    content: dict[str, Any] = json.loads(answer)
    return _to_text({**content, "currentTime": timestamp(now_unix)})


def _say(
    call: Call, content: Mapping[str, Any], *, is_journalled: bool = True, is_known: bool = True
) -> Reply:
    return Reply(CallResult(call.message_id, _to_text(content)), is_journalled, is_known)


def _to_text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)
