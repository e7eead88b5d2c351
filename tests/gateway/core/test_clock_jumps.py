"""A machine whose clock jumps: nothing changes but the time of day in what is said (G10)."""

import json
from datetime import datetime
from functools import partial

from hypothesis import example, given, settings
from hypothesis import strategies as st

from laconic_gateway.core.notes import Level, Topic
from laconic_gateway.core.records import TimeQuality
from tests.support.virtual_requests import Party
from tests.support.virtual_site import Setup, World

YEAR_SECONDS = 365 * 86_400.0
TO_1970_SECONDS = -1_790_000_000.0
TO_2038_SECONDS = 2.0**31 - 1_790_000_000.0
LIFE_SECONDS = 600.0
BEAT_SECONDS = 10.0

JUMPS = st.lists(
    st.tuples(
        st.one_of(st.just(0.0), st.floats(0.0, LIFE_SECONDS)),
        st.sampled_from(
            [0.0, 1.5, -1.5, -YEAR_SECONDS, YEAR_SECONDS, TO_1970_SECONDS, TO_2038_SECONDS]
        ),
    ),
    max_size=8,
)
"""When, and what the machine's clock is off from then on."""


def live(
    jumps: list[tuple[float, float]],
    restarts: list[float],
    is_cut_off: bool,
) -> tuple[World, list[float]]:
    """Play ten minutes, in which a charger beats and reports.

    Returns what became of it, and when the site sent frames.
    """
    world = World(1, Setup(parties=(Party("local"),)))
    sent: list[float] = []
    note = world.schedule.note

    def watch(what: str, content: bytes = b"") -> None:
        if what == "site > SendFrame":
            sent.append(world.schedule.now)
        note(what, content)

    world.schedule.note = watch  # type: ignore[method-assign]
    for at, error_seconds in jumps:
        world.schedule.at(at, partial(setattr, world.site, "clock_error_seconds", error_seconds))
    world.air.is_down = is_cut_off
    world.run(0.0)
    world.start()
    charger = world.chargers[0]
    charger.connect("1.6")
    waiting = sorted(restarts)
    while world.schedule.now < LIFE_SECONDS:
        if waiting and waiting[0] <= world.schedule.now:
            waiting.pop(0)
            world.site.crash()
            world.site.start()
            charger.connect("1.6")
        charger.say("Heartbeat", pad=0)
        charger.say("MeterValues", pad=0)
        world.run(BEAT_SECONDS)
    return world, sent


def told(world: World) -> list[float]:
    """Return the times of day that the charger was told, in order."""
    beats = [request for request in world.chargers[0].requests if request.action == "Heartbeat"]
    texts = [json.loads(beat.answers[0])[2]["currentTime"] for beat in beats]
    return [datetime.fromisoformat(text).timestamp() for text in texts]


def timeless(world: World, sent: list[float]) -> tuple[object, ...]:
    """Return what must not depend on the time of day."""
    received = world.csms.received.get("CP1", [])
    return (
        [(one.at, one.message_id, one.action, one.payload) for one in received],
        [(record.sequence, record.text) for record in world.site.journal.ever],
        sent,
    )


@given(JUMPS, st.lists(st.floats(30.0, LIFE_SECONDS), max_size=2), st.booleans())
@example([(0.0, TO_2038_SECONDS)], [300.0], False)
@example([(0.0, 1.5)], [], False)
@settings(max_examples=30, deadline=None)
def test_jumps_change_no_order_no_timer_and_push_nobody_back(
    jumps: list[tuple[float, float]], restarts: list[float], is_cut_off: bool
) -> None:
    world, sent = live(jumps, restarts, is_cut_off)
    assert timeless(world, sent) == timeless(*live([], restarts, is_cut_off))
    times = told(world)
    assert len(times) == LIFE_SECONDS / BEAT_SECONDS
    said = [note for note in world.site.notes if note.topic is Topic.CLOCK_BACK]
    if said:  # by the expander, before the second beat, and never again in this boot
        assert [note.level for note in said] == [Level.WARNING]
        assert not is_cut_off
        del times[0]
    assert [i for i in range(1, len(times)) if times[i] < max(times[:i]) - 2.0] == []


def test_records_keep_in_mind_how_good_their_time_was() -> None:
    offline, _ = live([(0.0, TO_1970_SECONDS)], [], is_cut_off=True)
    qualities = [record.time_quality for record in offline.site.journal.ever]
    assert set(qualities) == {TimeQuality.ESTIMATED}
    online, _ = live([(0.0, TO_1970_SECONDS)], [], is_cut_off=False)
    first, *others = [record.time_quality for record in online.site.journal.ever]
    assert first is TimeQuality.ESTIMATED
    assert set(others) == {TimeQuality.TOLD}
    assert {record.boot for record in online.site.journal.ever} == {"boot-1"}
