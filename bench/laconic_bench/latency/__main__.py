"""`python -m laconic_bench.latency`: measure and print; needs root.

python -m laconic_bench.latency [--chargers 10] [--calls 60]
"""

import argparse
import sys
from collections.abc import Sequence

from laconic_bench.latency.measure import CALLS, CHARGERS, Times, measure
from laconic_bench.live.namespaces import NetworkError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m laconic_bench.latency")
    parser.add_argument("--chargers", type=int, default=CHARGERS, metavar="N", help="of each way")
    parser.add_argument("--calls", type=int, default=CALLS, metavar="N", help="of each charger")
    options = parser.parse_args(arguments)
    try:
        found = measure(options.chargers, options.calls)
    except NetworkError as error:
        print(error, file=sys.stderr)
        return 1
    for name, times in (
        ("Laconic", found.laconic),
        ("OCPP-J over TLS", found.over_tls),
        ("a UDP echo", found.echo),
    ):
        print(f"{name:16} {_text(times)}")
    return 0


def _text(times: Times) -> str:
    parts = [f"p{percent} {1000 * times.quantile(percent):.0f} ms" for percent in (50, 90, 95, 99)]
    return ", ".join([*parts, f"longest {1000 * max(times.seconds):.0f} ms"])


if __name__ == "__main__":
    sys.exit(main())
