"""What an app's owner wants to hear no more of."""

from __future__ import annotations

import pytest

from gatepost.errors import UsageError
from gatepost.project.validation import validate
from tests.project.validation.conftest import param


def rules(validation):
    return [finding.rule for finding in validation.findings]


@pytest.mark.parametrize(
    ("ignore", "left"),
    [
        ("GP311", ["GP210"]),
        ("gp311:$.params", ["GP210"]),
        ("GP311:$.params[0]", ["GP210"]),
        ("GP311:install.json", ["GP210"]),
        ("GP311:install.json:$.params[0]", ["GP210"]),
        ("GP311:$.params[1]", ["GP210", "GP311", "GP992"]),
        ("GP311:$.par", ["GP210", "GP311", "GP992"]),
        ("GP311:layout.json", ["GP210", "GP311", "GP992"]),
        ("GP999", ["GP210", "GP311", "GP991"]),
    ],
)
def test_ignoring(app, ignore, left):
    folder = app(params=[param(type="Choice")], displayName="ab")
    validation = validate(folder, ignore=[ignore])
    assert sorted(rules(validation)) == left
    (folder / "pyproject.toml").write_text(f'[tool.gatepost.validate]\nignore = ["{ignore}"]\n')
    assert sorted(rules(validate(folder))) == left
    assert len(validation.ignored) == ("GP311" not in left)


@pytest.mark.parametrize("text", ["[tool.gatepost.validate]\nignore = 5", "[[", "[tool.gatepost.validate]\nignore = ['all']"])
def test_a_list_that_cannot_be_read_is_an_error(app, text):
    folder = app({"pyproject.toml": text})
    with pytest.raises(UsageError, match=r"ignore|cannot be read"):
        validate(folder)


def test_a_pyproject_of_others_is_none_of_ours(app):
    assert rules(validate(app({"pyproject.toml": "[tool]\nx = 1\n"}))) == []


def test_a_misspelled_setting_is_no_silence(app):
    folder = app(params=[param("x", type="Choice")])
    (folder / "pyproject.toml").write_text('[tool.gatepost.validate]\nignored = ["GP311"]\n')
    with pytest.raises(UsageError, match="has no 'ignored'"):
        validate(folder)
