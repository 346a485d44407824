"""One of several declared values, some of which only the platform knows (contract/inputs.md sections 7 and 8)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gatepost.inputs.fields.annotation import Annotation
from gatepost.inputs.fields.context import FieldContext
from gatepost.inputs.fields.endings import empty_value, invalid_input, invalid_type

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import GetCoreSchemaHandler, ValidationInfo
    from pydantic_core import CoreSchema

__all__ = ["Choice", "EditChoice"]

_NOT_CHOSEN = "-- select --"
_WRAPPER = re.compile(r"\$\{(?:USERS|USER_GROUPS):([^}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EditChoice(Annotation):
    """A choice, matched in any case: ``Annotated[str, EditChoice()]``; in a list, each item is one.

    The choices are the ``validValues`` of the manifest's param that fills the field. Magic ones (``${OWNERS}``) are asked of the
    platform, once, and only when the others do not have the value. Where nobody can say what the choices are (a plain
    pydantic model, values that let a person pick a stored variable, ``${USER:TEXT}``), every text will do.

    Args:
        value_transformations: What a choice becomes, by its declared spelling: ``{"Yes": True}``.
        allow_additional: Whether a text that is no choice will do, which a person may type in the platform's form.
        choices: The choices, in place of the manifest's.
    """

    value_transformations: Mapping[str, Any] | None = None
    allow_additional: bool = False
    choices: Sequence[str] | None = None

    def core_schema(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Match the value, then let the annotated type check what it became."""
        from pydantic_core import core_schema

        name = handler.field_name or ""

        def check(value: Any, info: ValidationInfo) -> Any:
            context = info.context if isinstance(info.context, FieldContext) else FieldContext()
            if isinstance(value, (list, tuple)):
                return [self._check(item, name, context) for item in value]
            return self._check(value, name, context)

        return core_schema.with_info_before_validator_function(check, handler(source))

    def _check(self, value: Any, name: str, context: FieldContext) -> Any:
        if value is None:
            return None
        if not isinstance(value, str):
            raise invalid_type(value, "string")
        text = _unwrapped(value.strip())
        if not text:
            raise empty_value()
        declared = context.choices(name) if self.choices is None else tuple(self.choices)
        found = _find(text, declared)
        if found is None and declared and context.has_magic(declared):
            declared = context.expanded(declared)
            found = _find(text, declared)
        if found is None:
            if declared and not self.allow_additional:
                raise invalid_input(f"value is none of: {', '.join(declared)}")
            found = text
        transformations = self.value_transformations or {}
        return transformations.get(found, found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(EditChoice):
    """A choice as `EditChoice`, but never another text. ``-- Select --`` is none: None, or an error where the param is required.

    ``Annotated[str | None, Choice()]`` for a param that may be left open, ``Annotated[str, Choice()]`` for one that may not.

    Args:
        value_transformations: What a choice becomes, by its declared spelling.
        choices: The choices, in place of the manifest's.
    """

    allow_additional: bool = field(default=False, init=False)

    def _check(self, value: Any, name: str, context: FieldContext) -> Any:
        if isinstance(value, str) and value.strip().lower() == _NOT_CHOSEN:
            if context.required(name):
                raise empty_value()
            return None
        return EditChoice._check(self, value, name, context)


def _unwrapped(text: str) -> str:
    """Reduce ``${USERS:x}`` and ``${USER_GROUPS:x}`` to ``x``, in a value and in a choice."""
    match = _WRAPPER.fullmatch(text)
    return match[1].strip() if match else text


def _find(text: str, choices: Sequence[str]) -> str | None:
    """Return the declared spelling of a choice; of several that differ by case only, the one that is written alike."""
    declared = [_unwrapped(choice.strip()) for choice in choices]
    if text in declared:
        return text
    folded = text.casefold()
    return next((choice for choice in declared if choice.casefold() == folded), None)
