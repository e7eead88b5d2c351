"""Settings of Laconic in the model."""

from laconic_bench.model.laconic.settings import PATIENCE_SECONDS, LaconicSettings
from laconic_gateway.config.link import BatchSection
from laconic_gateway.core.site.policy import MessageClass


def test_the_defaults_are_those_of_the_configuration() -> None:
    defaults = BatchSection()
    for name in ("transaction", "alarm", "status", "telemetry", "background"):
        configured = getattr(defaults, f"{name}_seconds")
        assert PATIENCE_SECONDS[MessageClass(name)] == configured
    assert PATIENCE_SECONDS[MessageClass.INTERACTIVE] == 0


def test_a_window_is_for_what_may_wait_and_an_upper_bound_for_the_others() -> None:
    patience = LaconicSettings().with_window(5.0).patience_seconds
    assert patience[MessageClass.TELEMETRY] == patience[MessageClass.BACKGROUND] == 5.0
    assert patience[MessageClass.STATUS] == 5.0
    assert patience[MessageClass.TRANSACTION] == 2.0
    assert patience[MessageClass.INTERACTIVE] == 0.0
