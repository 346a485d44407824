"""The variables of a playbook: what an app reads, what it gives out, and how both are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.playbook.errors import VariableError as VariableError
    from gatepost.playbook.inputs import resolve_inputs as resolve_inputs
    from gatepost.playbook.outputs import Difference as Difference
    from gatepost.playbook.outputs import Outputs as Outputs
    from gatepost.playbook.outputs import OutputVariable as OutputVariable
    from gatepost.playbook.outputs import Variable as Variable
    from gatepost.playbook.outputs import differences as differences
    from gatepost.playbook.outputs import output_values as output_values
    from gatepost.playbook.outputs import output_variables as output_variables
    from gatepost.playbook.playbook import Playbook as Playbook
    from gatepost.playbook.reading import VariableReader as VariableReader
    from gatepost.playbook.serialization import deserialize as deserialize
    from gatepost.playbook.serialization import serialize as serialize
    from gatepost.playbook.writing import VariableWriter as VariableWriter

__all__ = [
    "Difference",
    "OutputVariable",
    "Outputs",
    "Playbook",
    "Variable",
    "VariableError",
    "VariableReader",
    "VariableWriter",
    "deserialize",
    "differences",
    "output_values",
    "output_variables",
    "resolve_inputs",
    "serialize",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "errors": ("VariableError",),
        "inputs": ("resolve_inputs",),
        "outputs": ("Difference", "OutputVariable", "Outputs", "Variable", "differences", "output_values", "output_variables"),
        "playbook": ("Playbook",),
        "reading": ("VariableReader",),
        "serialization": ("deserialize", "serialize"),
        "writing": ("VariableWriter",),
    },
)
