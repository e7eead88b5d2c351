"""Writes the tables of the docs from files of results.

    python -m laconic_bench.results.docs_tables --docs PAGE --readme README.md RESULT...

The page gets every table, the README the megabytes of a month. The first file that has no outage
says which link both are about; the page has a table for the other links.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from laconic_bench.results.docs_page import page_lines, readme_lines
from laconic_bench.results.markdown import write_section
from laconic_bench.results.result_file import ResultError, read_all

SECTION: Final = "benchmarks"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m laconic_bench.results.docs_tables")
    parser.add_argument("--docs", type=Path, required=True, help="the page with all tables")
    parser.add_argument("--readme", type=Path, required=True, help="the file with one table")
    parser.add_argument("results", type=Path, nargs="+", help="made by laconic bench run --json")
    options = parser.parse_args(arguments)
    try:
        results = read_all(options.results)
        write_section(options.docs, SECTION, list(page_lines(results)))
        write_section(options.readme, SECTION, list(readme_lines(results)))
    except ResultError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
