"""An app's project on a developer's machine: launching it as the platform does, making a new one, finding out what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.project.app_code import Action, AppCode, AppCodeError, InputField, NoAppCodeError, OutputVariable, describe
    from gatepost.project.app_folder import AppFolder, open_app
    from gatepost.project.ca_bundle import write_ca_bundle
    from gatepost.project.creating import create_project
    from gatepost.project.doctor import Diagnosis, diagnose
    from gatepost.project.launching import Launch, launch, launch_emulated
    from gatepost.project.signing import SignedRequest, sign_request

__all__ = [
    "Action",
    "AppCode",
    "AppCodeError",
    "AppFolder",
    "Diagnosis",
    "InputField",
    "Launch",
    "NoAppCodeError",
    "OutputVariable",
    "SignedRequest",
    "create_project",
    "describe",
    "diagnose",
    "launch",
    "launch_emulated",
    "open_app",
    "sign_request",
    "write_ca_bundle",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "app_code": ("Action", "AppCode", "AppCodeError", "InputField", "NoAppCodeError", "OutputVariable", "describe"),
        "app_folder": ("AppFolder", "open_app"),
        "ca_bundle": ("write_ca_bundle",),
        "creating": ("create_project",),
        "doctor": ("Diagnosis", "diagnose"),
        "launching": ("Launch", "launch", "launch_emulated"),
        "signing": ("SignedRequest", "sign_request"),
    },
)
