"""Packed texts: they come back, they are shorter where it matters, and damage does no harm."""

import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from laconic_gateway.edge.storage import packed_text
from laconic_gateway.edge.storage.packed_text import DICTIONARY, MARK, pack, unpack, unpacked

METER = (
    '[2,"17","MeterValues",{"connectorId":1,"transactionId":7131,"meterValue":[{"timestamp":'
    '"2026-09-21T14:13:20Z","sampledValue":[{"value":"231.4","measurand":"Voltage","unit":"V"},'
    '{"value":"6.17","measurand":"Current.Import","unit":"A"},{"value":"1204417","measurand":'
    '"Energy.Active.Import.Register","unit":"Wh"}]}]}]'
)


def stored(text: str) -> bytes:
    """Return what SQLite gives back of what was written."""
    packed = pack(text)
    return packed.encode() if isinstance(packed, str) else packed


@example("\x01")
@example("\x01" + "a" * 100)
@given(st.text(max_size=300) | st.text('01[]{},:"ab', min_size=100, max_size=2_000))
def test_every_text_comes_back(text: str) -> None:
    assert unpack(stored(text)).decode() == text
    assert len(stored(text)) <= len(text.encode()) or text[0] == "\x01"


def test_a_meter_value_takes_less_than_half() -> None:
    packed = pack(METER)
    assert isinstance(packed, bytes) and packed[0] == MARK
    assert len(packed) < 0.45 * len(METER)


def test_the_dictionary_is_frozen() -> None:
    """Journals in the field were written with it: another one needs another mark."""
    assert (MARK, zlib.crc32(DICTIONARY)) == (1, 1_659_178_551)


@given(st.integers(1, 10**6), st.integers(1, 255))
def test_damage_is_an_error_or_another_text(place: int, change: int) -> None:
    """The checksum of the record tells the other text from the right one."""
    damaged = bytearray(stored(METER))
    damaged[1 + place % (len(damaged) - 1)] ^= change
    try:
        unpack(bytes(damaged))
    except ValueError:
        assert unpacked(bytes(damaged)) == bytes(damaged)


@pytest.mark.parametrize("rest", [b"", b"\x00", b"\xff" * 40])
def test_what_was_never_packed_is_an_error(rest: bytes) -> None:
    with pytest.raises(ValueError, match="a packed text is damaged"):
        unpack(bytes([MARK]) + rest)


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = stored("a" * 10_000)
    monkeypatch.setattr(packed_text, "TEXT_MAX_BYTES", 9_999)
    with pytest.raises(ValueError, match="a packed text is damaged"):
        unpack(bomb)


def test_threads_do_not_disturb_each_other() -> None:
    texts = [METER.replace("7131", str(number)) for number in range(2_000)]

    def there_and_back(text: str) -> str:
        return unpack(stored(text)).decode()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(there_and_back, texts)) == texts
