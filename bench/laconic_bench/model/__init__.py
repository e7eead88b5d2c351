"""The benchmark in virtual time: a month of a site in minutes, with every byte on the wire.

    trace -> exchanges -> replay: chargers ---- carrier ---- CSMS
                                          (link, bill)

`replay` plays a trace: chargers say what they said, the CSMS answers what it answered. What lies
between the two is a `Carrier`, one for each contender. All of them send IP packets through the same
`ModelLink`, and charge them to a `Bill`.
"""
