"""Units of the benchmark: a month has 30 days, a megabyte 1,000,000 bytes, as carriers count."""

from typing import Final

HOUR_SECONDS: Final = 3_600.0
DAY_SECONDS: Final = 86_400.0
MONTH_DAYS: Final = 30
MONTH_SECONDS: Final = MONTH_DAYS * DAY_SECONDS
MEGABYTE: Final = 1_000_000
