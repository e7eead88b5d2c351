"""Values of a JSON tree, and the words for those that are wrong."""

from typing import Any, Final

import pytest

from laconic_bench.results.fields import (
    MOST,
    FieldError,
    Fields,
    found,
    integer,
    number,
    setting,
    text,
    truth,
    whole,
)

TREE: dict[str, Any] = {"a": 1, "b": None, "inner": {"x y": 2}, "list": [1, 2]}
FIELDS = Fields(TREE, "top")
KINDS: Final[list[tuple[Any, list[Any], list[Any]]]] = [
    (whole, [0, MOST], [-1, MOST + 1, 1.0, True, "1", None, [], {}]),
    (integer, [-5, 10**30], [1.0, False, "1", None]),
    (number, [0, 0.5, 3], [-0.1, float("nan"), float("inf"), 10**400, True, "1", None]),
    (text, ["a"], ["", 1, None]),
    (truth, [True, False], [0, 1, None, "true"]),
    (setting, ["", 1, -2.5, True, None], [[], {}, float("nan"), float("-inf")]),
]


def test_values_are_taken() -> None:
    assert FIELDS.take("a", whole) == 1
    assert FIELDS.maybe("b", whole) is None
    assert FIELDS.maybe("c", whole) is None
    assert FIELDS.mapping("inner", whole) == {"x y": 2}
    assert FIELDS.mapping("b", whole) == FIELDS.mapping("c", whole) == {}
    assert FIELDS.items("list", whole) == [1, 2]
    assert FIELDS.items("b", whole) == FIELDS.items("c", whole) == []


@pytest.mark.parametrize(("kind", "good", "bad"), KINDS)
def test_each_kind_takes_what_it_should(kind: Any, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert kind(value, "here") == value
    for value in bad:
        with pytest.raises(FieldError, match=r"^here: expected .*, found "):
            kind(value, "here")


def test_the_place_is_that_in_the_file() -> None:
    with pytest.raises(FieldError, match=r"^top\.z: is missing$"):
        FIELDS.take("z", whole)
    with pytest.raises(FieldError, match=r"^top\.inner\.'x y': expected a text"):
        FIELDS.mapping("inner", text)
    with pytest.raises(FieldError, match=r"^top\.list\[1\]: expected a text"):
        FIELDS.items("list", text)
    with pytest.raises(FieldError, match=r"^expected an object, found a list"):
        Fields.of([], "")


def test_long_values_are_cut() -> None:
    assert found("x" * 99) == "'" + "x" * 36 + "..."
    values: list[object] = [None, True, 1.5, {}, []]
    assert [found(one) for one in values] == [
        *("null", "true", "1.5", "an object", "a list"),
    ]
