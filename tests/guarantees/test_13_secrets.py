"""No secret is in logs, tracebacks, exception texts, curl lines, tapes, ``message.tc`` or any other file of a run.

The app is a process of its own. It has canaries in every secret, gets hold of each of them, writes it in every form, and shows
it to everything that might keep it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepost.emulator import Emulator
from gatepost.testing import Canaries, SecretLeaked
from tests.e2e.processes import Ended, Launch, write_app
from tests.e2e.tunnel import ProxyServer, running_proxy

MANIFEST = json.dumps({"params": [{"name": "Service_Key", "type": "String", "encrypt": True}]})

KNOW_EVERYTHING = """
    names = ("tc_token", "api_secret_key", "tc_proxy_password", "tc_smtp_password", "Service_Key")
    held = {name.lower(): value.text for name, value in runtime.collected.best.items()}
    secrets = {name: held[name.lower()] for name in names}
    answer = runtime.session.get("/v2/owners")
    secrets["renewed token"] = answer.request.headers["Authorization"].partition(" ")[2]
    assert secrets["renewed token"] != secrets["tc_token"]
    assert all(len(secret) > 40 for secret in secrets.values())
    everything = " ".join(secrets.values())
"""

SHOW_EVERYTHING = """
    import base64, html, json, logging, re, threading, urllib.parse, warnings

    def forms(secret):
        yield from (secret, repr(secret), repr(secret.encode()), json.dumps(secret), html.escape(secret))
        yield json.dumps(json.dumps([secret]))
        yield from (urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret))
        yield re.sub("%..", lambda match: match[0].lower(), urllib.parse.quote(secret))
        for before in ("", "x", "xy"):
            encoded = base64.b64encode(f"{before}{secret}z".encode()).decode()
            yield from (encoded, urllib.parse.quote(encoded, safe=""), encoded.replace("+", "-").replace("/", "_"))

    for name, secret in secrets.items():
        for number, form in enumerate(forms(secret)):
            runtime.log.warning(f"said {name} {number}: {form}")
            runtime.log.info("as a value", secret=form, nested={"list": [form]}, **{f"bound{number}": form})
            logging.getLogger("foreign").warning("foreign %s: %s", name, form)
            warnings.warn(f"warned {name} {number} {form}", UserWarning, stacklevel=1)
        try:
            raise ValueError(secret) from KeyError({secret: [secret]})
        except ValueError as error:
            error.add_note(f"noted {secret}")
            runtime.log.exception("caught")
        runtime.session.get("/v2/owners", params={"echo": secret, secret: "echo"})
        runtime.session.get("/v2/owners?direct=" + urllib.parse.quote(secret))
        headers = {"X-Tag": urllib.parse.quote(secret)}
        runtime.session.post("/v3/tags", json={"name": secret, "description": [secret]}, headers=headers)
        runtime.session.post("/v3/tags", data={"name": secret})
        runtime.session.get("/v2/nowhere/" + urllib.parse.quote(secret, safe=""))
        thread = threading.Thread(target=lambda secret=secret: {}[secret], name=f"thread {secret}")
        thread.start()
        thread.join()
    raise RuntimeError(f'crashed with {everything}')
"""

SAY_EVERYTHING = """
    return f'done with {everything}'
"""


@pytest.fixture(autouse=True)
def working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where the run works: in a folder of others, files come and go meanwhile."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def proxy() -> Iterator[ProxyServer]:
    with running_proxy() as server:
        yield server


def run(folder: Path, canaries: Canaries, platform: Emulator, proxy: ProxyServer, body: str, *, before: str = "") -> Ended:
    """Run an app that gets hold of every secret, by way of a proxy, with everything logged, and with a tape."""
    app = write_app(folder / "app", KNOW_EVERYTHING + body, manifest=MANIFEST)
    source = (app / "run.py").read_text()
    (app / "run.py").write_text(before + source)
    stale = platform.issue_token(life=-1)
    inputs = {
        **canaries.inputs("both", manifest=app),
        "tc_token": stale.token,
        "tc_token_expires": stale.expires,
        "tc_proxy_host": "127.0.0.1",
        "tc_proxy_port": str(proxy.server_address[1]),
        "tc_proxy_username": "user",
        "tc_proxy_tc": "true",
        "tc_log_level": "trace",
        "tc_log_curl": "true",
        "tc_log_to_api": "true",
        "tc_log_path": str(folder / "log"),
        "tc_log_max_bytes": "20000",
    }
    return Launch(app, inputs, folder, environment={"GATEPOST_TAPE": f"record:{folder / 'app' / 'tape.json'}"}).run()


def test_no_secret_is_in_anything_that_a_run_leaves(
    tmp_path: Path, tc_canaries: Canaries, tc_platform: Emulator, proxy: ProxyServer
) -> None:
    ended = run(tmp_path, tc_canaries, tc_platform, proxy, SHOW_EVERYTHING)
    posted = [entry.message for entry in tc_platform.app_log]
    tc_canaries.check(ended.output, ended.message, ended.results, posted)
    tc_canaries.check_folder(tmp_path)

    # All of that was really written, and really came from this run.
    assert ended.exit_code == 1, ended.output
    assert ended.message is not None
    assert "***" in ended.message
    assert proxy.seen
    assert all(authorization is not None for _, authorization in proxy.seen)
    assert len(json.loads((tmp_path / "app" / "tape.json").read_text())["exchanges"]) > 30
    assert len(list((tmp_path / "log").glob("app.log.*.gz"))) > 1
    for said in (
        "said renewed token 17",
        "foreign Service_Key",
        "warned tc_proxy_password",
        "noted ",
        "KeyError",
        "curl ",
        "thread ",
    ):
        assert said in ended.output
    assert any("said api_secret_key 0" in message for message in posted)


def test_nor_in_what_a_run_says_that_succeeds(
    tmp_path: Path, tc_canaries: Canaries, tc_platform: Emulator, proxy: ProxyServer
) -> None:
    ended = run(tmp_path, tc_canaries, tc_platform, proxy, SAY_EVERYTHING)
    tc_canaries.check(ended.output, ended.message, ended.results)
    tc_canaries.check_folder(tmp_path)
    assert ended.exit_code == 0, ended.output
    assert (ended.message or "").count("***") >= 6


def test_without_the_redactor_the_secrets_are_found(
    tmp_path: Path, tc_canaries: Canaries, tc_platform: Emulator, proxy: ProxyServer
) -> None:
    ended = run(
        tmp_path,
        tc_canaries,
        tc_platform,
        proxy,
        SHOW_EVERYTHING,
        before="import gatepost.redaction\ngatepost.redaction.known_texts = set\n",
    )
    with pytest.raises(SecretLeaked, match="argument 1, line"):
        tc_canaries.check(ended.output)
    with pytest.raises(SecretLeaked) as caught:
        tc_canaries.check_folder(tmp_path)
    tc_canaries.allow(tmp_path)
    words = str(caught.value)
    for name in ("message.tc", "app.log", "app.log.1.gz"):
        assert name in words
    for secret in ("tc_proxy_password", "tc_smtp_password", "Service_Key", "api_secret_key", "token 2 of", "token 4 of"):
        assert f": {secret}" in words
    for form in ("as it is", "URL-encoded", "escaped", "HTML-escaped", "base64"):
        assert f", {form}" in words
    tc_canaries.check(words)
