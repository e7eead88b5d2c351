"""What each entry of an adaptive body has cost.

It takes two logarithms an entry: so little that it can always be there. `ledger` tells more.
"""

from dataclasses import dataclass, field
from typing import Final

from laconic_codec.adaptive.body import Body, BodyCoder
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.entries import Entry
from laconic_codec.adaptive.state import Channel, State
from laconic_codec.adaptive.tokens import VERBATIM

_TEXT_TOKENS_MAX: Final = 3
"""Tokens of a payload that is one verbatim value: start, action if it has one, value."""


@dataclass(frozen=True, slots=True)
class EntryAccount:
    """What the entries of one body cost."""

    state: State
    """After the body."""
    bits: list[float] = field(default_factory=list[float])
    """Of each entry, in the order of the body."""
    is_text: list[bool] = field(default_factory=list[bool])
    """Of each entry: whether its payload travelled as plain text, letter by letter."""


class EntryLedger:
    """Notes what the entries of bodies cost.

    Give `code` to an `Encoder` or a `Decoder` as its `code_body`.
    """

    def __init__(self) -> None:
        self.accounts: dict[int, EntryAccount] = {}
        """By number of entries: the last body of so many. An encoder tries several numbers."""

    def code(self, state: State, body: Body, data: bytes | None) -> tuple[Body, Coder]:
        """Do what `code_body` does, and note it."""
        account = EntryAccount(state)
        coder = Coder(state.memory, data)
        body = _EntryBodyCoder(coder, state, account).code(body)
        self.accounts[len(body.entries)] = account
        return body, coder

    def clear(self) -> None:
        """Forget all bodies."""
        self.accounts.clear()


class _EntryBodyCoder(BodyCoder):
    def __init__(self, coder: Coder, state: State, account: EntryAccount) -> None:
        super().__init__(coder, state)
        self._account = account

    def _entry(self, number: int, channel: Channel, wanted: Entry | None) -> Entry:
        before = self._coder.spent_bits
        entry = super()._entry(number, channel, wanted)
        self._account.bits.append(self._coder.spent_bits - before)
        shelf = self._state.shelf
        tokens = shelf.by_number[shelf.recent[0]].tokens
        self._account.is_text.append(tokens[-1] == VERBATIM and len(tokens) <= _TEXT_TOKENS_MAX)
        return entry
