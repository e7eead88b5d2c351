"""The site's decisions on keepalives, signs of life and what the expander is told."""

import pytest

from laconic_codec.signs import Reach
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.site.activity import COMMAND_SECONDS
from laconic_gateway.core.site.nat_probe import (
    FLOOR_SECONDS,
    START_SECONDS,
    DownlinkCame,
    Input,
    NatState,
    ProbeAnswered,
    ProbeFailed,
    SendProbe,
)
from laconic_gateway.core.site.reachability import (
    CONFIRM_EVERY,
    QUIET_SIGN_SECONDS,
    STREAM_INTERVAL_SECONDS,
    Reachability,
    ReachSettings,
    Sign,
)


def reachability_of(settings: ReachSettings, nat: NatState | None = None) -> Reachability:
    """Return one whose expander knows what it has to know."""
    made = Reachability(settings, nat)
    tell(made, 0.0)
    return made


def tell(made: Reachability, now: float) -> None:
    """Let the expander learn what is to be told now."""
    if made.next_sign(now, busy=False) is Sign.TELL:
        made.note_sent(now)
        made.note_told(1, now)
        made.answered(1)


def signs_of(made: Reachability, until: float, now: float = 0.0) -> list[tuple[float, Sign]]:
    """Return what is sent when nothing else is."""
    found: list[tuple[float, Sign]] = []
    while (due := made.due_at(now, link_up=True)) <= until:
        now = max(now, due)
        sign = made.next_sign(now, busy=False)
        if sign is not None:
            found.append((now, sign))
            if sign is Sign.TELL:
                made.note_sent(now)
                made.note_told(len(found), now)
                made.answered(len(found))
    return found


def test_most_keepalives_are_bare_and_one_every_few_minutes_is_a_sign_of_life() -> None:
    made = reachability_of(ReachSettings(keepalive_seconds=100.0, sign_of_life_seconds=420.0))
    kinds = [sign for _, sign in signs_of(made, 2_000.0)]
    assert kinds == 4 * (4 * [Sign.BARE] + [Sign.ALIVE])
    assert [at for at, _ in signs_of(made, 2_300.0, 2_000.0)] == [2_100.0, 2_200.0, 2_300.0]


def test_a_sign_of_life_serves_as_keepalive_if_the_timer_is_long() -> None:
    made = reachability_of(ReachSettings(keepalive_seconds=1530.0, sign_of_life_seconds=420.0))
    assert signs_of(made, 840.0) == [(420.0, Sign.ALIVE), (840.0, Sign.ALIVE)]


def test_now_and_then_a_sign_of_life_is_confirmed_but_not_beside_a_frame() -> None:
    settings = ReachSettings(keepalive_seconds=28.0, sign_of_life_seconds=28.0)
    kinds = [sign for _, sign in signs_of(reachability_of(settings), 28.0 * CONFIRM_EVERY)]
    assert kinds == (CONFIRM_EVERY - 1) * [Sign.ALIVE] + [Sign.TELL]
    busy = reachability_of(settings)
    sent = {busy.next_sign(28.0 * n, busy=True) for n in range(1, 2 * CONFIRM_EVERY)}
    assert sent == {Sign.ALIVE}


def test_whatever_else_leaves_counts_as_both() -> None:
    made = reachability_of(ReachSettings(keepalive_seconds=28.0))
    for now in range(0, 3_000, 20):
        made.note_sent(float(now))
        assert made.next_sign(now + 10.0, busy=False) is None
    assert made.due_at(2_980.0, link_up=True) == 2_980.0 + 28.0


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (ReachSettings(keepalive_seconds=100.0), Reach(True, 420)),
        (ReachSettings(keepalive_seconds=1530.0), Reach(True, 300)),
        (ReachSettings(keepalive_seconds=2.0, sign_of_life_seconds=2.0), Reach(True, 2)),
        (ReachSettings("active"), Reach(False, int(QUIET_SIGN_SECONDS))),
        (ReachSettings("poll", poll_seconds=30.0), Reach(False, 30)),
    ],
)
def test_the_expander_is_told_how_long_a_silence_may_be(
    settings: ReachSettings, told: Reach
) -> None:
    made = Reachability(settings)
    assert made.reach(0.0) == told
    assert made.next_sign(0.0, busy=True) is Sign.TELL
    made.note_told(7, 0.0)
    assert made.next_sign(0.0, busy=True) is None, "it is on its way"
    made.failed(7)
    assert made.next_sign(0.0, busy=True) is Sign.TELL
    made.note_told(8, 0.0)
    made.answered(8)
    assert made.next_sign(0.0, busy=True) is None
    made.forget()
    assert made.next_sign(0.0, busy=True) is Sign.TELL


