"""Trees keep the spelling of numbers and the order of keys; styles cover what firmware writes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import jsontext
from laconic_codec.jsontext import STYLES, Irregular, Number, Tree
from tests.support.strategies import json_texts, json_trees, payload_trees, styles


@given(json_trees(), st.integers(0, len(STYLES) - 1))
def test_a_rendered_tree_is_parsed_to_the_same_tree(tree: Tree, style: int) -> None:
    again = jsontext.parse(jsontext.render(tree, STYLES[style]))
    assert again == tree
    assert _shape(again) == _shape(tree)


@given(json_texts())
def test_a_style_is_only_claimed_when_it_gives_the_same_text(text: str) -> None:
    try:
        tree = jsontext.parse(text)
    except Irregular:
        return
    number = jsontext.style_number(text, tree)
    assert number is None or jsontext.render(tree, STYLES[number]) == text


@given(json_texts())
def test_the_tree_means_what_the_standard_parser_says(text: str) -> None:
    try:
        tree = jsontext.parse(text)
    except Irregular:
        return
    compact = jsontext.render(tree, STYLES[0])
    assert _standard(compact) == _standard(text)


@given(payload_trees(), styles())
def test_the_style_of_an_object_is_found(tree: dict[str, Tree], style: int) -> None:
    text = jsontext.render(tree, STYLES[style])
    # A first key with a quote and a colon in it misleads: then the text itself travels.
    assert jsontext.style_number(text, tree) is not None or '\\":' in text


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("{}", 0),
        ('{"a":1,"b":[1,2]}', 0),
        ('{"a": 1, "b": [1, 2]}', 1),
        ('{\n\t\t"a":\t1,\n\t\t"b":\t[1, 2]\n\t}', 2),
        ('{"a": 1,"b": [1,2]}', 3),
        ('{":": null}', 1),
        ('{"": 1,":": 2}', 3),
        ('{"a": 1, "b":"c",  "d": 2}', None),
        ('{"info":"{\\"a\\": 1, \\"b\\": 2}"}', 0),
        ('{"url":"https:\\/\\/a"}', 4),
        ('{"name":"Stra\\u00dfe"}', 8),
        ('{"name": "Stra\\u00dfe", "url": "\\/"}', 13),
        ('{"name":"Straße"}', 0),
        ('{"path":"\\\\/"}', 0),
        ('{"name":"Straße\\u0001"}', 0),
        ('{"a": 1, "b": [1,2]}', None),
        ('{"a": 1,"b":2}', None),
        ('{"a":1, "b":2}', None),
        ('{"a":  1, "b": 2}', None),
        ('{"a, b": ": 1, 2"}', 1),
        ('{"a":[1,\t2]}', None),
        ('{"a" :1}', None),
        ('{"a":1 }', None),
        ('{ "a":1}', None),
        ('{"name":"Stra\\u00DFe"}', None),
        ('{"name":"\\u0041"}', None),
        ('{\n\t"a":\t1\n}', None),
    ],
)
def test_the_style_of_a_text(text: str, style: int | None) -> None:
    assert jsontext.style_number(text, jsontext.parse(text)) == style


@pytest.mark.parametrize("number", ["230.40", "-0", "1E+2", "3.48e-05", "9" * 5000])
def test_a_number_is_its_text(number: str) -> None:
    tree = jsontext.parse(number)
    assert isinstance(tree, Number)
    assert tree == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a":1,"a":2}',
        '[{"b":{"a":1,"b":2,"a":1}}]',
        "NaN",
        "[-Infinity]",
        "01",
        "1 2",
        '"\n"',
        '"\x00"',
        "{'a':1}",
        "[1,]",
        "[" * 100_000,
    ],
)
def test_what_is_no_json_or_has_a_key_twice_has_no_tree(text: str) -> None:
    with pytest.raises(Irregular):
        jsontext.parse(text)


def _shape(tree: Tree) -> object:
    """Return what `==` does not compare: the order of keys, and which texts are numbers."""
    if isinstance(tree, dict):
        return [(key, _shape(value)) for key, value in tree.items()]
    if isinstance(tree, list):
        return [_shape(value) for value in tree]
    return type(tree)


def _standard(text: str) -> object:
    return json.loads(text, parse_int=str, parse_float=str)
