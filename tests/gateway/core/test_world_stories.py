"""Stories of site and expander together, in virtual time: one trouble each, told to its end."""

import pytest

from laconic_codec.adaptive import texts
from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.frame import Coding
from laconic_codec.limits import FRAGMENT_DATA_BYTES, MESSAGE_MAX_BYTES
from laconic_gateway.core.expander.csms_policy import CsmsPolicy
from laconic_gateway.core.notes import Level, Topic
from laconic_gateway.core.site import numbering
from tests.support.virtual_charger import Charger
from tests.support.virtual_expander import LEASE_SECONDS
from tests.support.virtual_footprint import footprint
from tests.support.virtual_judge import in_doubt, problems
from tests.support.virtual_requests import Party
from tests.support.virtual_site import Setup, World


def _begin(
    *answers: str,
    seed: int = 1,
    disk_seconds: float = 0.02,
    command_seconds: float = 28.0,
    codings: Coding = ALL_CODINGS,
) -> World:
    """Return a world in which the chargers are connected and the CSMS knows it."""
    setup = Setup(
        parties=tuple(Party(one) for one in answers or ("relay",)),
        disk_seconds=disk_seconds,
        policy=CsmsPolicy(command_seconds=command_seconds),
        codings=codings,
    )
    world = World(seed, setup)
    world.start()
    for charger in world.chargers:
        charger.connect("1.6")
    world.run(10.0)
    return world


def _talk(
    world: World, charger: Charger, count: int, every_seconds: float, action: str = "MeterValues"
) -> None:
    for _ in range(count):
        charger.say(action, pad=20)
        world.run(every_seconds)


def test_a_long_outage_costs_disk_and_not_memory_and_is_made_up_for_by_pages() -> None:
    world = _begin("local", codings=Coding.CBOR)
    world.air.is_down = True
    _talk(world, world.chargers[0], 100, 1.0)
    before = footprint(world.site.core)
    _talk(world, world.chargers[0], 3_000, 1.0)
    assert footprint(world.site.core) < before + 2_500 * 40
    world.air.is_down = False
    world.run(1_800.0)
    assert problems(world, lossless=True) == []
    assert world.schedule.marks["journal page"] >= 3
    assert in_doubt(world) == 0


def test_500_messages_from_before_a_restart_are_read_from_the_journal() -> None:
    world = _begin("local", codings=Coding.CBOR)
    world.air.is_down = True
    _talk(world, world.chargers[0], 500, 1.0)
    world.site.crash()
    world.site.start()
    world.air.is_down = False
    world.chargers[0].connect("1.6")
    world.run(900.0)
    assert problems(world) == []
    assert in_doubt(world) == 0


def test_a_csms_that_refuses_for_an_hour_gets_everything_once() -> None:
    world = _begin("local", codings=Coding.CBOR)
    world.csms.refuses = True
    world.csms.drop("CP1")
    _talk(world, world.chargers[0], 700, 5.0)
    world.csms.refuses = False
    world.run(1_800.0)
    assert problems(world, lossless=True) == []
    assert in_doubt(world) == 0
    assert world.schedule.marks["outbox page"] >= 3


def test_messages_that_come_while_a_page_is_read_are_neither_lost_nor_early() -> None:
    for seed in range(20):
        world = _begin("local", codings=Coding.CBOR, seed=seed, disk_seconds=1.5)
        world.csms.refuses = True
        world.csms.drop("CP1")
        _talk(world, world.chargers[0], 210, 1.0)
        world.csms.refuses = False
        _talk(world, world.chargers[0], 150, 1.0, "SecurityEventNotification")
        world.run(900.0)
        assert problems(world) == [], f"seed {seed}"
        assert in_doubt(world) == 0, f"seed {seed}"


def test_a_csms_that_hangs_gets_the_same_message_again_on_a_new_socket() -> None:
    world = _begin("relay")
    world.csms.hangs = True
    request = world.chargers[0].say("StartTransaction")
    world.run(30.0)
    world.csms.hangs = False
    world.run(200.0)
    copies = [r for r in world.csms.received["CP1"] if r.payload == request.payload]
    assert len(copies) == 2
    assert copies[0].message_id == copies[1].message_id
    assert copies[0].socket != copies[1].socket
    assert len(request.answers) == 1


def test_a_csms_that_never_answers_a_heartbeat_gets_a_new_socket_and_the_messages() -> None:
    world = _begin("local")
    world.csms.hangs = True
    world.run(400.0)
    world.csms.hangs = False
    world.chargers[0].say("StatusNotification")
    world.run(400.0)
    assert problems(world, lossless=True) == []


