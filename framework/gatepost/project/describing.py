"""What the process of an app says of the app's code: runs there, and imports nothing of gatepost but what the app imports.

The app's interpreter runs this file by its path (`gatepost.project.app_code`), so that it need not have this gatepost installed.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["describe_app", "error_of", "find_app", "main"]

_PLAIN = (str, int, float, bool, type(None))
_LONGEST_INTEGER = 4096  # in bits


class _Launched(BaseException):
    """The module started its app while it was imported."""

    def __init__(self, description: dict[str, Any]) -> None:
        super().__init__()
        self.description = description


class _Connected(BaseException):
    """The module is a script: it asked for a connection while it was imported."""


def main(folder: str, modules: list[str], descriptor: int, values: str = "") -> None:
    """Import the first of the modules that makes an app, and write what it declares as JSON.

    Args:
        folder: The app's folder.
        modules: Names of modules to try, in this order.
        descriptor: The file descriptor to write to.
        values: Values for the app to judge (`gatepost.project.judging_values.pack_values`); empty: none.
    """
    sys.dont_write_bytecode = True
    sys.path.insert(0, folder)
    dependencies = os.path.join(folder, "deps")  # noqa: PTH118 - pathlib is not imported yet, and may never be
    if os.path.isdir(dependencies):  # noqa: PTH112
        # Last: packages of the interpreter fit it; those of the folder were chosen for the platform's.
        sys.path.append(dependencies)
    judge = functools.partial(_judged, values, folder) if values else describe_app
    try:
        said: dict[str, Any] = find_app(modules, judge)
    except BaseException as problem:  # noqa: BLE001 - whatever the app's module does, SystemExit included
        said = {"error": error_of(problem, folder)}
    with open(descriptor, "w", encoding="utf-8") as stream:
        json.dump(said, stream)
    if threading.active_count() > 1:
        os._exit(0)  # threads that the app started at import are nobody's any more


def find_app(modules: list[str], describe: Callable[[Any], dict[str, Any]] | None = None) -> dict[str, Any]:
    """Import modules until one makes an app, and describe it. From then on no app of this process runs, nor a script.

    Args:
        modules: Their names.
        describe: Says what an app is; default is `describe_app`.
    """
    describe = describe or describe_app
    gatepost = importlib.import_module("gatepost")
    app_class = gatepost.App

    def run(app: Any, *_: object, **__: object) -> None:
        raise _Launched(describe(app))  # now: the module is gone once its import has failed

    def connect(*_: object, **__: object) -> None:
        raise _Connected

    app_class.run = run
    vars(gatepost)["connect"] = connect
    for name in modules:
        try:
            module = importlib.import_module(name)
        except _Launched as launched:
            return launched.description
        except _Connected:
            continue
        names = vars(module)
        apps = [names.get("app"), *names.values()]
        for value in apps:
            if isinstance(value, app_class):
                return describe(value)
    return {"nothing": True}


def error_of(problem: BaseException, folder: str) -> dict[str, Any]:
    """Return what went wrong and where: the last line of the app's own that was being run.

    Args:
        problem: What was raised while the app was imported.
        folder: The app's folder.
    """
    said: dict[str, Any] = {"type": type(problem).__name__, "text": _text_of(problem), "file": "", "line": 0}
    if isinstance(problem, ModuleNotFoundError):
        said["module"] = problem.name or ""
    if isinstance(problem, SyntaxError):
        said |= {"text": problem.msg, "file": problem.filename or "", "line": problem.lineno or 0}
        return said
    own = os.path.realpath(folder) + os.sep
    for frame in traceback.extract_tb(problem.__traceback__):
        if frame.filename.startswith("<"):
            continue  # no file: parts of the importing itself
        file = os.path.realpath(frame.filename)
        inside = f"{os.sep}{file[len(own) :]}" if file.startswith(own) else ""
        if inside and f"{os.sep}site-packages{os.sep}" not in inside and not inside.startswith(f"{os.sep}deps{os.sep}"):
            said |= {"file": file, "line": frame.lineno or 0}
    return said


def _text_of(problem: BaseException) -> str:
    try:
        return str(problem).partition("\n\nFor further information")[0]  # of pydantic's
    except Exception:  # noqa: BLE001 - an exception of the app's own, which has its own __str__
        return ""


def _judged(values: str, folder: str, app: Any) -> dict[str, Any]:
    try:
        judging = importlib.import_module("gatepost.project.judging_values")
    except ModuleNotFoundError:  # the app's interpreter has a gatepost from before there was one
        return describe_app(app)
    return {**describe_app(app), "refused": judging.judge_values(app, values, folder)}


def describe_app(app: Any) -> dict[str, Any]:
    """Return what an app declares, as JSON values."""
    actions = getattr(app, "actions", None) or {}
    functions = {kind: getattr(app, f"_{kind}", None) for kind in ("job", "playbook")}
    kind = next((name for name, function in functions.items() if callable(function)), "playbook" if actions else "")
    return {
        "kind": kind,
        "inputs": _inputs(getattr(app, "inputs", None)),
        "outputs": _outputs(getattr(app, "outputs", None)),
        "actions": [_action(name, action) for name, action in actions.items()] if hasattr(actions, "items") else [],
        "features": [str(name) for name in getattr(app, "features", ())],
    }


def _action(name: str, action: Any) -> dict[str, Any]:
    function = getattr(action, "function", action)
    while hasattr(function, "__wrapped__"):  # by a decorator, which is declared elsewhere
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    return {
        "name": name,
        "documentation": (getattr(function, "__doc__", None) or "").strip(),
        "inputs": _inputs(getattr(action, "inputs", None)),
        "outputs": _outputs(getattr(action, "outputs", None)),
        "retry": getattr(action, "retry", None),
        "file": getattr(code, "co_filename", ""),
        "line": getattr(code, "co_firstlineno", 0),
    }


def _outputs(model: Any) -> list[dict[str, Any]]:
    if model is None:
        return []
    variables = importlib.import_module("gatepost.playbook.outputs").output_variables(model)
    return [{"name": variable.name, "type": variable.type} for variable in variables]


def _inputs(model: Any) -> list[dict[str, Any]]:
    if model is None:
        return []
    try:
        model.model_rebuild()  # as a run does: it would end there
    except Exception as problem:  # noqa: BLE001 - what pydantic raises here is of many kinds
        raise TypeError(f"{model.__qualname__} cannot be built: {_text_of(problem)}") from None
    places = _places(model)
    decorators = getattr(model, "__pydantic_decorators__", None)
    validators = getattr(decorators, "field_validators", {}).values()
    first = {field for one in validators if one.info.mode in ("before", "wrap", "plain") for field in one.info.fields}
    described = []
    for field, information in model.model_fields.items():
        said = _input(field, information, *places.get(field, ("", 0, "")))
        said["lenient"] = said["lenient"] or field in first or "*" in first
        described.append(said)
    return described


def _input(field: str, information: Any, file: str, line: int, documentation: str) -> dict[str, Any]:
    kinds = _Kinds()
    kinds.add(information.annotation)
    default = None if information.is_required() else information.get_default(call_default_factory=False)
    default, default_known = (None, default is None) if "secret" in kinds.names else _plain(default)
    return {
        "names": _names(field, information.validation_alias),
        "field": field,
        "annotation": _shown(information.annotation),
        "kinds": sorted(kinds.names),
        "many": kinds.many,
        "optional": kinds.optional,
        "choices": kinds.choices,
        "lenient": kinds.lenient or _sees_first(information.metadata),
        "required": information.is_required(),
        "default": default,
        "default_known": default_known and information.default_factory is None,
        "title": information.title or "",
        "documentation": (information.description or documentation).strip(),
        "file": file,
        "line": line,
    }


def _names(field: str, alias: Any) -> list[str]:
    written = [alias] if isinstance(alias, str) else [c for c in getattr(alias, "choices", ()) if isinstance(c, str)]
    return list(dict.fromkeys([*written, field]))


def _plain(value: Any) -> tuple[Any, bool]:
    """Return a default as a JSON value, and whether it is known. What is secret stays where it is."""
    value = getattr(value, "value", value) if _is_enum(type(value)) else value
    if isinstance(value, (list, tuple)) and all(map(_is_plain, value)):
        return list(value), True
    return (value, True) if _is_plain(value) else (None, False)


def _is_plain(value: Any) -> bool:
    """Tell whether JSON can say a value: NaN it cannot, and of numbers of thousands of digits Python has no text."""
    is_too_long = isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER
    return isinstance(value, _PLAIN) and value == value and not is_too_long  # noqa: PLR0124


def _is_enum(kind: Any) -> bool:
    return any(base.__module__ == "enum" and base.__name__ == "Enum" for base in getattr(kind, "__mro__", ()))


def _sees_first(metadata: Any) -> bool:
    """Tell whether one of the annotations may change a value before the annotated type sees it."""
    names = ("BeforeValidator", "WrapValidator", "PlainValidator")
    return any(
        type(item).__name__ in names
        or (hasattr(type(item), "__get_pydantic_core_schema__") and not type(item).__module__.startswith("pydantic"))
        for item in metadata
    )


class _Kinds:
    """The kinds of values that an annotation takes.

    Attributes:
        names: As `gatepost.project.app_code.InputField` has them.
        many: Whether it takes several values.
        optional: Whether it takes None.
        choices: The values of its ``Literal`` or ``Enum``.
        lenient: Whether a validator sees a value before its type does.
    """

    def __init__(self) -> None:
        self.lenient = False
        self.names: set[str] = set()
        self.many = False
        self.optional = False
        self.choices: list[str] = []

    def add(self, annotation: Any) -> None:
        """Add what an annotation takes."""
        import types
        import typing

        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        if annotation is None or annotation is type(None):
            self.optional = True
        elif hasattr(annotation, "__value__"):  # a type alias
            self.add(annotation.__value__)
        elif origin is typing.Annotated:
            self.add(arguments[0])
            self.lenient = self.lenient or _sees_first(arguments[1:])
        elif origin in (typing.Union, types.UnionType):
            for argument in arguments:
                self.add(argument)
        elif origin is typing.Literal:
            self._choose([argument for argument in arguments if argument is not None])
            self.optional = self.optional or None in arguments
        elif origin in (list, tuple, set, frozenset) or getattr(origin, "__module__", "") == "collections.abc":
            self.many = True
            for argument in arguments or (typing.Any,):
                if argument is not ...:
                    self.add(argument)
        elif annotation in (list, tuple, set, frozenset):
            self.many = True
            self.names.add("any")
        elif isinstance(annotation, typing.TypeVar):
            self.names.add("any")
        else:
            self._add_type(annotation)

    def _choose(self, values: list[Any]) -> None:
        if values and all(isinstance(value, bool) for value in values):
            self.names.add("boolean")
            return
        self.names.add("choice")
        self.choices += [str(value) for value in values if isinstance(value, (str, int))]

    def _add_type(self, kind: Any) -> None:
        if _is_enum(kind):
            self._choose([member.value for member in kind])
            return
        for base in getattr(kind, "__mro__", ()):
            name = _TYPES.get((base.__module__.partition(".")[0], base.__name__))
            if name is not None:
                self.names.add(name)
                return
        self.names.add("any" if _shown(kind) in ("typing.Any", "Any", "object") else "other")


_TYPES = {
    ("builtins", "bool"): "boolean",
    ("builtins", "int"): "integer",
    ("builtins", "float"): "number",
    ("decimal", "Decimal"): "number",
    ("builtins", "str"): "text",
    ("builtins", "bytes"): "binary",
    ("pathlib", "Path"): "text",
    ("pathlib", "PurePath"): "text",
    ("re", "Pattern"): "text",
    ("uuid", "UUID"): "text",
    ("ipaddress", "_BaseAddress"): "text",
    ("ipaddress", "_BaseNetwork"): "text",
    ("datetime", "date"): "time",
    ("datetime", "time"): "time",
    ("datetime", "timedelta"): "time",
    ("gatepost", "Secret"): "secret",
    ("pydantic", "SecretStr"): "secret",
    ("pydantic", "SecretBytes"): "secret",
    ("gatepost", "KeyValue"): "key value",
    ("gatepost", "TCEntity"): "entity",
}


def _shown(annotation: Any) -> str:
    return annotation.__qualname__ if isinstance(annotation, type) and not hasattr(annotation, "__args__") else str(annotation)


def _places(model: Any) -> dict[str, tuple[str, int, str]]:
    """Return for each field the file and line of its declaration, and the text that documents it there."""
    import ast

    places: dict[str, tuple[str, int, str]] = {}
    for base in reversed(model.__mro__):
        file = getattr(sys.modules.get(base.__module__), "__file__", None)
        if base.__module__.partition(".")[0] in ("builtins", "pydantic", "gatepost", "typing") or not isinstance(file, str):
            continue
        try:
            with open(file, "rb") as stream:  # noqa: PTH123 - as above
                tree = ast.parse(stream.read())
        except (OSError, SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == base.__name__:
                _read_class(node, file, places)
    return places


def _read_class(node: Any, file: str, places: dict[str, tuple[str, int, str]]) -> None:
    import ast
    import inspect

    for statement, following in zip(node.body, [*node.body[1:], None], strict=True):
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        value = following.value if isinstance(following, ast.Expr) else None
        text = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
        places[statement.target.id] = (file, statement.lineno, inspect.cleandoc(text))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2].split(","), int(sys.argv[3]), sys.stdin.read())
