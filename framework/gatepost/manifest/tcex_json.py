"""``tcex.json``: how an app is packaged (contract/install_json.md section 10). Its keys are in snake_case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ConfigDict

from gatepost.manifest.documents.document import read_document
from gatepost.manifest.file_model import FileModel, build_file, missing
from gatepost.manifest.part import Part
from gatepost.manifest.reading import Reading, build

if TYPE_CHECKING:
    import os

    from gatepost.manifest.documents.document import Document

__all__ = ["DEFAULT_EXCLUDES", "LibraryVersion", "TcexJson", "TcexPackage", "load_tcex_json", "read_tcex_json"]

DEFAULT_EXCLUDES = (".gitignore", ".pre-commit-config.yaml", "app_spec.yaml", "local-*", "pyproject.toml")
"""Left out of a package whatever ``excludes`` says."""


class LibraryVersion(Part):
    """An interpreter that libraries were fetched for (tcex 2)."""

    model_config = ConfigDict(alias_generator=None)

    python_executable: str = ""
    """The interpreter."""
    lib_dir: str = ""
    """The folder of its libraries."""


class TcexPackage(Part):
    """The package that is made of the app."""

    model_config = ConfigDict(alias_generator=None)

    app_name: str = ""
    """Name of the package and of the folder in it, without the version and without blanks: ``TCPB_-_Demo``."""
    app_version: str = ""
    """What follows the name; empty means ``v`` and the major version of ``install.json`` (deprecated)."""
    excludes: tuple[str, ...] = ()
    """Patterns of files that do not belong into the package, as written; see `exclusions`."""
    output_dir: str = "target"
    """Where the package goes, relative to the project."""
    bundle: bool = False
    """Put the app into a bundle (tcex 2)."""
    bundle_name: str = ""
    """Name of the bundle (tcex 2)."""
    bundle_packages: tuple[str, ...] = ()
    """Apps of the bundle (tcex 2)."""

    @property
    def exclusions(self) -> tuple[str, ...]:
        """The patterns that count: sorted, each once, with the default ones, and never ``requirements.txt``."""
        return tuple(sorted({*self.excludes, *DEFAULT_EXCLUDES} - {"requirements.txt"}))


class TcexJson(FileModel):
    """How an app is packaged, and what it was made from: what ``tcex.json`` says."""

    model_config = ConfigDict(alias_generator=None)

    package: TcexPackage = TcexPackage.model_construct()
    """The package."""
    template_name: str = ""
    """The template that the app was made from."""
    template_type: str = ""
    """Kind of that template: ``playbook``, say."""
    template_repo_hash: str = ""
    """The commit of the template."""
    lib_versions: tuple[LibraryVersion, ...] = ()
    """Interpreters that libraries are fetched for (tcex 2)."""


def load_tcex_json(path: str | os.PathLike[str]) -> TcexJson:
    """Read an app's ``tcex.json`` as it is; what is off is in its ``findings``.

    Args:
        path: The file, or the folder that contains it.

    Raises:
        ManifestError: There is no such file, it cannot be read, is no JSON even after repair, or holds no object.
    """
    return read_tcex_json(read_document(path, name="tcex.json"))


def read_tcex_json(document: Document, reading: Reading | None = None) -> TcexJson:
    """Make a model of a document that was read before.

    Args:
        document: The document.
        reading: Where to report what is off; default is a new one.
    """
    reading = reading or Reading()
    data = document.data
    missing(reading, data, (), ("package",))
    values, unknown = reading.fields(TcexJson, data, (), elsewhere={"package", "lib_versions"})
    package = reading.read_object(data["package"], ("package",)) if "package" in data else None
    if package is not None:
        missing(reading, package, ("package",), ("app_name",))
        values["package"] = build(TcexPackage, *reading.fields(TcexPackage, package, ("package",)))
    if "lib_versions" in data:
        items = reading.read_objects(data["lib_versions"], ("lib_versions",))
        values["lib_versions"] = tuple(
            build(LibraryVersion, *reading.fields(LibraryVersion, item, where)) for where, item in items
        )
    return build_file(TcexJson, document, reading, values, unknown)
