"""The carrier's NAT."""

from dataclasses import dataclass, field

from laconic_bench.model.bill import Packet
from laconic_bench.model.link import ModelLink
from laconic_bench.model.tcp.path import Nat, Path
from laconic_bench.model.tcp.segment import Segment
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.virtual.schedule import Schedule

PACKET = Packet((("ip", 20), ("tcp", 32)))


@dataclass
class World:
    schedule: Schedule = field(default_factory=lambda: Schedule(1))
    arrived: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])

    def path(self, nat: Nat) -> Path:
        link = ModelLink(self.schedule, LinkProfile(delay_seconds=0.1), 1)
        path = Path(link, nat)
        path.up = lambda _: self.arrived.append(("up", self.schedule.now))
        path.down = lambda _: self.arrived.append(("down", self.schedule.now))
        self.bill = link.bill
        return path


def test_a_mapping_is_made_from_inside_and_lives_as_long_as_it_is_used() -> None:
    world = World()
    path = world.path(Nat(30))

    def send(way: str, moment: float) -> None:
        segment = Segment(1, 0.0, 0.0)
        world.schedule.at(moment, lambda: path.send(way, PACKET, segment))  # type: ignore[arg-type]

    for way, moment in (("down", 1), ("up", 2), ("down", 31), ("down", 60), ("down", 95)):
        send(way, moment)
    send("up", 100)
    send("down", 101)
    world.schedule.run(200)
    assert [(way, round(moment, 1)) for way, moment in world.arrived] == [
        *(("up", 2.1), ("down", 31.1), ("down", 60.1), ("up", 100.1), ("down", 101.1))
    ]
    assert world.bill.wire_bytes == {"up": 104, "down": 156}


def test_an_address_of_its_own_is_always_reached_until_nobody_is_there() -> None:
    world = World()
    path = world.path(Nat())
    path.send("down", PACKET, Segment(1, 0.0, 0.0))
    world.schedule.run(1_000)
    path.is_dead = True
    path.send("down", PACKET, Segment(1, 0.0, 0.0))
    world.schedule.run(2_000)
    assert len(world.arrived) == 1 and world.bill.wire_bytes["down"] == 52
