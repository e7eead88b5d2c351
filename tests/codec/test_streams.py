"""A stream of frames over a link that loses, repeats and reorders, between ends that restart.

Frames may also arrive where they cannot be stored, and be taken back.

What the receiver plays is what was sent, in the order of each channel, each item once; both ends
have the same state whenever both have read the same frames; a frame is refused exactly if the state
that it was coded against is gone.
"""

import random
from collections import Counter
from typing import ClassVar, Final, TypeAlias

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Coding, Direction
from laconic_codec.items import Item
from tests.support.stream_ends import End, Sender, Sent, by_channel
from tests.support.stream_items import drawn_items

CODINGS: Final = [(ALL_CODINGS, 15), (Coding.ADAPTIVE, 10), (Coding.ZSTD, 5), (Coding.CBOR, 5)]
"""And how many examples are played in each."""

WALKS: Final = range(12)
WALK_STEPS: Final = 60
WEIGHTS: Final = {
    **{"exchange": 8, "send": 4, "arrive": 8, "receipt": 6},
    **{"lose": 1, "code again": 4, "restart": 1, "write": 1, "open": 0.2},
}
"""How often something happens in a walk."""

REFUSALS: Final = [
    FrameFault.BAD_STATE,
    FrameFault.UNKNOWN_EPOCH,
    # Against another state, the bytes of a frame may stand for anything or nothing.
    FrameFault.MALFORMED,
    FrameFault.OVER_LIMIT,
]


Drawn: TypeAlias = tuple[int, int]
"""A seed, and how many items are made from it."""

BATCHES: Final = st.tuples(st.integers(0, 2**32 - 1), st.integers(1, 8))
MOSTLY: Final = st.sampled_from((True, True, True, False))

MARKS: Final = {
    *("adaptive", "zstd", "cbor", "fragments", "committing", "beside a committing one"),
    *("lost", "repeated", "overtaken", "receipt lost", "coded again", "taken back"),
    *("sender restarted", "end restarted", "new epoch", "refused BAD_STATE"),
}
"""What must have happened in the runs, or they prove nothing."""


class Stream(RuleBasedStateMachine):
    """One direction. Rules draw the number of a frame and take it modulo what there is."""

    marks: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.codings = ALL_CODINGS

    @initialize(direction=st.sampled_from(Direction))
    def begin(self, direction: Direction) -> None:
        self.sender = Sender(direction, self.codings)
        self.end = End(direction)
        self.given: list[Item] = []
        self.delivered: list[Item] = []
        """Played in earlier epochs."""
        self.link: list[tuple[Sent, int]] = []
        """Datagrams on their way, or still about."""
        self.receipts: list[int] = []
        self.checked = (0, 0)
        self.since_restart = self.since_epoch = 0
        """Frames of the sender."""

    @rule(
        batch=BATCHES,
        acknowledged=st.integers(0, 20) | st.integers(0, 2**63 - 1),
        backlog=st.integers(0, 3),
        commit=MOSTLY,
    )
    def send(self, batch: Drawn, acknowledged: int, backlog: int, commit: bool) -> None:
        """Send a frame; what becomes of it is left to the other rules."""
        self.give(batch)
        backlog = backlog if self.sender.direction is Direction.DOWN else 0
        commit = commit and self.sender.may_commit
        if self.sender.encoder.pending:
            self.marks["beside a committing one"] += 1
        self.carry([self.sender.send(acknowledged, backlog, commit)])

    @rule(batch=BATCHES, commit=MOSTLY)
    def exchange(self, batch: Drawn, commit: bool) -> None:
        """Send a frame that arrives and is acknowledged, as most do."""
        self.give(batch)
        sent = self.sender.send(len(self.given), 0, commit and self.sender.may_commit)
        self.mark(sent)
        if self.end.must_accept(sent):
            for place in range(len(sent.datagrams)):
                self.deliver(sent, place)
            self.sender.receipt(sent.number)

    @precondition(lambda self: self.link)
    @rule(place=st.integers(0, 99), is_last=st.booleans(), is_stored=MOSTLY)
    def arrive(self, place: int, is_last: bool, is_stored: bool) -> None:
        place %= len(self.link)
        sent, part = self.link[place]
        if is_stored or len(sent.datagrams) > 1 or not self.end.must_accept(sent):
            self.deliver(sent, part)
        else:
            self.marks["taken back"] += sent.commits
            self.end.fail_to_store(sent)
        self.marks["overtaken"] += place > 0
        self.marks["repeated"] += not is_last
        if is_last:
            del self.link[place]

    @precondition(lambda self: self.link)
    @rule(place=st.integers(0, 99))
    def lose(self, place: int) -> None:
        self.marks["lost"] += 1
        del self.link[place % len(self.link)]

    @precondition(lambda self: self.receipts)
    @rule(place=st.integers(0, 99), is_lost=st.booleans())
    def receipt(self, place: int, is_lost: bool) -> None:
        number = self.receipts.pop(place % len(self.receipts))
        self.marks["receipt lost"] += is_lost
        if not is_lost:
            self.sender.receipt(number)

    @precondition(lambda self: self.sender.unacknowledged)
    @rule(place=st.integers(0, 99), commit=st.booleans())
    def code_again(self, place: int, commit: bool) -> None:
        self.marks["coded again"] += 1
        numbers = list(self.sender.unacknowledged)
        self.carry(self.sender.resend(numbers[place % len(numbers)], commit))

    @precondition(lambda self: self.since_restart > 1)
    @rule(is_sender=st.booleans(), is_written=st.booleans())
    def restart(self, is_sender: bool, is_written: bool) -> None:
        """Restart an end from what it has written down last."""
        self.since_restart = 0
        end = self.sender if is_sender else self.end
        if is_written:
            end.write()
        self.marks["sender restarted" if is_sender else "end restarted"] += 1
        self.carry(end.restart())

    @precondition(lambda self: self.since_restart > 0)
    @rule(is_sender=st.booleans())
    def write(self, is_sender: bool) -> None:
        (self.sender if is_sender else self.end).write()

    @precondition(lambda self: self.since_epoch > 5)
    @rule()
    def open(self) -> None:
        self.marks["new epoch"] += 1
        self.begin_epoch()

    def begin_epoch(self) -> None:
        self.since_epoch = 0
        self.delivered += self.end.played
        self.sender.begin_epoch(len(self.end.played))
        self.end.begin_epoch()
        self.receipts.clear()

    @invariant()
    def both_have_the_same_state(self) -> None:
        states = (self.sender.state, self.end.state)
        if states != self.checked and states[0] == states[1]:
            end = self.end.decoder
            is_condensed = self.sender.encoder.is_condensed
            self.marks["condensed"] += is_condensed
            expected = end.condensed_state_digest if is_condensed else end.state_digest
            assert self.sender.encoder.state_digest == expected
        self.checked = states

    @invariant()
    def what_is_played_is_what_was_sent(self) -> None:
        assert self.end.played == self.sender.numbered[: len(self.end.played)]

    def teardown(self) -> None:
        """Deliver the rest, with a new epoch where it takes one."""
        while self.sender.waiting or self.sender.unacknowledged:
            sent = self.oldest() or self.sender.send(0, 0, self.sender.may_commit)
            if not self.end.must_accept(sent):
                self.begin_epoch()
                continue
            for place in range(len(sent.datagrams)):
                self.deliver(sent, place)
            self.sender.receipt(sent.number)
            self.both_have_the_same_state()
        played = [*self.delivered, *self.end.played]
        assert len(played) == len(self.given)
        assert by_channel(played) == by_channel(self.given)

    def oldest(self) -> Sent | None:
        return next(iter(self.sender.unacknowledged.values()), None)

    def carry(self, frames: list[Sent]) -> None:
        for sent in frames:
            self.mark(sent)
        self.link += [(sent, place) for sent in frames for place in range(len(sent.datagrams))]

    def give(self, batch: Drawn) -> None:
        seed, count = batch
        items = drawn_items(random.Random(seed), count)
        self.given += items
        self.sender.waiting += items

    def mark(self, sent: Sent) -> None:
        self.since_restart += 1
        self.since_epoch += 1
        self.marks[(sent.coding.name or "").lower()] += 1
        self.marks["committing"] += sent.commits
        self.marks["fragments"] += len(sent.datagrams) > 1

    def deliver(self, sent: Sent, place: int) -> None:
        if self.end.must_accept(sent):
            self.end.receive(sent, place)
            if len(sent.datagrams) == 1:
                self.receipts.append(sent.number)
            return
        before = self.end.decoder.state_digest
        try:
            self.end.receive(sent, place)
        except FrameError as error:
            assert error.fault in REFUSALS
            self.marks[f"refused {error.fault.name}"] += 1
        else:
            raise AssertionError("a frame that was coded against another state is accepted")
        assert self.end.decoder.state_digest == before


