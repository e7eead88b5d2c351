"""A transcript keeps what went over a socket, readable or not."""

from laconic_bench.transcript import Transcript
from laconic_codec.messages import Call


def test_messages_are_kept_in_order_with_direction_time_and_size() -> None:
    transcript = Transcript("CP1")
    call = '[2,"1","Authorize",{"idTag":"é"}]'
    assert transcript.add(1.5, True, call) is transcript.entries[0]
    transcript.add(1.7, False, "{}")
    sent, answered = transcript.entries
    assert sent.message == Call("1", "Authorize", '{"idTag":"é"}')
    assert (sent.at_seconds, sent.up, sent.size_bytes) == (1.5, True, len(call) + 1)
    assert (answered.at_seconds, answered.up, answered.size_bytes) == (1.7, False, 2)


def test_what_is_not_ocpp_j_has_no_message_but_a_size() -> None:
    for text in ("", "[2", '{"a":1}', "[9,1]", "\N{GRINNING FACE}"):
        entry = Transcript("CP1").add(0.0, True, text)
        assert entry.message is None
        assert entry.size_bytes == len(text.encode())
