"""The contenders by name."""

from collections.abc import Mapping, Sequence
from typing import Final

from laconic_bench.contenders.coap import COAP
from laconic_bench.contenders.entrant import Entrant
from laconic_bench.contenders.laconic import LACONIC
from laconic_gateway.errors import UsageError

ENTRANTS: Final[Mapping[str, Entrant]] = {one.name: one for one in (*LACONIC, *COAP)}

USUAL: Final = ("laconic", "laconic-active", "laconic-relay", *(one.name for one in COAP))
"""Those that run if nobody says which."""


def chosen(names: Sequence[str]) -> list[Entrant]:
    """Return the contenders of some names; `all` means all, none the usual ones.

    Raises:
        UsageError: there is none of a name.
    """
    wanted: dict[str, None] = {}
    for name in names or USUAL:
        if name != "all" and name not in ENTRANTS:
            raise UsageError(
                f"there is no contender {name!r}. Choose among: {', '.join(ENTRANTS)}, or all."
            )
        wanted |= dict.fromkeys(ENTRANTS if name == "all" else (name,))
    return [ENTRANTS[name] for name in wanted]
