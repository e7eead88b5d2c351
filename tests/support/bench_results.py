"""Results of the benchmark as a run might write them: of a size that is likely, but invented."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st

from laconic_bench.results.result import (
    DEFAULT_CONTENDER,
    WINDOW,
    Contender,
    Figures,
    LinkSettings,
    Percentiles,
    Result,
    Setting,
)
from laconic_bench.results.result_file import write
from laconic_bench.units import MEGABYTE

JSON_BYTES: Final = 154_000_000
MESSAGES: Final = 660_000
SITES: Final = {"chaji": 1, "swap": 4, "boda-site": 12, "depot": 105}
"""Scenario and chargers."""
ACTIONS: Final = {
    "MeterValues": 60,
    "TransactionEvent": 22,
    "StatusNotification": 9,
    "Authorize": 4,
    "StartTransaction": 2,
    "StopTransaction": 2,
    "BatterySwap": 1,
    "Heartbeat": 5,
    "no action": 3,
}
CAUSES: Final = {"messages": 80, "acknowledgements": 9, "keepalive": 6, "repetition": 4, "setup": 1}
LINKS: Final = {
    "2g": LinkSettings(600.0, 80.0, 32_000.0, 0.02, 120.0),
    "nbiot": LinkSettings(2_000.0, 400.0, 20_000.0, 0.05, 120.0),
    "lte": LinkSettings(60.0, 10.0, 1_000_000.0, 0.005, 30.0),
}
_TLS: Final = {"payload": 60, "websocket": 3, "tls": 14, "tcp": 12, "ip": 11}
_COAP: Final = {"payload": 62, "oscore": 9, "coap": 7, "udp": 7, "ip": 15}


@dataclass(frozen=True)
class Kind:
    """How large the figures of a contender are."""

    wire_mb: float
    """In a month of 12 chargers."""
    layers: dict[str, int]
    window_seconds: float | None = None
    is_computed: bool = False


CONTENDERS: Final = {
    "laconic": Kind(2.87, _COAP, 60.0),
    "laconic-window-0": Kind(6.9, _COAP, 0.0),
    "laconic-window-300": Kind(2.41, _COAP, 300.0),
    "laconic-window-900": Kind(2.12, _COAP, 900.0),
    "ocppj-tls": Kind(231.4, _TLS),
    "ocppj-tls-deflate": Kind(103.9, _TLS),
    "ocppj-tls-deflate-no-context": Kind(171.2, _TLS),
    "soap-https": Kind(2_310.0, {**_TLS, "http": 40}, is_computed=True),
    "msgpack-ws": Kind(187.0, _TLS),
    "mqtt-tls": Kind(198.3, {**_TLS, "mqtt": 5}),
    "cbor-coap": Kind(91.0, _COAP),
    "zstd-coap": Kind(17.5, _COAP, 60.0),
}
"""The twelve contenders of a sample, the first one alone of a small one."""
ARCHIVERS: Final = {"xz": 4_181_220, "zstd --ultra -22 --long": 4_402_118, "brotli": 4_312_001}
VERSIONS: Final = {"laconic": "0.9.0", "python": "3.12.1", "zstandard": "0.25.0"}


def sample(
    scenario: str = "boda-site",
    link: str = "2g",
    *,
    nat_timeout_seconds: float = 120.0,
    names: Sequence[str] = (*CONTENDERS,),
    days: int = 30,
    seed: int = 1,
) -> Result:
    """Return a result; the same for the same arguments."""
    size = (SITES[scenario] / 12) ** 0.8 * days / 30
    settings = replace(LINKS[link], nat_timeout_seconds=nat_timeout_seconds)
    return Result(
        scenario=scenario,
        link=link,
        days=days,
        seed=seed,
        messages=round(MESSAGES * size),
        json_bytes=round(JSON_BYTES * size),
        entropy_floor_bytes=round(1_420_000 * size, 2),
        heartbeat_entropy_bytes=round(320_000 * size, 2),
        contenders={
            **{name: _contender(name, size, settings, days, seed) for name in names},
            "coap-tcp": Contender(None, reason="aiocoap is not installed"),
        },
        versions=VERSIONS,
        link_settings=settings,
        archivers={name: round(count * size) for name, count in ARCHIVERS.items()},
        chargers=SITES[scenario],
    )


def several() -> list[Result]:
    """Return the results of a whole suite, small enough for a test."""
    return [
        *(sample(scenario) for scenario in SITES),
        sample("boda-site", nat_timeout_seconds=30.0),
        sample("boda-site", "nbiot", names=("laconic", "ocppj-tls")),
    ]


def file_of(folder: Path, *results: Result, name: str = "result.json") -> Path:
    """Write a file of results and return its path."""
    write(folder / name, results)
    return folder / name


def with_figures(result: Result, name: str = DEFAULT_CONTENDER, **changed: Any) -> Result:
    """Return a result with other figures of one contender."""
    contender = result.contenders[name]
    assert contender.figures is not None
    figures = replace(contender.figures, **changed)
    return with_contender(result, name, replace(contender, figures=figures))


def with_contender(result: Result, name: str, contender: Contender) -> Result:
    """Return a result with another contender of this name."""
    return replace(result, contenders={**result.contenders, name: contender})


def without_contender(result: Result, name: str) -> Result:
    """Return a result without a contender."""
    others = {one: found for one, found in result.contenders.items() if one != name}
    return replace(result, contenders=others)


def _contender(name: str, size: float, link: LinkSettings, days: int, seed: int) -> Contender:
    kind, draws = CONTENDERS[name], random.Random(f"{name} {size} {link} {seed}")
    wire_bytes = round(kind.wire_mb * MEGABYTE * size * draws.uniform(0.98, 1.02))
    up = round(wire_bytes * 0.66)
    layers = _shares(wire_bytes, kind.layers)
    window_ms = (kind.window_seconds or 0) * 1_000
    answer = link.round_trip_ms * draws.uniform(1.1, 1.2)
    settings: dict[str, Setting] = {}
    if kind.window_seconds is not None:
        settings = {"mode": "local", "reachability": "always", WINDOW: kind.window_seconds}
    figures = Figures(
        payload_bytes=layers["payload"],
        wire_bytes_up=up,
        wire_bytes_down=wire_bytes - up,
        by_layer=layers,
        by_action=_shares(wire_bytes, ACTIONS),
        by_cause=_shares(wire_bytes, CAUSES),
        latency_ms={} if kind.is_computed else {"interactive": _percentiles(answer)},
        delivery_ms={
            "interactive": _percentiles(answer / 2),
            "telemetry": _percentiles(answer / 2 + window_ms / 2),
        },
        lost=None if kind.is_computed else 0,
        payload_mismatches=None if kind.is_computed else 0,
        repeated_messages=None if kind.is_computed else 0,
        substituted_answers=None if kind.is_computed else 0,
        refused_commands=None if kind.is_computed else 0,
        detection_seconds=None if kind.is_computed else round(draws.uniform(20, 400), 3),
        recovery_seconds=None if kind.is_computed else round(draws.uniform(2, 40), 3),
        cpu_seconds={"site": round(draws.uniform(1, 60), 2), "cloud": 2.5},
        memory_mb={"site": 61.5},
        daily_wire_bytes=tuple(_days(wire_bytes, days, draws)),
    )
    return Contender(figures, settings, kind.is_computed)


def _percentiles(middle: float) -> Percentiles:
    return Percentiles(round(middle, 1), round(middle * 1.9, 1), round(middle * 3.6, 1))


def _shares(total: int, weights: dict[str, int]) -> dict[str, int]:
    """Split a number by weights; the first part takes what rounding leaves."""
    whole = sum(weights.values())
    parts = {name: total * weight // whole for name, weight in weights.items()}
    first = next(iter(parts))
    parts[first] += total - sum(parts.values())
    return parts


def _days(total: int, days: int, draws: random.Random) -> list[int]:
    # Sundays are quiet.
    weights = {
        str(day): round(1_000 * draws.uniform(0.8, 1.2) * (0.4 if day % 7 == 6 else 1))
        for day in range(days)
    }
    return list(_shares(total, weights).values())


_NAMES: Final = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1)
_COUNTS: Final = st.integers(0, 2**53)
_NUMBERS: Final = st.floats(0, 1e12)
_SETTINGS: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    _NAMES,
)


def _split(total: int, names: list[str], cuts: list[int]) -> dict[str, int]:
    edges = [0, *sorted(cut % (total + 1) for cut in cuts[: len(names) - 1]), total]
    return {name: edges[at + 1] - edges[at] for at, name in enumerate(names)} if names else {}


@st.composite
def _figures(draw: st.DrawFn) -> Figures:
    up, down = draw(_COUNTS), draw(_COUNTS)

    def parts() -> dict[str, int]:
        cuts = draw(st.lists(_COUNTS, min_size=3, max_size=3))
        names = draw(st.lists(_NAMES, max_size=4, unique=True))
        return _split(up + down, names, cuts)

    percentiles = st.lists(_NUMBERS, min_size=3, max_size=3).map(sorted)
    classes = st.dictionaries(
        _NAMES, percentiles.map(lambda three: Percentiles(*three)), max_size=3
    )
    ends = st.dictionaries(_NAMES, _NUMBERS, max_size=2)
    return Figures(
        payload_bytes=draw(_COUNTS),
        wire_bytes_up=up,
        wire_bytes_down=down,
        by_layer=parts(),
        by_action=parts(),
        by_cause=parts(),
        latency_ms=draw(classes),
        delivery_ms=draw(classes),
        lost=draw(st.none() | _COUNTS),
        payload_mismatches=draw(st.none() | _COUNTS),
        repeated_messages=draw(st.none() | _COUNTS),
        substituted_answers=draw(st.none() | _COUNTS),
        refused_commands=draw(st.none() | _COUNTS),
        detection_seconds=draw(st.none() | _NUMBERS),
        recovery_seconds=draw(st.none() | _NUMBERS),
        cpu_seconds=draw(ends),
        memory_mb=draw(ends),
        daily_wire_bytes=tuple(parts().values()),
    )


_CONTENDERS: Final = st.one_of(
    st.builds(Contender, st.none(), reason=_NAMES),
    st.builds(
        Contender,
        _figures(),
        st.dictionaries(_NAMES, _SETTINGS, max_size=3),
        st.booleans(),
        st.none() | _NAMES,
    ),
)
_LINK_SETTINGS: Final = st.builds(
    LinkSettings,
    round_trip_ms=_NUMBERS,
    jitter_ms=_NUMBERS,
    rate_bits_per_second=st.none() | _NUMBERS,
    loss=st.floats(0, 1),
    nat_timeout_seconds=st.none() | _NUMBERS,
)
RESULTS: Final = st.builds(
    Result,
    scenario=_NAMES,
    link=_NAMES,
    days=st.floats(0.001, 1_000),
    seed=st.integers(-(2**62), 2**62),
    messages=_COUNTS,
    json_bytes=_COUNTS,
    entropy_floor_bytes=st.none() | _NUMBERS,
    contenders=st.dictionaries(_NAMES, _CONTENDERS, max_size=3),
    versions=st.dictionaries(_NAMES, _NAMES, max_size=3),
    link_settings=st.none() | _LINK_SETTINGS,
    measured=st.sampled_from(["model", "live"]),
    archivers=st.dictionaries(_NAMES, _COUNTS, max_size=3),
    chargers=st.none() | _COUNTS,
    heartbeat_entropy_bytes=st.none() | _NUMBERS,
    events=st.lists(_NAMES, max_size=2).map(tuple),
)
"""Any results that the file format can hold."""
