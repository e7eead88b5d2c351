"""What was counted, and what is told of it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from laconic_bench.codec_stats.sender import KINDS

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | float | bool | None"


@dataclass(slots=True)
class ActionFigures:
    """The messages of one action."""

    messages: int = 0
    payload_json_bytes: int = 0
    bits: float = 0.0
    """What they cost in frames, an even share of what a frame costs besides included."""

    def add(self, other: "ActionFigures") -> None:
        """Take in those of another trace."""
        self.messages += other.messages
        self.payload_json_bytes += other.payload_json_bytes
        self.bits += other.bits

    def to_json(self) -> Json:
        """Return what `--json` prints; the bytes are a fraction of frames, hence no integer."""
        return {
            "messages": self.messages,
            "payload_json_bytes": self.payload_json_bytes,
            "bytes": round(self.bits / 8, 3),
        }


@dataclass(slots=True)
class Clock:
    """Time of the processor that messages took."""

    nanoseconds: int = 0
    frames: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])
    """Of each frame: nanoseconds for a message, and how many messages it had."""

    def add(self, nanoseconds: int, messages: int) -> None:
        """Take in the time of one frame."""
        self.nanoseconds += nanoseconds
        if messages:
            self.frames.append((nanoseconds / messages, messages))

    def mean_microseconds(self) -> float | None:
        """Return the mean of all messages; None: there are none."""
        messages = sum(count for _, count in self.frames)
        return round(self.nanoseconds / 1000 / messages, 1) if messages else None

    def median_microseconds(self) -> float | None:
        """Return the median of all messages, where those of a frame share its time evenly."""
        half = sum(count for _, count in self.frames) / 2
        seen = 0
        for nanoseconds, count in sorted(self.frames):
            seen += count
            if seen >= half:
                return round(nanoseconds / 1000, 1)
        return None


@dataclass(frozen=True, slots=True, order=True)
class StateSize:
    """Of what an encoder has learned."""

    exported_bytes: int = 0
    buffer_bytes: int = 0
    """In memory, as flat buffers."""
    object_bytes: int = 0
    """In memory, as Python's objects."""


@dataclass(slots=True)
class Figures:
    """Of one trace, or of several."""

    messages: int = 0
    payload_json_bytes: int = 0
    frames: int = 0
    frame_bytes: int = 0
    escapes: int = 0
    differences: int = 0
    """Frames that did not bring back what was sent."""
    is_verified: bool = True
    encode: Clock = field(default_factory=Clock)
    decode: Clock = field(default_factory=Clock)
    state: StateSize = StateSize()
    """The largest one."""
    xz_bytes: int = 0
    unreadable_lines: int = 0
    codings: Counter[str] = field(default_factory=Counter[str])
    """Frames, by `KINDS`."""
    by_action: dict[str, ActionFigures] = field(default_factory=dict[str, ActionFigures])

    @property
    def lossless(self) -> bool | None:
        """Tell whether everything came back; None if nobody looked."""
        return not self.differences if self.is_verified else None

    def action(self, name: str) -> ActionFigures:
        """Return the figures of an action, to be changed."""
        return self.by_action.setdefault(name, ActionFigures())

    def add(self, other: "Figures") -> None:
        """Take in those of another trace: sums, but of two states the larger one."""
        for name in (
            *("messages", "payload_json_bytes", "frames", "frame_bytes", "escapes"),
            *("differences", "xz_bytes", "unreadable_lines"),
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.state = max(self.state, other.state)
        for own, others in ((self.encode, other.encode), (self.decode, other.decode)):
            own.nanoseconds += others.nanoseconds
            own.frames += others.frames
        self.codings.update(other.codings)
        for action, figures in other.by_action.items():
            self.action(action).add(figures)

    def to_json(self) -> dict[str, Json]:
        """Return what `--json` prints of one trace, or of all together."""
        ordered = sorted(self.by_action.items(), key=lambda entry: -entry[1].bits)
        return {
            "messages": self.messages,
            "payload_json_bytes": self.payload_json_bytes,
            "frames": self.frames,
            "frame_bytes": self.frame_bytes,
            "bytes_per_message": self.bytes_per_message(),
            "lossless": self.lossless,
            "escapes": self.escapes,
            "encode_us_per_message": self.encode.mean_microseconds(),
            "encode_us_median": self.encode.median_microseconds(),
            "decode_us_per_message": self.decode.mean_microseconds(),
            "decode_us_median": self.decode.median_microseconds(),
            "state_bytes": self.state.exported_bytes,
            "state_memory_bytes": self.state.buffer_bytes,
            "state_object_bytes": self.state.object_bytes,
            "xz_bytes": self.xz_bytes,
            "unreadable_lines": self.unreadable_lines,
            "codings": {kind: self.codings[kind] for kind in KINDS},
            "by_action": {action: figures.to_json() for action, figures in ordered},
        }

    def bytes_per_message(self) -> float | None:
        """Return the mean; None if there are no messages."""
        return round(self.frame_bytes / self.messages, 3) if self.messages else None
