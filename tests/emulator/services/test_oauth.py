"""Every general scheme as its standard has it, asked by a client that shares no code with gatepost."""

from __future__ import annotations

import pytest
import requests

from gatepost.emulator import ChaosProfile, OAuthEmulator, Rule
from gatepost.emulator.faults import Answer, ExpireToken, RevokeToken
from gatepost.errors import UsageError

TOKEN = "/oauth/token"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def service(service_settings):
    with OAuthEmulator(**service_settings) as service:
        yield service


@pytest.fixture
def ask(service, asker):
    return asker(service)


@pytest.fixture
def grant(service, ask):
    """Asks for a token as the client with the secret, by Basic."""

    def grant(grant_type="client_credentials", auth=None, **form):
        known = service.credentials
        return ask(
            "POST", TOKEN, auth=auth or (known.client_id, known.client_secret.reveal()), data={"grant_type": grant_type, **form}
        )

    return grant


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


class TestClientCredentials:
    """RFC 6749 section 4.4."""

    def test_a_client_gets_a_token_that_opens_the_items(self, ask, grant):
        answer = grant()
        assert answer.headers["Cache-Control"] == "no-store"
        granted = answer.json()
        assert (granted["token_type"], granted["expires_in"], granted["scope"]) == ("Bearer", 3600, "items:read items:write")
        assert "refresh_token" not in granted
        assert ask("GET", "/items", headers=bearer(granted["access_token"])).status_code == 200

    def test_the_secret_may_be_in_the_body(self, service, ask):
        known = service.credentials
        form = {"grant_type": "client_credentials", "client_id": known.client_id, "client_secret": known.client_secret.reveal()}
        assert ask("POST", TOKEN, data=form).status_code == 200
        answer = ask("POST", TOKEN, data=form, auth=(known.client_id, known.client_secret.reveal()))
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")

    @pytest.mark.tc_platform(client_authentication=("body",), names_life=False)
    def test_which_way_is_taken_is_a_setting(self, service, ask, grant):
        assert grant().status_code == 401
        assert "wants the client's secret by body" in service.requests[0].explanation
        known = service.credentials
        form = {"grant_type": "client_credentials", "client_id": known.client_id, "client_secret": known.client_secret.reveal()}
        assert "expires_in" not in ask("POST", TOKEN, data=form).json()

    @pytest.mark.parametrize(
        ("form", "error"),
        [
            ({"grant_type": "password"}, "unsupported_grant_type"),
            ({"grant_type": ""}, "invalid_request"),
            ({"grant_type": "client_credentials", "scope": "items:read other"}, "invalid_scope"),
            ({"grant_type": "client_credentials", "client_id": "another"}, "invalid_request"),
            ({"grant_type": "refresh_token"}, "invalid_request"),
            ({"grant_type": "refresh_token", "refresh_token": "rt_unknown"}, "invalid_grant"),
            ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
            ("%", "invalid_request"),
        ],
    )
    def test_errors_are_those_of_the_standard(self, service, ask, form, error):
        known = service.credentials
        answer = ask("POST", TOKEN, data=form, headers=FORM, auth=(known.client_id, known.client_secret.reveal()))
        assert (answer.status_code, answer.json()["error"]) == (400, error)
        assert answer.json()["error_description"]

    def test_a_client_that_is_not_known_is_refused_with_a_challenge(self, service, ask, grant):
        for auth in ((service.credentials.client_id, "wrong"), ("unknown", "wrong")):
            answer = grant(auth=auth)
            assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
            assert answer.headers["WWW-Authenticate"].startswith("Basic")
        assert ask("POST", TOKEN, data={"grant_type": "client_credentials"}).json()["error"] == "invalid_client"
        assert ask("POST", TOKEN, json={"grant_type": "client_credentials"}).json()["error"] == "invalid_request"
        assert ask("GET", TOKEN).status_code == 405

    def test_a_public_client_has_no_credentials(self, service, ask):
        form = {"grant_type": "client_credentials", "client_id": service.credentials.public_client_id}
        assert ask("POST", TOKEN, data=form).json()["error"] == "unauthorized_client"
        assert ask("POST", TOKEN, data={**form, "client_secret": "x"}).json()["error"] == "invalid_client"

    def test_a_fault_speaks_as_the_endpoint_does(self, service, grant):
        service.chaos = ChaosProfile(rules=(Rule(fault=Answer(503), path=TOKEN),))
        assert grant().json()["error"] == "temporarily_unavailable"


