"""The lines about latencies, from made-up times."""

from laconic_bench.latency.measure import PROFILE, Measured, Times
from laconic_bench.link_figures.latency_section import lines_of


def test_goals_are_compared_with_what_was_measured() -> None:
    ours, theirs = Times((0.6, 0.62, 0.61)), Times((1.5, 1.6, 1.7))
    lines = list(lines_of(Measured(PROFILE, ours, theirs, Times((0.6, 0.6, 0.6)))))
    assert "| Laconic, p50 above that of the echo | <= 30 ms | 10 ms | yes |" in lines
    assert "| Laconic, p95 against OCPP-J over TLS | <= 0.5 | 0.37 | yes |" in lines
    assert any(line.startswith("| OCPP-J over TLS | 1600 ms |") for line in lines)
