"""The chargers of a demo site."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from laconic_bench.charger import Account, Charger, Pace
from laconic_bench.charger_16 import Charger16
from laconic_bench.makes import ACACIA, BAOBAB, CASSIA, DOUM, ELAEIS, Make
from laconic_bench.notebook import Notebook
from laconic_bench.station_201 import Station201
from laconic_bench.swap_cabinet import SwapCabinet

TWO_WHEELER_CHARGERS: Final = 12


@dataclass(frozen=True, slots=True)
class Place:
    """One charger of the site: who it is and what it is."""

    identity: str
    password: str
    kind: type[Charger16] | type[Station201] | type[SwapCabinet]
    make: Make


def plan_site(rng: random.Random) -> list[Place]:
    """Returns twelve two-wheeler chargers of three makes, one station and one swap cabinet."""
    makes = (ACACIA, BAOBAB, CASSIA)
    places = [
        Place(f"BODA-{number:02d}", _password(rng), Charger16, makes[number % len(makes)])
        for number in range(1, TWO_WHEELER_CHARGERS + 1)
    ]
    places.append(Place("STATION-1", _password(rng), Station201, DOUM))
    places.append(Place("SWAP-1", _password(rng), SwapCabinet, ELAEIS))
    return places


def build_chargers(
    places: Sequence[Place], url: str, pace: Pace, notebook: Notebook, seed: int
) -> list[Charger]:
    """Returns the chargers of a plan; `url` is the server without the identity."""
    return [
        place.kind(
            Account(place.identity, place.password, url),
            place.make,
            pace,
            notebook,
            random.Random(f"{seed} {place.identity}"),
        )
        for place in places
    ]


def _password(rng: random.Random) -> str:
    return f"{rng.getrandbits(80):020x}"
