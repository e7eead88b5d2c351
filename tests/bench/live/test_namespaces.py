"""Namespaces are entered by one thread at a time, and leave nothing behind."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from laconic_bench.live import namespaces
from laconic_bench.live.namespaces import Namespace, NetworkError, lacking, new_suffix, remove, run
from tests.support.live import needs_network


def new() -> Namespace:
    return Namespace(f"laconic-test-{new_suffix()}")


@needs_network
def test_only_the_thread_of_a_call_is_in_the_namespace() -> None:
    outside = os.stat("/proc/thread-self/ns/net").st_ino
    namespace = new()
    try:
        assert namespace.call(lambda: os.stat("/proc/thread-self/ns/net").st_ino) != outside
        assert os.stat("/proc/thread-self/ns/net").st_ino == outside
        with pytest.raises(ZeroDivisionError):
            namespace.call(lambda: 1 // 0)
    finally:
        namespace.remove()


@needs_network
def test_sockets_of_a_namespace_are_not_reached_from_outside() -> None:
    namespace = new()
    try:
        with namespace.socket() as listening, namespace.socket() as inside:
            listening.bind(("127.0.0.1", 0))
            listening.listen()
            inside.connect(listening.getsockname())
            with socket.socket() as outside, pytest.raises(ConnectionRefusedError):
                outside.connect(listening.getsockname())
    finally:
        namespace.remove()


@needs_network
def test_a_setting_is_that_of_the_namespace_alone() -> None:
    path = Path("/proc/sys/net/ipv4/ip_default_ttl")
    before = path.read_text()
    namespace = new()
    try:
        namespace.write_sysctl("ipv4/ip_default_ttl", "33")
        assert namespace.call(path.read_text) == "33\n"
        assert path.read_text() == before
        with pytest.raises(NetworkError, match="ip_default_ttl"):
            namespace.write_sysctl("ipv4/ip_default_ttl", "many")
    finally:
        namespace.remove()


@needs_network
def test_what_still_runs_in_a_namespace_ends_with_it() -> None:
    namespace = new()
    process = subprocess.Popen(namespace.command("sleep", "1000"))
    while not run("ip", "netns", "pids", namespace.name):
        pass
    namespace.remove()
    assert process.wait() == -9
    assert namespace.name not in run("ip", "netns", "list")
    remove(namespace.name)  # It is gone already.


@needs_network
def test_a_program_that_fails_says_what_it_said() -> None:
    with pytest.raises(NetworkError, match="No such file"):
        run("ip", "-n", "laconic-no-such", "link")
    with pytest.raises(NetworkError, match="cannot run"):
        run("laconic-no-such-program")


def test_the_reason_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def which(command: str) -> str | None:
        return None if command == "conntrack" else f"/sbin/{command}"

    monkeypatch.setattr(shutil, "which", which)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(namespaces, "_TUN", Path("/dev/null"))
    lacking.cache_clear()
    try:
        assert lacking() == "not installed: conntrack"
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        lacking.cache_clear()
        assert lacking() == "network namespaces need root"
    finally:
        lacking.cache_clear()
