"""The manifest as a whole: ``install.json`` (contract/install_json.md section 1)."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

from gatepost.manifest.file_model import FileModel
from gatepost.manifest.params import Param, input_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.manifest.feeds import Feed
    from gatepost.manifest.playbook import Playbook
    from gatepost.manifest.service import Docker, Service

__all__ = ["Manifest", "ProgramLanguage", "RuntimeLevel"]


class RuntimeLevel(enum.StrEnum):
    """The kind of app, and where the platform starts it."""

    ORGANIZATION = "Organization"
    """A job."""
    PLAYBOOK = "Playbook"
    """A step of a playbook."""
    API_SERVICE = "ApiService"
    """A service that answers HTTP requests."""
    FEED_API_SERVICE = "FeedApiService"
    """An API service that comes with feeds."""
    TRIGGER_SERVICE = "TriggerService"
    """A service that starts playbooks."""
    WEBHOOK_TRIGGER_SERVICE = "WebhookTriggerService"
    """A service that starts playbooks when it is called over HTTP."""
    SYSTEM = "System"
    """A job that only the system's administrator sees."""
    SPACE_ORGANIZATION = "SpaceOrganization"
    """A Space (JavaScript)."""
    SPACE_SYSTEM = "SpaceSystem"
    """A Space (JavaScript) of the whole system."""
    INTERNAL = "Internal"
    """Known to the vendor's Java packager only, as the following."""
    STIX_PARSER = "StixParser"
    """Known by name only."""
    THIRD_PARTY = "ThirdParty"
    """Software of others; its language must be NONE."""
    PLAYBOOK_OPERATOR = "PlaybookOperator"
    """Known by name only."""
    ADMIN_SERVICE = "AdminService"
    """Known by name only."""

    @property
    def is_job(self) -> bool:
        """Whether it is a job: runs once and ends, without a playbook around it."""
        return self in {RuntimeLevel.ORGANIZATION, RuntimeLevel.SYSTEM}

    @property
    def is_service(self) -> bool:
        """Whether it stays and answers messages."""
        return self.name.endswith("_SERVICE") and self is not RuntimeLevel.ADMIN_SERVICE


class ProgramLanguage(enum.StrEnum):
    """What the app is written in."""

    PYTHON = "PYTHON"
    JAVA = "JAVA"
    NONE = "NONE"
    NATIVE = "NATIVE"
    """Known to the vendor's Java packager only."""
    PLAYBOOK = "PLAYBOOK"
    """Known to the vendor's Java packager only."""


class Manifest(FileModel):
    """What the platform is told about an app. `gatepost.manifest.load` makes one from a file.

    Texts and lists that are not in the file are empty; numbers are None.
    """

    allow_on_demand: bool = False
    """A job may be started by hand."""
    allow_run_as_user: bool = False
    """A playbook app may run as a user of one's choice."""
    api_user_token_param: bool = True
    """The app uses the token of an API user (deprecated)."""
    app_id: str = ""
    """UUID of version 4 or 5. With the major version it identifies a line of releases: never changes."""
    application_name: str = ""
    """Base name of the package, in place of the folder's (Java packager)."""
    category: str = ""
    """Category of the app."""
    commit_hash: str = ""
    """The commit that it was packaged from."""
    deprecates_apps: tuple[str, ...] = ()
    """Apps that this one replaces."""
    display_name: str = ""
    """Name that a person sees, 3 to 100 characters."""
    display_path: str = ""
    """First part of the path of an API service, 3 to 100 characters."""
    docker: Docker | None = None
    """The container that it runs in."""
    features: tuple[str, ...] = ()
    """What the app and the platform can do with each other, as written; ask with `has_feature`."""
    feeds: tuple[Feed, ...] = ()
    """Sources that come with the app."""
    java_classpath: str = ""
    """Java only."""
    main_app_class: str = ""
    """Java only."""
    labels: tuple[str, ...] = ()
    """Labels in the catalogue."""
    language_version: str = ""
    """Version of the language, ``major.minor``: the platform chooses the interpreter by it."""
    list_delimiter: str = "|"
    """What stands between the values of an input that has several."""
    min_server_version: str = ""
    """The oldest version of the platform that may install it."""
    note: str = ""
    """Help text."""
    params: tuple[Param, ...] = ()
    """The inputs, in the order of the file."""
    playbook: Playbook | None = None
    """What a playbook app gives out."""
    program_icon: str = ""
    """File of the icon (Spaces)."""
    program_language: ProgramLanguage = ProgramLanguage.PYTHON
    """What it is written in."""
    program_main: str = "run.py"
    """Python: a script's name, with or without ``.py`` (without: run as a module). Java: the main class."""
    program_name: str = ""
    """Rarely used."""
    program_version: str = ""
    """Version of the app, ``x.y.z``."""
    publish_out_files: tuple[str, ...] = ()
    """Patterns of files in ``tc_out_path`` that the platform serves after a job."""
    repeating_minutes: tuple[int, ...] = ()
    """Choices for the schedule, in minutes."""
    runtime_context: tuple[str, ...] = ()
    """Where a Space appears."""
    runtime_level: RuntimeLevel = RuntimeLevel.ORGANIZATION
    """Kind of app."""
    sdk_version: str = ""
    """Version of the framework that it was packaged with; empty means 2.0.0."""
    service: Service | None = None
    """What an API service offers."""
    timeout_minutes: int | None = None
    """Not documented (Java packager)."""
    token_expire_offset_minutes: int | None = None
    """Not documented (Java packager)."""

    @property
    def credentials(self) -> tuple[Param, ...]:
        """The params that authorize the app, here or elsewhere."""
        return tuple(param for param in self.params if param.is_credential)

    def param(self, name: str) -> Param | None:
        """Return the param of an input, or None.

        Args:
            name: Its name, in any spelling that `input_name` makes the same. Of several, the last one counts.
        """
        wanted = input_name(name)
        for param in reversed(self.params):
            if param.name == wanted:
                return param
        return None

    def has_feature(self, name: str) -> bool:
        """Whether the app declares a feature; compared without regard to case (contract/install_json.md section 5)."""
        wanted = name.casefold()
        return any(feature.casefold() == wanted for feature in self.features)

    @classmethod
    def model_rebuild(
        cls,
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: Mapping[str, Any] | None = None,
    ) -> bool | None:
        """Complete the model with the parts that only some apps have. Pydantic calls it when it first validates or dumps.

        Ordinary jobs have neither feeds nor outputs, and making these models costs a third of reading a manifest.
        """
        from gatepost.manifest.feeds import Feed
        from gatepost.manifest.playbook import Playbook
        from gatepost.manifest.service import Docker, Service

        return super().model_rebuild(
            force=force,
            raise_errors=raise_errors,
            _parent_namespace_depth=_parent_namespace_depth + 1,
            _types_namespace={
                **globals(),
                **(_types_namespace or {}),
                "Docker": Docker,
                "Feed": Feed,
                "Playbook": Playbook,
                "Service": Service,
            },
        )
