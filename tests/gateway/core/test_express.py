"""What overtakes a backlog (D7): site and expander together, in virtual time."""

import pytest

from laconic_codec.errors import FrameFault
from laconic_codec.frame import Refused
from laconic_codec.items import Bind, Item, MessageItem, Presence
from laconic_codec.messages import Call, CallResult, CallResultError, Send
from laconic_gateway.core.expander.io import SendToCsms, StoreRecords
from laconic_gateway.core.site.offline.availability import BEHIND_RECORDS
from tests.support.actions import of_kind
from tests.support.cloud import Cloud, answers, cloud_with_socket
from tests.support.virtual_charger import Charger
from tests.support.virtual_judge import problems
from tests.support.virtual_requests import Party, Request
from tests.support.virtual_site import Setup, World

MESSAGES = 2 * BEHIND_RECORDS


def drain(answers: str = "local", *, csms_seconds: float = 0.5) -> tuple[World, Charger, Charger]:
    """Return a world that drains a long outage: a charger with a backlog, and one without."""
    world = World(1, Setup(parties=(Party(answers), Party(answers))))
    world.csms.slowest_answer_seconds = csms_seconds
    world.start()
    for charger in world.chargers:
        charger.connect("1.6")
    world.run(10.0)
    world.air.is_down = True
    busy, idle = world.chargers
    for _ in range(MESSAGES):
        busy.say("MeterValues", pad=20)
        world.run(1.0)
    world.air.is_down = False
    while not (world.site.core.link_up and world.expander.core.backlog > BEHIND_RECORDS):
        world.run(0.1)
    return world, busy, idle


def ask(world: World, charger: Charger, action: str = "Authorize") -> Request:
    charger.say(action, pad=20)
    world.run(5.0)
    return charger.requests[-1]


def is_from_csms(asked: Request) -> bool:
    return len(asked.answers) == 1 and f'"n":{asked.number}' in asked.answers[0].replace(" ", "")


def test_questions_and_answers_to_commands_arrive_long_before_the_backlog() -> None:
    world, busy, idle = drain()
    world.csms.command(idle.identity, 0)
    busy.say("Authorize", pad=20)
    asked = ask(world, idle)
    assert is_from_csms(asked) and is_from_csms(busy.requests[-1])
    (command,) = world.csms.commands.values()
    assert len(command.answers) == 1
    assert world.expander.core.backlog > BEHIND_RECORDS
    assert not any("Authorize" in record.text for record in world.site.journal.ever)
    world.run(1_800.0)
    assert problems(world, lossless=True) == []


def test_a_question_that_an_expander_took_along_is_asked_again() -> None:
    world, _, idle = drain()
    idle.say("Authorize", pad=20)
    world.run(0.01)
    world.expander.crash()
    world.expander.start()
    world.run(10.0)
    assert is_from_csms(idle.requests[-1])
    world.run(3_600.0)
    assert problems(world) == []


def test_a_question_that_changes_something_keeps_its_place() -> None:
    world, _, idle = drain()
    before = len(world.site.journal.ever)
    idle.say("StartTransaction", pad=20)
    world.run(1.0)
    assert len(world.site.journal.ever) == before + 1
    world.run(1_800.0)
    assert problems(world) == []


def test_a_question_nobody_answers_may_be_asked_again() -> None:
    world, _, idle = drain()
    world.csms.hangs = True
    asked = ask(world, idle, "GetCertificateStatus")
    world.run(40.0)
    (answer,) = asked.answers  # of the site
    assert answer.startswith("[4,")
    world.csms.hangs = False
    world.run(5.0)
    again = ask(world, idle, "GetCertificateStatus")
    world.run(120.0)
    assert len(again.answers) == 1


EXPRESS = Bind(1, "/CP1", "1.6", express=True)


def test_the_expander_asks_at_once_and_stores_nothing() -> None:
    cloud = cloud_with_socket()
    actions = cloud.batch(0, EXPRESS, MessageItem(1, Call("", "Authorize", '{"idTag":"A"}')))
    assert of_kind(actions, StoreRecords) == []
    assert len(of_kind(actions, SendToCsms)) == 1


@pytest.mark.parametrize(
    "item",
    [
        Presence(1, 1),
        MessageItem(1, Call("", "Authorize", "{}"), answered=True),
        MessageItem(1, Call("", "StartTransaction", "{}")),
        MessageItem(1, Send("", "NotifyPeriodicEventStream", "{}")),
        MessageItem(1, CallResultError("", '["GenericError","",{}]')),
    ],
)
def test_what_must_not_overtake_is_refused(item: Item) -> None:
    cloud = Cloud()
    cloud.open(Bind(0, "/CP1", "2.1"), Presence(0, 1))
    (refused,) = answers(cloud.batch(0, EXPRESS, item))
    assert refused == Refused(FrameFault.MALFORMED)


def test_an_answer_on_an_express_channel_has_no_place_in_the_stream() -> None:
    cloud = cloud_with_socket()
    late = MessageItem(1, CallResult("", "{}"), 7)
    actions = cloud.batch(0, EXPRESS, late, MessageItem(0, Call("", "Authorize", "{}")))
    ((record,),) = (stored.records for stored in of_kind(actions, StoreRecords))
    assert record.sequence == 1
