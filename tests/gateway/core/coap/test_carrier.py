"""The choice between UDP and TCP, in virtual time."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.coap.carrier import (
    FIRST_PATIENCE_SECONDS,
    PATIENCE_SECONDS,
    PROBE_FIRST_SECONDS,
    PROBE_LIMIT_SECONDS,
    SETTLED_SECONDS,
    CarrierChoice,
    State,
    Step,
)


def auto() -> CarrierChoice:
    return CarrierChoice(0.0, has_datagrams=True)


def on_stream() -> CarrierChoice:
    """Return a choice that found UDP blocked; the connection is used since second 10."""
    choice = auto()
    choice.asked(0.0)
    choice.handle_timer(FIRST_PATIENCE_SECONDS)
    choice.stream_ready(10.0)
    assert choice.steps() == [Step.OPEN_STREAM, Step.USE_STREAM]
    return choice


def test_as_long_as_udp_answers_nothing_else_happens() -> None:
    choice = auto()
    for now in range(0, 1000, 10):
        choice.asked(float(now))
        choice.answered(now + 3.0)
        assert choice.timer() is None
    assert choice.steps() == [] and choice.carrier == "udp"


def test_without_a_first_answer_a_connection_is_wanted_in_seconds() -> None:
    choice = auto()
    choice.asked(5.0)
    choice.asked(8.0)
    assert choice.timer() == 5.0 + FIRST_PATIENCE_SECONDS
    choice.handle_timer(5.0 + FIRST_PATIENCE_SECONDS)
    assert choice.steps() == [Step.OPEN_STREAM]
    assert choice.state is State.SEARCHING, "UDP is used until the connection is open"
    choice.stream_ready(14.0)
    assert choice.steps() == [Step.USE_STREAM] and choice.carrier == "tcp"


def test_udp_that_has_worked_gets_more_patience() -> None:
    choice = auto()
    choice.asked(0.0)
    choice.answered(1.0)
    choice.asked(100.0)
    assert choice.timer() == 100.0 + PATIENCE_SECONDS


def test_an_answer_by_udp_ends_the_search() -> None:
    choice = auto()
    choice.asked(0.0)
    choice.handle_timer(FIRST_PATIENCE_SECONDS)
    choice.answered(9.0)
    assert choice.steps() == [Step.OPEN_STREAM, Step.CLOSE_STREAM]
    choice.stream_ready(9.1)
    assert choice.steps() == [] and choice.carrier == "udp"


def test_a_lost_connection_is_opened_again_while_udp_is_tried() -> None:
    choice = on_stream()
    choice.stream_lost(50.0)
    assert choice.steps() == [Step.USE_DATAGRAMS] and choice.state is State.SEARCHING
    choice.asked(50.0)
    choice.stream_ready(51.0)
    assert choice.steps() == [Step.USE_STREAM]


def test_probes_go_out_ever_more_seldom_and_one_answer_is_enough() -> None:
    choice = on_stream()
    probes: list[float] = []
    while len(probes) < 6:
        due = choice.timer()
        assert due is not None
        choice.handle_timer(due)
        assert choice.steps() == [Step.PROBE_DATAGRAMS]
        probes.append(due)
    pauses = [after - before for before, after in zip([10.0, *probes], probes, strict=False)]
    assert pauses == [PROBE_FIRST_SECONDS * 2**n for n in range(4)] + [PROBE_LIMIT_SECONDS] * 2
    choice.probe_answered(probes[-1] + 1)
    assert choice.steps() == [Step.USE_DATAGRAMS, Step.CLOSE_STREAM]
    assert choice.carrier == "udp" and choice.timer() is None


@pytest.mark.parametrize(("sound_seconds", "forgiven"), [(60.0, False), (SETTLED_SECONDS, True)])
def test_udp_that_fails_soon_after_a_probe_is_not_probed_eagerly(
    sound_seconds: float, forgiven: bool
) -> None:
    choice = on_stream()
    for _ in range(3):
        due = choice.timer()
        assert due is not None
        choice.handle_timer(due)
    choice.probe_answered(5000.0)
    choice.asked(5000.0 + sound_seconds - PATIENCE_SECONDS)
    choice.handle_timer(5000.0 + sound_seconds)
    choice.stream_ready(20_000.0)
    pause = PROBE_FIRST_SECONDS if forgiven else PROBE_FIRST_SECONDS * 8
    assert choice.timer() == 20_000.0 + pause


def test_without_datagrams_there_is_only_the_connection() -> None:
    choice = CarrierChoice(0.0, has_datagrams=False)
    assert choice.steps() == [Step.USE_NOTHING, Step.OPEN_STREAM] and choice.carrier is None
    choice.stream_ready(1.0)
    assert choice.steps() == [Step.USE_STREAM] and choice.carrier == "tcp"
    assert choice.timer() is None, "nothing to probe"
    choice.probe_answered(2.0)
    choice.stream_lost(3.0)
    assert choice.steps() == [Step.USE_NOTHING] and choice.carrier is None


Event = Callable[[CarrierChoice, float], None]
EVENTS: list[Event] = [
    CarrierChoice.asked,
    CarrierChoice.answered,
    CarrierChoice.stream_ready,
    CarrierChoice.stream_lost,
    CarrierChoice.probe_answered,
    CarrierChoice.handle_timer,
]


@given(st.booleans(), st.lists(st.tuples(st.sampled_from(EVENTS), st.floats(0, 5000)), max_size=60))
def test_the_steps_always_fit_together(
    has_datagrams: bool, story: list[tuple[Event, float]]
) -> None:
    choice = CarrierChoice(0.0, has_datagrams=has_datagrams)
    wanted, used, now = False, "udp" if has_datagrams else None, 0.0
    last_probe = 0.0
    for event, pause in [*story, (CarrierChoice.handle_timer, 0.0)]:
        now += pause
        event(choice, now)
        for step in choice.steps():
            match step:
                case Step.OPEN_STREAM:
                    assert not wanted
                    wanted = True
                case Step.CLOSE_STREAM:
                    assert wanted and has_datagrams
                    wanted = False
                case Step.USE_STREAM:
                    assert wanted and used != "tcp"
                    used = "tcp"
                case Step.USE_DATAGRAMS:
                    assert has_datagrams and used == "tcp"
                    used = "udp"
                case Step.USE_NOTHING:
                    assert not has_datagrams
                    used = None
                case Step.PROBE_DATAGRAMS:
                    assert used == "tcp" and has_datagrams
                    assert now - last_probe >= PROBE_FIRST_SECONDS
                    last_probe = now
        assert choice.carrier == used
        assert wanted or used == "udp", "what is not UDP is being looked for"


@given(
    st.floats(0, 5000),
    st.booleans(),
    st.floats(0, 5),
)
def test_a_driver_waits_seconds_when_udp_is_blocked(
    asked_at: float, worked_before: bool, connect_seconds: float
) -> None:
    choice = auto()
    if worked_before:
        choice.asked(asked_at)
        choice.answered(asked_at)
    choice.asked(asked_at)
    due = choice.timer()
    assert due is not None
    choice.handle_timer(due)
    choice.stream_ready(due + connect_seconds)
    assert choice.carrier == "tcp"
    assert due - asked_at <= PATIENCE_SECONDS + 1e-9
