"""`python -m laconic_bench.fuzz_link`."""

import sys

from laconic_bench.fuzz_link.command import main

if __name__ == "__main__":
    sys.exit(main())
