"""What entries cost is known without a detour, and escapes are seen."""

import pytest

from laconic_codec.adaptive.entry_ledger import EntryLedger
from laconic_codec.adaptive.ledger import Ledger
from laconic_codec.encoder import Encoder
from laconic_codec.frame import Coding, Direction, Header
from laconic_codec.items import Item, MessageItem
from laconic_codec.messages import Call

HEARTBEAT = Call("", "Heartbeat", "{}")
ODD = Call("", "Heartbeat", '{ "a" :1}')
"""White space of no style: the payload travels as text."""
ODD_NUMBER = Call("", "DataTransfer", '{"data":1e5}')


def calls(*some: Call) -> list[Item]:
    return [MessageItem(0, call) for call in some]


def test_it_agrees_with_the_detailed_ledger() -> None:
    items = calls(HEARTBEAT, ODD_NUMBER, HEARTBEAT)
    brief, detailed = EntryLedger(), Ledger()
    for ledger in (brief, detailed):
        encoder = Encoder(Direction.UP, 1, codings=Coding.ADAPTIVE, code_body=ledger.code)
        assert encoder.encode(Header(1, 0, 0), items).coding is Coding.ADAPTIVE
    by_entry = [sum(one.bits for one in detailed.spent if one.entry == entry) for entry in range(3)]
    assert brief.accounts[3].bits == pytest.approx(by_entry)


def test_only_whole_payloads_count_as_text() -> None:
    ledger = EntryLedger()
    encoder = Encoder(Direction.UP, 1, codings=Coding.ADAPTIVE, code_body=ledger.code)
    encoder.encode(Header(1, 0, 0), calls(HEARTBEAT, ODD, ODD_NUMBER))
    assert ledger.accounts[3].is_text == [False, True, False]


def test_the_account_of_a_frame_is_found_by_its_number_of_entries() -> None:
    """An encoder tries several numbers of items; the last try need not be the frame."""
    ledger = EntryLedger()
    encoder = Encoder(Direction.UP, 1, codings=Coding.ADAPTIVE, code_body=ledger.code)
    long = [Call("", "DataTransfer", f'{{"data":"{number:0300x}"}}') for number in range(20)]
    made = encoder.encode(Header(1, 0, 0), calls(*long), commit=True)
    assert 0 < len(made.order) < 20
    account = ledger.accounts[len(made.order)]
    assert len(account.bits) == len(made.order)
    assert abs(sum(account.bits) / 8 - len(made.frame)) < 8
    ledger.clear()
    assert not ledger.accounts
