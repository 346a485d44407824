"""Making an app's package."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.atomic import write_atomically
from gatepost.errors import GatepostError, UsageError
from gatepost.project.package.archive import Entry, fixed_time, write_archive
from gatepost.project.package.bill_of_materials import bill_of_materials
from gatepost.project.package.commit import commit_hash
from gatepost.project.package.dependencies import Dependencies, DependencySource, collect_dependencies, distributions_in
from gatepost.project.package.files import all_files, legacy_folders, package_files
from gatepost.project.package.installers import without_credentials
from gatepost.project.package.manifest import packaged_manifest
from gatepost.project.package.names import name_problem, same_file
from gatepost.project.package.requirements import SOURCES
from gatepost.project.package.target import Target
from gatepost.project.package.trimming import trim, without_compiler
from gatepost.project.package_name import package_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from gatepost.manifest import TcexJson
    from gatepost.project.app_folder import AppFolder
    from gatepost.project.package.dependencies import Distribution

__all__ = ["BILL_OF_MATERIALS", "Package", "build_package"]

BILL_OF_MATERIALS = "sbom.cdx.json"
"""The bill of materials inside a package; beside it is a copy, ``<name>.cdx.json``."""

DEPENDENCIES = "deps"


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was made.

    Attributes:
        path: The file ``.tcx``.
        name: Its name, which is that of the folder in it: the app's key on the platform.
        version: The app's version.
        python: The Python that it is for.
        platform: The platform's tag.
        sha256: SHA-256 of the file, in hexadecimal.
        size: Its bytes.
        unpacked_size: Bytes of its files, unpacked.
        dependencies_size: Bytes of ``deps`` among them.
        files: How many files it has.
        distributions: The packages in ``deps``.
        largest: The largest things in ``deps`` with their bytes, at most ten.
        bill_of_materials: The copy of its bill of materials.
        checksums: The file of checksums, as ``sha256sum --check`` reads it.
        installer: What collected the dependencies; empty when a folder was taken as it is.
        source: The file that says what the app needs; None when it has none.
        notes: What a person should know.
    """

    path: Path
    name: str
    version: str
    python: str
    platform: str
    sha256: str
    size: int
    unpacked_size: int
    dependencies_size: int
    files: int
    distributions: tuple[Distribution, ...]
    largest: tuple[tuple[str, int], ...]
    bill_of_materials: Path
    checksums: Path
    installer: str
    source: Path | None
    notes: tuple[str, ...] = field(default=())


