"""Files of results: what is written is read again, and what is wrong is told."""

import json
import random
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_bench.results.result import Result
from laconic_bench.results.result_file import (
    BEGINS,
    ResultError,
    check_place,
    read,
    read_all,
    to_text,
    write,
)
from tests.support.bench_results import LINKS, RESULTS, file_of, sample, several

Edit = Callable[[Any], None]
MUTATIONS: Final = 300


def edited(folder: Path, edit: Edit) -> Path:
    path = file_of(folder, sample(names=["laconic"]))
    tree = json.loads(path.read_text())
    edit(tree)
    path.write_text(json.dumps(tree))
    return path


def laconic(key: str, value: object) -> Edit:
    def edit(tree: Any) -> None:
        tree["contenders"]["laconic"][key] = value

    return edit


def top(key: str, value: object) -> Edit:
    def edit(tree: Any) -> None:
        tree[key] = value

    return edit


def test_what_is_no_file_of_this_kind_is_not_replaced(tmp_path: Path) -> None:
    log, empty, new = (tmp_path / name for name in ("log", "empty", "new"))
    log.write_text("2026-03-02 CP1 -> CSMS []", encoding="utf-8")
    empty.touch()
    with pytest.raises(ResultError, match=r"log: something else is there, .* begin with {, and"):
        check_place(log, BEGINS)
    for path in (empty, new, file_of(tmp_path, sample())):
        check_place(path, BEGINS)
    check_place(log)


def test_a_hyphen_is_no_file() -> None:
    with pytest.raises(ResultError, match="-: a file has to have another name"):
        check_place(Path("-"))


@given(found=RESULTS)
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read(found: Result, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "one.json"
    write(path, [found])
    assert read(path) == [found]


def test_several_results_are_read_in_their_order(tmp_path: Path) -> None:
    assert read(file_of(tmp_path, *several())) == several()


def test_the_file_has_the_documented_keys() -> None:
    tree = json.loads(to_text([sample()]))
    assert list(tree) == [
        "format",
        *("scenario", "link", "link_settings", "measured", "days", "from_hour", "seed", "events"),
        *("chargers", "messages", "json_bytes", "entropy_floor_bytes", "heartbeat_entropy_bytes"),
        *("archivers", "contenders", "versions"),
    ]
    assert list(tree["link_settings"]) == [
        *("round_trip_ms", "jitter_ms", "rate_bits_per_second", "loss", "nat_timeout_seconds"),
    ]
    assert list(tree["contenders"]["laconic"]) == [
        *("payload_bytes", "entropy_ratio", "wire_bytes_up", "wire_bytes_down"),
        *("wire_mb_per_month", "by_layer", "by_action", "by_cause", "latency_ms", "delivery_ms"),
        *("lost", "payload_mismatches", "repeated_messages"),
        *("substituted_answers", "refused_commands"),
        *(
            "detection_seconds",
            "recovery_seconds",
            "cpu_seconds",
            "memory_mb",
            "daily_wire_bytes",
            "computed",
            "settings",
        ),
    ]
    assert tree["contenders"]["coap-tcp"] == {
        "computed": False,
        "settings": {},
        "reason": "aiocoap is not installed",
    }
    assert list(json.loads(to_text(several()))) == ["results"]


def test_the_shape_without_the_additions_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    figures = {
        "payload_bytes": 5,
        "wire_bytes_up": 6,
        "wire_bytes_down": 4,
        "wire_mb_per_month": 0.00001,
        "by_layer": {"payload": 5, "ip": 5},
        "by_action": {"MeterValues": 10},
        "latency_ms": {"interactive": {"p50": 1, "p95": 2, "p99": 3}},
        "lost": 0,
        "payload_mismatches": 0,
    }
    head = {"scenario": "chaji", "link": "2g", "days": 30, "seed": 1, "messages": 2}
    sizes = {"json_bytes": 100, "entropy_floor_bytes": 4, "versions": {"laconic": "0.1"}}
    path.write_text(json.dumps({**head, **sizes, "contenders": {"laconic": figures}}))
    [found] = read(path)
    assert found.measured_contenders["laconic"].wire_bytes == 10
    assert (found.link_settings, found.measured, found.chargers) == (None, "model", None)


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (laconic("wire_bytes_up", "12"), "contenders.laconic.wire_bytes_up: expected a whole num"),
        (laconic("wire_bytes_up", True), "contenders.laconic.wire_bytes_up: expected a whole num"),
        (laconic("payload_bytes", -1), "contenders.laconic.payload_bytes: expected a whole number"),
        (laconic("by_layer", {"ip": 1}), "contenders.laconic: by_layer: its sum is 1, but wire_b"),
        (laconic("by_layer", []), "contenders.laconic.by_layer: expected an object, found a list"),
        (laconic("daily_wire_bytes", {}), "daily_wire_bytes: expected a list, found an object"),
        (laconic("daily_wire_bytes", [1, None]), "daily_wire_bytes[2]: expected a whole number fr"),
        (laconic("latency_ms", {"a": {}}), "contenders.laconic.latency_ms.a.p50: is missing"),
        (laconic("wire_mb_per_month", 99), "wire_mb_per_month: is 99, but the other figures make"),
        (laconic("entropy_ratio", 9), "contenders.laconic.entropy_ratio: is 9, but the other fig"),
        (laconic("computed", 1), "contenders.laconic.computed: expected true or false, found 1"),
        (laconic("settings", {"a b": []}), "contenders.laconic.settings.'a b': expected a text, n"),
        (top("contenders", None), "contenders: expected an object, found null"),
        (top("contenders", {"x": {}}), "contenders.x.wire_bytes_up: is missing"),
        (top("days", 0), "days: expected at least 0.001, found 0"),
        (top("scenario", ""), "scenario: expected a text, found ''"),
        (top("measured", "guessed"), "measured: expected 'model' or 'live', found 'guessed'"),
        (top("results", []), "results: there is no result"),
        (top("results", [3]), "results[1]: expected an object, found 3"),
        (top("link_settings", {**asdict(LINKS["2g"]), "loss": 2}), "loss: expected a share from 0"),
        (top("link_settings", {}), "link_settings.loss: is missing"),
    ],
)
def test_a_wrong_value_is_told_with_its_place(edit: Edit, told: str, tmp_path: Path) -> None:
    path = edited(tmp_path, edit)
    with pytest.raises(ResultError) as error:
        read(path)
    assert str(error.value).startswith(f"{path}: ")
    assert told in str(error.value)
    assert str(error.value).endswith("Make the file again with: laconic bench run --json FILE")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "line 1: is not JSON"),
        (b'{\n"a": }', "line 2: is not JSON"),
        (b"\xff", "is not a text in UTF-8"),
        (b"[" * 100_000, "too deep"),
        (b"[" + b"9" * 5_000 + b"]", "too long a number"),
        (b'"\\ud800"', "half a character"),
        (b"[]", "expected an object, found a list"),
        (b"NaN", "expected an object, found nan"),
    ],
)
def test_what_is_no_result_is_told(data: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(data)
    with pytest.raises(ResultError) as error:
        read(path)
    assert told in str(error.value)


@pytest.mark.parametrize("seed", range(3))
def test_damage_is_always_told_or_harmless(seed: int, tmp_path: Path) -> None:
    draws = random.Random(seed)
    data = file_of(tmp_path, sample(names=["laconic"], days=2)).read_bytes()
    path = tmp_path / "damaged.json"
    told = 0
    for _ in range(MUTATIONS):
        at = draws.randrange(len(data))
        new = draws.choice([b"", b"9", b"-", b'"', b"{", b"null", b"1e999", b"\\ud800", b"\x00"])
        path.write_bytes(data[:at] + new + data[at + draws.randint(0, 3) :])
        try:
            read(path)
        except ResultError:
            told += 1
    assert told > MUTATIONS // 2, f"seed {seed}"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=8,
    )
)
@settings(max_examples=100, deadline=None)
def test_any_tree_in_the_place_of_figures_is_told(
    tmp_path_factory: pytest.TempPathFactory, tree: object
) -> None:
    path = edited(tmp_path_factory.getbasetemp(), top("contenders", {"laconic": tree}))
    with pytest.raises(ResultError):
        read(path)


