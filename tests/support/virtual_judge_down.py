"""What must have reached the chargers: own answers, own commands, ids of transactions they know."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from laconic_gateway.core.site.offline.stand_in import PENDING_SECONDS
from tests.support.virtual_charger import Charger
from tests.support.virtual_judge_up import free_of_ids
from tests.support.virtual_problem import Problem, changed, doubled, lost
from tests.support.virtual_requests import LOCAL, Request
from tests.support.virtual_site import World

_ACKNOWLEDGED: Final = LOCAL | {"BatterySwap", "StopTransaction", "TransactionEvent"}
_STOPS: Final = frozenset({"RemoteStopTransaction", "RequestStopTransaction"})


def judge_answers(charger: Charger, *, lossless: bool) -> Iterator[Problem]:
    """Return what is wrong with the answers that a charger has got."""
    for request in charger.requests:
        if len(request.answers) > (1 if request.kind == 2 else 0):
            text = f"{request.message_id} has {len(request.answers)} answers"
            yield doubled(f"{charger.identity}: {text}")
        for answer in request.answers:
            if not _is_own(charger, request, answer):
                text = f"{request.action} {request.payload[-60:]} was answered {answer[:90]}"
                yield changed(f"{charger.identity}: {text}")
        waits = request.kind == 2 and not request.answers
        if lossless and waits and request.connection == charger.connection:
            yield lost(f"{charger.identity}: {request.message_id} was never answered")


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
    said = content[2]
    match request.action:
        case "BootNotification":
            known = said.get("status") == "Accepted" or said.get("interval") == PENDING_SECONDS
            return list(said) == ["status", "currentTime", "interval"] and known
        case "StartTransaction":
            return list(said) == ["transactionId", "idTagInfo"]
        case "Heartbeat":
            return list(said) == ["currentTime"]
        case "Authorize" | "TransactionEvent" if said:
            return list(said) in (["idTagInfo"], ["idTokenInfo"])
        case action:
            return action in _ACKNOWLEDGED and said == {}


def judge_commands(world: World, charger: Charger, *, lossless: bool) -> Iterator[Problem]:
    """Return what is wrong with the commands of the CSMS and their answers."""
    name = charger.identity
    got = Counter(command.number for command in charger.commands if command.number is not None)
    sent = {c.number: c for c in world.csms.commands.values() if c.identity == name}
    for command in charger.commands:
        if command.number is None:
            continue
        if got[command.number] > 1:
            yield doubled(f"{name}: command {command.number} came {got[command.number]} times")
        if command.number not in sent:
            yield changed(f"{name}: a command of another charger")
        elif _bare(command.text) != _bare(sent[command.number].text):
            yield changed(f"{name}: command {command.number} is not what the CSMS sent")
    for number, order in sent.items():
        answers = [json.loads(text) for text in order.answers]
        if len(answers) > 1:
            yield doubled(f"{name}: command {number} has {len(answers)} answers")
        if answers and answers[0][0] == 3 and answers[0][2]["n"] != number:
            yield changed(f"{name}: command {number} has the answer of another")
        if lossless and (got[number] != 1 or not answers):
            yield lost(f"{name}: command {number} came {got[number]} times, answered {answers}")


def _bare(text: str) -> str:
    return free_of_ids(text[text.index("{") :])


def judge_transactions(world: World) -> Iterator[Problem]:
    """Trap 9, D3: the CSMS sees only its own ids, and each charger only those it was told."""
    for text in world.csms.strange_ids:
        yield changed(f"the CSMS heard of a transaction that it has not begun: {text}")
    for charger in world.chargers:
        for command in charger.commands:
            _, _, action, payload = json.loads(command.text)
            number = payload.get("transactionId")
            if number is not None and number not in charger.told:
                yield changed(f"{charger.identity}: a command about transaction {number}?")
            if command.number is None and action not in _STOPS:
                yield changed(f"{charger.identity}: {action} from nobody")
