"""What each contender costs per month, and what a change would save."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from laconic_bench.estimate.advice import Advice
from laconic_bench.estimate.changes import Change
from laconic_bench.estimate.contenders import Contenders, Variant
from laconic_bench.estimate.costs import Cost, MonthFactors, Radio
from laconic_bench.estimate.month import messages_of, text_bytes_of
from laconic_bench.estimate.outcome import ContenderOutcome, Saving
from laconic_bench.estimate.players import Job, play_all
from laconic_bench.estimate.shares import charger_of, key_of, link_key_of, nobody, shared
from laconic_bench.estimate.timeline import Timeline
from laconic_bench.estimate.verdict import verdict_of
from laconic_bench.model.carrier import CarrierFactory
from laconic_bench.model.exchanges import Exchange

SAVING_SHARE_MIN: Final = 0.01
"""Advice that saves less of every contender is not worth the words."""
TOUCHED_SHARE_MIN: Final = 0.002
"""A change that leaves more of messages and text as it was is not costed."""

OnStep = Callable[[str, int, int], None]


class Pricing:
    """Plays one part of a log over the contenders, as it is and changed."""

    def __init__(
        self,
        timeline: Timeline,
        factors: MonthFactors,
        radio: Radio,
        contenders: Contenders,
        on_step: OnStep,
    ) -> None:
        """`on_step` is told what is played, how much of it is done, and how much there is."""
        self._timeline = timeline
        self._factors = factors
        self._radio = radio
        self._contenders = contenders
        self._on_step = on_step
        self._bytes_per_month: dict[str, float] = {}

    def outcomes(self, budget_mb: float) -> dict[str, ContenderOutcome]:
        """Return what each contender costs."""
        carriers = self._contenders.carriers
        jobs = [self._job(self._timeline.exchanges, one) for one in carriers.values()]
        costs = self._play("contenders", jobs)
        return {
            name: self._outcome(name, cost, budget_mb)
            for name, cost in zip(carriers, costs, strict=True)
        }

    def savings(self, advice: Sequence[Advice]) -> list[Saving]:
        """Return what is worth changing, what saves most first. It follows `outcomes`."""
        changed = [(one, one.change(self._timeline.exchanges)) for one in advice]
        found = [(one, after) for one, after in changed if self._is_less(after)]
        advised, variants = self._contenders.advised, self._contenders.variants
        jobs = [self._job(after, self._carrier(name)) for _, after in found for name in advised]
        jobs += [self._job(self._timeline.exchanges, one.factory) for one in variants]
        sizes = iter([self._factors.bytes_per_month(one) for one in self._play("advice", jobs)])
        savings = [
            _saving(one, {name: self._saved(name, next(sizes)) for name in advised})
            for one, _ in found
        ]
        savings += [
            _saving(one, {one.contender: self._saved(one.contender, next(sizes))})
            for one in variants
        ]
        worth = [one for one in savings if self._is_worth(one.bytes_per_month)]
        return sorted(worth, key=lambda one: -max(one.bytes_per_month.values()))

    def after_all(self, changes: Sequence[Change]) -> dict[str, float]:
        """Return the bytes of a month after all changes, by contender for which advice is given."""
        if not changes:
            return {}
        exchanges: Sequence[Exchange] = self._timeline.exchanges
        for change in changes:
            exchanges = change(exchanges)
        names = self._contenders.advised
        jobs = [self._job(exchanges, self._carrier(name)) for name in names]
        costs = self._play("all changes", jobs)
        return {
            name: self._factors.bytes_per_month(cost)
            for name, cost in zip(names, costs, strict=True)
        }

    def _outcome(self, name: str, cost: Cost, budget_mb: float) -> ContenderOutcome:
        size = self._bytes_per_month[name] = self._factors.bytes_per_month(cost)
        by_action = self._factors.actions_per_month(cost)
        return ContenderOutcome(
            size,
            self._factors.way_per_month(cost, "up"),
            by_action,
            shared(by_action, self._timeline.exchanges, key_of, link_key_of(name)),
            shared(by_action, self._timeline.exchanges, charger_of, nobody),
            verdict_of(size, budget_mb),
        )

    def _job(self, exchanges: Sequence[Exchange], factory: CarrierFactory) -> Job:
        return Job(tuple(exchanges), self._timeline.seconds, factory, self._radio)

    def _play(self, what: str, jobs: Sequence[Job]) -> list[Cost]:
        return play_all(jobs, lambda done, total: self._on_step(what, done, total))

    def _carrier(self, name: str) -> CarrierFactory:
        return self._contenders.carriers[name]

    def _saved(self, name: str, bytes_per_month: float) -> float:
        return self._bytes_per_month[name] - bytes_per_month

    def _is_worth(self, saved: Mapping[str, float]) -> bool:
        return any(
            size > SAVING_SHARE_MIN * self._bytes_per_month[name] for name, size in saved.items()
        )

    def _is_less(self, after: Sequence[Exchange]) -> bool:
        """Tell whether a change takes away enough to be costed."""
        before, enough = self._timeline.exchanges, 1 - TOUCHED_SHARE_MIN
        return any(
            sum(map(size_of, after)) < enough * sum(map(size_of, before))
            for size_of in (messages_of, text_bytes_of)
        )


def _saving(one: Advice | Variant, saved: Mapping[str, float]) -> Saving:
    return Saving(one.key, one.where, one.before, one.after, one.side_effect, saved)
