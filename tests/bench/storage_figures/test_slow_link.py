"""A datagram takes the time of its bytes, and waits for those before it."""

from laconic_bench.storage_figures.slow_link import LinkRate, Pipe
from laconic_bench.virtual.schedule import Schedule

RATE = LinkRate(bits_per_second=8_000.0, round_trip_seconds=0.6)


def test_what_is_sent_at_once_arrives_one_after_the_other() -> None:
    schedule = Schedule(1)
    pipe, arrived = Pipe(schedule, RATE), list[float]()
    for _ in range(3):
        pipe.carry(bytes(972), lambda: arrived.append(schedule.now))
    schedule.run(10.0)
    assert arrived == [1.3, 2.3, 3.3]
    assert (pipe.carried, pipe.carried_bytes) == (3, 3_000)


def test_nothing_arrives_while_it_is_down() -> None:
    schedule = Schedule(1)
    pipe, arrived = Pipe(schedule, RATE), list[float]()
    pipe.is_down = True
    pipe.carry(bytes(972), lambda: arrived.append(schedule.now))
    schedule.run(10.0)
    assert not arrived
    assert pipe.carried_bytes == 0
