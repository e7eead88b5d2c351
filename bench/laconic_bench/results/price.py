"""What a megabyte costs, and how many there are for a month."""

from dataclasses import dataclass

from laconic_bench.results.numbers_text import decimal_text


@dataclass(frozen=True, slots=True)
class Price:
    """What a megabyte costs; without a currency, costs are in megabytes."""

    per_mb: float = 1.0
    currency: str = "MB"
    budget_mb: float = 25.0
    """In a month, for the whole site."""

    def text(self, megabytes: float) -> str:
        """Return a cost as tables show it."""
        return decimal_text(megabytes * self.per_mb)
