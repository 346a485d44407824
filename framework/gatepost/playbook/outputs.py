"""What an app gives out, typed: one field for each output variable."""

from __future__ import annotations

import collections.abc
import functools
import sys
import types
import typing
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict

from gatepost.errors import UsageError
from gatepost.named_tuples import NamedTuple
from gatepost.variables import parse_playbook_variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Protocol

    class DeclaredVariable(Protocol):
        """An output variable of a manifest."""

        @property
        def name(self) -> str: ...

        @property
        def type(self) -> str: ...


__all__ = [
    "Difference",
    "OutputVariable",
    "Outputs",
    "Variable",
    "differences",
    "empty_outputs",
    "output_values",
    "output_variables",
]


class Outputs(BaseModel):
    """Base class of what an app gives out: one field for each output variable.

    A field's type says the type of its variable; a field that is None is not written:

    | Python | variable |
    | --- | --- |
    | ``str``, ``bool``, ``int``, ``float``, ``Literal``, ``StrEnum`` | String |
    | ``bytes`` | Binary |
    | `gatepost.inputs.fields.KeyValue` | KeyValue |
    | `gatepost.inputs.fields.TCEntity` and its kinds | TCEntity |
    | ``list``, ``tuple``, ``set`` and iterables of those | the same with ``Array`` |

    Anything else, and another name, is said by ``Annotated[…, Variable(…)]``; a pydantic ``alias`` is a name, too. The class
    argument ``prefix`` is what the names begin with, before a dot. Values are validated when they are assigned.

    Example:
        ```python
        class DemoOutputs(Outputs, prefix="demo"):
            out: str | None = None          # demo.out!String
            names: list[str] = []           # demo.names!StringArray
            report: Annotated[bytes | None, Variable("report.file")] = None  # report.file!Binary
        ```
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True, hide_input_in_errors=True, defer_build=True)

    _prefix: ClassVar[str] = ""

    def __init_subclass__(cls, prefix: str | None = None, **configuration: Any) -> None:
        super().__init_subclass__(**configuration)
        if prefix is not None:
            cls._prefix = prefix.rstrip(".")


class Variable(NamedTuple):
    """Says which variable a field of `Outputs` is: ``Annotated[bytes, Variable("report.file", type="Binary")]``.

    Attributes:
        name: The whole name, without the prefix of the class; empty for the field's own with the prefix.
        type: The type; empty for the one of the field's annotation.
    """

    name: str = ""
    type: str = ""


class OutputVariable(NamedTuple):
    """A variable that an app gives out. Name and type together are its key.

    Attributes:
        name: Its name: ``demo.out``.
        type: A standard type or a custom one.
    """

    name: str
    type: str

    def __str__(self) -> str:
        return f"{self.name}!{self.type}"


class Difference(NamedTuple):
    """An output variable that only one of code and manifest has.

    Attributes:
        variable: The variable.
        in_code: Whether it is the code that has it.
        type: The type that the other one has for this name; empty when it does not have the name.
    """

    variable: OutputVariable
    in_code: bool
    type: str = ""

    def __str__(self) -> str:
        here, there = ("the code", "the manifest") if self.in_code else ("the manifest", "the code")
        other = f"has it as {self.type}" if self.type else "does not have it"
        return f"The output {self.variable.name} is a {self.variable.type} in {here}, and {there} {other}"


OutputsType = TypeVar("OutputsType", bound=Outputs)


def output_variables(model: type[Outputs]) -> tuple[OutputVariable, ...]:
    """Return the variables of an `Outputs` model, in the order of its fields.

    Raises:
        UsageError: A field's type is none of a variable, its name cannot be one, or two fields are the same variable.
    """
    return tuple(_variables(model).values())


def output_values(outputs: Outputs) -> dict[OutputVariable, object]:
    """Return the values of outputs by variable; None for what was not set and has no default.

    Raises:
        UsageError: As for `output_variables`.
    """
    values = outputs.__dict__
    return {variable: values.get(field) for field, variable in _variables(type(outputs)).items()}


def empty_outputs(model: type[OutputsType]) -> OutputsType:
    """Return outputs in which nothing but the defaults is set; fields without a default come later, or never."""
    return model.model_construct()


def differences(models: Iterable[type[Outputs]], declared: Iterable[DeclaredVariable]) -> tuple[Difference, ...]:
    """Compare an app's typed outputs with those of its manifest.

    Args:
        models: All `Outputs` of the app.
        declared: The manifest's ``playbook.outputVariables``.

    Returns:
        What only the code has, then what only the manifest has.
    """
    code = list(dict.fromkeys(variable for model in models for variable in output_variables(model)))
    manifest = list(dict.fromkeys(OutputVariable(variable.name, variable.type) for variable in declared))
    return (*_only(code, manifest, in_code=True), *_only(manifest, code, in_code=False))


def _only(these: list[OutputVariable], those: list[OutputVariable], *, in_code: bool) -> list[Difference]:
    types_there = {variable.name: variable.type for variable in those}
    there = set(those)
    return [Difference(one, in_code, types_there.get(one.name, "")) for one in these if one not in there]


@functools.lru_cache(maxsize=256)
def _variables(model: type[Outputs]) -> Mapping[str, OutputVariable]:
    """Return the variables of a model by field."""
    if not model.__pydantic_fields_complete__:
        model.model_rebuild()  # annotations that name what the module defines further down
    variables: dict[str, OutputVariable] = {}
    fields: dict[OutputVariable, str] = {}
    for field, information in model.model_fields.items():
        place = f"{model.__name__}.{field}"
        said = next((part for part in information.metadata if isinstance(part, Variable)), None)
        inner, kind = _kind(information.annotation)
        said = said or inner or Variable()
        kind = said.type or kind
        if not kind:
            raise UsageError(
                f"{place} is of a type that no variable has",
                why=f"It is annotated as {_shown(information.annotation)}",
                remedy='Use str, bytes, KeyValue, TCEntity or lists of those, or name the type: Annotated[…, Variable(type="…")]',
            )
        name = said.name or information.serialization_alias or information.alias or _prefixed(model, field)
        variable = OutputVariable(name, kind)
        if parse_playbook_variable(f"#App:0:{variable}") is None:
            raise UsageError(
                f"{place} cannot be the variable {variable}", remedy="Use letters, digits, _ . - [ and ] for the name"
            )
        twin = fields.setdefault(variable, field)
        if twin != field:
            raise UsageError(f"{place} and {model.__name__}.{twin} are the same variable, {variable}")
        variables[field] = variable
    return types.MappingProxyType(variables)


def _prefixed(model: type[Outputs], field: str) -> str:
    return f"{model._prefix}.{field}" if model._prefix else field


_TEXTS = (str, int, float)  # a bool is an int
_BINARIES = (bytes, bytearray)
_LISTS = (
    list,
    tuple,
    set,
    frozenset,
    collections.abc.Sequence,
    collections.abc.Iterable,
    collections.abc.Iterator,
    collections.abc.Generator,
    collections.abc.Collection,
)


def _kind(annotation: Any) -> tuple[Variable | None, str]:
    """Return what an annotation says outright, and the type of variable that it means; an empty one when it means none."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        said, kind = _kind(arguments[0])
        return next((part for part in arguments[1:] if isinstance(part, Variable)), said), kind
    if origin in (Union, types.UnionType):
        members = [_kind(part) for part in arguments if part is not type(None)]
        kinds = {kind for _, kind in members}
        return next((said for said, _ in members if said is not None), None), kinds.pop() if len(kinds) == 1 else ""
    if origin is Literal:
        return None, "String" if all(isinstance(value, _TEXTS) for value in arguments) else ""
    if origin in _LISTS:
        if origin is tuple and (len(arguments) != 2 or arguments[1] is not Ellipsis):
            return None, ""
        _, kind = _kind(arguments[0])
        return None, f"{kind}Array" if kind and not kind.endswith("Array") else ""
    return None, _class_kind(annotation) if isinstance(annotation, type) and origin is None else ""


def _class_kind(annotation: type) -> str:
    if issubclass(annotation, _TEXTS):
        return "String"
    if issubclass(annotation, _BINARIES):
        return "Binary"
    # Without an import: who annotates with one of them has imported it, and who does not need not pay for it.
    entities = sys.modules.get("gatepost.inputs.fields.entities")
    if entities is not None and issubclass(annotation, entities.KeyValue):
        return "KeyValue"
    if entities is not None and issubclass(annotation, entities.TCEntity):
        return "TCEntity"
    return ""


def _shown(annotation: Any) -> str:
    return annotation.__name__ if isinstance(annotation, type) and not typing.get_args(annotation) else str(annotation)
