"""The governor over whole months of virtual time, and each of its rules alone."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Level, Note, Topic
from laconic_gateway.core.site.budget.governor import (
    MEGABYTE,
    STEP_DOWN_SECONDS,
    STEP_UP_SECONDS,
    BudgetSettings,
    Governor,
    Rung,
    Told,
)
from laconic_gateway.core.site.budget.meter import Totals
from laconic_gateway.core.site.budget.month import DAY_SECONDS, Month, day_of

MONTH = Month.of(1_795_770_856.0, 1)  # November 2026
START = MONTH.first_day * DAY_SECONDS
BUDGET = BudgetSettings(monthly_bytes=25 * MEGABYTE, reserve_bytes=25 * MEGABYTE // 10)
CHECK_SECONDS = 600


@dataclass(frozen=True)
class Traffic:
    """What a site would send in a day if nobody saved, in bytes, by what the ladder can do."""

    protected: int
    """Transactions, commands, keepalives: the same at every rung."""
    telemetry: int
    """Outside of transactions: a tenth of it is left when it is thinned."""
    background: int

    def of_rung(self, rung: Rung) -> tuple[float, float]:
        """Return the bytes a second of what is protected, and of the rest."""
        overhead = 1.0 if rung is Rung.FULL else 0.8
        telemetry = self.telemetry * (1.0 if rung < Rung.THINNER else 0.1)
        if rung is Rung.STOPPED:
            telemetry = 0.0
        background = self.background if rung < Rung.HELD else 0
        rest = (telemetry + background) * overhead
        return self.protected / DAY_SECONDS, rest / DAY_SECONDS


@dataclass
class Life:
    """What happened to a site."""

    governor: Governor
    used: Counter[int] = field(default_factory=Counter[int])
    """Bytes by day."""
    protected_bytes: float = 0.0
    steps: list[tuple[float, Rung]] = field(default_factory=list[tuple[float, Rung]])
    notes: list[Note] = field(default_factory=list[Note])

    @property
    def total(self) -> int:
        return sum(self.used.values())

    def alerts(self) -> list[str]:
        return [note.label for note in self.notes if note.topic is Topic.BUDGET_ALERT]


def totals(used: Counter[int], unix: float) -> Totals:
    month = Month.of(unix, 1)
    return Totals(month, month.sum_of(used), day_of(unix), used[day_of(unix)])


def live(
    traffic: Callable[[float], Traffic],
    seed: int,
    budget: BudgetSettings = BUDGET,
    days: int = MONTH.days,
    restart_every: int = 0,
) -> Life:
    """Let a site live for some days; `traffic` tells what it is like at a moment (unix seconds)."""
    dice = random.Random(seed)
    life = Life(Governor(budget, Told()))
    for number in range(days * DAY_SECONDS // CHECK_SECONDS):
        unix = START + number * CHECK_SECONDS
        protected, rest = traffic(unix).of_rung(life.governor.rung)
        # A third of the traffic is chance.
        chance = dice.uniform(0.67, 1.33) * CHECK_SECONDS
        life.used[day_of(unix)] += round((protected + rest) * chance)
        life.protected_bytes += protected * chance
        if restart_every and number % restart_every == 0:
            life.governor = Governor(budget, life.governor.told, life.governor.rung)
        rung = life.governor.rung
        now = Instant(float(number * CHECK_SECONDS), unix + CHECK_SECONDS - 1)
        life.notes += life.governor.check(totals(life.used, now.unix), now)
        if life.governor.rung is not rung:
            life.steps.append((unix, life.governor.rung))
    return life


def steady(traffic: Traffic) -> Callable[[float], Traffic]:
    return lambda _: traffic


KB = 1_000
SITES = st.builds(
    Traffic,
    protected=st.integers(20 * KB, 500 * KB),
    telemetry=st.integers(0, 2_000 * KB),
    background=st.integers(0, 1_000 * KB),
)


@settings(max_examples=25, deadline=None)
@given(SITES, st.integers(0, 2**32))
def test_a_steady_site_keeps_its_budget(traffic: Traffic, seed: int) -> None:
    """What no rung can save (up to 20 MB) fits into the budget; so everything has to."""
    life = live(steady(traffic), seed)
    assert life.total <= BUDGET.monthly_bytes


@settings(max_examples=10, deadline=None)
@given(SITES, st.integers(0, 2**32))
def test_a_site_within_its_budget_is_left_alone(traffic: Traffic, seed: int) -> None:
    daily = traffic.protected + traffic.telemetry + traffic.background
    share = (BUDGET.monthly_bytes - BUDGET.reserve_bytes) / MONTH.days
    small = Traffic(
        *(
            int(part * 0.9 * min(1.0, share / daily))
            for part in (traffic.protected, traffic.telemetry, traffic.background)
        )
    )
    life = live(steady(small), seed)
    assert life.steps == []
    assert life.alerts() in ([], ["50"], ["50", "80"])


@settings(max_examples=10, deadline=None)
@given(SITES, st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_steps(traffic: Traffic, seed: int) -> None:
    first, second = (live(steady(traffic), seed, days=8) for _ in range(2))
    assert (first.steps, first.notes) == (second.steps, second.notes)


@settings(max_examples=10, deadline=None)
@given(SITES, st.integers(0, 2**32), st.sampled_from([0, 7, 100]))
def test_alerts_come_once_a_month_in_order_also_across_restarts(
    traffic: Traffic, seed: int, restart_every: int
) -> None:
    life = live(steady(traffic), seed, days=MONTH.days, restart_every=restart_every)
    reached = [p for p in (50, 80, 100) if life.total * 100 >= BUDGET.monthly_bytes * p]
    assert life.alerts() == [str(percent) for percent in reached]


def test_alerts_come_again_in_the_next_month() -> None:
    life = live(steady(Traffic(900 * KB, 0, 0)), 1, days=61)
    assert life.alerts() == ["50", "80", "100"] * 2


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_after_a_burst_the_rungs_go_down_again(seed: int) -> None:
    heavy, light = Traffic(100 * KB, 3_000 * KB, 500 * KB), Traffic(100 * KB, 200 * KB, 50 * KB)
    life = live(lambda unix: heavy if unix < START + 3 * DAY_SECONDS else light, seed)
    assert max(rung for _, rung in life.steps) is Rung.HELD
    assert life.governor.rung is Rung.FULL
    assert life.steps[-1][0] < START + 12 * DAY_SECONDS


@settings(max_examples=10, deadline=None)
@given(SITES, st.integers(0, 2**32))
def test_steps_are_single_and_never_in_haste(traffic: Traffic, seed: int) -> None:
    life = live(steady(traffic), seed)
    before, at = Rung.FULL, float("-inf")
    for unix, rung in life.steps:
        assert abs(rung - before) == 1
        assert unix - at >= (STEP_UP_SECONDS if rung > before else STEP_DOWN_SECONDS)
        before, at = rung, unix
    told = [note for note in life.notes if note.topic is Topic.BUDGET_STEP]
    assert [note.label for note in told] == [rung.name.lower() for _, rung in life.steps]


def test_what_is_protected_may_exceed_the_budget_and_the_ladder_stays_up() -> None:
    life = live(steady(Traffic(1_500 * KB, 500 * KB, 500 * KB)), 1)
    assert life.governor.rung is Rung.HELD
    assert life.total > BUDGET.monthly_bytes
    assert life.total - life.protected_bytes < 0.1 * BUDGET.monthly_bytes


def test_a_hard_cap_stops_telemetry_after_it_was_announced() -> None:
    budget = BudgetSettings(BUDGET.monthly_bytes, BUDGET.reserve_bytes, 30 * MEGABYTE)
    life = live(steady(Traffic(1_500 * KB, 500 * KB, 500 * KB)), 1, budget, days=31)
    assert life.alerts() == ["50", "80", "100", "cap_90", "cap_100"]
    labels = [note.label for note in life.notes]
    assert labels.index("cap_90") < labels.index("stopped")
    texts = [note.text for note in life.notes]
    assert any("stops at the cap and is kept (laconic thinned)" in text for text in texts)
    assert "the hard cap of 30.00 MB is reached" in texts[labels.index("stopped")]
    # The 31st day is one of the next month: it begins below the top.
    assert texts[labels.index("stopped") + 1].startswith("budget: down from stopped to held")
    assert life.governor.rung < Rung.STOPPED


# --- each rule alone


def check(governor: Governor, day: int, hour: float, before: int, today: int) -> list[Note]:
    """Check once at an hour of a day of the month, with what was used before and on that day."""
    seconds = day * DAY_SECONDS + hour * 3600
    first = MONTH.first_day
    found = Totals(MONTH, before + today, first + day, today)
    return governor.check(found, Instant(seconds, START + seconds))


SMALL = BudgetSettings(monthly_bytes=33_000_000, reserve_bytes=3_000_000)


def test_a_days_share_carries_over_what_other_days_left_or_took() -> None:
    governor = Governor(SMALL, Told())

    def share(day: int, before: int) -> float:
        found = Totals(MONTH, before + 5, MONTH.first_day + day, 5)
        return governor.share_bytes(found, START + day * DAY_SECONDS)

    assert share(0, 0) == 1_000_000
    assert share(10, 10_000_000) == 1_000_000
    assert share(10, 0) == 1_500_000
    assert share(29, 29_500_000) == 500_000
    assert share(29, 40_000_000) == 0


@pytest.mark.parametrize(
    ("hour", "today", "rung"),
    [
        (0, 250_000, Rung.FULL),
        (0, 250_001, Rung.WIDER),
        (12, 625_000, Rung.FULL),
        (12, 625_001, Rung.WIDER),
    ],
)
def test_a_day_begins_with_a_part_of_its_share(hour: float, today: int, rung: Rung) -> None:
    governor = Governor(SMALL, Told())
    check(governor, 0, hour, 0, today)
    assert governor.rung is rung


def test_a_step_says_why_and_how_loud() -> None:
    governor = Governor(SMALL, Told())
    (up,) = check(governor, 0, 12, 0, 700_000)
    assert up == Note(
        Topic.BUDGET_STEP,
        "wider",
        "budget: up from full to wider: today 0.70 MB are used, 0.62 MB would be on the line",
        Level.WARNING,
    )
    (down,) = check(governor, 1, 0, 700_000, 0)
    assert down.text.startswith("budget: down from wider to full: today 0.00 MB")
    assert down.level is Level.INFO


def test_between_the_two_lines_nothing_moves() -> None:
    governor = Governor(SMALL, Told(), Rung.THINNER)
    assert check(governor, 0, 12, 0, 620_000) == []
    assert check(governor, 0, 12, 0, 501_000) == []
    assert check(governor, 0, 12, 0, 499_000)[0].label == "wider"


def test_a_restarted_governor_stands_where_it_stood() -> None:
    told = Told(MONTH.first_day, 80, 0)
    governor = Governor(SMALL, told, Rung.HELD)
    assert governor.rung is Rung.HELD
    assert check(governor, 20, 12, 29_000_000, 55_000) == []
    assert governor.told == told
