"""A NAT on loopback that forgets its binding when a test asks for it."""

import asyncio

LOOPBACK = "127.0.0.1"


class Nat(asyncio.DatagramProtocol):
    """A NAT on loopback: one outside socket at a time, replaced by `rebind`."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._inside_address: tuple[str, int] | None = None
        self.lose_upwards = 0
        self.lost = asyncio.Event()

    async def open(self) -> int:
        self._inside, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: self, local_addr=(LOOPBACK, 0)
        )
        self._outside = await self._binding()
        port: int = self._inside.get_extra_info("sockname")[1]
        return port

    async def rebind(self) -> None:
        self._outside.close()
        self._outside = await self._binding()

    async def _binding(self) -> asyncio.DatagramTransport:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: Outside(self), remote_addr=self._target
        )
        return transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._inside_address = addr
        if self.lose_upwards:
            self.lose_upwards -= 1
            self.lost.set()
        else:
            self._outside.sendto(data)

    def inwards(self, data: bytes) -> None:
        self._inside.sendto(data, self._inside_address)

    def close(self) -> None:
        self._inside.close()
        self._outside.close()


class Outside(asyncio.DatagramProtocol):
    def __init__(self, nat: Nat) -> None:
        self._nat = nat

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._nat.inwards(data)
