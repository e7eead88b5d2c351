"""An Authorize through both cores is one request and its acknowledgement."""

from laconic_bench.link_figures.authorize import authorize, largest, mean_bytes


def test_an_authorize_in_steady_state() -> None:
    found = authorize(60)
    for some in (found.new_tag, found.known_tag):
        assert len(some) == 15
        assert all([way for way, _ in one.datagrams] == ["up", "down"] for one in some)
        assert mean_bytes(some) <= largest(some).wire_bytes <= 115
    assert mean_bytes(found.known_tag) < mean_bytes(found.new_tag)
