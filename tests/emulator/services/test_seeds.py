"""The examples of the two services' own documents, against their emulators: Python, TypeScript and curl as they are shown there.

The snippets are as in the documents, but for what they leave open (addresses, the token's variable, the credentials), and one
name that they spell in two ways.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping

import pytest

from gatepost.emulator import TcapEmulator, TimbrEmulator
from gatepost.emulator.serving import EmulatedServer

PYTHON = """
service_url = "https://beta.terrorismanalytics.org/hash-verification/api/v2"
headers = {'Authorization': f'Bearer {token}'}
response = requests.get(service_url, headers=headers)
"""

TYPESCRIPT = """
const service_url = "https://beta.terrorismanalytics.org/hash-verification/api/v2"
const headers = {'Authorization': `Bearer ${token}`};
const response = await fetch(service_url, {headers: headers});
"""

CURL = """
curl -X 'POST' \\
'https://timbr-sample.company.com/timbr/api/get_token' \\
-H 'Content-Type: application/json' \\
-H "Authorization: Bearer $BEARER" --silent --show-error
"""

# The format of https://github.com/fernet/spec, step by step.
FERNET = r"""
set -euo pipefail
bytes() { printf '%b' "$(printf '%s' "$1" | sed 's/../\\x&/g')"; }
hexadecimal() { od -An -v -tx1 | tr -d ' \n'; }
key=$(printf '%s' "$SALT" | tr -- '-_' '+/' | openssl base64 -d -A | hexadecimal)
vector=$(openssl rand -hex 16)
message=$(printf '%s' "$USER_NAME:$PASSWORD" | base64 -w 0)
cipher=$(printf '%s' "$message" | openssl enc -aes-128-cbc -K "${key:32:32}" -iv "$vector" | hexadecimal)
body="80$(printf '%016x' "$(date +%s)")$vector$cipher"
mac=$(bytes "$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:${key:0:32}" -binary | hexadecimal)
BEARER=$(bytes "$body$mac" | base64 -w 0 | tr '+/' '-_')
"""


@pytest.fixture
def tcap():
    with TcapEmulator() as tcap:
        yield tcap


def run(command: list[str], server: EmulatedServer, variables: Mapping[str, str]) -> str:
    trust = {"CURL_CA_BUNDLE": server.ca_file, "NODE_EXTRA_CA_CERTS": server.ca_file}
    environment = {"PATH": os.environ.get("PATH", os.defpath), **trust, **variables}
    done = subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_python_snippet_gets_an_answer_until_the_token_expires(tcap: TcapEmulator, monkeypatch: pytest.MonkeyPatch):
    import requests

    monkeypatch.setenv("REQUESTS_CA_BUNDLE", tcap.ca_file)
    login = {
        "username": tcap.credentials.username,
        "password": tcap.credentials.password.reveal(),
        "requested_service": "Hash Verification",
    }
    token = requests.post(f"{tcap.url}/token-auth/api/login", json=login, timeout=60).json()["service_token"]
    names = {"requests": requests, "token": token}
    code = PYTHON.replace("https://beta.terrorismanalytics.org", tcap.url)
    exec(code, names)
    assert names["response"].status_code == 200
    tcap.clock.turn(5 * 60)
    exec(code, names)
    assert names["response"].status_code == 403
    assert names["response"].text == "Authentication error: Token has expired. Please refresh."


@pytest.mark.interoperability
@pytest.mark.programs("node")
def test_the_typescript_snippet_gets_an_answer(tcap: TcapEmulator):
    code = f"""
        const token = process.env.TOKEN;
        {TYPESCRIPT.replace("https://beta.terrorismanalytics.org", tcap.url)}
        console.log(response.status, JSON.stringify(await response.json()));
    """
    script = f"(async () => {{ {code} }})()"
    status, _, body = run(["node", "-e", script], tcap, {"TOKEN": tcap.issue_token().token.reveal()}).partition(" ")
    assert (status, json.loads(body)["service"]) == ("200", "Hash Verification")
    assert tcap.requests[0].verdict.accepted


@pytest.mark.interoperability
@pytest.mark.programs("bash", "curl", "openssl", "base64", "od")
def test_the_curl_call_gets_a_token_with_a_bearer_that_openssl_made():
    # The bearer has the time of the machine; a busy one may take its time with the programs that come after ``date``.
    with TimbrEmulator(bearer_age=3600) as timbr:
        known = timbr.credentials
        script = FERNET + CURL.replace("https://timbr-sample.company.com", timbr.url)
        variables = {"SALT": known.salt.reveal(), "USER_NAME": known.username, "PASSWORD": known.password.reveal()}
        answer = json.loads(run(["bash", "-c", script], timbr, variables))
        assert answer == {"data": [known.token.reveal()], "status": "success"}
        refused = json.loads(run(["bash", "-c", script], timbr, {**variables, "PASSWORD": "wrong"}))
        assert refused["status"] == "error"
    assert [request.verdict.outcome for request in timbr.requests] == ["accepted", "refused"]