class TestRefreshTokens:
    """RFC 6749 section 6, and rotation (RFC 9700 section 4.14.2)."""

    def test_a_token_is_replaced_at_its_use(self, service, grant):
        first = service.credentials.refresh_token.reveal()
        second = grant("refresh_token", refresh_token=first).json()["refresh_token"]
        assert second != first
        assert grant("refresh_token", refresh_token=second).status_code == 200

    def test_a_second_use_ends_the_whole_family_and_no_other(self, service, ask, grant):
        first = service.credentials.refresh_token.reveal()
        granted = grant("refresh_token", refresh_token=first).json()
        assert grant("refresh_token", refresh_token=first).json()["error"] == "invalid_grant"
        assert "used before" in service.requests[-1].explanation
        assert grant("refresh_token", refresh_token=granted["refresh_token"]).json()["error"] == "invalid_grant"
        assert ask("GET", "/items", headers=bearer(granted["access_token"])).status_code == 401
        assert grant("refresh_token", refresh_token=service.issue_refresh_token().reveal()).status_code == 200

    @pytest.mark.tc_platform(rotates=False)
    def test_without_rotation_it_stays(self, service, grant):
        token = service.credentials.refresh_token.reveal()
        assert [grant("refresh_token", refresh_token=token).json()["refresh_token"] for _ in range(2)] == [token, token]

    def test_it_belongs_to_its_client(self, service, ask, grant):
        public = service.credentials.public_refresh_token.reveal()
        assert grant("refresh_token", refresh_token=public).json()["error"] == "invalid_grant"
        form = {"grant_type": "refresh_token", "refresh_token": public, "client_id": service.credentials.public_client_id}
        assert ask("POST", TOKEN, data=form).status_code == 200

    def test_a_scope_can_be_narrower_and_never_wider(self, service, ask, grant):
        token = service.issue_refresh_token("items:read").reveal()
        assert grant("refresh_token", refresh_token=token, scope="items:write").json()["error"] == "invalid_scope"
        granted = grant("refresh_token", refresh_token=token).json()
        refused = ask("POST", "/items", headers=bearer(granted["access_token"]), json={"name": "x"})
        assert (refused.status_code, refused.json()["error"]) == (403, "insufficient_scope")
        assert service.writes[-1].path == TOKEN


class TestItems:
    def test_every_scheme_opens_them(self, service, ask):
        known = service.credentials
        user = {"username": known.username, "password": known.password.reveal()}
        token = ask("POST", "/login", json=user).json()["token"]
        assert ask("GET", "/items", headers=bearer(token)).status_code == 200
        assert ask("GET", "/items", headers=bearer(known.token.reveal())).status_code == 200
        assert ask("GET", "/items", headers={"X-API-Key": known.api_key.reveal()}).status_code == 200
        assert ask("GET", f"/items?api_key={known.api_key.reveal()}").status_code == 200
        assert ask("GET", "/items", auth=(known.username, known.password.reveal())).status_code == 200
        schemes = [request.scheme for request in service.requests if request.path == "/items"]
        assert schemes == ["Bearer", "Bearer", "header", "query", "Basic"]
        assert known.api_key.reveal() not in repr(service.requests)

    def test_a_client_certificate_opens_them(self, service):
        def get(cert):
            return requests.get(f"{service.url}/items", verify=service.ca_file, cert=cert, timeout=60)

        assert get(service.client_certificate).status_code == 200
        assert service.requests[0].certificate
        with OAuthEmulator() as other, pytest.raises(requests.exceptions.ConnectionError):
            get(other.client_certificate)
        with pytest.raises(UsageError, match="no certificate now"):
            _ = other.client_certificate

    def test_credentials_that_are_wrong_or_too_many_are_refused(self, service, ask):
        key = service.credentials.api_key.reveal()
        wrong = [
            {},
            {"headers": bearer("at_unknown")},
            {"headers": {"X-API-Key": "wrong"}},
            {"params": {"api_key": "wrong"}},
            {"auth": (service.credentials.username, "wrong")},
            {"headers": {"X-API-Key": key}, "params": {"api_key": key}},
            {"headers": {"X-API-Key": key, **bearer(service.credentials.token.reveal())}},
            {"headers": {"Authorization": "Basic !"}},
        ]
        answers = [ask("GET", "/items", **more) for more in wrong]
        assert [answer.status_code for answer in answers] == [401] * len(wrong)
        assert all("WWW-Authenticate" in answer.headers for answer in answers)
        assert 'error="invalid_token"' in answers[1].headers["WWW-Authenticate"]
        assert ask("POST", "/login", json={"username": "x", "password": "y"}).status_code == 401
        assert ask("POST", "/login", json={"username": "x"}).status_code == 400

    def test_a_token_expires_by_the_clock_of_the_service(self, service, ask):
        token = service.issue_token(life=60).token.reveal()
        service.clock.turn(59)
        assert ask("GET", "/items", headers=bearer(token)).status_code == 200
        service.clock.turn(1)
        assert "expired" in ask("GET", "/items", headers=bearer(token)).json()["error_description"]

    @pytest.mark.parametrize("fault", [ExpireToken(), RevokeToken()])
    def test_a_fault_ends_a_token(self, service, ask, fault):
        service.chaos = ChaosProfile(rules=(Rule(fault=fault, path="/items", attempts=(1,)),))
        assert ask("GET", "/items", headers=bearer(service.issue_token().token.reveal())).status_code == 401

    def test_a_token_can_be_revoked(self, service, ask):
        token = service.issue_token().token
        service.revoke_token(token)
        assert ask("GET", "/items", headers=bearer(token.reveal())).status_code == 401
        assert token.reveal() in service.issued_tokens
        with pytest.raises(UsageError, match="not one of this service"):
            service.revoke_token("at_unknown")

    @pytest.mark.tc_platform(schemes=("header",))
    def test_which_schemes_are_accepted_is_a_setting(self, service, ask):
        known = service.credentials
        assert ask("GET", "/items", headers={"X-API-Key": known.api_key.reveal()}).status_code == 200
        assert ask("GET", "/items", auth=(known.username, known.password.reveal())).status_code == 401
        assert "the credential is good, but accepted are: header" in service.requests[-1].explanation


