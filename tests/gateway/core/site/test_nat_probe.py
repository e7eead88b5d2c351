"""The measurement of the NAT's timer, against NATs in virtual time."""

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.signs import PROBE_MAX_SECONDS
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.site.nat_probe import (
    FLOOR_SECONDS,
    PAUSE_SECONDS,
    PRECISION,
    ROUND_PAUSE_SECONDS,
    SEARCH_AGAIN_SECONDS,
    START_SECONDS,
    VERIFY_SECONDS,
    DownlinkCame,
    DownlinkLate,
    EndProbing,
    LinkChanged,
    NatProbe,
    NatState,
    PathChanged,
    ProbeAnswered,
    ProbeFailed,
    SaveNatState,
    SendProbe,
    kept_by,
)

PROBE_WIRE_BYTES = 95
"""Of a probe with a sender id of 2 bytes and a Partial IV of 2, and its answer; IPv4."""
UNIX = 1_790_000_000.0


@dataclass
class Bench:
    """A probe behind a NAT with a timer; what it saves, and what it has sent."""

    timer_seconds: float
    state: NatState | None = None
    lost: frozenset[int] = frozenset()
    """Numbers of the probes that get lost, from 1."""
    now: float = 0.0
    sent: list[int] = field(default_factory=list[int])
    rounds: int = 0

    def __post_init__(self) -> None:
        self.probe = NatProbe(self.state)
        self.tell(LinkChanged(True))

    @property
    def instant(self) -> Instant:
        return Instant(self.now, UNIX + self.now)

    def tell(self, item: DownlinkCame | DownlinkLate | LinkChanged | PathChanged) -> None:
        self.probe.receive(item, self.instant)

    def ask(self) -> SendProbe | None:
        """Return the probe that is due now."""
        self.probe.handle_timer(self.instant)
        return self.collect()

    def collect(self) -> SendProbe | None:
        """Take what is to be done; return the probe in it."""
        found: SendProbe | None = None
        for action in self.probe.outgoing():
            match action:
                case SendProbe():
                    found = action
                    self.sent.append(action.delay_seconds)
                case SaveNatState():
                    self.state = action.state
                case EndProbing():
                    self.rounds += 1
        return found

    def run(self, seconds: float) -> None:
        """Let time pass; probes are answered if the NAT has not forgotten them."""
        end = self.now + seconds
        while (due := self.probe.timer()) is not None and due <= end:
            self.now = max(self.now, due)
            asked = self.ask()
            if asked is None:
                continue
            if asked.delay_seconds < self.timer_seconds and len(self.sent) not in self.lost:
                self.now += asked.delay_seconds
                self.probe.receive(ProbeAnswered(asked.number), self.instant)
            else:
                self.now += asked.wait_seconds
                self.probe.receive(ProbeFailed(asked.number, True), self.instant)
            self.collect()
        self.now = max(self.now, end)

    def search(self) -> None:
        """Let the first search come to its end."""
        for _ in range(100):
            if not self.rounds:
                self.run(2 * PAUSE_SECONDS)
        assert self.rounds


@pytest.mark.parametrize(
    ("timer_seconds", "interval_seconds"),
    [(10, 25), (26, 25), (30, 26), (60, 54), (120, 108), (180, 163), (300, 275), (1e9, 1656)],
)
def test_the_interval_is_a_safe_part_of_the_timer(
    timer_seconds: float, interval_seconds: float
) -> None:
    bench = Bench(timer_seconds)
    assert bench.probe.interval_seconds == START_SECONDS
    bench.search()
    assert int(bench.probe.interval_seconds) == interval_seconds


@given(st.floats(1, 4000))
def test_any_timer_is_found_with_less_than_1000_bytes(timer_seconds: float) -> None:
    bench = Bench(timer_seconds)
    bench.search()
    assert len(bench.sent) * PROBE_WIRE_BYTES <= 1000
    assert all(FLOOR_SECONDS <= delay <= PROBE_MAX_SECONDS for delay in bench.sent)
    proven = bench.probe.proven_seconds
    assert proven <= timer_seconds
    if kept_by(int(timer_seconds)) > FLOOR_SECONDS + 1 and timer_seconds < PROBE_MAX_SECONDS:
        assert timer_seconds <= max(proven * PRECISION, proven + 1) + 1
    assert bench.probe.interval_seconds == max(FLOOR_SECONDS, kept_by(proven))


