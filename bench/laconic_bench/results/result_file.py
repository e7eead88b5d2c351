"""Files of results: one object, or `{"results": [...]}` with several."""

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from laconic_bench.results.fields import FieldError, Fields
from laconic_bench.results.result import Key, Result
from laconic_bench.results.result_tree import from_tree, to_tree
from laconic_gateway.errors import UsageError

BEGINS: Final = "{"
"""The text of a file of results."""
_REMEDY = "Make the file again with: laconic bench run --json FILE"


class ResultError(UsageError):
    """A file of results cannot be used; the text names it, the place, and what to do."""


def to_text(results: Sequence[Result]) -> str:
    """Return the text of a file: of one result its object, of several their list."""
    trees = [to_tree(result) for result in results]
    tree = trees[0] if len(trees) == 1 else {"results": trees}
    return json.dumps(tree, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write(path: Path, results: Sequence[Result]) -> None:
    """Write a file.

    Raises:
        ResultError: it cannot be written.
    """
    write_text(path, to_text(results))


def write_text(path: Path, text: str) -> None:
    """Write any file that a user has named.

    Raises:
        ResultError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ResultError(f"{path}: {error.strerror}. Correct the path.") from None


def check_place(path: Path, begins: str = "") -> None:
    """Make sure that a file can be written there, before hours of work.

    `begins`: how the text of such a file begins. A file that begins in another way is something
    else that somebody needs, and is not replaced.

    Raises:
        ResultError: it cannot.
    """
    problem = _place_problem(path) or _content_problem(path, begins)
    if problem is not None:
        raise ResultError(f"{path}: {problem}. Correct the path.")


def _content_problem(path: Path, begins: str) -> str | None:
    if not begins or not path.is_file():
        return None
    with path.open("rb") as file:
        found = file.read(len(begins))
    if found in (b"", begins.encode()):
        return None
    return f"something else is there, which does not begin with {begins}, and is kept"


def _place_problem(path: Path) -> str | None:
    if str(path) == "-":
        return "a file has to have another name; standard output is /dev/stdout"
    if path.is_dir():
        return "it is a folder"
    if path.is_file():
        try:
            os.close(os.open(path, os.O_WRONLY))
        except OSError as error:
            return f"it cannot be written: {error.strerror}"
    elif not path.exists() and not os.access(path.parent, os.W_OK | os.X_OK):
        return f"nothing can be written to {path.parent}"
    return None


def read(path: Path) -> list[Result]:
    """Return the results of a file, in its order; no two of them have the same key.

    Raises:
        ResultError: the file cannot be read, or something in it is wrong.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ResultError(f"{path}: {error.strerror}. Correct the path.") from None
    try:
        return _results(_tree(data))
    except FieldError as error:
        raise ResultError(f"{path}: {error}. {_REMEDY}") from None


def read_all(paths: Iterable[Path]) -> list[Result]:
    """Return the results of several files together.

    Raises:
        ResultError: as `read`, or two files have results with the same key.
    """
    owners: dict[Key, Path] = {}
    results: list[Result] = []
    for path in paths:
        for result in read(path):
            owner = owners.setdefault(result.key, path)
            if owner is not path:
                raise ResultError(
                    f"{path}: {result.key} is also in {owner}. Give only one of the two files."
                )
            results.append(result)
    return results


def _tree(data: bytes) -> object:
    try:
        tree = json.loads(data.decode("utf-8"))
        # "\\ud800" alone is JSON, but no text that could be printed.
        json.dumps(tree, ensure_ascii=False).encode("utf-8")
        return tree
    except json.JSONDecodeError as error:
        raise FieldError(f"line {error.lineno}", f"is not JSON: {error.msg}") from None
    except UnicodeEncodeError:
        raise FieldError("", "has half a character: a surrogate on its own") from None
    except UnicodeDecodeError:
        raise FieldError("", "is not a text in UTF-8") from None
    except (RecursionError, ValueError):
        raise FieldError(
            "", "is not JSON that can be read: too deep, or too long a number"
        ) from None


def _results(tree: object) -> list[Result]:
    fields = Fields.of(tree, "")
    if "results" not in fields.tree:
        return [from_tree(tree)]
    results = fields.items("results", from_tree)
    if not results:
        raise FieldError("results", "there is no result")
    keys = [result.key for result in results]
    for key in keys:
        if keys.count(key) > 1:
            raise FieldError("results", f"{key} is there twice")
    return results
