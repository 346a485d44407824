"""The app that rules look at."""

from __future__ import annotations

import pytest

from gatepost.errors import ManifestError
from gatepost.manifest import load
from gatepost.project.app_code import AppCode, AppCodeError, NoAppCodeError
from gatepost.project.validation.names import package_folder
from gatepost.project.validation.subject import Subject
from tests.project.validation.conftest import step


def test_other_files_are_read_once(app):
    subject = Subject(load(app({"layout.json": "{}", "tcex.json": "{"})))
    assert subject.layout is subject.sibling("layout.json")
    assert subject.sibling("tcex.json") is None
    assert isinstance(subject.sibling_or_error("tcex.json"), ManifestError)
    assert subject.sibling_or_error("attributes.json") is None
    assert subject.sibling("install.json") is subject.document


@pytest.mark.parametrize("name", ["../secret.json", "/etc/passwd", "a\0b", "x" * 5000, "."])
def test_files_elsewhere_are_not_the_apps(app, name):
    assert not Subject(load(app())).has_file(name)


def test_what_is_worked_out_is_worked_out_once(app):
    calls = []
    subject = Subject(load(app()))

    def work_out(one):
        calls.append(one)
        return 5

    assert [subject.once(work_out), subject.once(work_out)] == [5, 5]
    assert calls == [subject]


@pytest.mark.parametrize(
    ("values", "choices"),
    [({"type": "Choice", "validValues": ["a"]}, ("a",)), ({"type": "Choice", "validValues": ["${OWNERS}"]}, None), ({}, None)],
)
def test_actions_are_choices_that_are_written_down(app, values, choices):
    assert Subject(load(app(params=[step("tc_action", **values)]))).action_choices() == choices


def test_code_is_asked_for_once_and_its_errors_are_kept(app):
    manifest = load(app())
    asked = []
    subject = Subject(manifest, lambda: asked.append(1) or AppCode("job"))
    assert (subject.code, subject.code, asked) == (AppCode("job"), AppCode("job"), [1])

    def fail(error):
        raise error

    broken = Subject(manifest, lambda: fail(AppCodeError("no")))
    assert broken.code is None
    assert isinstance(broken.code_error, AppCodeError)
    other = Subject(manifest, lambda: fail(NoAppCodeError("not written with gatepost")))
    assert (other.code, other.code_error) == (None, None)
    assert "not written with gatepost" in other.notes[0]
    assert Subject(manifest).code is None


@pytest.mark.parametrize(
    ("tcex", "name"),
    [
        ({"package": {"app_name": "TC_-_Demo"}}, "TC_-_Demo_v1"),
        ({"package": {"app_name": "TC_-_Demo", "app_version": "v7"}}, "TC_-_Demo_v7"),
        ({"package": {"app_name": "TC - Demo"}}, ""),
        ({"package": "x"}, "TC_-_An_App_v1"),
        ({}, "TC_-_An_App_v1"),
    ],
)
def test_the_folder_in_the_package(app, tcex, name):
    assert package_folder(Subject(load(app({"tcex.json": tcex})))) == name
