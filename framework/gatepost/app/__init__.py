"""What a developer declares, and the runners of each kind of app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.exports import lazy_exports

if TYPE_CHECKING:
    from gatepost.app.actions import Action as Action
    from gatepost.app.advanced_request import AdvancedRequest as AdvancedRequest
    from gatepost.app.advanced_request_inputs import AdvancedRequestInputs as AdvancedRequestInputs
    from gatepost.app.app import App as App
    from gatepost.app.decorators import benchmark as benchmark
    from gatepost.app.decorators import debug as debug
    from gatepost.app.decorators import each as each
    from gatepost.app.decorators import fail_on as fail_on
    from gatepost.app.decorators import fail_on_output as fail_on_output
    from gatepost.app.decorators import on_exception as on_exception
    from gatepost.app.result import Result as Result

__all__ = [
    "Action",
    "AdvancedRequest",
    "AdvancedRequestInputs",
    "App",
    "Result",
    "benchmark",
    "debug",
    "each",
    "fail_on",
    "fail_on_output",
    "on_exception",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    {
        "actions": ("Action",),
        "advanced_request": ("AdvancedRequest",),
        "advanced_request_inputs": ("AdvancedRequestInputs",),
        "app": ("App",),
        "decorators": ("benchmark", "debug", "each", "fail_on", "fail_on_output", "on_exception"),
        "result": ("Result",),
    },
)
