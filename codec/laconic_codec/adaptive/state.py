"""The state of the adaptive coding: everything that both ends have learned, in one epoch and
direction. It is bounded, whatever the traffic is.
"""

from array import array
from typing import Final

from laconic_codec.adaptive.letters import Ring
from laconic_codec.adaptive.memory import Memory
from laconic_codec.adaptive.records import Records
from laconic_codec.adaptive.shapes import Successors
from laconic_codec.adaptive.templates import Template
from laconic_codec.adaptive.texts import Texts
from laconic_codec.adaptive.tokens import Value, digest
from laconic_codec.registry import Registry

TEMPLATES_MAX: Final = 127
TEMPLATE_TOKENS_MAX: Final = 8_192
"""Most tokens of all templates together."""
NEXT_BITS: Final = 10
CHANNELS_MAX: Final = 1_024
CONDENSED_MESSAGES: Final = 1_024
"""Rows that were written before so many messages are not part of a condensed state."""


class Shelf:
    """The templates, by number, and which one came after which."""

    __slots__ = ("_tokens", "by_digest", "by_number", "next", "recent")

    def __init__(self) -> None:
        self.by_number: dict[int, Template] = {}
        """Numbers begin at 1."""
        self.by_digest: dict[int, int] = {}
        self.recent: list[int] = []
        """Numbers, the most recently used first."""
        self.next = array("H", [0]) * (1 << NEXT_BITS)
        """By hash of the templates before: number of the one that came next; from bit 8 on, how
        often in a row."""
        self._tokens = 0

    def copy(self) -> "Shelf":
        """Return a shelf that goes its own way from here; templates are shared."""
        other = Shelf.__new__(Shelf)
        other.by_number = self.by_number.copy()
        other.by_digest = self.by_digest.copy()
        other.recent = self.recent[:]
        other.next = self.next[:]
        other._tokens = self._tokens
        return other

    def rendered(self, tokens: list[int], values: list[Value]) -> str:
        """Return the payload of the template with some tokens; empty if there is none."""
        template = self.by_number.get(self.by_digest.get(digest(tokens), 0))
        if template is None or template.tokens.tolist() != tokens:
            return ""
        try:
            return template.render(values)
        except ValueError:
            return ""

    def names(self) -> dict[int, str]:
        """Return the names that the templates have learned."""
        names: dict[int, str] = {}
        for number in sorted(self.by_number):
            names.update(self.by_number[number].names)
        return names

    def add(self, template: Template) -> int:
        """Put up a template; return its number. Those that were not used for longest make room."""
        self._tokens += len(template.tokens)
        while len(self.recent) >= TEMPLATES_MAX or self._tokens > TEMPLATE_TOKENS_MAX:
            oldest = self.by_number.pop(self.recent.pop())
            del self.by_digest[oldest.digest]
            self._tokens -= len(oldest.tokens)
        number = next(n for n in range(1, TEMPLATES_MAX + 1) if n not in self.by_number)
        self.by_number[number] = template
        self.by_digest[template.digest] = number
        self.recent.insert(0, number)
        return number

    def restore(self, number: int, template: Template) -> None:
        """Put a template back, behind those that are there."""
        self._tokens += len(template.tokens)
        self.by_number[number] = template
        self.by_digest[template.digest] = number
        self.recent.append(number)

    def use(self, number: int) -> None:
        """Note that a template was used."""
        if self.recent[0] != number:
            self.recent.remove(number)
            self.recent.insert(0, number)


class Channel:
    """What is known of one charger."""

    __slots__ = ("before", "entity", "last", "presence", "run", "time")

    def __init__(self) -> None:
        self.last = 0
        """Digest of the last template."""
        self.before = 0
        """Digest of the one before."""
        self.time = 0
        """Last timestamp, in microseconds since 2020; 0: none yet."""
        self.presence = 0
        """Bits that are 1 if a frame had messages of this charger, the last frame lowest."""
        self.run = 0
        """How many items of this charger the last such frame had."""
        self.entity = -1
        """Number of the connector, EVSE or transaction that was named last; -1: none yet."""

    def copy(self) -> "Channel":
        """Return a channel that goes its own way from here."""
        other = Channel.__new__(Channel)
        for name in Channel.__slots__:
            setattr(other, name, getattr(self, name))
        return other


class Prior:
    """What training has left: how likely things are, and which token follows which."""

    __slots__ = ("memory", "successors")

    def __init__(self, memory: Memory, successors: Successors) -> None:
        self.memory = memory
        self.successors = successors


class State:
    """All of it."""

    __slots__ = (
        *("chain", "channels", "cursors", "items", "memory", "messages", "records"),
        *("registry", "ring", "shelf", "successors", "texts", "time"),
    )

    def __init__(self, registry: Registry, prior: Prior | None = None) -> None:
        """`prior` is what training has left; None: nothing is known."""
        self.registry = registry
        self.memory = prior.memory.copy() if prior else Memory()
        self.successors = prior.successors.copy() if prior else Successors()
        self.records = Records()
        self.texts = Texts(registry)
        self.ring = Ring()
        self.shelf = Shelf()
        self.channels: list[Channel] = []
        self.messages = 0
        """Messages so far: the time that records go by."""
        self.time = 0
        """Last timestamp of any charger."""
        self.items = 0
        """Sequence number of the next item."""
        self.cursors: tuple[int, int] = (0, 0)
        """What the last frame acknowledged, and its backlog."""
        self.chain = 0
        """See `seal`."""

    def condensed(self, prior: Prior) -> "State":
        """Return what is left of a state when it is kept over a restart.

        How likely things are is soon learned again and takes most of the room: it starts anew from
        the prior. The letters and the rows that were not written lately are forgotten too.
        """
        other = self.copy()
        other.memory = prior.memory.copy()
        other.successors = prior.successors.copy()
        other.ring = Ring()
        other.records.forget_before(self.messages - CONDENSED_MESSAGES)
        return other

    def copy(self) -> "State":
        """Return a state that goes its own way from here."""
        other = State.__new__(State)
        other.registry = self.registry
        other.memory = self.memory.copy()
        other.successors = self.successors.copy()
        other.records = self.records.copy()
        other.texts = self.texts.copy()
        other.ring = self.ring.copy()
        other.shelf = self.shelf.copy()
        other.channels = [channel.copy() for channel in self.channels]
        other.messages = self.messages
        other.time = self.time
        other.items = self.items
        other.cursors = self.cursors
        other.chain = self.chain
        return other
