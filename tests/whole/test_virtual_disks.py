"""The disk of a virtual site: what survives a crash, a power cut, a disk that takes nothing."""

from laconic_bench.virtual.schedule import Schedule
from tests.support.virtual_disks import Disk
from tests.support.virtual_steps import Steps

JOBS = 20


class Room:
    """A disk with jobs, some time after they were asked for."""

    def __init__(self, seed: int, after_seconds: float, *, is_stalled: bool = False) -> None:
        self.schedule = Schedule(seed)
        self.steps = Steps()
        self.disk = Disk(self.schedule, 1.0, "written", self.steps)
        self.durable: list[int] = []
        self.told: list[int] = []
        if is_stalled:
            self.disk.stall()
        for number in range(JOBS):
            self._submit(number)
        self.schedule.run(after_seconds)

    def _submit(self, number: int) -> None:
        self.disk.submit(lambda: self.durable.append(number), lambda: self.told.append(number))

    def later(self) -> "Room":
        self.schedule.run(1_000.0)
        return self


def test_all_is_done_in_order_and_told_after_it() -> None:
    for seed in range(20):
        room = Room(seed, 5.0)
        assert room.durable == list(range(len(room.durable)))
        assert room.told == list(range(len(room.told)))
        assert len(room.told) <= len(room.durable)
        assert room.later().durable == room.told == list(range(JOBS))


def test_a_crash_takes_what_is_not_durable_and_every_report() -> None:
    for seed in range(50):
        room = Room(seed, 5.0)
        durable, told = list(room.durable), list(room.told)
        room.disk.crash()
        assert (room.later().durable, room.told) == (durable, told)
        assert (len(durable) > len(told)) is bool(room.schedule.marks["written and not reported"])
        assert (len(durable) < JOBS) is bool(room.schedule.marks["not written"])


def test_a_power_cut_may_leave_a_first_part_of_what_was_under_way() -> None:
    kept: set[int] = set()
    for seed in range(50):
        room = Room(seed, 5.0)
        before = len(room.durable)
        room.disk.crash(power=True)
        assert room.later().durable == list(range(len(room.durable)))
        kept.add(len(room.durable) - before)
    assert 0 in kept and len(kept) > 5


def test_a_stalled_disk_does_nothing_until_it_recovers() -> None:
    room = Room(1, 5.0, is_stalled=True)
    assert room.durable == [] and room.disk.is_stuck
    room.disk.recover()
    assert room.later().durable == list(range(JOBS)) and not room.disk.is_stuck
    dead = Room(1, 5.0, is_stalled=True)
    dead.disk.crash(power=True)
    assert dead.later().durable == []


def test_a_crash_right_after_a_step_lets_nothing_happen_between() -> None:
    for count in range(1, JOBS + 1):
        room = Room(1, 0.0)
        room.steps.arm("written", count, room.disk.crash)
        assert len(room.later().durable) == count
        assert len(room.told) < count or room.schedule.marks["written and not reported"] == 0
