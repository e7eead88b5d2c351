"""Laconic in the model: the real cores, endpoints, contexts and codec on a `ModelLink`."""
