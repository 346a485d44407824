"""Installing apps: ``/v3/apps/exchange/install`` and its older form ``/internal/apps/exchange/install``."""

from __future__ import annotations

import dataclasses
import io
import itertools
import json
import stat
import threading
import zipfile
import zlib
from typing import Any, NamedTuple

import python_multipart  # noqa: F401 - starlette takes forms apart by it, and does not say so until the first one
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gatepost.emulator.data import PlatformData
from gatepost.emulator.envelope import Refusal
from gatepost.emulator.routing import Route

__all__ = ["ExchangeApi", "InstalledApp"]

_MALFORMED = "The request was not properly formed"
_LARGEST_MANIFEST = 16 * 1024 * 1024
_LARGEST_APP = 1_000_000_000
_NEEDED = ("displayName", "programLanguage", "programMain", "programVersion", "runtimeLevel")


@dataclasses.dataclass(frozen=True, slots=True)
class InstalledApp:
    """An app that the platform has installed.

    Attributes:
        id: Its number; an upgrade keeps it.
        folder: Its folder: the key that upgrades go by (contract/install_json.md section 13).
        program_name: The folder with spaces for ``_``, as ``job.json`` names it (contract/install_json.md section 8).
        display_name: The name that people see.
        display_path: The first part of a service's path; empty for others.
        program_version: Its version.
        app_id: Its identity; empty when the manifest has none.
        file_name: The name that the package was uploaded by.
        files: The files in it, relative to the folder.
        manifest: What its ``install.json`` says.
        content: The package.
        allow_all_orgs: Whether every organization may use it.
        allow_app_distribution: Whether it may be handed on to other servers.
    """

    id: int
    folder: str
    program_name: str
    display_name: str
    display_path: str
    program_version: str
    app_id: str
    file_name: str
    files: tuple[str, ...]
    manifest: dict[str, Any]
    content: bytes = dataclasses.field(repr=False)
    allow_all_orgs: bool = True
    allow_app_distribution: bool = False


class ExchangeApi:
    """Installs packages (contract/authorization.md section 7, contract/install_json.md section 15).

    What the contract does not say, and this platform's choice: a form that is none is 400; a package that cannot be installed is
    answered by 200 and an empty list, the one form of failure that the contract knows. The reason is in the record of the
    request; the log of writes holds it nevertheless. A package of the same folder is an upgrade and keeps its number, unless its
    ``appId`` is another.

    Args:
        data: What the platform knows.
    """

    def __init__(self, data: PlatformData) -> None:
        self._data = data
        self._apps: dict[str, InstalledApp] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    @property
    def apps(self) -> tuple[InstalledApp, ...]:
        """The apps that are installed, in the order in which they first were."""
        with self._lock:
            return tuple(self._apps.values())

    def routes(self) -> list[Route]:
        """Return the routes of this area."""
        return [Route("POST", f"/{family}/apps/exchange/install", self.install) for family in ("v3", "internal")]

    async def install(self, request: Request) -> Response:
        """Install the package in the part ``fileData``."""
        if not self._data.settings.exchange_administrator:
            raise Refusal(401, "Access Denied", explanation="the API user has not the system role Exchange Admin")
        upload = await _upload(request)
        try:
            folder, files, manifest = _read_package(upload.content)
            app = self._store(
                InstalledApp(
                    id=0,
                    folder=folder,
                    program_name=folder.replace("_", " "),
                    display_name=str(manifest["displayName"]),
                    display_path=str(manifest.get("displayPath") or ""),
                    program_version=str(manifest["programVersion"]),
                    app_id=str(manifest.get("appId") or ""),
                    file_name=upload.file_name,
                    files=files,
                    manifest=manifest,
                    content=upload.content,
                    allow_all_orgs=upload.allow_all_orgs,
                    allow_app_distribution=upload.allow_app_distribution,
                )
            )
        except _NotInstallable as reason:
            explanation = f"the package cannot be installed: {reason}"
            raise Refusal(200, "Nothing was installed", body=[], explanation=explanation) from None
        answer = {
            "id": app.id,
            "programName": app.program_name,
            "displayName": app.display_name,
            "displayPath": app.display_path or None,
            "programVersion": app.program_version,
            "parent": None,
        }
        return JSONResponse([answer])

    def _store(self, app: InstalledApp) -> InstalledApp:
        with self._lock:
            before = self._apps.get(app.folder)
            if before is not None and before.app_id != app.app_id:
                raise _NotInstallable(f"{app.folder} is installed already, with the appId {before.app_id or '(none)'}")
            app = dataclasses.replace(app, id=next(self._numbers) if before is None else before.id)
            self._apps[app.folder] = app
            return app


