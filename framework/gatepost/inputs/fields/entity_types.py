"""Entities of one type, or of one kind of types (contract/inputs.md section 7, contract/rest_v3.md sections 6 to 8)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import ValidationInfo, field_validator

from gatepost.inputs.fields.context import FieldContext
from gatepost.inputs.fields.endings import invalid_entity_type
from gatepost.inputs.fields.entities import TCEntity
from gatepost.inputs.group_types import GROUP_TYPES

__all__ = [
    "AddressEntity",
    "AdversaryEntity",
    "ArtifactEntity",
    "ArtifactTypeEntity",
    "AsnEntity",
    "AttackPatternEntity",
    "CampaignEntity",
    "CaseEntity",
    "CaseManagementEntity",
    "CidrEntity",
    "CourseOfActionEntity",
    "DocumentEntity",
    "EmailAddressEntity",
    "EmailEntity",
    "EmailSubjectEntity",
    "EventEntity",
    "FileEntity",
    "GroupEntity",
    "HashtagEntity",
    "HostEntity",
    "IncidentEntity",
    "IndicatorEntity",
    "IntrusionSetEntity",
    "MalwareEntity",
    "MutexEntity",
    "NoteEntity",
    "RegistryKeyEntity",
    "ReportEntity",
    "SignatureEntity",
    "TacticEntity",
    "TaskEntity",
    "ThreatEntity",
    "ToolEntity",
    "UrlEntity",
    "UserAgentEntity",
    "VulnerabilityEntity",
    "WorkflowEventEntity",
    "WorkflowTemplateEntity",
]


class _TypedEntity(TCEntity):
    """An entity whose type is one of some."""

    types: ClassVar[frozenset[str]]
    kind: ClassVar[str] = ""
    magic: ClassVar[str] = ""

    @field_validator("type", mode="after")
    @classmethod
    def _check_type(cls, given: str, info: ValidationInfo) -> str:
        if given in cls.types:
            return given
        of_any_type = "kind" in cls.__dict__
        if of_any_type and cls.magic and isinstance(info.context, FieldContext) and given in info.context.names(cls.magic):
            return given
        raise invalid_entity_type(given, cls.kind if of_any_type else next(iter(cls.types)))


class IndicatorEntity(_TypedEntity):
    """An indicator of any type: one that every platform has, or one that this platform has of its own and lists when asked."""

    kind: ClassVar[str] = "Indicator"
    magic: ClassVar[str] = "${INDICATOR_TYPES}"
    types: ClassVar[frozenset[str]] = frozenset(
        {
            "Address",
            "ASN",
            "CIDR",
            "EmailAddress",
            "Email Subject",
            "File",
            "Hashtag",
            "Host",
            "Mutex",
            "Registry Key",
            "URL",
            "User Agent",
        }
    )


class GroupEntity(_TypedEntity):
    """A group of any type."""

    kind: ClassVar[str] = "Group"
    types: ClassVar[frozenset[str]] = frozenset(GROUP_TYPES)


class CaseManagementEntity(_TypedEntity):
    """An entity of case management, of any type."""

    kind: ClassVar[str] = "Case Management"
    types: ClassVar[frozenset[str]] = frozenset(
        {
            "Artifact",
            "Artifact Type",
            "Case",
            "Note",
            "Task",
            "Workflow Event",
            "Workflow Template",
        }
    )


class AddressEntity(IndicatorEntity):
    """An indicator of type ``Address``."""

    types: ClassVar[frozenset[str]] = frozenset({"Address"})


class AsnEntity(IndicatorEntity):
    """An indicator of type ``ASN``."""

    types: ClassVar[frozenset[str]] = frozenset({"ASN"})


class CidrEntity(IndicatorEntity):
    """An indicator of type ``CIDR``."""

    types: ClassVar[frozenset[str]] = frozenset({"CIDR"})


class EmailAddressEntity(IndicatorEntity):
    """An indicator of type ``EmailAddress``."""

    types: ClassVar[frozenset[str]] = frozenset({"EmailAddress"})


class EmailSubjectEntity(IndicatorEntity):
    """An indicator of type ``Email Subject``."""

    types: ClassVar[frozenset[str]] = frozenset({"Email Subject"})


class FileEntity(IndicatorEntity):
    """An indicator of type ``File``."""

    types: ClassVar[frozenset[str]] = frozenset({"File"})


class HashtagEntity(IndicatorEntity):
    """An indicator of type ``Hashtag``."""

    types: ClassVar[frozenset[str]] = frozenset({"Hashtag"})


class HostEntity(IndicatorEntity):
    """An indicator of type ``Host``."""

    types: ClassVar[frozenset[str]] = frozenset({"Host"})


class MutexEntity(IndicatorEntity):
    """An indicator of type ``Mutex``."""

    types: ClassVar[frozenset[str]] = frozenset({"Mutex"})


class RegistryKeyEntity(IndicatorEntity):
    """An indicator of type ``Registry Key``."""

    types: ClassVar[frozenset[str]] = frozenset({"Registry Key"})


class UrlEntity(IndicatorEntity):
    """An indicator of type ``URL``."""

    types: ClassVar[frozenset[str]] = frozenset({"URL"})


class UserAgentEntity(IndicatorEntity):
    """An indicator of type ``User Agent``."""

    types: ClassVar[frozenset[str]] = frozenset({"User Agent"})


class AdversaryEntity(GroupEntity):
    """A group of type ``Adversary``."""

    types: ClassVar[frozenset[str]] = frozenset({"Adversary"})


class AttackPatternEntity(GroupEntity):
    """A group of type ``Attack Pattern``."""

    types: ClassVar[frozenset[str]] = frozenset({"Attack Pattern"})


class CampaignEntity(GroupEntity):
    """A group of type ``Campaign``."""

    types: ClassVar[frozenset[str]] = frozenset({"Campaign"})


class CourseOfActionEntity(GroupEntity):
    """A group of type ``Course of Action``."""

    types: ClassVar[frozenset[str]] = frozenset({"Course of Action"})


class DocumentEntity(GroupEntity):
    """A group of type ``Document``."""

    types: ClassVar[frozenset[str]] = frozenset({"Document"})


class EmailEntity(GroupEntity):
    """A group of type ``Email``."""

    types: ClassVar[frozenset[str]] = frozenset({"Email"})


class EventEntity(GroupEntity):
    """A group of type ``Event``."""

    types: ClassVar[frozenset[str]] = frozenset({"Event"})


class IncidentEntity(GroupEntity):
    """A group of type ``Incident``."""

    types: ClassVar[frozenset[str]] = frozenset({"Incident"})


class IntrusionSetEntity(GroupEntity):
    """A group of type ``Intrusion Set``."""

    types: ClassVar[frozenset[str]] = frozenset({"Intrusion Set"})


class MalwareEntity(GroupEntity):
    """A group of type ``Malware``."""

    types: ClassVar[frozenset[str]] = frozenset({"Malware"})


class ReportEntity(GroupEntity):
    """A group of type ``Report``."""

    types: ClassVar[frozenset[str]] = frozenset({"Report"})


class SignatureEntity(GroupEntity):
    """A group of type ``Signature``."""

    types: ClassVar[frozenset[str]] = frozenset({"Signature"})


class TacticEntity(GroupEntity):
    """A group of type ``Tactic``."""

    types: ClassVar[frozenset[str]] = frozenset({"Tactic"})


class ThreatEntity(GroupEntity):
    """A group of type ``Threat``."""

    types: ClassVar[frozenset[str]] = frozenset({"Threat"})


class ToolEntity(GroupEntity):
    """A group of type ``Tool``."""

    types: ClassVar[frozenset[str]] = frozenset({"Tool"})


class VulnerabilityEntity(GroupEntity):
    """A group of type ``Vulnerability``."""

    types: ClassVar[frozenset[str]] = frozenset({"Vulnerability"})


class ArtifactEntity(CaseManagementEntity):
    """An entity of case management, type ``Artifact``."""

    types: ClassVar[frozenset[str]] = frozenset({"Artifact"})


class ArtifactTypeEntity(CaseManagementEntity):
    """An entity of case management, type ``Artifact Type``."""

    types: ClassVar[frozenset[str]] = frozenset({"Artifact Type"})


class CaseEntity(CaseManagementEntity):
    """An entity of case management, type ``Case``."""

    types: ClassVar[frozenset[str]] = frozenset({"Case"})


class NoteEntity(CaseManagementEntity):
    """An entity of case management, type ``Note``."""

    types: ClassVar[frozenset[str]] = frozenset({"Note"})


class TaskEntity(CaseManagementEntity):
    """A task: one of a case, or the group of that type."""

    types: ClassVar[frozenset[str]] = frozenset({"Task"})


class WorkflowEventEntity(CaseManagementEntity):
    """An entity of case management, type ``Workflow Event``."""

    types: ClassVar[frozenset[str]] = frozenset({"Workflow Event"})


class WorkflowTemplateEntity(CaseManagementEntity):
    """An entity of case management, type ``Workflow Template``."""

    types: ClassVar[frozenset[str]] = frozenset({"Workflow Template"})
