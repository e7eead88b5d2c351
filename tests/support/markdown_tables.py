"""Tables of Markdown, read back."""

import re

Tables = dict[str, dict[str, dict[str, str]]]


def tables(lines: list[str]) -> Tables:
    """Return cells by caption, first cell of the row and head of the column."""
    found: Tables = {}
    for caption, head, body in re.findall(
        r"^(\S.*:)\n\n\| [a-z]+ \| (.*) \|\n\|[-:|]+\|\n((?:\|.*\n)+)",
        "\n".join(lines) + "\n",
        re.MULTILINE,
    ):
        for row in body.splitlines():
            name, *cells = (cell.strip() for cell in row.strip("|").split("|"))
            by_scenario = zip(head.split(" | "), cells, strict=True)
            found.setdefault(caption, {})[name] = dict(by_scenario)
    return found
