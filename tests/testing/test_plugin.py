from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]


def run(pytester: pytest.Pytester, source: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(source)
    return pytester.runpytest("-p", "no:cacheprovider", "--strict-markers", "-W", "error", *arguments)


def test_platform_runs_during_the_test(pytester):
    result = run(
        pytester,
        """
        import ssl, urllib.request

        def test_it(tc_platform):
            token = tc_platform.credentials.token.reveal()
            request = urllib.request.Request(tc_platform.url + "/v2/owners", headers={"Authorization": f"TC-Token {token}"})
            context = ssl.create_default_context(cafile=tc_platform.ca_file)
            with urllib.request.urlopen(request, context=context) as answer:
                assert answer.status == 200
        """,
    )
    result.assert_outcomes(passed=1)


def test_marker_has_the_settings_and_the_nearest_decides(pytester):
    result = run(
        pytester,
        """
        import pytest

        @pytest.mark.tc_platform(token_life=30, prefix="")
        class TestPlatform:
            def test_of_the_class(self, tc_platform):
                assert (tc_platform.settings.token_life, tc_platform.settings.prefix) == (30, "")

            @pytest.mark.tc_platform(token_life=60)
            def test_of_the_function(self, tc_platform):
                assert (tc_platform.settings.token_life, tc_platform.settings.prefix) == (60, "")
        """,
    )
    result.assert_outcomes(passed=2)


def test_wrong_setting_is_named(pytester):
    result = run(
        pytester,
        """
        import pytest

        @pytest.mark.tc_platform(token_live=30)
        def test_it(tc_platform):
            pass
        """,
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*no setting token_live*token_life*"])


def test_setting_without_a_name_is_refused(pytester):
    result = run(
        pytester,
        """
        import pytest

        @pytest.mark.tc_platform(30)
        def test_it(tc_platform):
            pass
        """,
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*takes settings by name only*"])


class WithoutStarlette:
    """What imports find where the extra ``emulator`` is not installed."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        if name == "gatepost.emulator.server":
            raise ModuleNotFoundError("No module named 'starlette'", name="starlette")


def test_missing_extra_is_said_in_one_line(pytester, monkeypatch):
    monkeypatch.delitem(sys.modules, "gatepost.emulator.server", raising=False)
    monkeypatch.setattr(sys, "meta_path", [WithoutStarlette, *sys.meta_path])
    result = run(pytester, "def test_it(tc_platform): ...")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*needs the package starlette*gatepost?emulator?*"])


def test_loading_the_plugin_imports_neither_server_nor_requests():
    script = (
        "import sys, pytest, gatepost.testing.plugin\n"
        "heavy = {'starlette', 'uvicorn', 'h11', 'requests', 'pydantic', 'structlog', 'cryptography'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
