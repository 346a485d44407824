"""``gatepost schema``: print a JSON Schema, for editors that complete and check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["schema"]


def schema(
    name: Annotated[
        str, typer.Argument(help="The file that the schema is for; --list shows all.", metavar="FILE")
    ] = "install.json",
    *,
    list_all: Annotated[bool, typer.Option("--list", help="Show the files that there are schemas for, and end.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this file.", metavar="FILE", show_default="shown")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="With --list: as JSON, for machines. A schema always is.")] = False,
) -> None:
    """Print the JSON Schema of install.json, or of a file beside it: editors complete and check by it."""
    import json

    from gatepost.cli.output import print_text
    from gatepost.manifest.schema import SCHEMAS, schema_text

    if list_all:
        if as_json:
            print_text(json.dumps(SCHEMAS, indent=2))
        else:
            for file, what in SCHEMAS.items():
                print_text(f"{file:<16} {what}")
        return
    text = schema_text(name)
    if output is None:
        print_text(text.rstrip("\n"))
        return
    from gatepost.project.templates.schema_file import write_schema

    print_text(f"{write_schema(name, output)} is written")
