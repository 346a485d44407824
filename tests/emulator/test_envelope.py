from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepost.emulator.envelope import Family, Refusal, failure, success_v2, wants_xml


@pytest.mark.parametrize(
    ("accept", "xml"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("application/xml", True),
        ("text/xml", True),
        ("APPLICATION/XML", True),
        ("application/xml;q=0.5, application/json", False),
        ("application/json;q=0.5, application/xml; q=0.9", True),
        ("application/xml, */*", False),
        ("text/html, application/xml;q=0.9, */*;q=0.8", True),
        ("application/xml;q=often", False),
        ("application/xml;q=0", False),
    ],
)
def test_preference(accept, xml):
    assert wants_xml(accept) is xml


@given(accept=st.text())
def test_any_header_is_read(accept):
    assert wants_xml(accept) in (True, False)


@given(name=st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs", "Cc", "Cn"]), min_size=1))
def test_xml_holds_any_text(name):
    body = success_v2("owner", [{"id": 1, "name": name, "type": "Source"}], count=1, xml=True).body
    element = ElementTree.fromstring(bytes(body)).find("./Data/Owner/Name")
    assert element is not None
    assert element.text == name


def test_family_is_that_of_the_path():
    assert Family.of("/v3/tags") is Family.V3
    assert Family.of("/v3") is Family.V3
    assert Family.of("/v30/tags") is Family.V2
    assert Family.of("/internal/token/api") is Family.V2


def test_refusal_may_have_a_body_of_its_own():
    answer = failure(Family.V2, Refusal(401, "no", body={"success": False}))
    assert (answer.status_code, bytes(answer.body)) == (401, b'{"success":false}')
