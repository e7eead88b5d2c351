"""OCPP-J texts are taken apart and put together with nothing lost; what is wrong gets a name."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import messages
from laconic_codec.errors import MessageError, MessageFault
from laconic_codec.limits import DEPTH_MAX, MESSAGE_ID_MAX_CHARACTERS, MESSAGE_MAX_BYTES
from laconic_codec.messages import Call, CallError, CallResult, CallResultError, Message, Send
from tests.support.frame_strategies import actions, message_ids, ocpp_messages
from tests.support.strategies import json_strings, json_texts, surrogate_texts, texts


@given(ocpp_messages())
def test_a_written_message_is_read_as_the_same_message(message: Message) -> None:
    assert messages.parse(message.to_text()) == message


@given(message_ids(), actions(), json_texts(), st.text(" \t\r\n", max_size=3))
def test_a_payload_is_kept_byte_for_byte(
    message_id: str, action: str, payload: str, space: str
) -> None:
    elements = ["2", json.dumps(message_id), json.dumps(action), payload]
    text = space + "[" + ",".join(space + element + space for element in elements) + "]" + space
    assert messages.parse(text) == Call(message_id, action, payload.strip(" \t\r\n"))


def _arrays() -> st.SearchStrategy[str]:
    """Arrays that are nearly messages."""
    elements = json_texts() | json_strings() | st.sampled_from("23456")
    starts = st.sampled_from(['2,"1",', '3,"1",', '4,"1",', '5,"1",', '6,"1",', ""])
    return st.tuples(starts, st.lists(elements, max_size=4)).map(
        lambda drawn: "[" + drawn[0] + ",".join(drawn[1]) + "]"
    )


@given(_arrays() | json_texts() | texts(200) | surrogate_texts())
def test_any_text_is_a_message_or_refused(text: str) -> None:
    try:
        message = messages.parse(text)
    except MessageError as error:
        assert str(error) == f"{error.fault}: {error.detail}"
    else:
        assert messages.parse(message.to_text()) == message


@given(ocpp_messages(), st.data())
def test_a_message_cut_short_is_refused(message: Message, data: st.DataObject) -> None:
    text = message.to_text()
    with pytest.raises(MessageError):
        messages.parse(text[: data.draw(st.integers(0, len(text) - 1))])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[2,"19","Heartbeat",{}]', Call("19", "Heartbeat", "{}")),
        ('[3, "127", {}]', CallResult("127", "{}")),
        (' [ 6 , "" , "Own" , [] ] ', Send("", "Own", "[]")),
        ('[4,"1","GenericError", "" ,{ }]', CallError("1", '["GenericError","",{ }]')),
        ('[4,"1","GenericError"]', CallError("1", '["GenericError"]')),
        ('[5,"1","FormatViolation","",{}]', CallResultError("1", '["FormatViolation","",{}]')),
        ('[2,"\\u0031","Reset",{"a":"\\ud800"}]', Call("1", "Reset", '{"a":"\\ud800"}')),
        ('[2,"1","Own",{"a":"\x00\r\n"}]', Call("1", "Own", '{"a":"\x00\r\n"}')),
        ('[2,"1","A",{"a":1,"a":2}]', Call("1", "A", '{"a":1,"a":2}')),
        (f'[2,"1","A",{"9" * 5000}]', Call("1", "A", "9" * 5000)),
    ],
)
def test_the_message_of_a_text(text: str, message: Message) -> None:
    assert messages.parse(text) == message


@pytest.mark.parametrize(
    ("text", "fault", "message_type", "message_id"),
    [
        ("", MessageFault.NOT_JSON, None, None),
        ("Heartbeat", MessageFault.NOT_JSON, None, None),
        ("{} {}", MessageFault.NOT_JSON, None, None),
        ('{"a":1}', MessageFault.NOT_ARRAY, None, None),
        ('"[2]"', MessageFault.NOT_ARRAY, None, None),
        ("[", MessageFault.NOT_JSON, None, None),
        ("[2", MessageFault.NOT_JSON, 2, None),
        ('[2,"19"', MessageFault.NOT_JSON, 2, "19"),
        ('[2,"19","A",{}', MessageFault.NOT_JSON, 2, "19"),
        ('[2,"19","A",{}]]', MessageFault.NOT_JSON, 2, "19"),
        ('[2,"19","A",{"transactionId": ,}]', MessageFault.NOT_JSON, 2, "19"),
        ('[2,"19","A",NaN]', MessageFault.NOT_JSON, 2, "19"),
        ('[2,"19","A",{}]\ud800', MessageFault.NOT_JSON, None, None),
        ("[]", MessageFault.BAD_ELEMENTS, None, None),
        ('[7,"19","A",{}]', MessageFault.UNKNOWN_TYPE, None, "19"),
        ('["2","19","A",{}]', MessageFault.UNKNOWN_TYPE, None, "19"),
        ('[2.0,"19","A",{}]', MessageFault.UNKNOWN_TYPE, None, "19"),
        ("[2]", MessageFault.BAD_MESSAGE_ID, 2, None),
        ('[2,19,"A",{}]', MessageFault.BAD_MESSAGE_ID, 2, None),
        ('[2,null,"A",{}]', MessageFault.BAD_MESSAGE_ID, 2, None),
        ('[2,"\\ud800","A",{}]', MessageFault.BAD_MESSAGE_ID, 2, None),
        ('[2,"19","A"]', MessageFault.BAD_ELEMENTS, 2, "19"),
        ('[2,"19","A",{},{}]', MessageFault.BAD_ELEMENTS, 2, "19"),
        ('[2,"19",7,{}]', MessageFault.BAD_ELEMENTS, 2, "19"),
        ('[2,"19","\\udfff",{}]', MessageFault.BAD_ELEMENTS, 2, "19"),
        ('[6,"19",{}]', MessageFault.BAD_ELEMENTS, 6, "19"),
        ('[3,"19"]', MessageFault.BAD_ELEMENTS, 3, "19"),
        ('[3,"19",{},{}]', MessageFault.BAD_ELEMENTS, 3, "19"),
        ('[4,"19"]', MessageFault.BAD_ELEMENTS, 4, "19"),
        ('[5,"19","A","",{},{}]', MessageFault.BAD_ELEMENTS, 5, "19"),
    ],
)
def test_what_is_wrong_with_a_text(
    text: str, fault: MessageFault, message_type: int | None, message_id: str | None
) -> None:
    with pytest.raises(MessageError) as caught:
        messages.parse(text)
    error = caught.value
    assert (error.fault, error.message_type, error.message_id) == (fault, message_type, message_id)


@pytest.mark.parametrize("filling", ["a", "é", "😀"])
def test_the_length_of_a_message_is_counted_in_bytes(filling: str) -> None:
    frame = '[2,"1","A",""]'
    size = len(filling.encode())
    room, rest = divmod(MESSAGE_MAX_BYTES - len(frame), size)
    longest = f'[2,"1","A","{filling * room}{"a" * rest}"]'
    assert len(longest.encode()) == MESSAGE_MAX_BYTES
    assert messages.parse(longest).to_text() == longest
    with pytest.raises(MessageError) as caught:
        messages.parse(longest + " ")
    assert caught.value.fault is MessageFault.TOO_LONG


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"[{\\"[":'])
def test_the_depth_of_a_message_is_limited(opening: str) -> None:
    closing = "]" if opening == "[" else "}"
    deepest = DEPTH_MAX - 1  # the message itself is one level
    text = f'[2,"1","A",{opening * deepest}0{closing * deepest}]'
    assert messages.parse(text).to_text() == text
    with pytest.raises(MessageError) as caught:
        messages.parse(f'[2,"1","A",{opening * (deepest + 1)}0{closing * (deepest + 1)}]')
    assert caught.value.fault is MessageFault.TOO_DEEP


def test_brackets_in_strings_and_side_by_side_are_not_deep() -> None:
    text = f'[2,"1","A",["{"[{" * 1000}",{",".join(["[]"] * 1000)}]]'
    assert messages.parse(text).to_text() == text


@pytest.mark.parametrize("tail", ["", "\\", '"', "\\\\"])
def test_a_string_without_an_end_reaches_to_the_end(tail: str) -> None:
    # Where each quote in it counts as a start of its own, the time grows with the square of the
    # length, to minutes, and the brackets in it count as depth.
    with pytest.raises(MessageError) as caught:
        messages.parse('["' + '[\\"' * 21_000 + tail)
    assert caught.value.fault is MessageFault.NOT_JSON


def test_the_message_id_has_36_characters_at_most() -> None:
    longest = "😀" * MESSAGE_ID_MAX_CHARACTERS
    assert messages.parse(f'[2,"{longest}","A",{{}}]') == Call(longest, "A", "{}")
    with pytest.raises(MessageError) as caught:
        messages.parse(f'[3,"{longest}x",{{}}]')
    assert caught.value.fault is MessageFault.LONG_MESSAGE_ID
    assert (caught.value.message_type, caught.value.message_id) == (3, longest + "x")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ('["GenericError","",{}]', "GenericError"),
        ('["\\u0041"]', "A"),
        ("[]", ""),
        ("[1]", ""),
        (f'["GenericError","",{"9" * 5000}]', "GenericError"),
        ('["a\nb"]', "a\nb"),
        ("[}]", ""),
    ],
)
def test_the_code_of_an_error(arguments: str, code: str) -> None:
    assert CallError("1", arguments).code == code
    assert CallResultError("1", arguments).code == code


@given(message_ids() | surrogate_texts(), texts(), texts() | surrogate_texts())
def test_an_error_of_our_own_making_is_json(message_id: str, code: str, description: str) -> None:
    error = messages.call_error(message_id, code, description)
    assert json.loads(error.to_text().encode()) == [4, message_id, code, description, {}]
    assert error.code == code
