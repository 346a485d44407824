"""The real ``tcex`` and gatepost, one behind the other in a playbook: what either writes, the other reads."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gatepost.emulator import Emulator
from gatepost.playbook import Playbook
from gatepost.runtime.connecting import connect

pytestmark = [pytest.mark.interoperability, pytest.mark.programs("redis-server")]

CLIENT = Path(__file__).with_name("tcex_playbook_client.py")
MANIFEST = {
    "displayName": "Step",
    "features": [],
    "languageVersion": "3.11",
    "listDelimiter": "|",
    "params": [],
    "playbook": {"outputVariables": [], "type": "Utility"},
    "programLanguage": "PYTHON",
    "programMain": "run",
    "programVersion": "1.0.0",
    "runtimeLevel": "Playbook",
}
ENTITY = {"id": 1, "value": "1.1.1.1", "type": "Address", "confidence": 5}
VALUES: dict[str, Any] = {
    "#App:1:text!String": 'héllo "q" \\ \n \U0001f600',
    "#App:1:empty!String": "",
    "#App:1:yes!String": True,
    "#App:1:number!String": 3.5,
    "#App:1:texts!StringArray": ["a", 1, True, None, "é"],
    "#App:1:none!StringArray": [],
    "#App:1:bytes!Binary": b"\x00\xff",
    "#App:1:many!BinaryArray": [b"a", None, b""],
    "#App:1:pair!KeyValue": {"key": "k", "value": {"nested": [1, None]}},
    "#App:1:pairs!KeyValueArray": [{"key": "k", "value": "v"}, {"key": "n", "value": None, "variableType": "String"}],
    "#App:1:entity!TCEntity": ENTITY,
    "#App:1:entities!TCEntityArray": [ENTITY, {"id": "2", "value": "é", "type": "Host"}],
    "#App:1:batch!TCBatch": {"indicator": [{"type": "Host"}], "group": []},
    "#App:1:enhanced!TCEnhancedEntity": '{"any": "text"}',
    "#App:1:own!custom-type": "as it is",
}
NESTED: dict[str, Any] = {
    "#App:1:says!String": "says #App:1:text!String and #App:1:bytes!Binary and #App:1:missing!String",
    "#App:1:headers!KeyValueArray": [
        {"key": "one", "value": "#App:1:texts!StringArray"},
        {"key": "two", "value": "in #App:1:yes!String text"},
        {"key": "three", "value": "#App:1:bytes!Binary"},
        {"key": "four", "value": "#App:1:missing!String"},
    ],
}
TEXTS = [
    *VALUES,
    *NESTED,
    "#App:1:missing!String",
    "no variable",
    r"\s text \\s",
    "a #App:1:text!String b #App:1:missing!Binary",
    "a #App:1:texts!StringArray #App:1:many!BinaryArray",
    "a #App:1:pair!KeyValue #App:1:entities!TCEntityArray #App:1:batch!TCBatch",
]
REQUESTED = [*VALUES, *NESTED]
BARE = {"text": "t", "bytes": b"b", "texts": ["x"], "#App:1:own!custom-type": "raw", "#App:2:text!String": "t"}
ASKED = ["#App:1:text!String", "#App:1:bytes!Binary"]


class Steps(NamedTuple):
    """What the steps of tcex have read, and where."""

    inputs: dict[str, Any]
    platform: Emulator
    of_ours: dict[str, Any]
    of_its_own: dict[str, Any]


class App(NamedTuple):
    """An app of tcex: its platform and inputs, and its steps."""

    platform: Emulator
    inputs: dict[str, Any]
    steps: list[dict[str, Any]]


def encoded(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {key: encoded(item) for key, item in value.items()}
    return [encoded(item) for item in value] if isinstance(value, list) else value


def step(context: str, requested: list[str], write: dict[str, Any], read: list[str]) -> dict[str, Any]:
    return {"context": context, "requested": requested, "write": encoded(write), "read": read}


def run_tcex(python: Path, folder: Path, *apps: App) -> list[list[dict[str, Any]]]:
    """Run the steps of apps of tcex, one after the other; return what they read."""
    (folder / "install.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    authorities = folder / "authorities.pem"
    authorities.write_text("".join(Path(app.platform.ca_file).read_text("utf-8") for app in apps), encoding="utf-8")
    paths = {f"tc_{name}_path": str(folder) for name in ("in", "log", "out", "temp")}
    done = subprocess.run(
        [python, CLIENT],
        input=json.dumps([{"config": {**app.inputs, "tc_verify": True, **paths}, "steps": app.steps} for app in apps]),
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "REQUESTS_CA_BUNDLE": str(authorities)},
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def kept(platform: Emulator, context: str) -> dict[str, bytes]:
    platform.playbook.context = context
    return platform.playbook.raw


@contextlib.contextmanager
def ours(inputs: dict[str, Any], context: str, requested: list[str] = REQUESTED) -> Iterator[Playbook]:
    """Our side of an execution."""
    place = {"tc_playbook_kvstore_context": context, "tc_playbook_out_variables": ",".join(requested)}
    with connect(**{**inputs, **place}) as runtime:
        yield runtime.playbook


@pytest.fixture(scope="module")
def both(tcex_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Steps, Steps]]:
    """Steps with a Redis, and with the platform's REST store; both of one process, since importing tcex takes seconds."""
    with Emulator(redis=True) as platform, Emulator() as rest:
        inputs = {**platform.inputs(), **platform.playbook.inputs()}
        rest_inputs = {**rest.inputs(), **rest.playbook.inputs()}
        with ours(inputs, "of ours") as playbook:
            playbook.write_many({**VALUES, **NESTED})
        with ours(rest_inputs, "of ours") as playbook:
            playbook.write_many(VALUES)
        with_redis = [
            step("of ours", REQUESTED, {}, TEXTS),
            step("of tcex", REQUESTED, {**VALUES, **NESTED}, TEXTS),
            step("bare names of tcex", ASKED, BARE, []),
        ]
        with_rest = [step("of ours", REQUESTED, {}, list(VALUES)), step("of tcex", REQUESTED, VALUES, list(VALUES))]
        (of_ours, of_its_own, _), (rest_of_ours, rest_of_its_own) = run_tcex(
            tcex_python, tmp_path_factory.mktemp("tcex"), App(platform, inputs, with_redis), App(rest, rest_inputs, with_rest)
        )
        yield Steps(inputs, platform, of_ours, of_its_own), Steps(rest_inputs, rest, rest_of_ours, rest_of_its_own)


