"""A shell script that signs with ``openssl`` and sends with ``curl`` is authorized by the emulator."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

from gatepost.emulator import Emulator

pytestmark = [pytest.mark.interoperability, pytest.mark.programs("bash", "openssl", "curl", "base64")]

# The steps of the platform's first example for shells: sign "path:method:time", send both headers.
SCRIPT = """
set -euo pipefail
timestamp=$(date +%s)
signature=$(printf '%s' "$TARGET:GET:$timestamp" | openssl dgst -binary -sha256 -hmac "$API_SECRET_KEY" | base64)
curl --silent --show-error --write-out '\\n%{http_code}' \
    --header "Timestamp: $timestamp" --header "Authorization: TC $API_ACCESS_ID:$signature" "$HOST$TARGET"
"""


def get(platform: Emulator, target: str, **changed: str) -> tuple[int, dict[str, Any]]:
    """Send a GET for a target (path and query) by the script; return the status and the body."""
    host = platform.url.removesuffix(platform.settings.prefix)
    variables = {**platform.environment("hmac"), "CURL_CA_BUNDLE": platform.ca_file, "HOST": host, "TARGET": target}
    done = subprocess.run(
        ["bash", "-c", SCRIPT], env={**os.environ, **variables, **changed}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    body, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(body)


@pytest.mark.parametrize("prefix", ["/api", ""])
@pytest.mark.parametrize("query", ["", "?", "?resultLimit=1&x=a%20b+c%7Ed~"])
def test_owners_are_read(prefix: str, query: str):
    with Emulator(prefix=prefix) as platform:
        status, body = get(platform, f"{prefix}/v2/owners{query}")
    assert status == 200
    assert body["data"]["owner"][0]["name"] == platform.owners[0].name
    assert [(seen.scheme, seen.target) for seen in platform.requests] == [("TC", f"{prefix}/v2/owners{query}")]


def test_another_secret_is_refused():
    with Emulator() as platform:
        status, body = get(platform, "/api/v2/owners", API_SECRET_KEY="another secret")
    assert (status, body["message"]) == (401, "Signature data did not match expected result")
