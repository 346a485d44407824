from __future__ import annotations

import pytest
import requests
import responses

from gatepost import Secret
from gatepost.errors import GatepostError
from gatepost.testing.profiles.vault import Vault, vault_of

BASE = "https://vault.example/v1/secret"


@pytest.fixture
def vault() -> Vault:
    return Vault("https://vault.example/", Secret("vault-token-text"), "secret/team")


@responses.activate
def test_version_1(vault: Vault):
    responses.get(f"{BASE}/team/app", json={"data": {"token": "x"}})
    assert vault.read("/app") == vault.read("app") == {"token": "x"}
    assert [call.request.headers["X-Vault-Token"] for call in responses.calls] == ["vault-token-text"]


@responses.activate
def test_version_2(vault: Vault):
    responses.get(f"{BASE}/team/app", status=404, json={"errors": []})
    responses.get(f"{BASE}/data/team/app", json={"data": {"data": {"token": "x"}, "metadata": {}}})
    assert vault.read("app") == {"token": "x"}


@responses.activate
def test_a_path_that_is_not_there(vault: Vault):
    responses.get(f"{BASE}/team/app", status=404)
    responses.get(f"{BASE}/data/team/app", status=404)
    assert vault.read("app", missing_ok=True) == {}
    with pytest.raises(GatepostError, match="nothing at app"):
        vault.read("app")


@responses.activate
@pytest.mark.parametrize(("status", "headers"), [(403, {}), (307, {"Location": "https://elsewhere.example/"})])
def test_a_refusal_is_told_and_the_token_goes_nowhere_else(vault: Vault, status: int, headers: dict[str, str]):
    responses.get(f"{BASE}/team/app", status=status, headers=headers)
    with pytest.raises(GatepostError, match=f"status {status}") as caught:
        vault.read("app")
    assert "vault-token-text" not in str(caught.value)
    assert len(responses.calls) == 1


@responses.activate
def test_one_that_cannot_be_reached_is_told(vault: Vault):
    responses.get(f"{BASE}/team/app", body=requests.ConnectionError("refused"))
    with pytest.raises(GatepostError, match="cannot be asked"):
        vault.read("app")


def test_the_environment_names_it():
    assert vault_of({"VAULT_ADDR": "https://vault.example"}) is None
    assert vault_of({"VAULT_URL": "https://vault.example", "VAULT_TOKEN": "x"}) is not None
