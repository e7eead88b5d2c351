"""Items as entries and back; what is no item is refused."""

import pytest
from hypothesis import given

from laconic_codec.adaptive.entries import VOID, Entry, of_item, to_item
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.items import Bind, Item, MessageItem, Presence, Void
from laconic_codec.messages import Call, CallError
from tests.support.frame_strategies import any_items


@given(any_items())
def test_an_item_comes_back(item: Item) -> None:
    assert to_item(of_item(item)) == item


_ENTRIES: list[tuple[Item, Entry]] = [
    (Void(), Entry(0, VOID)),
    (Bind(3, "/é", "2.1", False, True), Entry(3, 0, text='["/é",2,2]')),
    (Presence(3, 5), Entry(3, 7, text="5")),
    (MessageItem(3, Call("id", "Own", "{}"), answered=True), Entry(3, 1, "Own", "{}", "id")),
    (MessageItem(3, CallError("", "[]"), -7), Entry(3, 4, text="[]", reference=-7)),
]


@pytest.mark.parametrize(("item", "entry"), _ENTRIES)
def test_the_entry_of_an_item(item: Item, entry: Entry) -> None:
    assert of_item(item) == entry


@pytest.mark.parametrize(
    "entry",
    [
        Entry(1, VOID),
        Entry(0, VOID, text="{}"),
        Entry(0, 9),
        Entry(0, 15),
        Entry(0, 0, text="{}"),
        Entry(0, 0, text="no JSON"),
        Entry(0, 0, text='["/CP1",0]'),
        Entry(0, 0, text='["",0,0]'),
        Entry(0, 0, text='["' + "/" * 513 + '",0,0]'),
        Entry(0, 0, text="[7,0,0]"),
        Entry(0, 0, text='["/CP1",3,0]'),
        Entry(0, 0, text='["/CP1",-1,0]'),
        Entry(0, 0, text='["/CP1",true,0]'),
        Entry(0, 0, text='["/CP1",0,8]'),
        Entry(0, 0, text="[" * 60_000),
        Entry(0, 1, "A", "{}", "i" * 37),
        Entry(0, 6, "A", "{}", "i" * 37),
        Entry(0, 4, text="{}"),
        Entry(0, 5, text='"X"'),
        Entry(0, 7, text="-1"),
        Entry(0, 7, text="01"),
        Entry(0, 7, text="1.0"),
        Entry(0, 7, text="٣"),
        Entry(0, 7, text=str(2**63)),
        Entry(0, 7, text="1" * 5_000),
    ],
    ids=lambda entry: f"{entry.kind} {entry.text[:12]}",
)
def test_a_wrong_entry_is_refused(entry: Entry) -> None:
    with pytest.raises(FrameError) as caught:
        to_item(entry)
    assert caught.value.fault is FrameFault.MALFORMED
