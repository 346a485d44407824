"""From collected values to the app's own model: files, variables of the platform and of playbooks, types, problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatepost.inputs.coercion import coerce

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.app.playbook import PlaybookStep
    from gatepost.inputs.model import Inputs
    from gatepost.inputs.resolving import Resolver
    from gatepost.inputs.values import Problem, Value
    from gatepost.manifest import Manifest
    from gatepost.runtime.runtime import Runtime

__all__ = ["read_inputs"]


def read_inputs(
    model: type[Inputs],
    runtime: Runtime[Any],
    resolver: Resolver,
    *,
    step: PlaybookStep | None = None,
    manifest: Manifest | None = None,
) -> Inputs:
    """Make the model of what was collected. Only what it reads is fetched.

    The order is one of trust: names of files as the platform gave them, then its variables, then values of the playbook, which
    may hold anything. What one of them brings is never read as the name of another that comes before it.

    Args:
        model: The app's inputs.
        runtime: The run.
        resolver: Fetches variables of the platform.
        step: The step of a playbook; None for other apps.
        manifest: The app's manifest, if it has one.

    Raises:
        InvalidInputs: All that is wrong with the inputs.
    """
    from gatepost.inputs.model import build, input_names
    from gatepost.runtime.platform import fetch_choices

    collected = runtime.collected
    wanted = input_names(model)
    values: Mapping[str, Value] = {name: value for name, value in collected.best.items() if name in wanted}
    problems: list[Problem] = []
    if runtime.options.in_path is not None:
        from gatepost.inputs.in_files import read_in_files
        from gatepost.inputs.model import bytes_names

        values, found = read_in_files(values, bytes_names(model), runtime.options.in_path)
        problems += found
    values, found = resolver.resolve(values, manifest)
    problems += found
    if step is not None:
        values, found = step.read(values)
        problems += found
    values, found = coerce(values, manifest)
    problems += found
    return build(
        model,
        values,
        manifest=manifest,
        problems=problems,
        findings=collected.findings,
        expand=lambda magic: fetch_choices(runtime.framework_session, magic),
    )
