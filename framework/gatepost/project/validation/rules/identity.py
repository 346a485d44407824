"""Rules about what an app is called and which versions it has (contract/install_json.md section 1)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

from gatepost.manifest.documents.places import quoted
from gatepost.manifest.findings import Severity
from gatepost.manifest.models import RuntimeLevel
from gatepost.project.validation.rule import Problem, rule
from gatepost.project.validation.subject import Subject, text_of

_THREE_NUMBERS = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_OLDEST_SERVER = (7, 2, 0)
_API_LEVELS = {RuntimeLevel.API_SERVICE, RuntimeLevel.FEED_API_SERVICE}


@rule("GP210", Severity.WARNING)
def name_length(app: Subject) -> Iterator[Problem]:
    """A name is shorter or longer than the platform takes.

    ``displayName`` and ``displayPath`` have 3 to 100 characters, ``playbook.type`` at most 35.
    """
    for key in ("displayName", "displayPath"):
        text = text_of(app.data, key)
        if text and not 3 <= len(text) <= 100:
            yield Problem(f"{key} has {len(text)} characters; 3 to 100 are right", "Write another name", (key,))
    kind = app.manifest.playbook.type.strip() if app.manifest.playbook else ""
    if len(kind) > 35:
        yield Problem(f"playbook.type has {len(kind)} characters; 35 are possible", "Shorten it", ("playbook", "type"))


@rule("GP407", Severity.WARNING)
def app_id_version(app: Subject) -> Iterator[Problem]:
    """The appId is a UUID of another version than 4 or 5.

    The platform identifies a line of releases by ``appId`` and the major version. A released app keeps the one that it has.
    """
    try:
        version = uuid.UUID(app.manifest.app_id).version
    except ValueError:
        return
    if version not in {4, 5}:
        yield Problem("the appId is not a UUID of version 4 or 5", "For a new app, write a UUID of version 4", ("appId",))


@rule("GP408", Severity.WARNING)
def app_id_missing(app: Subject) -> Iterator[Problem]:
    """There is no appId.

    Whoever packages the app then makes one up, and the platform may take the next version for another app. For an app that is
    released already, write the appId of that release.
    """
    if not app.data.get("appId"):
        yield Problem("there is no appId", "Write a UUID of version 4, and never change it")


@rule("GP409", Severity.WARNING)
def server_version(app: Subject) -> Iterator[Problem]:
    """The minServerVersion is no version, or below 7.2.0.

    The platform refuses to install the app on a server that is older than ``minServerVersion``. Lower values than 7.2.0 are
    raised to it.
    """
    written = text_of(app.data, "minServerVersion")
    if not written:
        return
    if not _THREE_NUMBERS.fullmatch(written):
        yield Problem(f"minServerVersion is {quoted(written)}", "Write three numbers, 7.2.0 for example", ("minServerVersion",))
    elif tuple(int(number[:9]) for number in written.split(".")) < _OLDEST_SERVER:
        yield Problem(f"minServerVersion {quoted(written)} is raised to 7.2.0", "Write 7.2.0", ("minServerVersion",))


@rule("GP410", Severity.NOTE)
def sdk_version(app: Subject) -> Iterator[Problem]:
    """The sdkVersion is not x.y.z.

    It says which version of the framework the app was packaged with, and is written when the app is packaged.
    """
    written = text_of(app.data, "sdkVersion")
    if written and not _THREE_NUMBERS.fullmatch(written):
        yield Problem(f"sdkVersion is {quoted(written)}", "Remove it: packaging the app writes it", ("sdkVersion",))


@rule("GP411", Severity.WARNING)
def display_path_missing(app: Subject) -> Iterator[Problem]:
    """An API service has no displayPath.

    It is the first part of the path under which the platform serves it.
    """
    if app.level in _API_LEVELS and not app.manifest.display_path:
        yield Problem("an API service needs a displayPath", "Write the first part of its path, my_service for example")


@rule("GP412", Severity.WARNING)
def display_path_characters(app: Subject) -> Iterator[Problem]:
    """The displayPath has characters that a path part cannot have.

    Letters, digits, ``_`` and ``.`` are sure to be taken. ``-`` is, too, by one of the vendor's two packagers.
    """
    path = app.manifest.display_path
    if path and not re.fullmatch(r"[A-Za-z0-9_.-]+", path):
        yield Problem(
            f"the displayPath {quoted(path)} has other characters than a path part", "Use a-z, 0-9 and _", ("displayPath",)
        )


@rule("GP426", Severity.NOTE)
def deprecated_key(app: Subject) -> Iterator[Problem]:
    """A key that is deprecated: apiUserTokenParam."""
    if "apiUserTokenParam" in app.data:
        yield Problem(
            "apiUserTokenParam is deprecated", "Remove it, unless an old server needs it", ("apiUserTokenParam",), of_key=True
        )
