"""What can be wrong with a variable."""

from __future__ import annotations

from gatepost.errors import GatepostError

__all__ = ["VariableError"]


class VariableError(GatepostError):
    """A variable cannot hold a value, or what is kept for it cannot be read. Never shows the value.

    Attributes:
        variable: The variable, or its type where no more is known.
    """

    def __init__(self, what: str, *, why: str = "", remedy: str = "", variable: str = "") -> None:
        super().__init__(what, why=why, remedy=remedy)
        self.variable = variable
