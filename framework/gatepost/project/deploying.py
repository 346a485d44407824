"""Sending a package to a platform, which installs it."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.errors import PlatformError
from gatepost.project.package.trying import read_package

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests

__all__ = ["Deployed", "deploy_package"]

PATH = "/v3/apps/exchange/install"
INTERNAL_PATH = "/internal/apps/exchange/install"
"""The older form of the same call, which platforms before 7.2 have too (contract/authorization.md section 8)."""

TIMEOUT = 60.0
"""Seconds that the platform may take to answer once it has the package (contract/install_json.md section 15)."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a platform installed.

    Attributes:
        url: Where the package was sent.
        apps: What the platform says that it installed: ``id``, ``programName``, ``displayName``, ``programVersion``…
        notes: What a person should know.
    """

    url: str
    apps: tuple[Mapping[str, Any], ...]
    notes: tuple[str, ...] = ()


def deploy_package(
    package: Path,
    *,
    auth: str = "auto",
    inputs: Mapping[str, Any] | None = None,
    all_organizations: bool = True,
    distribution: bool = False,
    internal: bool = False,
    timeout: float = TIMEOUT,
    progress: Callable[[int, int], object] | None = None,
) -> Deployed:
    """Send a package to ``/v3/apps/exchange/install`` (contract/install_json.md section 15, authorization.md section 7).

    The credential is the one that a script in the working directory would use; it needs the system role *Exchange Admin*.
    The package is looked at first, as `gatepost.project.check_package` does. It is sent once: whether an installation whose
    answer was lost took place, only the platform knows.

    Args:
        package: The file ``.tcx``.
        auth: ``auto``, or ``token`` or ``hmac`` to force one.
        inputs: Standard inputs by name; they come before everything else.
        all_organizations: Whether every organization may use the app.
        distribution: Whether the app may be handed on to other servers.
        internal: Whether to use the older path ``/internal/apps/exchange/install``.
        timeout: Seconds to wait for an answer.
        progress: Told how many bytes are sent, of how many.

    Raises:
        PackageError: The package is refused before it is sent.
        ManifestError: Its manifest cannot be read.
        CredentialError: There is no credential, or it is refused.
        PlatformError: The platform refused the package, or installed nothing.
        GatepostError: The platform cannot be reached, or the package not be read.
    """
    from urllib3.filepost import encode_multipart_formdata

    from gatepost.runtime.connecting import connect

    with tempfile.TemporaryDirectory(prefix="gatepost-package-") as made:
        manifest = read_package(package, Path(made))
    body, media_type = encode_multipart_formdata(
        {
            "allowAllOrgs": str(all_organizations).lower(),
            "allowAppDistribution": str(distribution).lower(),
            "fileData": (package.name, package.read_bytes(), "application/octet-stream"),
        }
    )
    path = INTERNAL_PATH if internal else PATH
    with connect(auth=auth, **(inputs or {})) as runtime:
        response = runtime.session.post(
            path, data=_Counted(body, progress), headers={"Content-Type": media_type}, timeout=(10.0, timeout)
        )
        url = str(response.url)
        apps = _installed(response, path)
    notes = []
    versions = {str(app.get("programVersion")) for app in apps}
    if manifest.program_version and manifest.program_version not in versions:
        notes.append(f"the package holds version {manifest.program_version}, and the platform says {', '.join(sorted(versions))}")
    return Deployed(url, apps, tuple(notes))


class _Counted(io.BytesIO):
    """A body that tells how much of it was read. It can be read again, where a credential has to be renewed."""

    def __init__(self, body: bytes, progress: Callable[[int, int], object] | None) -> None:
        super().__init__(body)
        self._progress = progress
        self._total = len(body)

    def read(self, size: int | None = -1, /) -> bytes:
        chunk = super().read(size)
        if self._progress is not None:
            self._progress(self.tell(), self._total)
        return chunk


def _installed(response: requests.Response, path: str) -> tuple[Mapping[str, Any], ...]:
    """Return the apps in an answer.

    Raises:
        PlatformError: There are none.
    """
    if response.status_code in (404, 405) and path == PATH:
        raise PlatformError(
            f"The platform has no {PATH}",
            why=f"It answers {response.status_code}: it may be older than 7.2",
            remedy="Send it to the older address: --internal",
            status=response.status_code,
        )
    if response.status_code >= 400:
        from gatepost.sessions.refusals import refusal

        error = refusal(response)
        if response.status_code in (401, 403):
            error.remedy = "Installing needs an API user with the system role Exchange Admin: gatepost doctor tells who you are"
        raise error
    try:
        apps = response.json()
    except ValueError:
        apps = None
    if not isinstance(apps, list) or not all(isinstance(app, dict) for app in apps):
        raise PlatformError(
            "The platform's answer is none that an installation has",
            why=f"It answers {response.status_code} with {response.headers.get('Content-Type') or 'no'} content",
            remedy="Look whether tc_api_path is the platform's API: gatepost doctor",
            status=response.status_code,
        )
    if not apps:
        raise PlatformError(
            "The platform installed nothing",
            why="It answers with an empty list, which is how it says that it could not",
            remedy="Try the package: gatepost package --check FILE. Look at minServerVersion, at an app with the same name and\n"
            "another appId, and into the platform's log",
            status=response.status_code,
        )
    return tuple(apps)
