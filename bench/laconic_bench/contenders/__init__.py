"""Who takes part in the benchmark: Laconic in several settings, and what one would use instead.

`catalog.ENTRANTS` has all by name. Each makes a `model.carrier.Carrier`.
"""