def build_package(
    app: AppFolder,
    *,
    output: Path | None = None,
    name: str = "",
    python_version: str = "",
    excludes: tuple[str, ...] = (),
    dependencies: DependencySource | Path | None = None,
    environment: Mapping[str, str] | None = None,
    progress: Callable[[str, int, int], object] | None = None,
) -> Package:
    """Make the package of an app, ``<output>/<name>_v<major>.tcx``, and beside it its bill of materials and checksums.

    The package is the same to the byte when the project, the dependencies and ``SOURCE_DATE_EPOCH`` are the same.

    Args:
        app: The app. It is not judged here: see `gatepost.project.validation`.
        output: The folder for it; default is ``output_dir`` of ``tcex.json``, which is ``target``.
        name: The package's name without the version; default is that of ``tcex.json``.
        python_version: The Python of the platform, ``major.minor``; default is ``languageVersion``.
        excludes: Patterns of files to leave out, besides the usual ones and those of ``tcex.json``.
        dependencies: Where dependencies come from, or a folder that holds them already, made for the platform.
        environment: The environment; default is this process's.
        progress: Told what is being done, how much of it is done, and how much there is; 0 where that is not known.

    Raises:
        GatepostError: The dependencies cannot be collected, something cannot be read or written, or an extra is not installed.
        UsageError: The project cannot be packed as it is.
    """
    say = progress or (lambda *_: None)
    environment = os.environ if environment is None else environment
    moment = fixed_time(environment)
    source = dependencies if dependencies is not None else DependencySource()
    settings = _settings(app.folder)
    target = Target.of(
        python_version or app.manifest.language_version, *([source.platform] if isinstance(source, DependencySource) else [])
    )
    whole = package_name(
        app.manifest,
        app_name=name or (settings.package.app_name if settings else ""),
        app_version=settings.package.app_version if settings else "",
    )
    folder = output if output is not None else app.folder / (settings.package.output_dir if settings else "target")
    if app.folder.resolve().is_relative_to(folder.resolve()):
        raise UsageError(f"{folder} cannot hold the package", why="The project lies in it", remedy="Choose another: --output")
    say("looking at the project", 0, 0)
    excluded = (*(settings.package.exclusions if settings else ()), *excludes)
    files = package_files(app.folder, output=folder, excludes=excluded)
    _check_whole(app, files)
    with tempfile.TemporaryDirectory(prefix="gatepost-package-") as made:
        deps = Path(made) / DEPENDENCIES
        deps.mkdir()
        collected = _dependencies(app, deps, source, target, lambda text: say(text, 0, 0))
        package = folder / f"{whole}.tcx"
        try:
            collected = without_compiler(deps, collected)
            trim(deps)
            vendored = all_files(deps)
            tcex = next((item.version for item in collected.distributions if item.name == "tcex"), "")
            commit = commit_hash(app.folder, environment)
            manifest = packaged_manifest(app.manifest, has_layout="layout.json" in files, commit=commit, tcex_version=tcex)
            bom = bill_of_materials(whole, app.manifest, collected, target, moment=moment)
            contents: dict[str, bytes | Path] = {**files, **{f"{DEPENDENCIES}/{path}": file for path, file in vendored.items()}}
            contents |= {"install.json": manifest, BILL_OF_MATERIALS: bom}
            _check_names(whole, contents)
            entries = [Entry(f"{whole}/{path}", content) for path, content in contents.items()]
            folder.mkdir(parents=True, exist_ok=True)
            write_archive(package, entries, moment=moment, progress=lambda done, total: say("writing the package", done, total))
            digest = _digest(package)
            write_atomically(folder / f"{whole}.cdx.json", bom)
            checksums = f"{digest}  {package.name}\n{hashlib.sha256(bom).hexdigest()}  {whole}.cdx.json\n"
            write_atomically(folder / f"{whole}.sha256", checksums.encode())
            sizes = {
                path: len(content) if isinstance(content, bytes) else content.stat().st_size for path, content in contents.items()
            }
            size = package.stat().st_size
        except OSError as error:
            raise GatepostError(
                f"The package {package} cannot be written",
                why=f"{error.filename or folder}: {error.strerror or error}",
                remedy="Choose another folder: --output",
            ) from None
    return Package(
        path=package,
        name=whole,
        version=app.manifest.program_version,
        python=target.python,
        platform=target.platform,
        sha256=digest,
        size=size,
        unpacked_size=sum(sizes.values()),
        dependencies_size=sum(size for path, size in sizes.items() if path.startswith(f"{DEPENDENCIES}/")),
        files=len(contents),
        distributions=collected.distributions,
        largest=_largest(sizes),
        bill_of_materials=folder / f"{whole}.cdx.json",
        checksums=folder / f"{whole}.sha256",
        installer=collected.installer,
        source=collected.source,
        notes=(
            *collected.notes,
            *_unsaid_python(app, python_version),
            *_shown_credentials(files),
            *_notes(app, settings, name=name, whole=whole),
        ),
    )


def _settings(folder: Path) -> TcexJson | None:
    if not (folder / "tcex.json").is_file():
        return None
    from gatepost.manifest import load_tcex_json

    return load_tcex_json(folder / "tcex.json")


def _check_whole(app: AppFolder, files: Mapping[str, Path]) -> None:
    """Refuse a package that could not start: what the platform reads first must be in it."""
    for needed in ("install.json", app.program):
        if needed not in files:
            raise UsageError(
                f"{needed} would not be in the package",
                why="One of the patterns of what is left out fits it",
                remedy="Correct excludes in tcex.json, or --exclude",
            )


