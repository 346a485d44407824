from __future__ import annotations

import pytest


@pytest.mark.parametrize("name", ["TC - Demo", "a/b", ".."])
def test_the_folder_of_the_package_has_a_plain_name(found, name):
    assert found({"tcex.json": {"package": {"app_name": name}}}) == {("GP801", "$.package.app_name")}


def test_the_name_may_come_from_the_manifest(found):
    assert found(applicationName="TC - Demo") == {("GP801", "$.applicationName")}
    assert found({"tcex.json": {"package": {"app_name": "TC_-_Demo"}}}, applicationName="TC - Demo") == set()


def test_python_files_parse(found):
    assert found({"app.py": "def (:\n", "fine.py": "x = '\\d'\n"}) == {("GP802", "app.py")}
    assert found({"app.py": "a\0b"}) == {("GP802", "app.py")}


def test_json_files_parse(found):
    assert found({"layout.json": "{", "data.json": "[1, 2]", "tcex.json": "[]"}) >= {
        ("GP803", "layout.json"),
        ("GP803", "tcex.json"),
    }
    assert ("GP803", "data.json") not in found({"data.json": "[1, 2]"})


def test_old_settings_of_packages(found):
    tcex = {"package": {"app_name": "A", "app_version": "v1", "excludes": ["a", "requirements.txt"]}, "lib_versions": []}
    assert found({"tcex.json": tcex}) == {
        ("GP804", "$.package.app_version"),
        ("GP804", "$.package.excludes[1]"),
        ("GP804", "$.lib_versions"),
    }
