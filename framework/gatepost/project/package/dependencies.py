"""The folder ``deps``: an app's dependencies, made for the Python and the platform that it will run on."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.errors import UsageError
from gatepost.project.package.installers import InstallerName, InstallFailed, Sources, choose_installer
from gatepost.project.package.requirement_set import canonical, named, packaging_library
from gatepost.project.package.requirements import find_requirements
from gatepost.project.package.target import DEFAULT_PLATFORM
from gatepost.project.package.wheels import own_wheels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from packaging.requirements import Requirement

    from gatepost.project.package.installers import Installer
    from gatepost.project.package.requirement_set import Requirements
    from gatepost.project.package.target import Target
    from gatepost.project.package.wheels import OwnWheels

__all__ = ["Dependencies", "DependencySource", "Distribution", "collect_dependencies", "distributions_in"]

_ROUNDS = 8
_LONGEST_LICENSE = 100  # longer is the licence itself, not its name


@dataclass(frozen=True, slots=True)
class Distribution:
    """One package in ``deps``.

    Attributes:
        name: Its name, normalized (PEP 503).
        version: Its version.
        requires: The names of what it needs on the target, normalized.
        summary: What it is, in its own words.
        license: Its licence, in its own words; may be empty.
        license_is_expression: Whether that is an SPDX expression (PEP 639).
    """

    name: str
    version: str
    requires: tuple[str, ...] = ()
    summary: str = ""
    license: str = ""
    license_is_expression: bool = False


@dataclass(frozen=True, slots=True)
class Dependencies:
    """What was collected.

    Attributes:
        distributions: The packages, by name.
        roots: The names of those that the app itself asks for.
        source: The file that says what the app needs; None when it has none.
        installer: What collected them: ``uv``, ``pip``, or empty when a folder was taken as it is.
        notes: What a person should know.
    """

    distributions: tuple[Distribution, ...]
    roots: tuple[str, ...]
    source: Path | None
    installer: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DependencySource:
    """Where an app's dependencies come from.

    Attributes:
        platform: The platform's tag.
        installer: ``uv``, ``pip``, or ``auto`` for uv where it is there.
        find_links: Folders or pages with wheels, beside the registry.
        no_index: Whether no registry is asked.
        wheels: Wheels, or folders of projects to build wheels from: they are taken before any other of their name.
        build: Names of packages that are built here when there is a source distribution only; the wheel must be pure Python.
    """

    platform: str = DEFAULT_PLATFORM
    installer: InstallerName = "auto"
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    wheels: tuple[Path, ...] = ()
    build: tuple[str, ...] = ()


def collect_dependencies(
    app: Path, into: Path, target: Target, source: DependencySource, *, progress: Callable[[str], object] | None = None
) -> Dependencies:
    """Install what an app needs into a folder, as wheels for its target.

    Args:
        app: The app's folder.
        into: An empty folder.
        target: The Python that the app will run on.
        source: Where dependencies come from.
        progress: Told what is being done.

    Raises:
        InstallFailed: Something could not be installed; *remedy* says what can be done about a missing wheel.
        UsageError: What the app says it needs cannot be read, or a wheel does not fit.
        GatepostError: There is no installer, or the extra ``package`` is not installed.
    """
    say = progress or (lambda _: None)
    requirements = find_requirements(app, target)
    if requirements.source is None:
        return Dependencies((), (), None, "", ("there is no uv.lock, requirements.lock or requirements.txt: deps stays empty",))
    installer = choose_installer(source.installer, target)
    notes = [] if requirements.pinned else [f"{requirements.source.name} pins not all versions: tomorrow's package may differ"]
    with tempfile.TemporaryDirectory(prefix="gatepost-wheels-") as made:
        sources = Sources(source.find_links, source.no_index)
        own = own_wheels(
            requirements, source.wheels, source.build,
            installer=installer, sources=sources, target=target, into=Path(made), progress=say,
        )  # fmt: skip
        say(f"collecting dependencies by {installer.name}")
        roots = (*requirements.roots, *(packaging_library().requirements.Requirement(name) for name in sorted(own.required)))
        sources = Sources(source.find_links, source.no_index, own.constraints)
        try:
            _install(requirements, own, installer, into, target=target, sources=sources)
            _complete(roots, installer, into, target, sources)
        except InstallFailed as error:
            raise _explained(error, target) from None
    distributions = distributions_in(into, target)
    known = {distribution.name for distribution in distributions}
    names = tuple(sorted({canonical(root.name) for root in roots} & known))
    return Dependencies(distributions, names, requirements.source, installer.name, (*notes, *own.notes))


def distributions_in(folder: Path, target: Target) -> tuple[Distribution, ...]:
    """Return the packages that lie in a folder of dependencies, by name.

    Args:
        folder: The folder.
        target: The Python; what is needed elsewhere only is not named.
    """
    found = []
    for name, item in sorted(_installed(folder).items()):
        needs = {canonical(requirement.name) for requirement in _needs(item, target, {""})}
        found.append(Distribution(name, item.version, tuple(sorted(needs)), _said(item, "Summary"), *_license(item)))
    return tuple(found)


def _install(
    requirements: Requirements, own: OwnWheels, installer: Installer, into: Path, *, target: Target, sources: Sources
) -> None:
    """Install what is asked for; a wheel of one's own takes the place of a requirement of its name."""
    asked = {named(line) for line in (*requirements.lines, *requirements.unhashed)}
    extra = [own.line(name, hashed=False) for name in sorted(own.required - asked)]
    if not requirements.complete:
        hashed = any("--hash=" in line for line in requirements.lines)
        lines = [_own_or(line, own, hashed=hashed) for line in requirements.lines]
        lines += [own.line(name, hashed=hashed) for name in sorted(own.required - asked)]
        if any(not line.startswith("-") for line in lines):
            installer.install(lines, into, target, sources)
        return
    own_lines = [own.line(name, hashed=False) for name in sorted(asked & own.wheels.keys())]
    locked = [line for line in requirements.lines if named(line) not in own.wheels]
    rest = [line for line in requirements.unhashed if named(line) not in own.wheels]
    # With one hash among the lines, pip asks for all.
    for lines in (locked, [*rest, *own_lines, *extra]):
        if lines:
            installer.install(lines, into, target, Sources(sources.find_links, sources.no_index), complete=True)