def _check_names(folder: str, paths: Iterable[str]) -> None:
    """Refuse what would be refused when the package is unpacked: names that mean something else on some system."""
    known: dict[str, str] = {}
    for path in sorted(paths):
        why = name_problem(f"{folder}/{path}")
        if not why and known.setdefault(same_file(path), path) != path:
            why = f"and {known[same_file(path)]!r} are one file on some systems"
        if why:
            own = f"Give it another name, or leave it out: --exclude {path!r}"
            other = "Take another version of what brings it along"
            remedy = other if path.startswith(f"{DEPENDENCIES}/") else own
            raise UsageError(f"{path!r} cannot be packed", why=f"It {why}", remedy=remedy)


def _dependencies(
    app: AppFolder, deps: Path, source: DependencySource | Path, target: Target, say: Callable[[str], object]
) -> Dependencies:
    if isinstance(source, DependencySource):
        return collect_dependencies(app.folder, deps, target, source, progress=say)
    if not source.is_dir():
        raise UsageError(f"There is no folder {source}", remedy="Name a folder with dependencies: --deps")
    if app.folder.resolve().is_relative_to(source.resolve()):
        raise UsageError(
            f"{source} is no folder with dependencies",
            why="The project lies in it, with what is never packed",
            remedy="Name a folder with dependencies: --deps",
        )
    say(f"copying {source}")
    try:
        shutil.copytree(source, deps, dirs_exist_ok=True, symlinks=False, ignore=shutil.ignore_patterns("__pycache__"))
    except (OSError, shutil.Error) as error:
        raise GatepostError(f"{source} cannot be copied", why=str(error)) from None
    distributions = distributions_in(deps, target)
    needed = {need for item in distributions for need in item.requires}
    roots = tuple(item.name for item in distributions if item.name not in needed)
    return Dependencies(
        distributions, roots, None, "", (f"the dependencies are those of {source}: nobody looked what they are for",)
    )


def _notes(app: AppFolder, settings: TcexJson | None, *, name: str, whole: str) -> list[str]:
    notes = []
    if not name and not (settings and settings.package.app_name) and not app.manifest.application_name:
        notes.append(
            f"the name {whole} is made of the display name, and is the app's key on the platform. "
            f'To keep it whatever the app is called: {{"package": {{"app_name": "{whole.rpartition("_")[0]}"}}}} in tcex.json'
        )
    if legacy := legacy_folders(app.folder):
        notes.append(
            f"{', '.join(legacy)} stays out: tcex 3 and earlier had dependencies there; from tcex 4 on, and in this package, "
            "they are in deps, which run.py must put first on sys.path"
        )
    if not _starts_with_deps(app):
        notes.append(f"{app.program} does not name deps: it must put that folder first on sys.path before it imports from it")
    return notes


def _unsaid_python(app: AppFolder, python_version: str) -> list[str]:
    document = app.manifest.document
    if python_version or (document is not None and document.data.get("languageVersion")):
        return []
    return [
        f"install.json has no languageVersion: the package is for the Python that runs gatepost, {app.manifest.language_version}"
    ]


def _shown_credentials(files: Mapping[str, Path]) -> list[str]:
    """Say which of the files that name dependencies shows a credential to whoever gets the package."""
    texts = {name: files[name].read_text(encoding="utf-8", errors="replace") for name in SOURCES if name in files}
    texts = {name: text.replace("ssh://git@", "ssh://") for name, text in texts.items()}  # everybody's name there
    return [
        f"{name} goes into the package, with the user or password of an address in it: leave it out with --exclude {name}, "
        "or give them to the installer in another way"
        for name, text in texts.items()
        if without_credentials(text) != text
    ]


def _starts_with_deps(app: AppFolder) -> bool:
    try:
        return DEPENDENCIES in (app.folder / app.program).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True


def _largest(sizes: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    sums: dict[str, int] = {}
    for path, size in sizes.items():
        parts = path.split("/")
        if parts[0] == DEPENDENCIES:
            sums[parts[1]] = sums.get(parts[1], 0) + size
    return tuple(sorted(sums.items(), key=lambda item: (-item[1], item[0]))[:10])


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
