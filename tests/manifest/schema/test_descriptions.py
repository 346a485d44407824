"""Texts under fields become descriptions."""

from __future__ import annotations

from gatepost.manifest import Param, ParamType
from gatepost.manifest.app_spec import SpecParam
from gatepost.manifest.schema.descriptions import about, attribute_texts


def test_fields_members_and_those_of_bases_have_texts() -> None:
    assert attribute_texts(Param)["label"] == "What a person sees."
    assert attribute_texts(SpecParam)["label"] == attribute_texts(Param)["label"]
    assert attribute_texts(SpecParam)["disabled"].startswith("Leave it out")
    assert attribute_texts(ParamType)["STRING"] == "Free text."
    assert about(Param) == "An input of the app."


def test_marks_of_the_documentation_are_gone() -> None:
    texts = [text for kind in (Param, ParamType) for text in attribute_texts(kind).values()]

    assert not [text for text in texts if "`" in text or "\n " in text]


def test_a_class_without_source_has_no_texts() -> None:
    made = type("Made", (), {"__module__": "gatepost.nowhere"})

    assert attribute_texts(made) == {}
    assert about(made) == ""
