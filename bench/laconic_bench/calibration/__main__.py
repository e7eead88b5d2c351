"""python -m laconic_bench.calibration run|page."""

import sys

from laconic_bench.calibration.command import main

if __name__ == "__main__":
    sys.exit(main())
