"""What must have arrived at the CSMS: every durable message, once, unchanged and in order.

What may be missing: a SEND that was in a lost socket, a status that a newer one has replaced, and
what a full journal had to shed.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from laconic_codec.messages import Call, Send, parse
from laconic_gateway.core.express import QUESTIONS
from laconic_gateway.core.records import Record
from tests.support.virtual_charger import Charger
from tests.support.virtual_csms import Received
from tests.support.virtual_expander import OWN
from tests.support.virtual_problem import Problem, Trouble, changed, doubled
from tests.support.virtual_site import World

BOOT: Final = "BootNotification"
OVERTAKING: Final = QUESTIONS | {"Heartbeat"}
"""They may overtake what has waited for long, as a boot may (traps 1 and 16)."""
_TRANSACTION_ID: Final = re.compile(r'("transactionId" ?: ?)-?\d+')


@dataclass(frozen=True, slots=True)
class Said:
    """One durable message of a charger."""

    kind: int
    """Type of the message: 2 is a CALL, 6 a SEND."""
    action: str
    payload: str
    """As the charger sent it."""
    may_be_missing: bool

    @property
    def key(self) -> str:
        """Return the payload with every transaction id alike; the CSMS checks those."""
        return free_of_ids(self.payload)


def judge_upstream(world: World, charger: Charger) -> Iterator[Problem]:
    """Return what is wrong with the messages of a charger at the CSMS."""
    name = charger.identity
    everything = world.csms.received.get(name, [])
    own = [r for r in everything if r.message_id.startswith(OWN)]
    received = _refused_once(world, [r for r in everything if not r.message_id.startswith(OWN)])
    said = list(_said(world, name))
    journalled = [r for r in received if not _was_express(charger, r, said)]
    for stream, actions in (("boots", {BOOT}), ("questions", OVERTAKING), ("messages", None)):
        those = [s for s in said if _belongs(s.action, actions)]
        heard = _once([r for r in journalled if _belongs(r.action, actions)])
        yield from _compare(f"{name} {stream}", _starts_once(those), heard)
    yield from _bad_repetitions(name, received)
    yield from _bad_ids(world, name, received)
    yield from _bad_own(name, own, everything)
    _mark_rewritten(world, said, received)


def free_of_ids(payload: str) -> str:
    """Return a payload with every number of a transaction alike."""
    return _TRANSACTION_ID.sub(r"\g<1>0", payload)


def _belongs(action: str, actions: Iterable[str] | None) -> bool:
    if actions is None:
        return action != BOOT and action not in OVERTAKING
    return action in actions


# --- what was said


def _said(world: World, name: str) -> Iterator[Said]:
    """Return the durable messages of a charger."""
    records = [record for record in world.site.journal.ever if record.charger == name]
    newer: dict[tuple[str, str], int] = {}
    for record in records:
        if (connector := _quiet_connector(record, is_newer=True)) is not None:
            newer[connector] = record.sequence
    for record in records:
        message = parse(record.text)
        if not isinstance(message, Call | Send):
            continue
        kind = 2 if isinstance(message, Call) else 6
        missing = kind == 6 and world.lost_sockets > 0
        missing |= record.sequence in world.site.journal.shed
        connector = _quiet_connector(record, is_newer=False)
        missing |= connector is not None and newer[connector] > record.sequence
        yield Said(kind, message.action, message.payload, missing)


def _quiet_connector(record: Record, *, is_newer: bool) -> tuple[str, str] | None:
    """Return of which connector a status tells that a newer one may replace (trap 17).

    `is_newer`: the newer one may tell a fault, or wait for the CSMS.
    """
    if '"StatusNotification"' not in record.text:
        return None
    content: Any = json.loads(record.text)[3]
    if "connectorId" not in content:
        return None
    if not is_newer and (not record.answered or content.get("status") == "Faulted"):
        return None
    return str(content.get("evseId")), str(content["connectorId"])


def _starts_once(said: list[Said]) -> list[Said]:
    """Leave out each StartTransaction that was said before (trap 11)."""
    seen: set[str] = set()
    kept: list[Said] = []
    for one in said:
        if one.action == "StartTransaction":
            if one.payload in seen:
                continue
            seen.add(one.payload)
        kept.append(one)
    return kept


# --- what was heard


def _was_express(charger: Charger, received: Received, said: list[Said]) -> bool:
    """Tell whether this is a question that overtook the others: no journal has it."""
    if received.action not in QUESTIONS or any(received.payload == s.payload for s in said):
        return False
    return any(received.payload == request.payload for request in charger.requests)


def _refused_once(world: World, received: list[Received]) -> list[Received]:
    """Leave out the further attempts at what the CSMS refuses (D9)."""
    seen: set[str] = set()
    kept: list[Received] = []
    for one in received:
        if one.message_id not in seen or one.message_id not in world.csms.refused:
            kept.append(one)
        seen.add(one.message_id)
    return kept


def _once(received: list[Received]) -> list[Received]:
    """Leave out what came again at once."""
    return [r for i, r in enumerate(received) if i == 0 or not _repeats(r, received[i - 1])]


def _repeats(one: Received, before: Received) -> bool:
    return one.message_id == before.message_id and one.payload == before.payload


def _compare(name: str, said: list[Said], heard: list[Received]) -> Iterator[Problem]:
    waiting = iter(heard)
    following = next(waiting, None)
    for place, one in enumerate(said):
        if following is not None and _is_same(one, following):
            following = next(waiting, None)
        elif not one.may_be_missing:
            got = "nothing" if following is None else _short(following.action, following.payload)
            text = (
                f"{name}: {len(said)} durable, {len(heard)} received; at {place}"
                f" {_short(one.action, one.payload)} is not there, but {got}"
            )
            yield Problem(_kind_of_difference(said, heard), text)
            return
    if following is not None:
        text = f"{name}: {_short(following.action, following.payload)} is too much"
        yield Problem(_kind_of_difference(said, heard), text)


def _is_same(said: Said, heard: Received) -> bool:
    same = (said.kind, said.action) == (heard.kind, heard.action)
    return same and said.key == free_of_ids(heard.payload)


def _kind_of_difference(said: list[Said], heard: list[Received]) -> Trouble:
    needed = Counter(one.key for one in said if not one.may_be_missing)
    allowed = Counter(one.key for one in said)
    got = Counter(free_of_ids(one.payload) for one in heard)
    if got.keys() - allowed.keys():
        return Trouble.CORRUPTED
    if needed - got:
        return Trouble.LOST
    return Trouble.DUPLICATED if got - allowed else Trouble.REORDERED


def _bad_repetitions(name: str, received: list[Received]) -> Iterator[Problem]:
    """A message comes again only when the socket on which it came was lost."""
    for before, one in pairwise(received):
        if _repeats(one, before) and one.socket == before.socket:
            yield doubled(f"{name}: {one.message_id} came twice on one socket")


def _bad_ids(world: World, name: str, received: list[Received]) -> Iterator[Problem]:
    if world.setup.preserve_ids:
        ids = {(r.message_id, free_of_ids(r.payload)) for r in world.charger(name).requests}
        if not ids.issuperset((r.message_id, free_of_ids(r.payload)) for r in received):
            yield changed(f"{name}: message ids were not preserved")


def _bad_own(name: str, own: list[Received], everything: list[Received]) -> Iterator[Problem]:
    """What the expander says by itself is what the CSMS has heard before (D5, trap 23)."""
    before = {(r.action, r.payload) for r in everything if not r.message_id.startswith(OWN)}
    for one in own:
        if one.action != "Heartbeat" and (one.action, one.payload) not in before:
            yield changed(f"{name}: {_short(one.action, one.payload)} is not of the charger")


def _mark_rewritten(world: World, said: list[Said], received: list[Received]) -> None:
    payloads = {(one.action, one.payload) for one in said}
    for one in received:
        if (one.action, one.payload) not in payloads:
            world.schedule.mark(f"rewritten {one.action}")


def _short(action: str, payload: str) -> str:
    return f"{action} {payload[:40]}...{payload[-16:]}"
