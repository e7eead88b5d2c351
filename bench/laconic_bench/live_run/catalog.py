"""Which contenders can run live."""

from collections.abc import Mapping
from typing import Final

from laconic_bench.contenders.entrant import Entrant
from laconic_bench.contenders.laconic import LaconicFactory
from laconic_bench.live_run.laconic import Laconic
from laconic_bench.live_run.ocppj import OcppJ
from laconic_bench.live_run.world import LiveContender
from laconic_codec.encoder import ALL_CODINGS

_OTHERS: Final[Mapping[str, LiveContender]] = {
    "ocppj-tls": OcppJ(),
    "ocppj-deflate": OcppJ(has_deflate=True),
    "ocppj-deflate-nct": OcppJ(has_deflate=True, has_takeover=False),
}


def live_contender(entrant: Entrant) -> LiveContender | None:
    """Return what plays a contender live; None: `reason_why_not` says why."""
    if isinstance(entrant.make, LaconicFactory):
        settings = entrant.make.settings
        return Laconic(settings) if settings.codings == ALL_CODINGS else None
    return _OTHERS.get(entrant.name)


def reason_why_not(entrant: Entrant) -> str:
    """Return why a contender cannot run live."""
    if isinstance(entrant.make, LaconicFactory):
        return "not measured live: the gateway has no setting for the coding"
    return "not measured live: there are no programs for it in the suite"
