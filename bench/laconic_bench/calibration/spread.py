"""The model of a live run, with several seeds of loss and jitter.

One seed alone says little about a percentile of a few dozen messages: which of them wait for each
other is a matter of chance, in the model as on the link.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from laconic_bench.contenders.catalog import ENTRANTS
from laconic_bench.model.latency import COMMAND, classes_of
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.results.result import Figures, LinkSettings, Result
from laconic_bench.suite.job import play_exchanges
from laconic_bench.suite.links import NAT_SECONDS
from laconic_bench.suite.script import Script, Work
from laconic_codec.messages import Call

SEEDS: Final = 10


@dataclass(frozen=True, slots=True)
class Modelled:
    """What the model says about a live run."""

    figures: Mapping[str, Sequence[Figures]]
    """By contender, one for each seed."""
    samples: Mapping[str, int]
    """How many CALLs are of each class."""


def modelled(live: Result, seeds: int = SEEDS) -> Modelled:
    """Play the work of a live result in virtual time."""
    settings = live.link_settings
    work = Work(
        *(live.scenario, live.seed, live.days, _profile(settings)),
        (settings and settings.nat_timeout_seconds) or NAT_SECONDS,
        from_hour=live.from_hour,
    )
    script = Script(work)
    exchanges = list(script.exchanges())
    figures = {
        name: [
            play_exchanges(
                *(work, (replace(one) for one in exchanges), script.identities),
                *(ENTRANTS[name], live.seed + number),
            )
            for number in range(seeds)
        ]
        for name in live.measured_contenders
    }
    samples: dict[str, int] = {}
    for one in exchanges:
        if isinstance(one.message, Call):
            for name in classes_of(one.message, one.version) if one.is_up else (COMMAND,):
                samples[name] = samples.get(name, 0) + 1
    return Modelled(figures, samples)


def _profile(settings: LinkSettings | None) -> LinkProfile:
    if settings is None:
        return LinkProfile()
    return LinkProfile(
        delay_seconds=settings.round_trip_ms / 2_000,
        jitter_seconds=settings.jitter_ms / 1_000,
        loss=settings.loss,
        rate_bits_per_second=settings.rate_bits_per_second or 0.0,
    )
