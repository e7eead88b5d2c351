"""The vectors are what the encoder makes, this decoder reads them, and so does the one in C."""

import shutil
import subprocess
from pathlib import Path

import pytest

from laconic_codec.adaptive.entries import of_item
from laconic_codec.decoder import Decoder
from laconic_codec.errors import FrameError
from laconic_codec.frame import Batch, Direction
from laconic_codec.registry import export
from tests.support.vectors import make
from tests.support.vectors.tape import quoted

STORIES = sorted(path.relative_to(make.FOLDER).as_posix() for path in make.FOLDER.glob("*/*.txt"))
C_FOLDER = make.FOLDER.parent / "c"


def test_every_story_is_on_disk() -> None:
    assert set(make.STORIES) == set(STORIES)


def test_the_vectors_are_what_the_encoder_makes() -> None:
    assert make.main(["--check"]) == 0


@pytest.mark.parametrize("name", STORIES)
def test_a_decoder_reproduces_a_story_from_its_frames(name: str) -> None:
    text = (make.FOLDER / name).read_text(encoding="utf-8")
    lines = text.removesuffix("\n").split("\n")  # splitlines() would also split at U+2028
    assert _retold(lines) == lines


@pytest.fixture(scope="module")
def c_decoder(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return the program in C and the folder with the registry and the prior."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("needs a C compiler: install gcc or clang")
    folder = tmp_path_factory.mktemp("c")
    program = folder / "laconic_vectors"
    sources = sorted(C_FOLDER.glob("*.c"))
    flags = ["-std=c11", "-O2", "-Wall", "-Wextra", "-Werror"]
    subprocess.run([compiler, *flags, "-o", str(program), *map(str, sources)], check=True)
    assert export.main([str(folder)]) == 0
    return program, folder


@pytest.mark.parametrize("name", [name for name in STORIES if name.startswith("adaptive/")])
def test_the_decoder_in_c_reproduces_a_story(name: str, c_decoder: tuple[Path, Path]) -> None:
    program, folder = c_decoder
    story = make.FOLDER / name
    arguments = [program, folder / "registry.txt", folder / "prior.raw", story]
    done = subprocess.run(arguments, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == story.read_bytes()


def test_the_decoder_in_c_is_small() -> None:
    program = C_FOLDER / "vectors.c"  # reads stories and prints them: not a part of the decoder
    lines = [
        line
        for path in C_FOLDER.iterdir()
        if path.suffix in (".c", ".h") and path != program
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert 0 < len(lines) < 1_500


def _retold(lines: list[str]) -> list[str]:
    """Return the lines of a story, those that are results made anew."""
    told: list[str] = []
    decoder = Decoder(Direction.UP, 0)
    direction = Direction.UP
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "direction":
            direction = Direction.UP if rest == "up" else Direction.DOWN
        elif word == "epoch":
            decoder = Decoder(direction, int(rest))
        elif word == "frame":
            told += [line, *_decoded(decoder, bytes.fromhex(rest))]
        elif word == "refuse":
            told.append(_refused(decoder, bytes.fromhex(rest.partition(" ")[2])))
        if word in ("story", "direction", "epoch"):
            told.append(line)
    return told


def _decoded(decoder: Decoder, encoded: bytes) -> list[str]:
    found = decoder.decode(encoded)
    assert isinstance(found, Batch)
    header = found.header
    lines = [f"header {header.first} {header.acknowledged} {header.backlog}"]
    for entry in map(of_item, found.items):
        texts = " ".join(map(quoted, (entry.message_id, entry.action, entry.text)))
        lines.append(f"entry {entry.channel} {entry.kind} {entry.reference} {texts}")
    return [*lines, f"state {decoder.state_digest:08x}"]


def _refused(decoder: Decoder, encoded: bytes) -> str:
    with pytest.raises(FrameError) as raised:
        decoder.decode(encoded)
    return f"refuse {raised.value.fault.name} {encoded.hex()}"
