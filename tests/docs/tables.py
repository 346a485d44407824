"""The tables of the reference that the code itself decides: made from it, and compared with what the pages say.

A page holds one between ``<!-- table: NAME -->`` and ``<!-- end of table -->``. After a change of the code,
``python -m tests.docs.tables`` in the repository's root writes them anew.
"""

from __future__ import annotations

import enum
import inspect
import re
import typing
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

# With empty lines around it, or what follows a comment would be taken for HTML.
_TABLE = re.compile(r"(?P<start><!-- table: (?P<name>[a-z -]+) -->)(?P<text>.*?)(?P<end><!-- end of table -->)", re.DOTALL)


def standard_inputs() -> str:
    """All standard inputs, in their order."""
    from gatepost.inputs import CREDENTIALS, STANDARD_INPUTS
    from gatepost.inputs.standard import PATHS_BY_DEFAULT

    def default(name: str, text: str | None) -> str:
        if name in PATHS_BY_DEFAULT:
            return "the system's folder for temporary files"
        return "" if text is None else _code(text)

    rows = []
    for name, item in STANDARD_INPUTS.items():
        marks = [
            *(["credential"] if name in CREDENTIALS else []),
            *(["secret"] if item.sensitive else []),
            *(f"once called {_code(old)}" for old in item.aliases),
        ]
        rows.append((_code(name), item.kind, default(name, item.default), item.meaning, ", ".join(marks)))
    return _table(("Input", "Kind", "Default", "Meaning", "Notes"), rows)


def manifest_rules() -> str:
    """All rules about manifests, in their order."""
    from gatepost.project.validation import all_rules

    rows = [
        (f"[`{rule.number}`](#{rule.number.lower()})", rule.severity, "yes" if rule.fixable else "", _plain(rule.title))
        for rule in all_rules().values()
    ]
    return _table(("Rule", "Severity", "`--fix`", "About"), rows)


def rules_explained() -> str:
    """Why each rule is there: the docstring of its function."""
    from gatepost.project.validation import all_rules

    sections = []
    for rule in all_rules().values():
        parts = [f"### {rule.number} {{#{rule.number.lower()}}}", f"*{rule.severity}* — {_plain(rule.title)}."]
        parts += [" ".join(_plain(part).split()) for part in rule.explanation.split("\n\n") if part]
        sections.append("\n\n".join(parts))
    return "\n\n".join(sections)