def _own_or(line: str, own: OwnWheels, *, hashed: bool) -> str:
    name = named(line)
    if name not in own.wheels:
        return line
    requirement = packaging_library().requirements.Requirement(line.partition(" --hash")[0])
    return own.line(name, requirement.extras, hashed=hashed)


def _complete(roots: Sequence[Requirement], installer: Installer, into: Path, target: Target, sources: Sources) -> None:
    """Install what is still missing, and refuse what does not fit together.

    pip compares environment markers with the Python that runs pip. What only the target needs is found here and added.
    """
    missing: list[str] = []
    for _ in range(_ROUNDS):
        missing, wrong = _gaps(roots, into, target)
        if wrong:
            raise UsageError(
                "The dependencies do not fit together", why="\n".join(wrong), remedy="Change the versions that the app asks for"
            )
        if not missing:
            return
        known = {line.partition(" @")[0] for line in sources.constraints}
        kept = (f"{name}=={item.version}" for name, item in _installed(into).items() if name not in known)
        installer.install(missing, into, target, Sources(sources.find_links, sources.no_index, (*sources.constraints, *kept)))
    raise UsageError("The dependencies cannot be completed", why=f"Still missing: {', '.join(missing)}")


def _gaps(roots: Sequence[Requirement], into: Path, target: Target) -> tuple[list[str], list[str]]:
    """Return the requirements that nothing in the folder meets, and the contradictions."""
    installed = _installed(into)
    missing: dict[str, str] = {}
    wrong: list[str] = []
    seen: dict[str, set[str]] = {}
    todo: list[tuple[Requirement, str]] = [(root, "the app") for root in roots]
    while todo:
        requirement, asker = todo.pop()
        name = canonical(requirement.name)
        item = installed.get(name)
        if item is None:
            missing[name] = str(requirement).partition(";")[0]
            continue
        if requirement.specifier and not requirement.specifier.contains(item.version, prereleases=True):
            wrong.append(f"{asker} needs {requirement}, and {name} {item.version} is there")
        extras = {canonical(extra) for extra in requirement.extras} | {""}
        new = extras - seen.get(name, set())
        if new:
            seen[name] = seen.get(name, set()) | extras
            todo += [(needed, name) for needed in _needs(item, target, new)]
    return sorted(missing.values()), sorted(set(wrong))


def _needs(item: metadata.Distribution, target: Target, extras: Iterable[str]) -> Iterator[Requirement]:
    library = packaging_library()
    for text in item.requires or ():
        try:
            requirement: Requirement = library.requirements.Requirement(text)
        except library.requirements.InvalidRequirement:
            continue  # an old package's own mistake; installers pass over it too
        marker = requirement.marker
        if marker is None or any(marker.evaluate({**target.marker_environment, "extra": extra}) for extra in extras):
            requirement.marker = None
            yield requirement


def _explained(error: InstallFailed, target: Target) -> InstallFailed:
    if not error.no_wheel:
        return error
    name = error.name or "NAME"
    return InstallFailed(
        f"There is no wheel of {name if error.name else 'a dependency'} for Python {target.python} on {target.platform}",
        why=error.why,
        remedy=(
            "What is there may be for other versions, platforms, or source only. Choose one of\n"
            f"another version of it, in what the app says it needs\n"
            f"a newer platform, where yours is one: --platform {DEFAULT_PLATFORM.replace('2_17', '2_28')}\n"
            f"to build it here, if it is pure Python: --build {name}\n"
            f"a wheel that was built on the platform: --wheel FILE.whl"
        ),
        output=error.output,
        name=error.name,
        no_wheel=True,
    )


def _installed(folder: Path) -> dict[str, metadata.Distribution]:
    """Return what lies in a folder, by normalized names; what has none is no package."""
    found = metadata.distributions(path=[str(folder)])
    return {canonical(name): item for item in found if (name := _said(item, "Name"))}


def _said(item: metadata.Distribution, field: str) -> str:
    """Return a field of a package's own description; empty when it has none. Its ``[]`` warns of one that is missing."""
    described: Any = item.metadata
    return str(described.get(field) or "").strip()


def _license(item: metadata.Distribution) -> tuple[str, bool]:
    if expression := _said(item, "License-Expression"):
        return expression, True
    text = _said(item, "License")
    return (text, False) if len(text) < _LONGEST_LICENSE and "\n" not in text else ("", False)
