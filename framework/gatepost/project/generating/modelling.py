"""Writes the typed model of an app's manifest: the Python source of its ``Inputs`` and ``Outputs``."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gatepost.inputs.standard import ALIASES, STANDARD_INPUTS
from gatepost.project.generating.by_action import ACTION, Shown, action_names, shown_for
from gatepost.project.generating.python_text import (
    LINE_LENGTH,
    class_name,
    docstring,
    field_lines,
    identifier,
    literal,
    prose,
    width,
)
from gatepost.project.generating.python_types import STEPS, FieldType, field_type, variable_type
from gatepost.project.validation.services import params_of_services
from gatepost.project.validation.subject import Subject
from gatepost.variables import parse_playbook_variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gatepost.manifest.layout import Layout
    from gatepost.manifest.models import Manifest
    from gatepost.manifest.params import Param
    from gatepost.manifest.playbook import OutputVariable

__all__ = ["ModelSource", "model_source"]

_IMPORTS = {
    "typing": ("Annotated", "Any", "Literal"),
    "gatepost": ("Inputs", "Outputs", "Secret"),
    "gatepost.inputs.fields": ("KeyValue", "TCEntity", "always_array"),
    "gatepost.playbook": ("Variable",),
    "pydantic": ("Field",),
}


@dataclass(frozen=True, slots=True)
class ModelSource:
    """The typed model of an app.

    Attributes:
        text: A Python module.
        inputs: The names of its classes of inputs: the first is the app's, the others of actions, by the action.
        outputs: The same of its classes of outputs.
        left_out: What the manifest has and the model cannot, each with the reason.
    """

    text: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]
    left_out: tuple[str, ...] = ()


@dataclass(slots=True)
class _Class:
    """A class that is being written."""

    name: str
    bases: str
    documentation: str
    lines: list[str] = field(default_factory=list)

    def text(self) -> str:
        said = docstring(self.documentation, "    ")
        return "\n".join([f"class {self.name}({self.bases}):", *said, *([""] if self.lines else []), *self.lines]) + "\n"


def model_source(manifest: Manifest, layout: Layout | None = None, *, source: str = "install.json") -> ModelSource:
    """Write the typed model of a manifest.

    Params that the framework itself reads (credentials, ``tc_…``, those of other services, those of an advanced request) get no
    field. Where conditions of the layout depend on ``tc_action``, there is a class for each action that has something of its own,
    below the app's; elsewhere one class holds everything. A param that the form may hide by another condition is optional. The
    same manifest always gives the same text, which a formatter leaves as it is.

    Args:
        manifest: The app's manifest, as read from a file.
        layout: Its layout, if it has one.
        source: What the module says that it was written from.
    """
    left_out: list[str] = []
    inputs = _input_classes(manifest, layout)
    outputs = _output_classes(manifest, layout, left_out) if manifest.runtime_level in STEPS else {}
    classes = [*inputs.values(), *outputs.values()]
    bodies = "\n\n".join(each.text() for each in classes)
    what = "is given and gives out" if outputs else "is given"
    head = f'"""What the app {what}, as {prose(source).rstrip(".")} says."""\n\nfrom __future__ import annotations\n\n'
    return ModelSource(
        f"{head}{_imports(bodies)}\n\n{bodies}",
        {action: each.name for action, each in inputs.items()},
        {action: each.name for action, each in outputs.items()},
        tuple(left_out),
    )


def _imports(bodies: str) -> str:
    names = {node.id for node in ast.walk(ast.parse(bodies)) if isinstance(node, ast.Name)}
    lines = {module: [name for name in known if name in names] for module, known in _IMPORTS.items()}
    written = {module: f"from {module} import {', '.join(found)}\n" for module, found in lines.items() if found}
    first = written.pop("typing", "")
    return f"{first}\n{''.join(written.values())}" if first else "".join(written.values())


def _input_classes(manifest: Manifest, layout: Layout | None) -> dict[str, _Class]:
    from gatepost.inputs.model import Inputs

    subject = Subject(manifest)
    services = params_of_services(subject)
    params: dict[str, Param] = {}
    for param in manifest.params:
        if param.name == ACTION or not (
            param.name in STANDARD_INPUTS
            or param.name in ALIASES
            or param.name in services
            or param.name.startswith("tc_adv_req_")
        ):
            params[param.name] = param
    displays = {page.name: [page.display] for page in layout.parameters} if layout is not None else {}
    shown = _shown(manifest, params, displays)
    shown[ACTION] = Shown()
    classes = _classes(manifest, shown, "Inputs", "Inputs")
    reserved = {*dir(Inputs), *dir(builtins), *_IMPORTS["gatepost.inputs.fields"]}
    taken: set[str] = set()
    for name, param in params.items():
        condition = shown.get(name, Shown())
        kind = field_type(param, manifest, may_be_hidden=not condition.always)
        written = _input_lines(name, kind, taken, reserved)
        label = "" if param.label.casefold() == name.replace("_", " ").casefold() else param.label
        lines = [*written, *docstring(prose(label, param.note), "    ")]
        for each in _homes(classes, condition):
            each.lines += lines
    return _kept(classes)


def _input_lines(name: str, kind: FieldType, taken: set[str], reserved: set[str]) -> list[str]:
    def written(chosen: str) -> list[str]:
        alias = "" if chosen == name else name
        return field_lines(chosen, kind.annotation, kind.default, members=kind.members, many=kind.many, alias=alias)

    chosen = identifier(name, taken, reserved=reserved)
    if width(written(chosen)[0]) > LINE_LENGTH:
        chosen = identifier(name, taken, reserved=reserved, longest=20)
    taken.add(chosen)
    return written(chosen)


def _output_classes(manifest: Manifest, layout: Layout | None, left_out: list[str]) -> dict[str, _Class]:
    from gatepost.playbook.outputs import Outputs

    playbook = manifest.playbook
    variables: dict[tuple[str, str], OutputVariable] = {}
    made = f"{playbook.output_prefix}.request." if playbook and manifest.has_feature("advancedRequest") else ""
    for variable in playbook.output_variables if playbook else ():
        if parse_playbook_variable(f"#App:0:{variable.name}!{variable.type}") is None:
            left_out.append(f"The output {variable.name!r} of the type {variable.type!r} cannot be named in a playbook")
        elif not (made and variable.name.startswith(made)):
            variables[variable.name, variable.type] = variable
    if not variables:
        return {}
    displays: dict[str, list[str]] = {}
    for output in layout.outputs if layout is not None else ():
        displays.setdefault(output.name, []).append(output.display)
    shown = _shown(manifest, {name for name, _ in variables}, displays)
    prefix = _prefix(playbook.output_prefix if playbook else "", [name for name, _ in variables])
    base = f"Outputs, prefix={literal(prefix)}" if prefix else "Outputs"
    classes = _classes(manifest, shown, "Outputs", base)
    reserved = {*dir(Outputs), *dir(builtins), "KeyValue", "TCEntity", "Variable", "Annotated", "Any"}
    taken: set[str] = set()
    for (name, kind), variable in variables.items():
        lines = [*_output_lines(name, kind, prefix, taken, reserved), *docstring(prose(variable.note), "    ")]
        for each in _homes(classes, shown.get(name, Shown())):
            each.lines += lines
    return _kept(classes)


def _output_lines(name: str, kind: str, prefix: str, taken: set[str], reserved: set[str]) -> list[str]:
    annotation = variable_type(kind)
    own = name.removeprefix(f"{prefix}.") if prefix else name
    chosen = identifier(own, taken, reserved=reserved)
    taken.add(chosen)
    said = [] if chosen == own and (not prefix or name.startswith(f"{prefix}.")) else [literal(name)]
    if not annotation:
        said.append(f"type={literal(kind)}")
    shown = f"{annotation} | None" if annotation else "Any"
    if not said:
        return [f"    {chosen}: {shown} = None"]
    variable = f"Variable({', '.join(said)})"
    line = f"    {chosen}: Annotated[{shown}, {variable}] = None"
    if width(line) <= LINE_LENGTH:
        return [line]
    arguments = [f"        {variable},"]
    if width(arguments[0]) > LINE_LENGTH:
        arguments = ["        Variable(", *(f"            {part}," for part in said), "        ),"]
    return [f"    {chosen}: Annotated[", f"        {shown},", *arguments, "    ] = None"]


def _prefix(said: str, names: list[str]) -> str:
    """Return what all names begin with, before a dot: the manifest's own prefix, or the first word of the names."""
    for prefix in (said, names[0].partition(".")[0]):
        if prefix and all(name.startswith(f"{prefix}.") for name in names):
            return prefix
    return ""


