"""Times that follow from the NAT."""

import pytest

from laconic_bench.model.tcp.settings import TcpSettings


@pytest.mark.parametrize(("nat", "ping"), [(30.0, 25.0), (120.0, 110.0), (300.0, 275.0)])
def test_pings_come_just_before_the_mapping_ends(nat: float, ping: float) -> None:
    assert TcpSettings(nat).ping_seconds == ping
