"""The benchmark's Laconic is set up as README.md tells its readers to."""

import tomllib
from pathlib import Path

from laconic_bench.contenders.laconic import METERED
from laconic_gateway.core.site.policy import MessageClass

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")


def test_the_settings_for_a_prepaid_sim_are_those_of_the_contender() -> None:
    block = README.partition("<!-- prepaid:begin -->")[2].partition("<!-- prepaid:end -->")[0]
    settings = tomllib.loads(block.strip().removeprefix("```toml").removesuffix("```"))
    assert set(settings) == {"chargers", "batch"}
    assert set(settings["chargers"]) == {"empty_answers"}
    assert frozenset(settings["chargers"]["empty_answers"]) == METERED.empty_answers
    for name, seconds in settings["batch"].items():
        message_class = MessageClass(name.removesuffix("_seconds"))
        assert METERED.patience_seconds[message_class] == seconds
