"""The app that rules look at: its files, each read once and when a rule first asks."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from gatepost.errors import GatepostError, ManifestError
from gatepost.manifest.checks import places_of_params
from gatepost.manifest.documents.document import read_document
from gatepost.manifest.documents.places import entries
from gatepost.manifest.models import Manifest, RuntimeLevel
from gatepost.manifest.params import ParamType
from gatepost.manifest.reading import as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gatepost.manifest.documents.document import Document
    from gatepost.manifest.documents.places import Place
    from gatepost.manifest.params import Param
    from gatepost.project.app_code import AppCode

__all__ = ["Subject", "entries", "is_inside", "problem_of", "text_of"]

Entry = tuple["Place", dict[str, object]]
Result = TypeVar("Result")


class Subject:
    """An app under validation.

    Attributes:
        folder: Its folder.
        manifest: Its manifest.
        document: The manifest's file.
        notes: What was not looked at, and why.
        code_error: Why the code could not be described; None when it could, or was not asked for.

    Args:
        manifest: The manifest, as read from a file.
        code: Asks for the description of the app's code; None looks at no code.
    """

    def __init__(self, manifest: Manifest, code: Callable[[], AppCode] | None = None) -> None:
        assert manifest.document is not None  # noqa: S101 - for the type checker: it was read from a file
        self.manifest = manifest
        self.document: Document = manifest.document
        self.folder: Path = self.document.path.parent
        self.notes: list[str] = []
        self.code_error: GatepostError | None = None
        self._ask_for_code = code
        self._siblings: dict[str, Document | ManifestError | None] = {"install.json": self.document}
        self._worked_out: dict[Callable[..., Any], Any] = {}

    def once(self, work_out: Callable[[Subject], Result]) -> Result:
        """Return what a function works out about the app, which more than one rule needs; it is called once."""
        if work_out not in self._worked_out:
            self._worked_out[work_out] = work_out(self)
        result: Result = self._worked_out[work_out]
        return result

    # -- the manifest ----------------------------------------------------------------------------------------------------------

    @property
    def data(self) -> dict[str, object]:
        """What stands in ``install.json``."""
        return self.document.data

    @functools.cached_property
    def params(self) -> tuple[tuple[Place, Param], ...]:
        """The params with their places."""
        return tuple(places_of_params(self.manifest, self.document))

    @functools.cached_property
    def outputs(self) -> tuple[Entry, ...]:
        """The output variables as they are written, with their places; those without a name are left out."""
        playbook = self.data.get("playbook")
        listed = playbook.get("outputVariables") if isinstance(playbook, dict) else None
        return tuple(entry for entry in entries(listed, ("playbook", "outputVariables")) if text_of(entry[1], "name"))

    @property
    def feeds(self) -> Iterator[Entry]:
        """The feeds as they are written, with their places."""
        return entries(self.data.get("feeds"), ("feeds",))

    @property
    def level(self) -> RuntimeLevel:
        """The kind of app."""
        return self.manifest.runtime_level

    @property
    def is_playbook(self) -> bool:
        """Whether it is a step of a playbook."""
        return self.level is RuntimeLevel.PLAYBOOK

    @property
    def has_outputs(self) -> bool:
        """Whether apps of its kind give out variables: playbook apps and trigger services."""
        return self.level in {RuntimeLevel.PLAYBOOK, RuntimeLevel.TRIGGER_SERVICE, RuntimeLevel.WEBHOOK_TRIGGER_SERVICE}

    def action_choices(self) -> tuple[str, ...] | None:
        """Return the values that ``tc_action`` may have; None without such a param, or where its choices are not written down."""
        param = self.manifest.param("tc_action")
        if param is None or param.type not in {ParamType.CHOICE, ParamType.EDIT_CHOICE}:
            return None
        return None if any("${" in value for value in param.valid_values) else param.valid_values

    # -- other files -----------------------------------------------------------------------------------------------------------

    def sibling(self, name: str) -> Document | None:
        """Return another file of the app, JSON or CSV; None when it is not there, or cannot be read.

        Args:
            name: Its name, inside the app's folder.
        """
        found = self.sibling_or_error(name)
        return None if isinstance(found, ManifestError) else found

    def sibling_or_error(self, name: str) -> Document | ManifestError | None:
        """Return another file of the app, JSON or CSV; why it cannot be read, or None when it is not there."""
        if name not in self._siblings:
            self._siblings[name] = self._read(name)
        return self._siblings[name]

    def _read(self, name: str) -> Document | ManifestError | None:
        if not self.has_file(name):
            return None
        try:
            if name.lower().endswith(".csv"):
                from gatepost.manifest.documents.csv_document import read_csv

                return read_csv(self.folder / name)
            return read_document(self.folder / name)
        except ManifestError as error:
            return error

    def has_file(self, name: str) -> bool:
        """Whether a file is there, inside the app's folder."""
        return is_inside(self.folder, self.folder / name)

    @property
    def layout(self) -> Document | None:
        """``layout.json``."""
        return self.sibling("layout.json")

    # -- the code --------------------------------------------------------------------------------------------------------------

    @functools.cached_property
    def code(self) -> AppCode | None:
        """What the app's code declares; None when that is not known: ``notes`` or ``code_error`` say why."""
        from gatepost.project.app_code import NoAppCodeError

        if self._ask_for_code is None:
            return None
        try:
            return self._ask_for_code()
        except NoAppCodeError as error:
            self.notes.append(f"The code was not compared with the manifest: {error.what}")
        except GatepostError as error:
            self.code_error = error
        return None


def is_inside(folder: Path, path: Path) -> bool:
    """Whether a path leads, also by links, to a file that is there and inside a folder."""
    try:
        # Not Path.resolve: before Python 3.13 it raises RuntimeError for a link to itself.
        file = os.path.realpath(path)
        return os.path.isfile(file) and Path(file).is_relative_to(os.path.realpath(folder))  # noqa: PTH113 - a name may be too long
    except (OSError, ValueError):  # a name that no file can have
        return False


def text_of(data: dict[str, object], key: str) -> str:
    """Return a text of an object as it was read, a number as a text, too; empty when it is not there, or no text."""
    return as_text(data.get(key)) or ""


def problem_of(error: ManifestError) -> str:
    """Return what is wrong with a file that cannot be read, without the place, which findings show by themselves."""
    return error.what.removeprefix(f"{error.path}, line {error.line}, column {error.column}: ")