def _shown(manifest: Manifest, names: Iterable[str], displays: Mapping[str, list[str]]) -> dict[str, Shown]:
    return shown_for(manifest, {name: displays[name] for name in names if name in displays})


def _classes(manifest: Manifest, shown: Mapping[str, Shown], suffix: str, base: str) -> dict[str, _Class]:
    """Return a class for the app, and one for each action when there is something that only some actions have."""
    is_inputs = suffix == "Inputs"
    of_app = "What the app is given." if is_inputs else "What the app gives out."
    classes = {"": _Class(f"App{suffix}", base, of_app)}
    if any(condition.actions is not None for condition in shown.values()):
        names = {"AppInputs", "AppOutputs", *(name for known in _IMPORTS.values() for name in known)}
        for action in action_names(manifest):
            name = class_name(action, suffix, names)
            names.add(name)
            what = "is given" if is_inputs else "gives out"
            classes[action] = _Class(name, f"App{suffix}", prose(f"What the action {action} {what}"))
    return classes


def _homes(classes: Mapping[str, _Class], condition: Shown) -> list[_Class]:
    """Return the classes that something belongs to."""
    return [classes[""]] if condition.actions is None else [classes[action] for action in condition.actions]


def _kept(classes: dict[str, _Class]) -> dict[str, _Class]:
    """Return the app's class, and those of actions that have something of their own."""
    return {action: each for action, each in classes.items() if each.lines or not action}
