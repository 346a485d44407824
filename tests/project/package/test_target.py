from __future__ import annotations

import pytest
from packaging.markers import Marker

from gatepost.errors import UsageError
from gatepost.project.package.target import Target


def test_a_wheel_for_an_older_c_library_fits_too():
    tags = Target.of("3.11", "manylinux_2_17_x86_64").platform_tags
    assert tags[:3] == ("manylinux_2_17_x86_64", "manylinux2014_x86_64", "manylinux_2_16_x86_64")
    assert {"manylinux2010_x86_64", "manylinux1_x86_64", "linux_x86_64"} <= set(tags)
    assert "manylinux_2_28_x86_64" not in tags


def test_the_older_name_of_a_platform_is_the_same_platform():
    assert Target.of("3.11", "manylinux2014_aarch64") == Target.of("3.11", "manylinux_2_17_aarch64")


def test_musl_has_tags_of_its_own():
    assert Target.of("3.12", "musllinux_1_2_x86_64").platform_tags == (
        "musllinux_1_2_x86_64",
        "musllinux_1_1_x86_64",
        "musllinux_1_0_x86_64",
        "linux_x86_64",
    )


def test_a_longer_version_is_cut():
    assert Target.of("3.11.7").python == "3.11"


@pytest.mark.parametrize("version", ["", "3", "three", "3.11rc1", "3.x"])
def test_a_version_that_is_none_is_refused(version: str):
    with pytest.raises(UsageError, match=r"languageVersion.*--python-version"):
        Target.of(version)


@pytest.mark.parametrize("platform", ["", "linux", "win_amd64", "macosx_11_0_arm64", "manylinux_2_x86_64", "manylinux_2_17_"])
def test_a_platform_that_is_none_is_refused(platform: str):
    with pytest.raises(UsageError, match="is no platform that packages are made for"):
        Target.of("3.11", platform)


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ("python_version < '3.12'", True),
        ("python_full_version < '3.11.3'", True),
        ("sys_platform == 'linux' and platform_machine == 'aarch64'", True),
        ("os_name == 'nt'", False),
        ("platform_python_implementation == 'PyPy'", False),
    ],
)
def test_markers_are_those_of_the_target(marker: str, holds: bool):
    target = Target.of("3.11", "manylinux_2_17_aarch64")
    assert Marker(marker).evaluate(target.marker_environment) is holds
