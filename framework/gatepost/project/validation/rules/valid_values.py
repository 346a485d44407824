"""Rules about the magic values of ``validValues`` (contract/install_json.md section 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatepost.manifest.documents.places import quoted
from gatepost.manifest.findings import Severity
from gatepost.manifest.models import RuntimeLevel
from gatepost.manifest.params import Param, ParamType
from gatepost.project.validation.rule import Problem, rule
from gatepost.project.validation.subject import Subject

_MAGIC = re.compile(r"\$\{([^}]*)\}")
_LISTS = frozenset(
    {
        "OWNERS",
        "ATTRIBUTES",
        "INDICATOR_TYPES",
        "GROUP_TYPES",
        "ARTIFACT_TYPES",
        "USERS",
        "USER_GROUPS",
        "API_USERS",
        "WORKFLOW_TEMPLATES",
    }
)
_STORES = ("TEXT", "KEYCHAIN", "FILE")
_LEVELS = ("USER", "ORGANIZATION", "SYSTEM")
_STORED = re.compile(rf"(?:(?:{'|'.join(_LEVELS)}):)?(?:{'|'.join(_STORES)})")
_WITH_LISTS = {ParamType.CHOICE, ParamType.MULTI_CHOICE, ParamType.EDIT_CHOICE}
_WITH_STORES = {ParamType.STRING, ParamType.STRING_MIXED, ParamType.KEY_VALUE_LIST}


def _is_list(name: str) -> bool:
    return name in _LISTS or re.fullmatch(r"ATTRIBUTES:[A-Za-z0-9_]+", name) is not None


@rule("GP318", Severity.WARNING)
def unknown_magic(app: Subject) -> Iterator[Problem]:
    """A magic value that the platform does not know.

    Lists of the platform: ``${OWNERS}``, ``${ATTRIBUTES}``, ``${ATTRIBUTES:<Type>}``, ``${INDICATOR_TYPES}``, ``${GROUP_TYPES}``,
    ``${ARTIFACT_TYPES}``, ``${USERS}``, ``${USER_GROUPS}``, ``${API_USERS}``, ``${WORKFLOW_TEMPLATES}``. Stored variables:
    ``${TEXT}``, ``${KEYCHAIN}``, ``${FILE}``, each also with ``USER:``, ``ORGANIZATION:`` or ``SYSTEM:`` before it.
    """
    for place, param in app.params:
        for index, value in enumerate(param.valid_values):
            for found in _MAGIC.finditer(value):
                if not _is_list(found[1]) and not _STORED.fullmatch(found[1]):
                    where = (*place, "validValues", index)
                    yield Problem(f"{quoted(found[0])} is no magic value that is known", "Check its spelling", where)


@rule("GP319", Severity.WARNING)
def magic_of_another_type(app: Subject) -> Iterator[Problem]:
    """A magic value that params of this type do not have.

    Lists of the platform (``${OWNERS}``) are for Choice, MultiChoice and EditChoice; stored variables (``${USER:TEXT}``) for
    String and KeyValueList.
    """
    for place, param in app.params:
        for index, value in enumerate(param.valid_values):
            names = [found[1] for found in _MAGIC.finditer(value)]
            misplaced = (param.type not in _WITH_LISTS and any(map(_is_list, names))) or (
                param.type not in _WITH_STORES and any(_STORED.fullmatch(name) for name in names)
            )
            if misplaced:
                yield Problem(f"{quoted(value)} is not for a {param.type.value}", "Remove it", (*place, "validValues", index))


@rule("GP320", Severity.NOTE)
def stored_variables(app: Subject) -> Iterator[Problem]:
    """The stored variables that a String or KeyValueList offers are not those of its kind of app.

    Jobs, and params of a service itself, offer ``${USER:TEXT}`` and ``${ORGANIZATION:TEXT}``; playbook apps offer ``${TEXT}``.
    Encrypted params have ``KEYCHAIN`` in the place of ``TEXT``. The vendor's packager adds what is missing, and removes the form
    of the other kind; ``gatepost package`` leaves params as they are written.
    """
    for place, param in app.params:
        if param.type not in {ParamType.STRING, ParamType.KEY_VALUE_LIST} or param.hidden:
            continue
        wanted, unwanted = _stored(app, param)
        missing = [value for value in wanted if value not in param.valid_values]
        extra = [value for value in unwanted if value in param.valid_values]
        if not missing and not extra:
            continue
        remedy = " and ".join(
            [
                *([f"add {', '.join(missing)} to its validValues"] if missing else []),
                *([f"remove {', '.join(extra)}"] if extra else []),
            ]
        )
        yield Problem(
            f"{quoted(param.name)} does not offer the stored variables of its kind", remedy[0].upper() + remedy[1:], place
        )


def _stored(app: Subject, param: Param) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a param is to offer and what not, by the vendor's packager."""
    store = "KEYCHAIN" if param.encrypt else "TEXT"
    of_playbooks = (f"${{{store}}}",)
    of_jobs = (f"${{USER:{store}}}", f"${{ORGANIZATION:{store}}}")
    if app.level is RuntimeLevel.ORGANIZATION or param.service_config:
        return of_jobs, of_playbooks
    if app.is_playbook:
        return of_playbooks, of_jobs
    return (), ()
