"""JSON Schemas of the files of an app, for editors that complete and check while somebody types.

The names are loaded when they are first used: no launch needs them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.manifest.schema.building import SCHEMAS, json_schema, schema_text

__all__ = ["SCHEMAS", "json_schema", "schema_text"]

__getattr__, __dir__ = lazy_exports(__name__, {"building": ("SCHEMAS", "json_schema", "schema_text")})