@pytest.fixture
def steps(both: tuple[Steps, Steps]) -> Steps:
    return both[0]


def test_what_tcex_writes_is_read_as_tcex_reads_it(steps: Steps) -> None:
    with ours(steps.inputs, "of tcex") as playbook:
        assert {text: encoded(playbook.read(text)) for text in TEXTS} == steps.of_its_own["read"]
        # Where tcex leaves an object or bytes alone, the contract has it in a list, as every other value.
        arrays = {text: value for text, value in steps.of_its_own["arrays"].items() if isinstance(value, list)}
        assert {text: encoded(playbook.read(text, array=True)) for text in arrays} == arrays


def test_what_is_written_is_read_by_tcex_as_it_reads_its_own(steps: Steps) -> None:
    assert steps.of_ours == steps.of_its_own


def test_what_is_written_is_what_tcex_writes_byte_by_byte(steps: Steps) -> None:
    written = kept(steps.platform, "of ours")
    assert set(written) == set(REQUESTED)
    assert written == kept(steps.platform, "of tcex")


def test_both_write_what_was_asked_for_and_nothing_else(steps: Steps) -> None:
    with ours(steps.inputs, "bare names of ours", ASKED) as playbook:
        playbook.write_many(BARE)
    written = kept(steps.platform, "bare names of ours")
    assert written == kept(steps.platform, "bare names of tcex")
    assert written == {"#App:1:text!String": b'"t"', "#App:1:bytes!Binary": b'"Yg=="'}


def test_the_platforms_rest_store_is_the_same_for_both(both: tuple[Steps, Steps]) -> None:
    _, steps = both
    assert steps.of_ours == steps.of_its_own
    assert kept(steps.platform, "of ours") == kept(steps.platform, "of tcex")
    with ours(steps.inputs, "of tcex") as playbook:
        # Over HTTP, tcex decodes everything; what has no type of its own stays bytes here, as from Redis.
        typed = [variable for variable in VALUES if "!TCEnhanced" not in variable and "!custom" not in variable]
        assert {name: encoded(playbook.read(name)) for name in typed} == {name: steps.of_its_own["read"][name] for name in typed}
