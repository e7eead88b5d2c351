"""What must be true of a virtual site, whatever has happened to it."""

import gc
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import pairwise
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, Final, TypeAlias

from laconic_codec.messages import Call, Send, parse
from laconic_gateway.core.express import QUESTIONS
from laconic_gateway.core.site.offline.stand_in import PENDING_SECONDS
from tests.support.virtual_charger import LOCAL, Charger, Request
from tests.support.virtual_csms import Received
from tests.support.virtual_expander import LEASE_SECONDS
from tests.support.virtual_site import World

_Said: TypeAlias = tuple[int, str, str]
"""Type, action and payload."""

BOOT: Final = "BootNotification"
_TRANSACTION_ID: Final = re.compile(r'("transactionId" ?:)\d+')

PRESENCE_KNOWN_SECONDS: Final = 5 * LEASE_SECONDS
"""After this time the expander knows that a charger has left, whatever the link does: it heard
it, or the lease is over."""


class Trouble(StrEnum):
    """What kind of problem it is."""

    LOST = "lost"
    DUPLICATED = "duplicated"
    REORDERED = "reordered"
    CORRUPTED = "corrupted"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    trouble: Trouble
    text: str


_lost = partial(Problem, Trouble.LOST)
_doubled = partial(Problem, Trouble.DUPLICATED)
_changed = partial(Problem, Trouble.CORRUPTED)
_other = partial(Problem, Trouble.OTHER)


def problems(world: World, *, lossless: bool = False) -> list[Problem]:
    """Return everything that is wrong; `lossless` says that nothing was lost for good."""
    found: list[Problem] = []
    for charger in world.chargers:
        found += _upstream(world, charger)
        found += _answers(world, charger, lossless=lossless)
        found += _downstream(world, charger, lossless=lossless)
    found += _transactions(world)
    return [*found, *_sockets(world), *_heartbeats(world), *_leftovers(world)]


# --- charger to CSMS


def _upstream(world: World, charger: Charger) -> Iterator[Problem]:
    name = charger.identity
    durable = [
        message
        for record in world.site.journal.ever
        if record.charger == name and isinstance(message := parse(record.text), Call | Send)
    ]
    said = [(2 if isinstance(m, Call) else 6, m.action, _free_of_ids(m.payload)) for m in durable]
    received = [r for r in world.csms.received.get(name, []) if r.payload != "{}"]
    received = _refused_once(world, received)
    received = [r for r in received if not _was_express(charger, r, said)]
    # A boot may overtake what waits: before it the CSMS takes nothing (trap 1).
    boots = _without_repetitions([r for r in received if r.action == BOOT])
    others = _without_repetitions([r for r in received if r.action != BOOT])
    said_boots = [one for one in said if one[1] == BOOT]
    if [(r.kind, r.action, r.payload) for r in boots] != said_boots:
        text = f"{name}: {len(boots)} boots received, not all or not in order"
        yield Problem(Trouble.LOST if len(boots) < len(said_boots) else Trouble.REORDERED, text)
    said = _starts_once([one for one in said if one[1] != BOOT])
    heard = _starts_once([(r.kind, r.action, _free_of_ids(r.payload)) for r in others])
    if not _follows(heard, said, may_miss_sends=world.lost_sockets > 0):
        pairs = enumerate(zip(said, heard, strict=False))
        where = next((i for i, (one, other) in pairs if one != other), -1)
        text = (
            f"{name}: {len(said)} durable messages, {len(heard)} received, first difference at"
            f" {where}: {_short(said, where)} and {_short(heard, where)}"
        )
        yield Problem(_kind_of_difference(said, heard), text)
    if world.setup.preserve_ids:
        ids = {(_free_of_ids(m.payload), m.message_id) for m in durable}
        heard_ids = [(_free_of_ids(r.payload), r.message_id) for r in [*boots, *others]]
        if not ids.issuperset(heard_ids):
            yield _changed(f"{name}: message ids were not preserved")
    yield from _bad_repetitions(name, received)


def _was_express(charger: Charger, received: Received, said: list[_Said]) -> bool:
    """Tell whether this is a question that overtook the others: no journal has it."""
    asked = (received.kind, received.action, received.payload)
    if received.action not in QUESTIONS or asked in said:
        return False
    return any(asked == (r.kind, r.action, r.payload) for r in charger.requests)


