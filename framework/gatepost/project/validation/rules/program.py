"""Rules about the program that the platform starts, and about what the platform does with it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatepost.manifest.documents.places import quoted
from gatepost.manifest.findings import Severity
from gatepost.manifest.models import ProgramLanguage, RuntimeLevel
from gatepost.project.validation.rule import Problem, rule
from gatepost.project.validation.subject import Subject

_OLDEST_PYTHON = (3, 11)
_SPACES = {RuntimeLevel.SPACE_ORGANIZATION, RuntimeLevel.SPACE_SYSTEM}
_API_LEVELS = {RuntimeLevel.API_SERVICE, RuntimeLevel.FEED_API_SERVICE}
_CONTEXTS = frozenset(
    {
        "Address",
        "Adversary",
        "ASN",
        "Campaign",
        "CIDR",
        "Document",
        "Email",
        "EmailAddress",
        "Event",
        "File",
        "Host",
        "Incident",
        "IntrusionSet",
        "Menu",
        "Mutex",
        "RegistryKey",
        "Report",
        "Search",
        "Signature",
        "Tag",
        "Threat",
        "URL",
        "UserAgent",
        "Victim",
        "Track",
        "Task",
        "Custom",
    }
)
_DISCOVERY_TYPES = frozenset({"TaxiiApi", "GraphAPI", "KeyChainAPI", "DetailsAPI", "EnrichAPI"})


@rule("GP420", Severity.ERROR)
def third_party_language(app: Subject) -> Iterator[Problem]:
    """A ThirdParty app has another programLanguage than NONE."""
    if app.level is RuntimeLevel.THIRD_PARTY and app.manifest.program_language is not ProgramLanguage.NONE:
        yield Problem("a ThirdParty app has the programLanguage NONE", 'Write "NONE"', ("programLanguage",))


@rule("GP421", Severity.ERROR)
def program_exists(app: Subject) -> Iterator[Problem]:
    """The program that the platform starts is not there.

    ``programMain`` names a Python file of the app's folder, with or without ``.py``; without, it may also be a package.
    """
    manifest = app.manifest
    if manifest.program_language is not ProgramLanguage.PYTHON or manifest.runtime_level in _SPACES:
        return
    main = manifest.program_main
    module = main.removesuffix(".py").replace(".", "/")
    if not any(map(app.has_file, (main, f"{main}.py", f"{module}.py", f"{module}/__main__.py"))):
        yield Problem(
            f"the program {quoted(main)} is not in the app's folder", "Write it, or correct programMain", ("programMain",)
        )


@rule("GP422", Severity.WARNING)
def python_version(app: Subject) -> Iterator[Problem]:
    """The languageVersion is older than what gatepost runs on.

    The platform chooses the interpreter by ``languageVersion``. gatepost needs Python 3.11 or newer. The rule is about apps whose
    code uses gatepost; others run on what they ran on.
    """
    found = re.match(r"([0-9]{1,4})\.([0-9]{1,4})", app.manifest.language_version)
    if "languageVersion" not in app.data or found is None or app.code is None:
        return
    version = (int(found[1]), int(found[2]))
    if version < _OLDEST_PYTHON:
        yield Problem(f"gatepost does not run on Python {version[0]}.{version[1]}", 'Write "3.11" or newer', ("languageVersion",))


@rule("GP423", Severity.NOTE)
def runtime_context(app: Subject) -> Iterator[Problem]:
    """A runtimeContext that the platform does not know, or that the app has no use for.

    It says where a Space appears. Other apps appear nowhere.
    """
    contexts = app.manifest.runtime_context
    if contexts and app.level not in _SPACES:
        yield Problem(
            f"a runtimeContext has no effect on an app of the level {app.level.value}", "Remove it", ("runtimeContext",)
        )
        return
    for index, context in enumerate(contexts):
        if context not in _CONTEXTS:
            yield Problem(f"{quoted(context)} is no known context", "Check its spelling", ("runtimeContext", index))


@rule("GP424", Severity.NOTE)
def discovery_types(app: Subject) -> Iterator[Problem]:
    """The service part names an unknown kind of service, or the app is no API service.

    Known kinds are TaxiiApi, GraphAPI, KeyChainAPI, DetailsAPI, EnrichAPI.
    """
    service = app.manifest.service
    if service is None:
        return
    if app.level not in _API_LEVELS:
        yield Problem(f"an app of the level {app.level.value} is no API service", "Remove the part", ("service",), of_key=True)
    for index, kind in enumerate(service.discovery_types):
        if kind not in _DISCOVERY_TYPES:
            yield Problem(
                f"{quoted(kind)} is no known kind of service", "Check its spelling", ("service", "discoveryTypes", index)
            )


@rule("GP425", Severity.WARNING)
def repeating_minutes(app: Subject) -> Iterator[Problem]:
    """A choice for the schedule is not a number of minutes above 0."""
    for minutes in app.manifest.repeating_minutes:
        if minutes < 1:
            yield Problem(f"{minutes} is no number of minutes above 0", "Correct or remove it", ("repeatingMinutes",))
