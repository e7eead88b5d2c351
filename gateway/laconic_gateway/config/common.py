"""What both configuration files have in common: types, annotations and two tables.

The annotation of a setting holds its meaning, its limits and an example. Error messages and
docs/configuration.md are made from it.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from laconic_gateway.address import Address

Level = Literal["debug", "info", "warning", "error"]

SiteName = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}\Z",
        description="Name of the site, the same in both files.",
        examples=["kisumu-1"],
        extra={
            "expected": "1 to 64 characters out of A-Z a-z 0-9 . _ - without a dot at the start"
        },
    ),
]
Identity = Annotated[
    str,
    Meta(
        pattern=r"^[^:\x00-\x1f\x7f]{1,255}\Z",
        description="Identity of the charger: the last part of the URL it connects to, with"
        " percent-encoding removed.",
        examples=["CP1"],
        extra={"expected": "1 to 255 characters, no colon and no control character"},
    ),
]


Password = Annotated[
    str,
    Meta(
        pattern=r"^[^\x00-\x1f\x7f]+\Z",
        examples=["a long secret"],
        extra={
            "expected": "a text in quotes with at least one character and no control character",
            "secret": True,
        },
    ),
]
Megabytes = Annotated[float, Meta(ge=0.1, le=1_000_000)]


def password_file_meta(description: str) -> Meta:
    """Annotates the path of a file that holds a password."""
    return Meta(
        description=description + " One line; white space at its end does not count.",
        examples=["CP1.password"],
        extra={"expected": "the path of a file", "alternative": True},
    )


def listen_meta(example: str, what: str) -> Meta:
    """Annotates an address on which a service listens."""
    return Meta(
        description=f"{what} 0.0.0.0 means every IPv4 address of this machine.",
        examples=[example],
        extra={"expected": "host:port, with a port from 0 to 65535 and an IPv6 host in brackets"},
    )


def keys_meta(end: str) -> Meta:
    """Annotates the directory of the keys of one end."""
    return Meta(
        description=f"Directory with the key material of this end: the folder `{end}` that"
        " `laconic keys new` makes.",
        examples=[f"keys/kisumu-1/{end}"],
        extra={"expected": "the path of a directory"},
    )


def state_directory_meta(what: str, limit: str) -> Meta:
    """Annotates the directory in which a service keeps its state."""
    return Meta(
        description=f"Directory of {what}; it is made when it is missing. It must be on a local"
        f" disk. It may grow to {limit}; when it is full, chargers are not answered until there is"
        " room again.",
        examples=["state"],
        extra={"expected": "the path of a directory"},
    )


def seconds_meta(at_least: int, at_most: int, example: int, description: str) -> Meta:
    """Annotates a time with its limits."""
    return Meta(ge=at_least, le=at_most, description=description, examples=[example])


def megabytes_meta(example: int, description: str) -> Meta:
    """Annotates `Megabytes`."""
    return Meta(description=description, examples=[example])


class Section(Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a configuration file; an unknown key is an error."""


class MetricsSection(Section, frozen=True):
    """The metrics server, which runs only with this table."""

    listen: Annotated[
        Address,
        listen_meta(
            "127.0.0.1:9464",
            "Where Prometheus reads /metrics (TCP, HTTP). There is no password, so keep it on a"
            " private address.",
        ),
    ]


class LogSection(Section, frozen=True):
    """The log, which goes to standard error."""

    level: Annotated[
        Level,
        Meta(
            description="The least important events that are still logged.",
            examples=["info"],
            extra={"expected": '"debug" or "info" or "warning" or "error"'},
        ),
    ] = "info"


def metrics_listen(metrics: MetricsSection | None) -> dict[str, Address]:
    """The address of the metrics server by the key that sets it; nothing without a server."""
    return {} if metrics is None else {"metrics.listen": metrics.listen}
