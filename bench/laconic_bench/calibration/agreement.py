"""Compares a result of the model with the live one of the same work, figure by figure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from laconic_bench.model.latency import COMMAND, classes_of
from laconic_bench.results.result import Figures, Percentiles, Result
from laconic_bench.suite.script import Script, Work
from laconic_codec.messages import Call

BYTES_GOAL: Final = 0.02
LATENCY_GOAL: Final = 0.05
LEAST_SAMPLES: Final = {"p50": 10, "p95": 40, "p99": 200}
"""So many messages of a class make a percentile that another run would find again."""
SITE_SHARE: Final = 0.5
"""An answer that came sooner than in half a round trip has not crossed the link."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One figure of a contender, from the model and live."""

    contender: str
    figure: str
    modelled: float
    measured: float
    goal: float | None
    """How far they may be apart, as a share of what was measured; None: nothing is asked."""
    samples: int | None = None
    """How many messages a percentile is of."""

    @property
    def difference(self) -> float:
        """Return the model's error as a share of what was measured."""
        if self.measured == 0:
            return 0.0 if self.modelled == 0 else 1.0
        return (self.modelled - self.measured) / self.measured

    @property
    def is_met(self) -> bool:
        """Tell whether the figure is as near as is asked."""
        return self.goal is None or abs(self.difference) <= self.goal


def agreements(modelled: Result, live: Result, samples: Mapping[str, int]) -> list[Agreement]:
    """Return all figures that both results have; `samples` counts the messages of each class.

    Bytes and packets come first, then the percentiles of the answers. Loss hits other messages in
    each run, so on a link with loss no percentile beyond the median is asked to agree.
    """
    found: list[Agreement] = []
    settings = live.link_settings
    assert settings is not None
    for name, figures in live.measured_contenders.items():
        if name in modelled.measured_contenders:
            model = modelled.measured_contenders[name]
            found += _bytes(name, model, figures)
            found += _times(
                *(name, model, figures, samples),
                least_ms=SITE_SHARE * settings.round_trip_ms,
                has_loss=settings.loss > 0,
            )
    return found


def samples_of(work: Work) -> Mapping[str, int]:
    """Return how many CALLs of a work are of each class."""
    found: Counter[str] = Counter()
    for one in Script(work).exchanges():
        if isinstance(one.message, Call):
            found.update(classes_of(one.message, one.version) if one.is_up else (COMMAND,))
    return found


def _bytes(name: str, modelled: Figures, live: Figures) -> Iterator[Agreement]:
    rows: Sequence[tuple[str, float, float]] = (
        ("wire bytes up", modelled.wire_bytes_up, live.wire_bytes_up),
        ("wire bytes down", modelled.wire_bytes_down, live.wire_bytes_down),
        ("wire bytes", modelled.wire_bytes, live.wire_bytes),
    )
    for figure, model, measured in rows:
        yield Agreement(name, figure, model, measured, BYTES_GOAL)


def _times(
    name: str,
    modelled: Figures,
    live: Figures,
    samples: Mapping[str, int],
    *,
    least_ms: float,
    has_loss: bool,
) -> Iterator[Agreement]:
    for message_class, measured in live.latency_ms.items():
        model = modelled.latency_ms.get(message_class)
        count = samples.get(message_class, 0)
        if model is None:
            continue
        for percentile, least in LEAST_SAMPLES.items():
            if count >= least:
                times = (_at(model, percentile), _at(measured, percentile))
                is_asked = min(times) >= least_ms and not (has_loss and percentile != "p50")
                figure = f"{message_class} {percentile} in ms"
                yield Agreement(name, figure, *times, LATENCY_GOAL if is_asked else None, count)


def _at(found: Percentiles, percentile: str) -> float:
    value: float = getattr(found, percentile)
    return value
