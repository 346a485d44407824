"""Wheels that go before any registry's: handed in, built from a project's folder, or from gatepost's own source."""

from __future__ import annotations

import hashlib
import re
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import UsageError
from gatepost.project.package.installers import InstallFailed, Sources
from gatepost.project.package.requirement_set import canonical, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gatepost.project.package.installers import Installer
    from gatepost.project.package.requirement_set import Requirements
    from gatepost.project.package.target import Target

__all__ = ["OwnWheels", "own_wheels", "source_checkout"]

_NAME = re.compile(r"(?P<name>[^-]+)-[^-]+(?:-[^-]+)?-(?P<python>[^-]+)-(?P<abi>[^-]+)-(?P<platform>[^-]+)\.whl")


@dataclass(slots=True)
class OwnWheels:
    """Wheels by the normalized names of their packages.

    Attributes:
        wheels: The wheels.
        required: Names of those that are installed whether or not a requirement names them.
        notes: What a person should know.
    """

    wheels: dict[str, Path] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)

    @property
    def constraints(self) -> tuple[str, ...]:
        """Lines that make an installer take these files wherever it needs a package of that name."""
        return tuple(f"{name} @ {wheel.as_uri()}" for name, wheel in sorted(self.wheels.items()))

    def line(self, name: str, extras: Iterable[str] = (), *, hashed: bool) -> str:
        """Return the requirement for one of them.

        Args:
            name: The name.
            extras: Extras that are asked for.
            hashed: Whether to say the file's hash: pip wants all hashes or none.
        """
        chosen = ",".join(sorted(extras))
        line = f"{name}{f'[{chosen}]' if chosen else ''} @ {self.wheels[name].as_uri()}"
        return f"{line} --hash=sha256:{hashlib.sha256(self.wheels[name].read_bytes()).hexdigest()}" if hashed else line


def own_wheels(
    requirements: Requirements,
    given: Iterable[Path],
    build: Iterable[str],
    *,
    installer: Installer,
    sources: Sources,
    target: Target,
    into: Path,
    progress: Callable[[str], object],
) -> OwnWheels:
    """Collect an app's own wheels; build those that are there as source only.

    gatepost itself is built too where it runs from its source, the app asks for it, and no wheel of it is given: no registry has
    what is being developed.

    Args:
        requirements: What the app needs.
        given: Wheels, or folders of projects.
        build: Names of packages that a registry has the source of.
        installer: Builds.
        sources: Where the sources of `build` are looked for.
        target: The Python that the wheels must fit.
        into: A folder for what is built.
        progress: Told what is being built.

    Raises:
        InstallFailed: One cannot be built.
        UsageError: One is no wheel, or does not fit.
    """
    own = OwnWheels()

    def add(wheel: Path, *, required: bool = False) -> None:
        name = _check_fits(wheel, target)
        own.wheels[name] = wheel
        if required:
            own.required.add(name)

    def built(project: str) -> Path:
        progress(f"building {project.rpartition('/')[2]}")
        return _build(project, installer, into, sources, target)

    for path in given:
        add(path.absolute() if path.suffix == ".whl" else built(str(path.absolute())))
    for project in requirements.projects:
        add(built(str(project)), required=True)
    for package in build:
        lines = [line for line in (*requirements.lines, *requirements.unhashed) if named(line) == canonical(package)]
        add(built(lines[0].partition(" --hash")[0] if lines else package))
    checkout = source_checkout()
    if checkout is not None and "gatepost" not in own.wheels and _wants_gatepost(requirements, sources):
        add(built(str(checkout)))
        own.notes.append("gatepost was built from the source that it runs from")
    return own


def source_checkout() -> Path | None:
    """Return the source checkout that gatepost runs from; None when it is installed as others are."""
    folder = Path(__file__).resolve().parents[4]
    try:
        text = (folder / "pyproject.toml").read_text(encoding="utf-8")
    except OSError:
        return None
    return folder if re.search(r'^name = "gatepost"$', text, re.MULTILINE) else None


def _wants_gatepost(requirements: Requirements, sources: Sources) -> bool:
    """Whether the app asks for gatepost, for no file of it in particular, and no folder with wheels has one."""
    if any(wheel.name.startswith("gatepost-") for place in sources.find_links for wheel in Path(place).glob("*.whl")):
        return False
    lines = (*requirements.lines, *requirements.unhashed)
    return any(named(line) == "gatepost" and "--hash=" not in line and " @ " not in line for line in lines)


def _build(project: str, installer: Installer, into: Path, sources: Sources, target: Target) -> Path:
    with tempfile.TemporaryDirectory(dir=into) as folder:
        try:
            installer.build([project], Path(folder), sources)
        except InstallFailed as error:
            raise InstallFailed(
                f"No wheel can be built of {project}",
                why=error.why,
                remedy="Build it elsewhere, and hand it in: --wheel FILE.whl",
                output=error.output,
                name=error.name,
                no_wheel=False,
            ) from None
        wheel = next(Path(folder).glob("*.whl"))
        kept = wheel.replace(into / wheel.name)
    found = _NAME.fullmatch(kept.name)
    if found is None or (found["abi"], found["platform"]) != ("none", "any"):
        raise UsageError(
            f"The wheel {kept.name} that was built here may not run on {target.platform}",
            why="It holds compiled code, made for this machine",
            remedy="Build it on the platform, and hand it in: --wheel FILE.whl",
        )
    return kept


def _check_fits(wheel: Path, target: Target) -> str:
    """Return the name of a wheel's package, once it is one that fits the platform."""
    found = _NAME.fullmatch(wheel.name)
    if found is None or not zipfile.is_zipfile(wheel):
        raise UsageError(
            f"{wheel} is no wheel", why="It is missing, or not named or made as wheels are", remedy="Name a file .whl: --wheel"
        )
    if not {*target.platform_tags, "any"} & set(found["platform"].split(".")):
        raise UsageError(
            f"The wheel {wheel.name} does not fit",
            why=f"It is for {found['platform']}, and the package for {target.platform}",
            remedy="Hand in one for that platform, or name yours: --platform",
        )
    return canonical(found["name"])
