"""Names that are loaded when they are first used, and garbage collection that waits meanwhile."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from gatepost.exports import CollectionPause, lazy_exports, load


@pytest.fixture(autouse=True)
def collection_as_it_was():
    enabled = gc.isenabled()
    yield
    (gc.enable if enabled else gc.disable)()


def test_a_name_is_loaded_once_and_then_stands_in_its_package():
    program = """
import sys, gatepost
assert "gatepost.errors" not in sys.modules
assert gatepost.AppFailure is sys.modules["gatepost.errors"].AppFailure
assert "AppFailure" in vars(gatepost)
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_an_unknown_name_is_an_attribute_error():
    attribute, _ = lazy_exports("gatepost", {"errors": ("AppFailure",)})
    with pytest.raises(AttributeError, match="no_such_name"):
        attribute("no_such_name")


def test_collection_is_paused_for_a_block():
    gc.enable()
    with CollectionPause():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_collection_that_is_off_stays_off():
    gc.disable()
    with CollectionPause() as pause:
        pause.end(freeze=True)
    assert not gc.isenabled()


def test_collection_goes_on_after_an_error():
    gc.enable()
    with pytest.raises(ModuleNotFoundError):
        load("gatepost.no_such_module")
    assert gc.isenabled()


def test_what_is_there_at_the_end_of_a_start_may_be_left_out_of_later_collections():
    program = """
import gc
from gatepost.exports import CollectionPause
with CollectionPause() as pause:
    kept = [[] for _ in range(1000)]
    pause.end(freeze=True)
    assert gc.isenabled()
    assert gc.get_freeze_count() > 1000
    gc.disable()
assert not gc.isenabled()  # ended once, and what came after is the program's own wish
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_missing_extra_is_named():
    program = """
import sys
sys.modules["starlette"] = None
try:
    from gatepost.emulator import Emulator
except ModuleNotFoundError as error:
    assert "pip install 'gatepost[emulator]'" in str(error), error
    assert error.name.startswith("starlette"), error.name
else:
    raise SystemExit("it was imported without starlette")
"""
    subprocess.run([sys.executable, "-c", program], check=True)
