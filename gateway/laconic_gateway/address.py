"""A network address as it stands in a configuration file."""

import ipaddress
import re
from typing import Self

_ADDRESS = re.compile(
    r"(?:\[(?P<v6>[^\[\]]+)\]|(?P<name>[A-Za-z0-9._-]{1,253})):(?P<port>[0-9]{1,5})"
)


class Address(tuple[str, int]):
    """A host and a UDP or TCP port. Unpacks as `host, port = address`."""

    __slots__ = ()

    def __new__(cls, host: str, port: int) -> Self:
        return super().__new__(cls, (host, port))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads `host:port`; an IPv6 address stands in brackets, as in `[::1]:5683`.

        Raises:
            ValueError: the text has another form, or the port is above 65535.
        """
        match = _ADDRESS.fullmatch(text)
        if match is None or int(match["port"]) > 65_535:
            raise ValueError(f"{text!r} is not host:port")
        if match["v6"] is not None:
            ipaddress.IPv6Address(match["v6"])
        return cls(match["v6"] or match["name"], int(match["port"]))

    @property
    def host(self) -> str:
        """Name or IP address, without brackets."""
        return self[0]

    @property
    def port(self) -> int:
        """Port number; 0 lets the system choose a free one."""
        return self[1]

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