def test_while_the_link_is_down_nothing_is_told_before_its_time() -> None:
    made = Reachability(ReachSettings("poll", poll_seconds=300.0))
    assert made.due_at(0.0, link_up=False) == 300.0


def test_a_site_that_polls_keeps_nothing_open_and_measures_nothing() -> None:
    made = reachability_of(ReachSettings("poll", poll_seconds=300.0))
    assert signs_of(made, 900.0) == [(300.0, Sign.ALIVE), (600.0, Sign.ALIVE), (900.0, Sign.ALIVE)]
    made.link(True, Instant(0.0, 0.0))
    assert (made.timer(), made.probes(Instant(0.0, 0.0))) == (None, [])


def test_an_active_site_is_quiet_until_a_command_is_likely_and_says_when() -> None:
    made = reachability_of(ReachSettings("active"), NatState(118, 0))
    assert signs_of(made, 2_000.0) == [(900.0, Sign.ALIVE), (1_800.0, Sign.ALIVE)]
    made.activity.command(2_000.0)
    assert made.kept_open(2_000.0)
    told, *kept = signs_of(made, 2_000.0 + COMMAND_SECONDS, 2_000.0)
    assert told == (2_000.0, Sign.TELL)
    assert [sign for _, sign in kept] == [Sign.BARE, Sign.TELL]
    assert not made.kept_open(2_000.0 + COMMAND_SECONDS)


def test_the_interval_follows_the_measurement() -> None:
    made = Reachability(ReachSettings())
    assert made.interval_seconds == START_SECONDS
    made.link(True, Instant(0.0, 0.0))
    (probe,) = made.probes(Instant(0.0, 0.0))
    assert isinstance(probe, SendProbe)
    made.probed(ProbeAnswered(probe.number), Instant(28.0, 28.0))
    assert (made.proven_seconds, made.timer()) == (28, 28.0)
    assert made.interval_seconds == FLOOR_SECONDS
    assert Reachability(ReachSettings(), NatState(200, 0)).interval_seconds == 184.0


def test_a_request_of_the_expander_tells_how_long_a_silence_the_mapping_has_lasted() -> None:
    told: list[object] = []

    class Listening(Reachability):
        def probed(self, item: Input, now: Instant) -> None:
            told.append(item)

    made = Listening(ReachSettings(), NatState(120, 0))
    made.note_told(1, 1_000.0)
    made.answered(1)
    made.note_sent(1_000.0)
    made.asked(Instant(1_080.0, 0.0))
    assert made.next_sign(1_120.0, busy=False) is Sign.BARE
    made.asked(Instant(1_130.0, 0.0))
    assert told == [DownlinkCame(80.0), DownlinkCame(10.0)]
    made.carried_by("tcp", Instant(1_200.0, 0.0))
    made.asked(Instant(1_300.0, 0.0))
    assert len(told) == 2, "the mapping of a connection is another one"


def test_a_fixed_interval_is_not_measured() -> None:
    made = Reachability(ReachSettings(keepalive_seconds=50.0), NatState(200, 0))
    made.link(True, Instant(0.0, 0.0))
    assert (made.interval_seconds, made.proven_seconds) == (50.0, 0)
    assert made.probes(Instant(0.0, 0.0)) == []


def test_on_a_connection_nothing_is_measured_and_keepalives_are_rare() -> None:
    made = reachability_of(ReachSettings(), NatState(100, 0))
    now = Instant(0.0, 0.0)
    made.link(True, now)
    (probe,) = [one for one in made.probes(now) if isinstance(one, SendProbe)]
    made.carried_by("tcp", now)
    made.link(True, now)
    made.probed(ProbeFailed(probe.number, conclusive=True), now)
    assert made.interval_seconds == STREAM_INTERVAL_SECONDS
    assert made.timer() is None and made.probes(Instant(1e6, 1e6)) == []
    kinds = [sign for _, sign in signs_of(made, 1_000.0)]
    assert kinds.count(Sign.BARE) == 2

    made.carried_by("udp", now)
    made.link(True, now)
    assert made.proven_seconds == 100, "a probe that the change disturbed has proven nothing"
    assert made.timer() is not None


def test_a_fixed_interval_holds_on_a_connection_too() -> None:
    made = reachability_of(ReachSettings(keepalive_seconds=50.0))
    made.carried_by("tcp", Instant(0.0, 0.0))
    assert made.interval_seconds == 50.0
