from __future__ import annotations

import subprocess
import sys

import pytest

import gatepost.emulator


def test_every_public_name_is_there():
    assert set(gatepost.emulator.__all__) == set(dir(gatepost.emulator))
    for name in gatepost.emulator.__all__:
        assert getattr(gatepost.emulator, name).__name__ == name


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="no attribute 'Simulator'"):
        _ = gatepost.emulator.Simulator


def test_importing_the_package_alone_loads_no_server():
    done = subprocess.run(
        [sys.executable, "-c", "import sys, gatepost.emulator; print({'uvicorn', 'starlette'} & set(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "set()\n"


def test_verifies_with_code_of_its_own():
    """What is tested against the emulator must not be part of it."""
    rooms = "{'auth', 'sessions', 'transport', 'runtime', 'inputs'}"
    script = (
        "import sys\nfrom gatepost.emulator import Emulator\nEmulator()\n"
        f"print({rooms} & {{name.split('.')[1] for name in sys.modules if name.startswith('gatepost.')}})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
