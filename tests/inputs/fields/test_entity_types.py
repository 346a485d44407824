"""Entities of one type, or of one kind of types."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

import gatepost.inputs.fields
from gatepost.inputs import Inputs, Source, Value, build
from gatepost.inputs.fields import (
    AddressEntity,
    AdversaryEntity,
    CaseManagementEntity,
    FieldContext,
    GroupEntity,
    IndicatorEntity,
    TaskEntity,
    TCEntity,
    UrlEntity,
)


def entity(kind: str) -> dict[str, Any]:
    return {"id": 1, "type": kind, "value": "x"}


@pytest.mark.parametrize(
    ("model", "kind"),
    [(AddressEntity, "Address"), (UrlEntity, "URL"), (AdversaryEntity, "Adversary"), (TaskEntity, "Task"),
     (IndicatorEntity, "Registry Key"), (GroupEntity, "Course of Action"), (CaseManagementEntity, "Workflow Event")],
)  # fmt: skip
def test_an_entity_of_its_type_is_taken(model: type[TCEntity], kind: str):
    assert model.model_validate(entity(kind)).type == kind


@pytest.mark.parametrize(
    ("model", "kind", "ending"),
    [
        (AddressEntity, "Host", "Host is not a Address type"),
        (UrlEntity, "Url", "Url is not a URL type"),
        (IndicatorEntity, "Adversary", "Adversary is not a Indicator type"),
        (GroupEntity, "Address", "Address is not a Group type"),
        (CaseManagementEntity, "Tag", "Tag is not a Case Management type"),
    ],
)
def test_an_entity_of_another_type_is_refused(model: type[TCEntity], kind: str, ending: str):
    with pytest.raises(ValidationError, match=ending):
        model.model_validate(entity(kind))


def test_every_type_has_its_class():
    classes = {name: getattr(gatepost.inputs.fields, name) for name in gatepost.inputs.fields.__all__ if name.endswith("Entity")}
    for kind in (IndicatorEntity, GroupEntity, CaseManagementEntity):
        single = {next(iter(one.types)) for one in classes.values() if one is not TCEntity and len(one.types) == 1}
        assert kind.types <= single


def test_the_platforms_own_indicators_are_asked_for_where_that_is_possible():
    class Found(Inputs):
        indicators: list[IndicatorEntity]

    value = {"indicators": Value("indicators", [entity("Serial Number"), entity("Host")], Source.ARGUMENTS)}
    read = build(Found, value, expand=lambda magic: ["Serial Number"] if magic == "${INDICATOR_TYPES}" else [])
    assert [one.type for one in read.indicators] == ["Serial Number", "Host"]
    with pytest.raises(ValidationError, match="Serial Number is not a Address type"):
        AddressEntity.model_validate(entity("Serial Number"), context=FieldContext(expand=lambda _: ["Serial Number"]))
