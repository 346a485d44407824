"""The pytest plugin: ``tc_platform``, an emulated platform for one test.

Imports pytest alone, since pytest loads it in every run of every project that has gatepost installed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gatepost.emulator import Emulator

__all__ = ["pytest_configure", "tc_platform"]

_MARKER = "tc_platform(**settings): settings of the emulated platform of this test, by their names in EmulatorSettings"
_EXTRA_PACKAGES = ("starlette", "uvicorn", "h11")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, for projects that run with ``--strict-markers``."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture
def tc_platform(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """An emulated platform that runs during one test.

    Settings come from the marker; of several (on the class and the function, say) the nearest decides each setting:

        @pytest.mark.tc_platform(token_life=30)
        def test_renewal(tc_platform): ...
    """
    settings = {}
    for marker in reversed(list(request.node.iter_markers("tc_platform"))):
        if marker.args:
            pytest.fail("the marker tc_platform takes settings by name only, as in tc_platform(token_life=30)", pytrace=False)
        settings.update(marker.kwargs)
    try:
        from gatepost.emulator.server import Emulator
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _EXTRA_PACKAGES:
            raise
        pytest.fail(
            f"the fixture tc_platform needs the package {error.name}. Install gatepost with its extra: gatepost[emulator]",
            pytrace=False,
        )
    with Emulator(**settings) as platform:
        yield platform
