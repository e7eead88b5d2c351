"""Whether two runs did the same work, without which a comparison says nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Final

from laconic_bench.results.result import Result
from laconic_bench.results.result_file import ResultError

_REMEDY: Final = (
    "Run both with the same scenario, link, days, seed and events."
    " If the workload itself has changed, make the old file again with it."
)
_SAME_WORK: Final = (
    *("scenario", "link", "measured", "days", "from_hour", "seed", "events"),
    *("messages", "json_bytes"),
)


def check_comparable(old: Sequence[Result], new: Sequence[Result]) -> None:
    """Return if every result of the old run has one of the same work in the new run.

    Raises:
        ResultError: it has not; the text says what differs.
    """
    problems = list(_problems(old, new))
    if problems:
        raise ResultError(f"OLD and NEW cannot be compared: {'; '.join(problems)}. {_REMEDY}")


def _problems(old: Sequence[Result], new: Sequence[Result]) -> Iterator[str]:
    if len(old) == len(new) == 1:
        yield from _differences(old[0], new[0])
        return
    after = {result.key: result for result in new}
    for result in old:
        if result.key not in after:
            yield f"NEW has no result of {result.key}"
        else:
            others = _differences(result, after[result.key])
            yield from (f"{result.key}: {text}" for text in others)


def _differences(old: Result, new: Result) -> Iterator[str]:
    for name in _SAME_WORK:
        yield from _difference(name, getattr(old, name), getattr(new, name))
    before, after = (
        {} if one.link_settings is None else asdict(one.link_settings) for one in (old, new)
    )
    for name in dict.fromkeys((*before, *after)):
        yield from _difference(f"link_settings.{name}", before.get(name), after.get(name))


def _difference(name: str, old: object, new: object) -> Iterator[str]:
    if old != new:
        yield f"{name} is {_text(old)} in OLD and {_text(new)} in NEW"


def _text(value: object) -> str:
    return (", ".join(map(str, value)) or "none") if isinstance(value, tuple) else str(value)  # pyright: ignore
