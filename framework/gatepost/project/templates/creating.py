"""A new project, made from one of the templates that come with gatepost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError, UsageError
from gatepost.project.templates.record import remember_template
from gatepost.project.templates.schema_file import SCHEMA_FILE, write_schema

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["AUTHORIZATIONS", "KINDS", "create_project", "render_template", "template_folder"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


KINDS = ("job", "playbook", "external")
"""The templates: a job, a playbook app, a script outside the platform."""


def template_folder(kind: str) -> Path:
    """Return the folder of a template: inside the installed package, or at the root of a source checkout.

    Args:
        kind: The kind of app, one of `KINDS`.

    Raises:
        GatepostError: The template is not there.
        UsageError: There is no such kind.
    """
    if kind not in KINDS:
        raise UsageError(f"There is no template for a {kind!r}", remedy=f"Choose one of {', '.join(KINDS)}")
    here = Path(__file__).resolve()
    for folder in (here.parents[1] / "app_template", here.parents[4] / "app_template"):
        if (folder / kind / "copier.yml").is_file():
            return folder / kind
    raise GatepostError(
        f"The template for a {kind} is missing",
        why="It is neither in the installed package nor in a source checkout around it",
        remedy="Install gatepost again",
    )


AUTHORIZATIONS = ("platform", "tcap", "timbr", "oauth2", "header")
"""Which service a new job talks to besides the platform: none, TCAP, Timbr, or one by OAuth 2 or by an API key in a header."""


def create_project(
    kind: str, name: str, *, folder: str | Path | None = None, display_name: str | None = None, auth: str = "platform"
) -> Path:
    """Make a new app's project. Asks nothing, runs nothing, needs neither git nor the network.

    Beside the files of the template it writes ``.gatepost-template.json``, by which `update_project` tells edits apart.

    Args:
        kind: The kind of app, one of `KINDS`.
        name: The app's name, as a folder would have it: a letter, then letters, digits, ``_`` and ``-``.
        folder: Where it goes; default is a folder of that name in the working directory.
        display_name: The name that the platform shows, 3 to 100 characters (contract/install_json.md section 1); default is
            made of the name.
        auth: Which service a job talks to besides the platform, one of `AUTHORIZATIONS`.

    Returns:
        The project's folder, absolute.

    Raises:
        UsageError: The name cannot be one, the folder holds something, or there is no template for that service.
        GatepostError: The extra ``cli`` is not installed, or the project cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot be the name of an app",
            why="It becomes the name of a folder and of a package",
            remedy="Begin with a letter, and go on with letters, digits, _ and -; another folder: --folder",
        )
    if display_name is not None and not (3 <= len(display_name.strip()) <= 100 and display_name.isprintable()):
        raise UsageError(
            f"{display_name!r} cannot be the name that the platform shows",
            remedy="Use 3 to 100 characters, all on one line: --display-name",
        )
    if display_name is None and len(name) < 3:
        raise UsageError(
            f"{name!r} is too short for the name that the platform shows",
            why="The platform wants 3 to 100 characters",
            remedy="Give another one: --display-name",
        )
    if auth not in AUTHORIZATIONS or (kind != "job" and auth != "platform"):
        raise UsageError(
            f"There is no template for a {kind} that talks to {auth!r}",
            remedy=f"For a job, choose one of {', '.join(AUTHORIZATIONS)}: --auth",
        )
    target = Path(folder if folder is not None else name).absolute()
    _check_free(target)
    answers = {"app_name": name} | ({"display_name": display_name} if display_name is not None else {})
    answers |= {"auth": auth} if kind == "job" else {}
    remember_template(target, kind, render_template(kind, target, answers))
    return target


def _check_free(target: Path) -> None:
    """Refuse a folder that holds something: nothing of a person's is written over."""
    try:
        taken = target.exists() and (not target.is_dir() or any(target.iterdir()))
    except OSError as error:
        raise _cannot_write(target, error) from None
    if taken:
        raise UsageError(
            f"{target} is there already",
            why="It holds something" if target.is_dir() else "It is no folder",
            remedy="Choose another name, or another folder: --folder",
        )


def render_template(kind: str, target: Path, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Write the files of a template into a folder.

    Args:
        kind: The kind of app, one of `KINDS`.
        target: An empty folder, or none yet.
        answers: Answers to the template's questions; its defaults are taken for the others, and what it does not ask is ignored.

    Returns:
        All answers.

    Raises:
        GatepostError: The extra ``cli`` is not installed, or the project cannot be written.
    """
    template = template_folder(kind)
    try:
        from copier import run_copy
        from copier.errors import CopierError
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "copier":
            raise
        raise GatepostError(
            "A new project needs the package copier",
            why="It is not installed",
            remedy="Install gatepost with its extra: pip install 'gatepost[cli]'",
        ) from None
    import warnings

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what matters of them is in the error
            worker = run_copy(
                str(template),
                target,
                data=dict(answers),
                defaults=True,
                quiet=True,
                unsafe=False,
                skip_tasks=True,
                overwrite=False,
            )
        all_answers = {name: worker.answers.combined[name] for name in worker.template.questions_data}
    except (CopierError, ValueError) as error:
        raise GatepostError(f"The project {target} cannot be made", why=str(error)) from None
    except OSError as error:
        raise _cannot_write(target, error) from None
    if (target / "install.json").is_file():
        write_schema("install.json", target / SCHEMA_FILE)
    return all_answers


def _cannot_write(target: Path, error: OSError) -> GatepostError:
    return GatepostError(
        f"The project {target} cannot be written", why=error.strerror or str(error), remedy="Choose another folder: --folder"
    )
