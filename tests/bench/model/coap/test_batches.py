"""JSON in zstd batches."""

from random import Random
from string import ascii_letters

import zstandard

from laconic_bench.model.coap.batcher import DICTIONARY_BYTES, Batcher, Item, shares_of
from laconic_bench.model.coap.courier import PIECE_BYTES


def item(number: int, size: int = 40) -> Item:
    return Item("CP1", f'[2,"{number}","MeterValues",{{"v":"{"ab" * size}"}}]', "MeterValues")


def test_a_batch_holds_what_a_datagram_holds_and_can_be_read_again() -> None:
    batcher = Batcher()
    items = [item(number) for number in range(400)]
    for one in items:
        batcher.add(one)
    taken: list[Item] = []
    while batcher:
        payload, some = batcher.take()
        assert some and len(payload) <= PIECE_BYTES
        text = zstandard.ZstdDecompressor(dict_data=batcher.dictionary).decompress(payload)
        assert text == b"".join(one.line for one in some)
        taken += some
    assert taken == items
    assert len(batcher.dictionary.as_bytes()) <= DICTIONARY_BYTES


def test_a_message_that_is_too_long_is_a_batch_of_its_own() -> None:
    batcher = Batcher()
    text = "".join(Random(1).choices(ascii_letters, k=9_000))
    batcher.add(Item("CP1", text, "DataTransfer"))
    batcher.add(item(1))
    payload, some = batcher.take()
    assert len(some) == 1 and len(payload) > PIECE_BYTES
    assert shares_of(some) == (("DataTransfer", len(some[0].line)),)