@given(st.floats(28, 4000), st.sets(st.integers(1, 8), max_size=3))
def test_lost_datagrams_make_the_interval_shorter_and_never_longer(
    timer_seconds: float, lost: set[int]
) -> None:
    bench = Bench(timer_seconds, lost=frozenset(lost))
    bench.search()
    assert bench.probe.interval_seconds <= max(FLOOR_SECONDS, kept_by(round(timer_seconds)))
    assert len(bench.sent) * PROBE_WIRE_BYTES <= 1000 * (1 + len(lost))


def test_the_search_of_a_common_timer_takes_nine_probes() -> None:
    bench = Bench(120.0)
    bench.search()
    assert bench.sent == [28, 84, 252, 145, 110, 126, 118, 122, 122]
    assert bench.state == NatState(118, int(UNIX + bench.now))


def test_what_was_proven_is_verified_every_day_and_after_a_restart_not_searched() -> None:
    bench = Bench(120.0)
    bench.search()
    bench.run(VERIFY_SECONDS + 3600)  # a day later the search is repeated once
    first = len(bench.sent)
    bench.run(VERIFY_SECONDS)
    assert bench.sent[first:] == [118]
    restarted = Bench(120.0, bench.state)
    assert restarted.probe.interval_seconds == kept_by(118)
    restarted.run(100.0)
    assert (restarted.sent, restarted.rounds) == ([118], 1)


def test_a_timer_that_became_longer_is_found_within_a_week() -> None:
    bench = Bench(60.0)
    bench.search()
    assert bench.probe.interval_seconds < 60
    bench.timer_seconds = 300.0
    bench.run(SEARCH_AGAIN_SECONDS + 2 * VERIFY_SECONDS)
    assert bench.probe.interval_seconds > 240


def test_a_timer_that_became_shorter_is_believed_at_the_second_failure() -> None:
    bench = Bench(300.0)
    bench.search()
    proven = bench.probe.proven_seconds
    bench.timer_seconds = 60.0
    bench.run(VERIFY_SECONDS + 3600)
    first_failures = bench.sent[bench.sent.index(proven) + 1 :]
    assert first_failures.count(proven) == 2
    assert FLOOR_SECONDS < bench.probe.interval_seconds < 60


def test_one_lost_verification_changes_nothing() -> None:
    bench = Bench(120.0)
    bench.search()
    interval = bench.probe.interval_seconds
    bench.lost = frozenset({len(bench.sent) + 1})
    first = len(bench.sent)
    bench.run(VERIFY_SECONDS + 3600)
    assert bench.probe.interval_seconds == interval
    assert bench.sent[first : first + 2] == [118, 118]


@pytest.mark.parametrize("lost", range(2, 8))
def test_a_lost_datagram_does_not_cut_a_search_short(lost: int) -> None:
    bench = Bench(300.0, lost=frozenset({lost}))
    bench.search()
    assert bench.probe.interval_seconds > 260


def test_a_search_that_two_lost_datagrams_cut_short_is_repeated_after_a_day() -> None:
    bench = Bench(1e9, lost=frozenset({2, 8}))
    bench.search()
    assert bench.probe.interval_seconds < 100
    bench.run(VERIFY_SECONDS + 7200)
    assert bench.probe.proven_seconds == PROBE_MAX_SECONDS


def test_searches_become_rarer_until_there_is_one_a_week() -> None:
    bench = Bench(120.0)
    bench.search()
    searches: list[float] = []
    for day in range(1, 40):
        first = len(bench.sent)
        bench.run(VERIFY_SECONDS)
        if len(bench.sent) - first > 1:
            searches.append(day)
    gaps = [later - earlier for earlier, later in pairwise(searches)]
    assert gaps[:2] == [2, 4]
    assert set(gaps[2:]) == {7}


