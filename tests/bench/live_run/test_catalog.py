"""Who can run live."""

from laconic_bench.contenders.catalog import ENTRANTS
from laconic_bench.live_run.catalog import live_contender, reason_why_not

ALWAYS = {"laconic", "laconic-active", "laconic-relay", "ocppj-tls", "ocppj-deflate"}


def test_each_contender_runs_live_or_has_a_reason() -> None:
    live = {name for name, one in ENTRANTS.items() if live_contender(one) is not None}
    assert live >= ALWAYS
    for name in ENTRANTS.keys() - live:
        assert reason_why_not(ENTRANTS[name]).startswith("not measured live: ")
    assert "coding" in reason_why_not(ENTRANTS["laconic-zstd"])
