"""Makes the test vectors.

python -m tests.support.vectors.make --update | --check
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from laconic_codec.registry.export import registry_text
from tests.support.vectors import adaptive_stories, stateless_stories
from tests.support.vectors.express_story import express
from tests.support.vectors.tape import Tape

FOLDER: Final = Path(__file__).resolve().parents[3] / "codec" / "vectors"

STORIES: Final[dict[str, Callable[[Tape], None]]] = {
    **{f"adaptive/{name}.txt": story for name, story in adaptive_stories.STORIES.items()},
    "adaptive/13-express.txt": express,
    **{f"stateless/{name}.txt": story for name, story in stateless_stories.STORIES.items()},
}


def files() -> Iterator[tuple[Path, str]]:
    """Return the path and the content of each file."""
    yield FOLDER / "registry.txt", registry_text()
    for name, story in STORIES.items():
        tape = Tape()
        story(tape)
        yield FOLDER / name, tape.text()


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    if list(arguments) not in (["--update"], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    stale: list[str] = []
    for path, content in files():
        if arguments[0] == "--update":
            path.parent.mkdir(exist_ok=True)
            path.write_text(content, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != content:
            stale.append(path.name)
    if stale:
        print(f"not what the encoder makes: {', '.join(stale)}; run with --update", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
