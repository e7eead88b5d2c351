"""Styles differ in white space and in the order of keys, never in what they say."""

import json

import pytest

from laconic_bench.workloads.json_style import COMPACT, JsonObject, Style

TREE: JsonObject = {"b": [1, 2.5], "a": {"d": "é", "c": None}}


@pytest.mark.parametrize(
    ("style", "text"),
    [
        (COMPACT, '{"b":[1,2.5],"a":{"d":"é","c":null}}'),
        (Style(colon=": "), '{"b": [1,2.5],"a": {"d": "é","c": null}}'),
        (Style(", ", ": "), '{"b": [1, 2.5], "a": {"d": "é", "c": null}}'),
        (Style(sorts_keys=True), '{"a":{"c":null,"d":"é"},"b":[1,2.5]}'),
    ],
)
def test_a_style_writes_its_white_space_and_order(style: Style, text: str) -> None:
    assert style.text(TREE) == text
    assert json.loads(text) == TREE