def test_the_same_combination_twice_is_told(tmp_path: Path) -> None:
    one, other = sample(), replace(sample(), seed=2)
    with pytest.raises(ResultError, match="results: boda-site, 2g, NAT 120 s is there twice"):
        read(file_of(tmp_path, one, other))
    first = file_of(tmp_path, one, name="first.json")
    second = file_of(tmp_path, sample("chaji"), other, name="second.json")
    with pytest.raises(ResultError, match=r"second.json: boda-site.* is also in .*first.json"):
        read_all([first, second])
    assert [one.scenario for one in read_all([first])] == ["boda-site"]


def test_another_format_is_told_and_a_file_without_one_is_read(tmp_path: Path) -> None:
    path = file_of(tmp_path, sample())
    tree = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**tree, "format": 99}), encoding="utf-8")
    with pytest.raises(ResultError, match="format: is 99, and this version of laconic reads only"):
        read(path)
    del tree["format"]
    path.write_text(json.dumps(tree), encoding="utf-8")
    assert read(path) == [sample()]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match=r"no.json: No such file or directory. Correct the path"):
        read(tmp_path / "no.json")
    with pytest.raises(ResultError, match=r"No such file or directory. Correct the path"):
        write(tmp_path / "no" / "no.json", [sample()])


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_changed(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="it is a folder"):
        check_place(tmp_path)
    with pytest.raises(ResultError, match=f"nothing can be written to {tmp_path}/no"):
        check_place(tmp_path / "no" / "no.json")
    # A program that runs cannot be written, not even by root.
    with pytest.raises(ResultError, match="it cannot be written: "):
        check_place(Path(sys.executable).resolve())
    there = tmp_path / "there.json"
    there.write_text("old", encoding="utf-8")
    check_place(there)
    check_place(tmp_path / "new.json")
    assert [path.name for path in tmp_path.iterdir()] == ["there.json"]
    assert there.read_text(encoding="utf-8") == "old"
