"""The modelled link, and who pays for what gets lost."""

from laconic_bench.model.bill import Packet
from laconic_bench.model.link import ModelLink
from laconic_bench.radio.channel import Channel
from laconic_bench.radio.profiles import PROFILES, LinkProfile
from laconic_bench.virtual.schedule import Schedule

PACKET = Packet((("ip", 20), ("x", 80)))


def test_what_is_lost_upwards_is_paid_and_what_is_lost_downwards_is_not() -> None:
    link = ModelLink(Schedule(1), LinkProfile(loss=1.0), 1)
    link.send("up", PACKET, lambda: None)
    link.send("down", PACKET, lambda: None)
    link.schedule.run(10.0)
    assert link.bill.wire_bytes == {"up": 100, "down": 0}


def test_a_packet_arrives_when_the_channel_says_and_is_paid_then() -> None:
    link = ModelLink(Schedule(1), PROFILES["2g"], 7)
    expected = Channel(PROFILES["2g"], "7 down").send(100, 0.0).arrivals
    arrived: list[float] = []
    link.send("down", PACKET, lambda: arrived.append(link.schedule.now))
    link.schedule.run(10.0)
    assert tuple(arrived) == expected != ()
    assert link.bill.wire_bytes == {"up": 0, "down": 100}


def test_while_there_is_no_network_nothing_is_sent_and_nothing_arrives() -> None:
    link = ModelLink(Schedule(1), LinkProfile(delay_seconds=1.0), 1)
    arrived: list[str] = []
    link.send("up", PACKET, lambda: arrived.append("before"))
    link.is_down = True
    link.send("up", PACKET, lambda: arrived.append("meanwhile"))
    link.schedule.run(10.0)
    link.is_down = False
    link.send("up", PACKET, lambda: arrived.append("after"))
    link.schedule.run(20.0)
    assert arrived == ["after"]
    assert link.bill.wire_bytes["up"] == 200


def test_who_keeps_its_own_bill_loses_the_same() -> None:
    link = ModelLink(Schedule(1), LinkProfile(delay_seconds=1.0), 1)
    arrived: list[str] = []
    link.carry("down", 100, lambda: arrived.append("before"))
    link.is_down = True
    link.carry("down", 100, lambda: arrived.append("meanwhile"))
    link.schedule.run(10.0)
    assert arrived == [] and link.bill.total_bytes == 0
