"""Writes docs/configuration.md and docs/metrics.md from the code that they describe.

`python -m laconic_gateway.config.docs --update` writes both pages; without `--update` the exit
code is 1 if one of them is out of date.
"""

import sys
from pathlib import Path
from typing import Final

from msgspec import Struct

from laconic_gateway.config import ExpanderConfig, SiteConfig
from laconic_gateway.config.schema import Setting, Table, tables
from laconic_gateway.edge.metrics import DEFINITIONS, MAX_LABEL_SETS
from laconic_gateway.edge.metrics.definition import Definition

DOCS: Final = Path(__file__).parents[3] / "docs"
ERROR_EXAMPLE: Final = (
    'site.toml:9: charger[1].answers: expected "local" or "relay", found "lokal".'
    ' Write, for example: answers = "relay"'
)
_MADE_BY: Final = "<!-- Made by `python -m laconic_gateway.config.docs --update`. Do not edit. -->"

_CONFIGURATION: Final = """\
# Configuration

{made_by}

Laconic has two configuration files, both in TOML: one for the gateway of a site, one for the
expander in the cloud.

```
laconic site --config site.toml
laconic expander --config expander.toml
laconic config check site.toml
```

The last command checks a file of either kind, and the keys it names. It starts nothing.

- A relative path is relative to the folder of the configuration file.
- A time in seconds may have decimals, as `0.5`.
- An address is `host:port`. An IPv6 address stands in brackets: `[::]:5683`.
- A file that holds passwords should belong to the user of the service, with mode 0600.
- A change counts from the next start.

A wrong file stops the command with exit code 2, before it opens a socket or writes a file. The
message names the file, the line and the key; positions such as `charger[1]` count from 1:

```
{error}
```

## The file of a site

A file with every setting. A line that starts with `#` is an alternative; each setting that has a
default may be left out.

```toml
{site_example}```

{site_tables}
## The file of an expander

```toml
{expander_example}```

{expander_tables}"""

_METRICS: Final = """\
# Metrics

{made_by}

Gateway and expander offer their metrics at `http://LISTEN/metrics`, in the format of
Prometheus. LISTEN is the setting `metrics.listen`; without it there is no metrics server. The
column `at` tells which of the two has a metric.

A metric has at most {max_label_sets:,} combinations of label values. What comes after these is
counted as `other`, and so are values that are not in the list of a label.

| metric | at | kind | labels | what it tells |
|---|---|---|---|---|
{rows}

The standard metrics of the process (`process_resident_memory_bytes`, `process_cpu_seconds_total`
and others) are there too, on Linux.
"""


def configuration_page() -> str:
    """The text of docs/configuration.md."""
    return _CONFIGURATION.format(
        made_by=_MADE_BY,
        error=ERROR_EXAMPLE,
        site_example=example(SiteConfig),
        site_tables="\n".join(map(_table, tables(SiteConfig))),
        expander_example=example(ExpanderConfig),
        expander_tables="\n".join(map(_table, tables(ExpanderConfig))),
    )


def metrics_page() -> str:
    """The text of docs/metrics.md."""
    return _METRICS.format(
        made_by=_MADE_BY,
        max_label_sets=MAX_LABEL_SETS,
        rows="\n".join(map(_metric_row, DEFINITIONS)),
    )


def example(model: type[Struct]) -> str:
    """A configuration file with every setting; alternatives are comments."""
    return "\n".join(_example_table(table) for table in tables(model))


def _example_table(table: Table) -> str:
    lines = [
        f"{'# ' if setting.is_alternative else ''}{setting.key[-1]} = {setting.example}\n"
        for setting in table.settings
    ]
    return f"{table.header}\n{''.join(lines)}"


def _table(table: Table) -> str:
    rows = "\n".join(map(_setting_row, table.settings))
    return (
        f"### `{table.header}`\n\n{table.description} {_presence(table)}\n\n"
        "| setting | values | default | unit | what it does |\n|---|---|---|---|---|\n"
        f"{rows}\n"
    )


def _presence(table: Table) -> str:
    if table.is_array:
        return f"{'One or more' if table.is_required else 'Any number'} of these tables."
    return "This table is required." if table.is_required else "This table may be left out."


def _setting_row(setting: Setting) -> str:
    default = f"`{setting.default}`" if _is_literal(setting.default) else setting.default
    cells = (setting.expected, default, setting.unit, setting.description)
    return f"| `{setting.key[-1]}` | {' | '.join(cells)} |"


def _is_literal(default: str) -> bool:
    return default in ("true", "false") or default[0] in '"[0123456789'


def _metric_row(metric: Definition) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return f"| `{metric.name}` | {metric.at} | {metric.kind} | {labels} | {metric.meaning} |"


def main(arguments: list[str]) -> int:
    """Writes or compares the pages; returns the exit code."""
    stale = 0
    for name, text in {
        "configuration.md": configuration_page(),
        "metrics.md": metrics_page(),
    }.items():
        page = DOCS / name
        if arguments == ["--update"]:
            page.write_text(text, encoding="utf-8")
        elif not page.exists() or page.read_text(encoding="utf-8") != text:
            print(f"{page} is out of date: run this command with --update", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
