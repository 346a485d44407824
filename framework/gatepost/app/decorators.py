"""What many actions share: failing on a value or an exception, going over an input, measuring and logging calls.

Decorators find the run in the first argument that is a `Runtime`, which every function with ``@app.action`` has; functions that
an app calls by itself get it passed, where ``enabled`` names an input.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from gatepost.errors import AppExit, AppFailure, UsageError

if TYPE_CHECKING:
    from gatepost.runtime import Runtime

__all__ = ["benchmark", "debug", "each", "fail_on", "fail_on_output", "on_exception"]

Arguments = ParamSpec("Arguments")
Returned = TypeVar("Returned")
Item = TypeVar("Item")


def fail_on(value: object, *refused: object, message: str, retry: bool = True) -> None:
    """Fail the run if a value, or one of its items if it is a list, is among those that are refused.

    Args:
        value: The value.
        *refused: What is refused. ``False`` and ``0`` are not the same here, as are ``True`` and ``1``.
        message: The run's message.
        retry: As for `AppFailure`.

    Raises:
        AppFailure: It is refused.
    """
    listed = value if isinstance(value, (list, tuple)) else ()
    if any(_same(one, other) for one in (value, *listed) for other in refused):
        raise AppFailure(message, retry=retry)


def each(value: Item | Iterable[Item] | None) -> Iterator[Item]:
    """Yield the items of an input that may be one value, a list or nothing, as a playbook hands it over.

    Args:
        value: None yields nothing; text, bytes and an object are one item.
    """
    if value is None:
        return
    if isinstance(value, (str, bytes, bytearray, Mapping)) or hasattr(value, "model_dump") or not isinstance(value, Iterable):
        yield value  # type: ignore[misc]  # one item: what is iterable is below
        return
    yield from value


def fail_on_output(
    *refused: object, message: str = "Method returned invalid output.", enabled: bool | str = True, retry: bool = True
) -> Callable[[Callable[Arguments, Returned]], Callable[Arguments, Returned]]:
    """Fail the run if the function returns what is refused, or a list with it; a decorator.

    What the app has given out until then is written.

    Args:
        *refused: As for `fail_on`.
        message: The run's message.
        enabled: Whether to fail; or the name of a Boolean input that says so: ``enabled="fail_on_no_results"``.
        retry: As for `AppFailure`.

    Raises:
        UsageError: The decorated function is called with no `Runtime` to ask for the input, or the input is no Boolean.
    """

    def decorate(function: Callable[Arguments, Returned]) -> Callable[Arguments, Returned]:
        @functools.wraps(function)
        def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned:
            fails = _is_enabled(enabled, function, args, kwargs)
            returned = function(*args, **kwargs)
            if fails:
                fail_on(returned, *refused, message=message, retry=retry)
            return returned

        return call

    return decorate


def on_exception(
    message: str = "An exception has been caught. See the logs for more details.",
    *,
    enabled: bool | str = True,
    retry: bool = True,
) -> Callable[[Callable[Arguments, Returned]], Callable[Arguments, Returned | None]]:
    """Fail the run with a message if the function raises; a decorator. The exception is logged.

    `AppFailure` and what else ends a run on purpose is let through.

    Args:
        message: The run's message.
        enabled: Whether to fail; or the name of a Boolean input that says so. Otherwise the function returns None.
        retry: As for `AppFailure`.

    Raises:
        UsageError: As for `fail_on_output`.
    """

    def decorate(function: Callable[Arguments, Returned]) -> Callable[Arguments, Returned | None]:
        @functools.wraps(function)
        def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned | None:
            fails = _is_enabled(enabled, function, args, kwargs)
            try:
                return function(*args, **kwargs)
            except AppExit:
                raise
            except Exception as error:
                _say("error", "the call failed", function, args, kwargs, error, called=function.__name__)
                if fails:
                    raise AppFailure(message, retry=retry) from error
                return None

        return call

    return decorate


def benchmark(
    at_least: float = 0.0,
) -> Callable[[Callable[Arguments, Returned]], Callable[Arguments, Returned]]:
    """Log at level debug how long calls of the function take; a decorator.

    Args:
        at_least: Seconds; shorter calls are not logged.
    """

    def decorate(function: Callable[Arguments, Returned]) -> Callable[Arguments, Returned]:
        @functools.wraps(function)
        def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned:
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                seconds = time.perf_counter() - start
                if seconds >= at_least:
                    _say("debug", "benchmark", function, args, kwargs, called=function.__name__, seconds=round(seconds, 6))

        return call

    return decorate


def debug(function: Callable[Arguments, Returned]) -> Callable[Arguments, Returned]:
    """Log at level debug the arguments and the result of each call of the function; a decorator, without parentheses.

    Secrets in them are not shown, as in every event of the log.
    """

    @functools.wraps(function)
    def call(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Returned:
        returned = function(*args, **kwargs)
        shown = [repr(value) for value in args if not _is_runtime(value)]
        shown += [f"{name}={value!r}" for name, value in kwargs.items() if not _is_runtime(value)]
        values: dict[str, Any] = {"called": function.__name__, "arguments": ", ".join(shown), "returned": repr(returned)}
        _say("debug", "call", function, args, kwargs, **values)
        return returned

    return call


def _same(one: object, other: object) -> bool:
    if one is other:
        return True
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _is_runtime(value: object) -> bool:
    from gatepost.runtime.runtime import Runtime

    return isinstance(value, Runtime)


def _runtime(args: Iterable[object], kwargs: Mapping[str, object]) -> Runtime[Any] | None:
    found: Runtime[Any] | None = next((value for value in (*args, *kwargs.values()) if _is_runtime(value)), None)  # type: ignore[assignment]
    return found


def _say(  # noqa: PLR0917 - those of the call, passed on
    level: str,
    event: str,
    function: Callable[..., object],
    args: Iterable[object],
    kwargs: Mapping[str, object],
    error: Exception | None = None,
    **values: object,
) -> None:
    """Log an event: in the run's log, or by ``logging``, which a run takes over, where nobody passed the run along."""
    runtime = _runtime(args, kwargs)
    if runtime is not None:
        more: dict[str, Any] = {} if error is None else {"exc_info": error}
        getattr(runtime.log, level)(event, **values, **more)
        return
    import logging

    text = " ".join([event, *(f"{name}={value}" for name, value in values.items())])
    logging.getLogger(function.__module__).log(getattr(logging, level.upper()), "%s", text, exc_info=error)


def _is_enabled(
    enabled: bool | str, function: Callable[..., object], args: Iterable[object], kwargs: Mapping[str, object]
) -> bool:
    if isinstance(enabled, bool):
        return enabled
    runtime = _runtime(args, kwargs)
    if runtime is None:
        raise UsageError(
            f"{function.__name__} cannot know whether {enabled} is set",
            why="None of its arguments is the Runtime",
            remedy="Pass it the runtime, or give True or False",
        )
    found = getattr(runtime.inputs, enabled, None)
    if not isinstance(found, bool):
        raise UsageError(
            f"The input {enabled} does not say whether {function.__name__} fails",
            why="It is no Boolean" if hasattr(runtime.inputs, enabled) else "The inputs have no such field",
            remedy=f"Write {enabled}: bool = True among the inputs",
        )
    return found
