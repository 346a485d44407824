"""Field types for an app's `gatepost.Inputs`, in the words that apps of this platform use (contract/inputs.md section 7).

Names are imported when they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.inputs.fields.entities import KeyValue, NullableKeyValue, TCEntity

__all__ = ["KeyValue", "NullableKeyValue", "TCEntity"]

__getattr__, __dir__ = lazy_exports(__name__, {"entities": ("KeyValue", "NullableKeyValue", "TCEntity")})
