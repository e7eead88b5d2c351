"""The messages are real ones, of the promised length, and always the same."""

from laconic_bench.storage_figures.messages import DIFFERENT, mean_text_bytes, records
from laconic_codec.messages import Call, parse


def test_the_messages_are_calls_of_the_promised_length() -> None:
    found = records(1, DIFFERENT)
    assert all(100 <= len(record.text.encode()) <= 300 for record in found)
    assert all(isinstance(parse(record.text), Call) for record in found)
    assert len({record.text for record in found}) > 0.9 * DIFFERENT
    assert 100 <= mean_text_bytes() <= 300


def test_a_number_always_has_the_same_message() -> None:
    assert records(1, 50)[20:] == records(21, 30)
