"""Rules about ``feeds`` and the files of their jobs (contract/install_json.md sections 3 and 8)."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.manifest.documents.document import Document
from gatepost.manifest.documents.places import Place, entries, quoted
from gatepost.manifest.findings import Severity
from gatepost.manifest.models import RuntimeLevel
from gatepost.manifest.params import input_name
from gatepost.project.validation.cron import problem_of_schedule
from gatepost.project.validation.names import package_folder
from gatepost.project.validation.rule import Problem, rule
from gatepost.project.validation.subject import Subject, text_of

_REQUIRED = ("sourceName", "sourceCategory", "sourceDescription", "indicatorLimit", "documentStorageLimitMb", "jobFile")
_ACTIONS = ("None", "Delete", "Inactive")


@rule("GP601", Severity.WARNING)
def feed_key_missing(app: Subject) -> Iterator[Problem]:
    """A feed lacks a key.

    Each feed has ``sourceName``, ``sourceCategory``, ``sourceDescription``, ``indicatorLimit``, ``documentStorageLimitMb`` and
    ``jobFile``.
    """
    for place, feed in app.feeds:
        missing = [key for key in _REQUIRED if feed.get(key) in (None, "")]
        if missing:
            yield Problem(f"the feed lacks {', '.join(missing)}", "Add what is missing", place)


@rule("GP602", Severity.ERROR)
def feed_source_twice(app: Subject) -> Iterator[Problem]:
    """Two feeds have the same sourceName.

    The name is the source's identity: both would write into one source.
    """
    seen: set[str] = set()
    for place, feed in app.feeds:
        name = text_of(feed, "sourceName")
        if name and name in seen:
            yield Problem(f"another feed has the sourceName {quoted(name)}", "Give each its own", (*place, "sourceName"))
        seen.add(name)


@rule("GP603", Severity.ERROR)
def feed_file_missing(app: Subject) -> Iterator[Problem]:
    """A file that a feed names is not there.

    ``jobFile`` and ``attributesFile`` are names of files in the app's folder.
    """
    for place, feed in app.feeds:
        for key in ("jobFile", "attributesFile"):
            name = text_of(feed, key)
            if name and not app.has_file(name):
                yield Problem(
                    f"there is no file {quoted(name)} in the app's folder", "Write it, or correct the name", (*place, key)
                )


@rule("GP604", Severity.WARNING)
def feeds_without_use(app: Subject) -> Iterator[Problem]:
    """The app has feeds, and is neither a job nor a feed API service; or it is a feed API service without feeds."""
    has_feeds = any(True for _ in app.feeds)
    if has_feeds and app.level not in {RuntimeLevel.ORGANIZATION, RuntimeLevel.FEED_API_SERVICE}:
        yield Problem(f"an app of the level {app.level.value} brings no feeds", "Remove them", ("feeds",), of_key=True)
    if not has_feeds and app.level is RuntimeLevel.FEED_API_SERVICE:
        yield Problem(
            "a feed API service without feeds is an API service", 'Add "feeds", or write "ApiService"', ("runtimeLevel",)
        )


@rule("GP605", Severity.ERROR)
def job_program(app: Subject) -> Iterator[Problem]:
    """A feed's job is not a job of this app.

    ``programName`` is the folder of the package with blanks for underscores (``TCVF_-_Demo_v1`` is ``TCVF - Demo v1``), and
    ``programVersion`` is the manifest's. GP801 says where the folder's name comes from.
    """
    folder = package_folder(app)
    version = app.manifest.program_version
    for document in _jobs(app):
        name, written = text_of(document.data, "programName"), text_of(document.data, "programVersion")
        wanted = folder.replace("_", " ") if folder else name
        if name and name != wanted:
            yield Problem(
                f"programName is {quoted(name)}, and the app is {quoted(wanted)}",
                f"Write {quoted(wanted)}",
                ("programName",),
                document,
            )
        if written and version and written != version:
            yield Problem(
                f"programVersion is {quoted(written)}, and the manifest's is {quoted(version)}",
                f"Write {quoted(version)}",
                ("programVersion",),
                document,
            )


@rule("GP606", Severity.ERROR)
def job_schedule(app: Subject) -> Iterator[Problem]:
    """The schedule of a feed's job cannot be.

    ``scheduleCronFormat`` has the fields of the Quartz scheduler: seconds, minutes, hours, day of month, month, day of week, and
    maybe a year; one of the two days is ``?``. ``0 0 3 * * ? *`` is daily at three.
    """
    for document in _jobs(app):
        schedule = document.data.get("scheduleCronFormat")
        wrong = problem_of_schedule(schedule) if isinstance(schedule, str) and schedule else ""
        if wrong:
            yield Problem(
                f"the schedule cannot be: {wrong}", "Write 0 0 3 * * ? * for daily at three", ("scheduleCronFormat",), document
            )


@rule("GP607", Severity.WARNING)
def job_params(app: Subject) -> Iterator[Problem]:
    """A param of a feed's job is none of the app's, or has no value.

    Each has a ``name`` and a ``default`` that is not empty. Variables (``${…}``, ``&{…}``) do not work there: feeds are
    deployed where they do not exist.
    """
    names = {param.name for _, param in app.params}
    for document in _jobs(app):
        for place, item in entries(document.data.get("params"), ("params",)):
            name, default = text_of(item, "name"), item.get("default")
            if name and input_name(name) not in names:
                yield Problem(f"the app has no param {quoted(name)}", "Correct or remove it", (*place, "name"), document)
            if default in (None, ""):
                yield Problem("this param has no default", 'Add "default", or remove the param', place, document)
            elif isinstance(default, str) and ("${" in default or "&{" in default):
                yield Problem("a variable does not work in a feed's job", "Write the value itself", (*place, "default"), document)


@rule("GP608", Severity.WARNING)
def first_run_params(app: Subject) -> Iterator[Problem]:
    """A param of a feed's first run is none of the app's."""
    names = {param.name for _, param in app.params}
    for place, feed in app.feeds:
        for where, item in entries(feed.get("firstRunParams"), (*place, "firstRunParams")):
            name = text_of(item, "param")
            if name and input_name(name) not in names:
                yield Problem(f"the app has no param {quoted(name)}", "Correct or remove it", (*where, "param"))


@rule("GP609", Severity.WARNING)
def deprecation(app: Subject) -> Iterator[Problem]:
    """A feed's deprecation cannot be.

    ``indicatorType`` is named, ``intervalDays`` and ``confidenceAmount`` are above 0, ``actionAtMinimum`` is None, Delete or
    Inactive.
    """
    for place, feed in app.feeds:
        for where, item in entries(feed.get("deprecation"), (*place, "deprecation")):
            yield from _deprecation(where, item)


def _deprecation(place: Place, item: dict[str, object]) -> Iterator[Problem]:
    if not text_of(item, "indicatorType"):
        yield Problem("no indicatorType", "Name the type of indicator", place)
    for key in ("intervalDays", "confidenceAmount"):
        number = item.get(key)
        if isinstance(number, int) and not isinstance(number, bool) and number < 1:
            yield Problem(f"{key} is not above 0", "Write a number above 0", (*place, key))
    action = item.get("actionAtMinimum")
    if isinstance(action, str) and action not in _ACTIONS:
        yield Problem(
            f"{quoted(action)} is no actionAtMinimum", f"Write one of {', '.join(_ACTIONS)}", (*place, "actionAtMinimum")
        )


def _jobs(app: Subject) -> Iterator[Document]:
    """Yield the files of the feeds' jobs that can be read, each once."""
    names = dict.fromkeys(text_of(feed, "jobFile") for _, feed in app.feeds)
    for name in names:
        document = app.sibling(name) if name else None
        if document is not None:
            yield document
