"""What an app reads when its inputs refer to the platform."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pytest
import responses

from gatepost import App, Inputs, Runtime, Secret
from gatepost.emulator import Emulator
from gatepost.inputs.fields import Choice

CANARY = "canary-in-a-keychain-0123456789"
PAIR = {"api_access_id": "1", "api_secret_key": "a-secret-key", "tc_api_path": "https://platform.example/api"}


class Given(Inputs):
    greeting: str
    url: Secret
    rules: bytes | None = None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An app's folder with a manifest."""
    params = [
        {"name": "greeting", "type": "String"},
        {"name": "url", "type": "String"},
        {"name": "rules", "type": "String"},
        {"name": "owner", "type": "Choice", "validValues": ["All", "${OWNERS}"]},
    ]
    (tmp_path / "install.json").write_text(json.dumps({"displayName": "Resolved", "params": params}))
    return tmp_path


def test_variables_inside_texts_are_resolved_and_their_secrets_stay_hidden(folder: Path, tc_platform: Emulator) -> None:
    tc_platform.set_variable("TC", "name", "TEXT", "Acme")
    tc_platform.set_variable("TC", "word", "KEYCHAIN", CANARY)
    tc_platform.set_variable("TC", "rules", "FILE", b"\xffrule")
    app = App(Given, folder=folder)

    @app.job
    def job(runtime: Runtime[Given]) -> str:
        password = runtime.inputs.url.reveal().partition(":")[2].partition("@")[0]
        runtime.log.info("a part of it", word=password)
        assert password == CANARY
        return f"{runtime.inputs.greeting} {runtime.inputs.rules!r} {password}"

    result = app.test(
        {
            **tc_platform.inputs(),
            "greeting": "Hello &{TC:TEXT:name}, hello &{TC:TEXT:name}",
            "url": "user:&{TC:KEYCHAIN:word}@example.com",
            "rules": "&{TC:FILE:rules}",
        }
    )
    assert result.exit_code == 0, result.message
    assert result.message.startswith("Hello Acme, hello Acme b'\\xffrule'")
    assert CANARY not in result.message + repr(result.log)


@responses.activate
def test_names_that_only_the_platform_knows_are_choices(folder: Path) -> None:
    owners = {"data": [{"name": "Acme"}, {"name": "Blue"}], "status": "Success"}
    listed = responses.get("https://platform.example/api/v3/security/owners", json=owners)

    class Chosen(Inputs):
        owner: Annotated[str, Choice()]

    app = App(Chosen, folder=folder)
    app.job(lambda runtime: runtime.inputs.owner)
    assert app.test({**PAIR, "owner": "all"}).message == "All"
    assert listed.call_count == 0
    assert app.test({**PAIR, "owner": "blue"}).message == "Blue"
    assert "owner: value is none of: All, Acme, Blue" in app.test({**PAIR, "owner": "Green"}).message
