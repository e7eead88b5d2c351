"""What may be wrong with a virtual site at the end."""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final


class Trouble(StrEnum):
    """What kind of problem it is."""

    LOST = "lost"
    DUPLICATED = "duplicated"
    REORDERED = "reordered"
    CORRUPTED = "corrupted"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong."""

    trouble: Trouble
    text: str


lost: Final = partial(Problem, Trouble.LOST)
doubled: Final = partial(Problem, Trouble.DUPLICATED)
changed: Final = partial(Problem, Trouble.CORRUPTED)
other: Final = partial(Problem, Trouble.OTHER)
