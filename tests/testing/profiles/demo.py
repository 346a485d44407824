"""A playbook app with two actions, and a profile as the contract has it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

MANIFEST: dict[str, Any] = {
    "displayName": "Demo",
    "features": ["fileParams"],
    "languageVersion": "3.11",
    "params": [
        {"name": "tc_action", "label": "Action", "type": "Choice", "required": True, "validValues": ["Upper", "Append"]},
        {"name": "text", "label": "Text", "type": "String", "required": True, "playbookDataType": ["String"]},
        {"name": "strict", "label": "Strict", "type": "Boolean"},
        {"name": "suffix", "label": "Suffix", "type": "String", "required": True},
        {"name": "key", "label": "Key", "type": "String", "encrypt": True},
    ],
    "playbook": {
        "outputVariables": [
            {"name": "demo.out", "type": "String"},
            {"name": "demo.items", "type": "StringArray"},
            {"name": "demo.file", "type": "Binary"},
        ]
    },
    "programLanguage": "PYTHON",
    "programMain": "run.py",
    "programVersion": "1.0.0",
    "runtimeLevel": "Playbook",
}

LAYOUT: dict[str, Any] = {
    "inputs": [
        {"title": "Action", "sequence": 1, "parameters": [{"name": "tc_action"}, {"name": "text"}, {"name": "strict"}]},
        {
            "title": "More",
            "sequence": 2,
            "parameters": [
                {"name": "suffix", "display": "tc_action in ('Append') AND strict = 'true'"},
                {"name": "key", "display": "'hidden' != 'hidden'"},
            ],
        },
    ],
    "outputs": [
        {"name": "demo.out"},
        {"name": "demo.items", "display": "tc_action in ('Append')"},
        {"name": "demo.file", "display": "tc_action = 'Append' AND strict = 'true'"},
    ],
}

APP = """
from gatepost import App, AppFailure, Inputs, Outputs, Runtime, Secret


class DemoInputs(Inputs):
    text: str = ""
    suffix: str = ""
    key: Secret | None = None


class DemoOutputs(Outputs, prefix="demo"):
    out: str | None = None
    items: list[str] | None = None
    file: bytes | None = None


app = App(DemoInputs, outputs=DemoOutputs, auth=AUTH)


@app.action("Upper")
def upper(runtime: Runtime[DemoInputs, DemoOutputs]) -> None:
    if not runtime.inputs.text:
        raise AppFailure("There is no text")
    runtime.outputs.out = runtime.inputs.text.upper()


@app.action("Append")
def append(runtime: Runtime[DemoInputs, DemoOutputs]) -> str:
    print("on stdout")
    key = runtime.inputs.key.reveal() if runtime.inputs.key else ""
    runtime.outputs.out = runtime.inputs.text + runtime.inputs.suffix + key
    runtime.outputs.items = [runtime.inputs.text, runtime.inputs.suffix]
    runtime.outputs.file = runtime.inputs.text.encode()
    return "Appended"


@app.action("Fetch")
def fetch(runtime: Runtime[DemoInputs, DemoOutputs]) -> None:
    with runtime.external(auth=None) as session:
        answer = session.get(runtime.inputs.text, params={"page": "2"})
    runtime.outputs.out = f"{answer.status_code} {answer.headers.get('X-Kind', '')} {answer.text}"
"""

PROFILE: dict[str, Any] = {
    "_comments_": [],
    "environments": ["build"],
    "stage": {"kvstore": {"#App:1234:in!String": "abc"}, "threatconnect": {}, "vault": {}, "request": {}},
    "inputs": {"defaults": {}, "optional": {}, "required": {"tc_action": "Upper", "text": "#App:1234:in!String"}},
    "exit_message": {"expected_output": "Success\n", "op": "eq"},
    "outputs": {"#App:9876:demo.out!String": {"expected_output": "ABC", "op": "eq"}},
    "exit_codes": [0],
    "initialized": True,
    "validation_criteria": {"count": 0, "percent": 0},
    "schema_version": "1.0.1",
}
"""The example of contract/logging_and_runtime.md section 9."""


def write_app(folder: Path, *, auth: str | None = None) -> Path:
    """Write the app into a folder."""
    (folder / "install.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    (folder / "layout.json").write_text(json.dumps(LAYOUT), encoding="utf-8")
    (folder / "app.py").write_text(APP.replace("AUTH", repr(auth)), encoding="utf-8")
    (folder / "run.py").write_text('from app import app\n\nif __name__ == "__main__":\n    app.run()\n', encoding="utf-8")
    return folder


def write_profile(folder: Path, name: str = "upper", feature: str = "text", **changes: Any) -> Path:
    """Write a profile of the app, the contract's example with changes."""
    path = folder / "tests" / feature / "profiles.d" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**PROFILE, **changes}, indent=2), encoding="utf-8")
    return path


def inputs(**required: Any) -> dict[str, Any]:
    """Return inputs as a profile has them."""
    return {"defaults": {}, "optional": {}, "required": required}
