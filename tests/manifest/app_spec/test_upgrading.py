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


def test_what_cannot_be_written_anew_is_an_error(spec_of) -> None:
    spec = spec_of("outputVariables: []\noutputData: 5\n")

    with pytest.raises(ManifestError, match=r"cannot be brought to version 1\.1\.0"):
        upgrade(spec.document)