def _free_of_ids(payload: str) -> str:
    """Return a payload with every transaction id alike; the CSMS checks them."""
    return _TRANSACTION_ID.sub(r"\g<1>0", payload)


def _starts_once(said: list[_Said]) -> list[_Said]:
    """Leave out each StartTransaction that was said before (trap 11)."""
    seen: set[_Said] = set()
    kept: list[_Said] = []
    for one in said:
        if one[1] == "StartTransaction" and one in seen:
            continue
        seen.add(one)
        kept.append(one)
    return kept


def _transactions(world: World) -> Iterator[Problem]:
    """Trap 9, D3: the CSMS sees only its own ids, and each charger only those it was told."""
    for text in world.csms.strange_ids:
        yield _changed(f"the CSMS heard of a transaction that it has not begun: {text}")
    for charger in world.chargers:
        for command in charger.commands:
            number = json.loads(command.text)[3].get("transactionId")
            if number is not None and number not in charger.told:
                yield _changed(f"{charger.identity}: a command about transaction {number}?")


def _refused_once(world: World, received: list[Received]) -> list[Received]:
    """Leave out the further attempts at what the CSMS refuses (D9)."""
    seen: set[str] = set()
    kept: list[Received] = []
    for one in received:
        if one.message_id not in seen or one.message_id not in world.csms.refused:
            kept.append(one)
        seen.add(one.message_id)
    return kept


def _kind_of_difference(said: list[_Said], heard: list[_Said]) -> Trouble:
    lacking, beyond = Counter(said) - Counter(heard), Counter(heard) - Counter(said)
    if not lacking and not beyond:
        return Trouble.REORDERED
    if all(one in set(said) for one in beyond):
        return Trouble.LOST if lacking else Trouble.DUPLICATED
    return Trouble.CORRUPTED


def _follows(heard: list[_Said], said: list[_Said], *, may_miss_sends: bool) -> bool:
    """Tell whether all was heard in order. Nobody confirms a SEND: a lost socket takes it along."""
    if not may_miss_sends:
        return heard == said
    waiting = iter(heard)
    following = next(waiting, None)
    for one in said:
        if one == following:
            following = next(waiting, None)
        elif one[0] != 6:
            return False
    return following is None


def _without_repetitions(received: list[Received]) -> list[Received]:
    return [r for i, r in enumerate(received) if i == 0 or not _repeats(r, received[i - 1])]


def _repeats(one: Received, before: Received) -> bool:
    return one.message_id == before.message_id and one.payload == before.payload


def _bad_repetitions(name: str, received: list[Received]) -> Iterator[Problem]:
    """A message comes again only when the socket on which it came was lost."""
    for before, one in pairwise(received):
        if _repeats(one, before) and one.socket == before.socket:
            yield _doubled(f"{name}: {one.message_id} came twice on one socket")


def in_doubt(world: World) -> int:
    """Return how many messages the CSMS has received more than once without having refused them."""
    return sum(
        count > 1
        for received in world.csms.received.values()
        for message_id, count in Counter(r.message_id for r in received).items()
        if message_id not in world.csms.refused
    )


# --- answers to the charger


def _answers(world: World, charger: Charger, *, lossless: bool) -> Iterator[Problem]:
    for request in charger.requests:
        if len(request.answers) > (1 if request.kind == 2 else 0):
            text = f"{request.message_id} has {len(request.answers)} answers"
            yield _doubled(f"{charger.identity}: {text}")
        for answer in request.answers:
            if not _is_own(charger, request, answer):
                text = f"{request.payload[:60]} was answered {answer[:80]}"
                yield _changed(f"{charger.identity}: {text}")
        waits = request.kind == 2 and not request.answers
        if lossless and waits and request.connection == charger.connection:
            yield _lost(f"{charger.identity}: {request.message_id} was never answered")


def _is_own(charger: Charger, request: Request, answer: str) -> bool:
    content = json.loads(answer)
    if charger.answers == "local" and request.action in LOCAL:
        return bool(content == [3, request.message_id, {}])
    if _is_in_place_of_the_csms(request, content):
        return True
    if content[0] == 3:
        return bool(content[2].get("n") == request.number)
    return request.number % 10 == 7 and bool(content[4] == {"n": request.number})


