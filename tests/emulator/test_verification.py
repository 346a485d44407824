from __future__ import annotations

import subprocess
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatepost.emulator import Emulator, fingerprint
from gatepost.emulator.clock import PlatformClock
from gatepost.emulator.tokens import Tokens
from gatepost.emulator.verification import Outcome, Verifier
from gatepost.secret import Secret

NOW = 1_700_000_000


def verifier(key: str = "s3cr3t-key-of-nobody", now: float = NOW, window: float = 300, tokens: Tokens | None = None) -> Verifier:
    return Verifier(PlatformClock(lambda: now), tokens, {"12345678901234567890": Secret(key)}, window)


def judge_signature(judging: Verifier, target: str, signature: str, timestamp: str = str(NOW), method: str = "GET"):
    headers = [("Timestamp", timestamp), ("Authorization", f"TC 12345678901234567890:{signature}")]
    return judging.judge(method, target, headers)


class TestVectors:
    """The worked examples of contract/authorization.md section 2.2."""

    def test_with_a_query(self):
        verdict = judge_signature(
            verifier("s3cr3t-Key!"),
            "/api/v2/indicators?owner=Common%20Community",
            "V1+Of1sIZAIMiHWvjyWm9gC5Gxai8hson/wbjAF0vFQ=",
        )
        assert verdict.accepted

    def test_without_a_query(self):
        verdict = judge_signature(
            verifier("s3cr3t-Key!"),
            "/api/v3/indicators",
            "VmyPOsrUey1+MnLYGTI872un94QpKF7sKOhs/8bKz0M=",
            method="POST",
        )
        assert verdict.accepted

    def test_published_by_another_client(self):
        judging = Verifier(PlatformClock(lambda: 1587340800), None, {"test": Secret("test")}, 300)
        headers = [("timestamp", "1587340800"), ("authorization", "TC test:p5a/YiTRs7sNMp/PEDgZxky8lJDRLbza1pi8erjURrU=")]
        assert judging.judge("GET", "test", headers).accepted


@pytest.mark.programs("openssl")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    target=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=60).map(lambda text: f"/{text}"),
    key=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=40),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"]),
)
def test_agrees_with_openssl(target: str, key: str, method: str):
    digest = subprocess.run(
        ["openssl", "dgst", "-sha256", "-mac", "HMAC", "-macopt", f"hexkey:{key.encode().hex()}", "-binary"],
        input=f"{target}:{method}:{NOW}".encode(),
        capture_output=True,
        check=True,
    ).stdout
    signature = subprocess.run(["openssl", "base64", "-A"], input=digest, capture_output=True, check=True).stdout.decode()
    assert judge_signature(verifier(key), target, signature, method=method).accepted


def headers_of(client, path="/v2/owners", **changes):
    return {**client.hmac_headers("GET", path), **changes}


def refusal(answer):
    return answer.status, answer.json["message"]


class TestSignature:
    def test_is_accepted_and_recorded(self, tc_platform, client):
        assert client.send_signed("GET", "/v2/owners").status == 200
        (request,) = tc_platform.requests
        assert request.verdict.outcome is Outcome.ACCEPTED
        assert (request.scheme, request.access_id) == ("TC", tc_platform.credentials.access_id)

    def test_wrong_key(self, tc_platform, client):
        headers = client.hmac_headers("GET", "/v2/owners", key="another")
        assert refusal(client.send("GET", "/v2/owners", headers)) == (
            401,
            "Signature data did not match expected result",
        )
        explanation = tc_platform.requests[0].verdict.explanation
        assert f"/api/v2/owners:GET:{headers['Timestamp']}" in explanation
        assert tc_platform.credentials.secret_key.reveal() not in explanation

    def test_of_another_path(self, client):
        answer = client.send("GET", "/v2/owners/mine", client.hmac_headers("GET", "/v2/owners"))
        assert answer.status == 401

    def test_of_another_method(self, client):
        assert client.send("GET", "/v2/owners", client.hmac_headers("POST", "/v2/owners")).status == 401

    def test_of_another_time(self, tc_platform, client):
        headers = headers_of(client, Timestamp=str(int(tc_platform.clock.now()) - 60))
        assert client.send("GET", "/v2/owners", headers).status == 401

    def test_in_url_safe_base64_is_refused(self):
        target = "/api/v2/indicators?owner=Common%20Community"
        verdict = judge_signature(verifier("s3cr3t-Key!"), target, "V1-Of1sIZAIMiHWvjyWm9gC5Gxai8hson_wbjAF0vFQ=")
        assert verdict.outcome is Outcome.REFUSED

    def test_unknown_access_id(self, tc_platform, client):
        headers = headers_of(client, Authorization="TC 99999:c2lnbmF0dXJl")
        assert refusal(client.send("GET", "/v2/owners", headers)) == (401, "Access Denied")
        assert tc_platform.requests[0].access_id == "99999"

    @pytest.mark.parametrize("timestamp", ["", "soon", "1700000000.5", "-5", "+5", "١٢٣", "9" * 40])
    def test_timestamp_that_is_none(self, timestamp):
        assert judge_signature(verifier(), "/", "x", timestamp).message == "Invalid timestamp"

    def test_malformed_timestamp_on_the_wire(self, client):
        answer = client.send("GET", "/v2/owners", headers_of(client, Timestamp="yesterday"))
        assert refusal(answer) == (401, "Invalid timestamp")

    def test_missing_timestamp(self, client):
        headers = headers_of(client)
        del headers["Timestamp"]
        assert refusal(client.send("GET", "/v2/owners", headers)) == (401, "Invalid timestamp")

    @pytest.mark.parametrize("off", [-300, 300])
    def test_five_minutes_off_are_accepted(self, off):
        judging = verifier("s3cr3t-Key!", now=NOW + off)
        target = "/api/v2/indicators?owner=Common%20Community"
        assert judge_signature(judging, target, "V1+Of1sIZAIMiHWvjyWm9gC5Gxai8hson/wbjAF0vFQ=").accepted

    @pytest.mark.parametrize("off", [-301, 301])
    def test_more_are_not(self, off):
        verdict = judge_signature(verifier(now=NOW + off), "/", "x")
        assert verdict.message == "Timestamp out of acceptable time range"
        assert "from the platform's clock" in verdict.explanation

    @pytest.mark.tc_platform(clock_offset=3600)
    def test_is_judged_by_the_platforms_own_clock(self, tc_platform, client):
        wrong = client.send_signed("GET", "/v2/owners", timestamp=int(time.time()))
        assert refusal(wrong) == (401, "Timestamp out of acceptable time range")
        tc_platform.clock.offset = 0
        assert client.send_signed("GET", "/v2/owners", timestamp=int(time.time())).status == 200


