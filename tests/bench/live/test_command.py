"""`python -m laconic_bench.live`."""

import json
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from laconic_bench.live.__main__ import main
from laconic_bench.live.namespaces import run
from tests.support.live import needs_network

RECEIVER = """\
import pathlib, socket
receiver = socket.socket(type=socket.SOCK_DGRAM)
receiver.bind(("", 9))
pathlib.Path("{ready}").touch()
receiver.recv(99)
"""
SENDER = """\
import pathlib, socket, time
while not pathlib.Path("{ready}").exists():
    time.sleep(0.01)
socket.socket(type=socket.SOCK_DGRAM).sendto(bytes(72), ("198.51.100.10", 9))
"""
"""Sends when the receiver is there: what comes before would be answered with an ICMP error."""


@needs_network
def test_it_runs_programs_and_prints_what_they_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capture = tmp_path / "link.pcap"
    arguments = ["--link", "lte", "--loss", "0", "--nat-timeout-seconds", "30", "--json"]
    receiver, sender = (
        shlex.join([sys.executable, "-c", text.format(ready=tmp_path / "ready")])
        for text in (RECEIVER, SENDER)
    )
    programs = ["--expander", receiver, "--site", sender, "--pcap", str(capture)]
    assert main([*arguments, *programs]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert counts["up"]["entered"]["datagram_bytes"] == counts["sim_bytes"] == 100
    assert capture.stat().st_size == 24 + 16 + 100


@needs_network
def test_ctrl_c_ends_it_and_leaves_nothing_behind() -> None:
    # Whoever runs the tests in the background may ignore SIGINT, and children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "laconic_bench.live", "--link", "2g"],
        stdout=subprocess.PIPE,
        text=True,
    )
    signal.signal(signal.SIGINT, before)
    assert process.stdout is not None
    enter = [process.stdout.readline().split() for _ in range(2)]
    names = [words[3] for words in enter]
    assert [words[:3] for words in enter] == [["ip", "netns", "exec"]] * 2
    assert all(name in run("ip", "netns", "list") for name in names)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate()
    assert process.returncode == 0
    assert output.endswith("The site's SIM pays for 0 bytes.\n")
    assert not any(name in run("ip", "netns", "list") for name in names)


@needs_network
def test_the_exit_code_is_that_of_the_program_at_the_site(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--site", "sh -c 'exit 7'"]) == 7
    assert "0 packets" in capsys.readouterr().out


def test_a_number_that_cannot_be_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--loss", "2"]) == 1
    assert "loss is a probability" in capsys.readouterr().err
