"""Laconic in several settings: coding, who answers, windows, reachability."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from laconic_bench.contenders.entrant import Entrant
from laconic_bench.model.carrier import Carrier, Ends
from laconic_bench.model.laconic.carrier import LaconicCarrier
from laconic_bench.model.laconic.settings import PATIENCE_SECONDS, LaconicSettings
from laconic_bench.model.link import ModelLink
from laconic_codec.frame import Coding
from laconic_gateway.core.site.policy import EMPTY_ANSWERS, MessageClass

METERED: Final = LaconicSettings(
    empty_answers=EMPTY_ANSWERS,
    patience_seconds={
        **PATIENCE_SECONDS,
        MessageClass.TRANSACTION: 30.0,
        MessageClass.STATUS: 60.0,
        MessageClass.TELEMETRY: 300.0,
    },
)
"""What README.md recommends for a prepaid SIM: `empty_answers`, for the CSMS of the workloads
answers these with nothing, and wider windows."""
WINDOWS_SECONDS: Final = (0.0, 10.0, 60.0, 900.0)
"""Besides that of `METERED`."""


@dataclass(frozen=True, slots=True)
class LaconicFactory:
    """Makes Laconic with some settings (`CarrierFactory`)."""

    settings: LaconicSettings

    def __call__(
        self, link: ModelLink, ends: Ends, nat_seconds: float, identities: frozenset[str]
    ) -> Carrier:
        """See `CarrierFactory`."""
        return LaconicCarrier(link, nat_seconds, ends, self.settings, identities)


def _entrant(name: str, title: str, settings: LaconicSettings) -> Entrant:
    told: dict[str, str | float] = {
        "answers": settings.answers,
        "empty_answers": ", ".join(sorted(settings.empty_answers)),
        "reachability": settings.reachability,
        "coding": _coding_text(settings.codings),
        "window_seconds": settings.window_seconds,
        "transaction_seconds": settings.patience_seconds[MessageClass.TRANSACTION],
        "status_seconds": settings.patience_seconds[MessageClass.STATUS],
    }
    return Entrant(name, title, LaconicFactory(settings), told)


def _coding_text(codings: Coding) -> str:
    if Coding.ADAPTIVE in codings:
        return "adaptive"
    return "zstd" if Coding.ZSTD in codings else "cbor"


def _entrants() -> Iterator[Entrant]:
    best = METERED
    yield _entrant("laconic", "Laconic", best)
    yield _entrant(
        "laconic-active",
        "Laconic, reachable while something happens",
        replace(best, reachability="active"),
    )
    yield _entrant(
        "laconic-poll",
        "Laconic, reachable now and then",
        replace(best, reachability="poll"),
    )
    yield _entrant("laconic-zstd", "Laconic, coding zstd", replace(best, codings=Coding.ZSTD))
    yield _entrant("laconic-cbor", "Laconic, coding cbor", replace(best, codings=Coding.CBOR))
    relay = replace(best, answers="relay", empty_answers=frozenset())
    yield _entrant("laconic-relay", "Laconic, the CSMS answers all", relay)
    yield _entrant("laconic-defaults", "Laconic as it is installed", LaconicSettings())
    for seconds in WINDOWS_SECONDS:
        title = f"Laconic, windows of {seconds:g} s"
        yield _entrant(f"laconic-w{seconds:g}", title, best.with_window(seconds))


LACONIC: Final[tuple[Entrant, ...]] = tuple(_entrants())
