"""What each part of an adaptive body has cost, and how it was coded.

Give the `code` of a ledger to an `Encoder` or a `Decoder` as its `code_body`. Without one, nothing
is counted and nothing is slower.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from laconic_codec.adaptive.body import Body, BodyCoder
from laconic_codec.adaptive.coder import Coder, Contexts
from laconic_codec.adaptive.entries import Entry
from laconic_codec.adaptive.memory import Memory
from laconic_codec.adaptive.model import Model
from laconic_codec.adaptive.situation import Situation
from laconic_codec.adaptive.slots import Slot
from laconic_codec.adaptive.state import Channel, State
from laconic_codec.adaptive.templates import Template
from laconic_codec.adaptive.tokens import Flattened, Value


class Part(StrEnum):
    """What bits are spent on."""

    CURSORS = "cursors"
    """Sequence number, acknowledged, backlog."""
    CHANNELS = "new channels"
    PRESENCE = "channel present"
    """Whether a channel has entries in this frame."""
    TEMPLATE = "shape"
    """Which known shape of message comes."""
    NEW_TEMPLATE = "new shape"
    SLOT = "value"
    MESSAGE_ID = "message id"
    REFERENCE = "reference"
    MORE = "one more"
    """Whether the channel has a further entry."""


class Operation(StrEnum):
    """Ways to code something; see the methods of `Coder`."""

    FLAG = "flag"
    TREE = "tree"
    UNSIGNED = "unsigned"
    SIGNED = "signed"
    RAW = "raw"
    LETTER = "letter"


Step: TypeAlias = tuple[Operation, int]
"""One thing that was coded, and its value."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one part of a body cost."""

    part: Part
    channel: int
    """-1: of the frame as a whole."""
    entry: int
    """Place of the entry in the body; -1: of none."""
    decisions: int
    bits: float
    steps: tuple[Step, ...]
    template: Template | None = None
    """Of the parts of an entry."""
    slot: Slot | None = None
    """Of a value."""
    value: Value = None


class Ledger:
    """Notes what each value, flag and cursor costs, and how it was coded."""

    def __init__(self) -> None:
        self.spent: list[Spent] = []
        """Of the last body, in the order of coding."""

    def code(self, state: State, body: Body, data: bytes | None) -> tuple[Body, Coder]:
        """Do what `code_body` does, and note it."""
        self.spent = []
        coder = _WatchedCoder(state.memory, data)
        return _WatchedBodyCoder(coder, state, self.spent).code(body), coder


class _WatchedCoder(Coder):
    """Remembers what was coded since it was last asked."""

    def __init__(self, memory: Memory, data: bytes | None) -> None:
        super().__init__(memory, data)
        self.steps: list[Step] = []
        self._noted_bits = 0.0
        self._noted_work = 0

    def take_note(self) -> tuple[int, float, tuple[Step, ...]]:
        """Return decisions, bits and steps since the last note."""
        note = (
            self.work - self._noted_work,
            self.spent_bits - self._noted_bits,
            tuple(self.steps),
        )
        self._noted_work, self._noted_bits = self.work, self.spent_bits
        self.steps.clear()
        return note

    def flag(self, contexts: Contexts, mixer: int, flag: bool) -> bool:
        flag = super().flag(contexts, mixer, flag)
        self.steps.append((Operation.FLAG, flag))
        return flag

    def tree(self, contexts: Contexts, mixer: int, bits: int, value: int) -> int:
        value = super().tree(contexts, mixer, bits, value)
        self.steps.append((Operation.TREE, value))
        return value

    def unsigned(self, contexts: Contexts, mixer: int, value: int, start: int = 0) -> int:
        before = len(self.steps)
        value = super().unsigned(contexts, mixer, value, start)
        self.steps[before:] = [(Operation.UNSIGNED, value)]
        return value

    def signed(self, contexts: Contexts, mixer: int, value: int) -> int:
        before = len(self.steps)
        value = super().signed(contexts, mixer, value)
        self.steps[before:] = [(Operation.SIGNED, value)]
        return value

    def raw(self, bits: int, value: int) -> int:
        value = super().raw(bits, value)
        self.steps.append((Operation.RAW, value))
        return value

    def letter(self, contexts: tuple[int, int, int, int], mixer: int, letter: int) -> int:
        letter = super().letter(contexts, mixer, letter)
        self.steps.append((Operation.LETTER, letter))
        return letter


class _Notes:
    """Writes down what the parts of a body cost, one after the other."""

    def __init__(self, coder: _WatchedCoder, spent: list[Spent]) -> None:
        self._coder = coder
        self._spent = spent
        self.channel = -1
        self.entry = 0
        self.template: Template | None = None

    def of_frame(self, part: Part, channel: int = -1) -> None:
        """Write down what came since the last note, if anything did."""
        decisions, bits, steps = self._coder.take_note()
        if decisions:
            self._spent.append(Spent(part, channel, -1, decisions, bits, steps))

    def of_entry(self, part: Part, slot: Slot | None = None, value: Value = None) -> None:
        """The same for a part of the present entry."""
        note = self._coder.take_note()
        if note[0]:
            spent = Spent(part, self.channel, self.entry, *note, self.template, slot, value)
            self._spent.append(spent)


class _WatchedModel(Model):
    def __init__(self, coder: _WatchedCoder, state: State, notes: _Notes) -> None:
        super().__init__(coder, state)
        self._notes = notes

    def _template(self, number: int, channel: Channel, wanted: Flattened | None) -> Template:
        known = set(self._state.shelf.by_digest)
        template = super()._template(number, channel, wanted)
        self._notes.template = template
        is_known = template.digest in known
        self._notes.of_entry(Part.TEMPLATE if is_known else Part.NEW_TEMPLATE)
        return template

    def _value(self, slot: Slot, value: Value, around: Situation) -> Value:
        value = super()._value(slot, value, around)
        self._notes.of_entry(Part.SLOT, slot, value)
        return value


class _WatchedBodyCoder(BodyCoder):
    def __init__(self, coder: _WatchedCoder, state: State, spent: list[Spent]) -> None:
        super().__init__(coder, state)
        self._notes = _Notes(coder, spent)
        self._model = _WatchedModel(coder, state, self._notes)

    def _cursors(self, wanted: tuple[int, int, int]) -> tuple[int, int, int]:
        cursors = super()._cursors(wanted)
        self._notes.of_frame(Part.CURSORS)
        return cursors

    def _new_channels(self, count: int) -> None:
        super()._new_channels(count)
        self._notes.of_frame(Part.CHANNELS)

    def _run(
        self, number: int, channel: Channel, wanted: tuple[Entry, ...], before: int
    ) -> list[Entry]:
        entries = super()._run(number, channel, wanted, before)
        self._notes.of_frame(Part.PRESENCE, number)
        return entries

    def _entry(self, number: int, channel: Channel, wanted: Entry | None) -> Entry:
        self._notes.of_frame(Part.PRESENCE, number)
        self._notes.channel = number
        entry = super()._entry(number, channel, wanted)
        self._notes.entry += 1
        return entry

    def _more(self, number: int, channel: Channel, so_far: int, more: bool) -> bool:
        more = super()._more(number, channel, so_far, more)
        self._notes.of_frame(Part.MORE, number)
        return more

    def _message_id(self, number: int, wanted: str) -> str:
        message_id = super()._message_id(number, wanted)
        self._notes.of_entry(Part.MESSAGE_ID, value=message_id)
        return message_id

    def _reference(self, number: int, wanted: int) -> int:
        reference = super()._reference(number, wanted)
        self._notes.of_entry(Part.REFERENCE, value=(reference, 0))
        return reference
