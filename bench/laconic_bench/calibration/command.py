"""Measures links live, and writes the page that has the model beside it.

    python -m laconic_bench.calibration run --link 2g --lossless --json 2g.json
    python -m laconic_bench.calibration page 2g.json lte.json > docs/calibration.md

The first takes as long as its part of the day does, and needs root. The second plays the model.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from laconic_bench.calibration.page import write
from laconic_bench.calibration.spread import SEEDS
from laconic_bench.contenders.catalog import chosen
from laconic_bench.live.namespaces import NetworkError, lacking
from laconic_bench.radio.profiles import PROFILES, LinkProfile
from laconic_bench.results import result_file
from laconic_bench.suite.links import NAT_SECONDS
from laconic_bench.suite.run import Run
from laconic_bench.suite.script import Work
from laconic_gateway.errors import GatewayError

SCENARIO: Final = "boda-site"
FROM_HOUR: Final = 13.0
"""The busiest part of the first day: sessions begin, batteries are swapped."""
DAYS: Final = 0.014
CONTENDERS: Final = ("laconic", "laconic-relay", "ocppj-tls", "ocppj-deflate", "mqtt-tls")
NO_LINK: Final = "no link"
"""Instead of a link: packets are passed on at once. What remains is what the programs need."""
LOSSLESS: Final = ", no loss"
"""Behind the name of a link."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "run":
            _run(options)
        else:
            lives = [one for one in result_file.read_all(options.results) if one.measured == "live"]
            print("\n".join(write(lives, options.seeds)))
    except GatewayError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m laconic_bench.calibration")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="measure a link live")
    run.add_argument("--link", choices=[*sorted(PROFILES), NO_LINK], required=True)
    run.add_argument("--lossless", action="store_true", help="the same link without its loss")
    run.add_argument("--days", type=float, default=DAYS, metavar="N")
    run.add_argument("--seed", type=int, default=1, metavar="N")
    run.add_argument("--json", type=Path, required=True, metavar="FILE")
    page = commands.add_parser("page", help="print the page of results")
    page.add_argument("--seeds", type=int, default=SEEDS, metavar="N", help="runs of the model")
    page.add_argument("results", type=Path, nargs="+", metavar="FILE")
    return parser


def _run(options: argparse.Namespace) -> None:
    if reason := lacking():
        raise NetworkError(f"{reason}: a calibration needs Linux and root")
    result_file.check_place(options.json)
    profile, name = PROFILES.get(options.link, LinkProfile()), options.link
    if options.lossless:
        profile, name = replace(profile, loss=0.0), name + LOSSLESS
    work = Work(SCENARIO, options.seed, options.days, profile, NAT_SECONDS, from_hour=FROM_HOUR)
    entrants = chosen(CONTENDERS)
    live = Run(work, name, entrants, len(entrants), "live").measure()
    load = f"{os.getloadavg()[2]:.1f}"  # of the last 15 minutes
    versions = {**live.versions, "load average": load}
    result_file.write(options.json, [replace(live, versions=versions)])