def test_a_late_downlink_halves_the_interval_until_the_mapping_is_verified() -> None:
    """However many verifications there were before it: only those that lifted a limit count."""
    bench = Bench(120.0)
    bench.search()
    interval = bench.probe.interval_seconds
    bench.probe.receive(PathChanged(), bench.instant)
    bench.run(3_600.0)
    for verified in (interval, interval / 2):
        bench.probe.receive(DownlinkLate(), bench.instant)
        assert bench.probe.interval_seconds == interval / 2
        bench.run(3_600.0)
        assert bench.probe.interval_seconds == verified, "the second late one of a day counts"


def test_a_changed_path_is_verified_but_not_all_the_time() -> None:
    bench = Bench(120.0)
    bench.search()
    first = len(bench.sent)
    for _ in range(60):
        bench.tell(PathChanged())
        bench.run(60.0)
    assert 1 <= len(bench.sent) - first <= 3600 / ROUND_PAUSE_SECONDS + 1


def test_a_path_that_changes_while_probing_ends_the_round() -> None:
    bench = Bench(120.0)
    asked = bench.ask()
    assert asked is not None
    bench.tell(PathChanged())
    assert bench.probe.outgoing() == [EndProbing()]
    bench.probe.receive(ProbeAnswered(asked.number), bench.instant)
    assert bench.probe.proven_seconds == 0
    assert bench.probe.timer() == ROUND_PAUSE_SECONDS


def test_a_late_downlink_halves_the_interval_until_the_timer_is_verified() -> None:
    bench = Bench(120.0)
    bench.search()
    interval = bench.probe.interval_seconds
    bench.tell(DownlinkLate())
    assert bench.probe.interval_seconds == interval / 2
    bench.run(ROUND_PAUSE_SECONDS + 300)
    assert bench.probe.interval_seconds == interval


def test_a_second_late_downlink_of_a_day_halves_it_for_a_day() -> None:
    bench = Bench(120.0)
    bench.search()
    interval = bench.probe.interval_seconds
    for _ in range(2):
        bench.tell(DownlinkLate())
        bench.run(ROUND_PAUSE_SECONDS + 300)
    assert bench.probe.interval_seconds == interval / 2
    bench.run(2 * VERIFY_SECONDS)
    assert bench.probe.interval_seconds == interval


@pytest.mark.parametrize(("silence_share", "holds"), [(0.5, True), (0.51, False), (1.0, False)])
def test_a_downlink_after_a_long_silence_says_that_keepalives_are_often_enough(
    silence_share: float, holds: bool
) -> None:
    """Longer than a halved interval allows: then a lost keepalive was the reason both times."""
    bench = Bench(120.0)
    bench.search()
    interval = bench.probe.interval_seconds
    for _ in range(3):
        bench.tell(DownlinkLate())
        assert bench.probe.interval_seconds <= interval / 2, "at once, whatever came before"
        bench.run(ROUND_PAUSE_SECONDS + 300)
        bench.tell(DownlinkCame(silence_share * interval))
    assert (bench.probe.interval_seconds < interval) is holds


def test_halving_stops_at_the_floor() -> None:
    bench = Bench(30.0)
    bench.search()
    bench.tell(DownlinkLate())
    assert bench.probe.interval_seconds == FLOOR_SECONDS


def test_while_the_link_is_down_nothing_is_probed_and_no_failure_counts() -> None:
    bench = Bench(120.0)
    asked = bench.ask()
    assert asked is not None
    bench.tell(LinkChanged(False))
    bench.tell(LinkChanged(True))
    bench.probe.receive(ProbeFailed(asked.number, True), bench.instant)
    assert bench.probe.timer() == PAUSE_SECONDS
    bench.tell(LinkChanged(False))
    assert bench.probe.timer() is None
    bench.tell(LinkChanged(True))
    bench.run(PAUSE_SECONDS)
    assert bench.sent[:2] == [28, 28]


def test_a_probe_that_was_not_sent_is_repeated_after_a_while() -> None:
    bench = Bench(120.0)
    asked = bench.ask()
    assert asked is not None
    bench.probe.receive(ProbeFailed(asked.number, False), bench.instant)
    assert bench.probe.timer() == PAUSE_SECONDS


def test_the_outcome_of_an_unknown_probe_is_nothing() -> None:
    bench = Bench(120.0)
    bench.probe.receive(ProbeAnswered(7), bench.instant)
    assert bench.probe.proven_seconds == 0