@pytest.mark.parametrize(("codings", "examples"), CODINGS)
def test_what_is_sent_is_played_once_and_in_order(codings: Coding, examples: int) -> None:
    class StreamInCodings(Stream):
        """Speaks some codings."""

        def __init__(self) -> None:
            super().__init__()
            self.codings = codings

    limits = settings(max_examples=examples, stateful_step_count=40)
    run_state_machine_as_test(StreamInCodings, settings=limits)


def test_seeded_walks_meet_everything_that_can_happen() -> None:
    Stream.marks.clear()
    for seed in WALKS:
        print(f"seed {seed}")
        _walk(random.Random(seed))
    print(dict(Stream.marks))
    assert MARKS - set(+Stream.marks) == set()


def _walk(draws: random.Random) -> None:
    """Let things happen at random; most frames arrive in the end."""
    stream = Stream()
    stream.begin(draws.choice(list(Direction)))
    for _ in range(WALK_STEPS):
        _step(stream, draws)
        stream.both_have_the_same_state()
        stream.what_is_played_is_what_was_sent()
    stream.teardown()


def _step(stream: Stream, draws: random.Random) -> None:
    batch = draws.getrandbits(32), draws.randint(1, 8)
    place, coin, is_likely = draws.randrange(100), draws.random() < 0.5, draws.random() < 0.8
    (name,) = draws.choices(list(WEIGHTS), list(WEIGHTS.values()))
    match name:
        case "exchange":
            stream.exchange(batch, is_likely)
        case "send":
            stream.send(batch, draws.randrange(20), draws.randrange(4), is_likely)
        case "arrive" if stream.link:
            stream.arrive(place * (not is_likely), coin, is_likely)
        case "lose" if stream.link:
            stream.lose(place)
        case "receipt" if stream.receipts:
            stream.receipt(place, not is_likely)
        case "code again" if stream.sender.unacknowledged:
            stream.code_again(place, coin)
        case "restart" if stream.since_restart > 1:
            stream.restart(coin, is_likely)
        case "write":
            stream.write(coin)
        case "open" if stream.since_epoch > 5:
            stream.open()
        case _:
            pass
