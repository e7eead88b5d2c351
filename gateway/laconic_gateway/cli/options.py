"""The options that several commands take."""

from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path, typer.Option("--config", metavar="FILE", help="Configuration file (TOML).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