class TestPages:
    @pytest.fixture
    def get(self, service, ask):
        key = {"X-API-Key": service.credentials.api_key.reveal()}
        return lambda path: ask("GET", path.removeprefix(service.url), headers=key)

    @pytest.mark.parametrize("start", ["/items?limit=10", "/items?limit=10&page=1", "/items?limit=10&cursor=YWZ0ZXI6MA=="])
    def test_each_manner_leads_through_all_items_once(self, get, start):
        seen, url = [], start
        while url:
            answer = get(url)
            seen += [item["id"] for item in answer.json()["items"]]
            url = answer.json()["next"]
            assert answer.links.get("next", {}).get("url") == url
        assert seen == list(range(1, 46))

    def test_the_cursor_is_in_the_answer(self, get):
        cursor = get("/items?limit=40").json()["next_cursor"]
        page = get(f"/items?cursor={cursor}&limit=40").json()
        assert ([item["id"] for item in page["items"]], page["next_cursor"]) == ([41, 42, 43, 44, 45], None)

    def test_a_link_holds_no_key(self, service, ask):
        answer = ask("GET", f"/items?api_key={service.credentials.api_key.reveal()}&color=red")
        assert "api_key" not in answer.json()["next"]
        assert "color=red" in answer.json()["next"]

    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=101", "offset=-1", "page=0", "cursor=x", "cursor=eA==", "page=1&offset=1"]
    )
    def test_a_page_that_cannot_be_is_refused(self, get, query):
        assert get(f"/items?{query}").status_code == 400

    def test_an_item_is_added_each_time(self, service, ask):
        key = {"X-API-Key": service.credentials.api_key.reveal()}
        for _ in range(2):
            answer = ask("POST", "/items", headers=key, json={"name": "again"})
        assert answer.json() == {"id": 47, "name": "again"}
        assert ask("GET", answer.headers["Location"].removeprefix(service.url), headers=key).json() == answer.json()
        assert len(service.writes) == 2
        for body in ({}, {"name": ""}, {"name": 1}, [], {"name": "x" * 201}):
            assert ask("POST", "/items", headers=key, json=body).status_code == 400
        assert ask("GET", "/items/99", headers=key).status_code == 404


def test_it_tells_apps_what_each_scheme_needs(service):
    given = ("auth", "url", "probe", "token_url", "client_id", "client_secret")
    assert set(service.inputs("shop")) == {f"shop_{suffix}" for suffix in given}
    every = {scheme: service.inputs(scheme=scheme) for scheme in service.schemes}
    assert {inputs["oauth_auth"] for inputs in every.values()} == set(every)
    assert every["oauth2_refresh"]["oauth_refresh_token"] in service.issued_tokens
    assert every["mutual_tls"]["oauth_certificate"] == service.client_certificate
    assert service.token_url == f"{service.url}{TOKEN}"


def test_settings_that_cannot_be_are_refused():
    for settings in (
        {"schemes": ()},
        {"schemes": ("magic",)},
        {"client_authentication": ("post",)},
        {"items": -1},
        {"token_life": 0},
    ):
        with pytest.raises(UsageError):
            OAuthEmulator(**settings)
