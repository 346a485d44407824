"""Rules about the other files of an app's folder (contract/install_json.md sections 10 and 12)."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

from gatepost.errors import ManifestError, UsageError
from gatepost.manifest.findings import Severity
from gatepost.project.validation.names import named_package
from gatepost.project.validation.rule import Problem, rule
from gatepost.project.validation.subject import Subject, problem_of, text_of

_LARGEST_SOURCE = 4 * 1024 * 1024
"""Bytes; larger Python files hold data, and are not parsed."""


@rule("GP801", Severity.ERROR)
def package_named(app: Subject) -> Iterator[Problem]:
    """The app's package cannot be called as tcex.json or the manifest says.

    The name is that of the folder in the package, and so the app's key on the platform: an update finds the installed app by
    it. It has letters, digits and ``._+-``, no blanks. It is ``app_name`` of ``tcex.json``, else ``applicationName`` of the
    manifest, else made of the display name.
    """
    try:
        named_package(app)
    except UsageError as error:
        document = app.sibling("tcex.json")
        package = document.data.get("package") if document is not None else None
        is_named = isinstance(package, dict) and bool(text_of(package, "app_name"))
        place = ("package", "app_name") if is_named else ("applicationName",)
        yield Problem(error.what, error.remedy, place, document if is_named else None)


@rule("GP802", Severity.ERROR)
def python_syntax(app: Subject) -> Iterator[Problem]:
    """A Python file at the top of the app's folder is no Python.

    It is parsed by the Python that ``gatepost validate`` runs on.
    """
    for path in _files(app, "*.py"):
        wrong = _syntax_problem(path)
        if wrong is not None:
            yield wrong


def _syntax_problem(path: Path) -> Problem | None:
    try:
        if path.stat().st_size > _LARGEST_SOURCE:
            return None
        source = path.read_bytes()
    except OSError as error:
        return Problem(f"{path.name} cannot be read: {error.strerror}", "Check its permissions", file=path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape, say: of no concern here
            ast.parse(source, path.name)
    except SyntaxError as error:
        line, column = error.lineno or 1, max(error.offset or 1, 1)
        return Problem(f"{path.name} is no Python: {error.msg}", "Correct it", file=path, line=line, column=column)
    except (ValueError, RecursionError, MemoryError) as error:
        return Problem(f"{path.name} is no Python: {error}", "Correct it", file=path, line=1, column=1)
    return None


@rule("GP803", Severity.ERROR)
def json_syntax(app: Subject) -> Iterator[Problem]:
    """A JSON or CSV file of the app cannot be read.

    All ``*.json`` at the top of the app's folder are read, and the files that feeds name.
    """
    feeds = {name for _, feed in app.feeds for key in ("jobFile", "attributesFile") if (name := text_of(feed, key))}
    for name in sorted({path.name for path in _files(app, "*.json")} | feeds):
        found = app.sibling_or_error(name)
        if isinstance(found, ManifestError) and not (
            name not in _OBJECTS | feeds and "does not hold a JSON object" in found.what
        ):
            why = f" ({found.why})" if found.why else ""
            what = f"{name} cannot be read: {problem_of(found)}{why}"
            yield Problem(what, found.remedy, file=app.folder / name, line=found.line, column=found.column)


_OBJECTS = frozenset({"layout.json", "tcex.json", "job.json", "attributes.json"})
"""These hold objects. Others may hold lists, or whatever an app likes."""


@rule("GP804", Severity.NOTE)
def package_settings(app: Subject) -> Iterator[Problem]:
    """A setting in tcex.json is deprecated, or has no effect.

    ``app_version`` is deprecated: the version in the folder's name is the major one of ``programVersion``. ``requirements.txt``
    cannot be excluded, ``lib_versions`` was for the directories of older frameworks.
    """
    document = app.sibling("tcex.json")
    if document is None:
        return
    package = document.data.get("package")
    if isinstance(package, dict):
        if package.get("app_version"):
            yield Problem(
                "app_version is deprecated",
                "Remove it when its value is v and the major version; else it names installed apps",
                ("package", "app_version"),
                document,
                of_key=True,
            )
        excludes = package.get("excludes")
        if isinstance(excludes, list) and "requirements.txt" in excludes:
            place = ("package", "excludes", excludes.index("requirements.txt"))
            yield Problem("requirements.txt is never excluded", "Remove it from excludes", place, document)
    if "lib_versions" in document.data:
        yield Problem("lib_versions has no effect any more", "Remove it", ("lib_versions",), document, of_key=True)


def _files(app: Subject, pattern: str) -> Iterator[Path]:
    try:
        yield from sorted(path for path in app.folder.glob(pattern) if path.is_file())
    except OSError:
        return