def test_an_answer_that_came_while_the_expander_began_anew_still_finds_its_charger() -> None:
    world = _begin("relay")
    world.csms.hangs = True
    request = world.chargers[0].say("StartTransaction")
    world.run(5.0)
    world.expander.crash()
    world.csms.hangs = False
    world.expander.start()
    world.run(300.0)
    assert [answer[:3] for answer in request.answers] in (["[3,"], ["[4,"])
    assert problems(world) == []


def test_a_site_that_falls_silent_has_no_sockets_when_its_lease_is_over() -> None:
    world = _begin("local", "relay")
    assert len(world.csms.open_for) == 2
    world.air.is_down = True
    world.run(LEASE_SECONDS + 1.0)
    assert world.csms.open_for == {}
    quiet_from = world.schedule.now
    world.run(1_000.0)
    assert all(at < quiet_from for at, _ in world.expander.heartbeats)
    world.air.is_down = False
    world.run(600.0)
    assert len(world.csms.open_for) == 2


@pytest.mark.parametrize("outage_seconds", [30.0, 400.0])
def test_a_charger_that_leaves_during_an_outage_is_not_shown_after_it(
    outage_seconds: float,
) -> None:
    world = _begin("local")
    world.air.is_down = True
    world.chargers[0].leave()
    world.run(outage_seconds)
    world.air.is_down = False
    world.run(600.0)
    assert problems(world) == []


@pytest.mark.parametrize("drops", [False, True], ids=["lease is over", "socket drops"])
def test_a_command_is_not_carried_out_when_its_socket_is_gone(drops: bool) -> None:
    """A remote start that arrives ten minutes late starts a transaction nobody asked for."""
    world = _begin("local")
    world.air.is_down = True
    world.csms.command("CP1")
    world.run(1.0)
    if drops:
        world.csms.drop("CP1")
    world.run(600.0)  # the datagram itself is repeated for a while; nobody can call it back
    world.air.is_down = False
    world.run(600.0)
    assert world.chargers[0].commands == []
    world.csms.command("CP1")
    world.run(600.0)
    assert len(world.chargers[0].commands) == 1
    assert problems(world) == []


def test_a_charger_that_ignores_a_command_still_gets_the_next_one() -> None:
    world = _begin("local")
    charger = world.chargers[0]
    charger.is_deaf = True
    world.csms.command("CP1")
    world.run(10.0)
    charger.is_deaf = False
    world.csms.command("CP1")
    world.run(100.0)
    assert charger.commands == []
    world.run(60.0)
    assert len(charger.commands) == 1
    answers = [command.answers for command in world.csms.commands.values()]
    assert all(len(one) == 1 and "InternalError" in one[0] for one in answers)  # in time


def test_a_damaged_record_in_the_outbox_is_given_up_and_nothing_else() -> None:
    world = _begin("local")
    world.csms.refuses = True
    world.csms.drop("CP1")
    for _ in range(3):
        world.chargers[0].say("MeterValues")
    world.run(120.0)
    world.expander.crash()
    world.expander.outbox.damage(1_002)
    world.csms.refuses = False
    world.expander.start()
    world.run(300.0)
    received = [r.payload for r in world.csms.received["CP1"] if r.payload != "{}"]
    said = [request.payload for request in world.chargers[0].requests]
    assert received == [said[0], said[2]]
    assert world.expander.outbox.backlog == ()


@pytest.mark.parametrize("said_offline", [0, 3, 30])
def test_a_journal_whose_place_an_older_copy_has_taken_goes_on_beyond(said_offline: int) -> None:
    """What comes meanwhile has numbers that the expander knows already; it is not lost (D15)."""
    world = _begin("local")
    charger, site = world.chargers[0], world.site
    _talk(world, charger, 10, 10.0)
    copy = site.journal.copy()
    _talk(world, charger, 10, 10.0)
    world.run(100.0)
    world.air.is_down = True
    site.crash()
    site.journal.replace_by(copy)
    site.start()
    charger.connect("1.6")
    world.run(60.0)
    _talk(world, charger, said_offline, 10.0)
    world.air.is_down = False
    world.run(600.0)
    errors = [n for n in site.notes if n.topic is Topic.SEQUENCE_GAP]
    assert [n.level for n in errors] == [Level.ERROR]
    assert world.schedule.marks["journal moved"] == 1
    received = [r.payload for r in world.csms.received["CP1"] if r.payload != "{}"]
    assert received == [request.payload for request in charger.requests]
    assert site.core.undelivered == 0
    charger.connect("1.6")
    _talk(world, charger, 3, 10.0)
    world.run(600.0)
    assert problems(world) == []


