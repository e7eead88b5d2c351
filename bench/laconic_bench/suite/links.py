"""The links of the benchmark by name."""

from typing import Final

from laconic_bench.radio.profiles import PROFILES, LinkProfile
from laconic_bench.results.result import LinkSettings
from laconic_gateway.errors import UsageError

NAT_SECONDS: Final = 120.0
"""If nobody says anything else; many carriers forget a mapping sooner."""


def profile_of(name: str) -> LinkProfile:
    """Return a link.

    Raises:
        UsageError: there is none of this name.
    """
    if name not in PROFILES:
        raise UsageError(f"there is no link {name!r}. Choose among: {', '.join(PROFILES)}.")
    return PROFILES[name]


def settings_of(profile: LinkProfile, nat_seconds: float) -> LinkSettings:
    """Return what a result says about a link."""
    return LinkSettings(
        round_trip_ms=2_000 * profile.delay_seconds,
        jitter_ms=1_000 * profile.jitter_seconds,
        rate_bits_per_second=profile.rate_bits_per_second or None,
        loss=profile.loss,
        nat_timeout_seconds=nat_seconds,
    )
