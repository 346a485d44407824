"""An app's project on a developer's machine: launching it as the platform does, making a new one, finding out what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.project.app_code import (
        Action,
        AppCode,
        AppCodeError,
        InputField,
        NoAppCodeError,
        OutputVariable,
        RefusedInput,
        describe,
    )
    from gatepost.project.app_folder import AppFolder, open_app
    from gatepost.project.ca_bundle import write_ca_bundle
    from gatepost.project.deploying import Deployed, deploy_package
    from gatepost.project.diagnosis.doctor import Diagnosis, diagnose
    from gatepost.project.inspecting_inputs import InspectedInput, Inspection, inspect_inputs
    from gatepost.project.launching.launch import Launch, launch, launch_emulated
    from gatepost.project.package.building import Package, build_package
    from gatepost.project.package.dependencies import DependencySource, Distribution
    from gatepost.project.package.judging import refuse_invalid
    from gatepost.project.package.trying import CheckedPackage, check_package
    from gatepost.project.package.unpacking import PackageError, unpack_package
    from gatepost.project.signing import SignedRequest, sign_request
    from gatepost.project.templates.creating import create_project
    from gatepost.project.templates.updating import FileChange, Happened, Update, update_project

__all__ = [
    "Action",
    "AppCode",
    "AppCodeError",
    "AppFolder",
    "CheckedPackage",
    "DependencySource",
    "Deployed",
    "Diagnosis",
    "Distribution",
    "FileChange",
    "Happened",
    "InputField",
    "InspectedInput",
    "Inspection",
    "Launch",
    "NoAppCodeError",
    "OutputVariable",
    "Package",
    "PackageError",
    "RefusedInput",
    "SignedRequest",
    "Update",
    "build_package",
    "check_package",
    "create_project",
    "deploy_package",
    "describe",
    "diagnose",
    "inspect_inputs",
    "launch",
    "launch_emulated",
    "open_app",
    "refuse_invalid",
    "sign_request",
    "unpack_package",
    "update_project",
    "write_ca_bundle",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "app_code": (
            "Action",
            "AppCode",
            "AppCodeError",
            "InputField",
            "NoAppCodeError",
            "OutputVariable",
            "RefusedInput",
            "describe",
        ),
        "app_folder": ("AppFolder", "open_app"),
        "ca_bundle": ("write_ca_bundle",),
        "templates.creating": ("create_project",),
        "deploying": ("Deployed", "deploy_package"),
        "diagnosis.doctor": ("Diagnosis", "diagnose"),
        "inspecting_inputs": ("InspectedInput", "Inspection", "inspect_inputs"),
        "launching.launch": ("Launch", "launch", "launch_emulated"),
        "package.building": ("Package", "build_package"),
        "package.dependencies": ("DependencySource", "Distribution"),
        "package.judging": ("refuse_invalid",),
        "package.trying": ("CheckedPackage", "check_package"),
        "package.unpacking": ("PackageError", "unpack_package"),
        "signing": ("SignedRequest", "sign_request"),
        "templates.updating": ("FileChange", "Happened", "Update", "update_project"),
    },
)
