"""Records for tests."""

from random import Random
from string import ascii_letters, digits

from hypothesis import strategies as st

from laconic_gateway.core.records import Record, RecordKind

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


def message(sequence: int, charger: str = "CP1", text: str | None = None) -> Record:
    """Returns a message whose text follows from its sequence number."""
    return Record(
        sequence,
        RecordKind.MESSAGE,
        charger,
        f"/ocpp/{charger}",
        "1.6",
        text if text is not None else f'[2,"{sequence}","Heartbeat",{{}}]',
    )


def noise(characters: int, seed: int = 0) -> str:
    """Returns letters and digits that hardly compress."""
    return "".join(Random(seed).choices(ascii_letters + digits, k=characters))


def messages(first: int, last: int, charger: str = "CP1") -> list[Record]:
    """Returns the messages with these sequence numbers, the last one included."""
    return [message(number, charger) for number in range(first, last + 1)]


@st.composite
def records(draw: st.DrawFn, chargers: st.SearchStrategy[str] = TEXTS) -> Record:
    """Draws a record of any kind and content, with sequence number 0."""
    return Record(
        0,
        draw(st.sampled_from(RecordKind)),
        draw(chargers),
        draw(TEXTS),
        draw(TEXTS),
        draw(TEXTS),
        draw(st.integers(0, 2**63 - 1)),
        draw(st.booleans()),
        draw(st.floats(0, 4e9)),
    )
