"""Projects made from the template."""

from __future__ import annotations

from pathlib import Path

import pytest
from copier import run_copy

from gatepost.project.templates.creating import AUTHORIZATIONS, create_project

TEMPLATE = Path(__file__).parents[2] / "app_template" / "job"


def make_project(folder: Path, **answers: str) -> Path:
    """Make a project as ``gatepost new job`` does, with the defaults for what is not answered."""
    run_copy(str(TEMPLATE), folder, data=answers, defaults=True, quiet=True)
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of the name ``blue_feed``, shared by a file's tests: they only read it."""
    return make_project(tmp_path_factory.mktemp("projects") / "blue_feed", app_name="blue_feed")


@pytest.fixture(scope="session")
def projects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A job for each service that it may talk to, as ``gatepost new`` makes it: tests only read them."""
    folder = tmp_path_factory.mktemp("projects")
    return {auth: create_project("job", f"by_{auth}", folder=folder / auth, auth=auth) for auth in AUTHORIZATIONS}
