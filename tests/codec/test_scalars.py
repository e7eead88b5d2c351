"""Packing and unpacking are exact inverses, and each value has one packed form."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from laconic_codec import scalars
from laconic_codec.registry import TEXT_NUMBERS, tables, text_name
from tests.support.strategies import number_texts, scalar_texts, texts


@given(number_texts())
def test_every_json_number_comes_back_as_it_was_spelt(text: str) -> None:
    assert scalars.unpack(scalars.pack_number(text), text_name) == (True, text)


@given(scalar_texts() | texts(300))
def test_a_packed_text_comes_back(text: str) -> None:
    packed = scalars.pack_text(text)
    assume(packed is not None)
    assert packed is not None
    assert scalars.unpack(packed, text_name) == (False, text)


@given(st.sampled_from(tables.TEXTS))
def test_a_text_of_the_registry_comes_back(text: str) -> None:
    packed = scalars.pack_registered(TEXT_NUMBERS[text])
    assert scalars.unpack(packed, text_name) == (False, text)


def _packed() -> st.SearchStrategy[bytes]:
    """Bytes that look packed: any form, then data in many lengths, integers among them."""
    forms = st.integers(0, 255) | st.integers(0, 63)
    integers = st.integers(0, 2**70).map(scalars.varint)
    data = st.binary(max_size=20) | integers | st.binary(min_size=16, max_size=16)
    digits = number_texts().map(str.encode)
    return st.tuples(forms.map(lambda form: bytes([form])), data | digits).map(b"".join)


@given(_packed())
def test_what_is_unpacked_has_no_second_spelling(packed: bytes) -> None:
    try:
        is_number, text = scalars.unpack(packed, text_name)
    except ValueError:
        return
    if packed[0] == scalars.FORM_REGISTERED:
        assert scalars.pack_registered(TEXT_NUMBERS[text]) == packed
    else:
        assert (scalars.pack_number(text) if is_number else scalars.pack_text(text)) == packed


@given(st.integers())
def test_zigzag_has_an_inverse(number: int) -> None:
    assert scalars.zigzag(number) >= 0
    assert scalars.unzigzag(scalars.zigzag(number)) == number


@pytest.mark.parametrize(
    ("text", "packed"),
    [
        ("1487", "01 9e17"),
        ("-1", "01 01"),
        ("230.40", "03 80e802"),
        ("-7.97", "03 b90c"),
        ("212.340000", "07 c0b4c0ca01"),
        ("0123456789abcdef", "11 0123456789abcdef"),
        ("0B164D06", "12 0b164d06"),
        ("31238138-df13-4650-b7a3-40af1acbe82f", "10 31238138df134650b7a340af1acbe82f"),
        ("2020-01-01T00:00:00Z", "18 00"),
        ("2019-12-31T23:59:59Z", "18 01"),
        ("2020-01-01T00:00:01.123Z", "1b c611"),
        ("2020-01-01T00:00:00.000001", "20 02"),
        ("0001-01-01T00:00:00Z", "18 ffdfeed9da03"),
    ],
)
def test_the_packed_form_of_a_text(text: str, packed: str) -> None:
    assert scalars.pack_text(text) == bytes.fromhex(packed)
    assert scalars.unpack(bytes.fromhex(packed), text_name) == (False, text)


@pytest.mark.parametrize(
    ("text", "packed"),
    [
        ("9223372036854775807", "28 feffffffffffffffff01"),
        ("0.0", "29 00"),
        ("-0", "3f 2d30"),
        ("-0.0", "3f 2d302e30"),
        ("3.48e-05", "3f 332e3438652d3035"),
        ("9223372036854775808", "3f 39323233333732303336383534373735383038"),
    ],
)
def test_the_packed_form_of_a_number(text: str, packed: str) -> None:
    assert scalars.pack_number(text) == bytes.fromhex(packed)
    assert scalars.unpack(bytes.fromhex(packed), text_name) == (True, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Kisumu",
        "007",
        "-0",
        "-0.00",
        "1.",
        "٣",  # a digit, but not one of JSON
        "2021-02-30T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "2021-02-28T00:00:00.1Z",
        "2021-02-28T00:00:00+02:00",
        "0b164D06",
        "0b164",
        "31238138-DF13-4650-B7A3-40AF1ACBE82F",
        "ab" * 129,
    ],
)
def test_a_text_of_no_form_stays_text(text: str) -> None:
    assert scalars.pack_text(text) is None


@pytest.mark.parametrize(
    ("packed", "why"),
    [
        ("", "without a form"),
        ("01", "does not end"),
        ("01 80", "does not end"),
        ("01 8000", "longer than it need be"),
        ("01 0000", "bytes after an integer"),
        ("01 ffffffffffffffffff7f", "not the one spelling"),
        ("01 ffffffffffffffffffff01", "does not end"),
        ("00 ffff7f", "no entry"),
        ("0a 00", "no form 10"),
        ("10 00", "no form 16"),
        ("11 12", "not the one spelling"),
        ("11 12345678", "not the one spelling"),
        ("12 01234567", "not the one spelling"),
        ("13 00", "no form 19"),
        ("21 00", "no form 33"),
        ("18 ffffffffffffffff7f", "out of range"),
        ("31 00", "no form 49"),
        ("3f", "not a JSON number"),
        ("3f 3132", "not the one spelling"),
        ("3f 30312e30", "not a JSON number"),
        ("3f c3a9", "ascii"),
        ("40 00", "no form 64"),
        ("ff", "no form 255"),
    ],
)
def test_wrong_bytes_are_refused(packed: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        scalars.unpack(bytes.fromhex(packed), text_name)
