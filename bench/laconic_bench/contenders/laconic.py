"""Laconic in several settings: coding, who answers, windows, reachability."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from laconic_bench.contenders.entrant import Entrant
from laconic_bench.model.carrier import Carrier, Ends
from laconic_bench.model.laconic.carrier import LaconicCarrier
from laconic_bench.model.laconic.settings import LaconicSettings
from laconic_bench.model.link import ModelLink
from laconic_codec.frame import Coding

METERED: Final = LaconicSettings(transaction_updates="local", window_seconds=300.0)
"""What the documentation recommends for a prepaid SIM: `transaction_updates = "local"`, for the
CSMS of the workloads answers updates with nothing, and meter values that wait up to 300 s."""
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
    told = {
        "answers": settings.answers,
        "transaction_updates": settings.transaction_updates,
        "reachability": settings.reachability,
        "coding": _coding_text(settings.codings),
        "window_seconds": settings.window_seconds,
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
    relay = replace(best, answers="relay", transaction_updates="relay")
    yield _entrant("laconic-relay", "Laconic, the CSMS answers all, updates too", relay)
    yield _entrant("laconic-defaults", "Laconic as it is installed", LaconicSettings())
    for seconds in WINDOWS_SECONDS:
        title = f"Laconic, windows of {seconds:g} s"
        yield _entrant(f"laconic-w{seconds:g}", title, best.with_window(seconds))


LACONIC: Final[tuple[Entrant, ...]] = tuple(_entrants())