def test_after_the_loss_of_the_outbox_everything_new_goes_on() -> None:
    world = _begin("local")
    _talk(world, world.chargers[0], 100, 5.0)
    world.run(400.0)
    world.expander.crash()
    world.expander.outbox.lose_everything()
    world.expander.start()
    _talk(world, world.chargers[0], 5, 5.0)
    world.run(400.0)
    assert world.schedule.marks["outbox reset"] == 2
    last = [request.payload for request in world.chargers[0].requests][-5:]
    assert [r.payload for r in world.csms.received["CP1"] if r.payload != "{}"][-5:] == last
    assert world.site.core.undelivered == 0


def test_nothing_grows_over_the_weeks(monkeypatch: pytest.MonkeyPatch) -> None:
    # So that they are full early.
    monkeypatch.setattr(numbering, "REMEMBERED_CALLS", 256)
    monkeypatch.setattr(texts, "TEXTS_MAX", 64)
    monkeypatch.setattr(texts, "LIST_MAX", 64)
    world = _begin("local", "relay")
    sizes: list[int] = []
    for _ in range(6):
        for charger in world.chargers:
            for _ in range(100):
                charger.say("StatusNotification", pad=10)
                world.csms.command(charger.identity)
                world.run(7.0)
            charger.leave()
            world.run(10.0)
            charger.connect("1.6")
        world.run(600.0)
        sizes.append(footprint(world.site.core) + footprint(world.expander.core))
    assert max(sizes[3:]) <= max(sizes[:3]) * 1.02, sizes


def test_a_charger_that_comes_quietly_is_shown_although_others_overtake_it() -> None:
    """The frame that says so has no message of its own, and its datagram is lost at first."""
    world = _begin("local", "local")
    world.chargers[1].leave()
    world.run(60.0)
    world.air.is_down = True
    world.chargers[1].connect("1.6")
    world.run(1.0)
    world.air.is_down = False
    for _ in range(5):
        world.chargers[0].say("BootNotification")
        world.run(0.3)
    world.run(60.0)
    assert sorted(world.csms.open_for) == ["CP1", "CP2"]
    assert world.schedule.marks["up request overtaken"] > 0


@pytest.mark.parametrize("preserve_ids", [False, True])
def test_the_longest_message_arrives_although_its_new_id_makes_it_longer(
    preserve_ids: bool,
) -> None:
    world = World(1, Setup(parties=(Party("relay"),), preserve_ids=preserve_ids))
    world.start()
    charger = world.chargers[0]
    charger.connect("1.6")
    world.run(10.0)
    around = len('[2,"CP1-1","StartTransaction",{"n":1,"pad":""}]')
    request = charger.say("StartTransaction", pad=MESSAGE_MAX_BYTES - around)
    world.run(300.0)
    assert request.message_id == "CP1-1" and len(request.answers) == 1
    assert problems(world, lossless=True) == []


def test_a_long_command_goes_down_in_pieces_while_the_chargers_say_nothing() -> None:
    """The site only answers all that time, and is alive all the same."""
    world = _begin("local", "relay", command_seconds=600.0)
    world.air.delay_seconds = 3.0
    sockets = dict(world.csms.open_for)
    world.csms.command("CP1", pad=50_000)
    world.csms.command("CP2", pad=100)
    for _ in range(300):
        world.run(1.0)
        assert world.csms.open_for == sockets
    sent_bytes = world.schedule.marks["fragment down"] * FRAGMENT_DATA_BYTES
    # Letters and digits at random have 6 bits each; nothing is sent twice.
    assert 0.74 < sent_bytes / len(next(iter(world.csms.commands.values())).text) < 0.79
    assert problems(world, lossless=True) == []


def _crash_while_draining(seed: int, disk_seconds: float) -> World:
    """Return a world whose expander died while it made up for an hour of a CSMS that refused."""
    world = _begin("local", seed=seed, disk_seconds=disk_seconds)
    world.csms.refuses = True
    world.csms.drop("CP1")
    _talk(world, world.chargers[0], 60, 1.0, "SecurityEventNotification")
    world.csms.refuses = False
    for _ in range(4_000):
        if len(world.csms.received.get("CP1", [])) < 30:
            world.run(0.05)
    world.expander.crash()
    world.expander.start()
    world.run(600.0)
    return world


def test_one_message_is_in_doubt_when_the_expander_dies() -> None:
    for seed in range(20):
        world = _crash_while_draining(seed, disk_seconds=0.005)
        assert problems(world) == [], f"seed {seed}"
        assert in_doubt(world) <= 1, f"seed {seed}"


def test_one_message_is_in_doubt_also_when_the_disk_is_slower_than_the_csms() -> None:
    world = _crash_while_draining(seed=3, disk_seconds=0.5)
    assert in_doubt(world) <= 1
