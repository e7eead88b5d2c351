"""The stories in the `adaptive` coding, by the name of their file."""

from collections.abc import Callable
from typing import Final

from tests.support.vectors import charger_stories, frame_stories, odd_stories
from tests.support.vectors.tape import Tape

STORIES: Final[dict[str, Callable[[Tape], None]]] = {
    "01-cold-start": charger_stories.cold_start,
    "02-meter-values": charger_stories.meter_values,
    "03-phases": charger_stories.phases,
    "04-cabinet": charger_stories.cabinet,
    "05-losses": frame_stories.losses,
    "06-oddities": odd_stories.oddities,
    "07-crowding": odd_stories.crowding,
    "08-downlink": charger_stories.downlink,
    "09-refusals": frame_stories.refusals,
    "10-a-site": charger_stories.a_site,
    "11-entities": charger_stories.entities,
    "12-restarts": frame_stories.restarts,
}
