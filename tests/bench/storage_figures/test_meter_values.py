"""Meter values move as those of a battery do."""

import json
from random import Random

from laconic_bench.storage_figures.meter_values import Samples


def test_a_charger_says_five_samples_a_minute_and_its_register_grows() -> None:
    samples = Samples(Random(1))
    energies: list[int] = []
    for minute in range(1, 300):
        _, message_id, action, payload = json.loads(samples.call(60.0 * minute))
        assert (message_id, action) == (str(minute), "MeterValues")
        values = payload["meterValue"][0]["sampledValue"]
        assert len(values) == 5
        energies.append(int(values[0]["value"]))
    assert energies == sorted(energies)
    assert energies[-1] > energies[0]
