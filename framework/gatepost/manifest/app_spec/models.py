"""The models of ``app_spec.yml`` (contract/install_json.md section 11)."""

from __future__ import annotations

from typing import Any

from gatepost.manifest.feeds import Feed
from gatepost.manifest.file_model import FileModel
from gatepost.manifest.job import Job
from gatepost.manifest.models import ProgramLanguage, RuntimeLevel
from gatepost.manifest.params import Param
from gatepost.manifest.part import Part
from gatepost.manifest.playbook import OutputVariable, Retry
from gatepost.manifest.service import Service

__all__ = [
    "AppSpec",
    "NotePerAction",
    "Organization",
    "OutputData",
    "ReleaseNote",
    "SpecFeed",
    "SpecOutput",
    "SpecParam",
    "SpecPlaybook",
    "SpecSection",
]


class SpecParam(Param):
    """A param, with what ``layout.json`` says of it."""

    display: str = ""
    """When it is shown: an SQL expression over the inputs. Empty: always."""
    disabled: bool = False
    """Leave it out of everything that is made."""


class SpecSection(Part):
    """A page of the form."""

    section_name: str = ""
    """Its title."""
    params: tuple[SpecParam, ...] = ()
    """What is on it."""


class SpecOutput(OutputVariable):
    """An output variable."""

    disabled: bool = False
    """Leave it out of everything that is made."""


class OutputData(Part):
    """Output variables that are there under the same condition."""

    display: str = ""
    """When they are there: an SQL expression over the inputs. Empty: always."""
    output_variables: tuple[SpecOutput, ...] = ()
    """The variables."""


class ReleaseNote(Part):
    """What a version brought."""

    version: str = ""
    """The version."""
    notes: tuple[str, ...] = ()
    """One text for each change."""


class NotePerAction(Part):
    """Help for one action."""

    action: str = ""
    """The value of ``tc_action``."""
    note: str = ""
    """The help."""


class SpecFeed(Feed):
    """A feed, with its job."""

    job: Job | None = None
    """The job; becomes a file of its own."""


class Organization(Part):
    """What jobs and feeds have."""

    feeds: tuple[SpecFeed, ...] = ()
    """Sources that come with the app."""
    publish_out_files: tuple[str, ...] = ()
    """Patterns of files that the platform serves after a run."""
    repeating_minutes: tuple[int, ...] = ()
    """Choices for the schedule, in minutes."""


class SpecPlaybook(Part):
    """What playbook apps have."""

    retry: Retry | None = None
    """How the platform repeats the app; None when nothing is said."""


class AppSpec(FileModel):
    """An app in one file, which ``install.json`` and the others are made from: what ``app_spec.yml`` says."""

    schema_version: str = "1.1.0"
    """Version of the format; a file without one is of version 1.0.0."""
    package_name: str = ""
    """Name of the package without its version: ``TCPB_-_Demo``."""
    allow_on_demand: bool = False
    """A job may be started by hand."""
    allow_run_as_user: bool = False
    """A playbook app may run as a user of one's choice."""
    api_user_token_param: bool = True
    """The app uses the token of an API user (deprecated)."""
    app_id: str = ""
    """UUID that identifies the app for ever."""
    category: str = ""
    """Category of the app."""
    deprecates_apps: tuple[str, ...] = ()
    """Apps that this one replaces."""
    display_name: str = ""
    """Name that a person sees, 3 to 100 characters."""
    display_path: str = ""
    """First part of the path of an API service."""
    features: tuple[str, ...] = ()
    """Features besides the default ones."""
    internal_notes: tuple[str, ...] = ()
    """Notes for developers; go nowhere."""
    labels: tuple[str, ...] = ()
    """Labels in the catalogue."""
    language_version: str = ""
    """Version of the language, ``major.minor``."""
    list_delimiter: str = "|"
    """What stands between the values of an input that has several."""
    min_server_version: str = ""
    """The oldest version of the platform that may install it."""
    note: str = ""
    """Help text."""
    note_per_action: tuple[NotePerAction, ...] = ()
    """Help for each action; is added to ``note``."""
    organization: Organization | None = None
    """What jobs and feeds have."""
    output_data: tuple[OutputData, ...] = ()
    """What a playbook app gives out."""
    output_prefix: str = ""
    """Prefix of the outputs; needed with the feature ``advancedRequest``, otherwise without effect."""
    playbook: SpecPlaybook | None = None
    """What playbook apps have."""
    program_icon: str = ""
    """File of the icon (Spaces)."""
    program_language: ProgramLanguage = ProgramLanguage.PYTHON
    """What it is written in."""
    program_main: str = "run.py"
    """The main program; `generate` writes ``run.py`` whatever stands here."""
    program_name: str = ""
    """Rarely used."""
    program_version: str = ""
    """Version of the app, ``x.y.z``."""
    release_notes: tuple[ReleaseNote, ...] = ()
    """What each version brought, the newest first."""
    runtime_context: tuple[str, ...] = ()
    """Where a Space appears."""
    runtime_level: RuntimeLevel = RuntimeLevel.ORGANIZATION
    """Kind of app."""
    sections: tuple[SpecSection, ...] = ()
    """The pages of the form, with the inputs."""
    service: Service | None = None
    """What an API service offers."""
    service_details: Any = None
    """Notes about a service; go nowhere."""

    @property
    def params(self) -> tuple[SpecParam, ...]:
        """The params of all pages that are not disabled."""
        return tuple(param for section in self.sections for param in section.params if not param.disabled)
