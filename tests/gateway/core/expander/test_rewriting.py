"""Single values are replaced, and no other byte of the text."""

import json
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.expander.rewriting import replace, replace_number, whole_number


def swap(text: str, *path: str) -> str:
    return replace_number(text, path, {17: 99, 1 << 30: 5}.get)


def test_only_the_token_of_the_number_changes() -> None:
    before = '{ "a" : 230.40,\t"transactionId" :17 , "transactionId2":17,"b":"17"}'
    assert swap(before, "transactionId") == before.replace(":17 ,", ":99 ,")


def test_a_number_in_a_string_in_an_array_or_deeper_is_another_one() -> None:
    for text in (
        '{"transactionId":"17"}',
        '{"more":{"transactionId":17}}',
        '{"transactionId":[17]}',
        '{"transactionId":{"transactionId":17}}',
        '[{"transactionId":17}]',
        '{"note":"\\"transactionId\\":17"}',
        '{"transactionId":170}',
        '{"transactionId":17.0}',
    ):
        assert swap(text, "transactionId") == text


def test_a_key_that_stands_twice_names_two_values() -> None:
    text = '{"transactionId":17,"x":[1,{"y":2}],"transactionId":17}'
    assert swap(text, "transactionId") == text.replace("17", "99")


def test_a_path_leads_into_objects_and_keys_may_be_escaped() -> None:
    text = '{"transactionId":17,"csChargingProfiles":{"a":{},"transaction\\u0049d":17}}'
    expected = '{"transactionId":17,"csChargingProfiles":{"a":{},"transaction\\u0049d":99}}'
    assert swap(text, "csChargingProfiles", "transactionId") == expected


def test_other_tokens_can_be_replaced_too() -> None:
    text = '{"messagesInQueue" : false, "ongoingIndicator":false}'
    changed = replace(text, ("messagesInQueue",), lambda token: token.replace("false", "true"))
    assert changed == '{"messagesInQueue" : true, "ongoingIndicator":false}'


def test_huge_numbers_are_no_ids() -> None:
    assert whole_number("9" * 5_000) is None
    assert whole_number("-1") == -1
    assert whole_number("1e3") is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from("abc") | st.text(), inner),
)


@given(
    st.dictionaries(st.sampled_from("abc") | st.text(), json_values),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(tuple),
    st.sampled_from([None, 2]),
)
def test_it_agrees_with_a_parser(
    content: dict[str, Any], path: tuple[str, ...], indent: int | None
) -> None:
    text = json.dumps(content, indent=indent)
    found: list[str] = []
    assert replace(text, path, lambda token: found.append(token)) == text
    inner: Any = content
    for key in path:
        inner = cast(dict[str, Any], inner).get(key, {}) if isinstance(inner, dict) else {}
    expected = [] if isinstance(inner, dict | list) else [inner]
    assert [json.loads(token) for token in found] == expected
