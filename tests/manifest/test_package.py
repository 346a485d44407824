"""The room's door: names are loaded when they are used."""

from __future__ import annotations

import subprocess
import sys

import pytest

import gatepost.manifest


@pytest.mark.parametrize("name", gatepost.manifest.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(gatepost.manifest, name) is not None
    assert name in dir(gatepost.manifest)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = gatepost.manifest.nothing


def test_a_finding_costs_no_pydantic() -> None:
    code = "import sys; from gatepost.manifest import Finding; print('pydantic' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"
