from __future__ import annotations

import pytest

from gatepost.project.app_code import AppCode


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ({"runtimeLevel": "ThirdParty"}, {("GP420", "$.programLanguage")}),
        ({"runtimeLevel": "ThirdParty", "programLanguage": "NONE"}, set()),
        ({"programMain": "run"}, set()),
        ({"programMain": "main.py"}, {("GP421", "$.programMain")}),
        ({"programMain": "../run.py"}, {("GP421", "$.programMain")}),
        ({"programMain": "com.example.Main", "programLanguage": "JAVA"}, set()),
        ({"runtimeContext": ["Host"]}, {("GP423", "$.runtimeContext")}),
        ({"runtimeContext": ["Host", "Hots"], "runtimeLevel": "SpaceOrganization"}, {("GP423", "$.runtimeContext[1]")}),
        ({"service": {"discoveryTypes": ["TaxiiApi"]}}, {("GP424", "$.service")}),
        (
            {"service": {"discoveryTypes": ["Taxi"]}, "runtimeLevel": "ApiService", "displayPath": "abc"},
            {("GP424", "$.service.discoveryTypes[0]")},
        ),
        ({"repeatingMinutes": [60, 0]}, {("GP425", "$.repeatingMinutes")}),
    ],
)
def test_the_program(found, manifest, expected):
    assert found(**manifest) == expected


def test_gatepost_needs_its_python(found):
    assert ("GP422", "$.languageVersion") in found(code=AppCode("job"), languageVersion="3.6")
    assert found(code=AppCode("job"), languageVersion="3.12") == set()
    assert found(languageVersion="3.6") == set()  # another framework's app
