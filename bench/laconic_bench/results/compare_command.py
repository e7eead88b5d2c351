"""`laconic bench compare`: prints what has changed between two files of results."""

import json
from pathlib import Path

from laconic_bench.results import comparison_text
from laconic_bench.results.comparison import compare
from laconic_bench.results.limit import Limits, byte_limit, time_limit
from laconic_bench.results.result_file import read


def run(old: Path, new: Path, max_bytes: str, max_latency: str, as_json: bool) -> int:
    """Compare two files and print the result; return the exit code: 1 if something got worse.

    Raises:
        ResultError: a file or a limit is wrong, or the files are not of the same work.
    """
    limits = Limits(byte_limit(max_bytes), time_limit(max_latency))
    found = compare(read(old), read(new), limits)
    if as_json:
        print(json.dumps(comparison_text.to_tree(found), indent=2))
    else:
        print(comparison_text.markdown(found), end="")
    return 1 if found.regressions else 0
