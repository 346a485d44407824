"""The pytest plugin.

* ``tc_platform``: an emulated platform for one test;
* ``tc_tape``: a test that asked servers once, and runs without them from then on;
* ``tc_canaries``: secrets that are looked for in everything that the test leaves;
* ``tc_playbook``: one step of a playbook, staged, run and compared;
* every ``profiles.d/*.json`` below an app is a test, unless ``--no-profiles`` or the setting ``gatepost_profiles = false`` says
  otherwise.

Imports pytest alone, since pytest loads it in every run of every project that has gatepost installed.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from gatepost.emulator import Emulator
    from gatepost.testing.canaries import Canaries
    from gatepost.testing.playbooks import PlaybookTest
    from gatepost.testing.tapes import TapeOfTest

__all__ = [
    "pytest_addoption",
    "pytest_collect_file",
    "pytest_configure",
    "pytest_runtest_makereport",
    "tc_canaries",
    "tc_platform",
    "tc_playbook",
    "tc_tape",
]

_MARKERS = (
    "tc_platform(**settings): settings of the emulated platform of this test, by their names in EmulatorSettings",
    "tc_tape(file, strict, ordered_query, ignored_query, ignored_fields, bodies): this test's tape, and what has to match",
)
_EXTRA_PACKAGES = ("starlette", "uvicorn", "h11", "python_multipart")
_CANARIES: pytest.StashKey[Canaries] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--record-tapes``, and what is said about profiles."""
    group = parser.getgroup("gatepost")
    group.addoption(
        "--record-tapes", action="store_true", help="record the tapes of all tests that use tc_tape, instead of replaying them"
    )
    group.addoption("--no-profiles", action="store_true", help="do not take profiles.d/*.json for tests")
    group.addoption(
        "--profile-environment",
        action="append",
        metavar="NAME",
        help="run profiles that are for this environment, or for any; may be repeated (default: build)",
    )
    group.addoption(
        "--profile-platform",
        choices=("emulated", "environment"),
        default="emulated",
        help="run profiles on an emulated platform, or on the one that the environment names (TC_API_PATH…)",
    )
    parser.addini("gatepost_profiles", "whether profiles.d/*.json of apps are tests", type="bool", default=True)


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known, for projects that run with ``--strict-markers``."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take ``profiles.d/*.json`` for tests where an app is above them."""
    if file_path.suffix != ".json" or file_path.parent.name != "profiles.d":
        return None
    if parent.config.getoption("--no-profiles") or not parent.config.getini("gatepost_profiles"):
        return None
    if not any((folder / "install.json").is_file() for folder in file_path.parents):
        return None
    from gatepost.testing.profiles.pytest_items import ProfileFile

    return ProfileFile.from_parent(parent, path=file_path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Look for the canaries of a test in what was captured, and keep secrets out of the report."""
    report = yield
    canaries = item.stash.get(_CANARIES, None)
    if canaries is not None:
        canaries.judge(report)
    return report


@pytest.fixture
def tc_platform(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """An emulated platform that runs during one test.

    Settings come from the marker; of several (on the class and the function, say) the nearest decides each setting:

        @pytest.mark.tc_platform(token_life=30)
        def test_renewal(tc_platform): ...
    """
    settings = _settings(request, "tc_platform", "token_life=30")
    try:
        from gatepost.emulator.server import Emulator
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _EXTRA_PACKAGES:
            raise
        pytest.fail(
            f"the fixture tc_platform needs the package {error.name}. Install gatepost with its extra: gatepost[emulator]",
            pytrace=False,
        )
    canaries = request.getfixturevalue("tc_canaries") if "tc_canaries" in request.fixturenames else None
    if canaries is not None:
        settings.setdefault("secret_key", canaries.secret("api_secret_key"))
    with Emulator(**settings) as platform:
        if canaries is not None:
            canaries.watch(platform)
        yield platform


@pytest.fixture
def tc_canaries(request: pytest.FixtureRequest) -> Iterator[Canaries]:
    """Canaries: texts in the place of secrets, and a test that fails when one of them gets out.

        def test_no_secret_gets_out(tc_canaries, tc_platform):
            result = app.test(tc_canaries.inputs("hmac"), service_key=tc_canaries.secret("service_key"))
            tc_canaries.check(result)

    When the test is over, captured output and log are looked through, every file in ``tmp_path``, and every new one in the
    working directory. A test that has taken its output from ``capfd`` or ``capsys`` hands it to ``tc_canaries.check``; with
    ``pytest -s`` nothing is captured. With ``tc_platform``, the platform's secret key is a canary, and its tokens are looked for.
    The report never shows a secret.
    """
    from gatepost.testing.canaries import Canaries, FilesBefore

    canaries = Canaries()
    request.node.stash[_CANARIES] = canaries
    own = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    before = FilesBefore(Path.cwd())
    yield canaries
    canaries.look_at_files(before, own)


@pytest.fixture
def tc_playbook(request: pytest.FixtureRequest) -> PlaybookTest:
    """One step of a playbook:

        def test_it_shouts(tc_playbook):
            result = tc_playbook.run(app, {"text": "#App:1234:in!String"}, stage={"#App:1234:in!String": "abc"})
            assert result.outputs["demo.out"] == "ABC"
            result.expect(message="Success", outputs={"demo.out": "ABC"})

    An app that sends requests to the platform finds the one of ``tc_platform``, in tests that use it too.
    """
    from gatepost.testing.playbooks import PlaybookTest

    if "tc_platform" not in request.fixturenames:
        return PlaybookTest()
    platform = request.getfixturevalue("tc_platform")
    return PlaybookTest(platform.inputs)


@pytest.fixture
def tc_tape(request: pytest.FixtureRequest) -> Iterator[TapeOfTest]:
    """The tape of a test: what it asks servers, and what they answer.

    ``pytest --record-tapes`` asks the servers and writes ``tapes/<module>.<test>.json`` beside the test, without secrets; every
    other run replays that file and asks nobody. Runtimes find the tape by themselves:

        def test_owners(tc_tape):
            with gatepost.connect(**tc_tape.inputs) as runtime:
                assert runtime.session.get("/v2/owners").ok

    Other sessions are given to ``tc_tape.mount(session)``. A replayed test fails when it asks for something that is not on the
    tape, and when it leaves something on it; the marker says what else is allowed:

        @pytest.mark.tc_tape(strict=False, ignored_query=["since"])
    """
    settings = _settings(request, "tc_tape", "strict=False")
    from gatepost.testing.tapes import TapeSettings, open_tape

    try:
        read = TapeSettings.of(settings)
    except TypeError as error:
        pytest.fail(f"the marker tc_tape knows no such setting: {error}", pytrace=False)
    with open_tape(request, read, recording=bool(request.config.getoption("--record-tapes"))) as tape:
        yield tape


def _settings(request: pytest.FixtureRequest, marker_name: str, example: str) -> dict[str, Any]:
    """Return what the markers of a test say; of several, the nearest decides each setting."""
    settings: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers(marker_name))):
        if marker.args:
            pytest.fail(f"the marker {marker_name} takes settings by name only, as in {marker_name}({example})", pytrace=False)
        settings.update(marker.kwargs)
    return settings
