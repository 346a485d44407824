"""The functions of an app: one that runs, or several, of which ``tc_action`` chooses one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, get_args

from gatepost.errors import InputError, UsageError

if TYPE_CHECKING:
    from gatepost.inputs import Inputs
    from gatepost.playbook.outputs import Outputs

__all__ = ["ACTION", "Action", "choose_action", "own_name"]

ACTION = "tc_action"
"""The input that chooses an action (contract/playbooks.md section 7)."""


class Action:
    """One function that a run may call, with what it reads and gives out.

    The models that are not given are those in the annotation of the function's first parameter, ``Runtime[AppendInputs]`` or
    ``Runtime[AppendInputs, AppendOutputs]``, and else the app's own.

    Args:
        name: The value of ``tc_action``; empty for the function that runs without one.
        function: The function.
        inputs: What it reads.
        outputs: What it gives out.
        retry: Whether the platform may run the action again after a failure: False makes each failure (exit code 1) a hard one
            (4); True says that the manifest has to allow it; None leaves it to the manifest.
        scope: Names of the place where it is declared, for annotations that are text.

    Attributes:
        name: The value of ``tc_action``.
        function: The function.
        retry: As above.
    """

    def __init__(
        self,
        name: str,
        function: Callable[[Any], str | Outputs | None],
        *,
        inputs: type[Inputs] | None = None,
        outputs: type[Outputs] | None = None,
        retry: bool | None = None,
        scope: Mapping[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.function = function
        self.retry = retry
        self._inputs = inputs
        self._outputs = outputs
        self._scope = dict(scope or {})
        if scope is not None and inputs is None:
            self._read_early()

    @property
    def inputs(self) -> type[Inputs] | None:
        """What it reads; None for what the app reads.

        Raises:
            UsageError: The annotation of the function names something that is not there.
        """
        return self._inputs if self._inputs is not None else self._annotated[0]

    @property
    def outputs(self) -> type[Outputs] | None:
        """What it gives out; None for what the app gives out. Raises as `inputs`."""
        return self._outputs if self._outputs is not None else self._annotated[1]

    def _read_early(self) -> None:
        """Read the annotation while the names of a surrounding function are there; those of a module may come later."""
        try:
            _ = self._annotated
        except UsageError:
            return
        self._scope = {}

    @cached_property
    def _annotated(self) -> tuple[type[Inputs] | None, type[Outputs] | None]:
        """The models in the annotation of the function's first parameter."""
        function = _innermost(self.function)
        code, annotations = getattr(function, "__code__", None), getattr(function, "__annotations__", {})
        if code is None or not code.co_argcount:
            return None, None
        annotation = annotations.get(code.co_varnames[0])
        if isinstance(annotation, str):
            annotation = self._evaluate(annotation)
        parameters = get_args(annotation)
        return _model(parameters, 0, "Inputs"), _model(parameters, 1, "Outputs")

    def _evaluate(self, annotation: str) -> Any:
        if "[" not in annotation:
            return None
        import gatepost

        # Runtime itself is imported for type checkers alone in many an app.
        known = {
            "Runtime": gatepost.Runtime,
            "gatepost": gatepost,
            "Any": Any,
            **getattr(_innermost(self.function), "__globals__", {}),
        }
        try:
            return eval(annotation, known, self._scope)  # noqa: S307 - the developer's own annotation, as Python evaluates it
        except Exception as error:  # noqa: BLE001 - whatever an expression does
            raise UsageError(
                f"The annotation {annotation} of {own_name(self.function)} cannot be read",
                why=f"{type(error).__name__}: {error}",
                remedy="Import what it names outside of TYPE_CHECKING, or give inputs= to @app.action",
            ) from None


def _innermost(function: Any) -> Any:
    """Return the function that decorators have wrapped: its annotations count, in the names of its own module."""
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def _model(parameters: tuple[Any, ...], position: int, base: str) -> Any:
    """Return a parameter of an annotation if it is a model: a subclass of `Inputs` or of `Outputs`."""
    found = parameters[position] if position < len(parameters) else None
    return found if isinstance(found, type) and any(_is_gateposts(parent, base) for parent in found.__mro__[1:]) else None


def _is_gateposts(kind: type, name: str) -> bool:
    return kind.__name__ == name and kind.__module__.startswith("gatepost.")


def choose_action(actions: Mapping[str, Action], default: Action | None, wanted: str | None) -> Action:
    """Return what a run calls (contract/playbooks.md section 7).

    Args:
        actions: The app's actions by name.
        default: The function that runs without an action.
        wanted: The value of ``tc_action``; None or empty when there is none.

    Returns:
        The action of that name; else the one of the same name in lower case with ``_`` for spaces; without ``tc_action``, or in
        an app without actions, the default.

    Raises:
        InputError: There is no such action, or none was chosen and there is no default.
        UsageError: The app has no function at all.
    """
    if not actions:
        if default is None:
            raise UsageError(
                "The app does nothing yet", remedy="Decorate a function with @app.job, @app.playbook or @app.action(…)"
            )
        return default
    known = f"The app has {', '.join(repr(name) for name in actions)}"
    if not wanted:
        if default is not None:
            return default
        raise InputError(
            f"No action was chosen: {ACTION} is not set",
            why=known,
            remedy=f"Give {ACTION} one of them, or decorate the function that runs without it with @app.playbook",
        )
    if wanted in actions:
        return actions[wanted]
    plain = plain_name(wanted)
    found = next((action for name, action in actions.items() if plain_name(name) == plain), None)
    if found is None:
        raise InputError(f"Action {wanted!r} was not found", why=known, remedy=f"Give {ACTION} one of them")
    return found


def plain_name(name: str) -> str:
    """Return a name as it is compared the second time: in lower case, with ``_`` for spaces."""
    return name.strip().lower().replace(" ", "_")


def own_name(function: Callable[..., object]) -> str:
    """Return the name of a function as a message has it."""
    return getattr(function, "__name__", "a function")


def scope_of(depth: int) -> Mapping[str, Any]:
    """Return the local names of a caller: classes that a function defines beside the action are only there."""
    return sys._getframe(depth + 1).f_locals
