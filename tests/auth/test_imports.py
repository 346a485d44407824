"""What schemes need besides the core is imported when it is used, and not by an app that has none of them."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from gatepost.auth import ClientCredentialsAuth, MutualTlsAuth, TcapAuth, TimbrAuth

TimbrAuth(token="token")
TcapAuth("user", "password")
ClientCredentialsAuth("https://service.example/token", "client", "secret")
print([name for name in ("cryptography", "oauthlib", "structlog", "pydantic") if name in sys.modules])
"""


def test_nothing_heavy_is_imported_early():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=300, check=True)
    assert done.stdout.strip() == "[]"