class _Upload(NamedTuple):
    """The parts of a form."""

    file_name: str
    content: bytes
    allow_all_orgs: bool
    allow_app_distribution: bool


class _NotInstallable(Exception):
    """A package cannot be installed; the text says why."""


async def _upload(request: Request) -> _Upload:
    """Take the form of a request apart."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "multipart/form-data":
        raise Refusal(400, _MALFORMED, explanation="the body is no multipart/form-data (RFC 7578)")
    try:
        async with request.form(max_files=1, max_fields=10) as form:
            file = form.get("fileData")
            if not isinstance(file, UploadFile) or not file.filename:
                raise Refusal(400, _MALFORMED, explanation="there is no part fileData with a file name")
            return _Upload(file.filename, await file.read(), _flag(form, "allowAllOrgs"), _flag(form, "allowAppDistribution"))
    except (HTTPException, MultiPartException) as error:
        reason = getattr(error, "detail", None) or getattr(error, "message", error)
        raise Refusal(400, _MALFORMED, explanation=f"the parts cannot be told apart: {reason}") from None


def _flag(form: FormData, name: str) -> bool:
    value = form.get(name)
    if not isinstance(value, str) or value.lower() not in ("true", "false"):
        raise Refusal(400, _MALFORMED, explanation=f"the part {name} is not true or false")
    return value.lower() == "true"


def _read_package(content: bytes) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """Return the folder, the files in it and the manifest of a package."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            folder, files = _files(archive)
            if "install.json" not in files:
                raise _NotInstallable("there is no install.json in its folder")
            with archive.open(f"{folder}/install.json") as file:
                manifest = json.loads(file.read(_LARGEST_MANIFEST))
            if archive.testzip() is not None:
                raise _NotInstallable("a file in it is damaged")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _NotInstallable(f"it is no sound zip file: {error}") from None
    except (ValueError, RecursionError):
        raise _NotInstallable("its install.json is no JSON") from None
    if not isinstance(manifest, dict):
        raise _NotInstallable("its install.json is no object")
    missing = [name for name in _NEEDED if not isinstance(manifest.get(name), str) or not manifest[name]]
    if missing:
        raise _NotInstallable(f"its install.json lacks {', '.join(missing)}")
    program = manifest["programMain"]
    if manifest["programLanguage"].upper() == "PYTHON" and not {program, f"{program}.py"} & set(files):
        raise _NotInstallable(f"its program {program} is not in it")
    return folder, files, manifest


def _files(archive: zipfile.ZipFile) -> tuple[str, tuple[str, ...]]:
    """Return the one folder of an archive, and the files in it."""
    names = [entry.orig_filename for entry in archive.infolist()]
    for entry, name in zip(archive.infolist(), names, strict=True):
        parts = name.removesuffix("/").split("/")
        if "\\" in name or "\0" in name or name.startswith("/") or ":" in parts[0] or {"", ".", ".."} & set(parts):
            raise _NotInstallable(f"{name!r} is no path that can be unpacked safely")
        if entry.filename != name:
            raise _NotInstallable(f"{name!r} has a second name, {entry.filename!r}")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise _NotInstallable(f"{name!r} is a link")
    if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_APP:
        raise _NotInstallable(f"unpacked it would be more than {_LARGEST_APP} bytes")
    if len(set(names)) != len(names):
        raise _NotInstallable("a path is in it twice")
    tops = {name.split("/", 1)[0] for name in names}
    if len(tops) != 1 or any("/" not in name for name in names):
        raise _NotInstallable("it has not exactly one folder at its top")
    (folder,) = tops
    return folder, tuple(name.removeprefix(f"{folder}/") for name in names if not name.endswith("/"))
