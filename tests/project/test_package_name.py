from __future__ import annotations

from typing import Any

import pytest

from gatepost.errors import UsageError
from gatepost.manifest import Manifest, RuntimeLevel
from gatepost.project.package_name import package_name


def manifest(**changes: Any) -> Manifest:
    return Manifest(**{"display_name": "Threat Feed", "program_version": "2.1.0", **changes})


@pytest.mark.parametrize(
    ("chosen", "changes", "name"),
    [
        ({}, {}, "TC_-_Threat_Feed_v2"),
        ({}, {"runtime_level": RuntimeLevel.PLAYBOOK, "display_name": " Blue & Söhne! "}, "TCPB_-_Blue_S_hne_v2"),
        ({}, {"application_name": "TC_-_Other"}, "TC_-_Other_v2"),
        ({"app_name": "TCPB_-_Demo"}, {"application_name": "x"}, "TCPB_-_Demo_v2"),
        ({"app_name": "TCPB_-_Demo", "app_version": "v1.2"}, {}, "TCPB_-_Demo_v1.2"),
    ],
)
def test_the_name_of_a_package(chosen: dict[str, str], changes: dict[str, Any], name: str):
    assert package_name(manifest(**changes), **chosen) == name


@pytest.mark.parametrize("name", ["../up", "a/b", "with space", ".hidden", "x" * 300, "C:\\x"])
def test_a_name_that_is_no_folder_is_refused(name: str):
    with pytest.raises(UsageError, match=r"cannot be the name of a package.*--name"):
        package_name(manifest(), app_name=name)
