"""Goldens of the benchmark: bytes and latencies of short runs, exact.

    python -m tests.support.goldens --update

A change of the product that changes a byte on the wire shows here as a difference that a reviewer
reads. The files say which versions they depend on; where others are installed, the contenders that
depend on them are left out.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from laconic_bench.contenders.catalog import chosen
from laconic_bench.radio.profiles import PROFILES
from laconic_bench.results import result_file
from laconic_bench.results.result import Contender, Result
from laconic_bench.suite.run import Run
from laconic_bench.suite.script import Work
from laconic_bench.suite.versions import versions

FILE: Final = Path(__file__).parents[1] / "bench" / "goldens" / "results.json"
KEPT_VERSIONS: Final = (
    *("registry", "aiocoap", "cbor2", "zstandard", "websockets", "openssl", "zlib"),
)
DEPENDS: Final = {
    "laconic": ("registry", "aiocoap", "zstandard"),
    "laconic-active": ("registry", "aiocoap", "zstandard"),
    "laconic-relay": ("registry", "aiocoap", "zstandard"),
    "coap-cbor": ("aiocoap", "cbor2"),
    "coap-zstd": ("aiocoap", "zstandard"),
    "ocppj-tls": ("websockets", "openssl"),
    "ocppj-deflate": ("websockets", "openssl", "zlib"),
}
"""Contenders with goldens, and the libraries that decide about their bytes."""
RUNS: Final = (
    ("chaji", "2g", 120.0, 1.0, tuple(DEPENDS)),
    ("boda-site", "nbiot", 30.0, 0.1, ("laconic", "ocppj-tls")),
    ("swap", "lte", 120.0, 0.1, ("laconic", "coap-zstd")),
    ("depot", "2g", 120.0, 0.02, ("laconic",)),
    ("bad-day", "2g", 30.0, 0.1, ("laconic", "ocppj-deflate")),
)
"""Scenario, link, seconds of the NAT, days, contenders."""


def measure(jobs: int = 2) -> list[Result]:
    """Run everything."""
    results: list[Result] = []
    for scenario, link, nat_seconds, days, names in RUNS:
        work = Work(scenario, 1, days, PROFILES[link], nat_seconds)
        results.append(_plain(Run(work, link, chosen(names), jobs).measure()))
    return results


def expected() -> list[Result]:
    """Return what the file says."""
    return result_file.read(FILE)


def without_foreign(results: Sequence[Result], golden: Sequence[Result]) -> list[Result]:
    """Return results without the contenders that depend on other versions than the goldens do."""
    installed = versions()
    return [
        replace(
            one,
            contenders={
                name: contender
                for name, contender in one.contenders.items()
                if all(installed.get(v) == known.versions.get(v) for v in DEPENDS[name])
            },
            versions={},
        )
        for one, known in zip(results, golden, strict=True)
    ]


def _plain(result: Result) -> Result:
    """Leave out what is of the machine, and round what a file rounds."""
    contenders = {name: _plain_contender(one) for name, one in result.contenders.items()}
    kept = {name: result.versions[name] for name in KEPT_VERSIONS}
    plain = replace(result, contenders=contenders, versions=kept)
    return plain


def _plain_contender(contender: Contender) -> Contender:
    figures = contender.figures
    assert figures is not None
    return replace(contender, figures=replace(figures, cpu_seconds={}, memory_mb={}))


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the goldens."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.goldens")
    parser.add_argument("--update", action="store_true", required=True, help="write the file")
    parser.parse_args(arguments)
    FILE.parent.mkdir(exist_ok=True)
    result_file.write(FILE, measure())
    return 0


if __name__ == "__main__":
    sys.exit(main())
