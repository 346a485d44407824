"""What fields may ask while they are checked: the manifest's params, and the platform for lists that only it has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gatepost.inputs.declared import DeclaredParam

__all__ = ["FieldContext"]

_MAGIC = re.compile(
    r"\$\{(?:OWNERS|USERS|API_USERS|USER_GROUPS|ATTRIBUTES(?::[^}]+)?|ARTIFACT_TYPES|INDICATOR_TYPES|GROUP_TYPES|WORKFLOW_TEMPLATES)\}"
)
_WRAPPED = re.compile(r"\$\{(?:USERS|USER_GROUPS):[^}]*\}")


class FieldContext:
    """The context that `gatepost.inputs.build` gives to pydantic.

    Args:
        params: The manifest's params by the name of the model's field that they fill.
        expand: Asks the platform for the names behind a magic value such as ``${OWNERS}``; its errors pass through. None: nobody
            can be asked, and a field with such choices takes every text.
    """

    def __init__(
        self, params: Mapping[str, DeclaredParam] | None = None, expand: Callable[[str], Sequence[str]] | None = None
    ) -> None:
        self._params = params or {}
        self._expand = expand
        self._known: dict[str, tuple[str, ...]] = {}

    def required(self, field: str) -> bool:
        """Tell whether the manifest's param behind a field is required."""
        param = self._params.get(field)
        return param is not None and param.required

    def choices(self, field: str) -> tuple[str, ...]:
        """Return the ``validValues`` behind a field as declared; empty when there are none, or when every text will do."""
        param = self._params.get(field)
        declared = () if param is None else param.declared_choices
        return () if any(self._is_open(choice) for choice in declared) else declared

    def has_magic(self, choices: Sequence[str]) -> bool:
        """Tell whether one of the choices stands for a list of the platform."""
        return any(_MAGIC.fullmatch(choice.strip()) for choice in choices)

    def expanded(self, choices: Sequence[str]) -> tuple[str, ...]:
        """Return the choices with the platform's names in place of magic ones; empty when nobody can be asked."""
        names: list[str] = []
        for choice in choices:
            if not _MAGIC.fullmatch(choice.strip()):
                names.append(choice)
            elif self._expand is None:
                return ()
            else:
                names += self.names(choice.strip())
        return tuple(dict.fromkeys(names))

    def names(self, magic: str) -> tuple[str, ...]:
        """Return the platform's names behind a magic value, asked for once; empty when nobody can be asked."""
        if self._expand is None:
            return ()
        if magic not in self._known:
            self._known[magic] = tuple(self._expand(magic))
        return self._known[magic]

    @staticmethod
    def _is_open(choice: str) -> bool:
        """Tell whether a choice lets a person give anything: a stored variable, or something that only the platform reads."""
        text = choice.strip()
        return text.startswith("${") and not _MAGIC.fullmatch(text) and not _WRAPPED.fullmatch(text)
