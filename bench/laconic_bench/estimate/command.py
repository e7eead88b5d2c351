"""`laconic estimate`: reads logs, estimates, prints."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress

from laconic_bench.estimate.contenders import Contenders
from laconic_bench.estimate.estimate import estimate
from laconic_bench.estimate.outcome import Outcome, Wishes
from laconic_bench.estimate.table import print_outcome
from laconic_bench.logs.merge import read_all
from laconic_bench.logs.reader import LogFacts
from laconic_bench.results.result_file import check_place, write_text
from laconic_gateway.errors import UsageError

BAD_LINES_SHOWN: Final = 3
"""Of each log; the others are only counted."""
STOPPED: Final = 130
"""Exit code after Ctrl-C, as shells have it."""
_JSON_BEGINS: Final = '{\n  "logs"'


def run(
    logs: Sequence[Path],
    wishes: Wishes,
    fail_over: Sequence[str],
    as_json: bool,
    json_file: Path | None,
    contenders: Contenders,
) -> int:
    """Estimate logs, print the result, and write it to `json_file` if there is one.

    Returns the exit code: 1 if a contender of `fail_over` does not fit the budget, 130 if the user
    has stopped it, else 0.

    Raises:
        UsageError: the logs cannot be read or estimated, there is no such contender, or nothing
            can be written to `json_file`.
    """
    _check(logs, fail_over, contenders)
    if json_file is not None:
        _check_json_file(json_file, logs)
    facts = [LogFacts(str(path)) for path in logs]
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        try:
            outcome = _estimate(facts, wishes, contenders, progress)
        except KeyboardInterrupt:
            progress.stop()
            print("laconic: stopped; there is no estimate", file=sys.stderr)
            return STOPPED
        except OSError as error:
            if error.filename is None:
                raise
            raise UsageError(f"{error.filename}: {error.strerror}. Correct the path.") from None
    _show_bad_lines(facts)
    text = json.dumps(outcome.to_json(), indent=2, ensure_ascii=False)
    _print(text, outcome, contenders, as_json)
    if json_file is not None:
        write_text(json_file, text + "\n")
    return _exit_code(outcome, fail_over)


def _print(text: str, outcome: Outcome, contenders: Contenders, as_json: bool) -> None:
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
    if as_json:
        print(text)
    else:
        print_outcome(Console(), outcome, contenders.advised)


def _check_json_file(path: Path, logs: Sequence[Path]) -> None:
    """Make sure that the JSON can be written, and that nothing is lost by it."""
    if any(one.exists() and path.exists() and one.samefile(path) for one in logs):
        raise UsageError(f"{path} is the log itself. Give --json-file another name")
    check_place(path, begins=_JSON_BEGINS)


def _check(logs: Sequence[Path], fail_over: Sequence[str], contenders: Contenders) -> None:
    for name in fail_over:
        if name not in contenders.carriers:
            known = ", ".join(contenders.carriers)
            raise UsageError(f"--fail-over: there is no contender {name!r}. There are: {known}")
    names = [str(path) for path in logs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"{twice} is given twice. Give each log once")


def _estimate(
    facts: Sequence[LogFacts], wishes: Wishes, contenders: Contenders, progress: Progress
) -> Outcome:
    sizes = [Path(one.name).stat().st_size if one.name != "-" else 0 for one in facts]
    reading = progress.add_task("reading", total=sum(sizes) or None)
    playing = progress.add_task("playing", total=None, visible=False)
    positions = [0] * len(facts)

    def on_read(log: int, position: int) -> None:
        positions[log] = position
        progress.update(reading, completed=sum(positions))

    def on_step(what: str, done: int, total: int) -> None:
        progress.update(reading, visible=False)
        text = f"playing: {what}"
        progress.update(playing, visible=True, description=text, completed=done, total=total)

    return estimate(read_all(facts, on_read), facts, contenders, wishes, on_step)


def _show_bad_lines(facts: Sequence[LogFacts]) -> None:
    for log in facts:
        for line in log.bad_lines[:BAD_LINES_SHOWN]:
            print(
                f"laconic: {log.name}, line {line.number}: {line.reason}: {line.excerpt}",
                file=sys.stderr,
            )
        more = log.unreadable_lines - len(log.bad_lines[:BAD_LINES_SHOWN])
        if more > 0:
            print(f"laconic: {log.name}: {more:,} more lines cannot be read", file=sys.stderr)


def _exit_code(outcome: Outcome, fail_over: Sequence[str]) -> int:
    over = [name for name in fail_over if not outcome.contenders[name].verdict.fits]
    for name in over:
        missing = -outcome.contenders[name].verdict.spare_mb
        print(
            f"laconic: {name} takes {missing:,.1f} MB more than the budget of "
            f"{outcome.wishes.budget_mb:g} MB a month",
            file=sys.stderr,
        )
    return 1 if over else 0
