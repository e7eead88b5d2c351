"""Heads of HTTP, as the parsers of the standard library read them."""

import io
from http.client import parse_headers

from laconic_bench.model.tcp.http import request_head, response_head


def test_a_request_head() -> None:
    file = io.BytesIO(request_head("csms.example.com", "/ocpp/1.6", "Heartbeat", 812))
    assert file.readline() == b"POST /ocpp/1.6 HTTP/1.1\r\n"
    headers = parse_headers(file)
    assert headers["Content-Length"] == "812" and headers["Host"] == "csms.example.com"
    assert headers["Content-Type"] == 'application/soap+xml; charset=utf-8; action="/Heartbeat"'
    assert file.read() == b""


def test_a_response_head_says_whether_it_is_a_fault() -> None:
    for is_fault, line in (
        (False, b"HTTP/1.1 200 OK\r\n"),
        (True, b"HTTP/1.1 500 Internal Server Error\r\n"),
    ):
        file = io.BytesIO(response_head(90, is_fault=is_fault))
        assert file.readline() == line
        headers = parse_headers(file)
        assert headers["Content-Length"] == "90" and len(headers["Date"]) == 29
