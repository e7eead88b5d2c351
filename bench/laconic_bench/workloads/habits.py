"""What riders do at a charger, and what batteries they come with.

Distributions that chargers of all versions share (assumptions; delays have the shape of human
ones).
"""

from typing import Final

from laconic_bench.workloads.tables import Table, even, lognormal, normal

REMOTE_SHARE: Final = 0.25
"""Sessions that riders start on their telephones."""
FIRST_CHARGE: Final = normal(mean=32.0, sigma=14.0, first=5, last=80)
"""State of charge at the start, in percent."""
REGISTER_START_WH: Final = even(40_000, 4_000_000)
"""What the energy register shows when the trace begins."""
START_SECONDS: Final = lognormal(median=14.0, spread=0.5, first=3, last=120)
"""From the plug to the start."""
CONTACTOR_SECONDS: Final = Table(1, [6.0, 3.0, 1.0])
"""From the start to the current."""
UNPLUG_SECONDS: Final = lognormal(median=9.0, spread=0.6, first=2, last=180)
"""From the stop to the free connector."""
STAY_SECONDS: Final = lognormal(median=2700.0, spread=0.55, first=240, last=14_400)
"""From the start to the stop."""
STOP_REASONS: Final = ("EVDisconnected", "Local", "Remote")
STOP_SHARES: Final = [0.45, 0.40, 0.15]
ASK_EARLY_MS: Final = 900
"""Between what a rider or the CSMS asks for and the charger's doing it."""
FULL_WATTS: Final = 1_500.0
"""Power at which a charger warms up fully."""
