"""The contenders that run over TCP, in virtual time and to the byte.

    application (WebSocket, MQTT, HTTP) - TLS 1.3 - TCP of Linux - IPv4 - `model.link`

What an application writes is a `stream.Chunk`. A `connection.Connection` carries chunks between its
two ends as the kernel does (`sender`, `receiver`, `end`), through the carrier's NAT (`path`).
`carriers.tcp_carriers` has all contenders by name; `kernel` compares with the real thing.

What is assumed, mostly in favour of the contenders:

- Both ends are Linux with its defaults. A loss leaves 0.7 of the window, as with CUBIC; above that
  the window grows as with Reno, which at these rates is the same. No one delays small writes
  (TCP_NODELAY, `set_tcp_nodelay` of Mosquitto). Programs read and answer without delay.
- TLS 1.3 with a short chain of certificates, one way, without session resumption.
- Chargers ping just often enough for the NAT (`settings.ping_seconds`); the server never does.
- One connection for each charger, Basic authentication, no User-Agent and no Server header.
- A charger that loses power says nothing. What the server still sends to it ends at the NAT and
  costs nothing, until the server has waited long enough or the charger has connected again.
- SOAP: chargers on 1.6 only, with an address that can be reached from the cloud for commands.
"""
