"""Real time for a replay."""

import asyncio

from laconic_bench.live_run.clock import Clock, new_loop


def test_events_happen_in_the_order_of_their_times_and_the_past_means_now() -> None:
    happened: list[str] = []

    async def story() -> None:
        clock = Clock(asyncio.get_running_loop())
        clock.begin()
        done = asyncio.Event()
        clock.at(0.03, done.set)
        clock.at(0.02, lambda: happened.append("second"))
        clock.after(0.01, lambda: happened.append("first"))
        clock.at(-5.0, lambda: happened.append("past"))
        await done.wait()
        assert clock.now >= 0.03

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(story())
    assert happened == ["past", "first", "second"]


def test_the_start_is_when_the_run_begins() -> None:
    async def story() -> None:
        loop = asyncio.get_running_loop()
        clock = Clock(loop)
        await asyncio.sleep(0.01)
        before = clock.now
        clock.begin()
        assert before >= 0.01 > clock.now

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(story())
