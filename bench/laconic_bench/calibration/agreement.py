"""Compares a live result with the model of the same work, figure by figure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

from laconic_bench.calibration.spread import Modelled
from laconic_bench.model.latency import PERCENTS
from laconic_bench.results.result import Figures, Percentiles, Result

BYTES_GOAL: Final = 0.02
LATENCY_GOAL: Final = 0.05
LEAST_BEYOND: Final = 5
"""So many messages must lie beyond a percentile: the last one or two are a matter of chance."""
SITE_SHARE: Final = 0.5
"""An answer that came sooner than in this share of a round trip has not crossed the link."""
TOTAL: Final = "wire bytes"


class Verdict(StrEnum):
    """Whether a figure agrees."""

    MET = "met"
    SPREAD = "within the spread"
    """Farther away than the goal, and not farther than the model's own runs are apart."""
    MISSED = "missed"
    NONE = "-"
    """Nothing is asked."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One figure of a contender, from the model and live."""

    contender: str
    figure: str
    modelled: Sequence[float]
    """One for each seed."""
    measured: float
    goal: float | None
    """How far they may be apart, as a share of what was measured; None: nothing is asked."""
    samples: int | None = None
    """How many messages a percentile is of."""

    @property
    def model(self) -> float:
        """Return the median of the model's runs."""
        return median(self.modelled)

    @property
    def difference(self) -> float:
        """Return the model's error as a share of what was measured."""
        if self.measured == 0:
            return 0.0 if self.model == 0 else 1.0
        return (self.model - self.measured) / self.measured

    @property
    def verdict(self) -> Verdict:
        """Tell whether the figure is as near as is asked."""
        if self.goal is None:
            return Verdict.NONE
        if abs(self.difference) <= self.goal:
            return Verdict.MET
        is_within = min(self.modelled) <= self.measured <= max(self.modelled)
        return Verdict.SPREAD if is_within else Verdict.MISSED


def agreements(live: Result, model: Modelled) -> list[Agreement]:
    """Return all figures of a live result that the model has: bytes, and percentiles of answers.

    Without a link nothing is asked: what is measured there are the programs.
    """
    settings = live.link_settings
    round_trip_ms = 0.0 if settings is None else settings.round_trip_ms
    found: list[Agreement] = []
    for name, figures in live.measured_contenders.items():
        runs = model.figures[name]
        goal = BYTES_GOAL if round_trip_ms else None
        for figure, attribute in (
            ("wire bytes up", "wire_bytes_up"),
            ("wire bytes down", "wire_bytes_down"),
            (TOTAL, "wire_bytes"),
        ):
            values = [getattr(run, attribute) for run in runs]
            found.append(Agreement(name, figure, values, getattr(figures, attribute), goal))
        found += _times(name, figures, model, round_trip_ms)
    return found


def _times(name: str, live: Figures, model: Modelled, round_trip_ms: float) -> Iterator[Agreement]:
    for message_class, measured in live.latency_ms.items():
        runs = [run.latency_ms.get(message_class) for run in model.figures[name]]
        count = model.samples.get(message_class, 0)
        for percent in PERCENTS:
            percentile = f"p{percent}"
            values = [_at(run, percentile) for run in runs if run is not None]
            if count * (100 - percent) < 100 * LEAST_BEYOND or not values:
                continue
            time = _at(measured, percentile)
            has_crossed = min(time, median(values)) >= SITE_SHARE * round_trip_ms > 0
            goal = LATENCY_GOAL if has_crossed else None
            yield Agreement(name, f"{message_class} {percentile} in ms", values, time, goal, count)


def _at(found: Percentiles, percentile: str) -> float:
    value: float = getattr(found, percentile)
    return value
