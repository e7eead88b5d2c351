"""`laconic bench run --live`: the work of the model, with real programs on real kernels.

    replay: chargers --WebSocket-- near end ~~ `live.network` ~~ far end --WebSocket-- replay: CSMS

The same trace, the same conversations and the same judge as in `model`; what lies between them is
real: sockets, TLS, the services of Laconic as processes, and the radio link of `live`, which counts
every IP packet. `catalog` has the contenders that can run like this, `play` plays one.
"""
