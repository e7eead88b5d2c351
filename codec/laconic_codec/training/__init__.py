"""Developers' tools: they train the registry's data. Nothing that runs needs them.

`dictionary` trains on generated messages only, which the other modules make: their shapes are the
registry's, their values are typical ones written here. `prior` says what it is trained on.
"""
