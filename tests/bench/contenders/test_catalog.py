"""The contenders."""

import pickle

import pytest

from laconic_bench.contenders.catalog import ENTRANTS, USUAL, chosen
from laconic_gateway.errors import UsageError


def test_the_default_contender_is_called_laconic() -> None:
    assert next(iter(ENTRANTS)) == "laconic"
    assert ENTRANTS["laconic"].settings["answers"] == "local"
    assert ENTRANTS["laconic"].settings["reachability"] == "always"


def test_contenders_are_chosen_by_name_once_and_in_order() -> None:
    assert [one.name for one in chosen(["coap-zstd", "laconic", "coap-zstd"])] == [
        "coap-zstd",
        "laconic",
    ]
    assert [one.name for one in chosen([])] == list(USUAL)
    assert [one.name for one in chosen(["all"])] == list(ENTRANTS)


def test_an_unknown_name_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UsageError, match=r"'laconik'.*laconic, .*coap-zstd"):
        chosen(["laconik"])


def test_contenders_can_go_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(list(ENTRANTS.values()))) == list(ENTRANTS.values())


def test_settings_tell_contenders_apart() -> None:
    laconic = [one for name, one in ENTRANTS.items() if name.startswith("laconic")]
    assert len({tuple(one.settings.items()) for one in laconic}) == len(laconic)
