"""How large a site is, what its operator has set, and how often something fails."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """Settings of a site; the defaults are those of the workload `boda-site`."""

    riders: int = 60
    """People who use the site."""
    batteries: int = 120
    """Swap batteries that circulate."""
    heartbeat_seconds: int = 240
    slot_sample_seconds: int = 900
    """SampledDataTxUpdatedInterval of cabinets: between TransactionEvents with meter values."""
    stream_seconds: int = 300
    stream_values: int = 6
    """A temperature of each slot every 5 minutes, six in a message (OCPP 2.1, N11)."""
    power_cuts_per_day: float = 1 / 12
    """Two or three cuts a month (assumption; East African utilities report more)."""
    failures_per_day: float = 1 / 25
    """A station's own restarts: about one a month (assumption)."""
