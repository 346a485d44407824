"""What the contract says about values beyond their type: what must be there, patterns, choices, examples.

Source: contract/install_json.md. Editors offer the choices of an open list (features, data types) and accept anything else: such
lists grow with the platform.
"""

from __future__ import annotations

from typing import Any

from gatepost.manifest.features import FEATURES
from gatepost.manifest.playbook import DATA_TYPES

__all__ = ["CONDITIONS", "HINTS", "REQUIRED"]


def _open(choices: list[str] | tuple[str, ...], descriptions: list[str] | None = None) -> dict[str, Any]:
    known: dict[str, Any] = {"enum": list(choices)}
    if descriptions:
        known["enumDescriptions"] = descriptions
    return {"anyOf": [known, {"type": "string"}]}


def _list_of(item: dict[str, Any]) -> dict[str, Any]:
    return {"items": item, "uniqueItems": True}


_UUID = {
    "format": "uuid",
    "pattern": "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
    "examples": ["0b1a7c52-6f0e-4f0c-9c39-6a3f2f9a7d10"],
}
_NUMBERS = {"pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$", "examples": ["1.0.0"]}
_TITLE = {"minLength": 3, "maxLength": 100}
_FROM_ONE = {"minimum": 1}
_DISPLAY = {"examples": ["tc_action in ('Append')", "'hidden' != 'hidden'"]}

_CONTEXTS = """\
ASN Address Adversary CIDR Campaign Document Email EmailAddress Event File Host Incident IntrusionSet Menu Mutex RegistryKey
Report Search Signature Tag Threat URL UserAgent Victim
"""

_VALID_VALUES = [
    "${OWNERS}",
    "${ATTRIBUTES}",
    "${INDICATOR_TYPES}",
    "${GROUP_TYPES}",
    "${ARTIFACT_TYPES}",
    "${USERS}",
    "${USER_GROUPS}",
    "${API_USERS}",
    "${WORKFLOW_TEMPLATES}",
    "${TEXT}",
    "${KEYCHAIN}",
    "${FILE}",
    *(f"${{{level}:{store}}}" for level in ("USER", "ORGANIZATION", "SYSTEM") for store in ("TEXT", "KEYCHAIN", "FILE")),
]

_FEATURES = _list_of(_open(list(FEATURES), [feature.meaning for feature in FEATURES.values()]))
_EXPOSED = [kind for kind in DATA_TYPES if kind != "Any" and "Enhanced" not in kind]

_APP: dict[str, dict[str, Any]] = {
    "appId": _UUID,
    "commitHash": {"pattern": "^[0-9a-f]*$"},
    "displayName": _TITLE,
    "displayPath": _TITLE,
    "features": _FEATURES,
    "languageVersion": {"pattern": r"^[0-9]+(\.[0-9]+)*$", "examples": ["3.11", "3.12", "3.13"]},
    "listDelimiter": {"minLength": 1, "examples": ["|"]},
    "minServerVersion": {**_NUMBERS, "examples": ["7.2.0"]},
    "programMain": {"minLength": 1, "examples": ["run.py", "run"]},
    "programVersion": _NUMBERS,
    "repeatingMinutes": _list_of({"type": "integer", "minimum": 1}) | {"examples": [[60, 120, 240, 360, 720]]},
    "runtimeContext": _list_of(_open(_CONTEXTS.split())),
}

_PARAM: dict[str, dict[str, Any]] = {
    "exposePlaybookKeyAs": {"enum": ["", *_EXPOSED]},
    "name": {
        "description": "Name of the input: letters in lower case, digits and _. Unique.",
        "minLength": 1,
        "pattern": "^[a-z0-9_]+$",
        "examples": ["owner", "tc_action"],
    },
    "playbookDataType": _list_of(_open(DATA_TYPES)),
    "sequence": _FROM_ONE,
    "validValues": {"items": _open(_VALID_VALUES)},
    "viewRows": _FROM_ONE,
}

_OUTPUT: dict[str, dict[str, Any]] = {
    "name": {"minLength": 1, "examples": ["demo.result"]},
    "type": _open([kind for kind in DATA_TYPES if kind != "Any"]),
}

_FEED: dict[str, dict[str, Any]] = {
    "attributesFile": {"examples": ["attributes.json"]},
    "documentStorageLimitMb": {"minimum": 0},
    "indicatorLimit": {"minimum": 0},
    "jobFile": {"examples": ["my_feed_job.json"]},
}

