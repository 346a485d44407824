"""Rules about the ``playbook`` part: outputs, retry, advanced request (contract/install_json.md section 4)."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.manifest.documents.places import quoted
from gatepost.manifest.findings import Severity
from gatepost.manifest.models import RuntimeLevel
from gatepost.project.validation.rule import Problem, rule
from gatepost.project.validation.subject import Subject


@rule("GP505", Severity.ERROR)
def playbook_missing(app: Subject) -> Iterator[Problem]:
    """A playbook app has no playbook part.

    It says where the designer lists the app, and what it gives out.
    """
    if app.is_playbook and app.manifest.playbook is None:
        yield Problem("a playbook app needs a playbook part", 'Add "playbook": {"type": "…", "outputVariables": []}')


@rule("GP506", Severity.WARNING)
def playbook_type(app: Subject) -> Iterator[Problem]:
    """The playbook part has no type.

    The type is the category under which the designer lists the app.
    """
    playbook = app.manifest.playbook
    if playbook is not None and app.is_playbook and not playbook.type.strip():
        yield Problem("the playbook part has no type", "Name a category, Utility for example", ("playbook",))


@rule("GP507", Severity.ERROR)
def request_prefix(app: Subject) -> Iterator[Problem]:
    """An advanced request has no outputPrefix.

    The feature ``advancedRequest`` gives out what the server answered as ``<prefix>.request.content`` and so on.
    """
    playbook = app.manifest.playbook
    if app.manifest.has_feature("advancedRequest") and (playbook is None or not playbook.output_prefix):
        place = ("playbook",) if playbook is not None else ("features",)
        yield Problem("the feature advancedRequest needs playbook.outputPrefix", "Write the prefix of the outputs", place)


@rule("GP508", Severity.WARNING)
def request_outputs(app: Subject) -> Iterator[Problem]:
    """An advanced request lacks some of its outputs.

    They are ``content``, ``content.binary`` (Binary), ``headers``, ``ok``, ``reason``, ``status_code`` and ``url``, each after
    ``<prefix>.request.``.
    """
    playbook = app.manifest.playbook
    if not app.manifest.has_feature("advancedRequest") or playbook is None or not playbook.output_prefix:
        return
    declared = {(output.name, output.type) for output in playbook.output_variables}
    from gatepost.manifest.app_spec.advanced_request import advanced_request_outputs

    wanted = {(output.name, output.type) for output in advanced_request_outputs(playbook.output_prefix).output_variables}
    missing = sorted(name for name, _ in wanted - declared)
    if missing:
        yield Problem(f"the advanced request lacks the outputs {', '.join(missing)}", "Add them", ("playbook", "outputVariables"))


@rule("GP509", Severity.WARNING)
def request_inputs(app: Subject) -> Iterator[Problem]:
    """An advanced request lacks some of its inputs.

    They are ``tc_adv_req_path``, ``…_http_method``, ``…_params``, ``…_exclude_null_params``, ``…_headers``, ``…_body``,
    ``…_urlencode_body`` and ``…_fail_on_error``.
    """
    if not app.manifest.has_feature("advancedRequest"):
        return
    from gatepost.manifest.app_spec.advanced_request import advanced_request_params

    missing = [param.name for param in advanced_request_params() if app.manifest.param(param.name) is None]
    if missing:
        yield Problem(f"the advanced request lacks the inputs {', '.join(missing)}", "Add them", ("params",))


@rule("GP510", Severity.WARNING)
def output_of_any_type(app: Subject) -> Iterator[Problem]:
    """An output variable is of the type Any.

    ``Any`` is for inputs: it says which variables an input takes.
    """
    for place, output in app.outputs:
        if output.get("type") == "Any":
            yield Problem(f"the output {quoted(str(output['name']))} is of the type Any", "Write its type", (*place, "type"))


@rule("GP511", Severity.WARNING)
def retry_actions(app: Subject) -> Iterator[Problem]:
    """An action that may be repeated is none of the app's.

    ``retry.actions`` holds values of the param ``tc_action``; an empty list means all.
    """
    retry = app.manifest.playbook.retry if app.manifest.playbook else None
    choices = app.action_choices()
    if retry is None or not retry.actions:
        return
    if app.manifest.param("tc_action") is None:
        yield Problem("retry names actions, and the app has no param tc_action", "Remove them", ("playbook", "retry", "actions"))
        return
    for index, action in enumerate(retry.actions):
        if choices is not None and action not in choices:
            yield Problem(
                f"{quoted(action)} is no action of the app",
                f"Write one of {', '.join(choices)}"[:200],
                ("playbook", "retry", "actions", index),
            )


@rule("GP512", Severity.NOTE)
def playbook_part_without_use(app: Subject) -> Iterator[Problem]:
    """The app has a playbook part, and is neither playbook app nor trigger.

    ``outputVariables`` and ``retry`` have no effect then.
    """
    playbook = app.manifest.playbook
    if playbook is None or app.has_outputs or app.level is RuntimeLevel.PLAYBOOK_OPERATOR:
        return
    if playbook.output_variables or playbook.retry is not None:
        yield Problem(
            f"an app of the level {app.level.value} has no outputs and retries", "Remove them", ("playbook",), of_key=True
        )


@rule("GP513", Severity.WARNING)
def retry_numbers(app: Subject) -> Iterator[Problem]:
    """A number of retry is negative."""
    retry = app.manifest.playbook.retry if app.manifest.playbook else None
    if retry is None:
        return
    for key, number in (("defaultDelayMinutes", retry.default_delay_minutes), ("defaultMaxRetries", retry.default_max_retries)):
        if number is not None and number < 0:
            yield Problem(f"{key} is negative", "Write 0 or more", ("playbook", "retry", key))
