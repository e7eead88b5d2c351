"""Kills gateway, expander or both at random moments under load, and looks what the CSMS got.

    python -m tests.support.torture --kills 1000 --seed 1
    python -m tests.support.torture --kills 25 --share "1 3"      runs one share again

Real processes, real sockets, SIGKILL. Chargers send one CALL after the other, over a new
connection when the old one is gone. At the end everything that was acknowledged to a charger has
arrived at the CSMS, once in effect, in order, and nothing else has. Once in effect: after a lost
CSMS socket the last message of a charger may come again, with the same message id and before any
other.
"""

import argparse
import asyncio
import io
import itertools
import random
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from laconic_bench.ports import free_port
from tests.support.ocppj import Message
from tests.support.raw import RawCsms, raw_csms, with_id
from tests.support.services import Plan, Services, SiteCharger, services
from tests.support.tireless import Promise, TirelessCharger
from tests.support.verdict import Verdict, commit_now, on_all_cores, record, report

SHARE: Final = 25
"""Kills of one pair of services."""
CHARGERS: Final = (
    SiteCharger("CP 1"),
    SiteCharger("CP/2"),
    SiteCharger("CP3", answers="relay"),
)
BATCH_SECONDS: Final = {"telemetry": 0.2, "status": 0.1, "transaction": 0.0, "alarm": 0.0}
QUIET_SECONDS: Final = 1.0
"""Longest time from the service being back to the next kill."""
PATIENCE_SECONDS: Final = 60.0
"""A service that is not back after this has failed; 10 seconds are the goal."""
TARGETS: Final = (("site",), ("expander",), ("site", "expander"))


def run_share(seed: str, kills: int) -> Verdict:
    """Kill so many times, then judge."""
    verdict, logs = Verdict(), io.StringIO()
    try:
        with TemporaryDirectory() as folder, redirect_stdout(logs):
            asyncio.run(_torture(Path(folder), random.Random(seed), kills, verdict))
    except (AssertionError, TimeoutError) as error:
        verdict.note("seeds_failed", 1, f"{type(error).__name__}: {error}")
    if not verdict.is_clean:
        verdict.seeds_failed = 1
        print(logs.getvalue(), file=sys.stderr)
    verdict.problems = [f"seed {seed}: {problem}" for problem in verdict.problems]
    return verdict


async def _torture(folder: Path, chance: random.Random, kills: int, verdict: Verdict) -> None:
    port = free_port()
    plan = Plan(f"ws://127.0.0.1:{port}{{path}}", CHARGERS, BATCH_SECONDS)
    passwords = {one.identity: one.csms_password for one in CHARGERS}
    async with raw_csms(_answer, passwords, port) as csms, services(folder, plan) as ours:
        chargers = [TirelessCharger(ours.url, one) for one in CHARGERS]
        tasks = [asyncio.create_task(charger.run()) for charger in chargers]
        try:
            for _ in range(kills):
                verdict.figures += await _kill(ours, chance, chargers, csms)
                verdict.runs += 1
        finally:
            for charger in chargers:
                charger.stops = True
            await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE_SECONDS)
        await _all_arrived(chargers, csms)
    for charger in chargers:
        judge(charger.identity, charger.promises, csms.requests(charger.identity), verdict)


async def _kill(
    ours: Services, chance: random.Random, chargers: list[TirelessCharger], csms: RawCsms
) -> list[float]:
    """Kill and start again; return how long nothing new reached the CSMS, if that was awaited."""
    await asyncio.sleep(chance.uniform(0, QUIET_SECONDS))
    targets = [getattr(ours, name) for name in chance.choice(TARGETS)]
    begin = time.monotonic()
    await asyncio.gather(*(target.kill() for target in targets))
    sent = {charger.identity: len(charger.promises) for charger in chargers}
    await asyncio.sleep(chance.choice((0.0, chance.uniform(0, 0.5))))
    await asyncio.gather(*(target.start() for target in targets))
    if chance.random() < 0.3:
        return []  # the next kill may fall into the recovery
    async with asyncio.timeout(PATIENCE_SECONDS):
        while any(_newest(csms, one) < count for one, count in sent.items()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return [time.monotonic() - begin]


def _answer(_identity: str, message: Message) -> str:
    content = '{"status":"Accepted"}' if message.action == "DataTransfer" else "{}"
    return with_id(f'[3,"",{content}]', message.id)


def _newest(csms: RawCsms, identity: str) -> int:
    """Return the number of the newest message of a charger that the CSMS has."""
    requests = csms.requests(identity)
    return Promise.number_of(requests[-1]) if requests else -1


async def _all_arrived(chargers: list[TirelessCharger], csms: RawCsms) -> None:
    """Wait for what was acknowledged, as long as it may take; the judge tells what is missing."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while any(_missing(one, csms) for one in chargers):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    except TimeoutError:
        return


def _missing(charger: TirelessCharger, csms: RawCsms) -> set[int]:
    arrived = {Promise.number_of(one) for one in csms.requests(charger.identity)}
    return {one.number for one in charger.promises if one.acknowledged} - arrived


def judge(
    identity: str, promises: Sequence[Promise], requests: Sequence[Message], verdict: Verdict
) -> None:
    """Compare what a charger was promised with what the CSMS got from it."""
    arrived: list[int] = []
    for index, request in enumerate(requests):
        if index and request.id == requests[index - 1].id:
            continue  # the one message that was in doubt
        number = Promise.number_of(request)
        arrived.append(number)
        known = 0 <= number < len(promises) and promises[number].content == request.content
        verdict.note("corrupted", int(not known), f"{identity}: {request.text}")
    lost = sorted({one.number for one in promises if one.acknowledged} - set(arrived))
    verdict.note("lost", len(lost), f"{identity}: {lost[:9]}")
    repeats = sorted(number for number in set(arrived) if arrived.count(number) > 1)
    verdict.note("duplicated", len(repeats), f"{identity}: {repeats[:9]}")
    first = list(dict.fromkeys(arrived))
    jumps = [n for before, n in itertools.pairwise(first) if n < before]
    verdict.note("reordered", len(jumps), f"{identity}: {jumps[:9]}")


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=50, help="how many")
    parser.add_argument("--seed", type=int, default=1, help="of moments and targets (1)")
    parser.add_argument("--share", help="run the share with this seed only")
    parser.add_argument("--record", action="store_true", help="add a line to docs/records.md")
    given = parser.parse_args(arguments)
    begin, commit = time.monotonic(), commit_now()
    if given.share:
        verdict = run_share(given.share, given.kills)
    else:
        verdict = on_all_cores(run_share, given.seed, given.kills, SHARE, per_core=2)
    seconds = time.monotonic() - begin
    remark = f"{verdict.runs / seconds * 60:.0f} kills/min{_resumed(verdict.figures)}"
    print(remark, file=sys.stderr)
    if given.record:
        command = f"make torture KILLS={given.kills} SEED={given.seed}"
        record(commit, "kill -9", command, verdict.line, seconds, remark)
    return report(verdict)


def _resumed(seconds: list[float]) -> str:
    if not seconds:
        return ""
    return f"; service back after {statistics.median(seconds):.1f} s, at most {max(seconds):.1f} s"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
