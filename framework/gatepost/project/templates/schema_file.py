"""The JSON Schema that lies in an app's folder, so that editors find it by the ``$schema`` of ``install.json``."""

from __future__ import annotations

import os
from pathlib import Path

from gatepost.atomic import write_atomically
from gatepost.errors import GatepostError

__all__ = ["SCHEMA_FILE", "write_schema"]

SCHEMA_FILE = ".vscode/install.schema.json"
"""Where a new app has the schema of its manifest, relative to its folder.

A folder that belongs to an editor goes into no package (contract/install_json.md section 13), and a file needs no server that
would have to be there for as long as the app is.
"""


def write_schema(name: str, path: str | os.PathLike[str]) -> Path:
    """Write the JSON Schema of a file. Folders on the way are made.

    Args:
        name: The file that the schema is for, one of `gatepost.manifest.schema.SCHEMAS`.
        path: Where it goes.

    Returns:
        The path.

    Raises:
        UsageError: There is no such schema.
        GatepostError: The file cannot be written.
    """
    from gatepost.manifest.schema import schema_text

    text = schema_text(name)
    file = Path(path)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, text.encode())
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise GatepostError(f"{str(file)!r} cannot be written", why=why, remedy="Choose another file: --output") from error
    return file
