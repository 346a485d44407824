from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ({}, set()),
        ({"displayName": "ab"}, {("GP210", "$.displayName")}),
        ({"displayName": "a" * 101}, {("GP210", "$.displayName")}),
        ({"displayName": "a" * 100}, set()),
        ({"appId": "4b2d7f1e-9c3a-1e58-8f60-2a1d5c7b9e34"}, {("GP407", "$.appId")}),
        ({"appId": "4b2d7f1e-9c3a-5e58-8f60-2a1d5c7b9e34"}, set()),
        ({"appId": ...}, {("GP408", "$")}),
        ({"appId": None}, {("GP408", "$")}),
        ({"minServerVersion": "7.2"}, {("GP409", "$.minServerVersion")}),
        ({"minServerVersion": "6.10.0"}, {("GP409", "$.minServerVersion")}),
        ({"minServerVersion": "7.10.0"}, set()),
        ({"sdkVersion": "4"}, {("GP410", "$.sdkVersion")}),
        ({"sdkVersion": "4.0.1"}, set()),
        ({"runtimeLevel": "ApiService"}, {("GP411", "$")}),
        ({"runtimeLevel": "ApiService", "displayPath": "my-service"}, set()),
        ({"runtimeLevel": "ApiService", "displayPath": "my service"}, {("GP412", "$.displayPath")}),
        ({"apiUserTokenParam": True}, {("GP426", "$.apiUserTokenParam")}),
    ],
)
def test_names_and_versions(found, manifest, expected):
    assert found(**manifest) == expected
