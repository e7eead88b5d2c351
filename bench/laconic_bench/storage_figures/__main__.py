"""`python -m laconic_bench.storage_figures`."""

import sys

from laconic_bench.storage_figures.command import main

if __name__ == "__main__":
    sys.exit(main())
