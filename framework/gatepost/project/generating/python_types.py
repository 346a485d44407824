"""The Python types of params and output variables (contract/install_json.md sections 2 and 4, contract/inputs.md section 7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gatepost.manifest.models import RuntimeLevel
from gatepost.manifest.params import ParamType
from gatepost.project.generating.python_text import literal

if TYPE_CHECKING:
    from gatepost.manifest.models import Manifest
    from gatepost.manifest.params import Param

__all__ = ["STEPS", "FieldType", "field_type", "is_magic", "variable_type"]

STEPS = frozenset({RuntimeLevel.PLAYBOOK, RuntimeLevel.TRIGGER_SERVICE, RuntimeLevel.WEBHOOK_TRIGGER_SERVICE})
"""The kinds of apps whose inputs may name variables of a playbook, and that give out variables."""

_NOT_CHOSEN = "-- select --"
_LONGEST_UNION = 60
_VARIABLES = {"String": "str", "Binary": "bytes", "KeyValue": "KeyValue", "TCEntity": "TCEntity"}


@dataclass(frozen=True, slots=True)
class FieldType:
    """The type and the default of a field.

    Attributes:
        annotation: The type as source.
        members: The members of the ``Literal`` that it is, as source; empty when it is something else.
        many: Whether it is a list of such a ``Literal``.
        default: The default as source, or the items of a list that is it; empty for none.
    """

    annotation: str
    members: tuple[str, ...] = ()
    many: bool = False
    default: str | tuple[str, ...] = ""

    def with_default(self, default: str | tuple[str, ...]) -> FieldType:
        """Return the type with a default, and with None where that is the default or an input that is not set."""
        if default != "None" or self.annotation == "Any":
            return replace(self, default=default)
        members = (*self.members, "None") if self.members and not self.many else ()
        annotation = f"Literal[{', '.join(members)}]" if members else f"{self.annotation} | None"
        return FieldType(annotation, members, default=default)


def is_magic(value: str) -> bool:
    """Whether a choice stands for others that only the platform knows, or for a stored variable."""
    return "${" in value


def variable_type(name: str) -> str:
    """Return the Python type of a type of variables; empty for one that has no type of its own."""
    if name.endswith("Array") and name.removesuffix("Array") in _VARIABLES:
        return f"list[{_VARIABLES[name.removesuffix('Array')]}]"
    return _VARIABLES.get(name, "")


def field_type(param: Param, manifest: Manifest, *, may_be_hidden: bool = False) -> FieldType:
    """Return the type of the field for a param.

    A default that is a secret is not written into the code, nor one that refers to something that the platform has.

    Args:
        param: The param.
        manifest: The app's manifest.
        may_be_hidden: Whether the form does not show it in some cases, so that it may be missing where it is required.
    """
    found = _annotation(param, manifest)
    unset = bool(found.members) and not found.many and any(value.strip().lower() == _NOT_CHOSEN for value in param.valid_values)
    if param.required and not param.hidden and not may_be_hidden and not unset:
        return found
    default = _default(param, found, manifest.list_delimiter)
    if default:
        # What is not chosen is None, which the field has to take.
        return found.with_default("None").with_default(default) if unset else found.with_default(default)
    if found.annotation == "bool":
        return found.with_default("False")
    is_list = found.annotation.startswith(("list[", "Annotated[list["))
    return found.with_default("[]" if is_list and param.default in (None, "") else "None")


def _annotation(param: Param, manifest: Manifest) -> FieldType:
    takes_variables = manifest.runtime_level in STEPS
    types = param.playbook_data_type if takes_variables else ()
    if param.type is ParamType.KEY_VALUE_LIST:
        return FieldType("list[KeyValue]")
    if param.type is ParamType.BOOLEAN:
        return FieldType("bool")
    if param.is_secret:
        return FieldType(_secret(param, types))
    if param.type in {ParamType.CHOICE, ParamType.MULTI_CHOICE}:
        return _choice(param, manifest.list_delimiter)
    if param.is_list:
        # In a playbook a whole variable may stand in its place, which need not be a list.
        return FieldType("Annotated[list[str], always_array()]" if takes_variables else "list[str]")
    found = list(dict.fromkeys(variable_type(name) for name in types)) or ["str"]
    union = " | ".join(found)
    return FieldType("Any" if "" in found or len(union) > _LONGEST_UNION else union)


def _secret(param: Param, types: tuple[str, ...]) -> str:
    if param.is_list:
        return "list[Secret]"
    return "Secret | list[Secret]" if any(name.endswith("Array") for name in types) else "Secret"


def _choice(param: Param, delimiter: str) -> FieldType:
    values = list(dict.fromkeys(param.valid_values))
    default = _text(param.default)
    defaults = default.split(delimiter) if param.is_list and delimiter else [default]
    folded = {value.casefold() for value in values}
    known = not default or all(item.casefold() in folded for item in defaults)
    if not values or not known or any(map(is_magic, values)):
        return FieldType("list[str]" if param.is_list else "str")
    members = tuple(map(literal, values))
    text = f"Literal[{', '.join(members)}]"
    return FieldType(f"list[{text}]" if param.is_list else text, members, many=param.is_list)


def _default(param: Param, found: FieldType, delimiter: str) -> str | tuple[str, ...]:
    """Return the default as source, or the items of a list; empty where the code has none."""
    if param.default in (None, "") or param.is_secret or param.type is ParamType.KEY_VALUE_LIST:
        return ""
    text = _text(param.default)
    if found.annotation == "bool":
        return str(text.strip().lower() in ("true", "1", "yes", "on"))
    if any(sign in text for sign in ("${", "&{", "#App:", "#Trigger:", "#Global:")):
        return ""
    if param.is_list:
        return tuple(literal(_spelled(item, param)) for item in (text.split(delimiter) if delimiter else [text]))
    if found.members and text.strip().lower() == _NOT_CHOSEN:
        return ""
    takes_text = bool(found.members) or "str" in found.annotation.split(" | ")
    return literal(_spelled(text, param)) if takes_text else ""


def _spelled(text: str, param: Param) -> str:
    """Return a choice as the manifest spells it."""
    if text in param.valid_values:
        return text
    return next((value for value in param.valid_values if value.casefold() == text.casefold()), text)


def _text(default: bool | str | None) -> str:
    if isinstance(default, bool):
        return "true" if default else "false"
    return default or ""
