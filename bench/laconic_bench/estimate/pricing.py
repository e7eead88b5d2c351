"""What each contender costs per month, and what a change would save."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from laconic_bench.estimate.advice import Advice
from laconic_bench.estimate.changes import Change
from laconic_bench.estimate.contenders import Contenders
from laconic_bench.estimate.costs import CarrierFactory, Cost, MonthFactors, Radio, cost_of
from laconic_bench.estimate.month import messages_of, text_bytes_of
from laconic_bench.estimate.outcome import ContenderOutcome, Saving
from laconic_bench.estimate.shares import CONNECTION, NOBODY, charger_of, key_of, shared
from laconic_bench.estimate.timeline import Timeline
from laconic_bench.estimate.verdict import verdict_of
from laconic_bench.model.exchanges import Exchange

SAVING_SHARE_MIN: Final = 0.01
"""Advice that saves less of every contender is not worth the words."""
TOUCHED_SHARE_MIN: Final = 0.002
"""A change that leaves more of messages and text as it was is not costed."""


class Pricing:
    """Plays one part of a log over the contenders, as it is and changed."""

    def __init__(
        self,
        timeline: Timeline,
        factors: MonthFactors,
        radio: Radio,
        contenders: Contenders,
        on_step: Callable[[str], None],
    ) -> None:
        """`on_step` is told what is played next."""
        self._timeline = timeline
        self._factors = factors
        self._radio = radio
        self._contenders = contenders
        self._on_step = on_step
        self._bytes_per_month: dict[str, float] = {}

    def outcomes(self, budget_mb: float) -> dict[str, ContenderOutcome]:
        """Return what each contender costs."""
        return {
            name: self._outcome(name, factory, budget_mb)
            for name, factory in self._contenders.carriers.items()
        }

    def savings(self, advice: Sequence[Advice]) -> list[Saving]:
        """Return what is worth changing, what saves most first. It follows `outcomes`."""
        found = [*self._of_advice(advice), *self._of_variants()]
        worth = [one for one in found if self._is_worth(one.bytes_per_month)]
        return sorted(worth, key=lambda one: -max(one.bytes_per_month.values()))

    def after_all(self, changes: Sequence[Change]) -> dict[str, float]:
        """Return the bytes of a month after all changes, by contender for which advice is given."""
        exchanges: Sequence[Exchange] = self._timeline.exchanges
        for change in changes:
            exchanges = change(exchanges)
        return self._each(exchanges, "everything changed") if changes else {}

    def _outcome(self, name: str, factory: CarrierFactory, budget_mb: float) -> ContenderOutcome:
        self._on_step(name)
        exchanges = self._timeline.exchanges
        cost = self._cost(exchanges, factory)
        size = self._bytes_per_month[name] = self._factors.bytes_per_month(cost)
        by_action = self._factors.actions_per_month(cost)
        return ContenderOutcome(
            size,
            cost.up_bytes / cost.total_bytes if cost.total_bytes else 0.0,
            by_action,
            shared(by_action, exchanges, key_of, CONNECTION),
            shared(by_action, exchanges, charger_of, NOBODY),
            verdict_of(size, budget_mb),
        )

    def _of_advice(self, advice: Sequence[Advice]) -> Iterator[Saving]:
        for one in advice:
            changed = one.change(self._timeline.exchanges)
            if not _is_less(self._timeline.exchanges, changed):
                continue
            after = self._each(changed, one.key)
            saved = {name: self._bytes_per_month[name] - size for name, size in after.items()}
            yield Saving(one.key, one.where, one.before, one.after, one.side_effect, saved)

    def _of_variants(self) -> Iterator[Saving]:
        for one in self._contenders.variants:
            self._on_step(f"{one.contender}: {one.key}")
            cost = self._cost(self._timeline.exchanges, one.factory)
            size = self._factors.bytes_per_month(cost)
            saved = {one.contender: self._bytes_per_month[one.contender] - size}
            yield Saving(one.key, one.where, one.before, one.after, one.side_effect, saved)

    def _each(self, exchanges: Sequence[Exchange], what: str) -> dict[str, float]:
        sizes: dict[str, float] = {}
        for name in self._contenders.advised:
            self._on_step(f"{name}: {what}")
            cost = self._cost(exchanges, self._contenders.carriers[name])
            sizes[name] = self._factors.bytes_per_month(cost)
        return sizes

    def _cost(self, exchanges: Sequence[Exchange], factory: CarrierFactory) -> Cost:
        return cost_of(exchanges, self._timeline.seconds, factory, self._radio)

    def _is_worth(self, saved: Mapping[str, float]) -> bool:
        return any(
            size > SAVING_SHARE_MIN * self._bytes_per_month[name] for name, size in saved.items()
        )


def _is_less(before: Sequence[Exchange], after: Sequence[Exchange]) -> bool:
    """Tell whether a change takes away enough to be costed."""
    enough = 1 - TOUCHED_SHARE_MIN
    messages = sum(map(messages_of, after)) < enough * sum(map(messages_of, before))
    return messages or sum(map(text_bytes_of, after)) < enough * sum(map(text_bytes_of, before))
