"""Testing a playbook app from Python: stage, run, compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gatepost.errors import UsageError
from gatepost.testing.profiles.checks import Check, check_output, report
from gatepost.testing.profiles.operators import OPERATORS, operator_name
from gatepost.testing.profiles.profile import Expectation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import requests

    from gatepost.app import App
    from gatepost.app.result import Result
    from gatepost.log import Record

__all__ = ["PlaybookResult", "PlaybookTest", "compare"]

_MADE_UP = "made-up-token"  # for apps that send nothing; a platform refuses it


class PlaybookResult:
    """What one step of a playbook left. Has all that `gatepost.Result` has.

    Attributes:
        exit_code: Its exit code.
        message: Its message.
        outputs: What it gave out, by bare name: ``result.outputs["demo.out"]``.
        log: Its log.
        error: The exception that ended it.
    """

    def __init__(self, result: Result) -> None:
        self.exit_code = result.exit_code
        self.message = result.message
        self.outputs: dict[str, Any] = dict(result.outputs)
        self.log: tuple[Record, ...] = result.log
        self.error = result.error

    def expect(self, *, exit_code: int = 0, message: str | None = None, outputs: Mapping[str, object] | None = None) -> None:
        """Fail the test unless the step ended so.

        Args:
            exit_code: What its exit code has to be.
            message: What its message has to be; None: anything.
            outputs: What it has to have given out, by bare name; further outputs are allowed. A value is compared as it is, or
                by `compare`: ``{"demo.link": compare("is_url")}``. None: nothing was given out.

        Raises:
            AssertionError: It did not; shows expectations and what came instead, without secrets.
        """
        __tracebackhide__ = True
        from gatepost.testing.profiles.checks import check_exit_code, check_message

        checks: list[Check] = [check_exit_code((exit_code,), self.exit_code, message=self.message)]
        if message is not None:
            checks.append(check_message(Expectation("message", message), self.message))
        for name, wanted in (outputs or {}).items():
            operator = wanted if isinstance(wanted, _Comparison) else _Comparison("eq", _plain(wanted), {})
            expectation = Expectation(name, operator.expected, operator.operator, operator.options)
            checks.append(check_output(expectation, self.outputs.get(name)))
        if any(not check.passed for check in checks):
            # Not `assert`: under another rewriting of asserts the words would drown.
            raise AssertionError(report(checks))

    def __repr__(self) -> str:
        return f"<PlaybookResult: exit code {self.exit_code}, {len(self.outputs)} outputs>"


@dataclass(frozen=True, slots=True)
class _Comparison:
    operator: str
    expected: Any
    options: Mapping[str, Any]


def compare(operator: str, expected: object = None, **options: Any) -> _Comparison:
    """Say how an output is compared: by an operator of profiles.

    Args:
        operator: Its name: ``startswith``, ``json_eq``, ``rex``…
        expected: The expectation; some need none.
        **options: ``exclude``, ``exclude_paths``, ``ignore_order``.

    Raises:
        UsageError: There is no such operator.
    """
    name = operator_name(operator)
    if name is None:
        raise UsageError(f"There is no operator {operator!r}", remedy=f"Use one of {', '.join(OPERATORS)}")
    return _Comparison(name, _plain(expected), options)


class PlaybookTest:
    """Runs playbook apps for a test; the fixture ``tc_playbook``.

    Args:
        platform_inputs: Returns the inputs by which the app finds a platform; None: a token that no platform knows, which is
            enough for an app that sends nothing.
    """

    def __init__(self, platform_inputs: Callable[[], Mapping[str, Any]] | None = None) -> None:
        self._platform_inputs = platform_inputs

    def run(
        self,
        app: App[Any],
        inputs: Mapping[str, Any] | None = None,
        *,
        stage: Mapping[str, object] | None = None,
        session: requests.Session | None = None,
        outputs: tuple[str, ...] = (),
    ) -> PlaybookResult:
        """Run one step.

        Args:
            app: The app.
            inputs: Its inputs by name; they may name variables.
            stage: Values of variables by their whole texts: ``{"#App:1234:name!String": "text"}``.
            session: What stands in for ``runtime.session``.
            outputs: The variables that the playbook asks for, by their whole texts; default is all that are declared.
        """
        given = dict(inputs or {})
        if app.auth is not None and session is None:
            own = self._platform_inputs() if self._platform_inputs is not None else {"tc_token": _MADE_UP}
            given = {**own, **given}
        if outputs:
            given["tc_playbook_out_variables"] = ",".join(outputs)
        return PlaybookResult(app.test(given, session=session, variables=stage or {}))


def _plain(value: object) -> object:
    from gatepost.testing.profiles.operators import plain

    return plain(value)