class TestScheme:
    @pytest.mark.parametrize("scheme", ["tc", "Tc", "TC ", "Bearer", "tc-token", "TC-token", "TCToken"])
    def test_keyword_is_exact(self, tc_platform, client, scheme):
        token = tc_platform.credentials.token.reveal()
        answer = client.send("GET", "/v2/owners", {"Authorization": f"{scheme} {token}"})
        assert refusal(answer) == (401, "Access Denied")

    def test_no_header_at_all(self, tc_platform, client):
        assert refusal(client.send("GET", "/v2/owners")) == (401, "Access Denied")
        assert tc_platform.requests[0].scheme == ""

    def test_two_headers_are_refused(self, tc_platform, client):
        token = tc_platform.credentials.token.reveal()
        line = f"Authorization: TC-Token {token}\r\n"
        request = f"GET /api/v2/owners HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{line}{line}\r\n"
        assert client.send_bytes(request.encode()).startswith(b"HTTP/1.1 401 ")


class TestToken:
    def test_is_accepted_and_recorded_by_its_fingerprint(self, tc_platform, client):
        assert client.send_token("GET", "/v2/owners").status == 200
        (request,) = tc_platform.requests
        assert request.scheme == "TC-Token"
        assert request.token_fingerprint == fingerprint(tc_platform.credentials.token.reveal())

    @pytest.mark.parametrize("kind", ["API", "SVC", "JOB", "APIV2"])
    def test_of_each_kind(self, tc_platform, client, kind):
        token = tc_platform.issue_token(kind).token.reveal()
        assert client.send_token("GET", "/v2/owners", token=token).status == 200

    def test_expired(self, tc_platform, client):
        token = tc_platform.issue_token(life=-1).token.reveal()
        assert refusal(client.send_token("GET", "/v2/owners", token=token)) == (401, "Unauthorized")

    def test_expires_by_the_platforms_clock(self, tc_platform, client):
        token = tc_platform.issue_token(life=60).token.reveal()
        assert client.send_token("GET", "/v2/owners", token=token).status == 200
        tc_platform.clock.turn(61)
        assert client.send_token("GET", "/v2/owners", token=token).status == 401

    def test_forged(self, tc_platform, client):
        unsigned = tc_platform.credentials.token.reveal().rpartition(":")[0]
        answer = client.send_token("GET", "/v2/owners", token=f"{unsigned}:Zm9yZ2Vk")
        assert refusal(answer) == (401, "Access Denied")

    def test_of_another_platform(self, client):
        stranger = Emulator().issue_token().token.reveal()
        assert refusal(client.send_token("GET", "/v2/owners", token=stranger)) == (401, "Access Denied")

    def test_revoked(self, tc_platform, client):
        issued = tc_platform.issue_token()
        tc_platform.revoke_token(issued.token)
        answer = client.send_token("GET", "/v2/owners", token=issued.token.reveal())
        assert refusal(answer) == (401, "Unauthorized")

    @pytest.mark.tc_platform(tokens_known=False)
    def test_is_refused_where_tokens_are_unknown(self, client):
        assert client.send_token("GET", "/v2/owners").status == 401
        assert client.send_signed("GET", "/v2/owners").status == 200
