"""``job.json``: the job that a feed comes with, one file for each feed (contract/install_json.md section 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatepost.manifest.documents.document import read_document
from gatepost.manifest.file_model import FileModel, build_file, missing
from gatepost.manifest.params import SECRET_NAMES
from gatepost.manifest.part import Part
from gatepost.manifest.reading import ABSENT, Reading, as_text, build
from gatepost.secret import MASK

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

    from gatepost.manifest.documents.document import Document
    from gatepost.manifest.documents.places import Place

__all__ = ["Job", "JobParam", "job_fields", "load_job", "read_job"]

_REQUIRED = (
    "jobName",
    "programName",
    "programVersion",
    "allowOnDemand",
    "enableNotifications",
    "notifyEmail",
    "notifyIncludeLogFiles",
    "notifyOnComplete",
    "notifyOnFailure",
    "notifyOnPartialFailure",
    "publishAuth",
    "scheduleCronFormat",
    "scheduleStartDate",
    "scheduleType",
    "params",
)


class JobParam(Part):
    """An input of the job."""

    name: str
    """Name of the input."""
    default: bool | str | None = None
    """Its value; must not be empty for the vendor's Java packager."""
    encrypt: bool = False
    """Whether the value is stored encrypted."""
    prevent_updates: bool = False
    """Keep the value that is there when the job is updated."""

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, MASK if name == "default" and value and (self.encrypt or self.name in SECRET_NAMES) else value


class Job(FileModel):
    """A job that is set up with a feed: what ``job.json`` says."""

    job_name: str = ""
    """Name of the job."""
    program_name: str = ""
    """The app's folder in the package with ``_`` as blanks: ``TCVF - Demo v1`` for ``TCVF_-_Demo_v1``."""
    program_version: str = ""
    """The app's version, as ``install.json`` has it."""
    allow_on_demand: bool = False
    """The job may be started by hand."""
    enable_notifications: bool = False
    """Tell somebody how it went."""
    notify_email: str = ""
    """Whom."""
    notify_include_log_files: bool = False
    """With the log."""
    notify_on_complete: bool = False
    """When it is done."""
    notify_on_failure: bool = False
    """When it failed."""
    notify_on_partial_failure: bool = False
    """When part of it failed."""
    publish_auth: bool = False
    """Whether its published files ask for credentials (by its name; not documented)."""
    schedule_cron_format: str = ""
    """When it runs, as Quartz writes it: ``0 0 3 * * ? *``."""
    schedule_start_date: int | None = None
    """When it begins to, in milliseconds since 1970."""
    schedule_type: str = ""
    """Kind of schedule: ``Daily``, say."""
    params: tuple[JobParam, ...] = ()
    """Its inputs."""


def load_job(path: str | os.PathLike[str]) -> Job:
    """Read a feed's job file as it is; what is off is in its ``findings``.

    Args:
        path: The file, or the folder that contains a ``job.json``. The names of other files are in the manifest's feeds.

    Raises:
        ManifestError: There is no such file, it cannot be read, is no JSON even after repair, or holds no object.
    """
    return read_job(read_document(path, name="job.json"))


def read_job(document: Document, reading: Reading | None = None) -> Job:
    """Make a job of a document that was read before.

    Args:
        document: The document.
        reading: Where to report what is off; default is a new one.
    """
    reading = reading or Reading()
    values, unknown = job_fields(reading, document.data, ())
    return build_file(Job, document, reading, values, unknown)


def job_fields(
    reading: Reading, data: dict[str, object], place: Place, *, is_complete: bool = True
) -> tuple[dict[str, object], dict[str, object]]:
    """Read a job that stands somewhere in a document: its values by field name, and what stands under unknown keys.

    Args:
        reading: Where to report what is off.
        data: The object.
        place: Where it stands.
        is_complete: Whether all its keys are expected to be there.
    """
    if is_complete:
        missing(reading, data, place, _REQUIRED)
    values, unknown = reading.fields(Job, data, place, elsewhere={"params"})
    if "params" in data:
        params = (_param(reading, item, where) for where, item in reading.read_objects(data["params"], (*place, "params")))
        values["params"] = tuple(param for param in params if param is not None)
    return values, unknown


def _param(reading: Reading, data: dict[str, object], place: Place) -> JobParam | None:
    if not as_text(data.get("name")):
        reading.report("GP202", place, "this param has no name; ignored", 'Add "name"')
        return None
    values, unknown = reading.fields(JobParam, data, place, elsewhere={"default"})
    default = data.get("default")
    if isinstance(default, bool):
        values["default"] = default
    elif default is not None:  # null says that there is none
        text = reading.text(default, (*place, "default"))
        if text is not ABSENT:
            values["default"] = text
    return build(JobParam, values, unknown)
