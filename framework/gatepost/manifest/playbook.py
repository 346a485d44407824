"""The ``playbook`` part: what a playbook app gives out (contract/install_json.md section 4)."""

from __future__ import annotations

from gatepost.manifest.part import Part

__all__ = ["DATA_TYPES", "OutputVariable", "Playbook", "Retry"]

DATA_TYPES = (
    "Any",
    "Binary",
    "BinaryArray",
    "KeyValue",
    "KeyValueArray",
    "String",
    "StringArray",
    "TCEntity",
    "TCEntityArray",
    "TCEnhancedEntity",
    "TCEnhancedEntityArray",
)
"""The platform's own types of variables. ``Any`` is for inputs only. Other names are custom types."""


class OutputVariable(Part):
    """A variable that the app gives out. Name and type together are its key."""

    name: str
    """Its name, ``demo.result`` for example."""
    type: str = "String"
    """One of `DATA_TYPES` but ``Any``, or a custom type."""
    encrypt: bool = False
    """Its value is stored encrypted."""
    intel_type: tuple[str, ...] = ()
    """Restricts by kind of intelligence; the format of its values is unknown."""
    note: str = ""
    """Help text."""


class Retry(Part):
    """How the platform repeats the app when it fails."""

    allowed: bool = False
    """Whether it may."""
    actions: tuple[str, ...] = ()
    """The values of ``tc_action`` that may be repeated; empty means all."""
    default_delay_minutes: int | None = None
    """Pause before a repetition, in minutes; None leaves it to the platform."""
    default_max_retries: int | None = None
    """How often; None leaves it to the platform."""


class Playbook(Part):
    """The part of a manifest that only playbook apps and trigger services have."""

    type: str = ""
    """Category shown in the designer; at most 35 characters for the vendor's Java packager."""
    output_prefix: str = ""
    """Prefix of the outputs; the Advanced Request needs it."""
    output_variables: tuple[OutputVariable, ...] = ()
    """What the app gives out, in the order of the file."""
    retry: Retry | None = None
    """How it is repeated; None when nothing is said."""
