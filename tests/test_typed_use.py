"""An app and a script as their authors write them. mypy reads this file as strictly as the package itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import requests
from pydantic import field_validator

import gatepost
from gatepost import App, AppFailure, HmacAuth, Inputs, Outputs, Runtime
from gatepost.app import each, fail_on_output, on_exception
from gatepost.emulator import Emulator
from gatepost.inputs.fields import Choice, DateTime, KeyValue, always_array


class AppInputs(Inputs):
    """One required input."""

    owner: str


class TypedInputs(Inputs):
    """What rules say is not what a type checker sees."""

    since: Annotated[datetime, DateTime()]
    level: Annotated[str | None, Choice(choices=("Low", "High"))] = None
    tags: Annotated[list[str], always_array(split_csv=True)]
    headers: tuple[KeyValue, ...] = ()
    names: list[str]

    _names = field_validator("names", mode="before")(always_array(strip=True))


def test_typed_inputs() -> None:
    inputs = TypedInputs.model_validate({"since": "2024-01-31", "level": "low", "tags": "a,b", "names": " x "})
    year: int = inputs.since.year
    first: str = inputs.tags[0]
    assert (year, first, inputs.level, inputs.names) == (2024, "a", "Low", ["x"])


app = App(AppInputs)


@app.job
def find_owner(runtime: Runtime[AppInputs]) -> str:
    """Find an owner by name."""
    owners = runtime.session.get("/v2/owners", deadline=60, repeatable=True).json()["data"]["owner"]
    names: list[str] = [owner["name"] for owner in owners]
    if runtime.inputs.owner not in names:
        raise AppFailure(f"{runtime.inputs.owner} is not among {len(names)} owners")
    runtime.results["owner"] = runtime.inputs.owner
    runtime.log.info("found", among=len(names))
    return f"found {runtime.inputs.owner}"


class AppOutputs(Outputs, prefix="owner"):
    """What a step gives out."""

    name: str | None = None
    names: list[str] | None = None


step_app = App(AppInputs, outputs=AppOutputs, auth=None)


@step_app.playbook
def give_owner(runtime: Runtime[AppInputs, AppOutputs]) -> AppOutputs:
    """Give out an owner."""
    runtime.outputs.names = [runtime.inputs.owner]
    earlier: bool = runtime.playbook.write("owner.name", "earlier")
    return AppOutputs(name=f"{runtime.inputs.owner} {earlier}")


def test_a_step_of_a_playbook() -> None:
    result = step_app.test(owner="#App:1:owner!String", variables={"#App:1:owner!String": "Me"})
    assert result.outputs == {"owner.name": "Me True", "owner.names": ["Me"]}


class NamedInputs(AppInputs):
    """What one action reads besides."""

    kind: str = "owner"


@step_app.action("Name It", retry=False)
@on_exception("It has no name")
@fail_on_output("", message="It has no name")
def name_it(runtime: Runtime[NamedInputs, AppOutputs]) -> str:
    """Name an owner and its kind."""
    runtime.outputs.name = " ".join(each([runtime.inputs.kind, runtime.inputs.owner]))
    return runtime.inputs.kind


step_app.advanced_request("owner", session=lambda runtime: runtime.external("https://example.com"))


def test_an_action_of_a_step() -> None:
    result = step_app.test(tc_action="Name It", owner="Me")
    assert (result.message, result.outputs) == ("owner", {"owner.name": "owner Me"})


def test_an_app() -> None:
    with Emulator() as platform:
        inputs = {**platform.inputs("hmac"), "tc_verify": platform.ca_file}
        found = app.test({**inputs, "owner": "Common Community"})
        missing = app.test({**inputs, "owner": "Nobody"})

    assert (found.exit_code, found.message, found.results) == (0, "found Common Community", {"owner": "Common Community"})
    assert (missing.exit_code, missing.message) == (1, "Nobody is not among 2 owners")


def test_a_script() -> None:
    with Emulator() as platform, gatepost.connect(**{**platform.inputs("token"), "tc_verify": platform.ca_file}) as runtime:
        prepared = requests.Request("GET", f"{platform.url}/v2/owners").prepare()
        prepared.headers.update(runtime.authorization(prepared))
        with requests.Session() as session:
            session.verify = platform.ca_file
            by_hand = session.send(prepared)
            by_scheme = session.get(f"{platform.url}/v2/owners", auth=runtime.auth)
            pair = HmacAuth(platform.credentials.access_id, platform.credentials.secret_key)
            by_pair = session.get(f"{platform.url}/v2/owners", auth=pair)
        posted = runtime.session.post("/v2/owners", json={"a": 1}, deadline=60, repeatable=False)

    assert [by_hand.status_code, by_scheme.status_code, by_pair.status_code] == [200, 200, 200]
    assert posted.status_code == 405
