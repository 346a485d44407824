"""An older app_spec.yml brought up to date, with its comments."""

from __future__ import annotations

import pytest

from gatepost.errors import ManifestError
from gatepost.manifest.app_spec import generate, upgrade
from tests.manifest.app_spec.conftest import PLAYBOOK
from tests.manifest.app_spec.test_reading import OLD


def test_a_current_one_stays_as_it_is(playbook) -> None:
    assert upgrade(playbook.document) == PLAYBOOK


def test_an_older_one_means_the_same_and_keeps_its_comments(spec_of) -> None:
    text = OLD.replace("displayName: Old", "# its name\ndisplayName: Old # as it was")
    before = generate(spec_of(text))
    upgraded = upgrade(spec_of(text).document)
    after = spec_of(upgraded)

    assert upgraded.startswith("schemaVersion: 1.1.0\n")
    assert "# its name\ndisplayName: Old # as it was\n" in upgraded
    assert after.findings == ()
    assert generate(after) == before
    assert upgrade(after.document) == upgraded


@pytest.mark.parametrize(
    "text",
    [
        "outputVariables: []\noutputData: 5\n",
        "category: first\ncategory: second\n",
        "organization: {feeds: []}\nfeeds: [{sourceName: a}]\n",
        "playbook: 5\nretry: {allowed: true}\nplaybook: 6\n",
    ],
)
def test_what_would_lose_something_is_refused(spec_of, text: str) -> None:
    with pytest.raises(ManifestError, match=r"cannot be brought to version 1\.1\.0") as caught:
        upgrade(spec_of(text).document)
    assert caught.value.remedy


def test_the_version_stands_below_the_marker_of_the_document(spec_of) -> None:
    upgraded = upgrade(spec_of("---\n# its name\ndisplayName: Old\nfeeds: [{sourceName: a}]\n").document)

    assert upgraded.startswith("---\nschemaVersion: 1.1.0\n# its name\ndisplayName: Old\n")


def test_an_older_number_becomes_the_current_one(spec_of) -> None:
    assert upgrade(spec_of("schemaVersion: 1.0.0 # once\ndisplayName: Old\n").document) == (
        "schemaVersion: 1.1.0 # once\ndisplayName: Old\n"
    )
