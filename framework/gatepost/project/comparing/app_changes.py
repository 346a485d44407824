"""Kinds of changes of an app as a whole (contract/install_json.md sections 1, 3 and 5)."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.manifest.documents.places import quoted
from gatepost.manifest.models import Manifest
from gatepost.project.comparing.kinds import Impact, kind

_PROMISES = {
    "advancedrequest",
    "calsettings",
    "linkapipath",
    "runtimevariables",
    "smtpsettings",
    "webhookresponsemarshall",
    "webhookserviceendpoint",
}
"""Features by which the app does something for its users; the others are between the app and the platform."""


def _features(manifest: Manifest) -> dict[str, str]:
    return {name.casefold(): name for name in manifest.features}


def _version(text: str) -> tuple[int, ...]:
    parts = text.split("-", maxsplit=1)[0].split(".")
    return tuple(int(part) for part in parts) if text and all(part.isdecimal() for part in parts) else ()


@kind(Impact.MAJOR)
def app_id_changed(old: Manifest, new: Manifest) -> Iterator[str]:
    """The appId is another one.

    For the platform it is another app: nothing that uses the old one follows.
    """
    if old.app_id and old.app_id.lower() != new.app_id.lower():
        yield "the appId is another one"


@kind(Impact.MAJOR)
def runtime_level_changed(old: Manifest, new: Manifest) -> Iterator[str]:
    """The app is of another kind.

    A job cannot take the place of a step of a playbook, nor the other way round.
    """
    if old.runtime_level is not new.runtime_level:
        yield f"the app was a {old.runtime_level} and is a {new.runtime_level}"


@kind(Impact.MAJOR)
def feature_removed(old: Manifest, new: Manifest) -> Iterator[str]:
    """A feature is gone by which the app does something for its users.

    The action Advanced Request, variables in inputs, settings of the platform, addresses of webhooks: who uses them loses them.
    """
    for name, written in _features(old).items():
        if name in _PROMISES and name not in _features(new):
            yield f"the feature {written} is gone"


@kind(Impact.MAJOR)
def one_address_for_all_triggers(old: Manifest, new: Manifest) -> Iterator[str]:
    """A webhook trigger has one address for the service by now.

    What calls the addresses of single triggers calls in vain.
    """
    if "webhookserviceendpoint" in _features(new).keys() - _features(old).keys():
        yield "the feature webhookServiceEndpoint is new"


@kind(Impact.MINOR)
def features_changed(old: Manifest, new: Manifest) -> Iterator[str]:
    """A feature is new, or one is gone that is between the app and the platform.

    How inputs come to the app, and what the platform knows of it, is not for its users.
    """
    before, after = _features(old), _features(new)
    gone = [written for name, written in before.items() if name not in after and name not in _PROMISES]
    came = [written for name, written in after.items() if name not in before and name != "webhookserviceendpoint"]
    yield from (f"the feature {name} is gone" for name in gone)
    yield from (f"the feature {name} is new" for name in came)


@kind(Impact.MINOR)
def server_version_raised(old: Manifest, new: Manifest) -> Iterator[str]:
    """The app needs a newer platform.

    An older one refuses to install it, and keeps the version that it has: nothing that runs there stops.
    """
    if _version(new.min_server_version) > _version(old.min_server_version):
        yield f"minServerVersion was {old.min_server_version or 'not set'} and is {new.min_server_version}"


@kind(Impact.MINOR)
def language_version_changed(old: Manifest, new: Manifest) -> Iterator[str]:
    """The app runs with another version of its language.

    The platform has to have that interpreter. Who uses the app sees no difference.
    """
    if old.language_version != new.language_version:
        yield f"languageVersion was {old.language_version or 'not set'} and is {new.language_version or 'not set'}"


@kind(Impact.MAJOR)
def list_delimiter_changed(old: Manifest, new: Manifest) -> Iterator[str]:
    """Several values of one param are joined by another text.

    Lists that are stored are read as one value.
    """
    if old.list_delimiter != new.list_delimiter and any(param.is_list for param in old.params):
        yield f"listDelimiter was {quoted(old.list_delimiter)} and is {quoted(new.list_delimiter)}"


@kind(Impact.MAJOR)
def address_changed(old: Manifest, new: Manifest) -> Iterator[str]:
    """The address of an API service is another one.

    What calls the old one calls in vain.
    """
    if new.runtime_level.is_service and old.display_path != new.display_path and old.display_path:
        yield f"displayPath was {quoted(old.display_path)} and is {quoted(new.display_path)}"


@kind(Impact.MAJOR)
def service_offers_less(old: Manifest, new: Manifest) -> Iterator[str]:
    """A service no longer offers something.

    Those that look for it find nothing.
    """
    before = old.service.discovery_types if old.service is not None else ()
    after = new.service.discovery_types if new.service is not None else ()
    yield from (f"the service no longer offers {quoted(name)}" for name in before if name not in after)


@kind(Impact.MINOR)
def service_offers_more(old: Manifest, new: Manifest) -> Iterator[str]:
    """A service offers something new.

    Nobody looks for it yet.
    """
    before = old.service.discovery_types if old.service is not None else ()
    after = new.service.discovery_types if new.service is not None else ()
    yield from (f"the service offers {quoted(name)}" for name in after if name not in before)


@kind(Impact.MAJOR)
def feed_removed(old: Manifest, new: Manifest) -> Iterator[str]:
    """A feed is gone.

    Its source gets nothing new.
    """
    after = {feed.source_name for feed in new.feeds}
    yield from (f"the feed {quoted(feed.source_name)} is gone" for feed in old.feeds if feed.source_name not in after)


@kind(Impact.MINOR)
def feeds_changed(old: Manifest, new: Manifest) -> Iterator[str]:
    """A feed is new, or is set up in another way.

    Sources that exist stay as they are.
    """
    before = {feed.source_name for feed in old.feeds}
    for feed in new.feeds:
        if feed.source_name not in before:
            yield f"there is a new feed {quoted(feed.source_name)}"
        elif feed not in old.feeds:
            yield f"the feed {quoted(feed.source_name)} is set up in another way"


@kind(Impact.MAJOR)
def permission_removed(old: Manifest, new: Manifest) -> Iterator[str]:
    """A job can no longer be started by hand, an app no longer run as a user of one's choice, or files are no longer served.

    Who does so cannot any more.
    """
    if old.allow_on_demand and not new.allow_on_demand and new.runtime_level.is_job:
        yield "the job can no longer be started by hand"
    if old.allow_run_as_user and not new.allow_run_as_user:
        yield "the app can no longer run as a user of one's choice"
    gone = [pattern for pattern in old.publish_out_files if pattern not in new.publish_out_files]
    yield from (f"the files {quoted(pattern)} are no longer served" for pattern in gone)


@kind(Impact.MINOR)
def permission_added(old: Manifest, new: Manifest) -> Iterator[str]:
    """A job can be started by hand, an app can run as a user of one's choice, or more files are served.

    Nobody has to.
    """
    if new.allow_on_demand and not old.allow_on_demand and new.runtime_level.is_job:
        yield "the job can be started by hand"
    if new.allow_run_as_user and not old.allow_run_as_user:
        yield "the app can run as a user of one's choice"
    came = [pattern for pattern in new.publish_out_files if pattern not in old.publish_out_files]
    yield from (f"the files {quoted(pattern)} are served" for pattern in came)


@kind(Impact.PATCH)
def app_reworded(old: Manifest, new: Manifest) -> Iterator[str]:
    """A name, a note, a label or how the app is started is another one.

    Only what a person reads, or the platform does by itself, changes.
    """
    names = (
        "display_name",
        "note",
        "category",
        "labels",
        "program_main",
        "program_icon",
        "repeating_minutes",
        "sdk_version",
        "commit_hash",
    )
    changed = [name.replace("_", " ") for name in names if getattr(old, name) != getattr(new, name)]
    if changed:
        yield f"the app has another {' and '.join(changed)}"
