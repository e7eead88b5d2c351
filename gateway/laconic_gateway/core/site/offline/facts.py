"""What a site has learned from the CSMS and keeps over a restart: names and values, oldest first.

The core works on the facts in memory; each change is an action that has it written to disk.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeepFact:
    """Write a fact to disk; nobody waits for it."""

    name: str
    value: str
    """Empty: the fact is no longer one."""


class Facts:
    """Facts by name; the oldest ones of a kind make room for new ones."""

    def __init__(self, found: Mapping[str, str], keep: Callable[[KeepFact], None]) -> None:
        """`found` is what was on disk, oldest first; `keep` is called for each change."""
        self._facts = dict(found)
        self._keep = keep

    def get(self, name: str) -> str | None:
        """Return a fact."""
        return self._facts.get(name)

    def put(self, name: str, value: str) -> None:
        """Learn a fact; the same one again costs no write."""
        if self._facts.get(name) != value:
            self._facts.pop(name, None)
            self._facts[name] = value
            self._keep(KeepFact(name, value))

    def drop(self, name: str) -> None:
        """Forget a fact."""
        if self._facts.pop(name, None) is not None:
            self._keep(KeepFact(name, ""))

    def names(self, prefix: str) -> Iterator[str]:
        """Return the names that begin with a prefix, oldest first."""
        return iter([name for name in self._facts if name.startswith(prefix)])

    def limit(self, prefix: str, count: int) -> None:
        """Forget the oldest facts of a kind beyond a number."""
        names = list(self.names(prefix))
        for name in names[: max(0, len(names) - count)]:
            self.drop(name)
