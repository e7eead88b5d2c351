"""Sizes of MQTT by formula, and by Mosquitto with paho-mqtt, if that broker is installed."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from laconic_bench.model.tcp import mqtt
from laconic_bench.ports import free_port

IDENTITY, STATE, UP, DOWN = "BODA-01", "ocpp/s/BODA-01/state", "ocpp/s/a/up", "ocpp/s/a/down"
PATIENCE_SECONDS = 10.0
_KINDS = {1: "CONNECT", 2: "CONNACK", 3: "PUBLISH", 4: "PUBACK", 8: "SUBSCRIBE", 9: "SUBACK"}
_PINGS = {12: "PINGREQ", 13: "PINGRESP"}

needs_broker = pytest.mark.skipif(
    shutil.which("mosquitto") is None, reason="the broker mosquitto is not installed"
)


class Tap:
    """Passes one connection on to the broker, and keeps all bytes of both ways."""

    def __init__(self, port: int) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.seen = {"up": bytearray(), "down": bytearray()}
        self._has_passed = threading.Condition()
        self._broker_port = port
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with self._listening:
            client, _ = self._listening.accept()
        broker = socket.create_connection(("127.0.0.1", self._broker_port))
        with client, broker:
            back = threading.Thread(target=self._pass, args=(broker, client, "down"))
            back.start()
            self._pass(client, broker, "up")
            back.join()

    def _pass(self, source: socket.socket, target: socket.socket, way: str) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
                with self._has_passed:
                    self.seen[way] += data
                    self._has_passed.notify_all()
            target.shutdown(socket.SHUT_WR)

    def join(self) -> None:
        """Wait until both sides have closed."""
        self._thread.join(PATIENCE_SECONDS)

    def packets(self, way: str) -> list[tuple[str, int]]:
        """Return kind and length of each packet of one way."""
        return list(_packets(bytes(self.seen[way])))

    def wait_for(self, way: str, kind: str, count: int = 1) -> None:
        """Wait until so many packets of a kind have passed."""

        def have_passed() -> bool:
            return sum(one == kind for one, _ in self.packets(way)) >= count

        with self._has_passed:
            assert self._has_passed.wait_for(have_passed, PATIENCE_SECONDS), self.packets(way)


def _packets(data: bytes) -> Iterator[tuple[str, int]]:
    """Yield the packets that are there as a whole."""
    while data:
        length, shift, position = 0, 0, 1
        while position < len(data):
            byte = data[position]
            length |= (byte & 127) << shift
            position, shift = position + 1, shift + 7
            if byte < 128:
                break
        if len(data) < position + length or position == 1:
            return
        yield (_KINDS | _PINGS)[data[0] >> 4], position + length
        data = data[position + length :]


@contextmanager
def broker(folder: Path) -> Generator[int]:
    """Run a broker on a free port."""
    port = free_port()
    configuration = folder / "mosquitto.conf"
    # It tells on its standard error when it is running.
    configuration.write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous true\nlog_dest stderr\nlog_type all\n"
    )
    process = subprocess.Popen(
        ["mosquitto", "-c", str(configuration)], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        assert any("running" in line for line in process.stderr), "the broker has ended"
        yield port
    finally:
        process.terminate()
        process.communicate()


@needs_broker
def test_all_packets_are_as_long_as_those_of_a_real_client_and_broker(tmp_path: Path) -> None:
    with broker(tmp_path) as port:
        tap = Tap(port)
        client = paho.Client(CallbackAPIVersion.VERSION2, IDENTITY, True)
        client.username_pw_set(IDENTITY, mqtt.PASSWORD)
        client.will_set(STATE, "0", qos=1)
        connected = threading.Event()

        def on_connect(
            _client: paho.Client,
            _data: object,
            _flags: paho.ConnectFlags,
            _reason: ReasonCode,
            _properties: Properties | None,
        ) -> None:
            connected.set()

        client.on_connect = on_connect
        # The shortest that Mosquitto takes; the ping comes after it.
        client.connect("127.0.0.1", tap.port, keepalive=5)
        client.loop_start()
        assert connected.wait(PATIENCE_SECONDS)
        client.subscribe(DOWN, 1)
        tap.wait_for("down", "SUBACK")
        for size in (1, 100, 200, 20_000):
            client.publish(UP, b"x" * size, 1)
            client.publish(DOWN, b"x" * size, 1)
        tap.wait_for("up", "PUBACK", 4)
        tap.wait_for("down", "PUBACK", 8)
        tap.wait_for("down", "PINGRESP")
        tap.wait_for("up", "PINGREQ")  # it was passed on before it was noted
        up, down = tap.packets("up"), tap.packets("down")
        client.disconnect()
        client.loop_stop()
        tap.join()

    def published(topic: str, size: int) -> tuple[str, int]:
        return "PUBLISH", mqtt.publish_bytes(topic, size) + size

    asked = [published(topic, size) for size in (1, 100, 200, 20_000) for topic in (UP, DOWN)]
    assert [one for one in up if one[0] not in ("PUBACK", "PINGREQ")] == [
        ("CONNECT", mqtt.connect_bytes(IDENTITY, STATE)),
        ("SUBSCRIBE", mqtt.subscribe_bytes(DOWN)),
        *asked,
    ]
    assert sorted({one for one in up if one[0] in ("PUBACK", "PINGREQ")}) == [
        ("PINGREQ", mqtt.PING_BYTES),
        ("PUBACK", mqtt.PUBACK_BYTES),
    ]
    assert sorted(set(down)) == sorted(
        {
            ("CONNACK", mqtt.CONNACK_BYTES),
            ("SUBACK", mqtt.SUBACK_BYTES),
            ("PUBACK", mqtt.PUBACK_BYTES),
            ("PINGRESP", mqtt.PING_BYTES),
            *(published(DOWN, size) for size in (1, 100, 200, 20_000)),
        }
    )


@pytest.mark.parametrize(("size", "header"), [(1, 2), (106, 2), (107, 3), (16_362, 3), (16_363, 4)])
def test_the_length_has_seven_bits_in_a_byte(size: int, header: int) -> None:
    topic = "t" * 17
    assert mqtt.publish_bytes(topic, size) == header + 2 + len(topic) + 2
