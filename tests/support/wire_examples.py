"""The worked examples of docs/wire-profile.md, made by the real encoder and taken apart."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from laconic_codec.adaptive import prior, seal
from laconic_codec.adaptive.body import Body, BodyCoder
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.ledger import Ledger, Spent
from laconic_codec.adaptive.memory import Memory
from laconic_codec.adaptive.slots import Slot
from laconic_codec.adaptive.state import State
from laconic_codec.adaptive.templates import name_of
from laconic_codec.decoder import Decoder
from laconic_codec.frame import Coding, Direction
from laconic_codec.items import Bind, Item, MessageItem
from laconic_codec.messages import Call
from laconic_codec.registry import CORE
from tests.support.vectors.tape import Tape
from tests.support.wire_decisions import mixer_names, table

DECISIONS_SHOWN: Final = 10

_STATUS: Final = '{"connectorId":1,"errorCode":"NoError","status":"Charging"}'
_HEARTBEAT: Final = MessageItem(0, Call("", "Heartbeat", "{}"), answered=True)

FRAMES: Final[tuple[tuple[Item, ...], ...]] = (
    (Bind(0, "/CP1", "1.6"), _HEARTBEAT),
    (MessageItem(0, Call("", "StatusNotification", _STATUS), answered=True),),
    (_HEARTBEAT,),
)
"""What the frames of the adaptive examples carry."""


def cbor_story() -> str:
    """Return the example of section 34.1 as a block."""
    tape = Tape()
    tape.begin("", 1, codings=Coding.CBOR)
    tape.send([MessageItem(0, Call("19", "StatusNotification", _STATUS))], commit=False)
    return _block(line for line in _lines(tape) if not line.startswith("state "))


def adaptive_story(number: int) -> str:
    """Return one of the adaptive examples as a block: 0 is the first."""
    lines = list(_lines(_adaptive_tape()))
    starts = [at for at, line in enumerate(lines) if line.startswith("frame ")]
    ends = [*starts[1:], len(lines)]
    return _block(lines[0 if number == 0 else starts[number] : ends[number]])


def decisions_table() -> str:
    """Return the first decisions of the first frame."""
    coder, names = _watched(), mixer_names()
    head = "| # | decision | mixer | a | b | c | p | bit | range | offset |"
    rows = [
        f"| {number} | {names[seen.mixer]} | {seen.mixer} | {seen.cells[0]} | {seen.cells[1]} |"
        f" {seen.cells[2]} | {seen.probability} | {seen.bit} | 0x{seen.range:08X} |"
        f" 0x{seen.offset:08X} |"
        for number, seen in enumerate(coder.seen[:DECISIONS_SHOWN], 1)
    ]
    return table(head, rows)


def parts_table(number: int) -> str:
    """Return what the bits of a frame are spent on."""
    ledger = Ledger()
    decoder = Decoder(Direction.UP, 1, code_body=ledger.code)
    for encoded in _frames()[: number + 1]:
        decoder.decode(encoded)
    rows = list(_part_rows(ledger.spent))
    head = "| part | entry | decisions | bits | bits so far | ends in byte |"
    check = "| head and check | | 0 | 24 | 24 | 2 |"
    return table(head, (check, *rows))


def _part_rows(spent: Iterable[Spent]) -> Iterator[str]:
    total = 8.0 * seal.HEAD_BYTES
    for part in spent:
        total += part.bits
        what = part.part.value if part.slot is None else f"value of {_slot_name(part)}"
        entry = "" if part.entry < 0 else str(part.entry)
        yield (
            f"| {what} | {entry} | {part.decisions} | {part.bits:.2f} | {total:.2f} |"
            f" {int(total / 8)} |"
        )


def _slot_name(part: Spent) -> str:
    slot, template = part.slot, part.template
    if not isinstance(slot, Slot) or template is None or not slot.key:
        return f"`{part.value}`"
    return f"{name_of(slot.key, template.names, CORE)}: `{part.value}`"


# --- the first frame, decision by decision


@dataclass(frozen=True, slots=True)
class _Seen:
    cells: tuple[int, int, int]
    mixer: int
    probability: int
    bit: int
    range: int
    offset: int


class _WatchingCoder(Coder):
    """Notes each decision under three cells."""

    def __init__(self, memory: Memory, data: bytes) -> None:
        super().__init__(memory, data)
        self.seen: list[_Seen] = []
        self._probability = 0

    def bit(self, first: int, second: int, third: int, mixer: int, bit: int) -> int:
        bit = super().bit(first, second, third, mixer, bit)
        cells = (first, second, third)
        seen = _Seen(cells, mixer, self._probability, bit, self._range, self._offset)
        self.seen.append(seen)
        return bit

    def _decide(self, probability: int, bit: int) -> int:
        self._probability = probability
        return super()._decide(probability, bit)


def _watched() -> _WatchingCoder:
    state = State(CORE, prior.load())
    _, body = seal.read_head(_frames()[0])
    coder = _WatchingCoder(state.memory, body)
    BodyCoder(coder, state).code(Body(0, 0, 0, ()))
    return coder


# --- stories


@cache
def _adaptive_tape() -> Tape:
    tape = Tape()
    tape.begin("", 1)
    for carried in FRAMES:
        tape.send(carried)
    return tape


def _frames() -> list[bytes]:
    lines = _lines(_adaptive_tape())
    return [bytes.fromhex(line[6:]) for line in lines if line.startswith("frame ")]


def _lines(tape: Tape) -> Iterator[str]:
    yield from (line for line in tape.text().splitlines() if not line.startswith("story"))


def _block(lines: Iterable[str]) -> str:
    return "```text\n" + "".join(f"{line}\n" for line in lines) + "```\n"
