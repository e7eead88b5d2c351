"""`python -m laconic_bench.link_figures`."""

import sys

from laconic_bench.link_figures.command import main

if __name__ == "__main__":
    sys.exit(main())
