"""Frames that no encoder of ours makes, but that are sealed as if one did.

`largest_frames` lets the model write what an encoder would not put into one frame. `drawn_frame`
begins with the decisions of a valid frame and lets a policy make the rest: the model asks the
coder, the coder says that it reads, answers as the policy says, and writes down what it answered.
"""

import contextlib
from collections.abc import Callable
from typing import Final, TypeAlias

from laconic_codec.adaptive import prior, seal
from laconic_codec.adaptive.body import Body, BodyCoder
from laconic_codec.adaptive.coder import WORK_FREE, WORK_PER_BYTE, Coder, Contexts, TooLong
from laconic_codec.adaptive.entries import Entry
from laconic_codec.adaptive.state import State
from laconic_codec.errors import FrameError
from laconic_codec.frame import Direction
from laconic_codec.limits import FRAME_MAX_BYTES
from laconic_codec.registry import CORE

EPOCH: Final = 1
BODY_MAX_BYTES: Final = FRAME_MAX_BYTES - seal.HEAD_BYTES

Policy: TypeAlias = Callable[[str, int], int]
"""Answers a question: its kind (flag, tree, unsigned, signed, raw, letter) and its bits."""


class _Enough(Exception):
    """Says that a frame has cost all that it may."""


def largest_frames(entries: tuple[Entry, ...]) -> tuple[bytes, bytes]:
    """Return the frame with the most of the first entries that a decoder accepts.

    And the frame with one more entry than that, its bytes cut where a frame must end.
    """
    accepted, refused, largest = 0, len(entries) + 1, b""
    while refused - accepted > 1:
        count = (accepted + refused) // 2
        made = _sealed(entries[:count])
        if made is None:
            refused = count
        else:
            accepted, largest = count, made
    assert accepted, "not even the first entry is accepted"
    return largest, _cut(entries[:refused])


def _sealed(entries: tuple[Entry, ...]) -> bytes | None:
    """Return the frame with some entries; None if it is over a limit."""
    state = _first_state()
    coder = Coder(state.memory, is_unbounded=True)
    chain = state.chain
    try:
        BodyCoder(coder, state).code(Body(0, 0, 0, entries))
        coded = coder.finish()
    except (FrameError, TooLong):
        return None
    return _frame(chain, coded, entries) if len(coded) <= BODY_MAX_BYTES else None


def _cut(entries: tuple[Entry, ...]) -> bytes:
    """Return the frame of some entries, as far as the coder wrote it."""
    state = _first_state()
    coder = _Limitless(state.memory, is_unbounded=True)
    chain = state.chain
    with contextlib.suppress(FrameError):  # a limit; what comes before it is what we want
        BodyCoder(coder, state).code(Body(0, 0, 0, entries))
    return _frame(chain, coder.written()[:BODY_MAX_BYTES], ())


def answers_of(entries: tuple[Entry, ...]) -> list[int]:
    """Return the decisions of a frame with some entries."""
    state = _first_state()
    coder = _Noting(state)
    BodyCoder(coder, state).code(Body(0, 0, 0, entries))
    return coder.answers


def drawn_frame(answers: list[int], policy: Policy, attempts: int) -> bytes:
    """Return a frame with the given decisions, and then those of a policy.

    Where the model does not go on, the last ones are made anew, some more each time that this
    leads nowhere. The frame is the longest of all attempts; it is cut where it has cost all that a
    frame may.
    """
    answers = answers[:]
    longest, best, back = 0, _cut(()), 1
    for _ in range(attempts):
        made, is_enough = _drawn(answers, policy)
        if len(answers) > longest:
            longest, best, back = len(answers), made, 1
        if is_enough:
            break
        del answers[-back:]
        back += 1
    return best


def _drawn(answers: list[int], policy: Policy) -> tuple[bytes, bool]:
    """Return the frame that begins with some decisions, and whether it costs all that it may.

    What the policy says is added to them.
    """
    state = _first_state()
    coder = _Drawn(state, answers, policy)
    chain = state.chain
    entries: tuple[Entry, ...] = ()
    is_enough = False
    try:
        entries = BodyCoder(coder, state).code(Body(0, 0, 0, ())).entries
    except _Enough:
        is_enough = True
    except (FrameError, ValueError, OverflowError):
        pass  # what comes before it is what we want
    return _frame(chain, coder.writer.written()[:BODY_MAX_BYTES], entries), is_enough


def _first_state() -> State:
    state = State(CORE, prior.load())
    state.chain = seal.first_chain(Direction.UP, EPOCH, CORE)
    return state


def _frame(chain: int, coded: bytes, entries: tuple[Entry, ...]) -> bytes:
    first, _ = seal.Head(False, EPOCH, 0).encode()
    check = (seal.seal(chain, first, coded, entries) & 0xFFFF).to_bytes(2, "big")
    return bytes([first]) + check + coded


class _Limitless(Coder):
    """Writes however much it costs."""

    def written(self) -> bytes:
        """Return all bytes."""
        self.work = 0
        return self.finish()


class _Noting(Coder):
    """Writes, and notes each answer."""

    def __init__(self, state: State) -> None:
        super().__init__(state.memory)
        self.writer = _Limitless(state.memory, is_unbounded=True)
        self.answers: list[int] = []

    def flag(self, contexts: Contexts, mixer: int, flag: bool) -> bool:
        return self.writer.flag(contexts, mixer, self._answer("flag", 1, flag) == 1)

    def tree(self, contexts: Contexts, mixer: int, bits: int, value: int) -> int:
        return self.writer.tree(contexts, mixer, bits, self._answer("tree", bits, value))

    def unsigned(self, contexts: Contexts, mixer: int, value: int, start: int = 0) -> int:
        return self.writer.unsigned(contexts, mixer, self._answer("unsigned", 61, value), start)

    def signed(self, contexts: Contexts, mixer: int, value: int) -> int:
        return self.writer.signed(contexts, mixer, self._answer("signed", 61, value))

    def raw(self, bits: int, value: int) -> int:
        return self.writer.raw(bits, self._answer("raw", bits, value))

    def letter(self, contexts: tuple[int, int, int, int], mixer: int, letter: int) -> int:
        return self.writer.letter(contexts, mixer, self._answer("letter", 8, letter))

    def _answer(self, kind: str, bits: int, wanted: int) -> int:
        del kind, bits
        self.answers.append(int(wanted))
        return self.answers[-1]


class _Drawn(_Noting):
    """Answers as it is told, then as a policy says."""

    def __init__(self, state: State, answers: list[int], policy: Policy) -> None:
        super().__init__(state)
        self.reading = True
        self.answers = answers
        self._policy = policy
        self._count = 0

    def _answer(self, kind: str, bits: int, wanted: int) -> int:
        if self.writer.work > WORK_FREE + WORK_PER_BYTE * BODY_MAX_BYTES:
            raise _Enough
        if self._count == len(self.answers):
            self.answers.append(self._policy(kind, bits))
        self._count += 1
        return self.answers[self._count - 1]
