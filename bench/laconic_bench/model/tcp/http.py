"""HTTP/1.1 around SOAP: heads of requests and responses with what is needed and no more."""

from typing import Final

_TYPE: Final = "application/soap+xml; charset=utf-8"
_DATE: Final = "Mon, 02 Mar 2026 00:00:00 GMT"
"""All dates are of this length."""


def request_head(host: str, path: str, action: str, body_bytes: int) -> bytes:
    """Return the head of a POST."""
    return _head(
        f"POST {path} HTTP/1.1",
        f"Host: {host}",
        f'Content-Type: {_TYPE}; action="/{action}"',
        f"Content-Length: {body_bytes}",
    )


def response_head(body_bytes: int, *, is_fault: bool) -> bytes:
    """Return the head of a response. A fault of the receiver has status 500 (SOAP 1.2, 7.5.2)."""
    return _head(
        f"HTTP/1.1 {'500 Internal Server Error' if is_fault else '200 OK'}",
        f"Date: {_DATE}",
        f"Content-Type: {_TYPE}",
        f"Content-Length: {body_bytes}",
    )


def _head(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode()
