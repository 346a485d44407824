"""The "Hello World" of the platform's own quick start guide, with a shell, openssl and curl."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from gatepost.emulator import Emulator

pytestmark = [pytest.mark.interoperability, pytest.mark.programs("bash", "openssl", "base64", "curl")]

# As in the guide, but for the credentials and the URL, which come from the environment, and the quotes that any key needs.
SCRIPT = r"""
# specify API details
API_METHOD="GET"
API_URL="${BASE_URL}${RESOURCE}"
API_PATH="${BASE_PATH}${RESOURCE}"

# create the signature
TIMESTAMP=`date +%s`
signature="${API_PATH}:${API_METHOD}:${TIMESTAMP}"
hmac_signature=$(echo -n "${signature}" | openssl dgst -binary -sha256 -hmac "${API_SECRET}" | base64)
authorization="TC ${API_ID}:${hmac_signature}"

curl -s -i -H "Timestamp: ${TIMESTAMP}" -H "Authorization: ${authorization}" -X ${API_METHOD} "${API_URL}"
"""


def run(platform: Emulator, resource: str, secret: str | None = None) -> tuple[str, str]:
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "BASE_URL": platform.url,
        "BASE_PATH": platform.settings.prefix,
        "RESOURCE": resource,
        "API_ID": platform.credentials.access_id,
        "API_SECRET": secret or platform.credentials.secret_key.reveal(),
        "CURL_CA_BUNDLE": platform.ca_file,
    }
    done = subprocess.run(
        ["bash", "-c", SCRIPT], env=environment, cwd=Path("/"), capture_output=True, text=True, timeout=300, check=True
    )
    head, _, body = done.stdout.replace("\r\n", "\n").partition("\n\n")
    return head.splitlines()[0], body


@pytest.mark.parametrize("resource", ["/v2/owners", "/v2/owners?owner=Common%20Community", "/v2/owners?owner=a+b"])
def test_reads_the_owners(tc_platform, resource):
    status, body = run(tc_platform, resource)
    assert status.startswith("HTTP/1.1 200")
    assert [owner["name"] for owner in json.loads(body)["data"]["owner"]] == ["Exemplary Organization", "Common Community"]


@pytest.mark.tc_platform(prefix="")
def test_reads_the_owners_of_a_legacy_base(tc_platform):
    assert run(tc_platform, "/v2/owners")[0].startswith("HTTP/1.1 200")


def test_wrong_key_is_refused(tc_platform):
    status, body = run(tc_platform, "/v2/owners", secret="another")
    assert status.startswith("HTTP/1.1 401")
    assert json.loads(body)["message"] == "Signature data did not match expected result"


@pytest.mark.tc_platform(clock_offset=-3600)
def test_skewed_clock_is_refused(tc_platform):
    status, body = run(tc_platform, "/v2/owners")
    assert status.startswith("HTTP/1.1 401")
    assert json.loads(body)["message"] == "Timestamp out of acceptable time range"