def public_names() -> str:
    """What ``import gatepost`` gives, and where each is described."""
    import importlib

    import gatepost

    rows = []
    for name in sorted(set(gatepost.__all__) - {"__version__"}):
        thing = getattr(gatepost, name)
        room = thing.__module__.split(".")[1]
        # The room's own page has it under the room's own name, where the room exports it.
        exported = name in getattr(importlib.import_module(f"gatepost.{room}"), "__all__", ())
        assert exported, f"gatepost.{room} does not export {name}"
        summary = re.sub(r" \(contract/[^)]*\)", "", " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split()))
        rows.append((f"[`{name}`]({room}.md#gatepost.{room}.{name})", _plain(summary)))
    return _table(("Name", "What it is"), rows)


def exit_codes() -> str:
    """The exit codes of an app."""
    from gatepost.runtime.runtime import EXIT_CODES

    return _table(("Code", "Name"), [(str(code), name) for code, name in EXIT_CODES.items()])


def external_services() -> str:
    """What every service's inputs are, then those of each scheme."""
    from gatepost.runtime.external_inputs import COMMON_INPUTS, EXTERNAL_SCHEMES

    def rows(inputs: Iterable[Any], needs: Iterable[Iterable[str]] = ()) -> Iterator[tuple[str, ...]]:
        always = [set(group) for group in needs]
        for item in inputs:
            needed = "yes" if always and all(item.suffix in group for group in always) else ""
            marks = [*(["needed"] if needed else []), *(["secret"] if item.secret else [])]
            yield (_code(f"<service>_{item.suffix}"), _code(item.default) if item.default else "", item.meaning, ", ".join(marks))

    head = ("Input", "Default", "Meaning", "Notes")
    parts = ["## Every service", _table(head, rows(COMMON_INPUTS))]
    for scheme in EXTERNAL_SCHEMES.values():
        parts.append(f"## `{scheme.name}`: {scheme.meaning}")
        if scheme.url:
            parts.append(f"The address is {_code(scheme.url)} where `<service>_url` is not set.")
        if len(scheme.needs) > 1:
            ways = ", or ".join(" and ".join(_code(f"<service>_{suffix}") for suffix in group) for group in scheme.needs)
            parts.append(f"Needed: {ways}.")
        if scheme.inputs:
            parts.append(_table(head, rows(scheme.inputs, scheme.needs)))
    return "\n\n".join(parts)


def fault_kinds() -> str:
    """The faults of chaos profiles, each with its fields."""
    import dataclasses

    from gatepost.emulator.faults import KINDS

    rows = []
    for kind, fault in KINDS.items():
        summary = " ".join((inspect.getdoc(fault) or "").split("\n\n")[0].split())
        fields = ", ".join(_code(field.name) for field in dataclasses.fields(fault))
        rows.append((_code(kind), _plain(summary), fields))
    return _table(("Kind", "What happens", "Fields"), rows)


def kinds_of_changes() -> str:
    """The kinds of changes between two versions of an app, the worst first."""
    from gatepost.project.comparing import all_kinds

    rows = [(f"**{each.impact}**", _code(each.name), _plain(f"{each.title}. {each.why}")) for each in all_kinds()]
    return _table(("Part", "Kind", "What it is, and why"), rows)


def floors() -> str:
    """The rooms that there are, top floor first, as the import rules order them, each with what it says of itself."""
    import ast
    import tomllib

    (layers,) = (
        contract["layers"]
        for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    package = ROOT / "framework" / "gatepost"
    rows = []
    for layer in layers:
        rooms = [name.strip(" ()") for name in layer.split("|")]
        for room in rooms:
            sources = [path for path in (package / room / "__init__.py", package / f"{room}.py") if path.is_file()]
            for path in sources:
                summary = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n\n")[0]
                page = f"[`{room}`](../reference/{room}.md)" if (DOCS / "reference" / f"{room}.md").is_file() else _code(room)
                rows.append((page, _plain(" ".join(summary.split()))))
    return _table(("Room", "What it says of itself"), rows)


def commands() -> str:
    """Every command with its arguments and options."""
    return "\n\n".join(_command(path, command) for path, command in every_command())


def every_command() -> Iterator[tuple[str, Any]]:
    """The commands with their whole names, the program itself first."""
    import typer.main

    from gatepost.cli.application import application

    def walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
        yield path, command
        for name, child in getattr(command, "commands", {}).items():
            yield from walk(f"{path} {name}", child)

    yield from walk("gatepost", typer.main.get_command(application))


def own_parameters(command: Any) -> list[Any]:
    """Return what the command itself takes: not ``--help`` and what typer adds for shells."""
    own = inspect.signature(command.callback).parameters if command.callback else ()
    return [parameter for parameter in command.params if parameter.name in own]


def _command(path: str, command: Any) -> str:
    parts = [f"## `{path}`", "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))]
    parameters = sorted(own_parameters(command), key=lambda parameter: parameter.param_type_name == "option")
    if parameters:
        rows = [(_names(parameter, command), _meaning(parameter, command), _default(parameter)) for parameter in parameters]
        parts.append(_table(("Argument or option", "What it does", "Default"), rows))
    children = getattr(command, "commands", {})
    if children:
        parts.append("Commands: " + ", ".join(_code(f"{path} {name}") for name in children) + ".")
    return "\n\n".join(part for part in parts if part)


def _names(parameter: Any, command: Any) -> str:
    if parameter.param_type_name == "argument":
        return _code(parameter.name.upper())
    value = "" if parameter.is_flag else f" {parameter.metavar or _value(parameter.name, command)}"
    names = sorted((*parameter.opts, *parameter.secondary_opts), key=lambda name: not name.startswith("--"))
    return ", ".join(_code(name + value if name.startswith("--") else name) for name in names)


def _meaning(parameter: Any, command: Any) -> str:
    choices = [
        _code(str(choice.value)) for kind in _kinds(parameter.name, command) if issubclass(kind, enum.Enum) for choice in kind
    ]
    return (parameter.help or "") + (f" One of {', '.join(choices)}." if choices else "")


def _value(name: str, command: Any) -> str:
    words = {Path: "PATH", int: "NUMBER", float: "NUMBER"}
    return next((words[kind] for kind in _kinds(name, command) if kind in words), "TEXT")


def _kinds(name: str, command: Any) -> list[type]:
    """The types of a parameter, by its annotation: what typer itself keeps differs between its releases."""
    annotation = typing.get_type_hints(inspect.unwrap(command.callback))[name]
    return [kind for kind in (annotation, *typing.get_args(annotation)) if isinstance(kind, type)]


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    if isinstance(parameter.show_default, str):
        return parameter.show_default
    value = getattr(parameter.default, "value", parameter.default)
    return "" if value is None or value is False or value == "" or callable(value) else _code(str(value))


def _code(text: str) -> str:
    return f"`{text}`"


def _plain(text: str) -> str:
    """Docstrings write code in two backticks, pages in one; both read well in one."""
    return text.replace("``", "`")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    # A bar would end the cell. None is in code: there the escape would be shown.
    lines = [head, tuple("---" for _ in head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


TABLES: dict[str, Callable[[], str]] = {
    "commands": commands,
    "exit codes": exit_codes,
    "external services": external_services,
    "fault kinds": fault_kinds,
    "floors": floors,
    "kinds of changes": kinds_of_changes,
    "manifest rules": manifest_rules,
    "public names": public_names,
    "rules explained": rules_explained,
    "standard inputs": standard_inputs,
}


def tables_of(page: str) -> dict[str, str]:
    """Return the tables of a page by their names."""
    return {match["name"]: match["text"].strip() for match in _TABLE.finditer(page)}


def renewed(page: str) -> str:
    """Return a page with its tables made anew."""
    return _TABLE.sub(lambda match: f"{match['start']}\n\n{TABLES[match['name']]()}\n\n{match['end']}", page)


if __name__ == "__main__":
    for path in sorted(DOCS.rglob("*.md")):
        before = path.read_text(encoding="utf-8")
        if (after := renewed(before)) != before:
            path.write_text(after, encoding="utf-8")
            print(path.relative_to(ROOT))
