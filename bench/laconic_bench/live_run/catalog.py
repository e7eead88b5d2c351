"""Which contenders can run live."""

import shutil
from collections.abc import Mapping
from importlib.util import find_spec
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


_MQTT: Final = "mqtt-tls"


def live_contender(entrant: Entrant) -> LiveContender | None:
    """Return what plays a contender live; None: `reason_why_not` says why."""
    if isinstance(entrant.make, LaconicFactory):
        settings = entrant.make.settings
        return Laconic(settings) if settings.codings == ALL_CODINGS else None
    if entrant.name == _MQTT and not _lacking_for_mqtt():
        # Only now: the client may not be installed.
        from laconic_bench.live_run.mqtt import mqtt_tls

        return mqtt_tls
    return _OTHERS.get(entrant.name)


def reason_why_not(entrant: Entrant) -> str:
    """Return why a contender cannot run live."""
    if isinstance(entrant.make, LaconicFactory):
        return "not measured live: the gateway has no setting for the coding"
    if entrant.name == _MQTT:
        return f"not measured live: {_lacking_for_mqtt()} is not installed"
    return "not measured live: there are no programs for it in the suite"


def _lacking_for_mqtt() -> str:
    """Return what is missing; empty if everything is there."""
    if shutil.which("mosquitto") is None:
        return "mosquitto"
    return "" if find_spec("paho") else "paho-mqtt"
