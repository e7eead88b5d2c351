"""Plays a workload over the contenders that run over TCP, and prints what they cost.

python -m laconic_bench.model.tcp --days 1
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from time import process_time
from typing import Any

from laconic_bench.model.exchanges import Reader
from laconic_bench.model.link import ModelLink
from laconic_bench.model.replay import Replay
from laconic_bench.model.tcp.carriers import tcp_carriers
from laconic_bench.model.tcp.settings import TcpSettings
from laconic_bench.radio.profiles import PROFILES
from laconic_bench.virtual.schedule import Schedule
from laconic_bench.workloads.catalog import WORKLOADS
from laconic_bench.workloads.workload import START


def main(arguments: Sequence[str] | None = None) -> int:
    """Play; print a JSON object a line for each contender; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m laconic_bench.model.tcp",
        description="Plays a workload over contenders that run over TCP, in virtual time.",
    )
    parser.add_argument("contender", nargs="*", help="without one: all of them")
    parser.add_argument("--workload", choices=sorted(WORKLOADS), default="boda-site")
    parser.add_argument("--days", type=float, default=1.0, metavar="N", help="default: 1")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="default: 1")
    parser.add_argument("--link", choices=sorted(PROFILES), default="2g", help="default: 2g")
    parser.add_argument("--nat-timeout-seconds", type=float, default=120.0, metavar="N")
    options = parser.parse_args(arguments)
    for name in options.contender or tcp_carriers:
        print(json.dumps(_play(name, options)), flush=True)
    return 0


def _play(name: str, options: argparse.Namespace) -> Mapping[str, Any]:
    began = process_time()
    schedule = Schedule(options.seed)
    link = ModelLink(schedule, PROFILES[options.link], options.seed)
    workload = WORKLOADS[options.workload](options.seed, options.days, START)
    replay = Replay(schedule, Reader().exchanges(workload.records()))
    settings = TcpSettings(options.nat_timeout_seconds)
    carrier = replay.carrier = tcp_carriers[name](schedule, link, replay, settings)
    replay.run(options.days * 86_400.0)
    bill, findings = link.bill, replay.findings
    return {
        "contender": name,
        "wire_bytes": bill.wire_bytes,
        "payload_bytes": bill.payload_bytes,
        "layers": dict(bill.layers),
        "causes": bill.by_cause(),
        "packets": dict(bill.packets),
        "latency_ms": findings.latency.percentiles_ms(),
        "delivery_ms": findings.delivery.percentiles_ms(),
        "lost": findings.lost,
        "payload_mismatches": findings.payload_mismatches + carrier.mismatches,
        "repeated": findings.repeated,
        "cpu_seconds": round(process_time() - began, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
