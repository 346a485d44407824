"""A platform in one process, and services beside it, for tests and for apps that run without one.

They verify with code of their own what the platform verifies: signatures, timestamps, tokens. Needs the extra ``emulator``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.emulator.chaos import ChaosProfile, Rule
    from gatepost.emulator.data import LogEntry
    from gatepost.emulator.exchange import InstalledApp
    from gatepost.emulator.playbooks import EmulatedPlaybook
    from gatepost.emulator.recording import RecordedRequest
    from gatepost.emulator.server import Credentials, Emulator
    from gatepost.emulator.services.oauth import OAuthCredentials, OAuthEmulator, OAuthSettings
    from gatepost.emulator.services.tcap import TcapCredentials, TcapEmulator, TcapSettings
    from gatepost.emulator.services.tcap_hashes import KnownHash, sample_content
    from gatepost.emulator.services.timbr import TimbrCredentials, TimbrEmulator, TimbrSettings
    from gatepost.emulator.settings import EmulatorSettings, Owner, OwnerKind
    from gatepost.emulator.tokens import IssuedToken, fingerprint
    from gatepost.emulator.verification import Outcome, Verdict
    from gatepost.emulator.writes import Write

__all__ = [
    "ChaosProfile",
    "Credentials",
    "EmulatedPlaybook",
    "Emulator",
    "EmulatorSettings",
    "InstalledApp",
    "IssuedToken",
    "KnownHash",
    "LogEntry",
    "OAuthCredentials",
    "OAuthEmulator",
    "OAuthSettings",
    "Outcome",
    "Owner",
    "OwnerKind",
    "RecordedRequest",
    "Rule",
    "TcapCredentials",
    "TcapEmulator",
    "TcapSettings",
    "TimbrCredentials",
    "TimbrEmulator",
    "TimbrSettings",
    "Verdict",
    "Write",
    "fingerprint",
    "sample_content",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "chaos": ("ChaosProfile", "Rule"),
        "data": ("LogEntry",),
        "exchange": ("InstalledApp",),
        "playbooks": ("EmulatedPlaybook",),
        "recording": ("RecordedRequest",),
        "server": ("Credentials", "Emulator"),
        "services.oauth": ("OAuthCredentials", "OAuthEmulator", "OAuthSettings"),
        "services.tcap": ("TcapCredentials", "TcapEmulator", "TcapSettings"),
        "services.tcap_hashes": ("KnownHash", "sample_content"),
        "services.timbr": ("TimbrCredentials", "TimbrEmulator", "TimbrSettings"),
        "settings": ("EmulatorSettings", "Owner", "OwnerKind"),
        "tokens": ("IssuedToken", "fingerprint"),
        "verification": ("Outcome", "Verdict"),
        "writes": ("Write",),
    },
    extra="emulator",
)
