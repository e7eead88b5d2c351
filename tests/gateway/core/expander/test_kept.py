"""What is kept, as text."""

from laconic_gateway.core.expander.kept import member, to_object, to_text


def test_what_was_written_is_read() -> None:
    assert to_object(to_text(a=1, b="ü", c=None)) == {"a": 1, "b": "ü", "c": None}


def test_what_is_no_object_is_an_empty_one() -> None:
    for text in (None, "", "[1]", "{", "[" * 100_000):
        assert to_object(text) == {}
    assert member({"a": {"b": 1}, "c": 2}, "a") == {"b": 1}
    assert member({"a": {"b": 1}, "c": 2}, "c") == member({}, "c") == {}
