"""The contenders that run over TCP, in virtual time and to the byte.

    application (WebSocket, MQTT, HTTP) - TLS 1.3 - TCP of Linux - IPv4 - `model.link`

What an application writes is a `stream.Chunk`. A `connection.Connection` carries chunks between its
two ends as the kernel does (`sender`, `receiver`, `end`), through the carrier's NAT (`path`).
"""
