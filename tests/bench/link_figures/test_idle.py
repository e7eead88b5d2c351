"""What a site costs that has nothing to say; the months are in tests/gateway/core."""

from laconic_bench.link_figures import idle


def test_a_search_says_what_it_took() -> None:
    found = idle.search(120.0)
    assert found.wire_bytes <= 1_000
    assert 92 * len(found.probes) == found.wire_bytes  # 46 bytes each way
    assert 60 < found.interval_seconds < 120


def test_no_keepalive_leaves_beside_other_traffic() -> None:
    found = idle.keepalives_of_an_hour()
    assert found.while_busy == 0
    assert found.while_idle == 32


def test_an_idle_month_is_counted() -> None:
    found = idle.idle_month("active", 120.0)
    assert found.wire_bytes <= 300_000
    assert found.datagrams > found.bare_keepalives
