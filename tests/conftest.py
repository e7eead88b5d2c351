"""Hypothesis in all tests: no deadlines, they would measure the machine."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "laconic",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
settings.load_profile("laconic")