def _is_in_place_of_the_csms(request: Request, content: list[Any]) -> bool:
    """Tell whether this is what a site may say while the CSMS cannot be reached."""
    if content[:2] != [3, request.message_id]:
        return False
    if request.action == "BootNotification":
        said = content[2]
        if list(said) != ["status", "currentTime", "interval"]:
            return False
        return bool(said["status"] == "Accepted" or said["interval"] == PENDING_SECONDS)
    if request.action == "StartTransaction":
        return list(content[2]) == ["transactionId", "idTagInfo"]
    return request.action in _ACKNOWLEDGED and content[2] == {}


_ACKNOWLEDGED: Final = LOCAL | {"BatterySwap", "StopTransaction", "TransactionEvent"}


# --- CSMS to charger


def _downstream(world: World, charger: Charger, *, lossless: bool) -> Iterator[Problem]:
    name = charger.identity
    got = Counter(command.number for command in charger.commands)
    sent = {c.number: c for c in world.csms.commands.values() if c.identity == name}
    for command in charger.commands:
        if got[command.number] > 1:
            yield _doubled(f"{name}: command {command.number} came {got[command.number]} times")
        if command.number not in sent:
            yield _changed(f"{name}: a command of another charger")
        elif _free_of_ids(_payload(command.text)) != _free_of_ids(
            _payload(sent[command.number].text)
        ):
            yield _changed(f"{name}: command {command.number} is not what the CSMS sent")
    for number, order in sent.items():
        answers = [json.loads(text) for text in order.answers]
        if len(answers) > 1:
            yield _doubled(f"{name}: command {number} has {len(answers)} answers")
        if answers and answers[0][0] == 3 and answers[0][2]["n"] != number:
            yield _changed(f"{name}: command {number} has the answer of another")
        if lossless and (got[number] != 1 or not answers):
            yield _lost(f"{name}: command {number} came {got[number]} times, answered {answers}")


def _payload(text: str) -> str:
    return text[text.index("{") :]


# --- presence


def _sockets(world: World) -> Iterator[Problem]:
    """At rest, sockets are open exactly for those that are connected."""
    connected = {c.identity: (c.path, c.version) for c in world.chargers if c.connection}
    if world.csms.open_for != connected:
        yield _other(f"connected: {connected}, open at the CSMS: {world.csms.open_for}")


def _heartbeats(world: World) -> Iterator[Problem]:
    """Return heartbeats that were re-created for who had left long ago, or who has its own."""
    for at, identity in world.expander.heartbeats:
        charger = world.charger(identity)
        if charger.answers == "relay":
            yield _other(f"{identity}: a heartbeat was made for a charger that sends its own")
        if not charger.was_connected(at - PRESENCE_KNOWN_SECONDS, at):
            yield _other(f"{identity}: a heartbeat at {at:.0f}, long after it left")


# --- at rest nothing waits


def _leftovers(world: World) -> Iterator[Problem]:
    if world.site.core.undelivered:
        count = world.site.core.undelivered
        yield _other(f"the site still counts {count} undelivered messages")
    if world.expander.core.backlog:
        count = world.expander.core.backlog
        yield _other(f"the expander still counts {count} undelivered messages")
    if world.expander.outbox.backlog:
        yield _other(f"the outbox still holds messages of {world.expander.outbox.backlog}")


def footprint(core: object) -> int:
    """Return how many entries all containers hold that a core can reach."""
    total = 0
    seen: set[int] = set()
    waiting: list[object] = [core]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, _NOT_STATE):
            continue
        seen.add(id(thing))
        total += len(gc.get_referents(thing))
        waiting += gc.get_referents(thing)
    return total


_NOT_STATE: Final = (
    *(type, ModuleType, FunctionType, MethodType, BuiltinFunctionType),
    *(str, bytes, int, float),
)


def _short(messages: list[tuple[int, str, str]], where: int) -> str:
    if not messages or where >= len(messages):
        return "nothing"
    kind, action, payload = messages[where]
    return f"{kind} {action} {payload[:40]}"