HINTS: dict[str, dict[str, dict[str, Any]]] = {
    "AppSpec": {
        **_APP,
        "packageName": {"pattern": r"^\S+$", "examples": ["TCPB_-_Demo"]},
        "schemaVersion": {"enum": ["1.0.0", "1.1.0"]},
    },
    "AttributeType": {"maxLength": _FROM_ONE, "name": {"minLength": 1}},
    "Feed": _FEED,
    "FeedDeprecation": {"actionAtMinimum": {"enum": ["None", "Delete", "Inactive"]}, "intervalDays": {"minimum": 0}},
    "Job": {
        "programVersion": _NUMBERS,
        "scheduleCronFormat": {"examples": ["0 0 3 * * ? *"]},
        "scheduleStartDate": {"minimum": 0, "examples": [1584417600000]},
        "scheduleType": {"examples": ["Daily"]},
    },
    "JobParam": {"default": {"type": ["boolean", "string", "null"]}, "name": {"minLength": 1}},
    "LayoutInput": {"parameters": {"minItems": 1}, "sequence": _FROM_ONE, "title": _TITLE},
    "LayoutOutput": {"display": _DISPLAY, "name": {"minLength": 1}},
    "LayoutParameter": {"display": _DISPLAY, "name": {"minLength": 1}},
    "Manifest": _APP,
    "OutputData": {"display": _DISPLAY},
    "OutputVariable": _OUTPUT,
    "Param": _PARAM,
    "Playbook": {"outputPrefix": {"examples": ["demo"]}, "type": {"maxLength": 35}},
    "ReleaseNote": {"version": _NUMBERS},
    "Retry": {"defaultDelayMinutes": {"minimum": 0}, "defaultMaxRetries": {"minimum": 0}},
    "Service": {"discoveryTypes": _list_of(_open(["TaxiiApi", "GraphAPI", "KeyChainAPI", "DetailsAPI", "EnrichAPI"]))},
    "SpecFeed": _FEED,
    "SpecOutput": _OUTPUT,
    "SpecParam": {**_PARAM, "display": _DISPLAY},
    "SpecSection": {"sectionName": {"minLength": 1}},
    "TcexPackage": {"app_name": {"pattern": r"^\S+$", "examples": ["TCPB_-_Demo"]}},
}
"""By the name of a model and the key: what its schema has besides the type."""

_FEED_KEYS = ["sourceName", "sourceCategory", "sourceDescription", "indicatorLimit", "documentStorageLimitMb"]

REQUIRED: dict[str, list[str]] = {
    "AppSpec": ["displayName", "packageName", "programVersion", "releaseNotes", "runtimeLevel", "schemaVersion", "sections"],
    "AttributeType": ["name", "description", "errorMessage"],
    "Attributes": ["types"],
    "Feed": [*_FEED_KEYS, "jobFile"],
    "FirstRunParam": ["param", "value"],
    "Job": [
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
    ],
    "JobParam": ["name", "default"],
    "Layout": ["inputs"],
    "LayoutInput": ["title", "sequence", "parameters"],
    "LayoutOutput": ["name"],
    "LayoutParameter": ["name"],
    "LibraryVersion": ["lib_dir"],
    "Manifest": [
        "displayName",
        "features",
        "languageVersion",
        "listDelimiter",
        "params",
        "programLanguage",
        "programMain",
        "programVersion",
        "runtimeLevel",
    ],
    "NotePerAction": ["action", "note"],
    "OutputData": ["outputVariables"],
    "OutputVariable": ["name", "type"],
    "Param": ["name", "label", "type"],
    "Playbook": ["type"],
    "ReleaseNote": ["version", "notes"],
    "Retry": ["defaultDelayMinutes", "defaultMaxRetries"],
    "SpecFeed": _FEED_KEYS,
    "SpecOutput": ["name"],
    "SpecParam": ["name"],
    "SpecSection": ["sectionName", "params"],
    "TcexJson": ["package"],
    "TcexPackage": ["app_name"],
    "ValidationRule": ["type"],
}
"""By the name of a model: the keys that must be there."""

_PARAM_CONDITIONS: list[dict[str, Any]] = [
    {
        "if": {"properties": {"type": {"enum": ["Choice", "MultiChoice"]}}, "required": ["type"]},
        "then": {"required": ["validValues"]},
    },
    {
        "if": {"properties": {"type": {"const": "Boolean"}}, "required": ["type"]},
        "then": {"properties": {"default": {"type": "boolean"}}},
        "else": {"properties": {"default": {"type": ["string", "null"]}}},
    },
    {
        "if": {"required": ["exposePlaybookKeyAs"], "properties": {"exposePlaybookKeyAs": {"minLength": 1}}},
        "then": {"properties": {"type": {"const": "KeyValueList"}}},
    },
]

CONDITIONS: dict[str, list[dict[str, Any]]] = {
    "AttributeType": [{"anyOf": [{"required": ["indicators"]}, {"required": ["groups"]}]}],
    "Manifest": [
        {
            "if": {"properties": {"runtimeLevel": {"const": "Playbook"}}, "required": ["runtimeLevel"]},
            "then": {"required": ["playbook"]},
        }
    ],
    "Param": _PARAM_CONDITIONS,
    "SpecParam": _PARAM_CONDITIONS,
}
"""By the name of a model: what must hold between its keys."""
