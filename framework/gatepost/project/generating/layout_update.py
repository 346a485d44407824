"""Brings ``layout.json`` up to date: which params the form shows for which actions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gatepost.errors import ManifestError
from gatepost.manifest.app_spec.advanced_request import advanced_request_params
from gatepost.manifest.documents.document import parse_document
from gatepost.manifest.documents.places import quoted
from gatepost.project.generating.by_action import ACTION, Shown, action_names, shown_for
from gatepost.project.generating.python_types import STEPS
from gatepost.project.generating.recording import RecordedEdit
from gatepost.project.generating.wanted import WantedParam, wanted_outputs
from gatepost.project.validation.display import Conditions
from gatepost.project.validation.subject import entries, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gatepost.manifest.documents.document import Document
    from gatepost.manifest.documents.places import Place
    from gatepost.manifest.models import Manifest
    from gatepost.project.app_code import AppCode

__all__ = ["update_layout"]

_ALWAYS = "1"
_ADVANCED = {param.name: param.display for param in advanced_request_params()}


def update_layout(
    manifest: Manifest, layout: Document | None, code: AppCode, wanted: tuple[WantedParam, ...], folder: Path
) -> RecordedEdit | None:
    """Return the changes to a layout; None for an app that has none and needs none.

    Args:
        manifest: The manifest as it will be.
        layout: The layout as it is; None makes one where an action has a param or an output of its own.
        code: What the code declares.
        wanted: The params that it reads.
        folder: Where the layout is, or will be.
    """
    readers = {each.name: each.actions for each in wanted if each.actions is not None}
    givers = {variable.name: actions for variable, actions in wanted_outputs(code) if actions is not None}
    if layout is None:
        has_own = bool(readers or givers) and manifest.param(ACTION) is not None
        if manifest.runtime_level not in STEPS or not has_own:
            return None
        empty = '{\n  "inputs": [],\n  "outputs": []\n}\n'
        edit = RecordedEdit(parse_document(folder / "layout.json", empty), "layout.json")
        edit.set(("inputs",), [_page("Action", 1, [{"name": ACTION}])], "a page for the action")
        layout = edit.document()
    else:
        edit = RecordedEdit(layout, "layout.json")
    if manifest.runtime_level in STEPS:
        _check_lists(layout)
        _update_params(manifest, layout, code, wanted, edit)
        _update_outputs(manifest, layout, code, edit)
    return edit


def _check_lists(layout: Document) -> None:
    """Refuse a layout in which something else stands where a list is to be: it may mean something, and nothing can be added."""
    pages = layout.data.get("inputs")
    lists: list[tuple[Place, object]] = [(("inputs",), pages), (("outputs",), layout.data.get("outputs"))]
    for number, page in enumerate(pages if isinstance(pages, list) else ()):
        if isinstance(page, dict):
            lists.append((("inputs", number, "parameters"), page.get("parameters")))
    for place, value in lists:
        if value is not None and not isinstance(value, list):
            line, column = layout.position(place)
            what = f"{layout.path}, line {line}, column {column}: {place[-1]} is no list"
            raise ManifestError(what, remedy="Correct it", path=str(layout.path), line=line, column=column)


def _page(title: str, sequence: int, parameters: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": title, "sequence": sequence, "parameters": parameters}


def _update_params(
    manifest: Manifest, layout: Document, code: AppCode, wanted: tuple[WantedParam, ...], edit: RecordedEdit
) -> None:
    shown = {param.name: param.written_name for param in manifest.params if not param.hidden and not param.service_config}
    present = list(_parameters(layout))
    of_code = {each.name: each for each in wanted}
    names = {manifest_name(manifest, text_of(item, "name")) for _, item in present}
    if code.actions:
        displays = {text_of(item, "name"): text_of(item, "display") for _, item in present}
        can = shown_for(manifest, {name: [display] for name, display in displays.items()})
        for place, item in present:
            each = of_code.get(manifest_name(manifest, text_of(item, "name")))
            if each is not None:
                _update_display(manifest, place, item, can[text_of(item, "name")], each, edit=edit)
    missing = [name for name in shown if name not in names]
    if missing:
        entries_of_form = [_entry(shown[name], name, of_code) for name in missing]
        pages = list(entries(layout.data.get("inputs"), ("inputs",)))
        own = [page for page in pages if not any(text_of(item, "name") == ACTION for _, item in _of_page(*page))]
        if own:
            place, page = own[-1]
            listed = page.get("parameters")
            if listed is None:
                edit.set((*place, "parameters"), [], "a list of params added")
            at = len(listed) if isinstance(listed, list) else 0
            for number, entry in enumerate(entries_of_form):
                edit.insert((*place, "parameters"), at + number, entry, f"{quoted(entry['name'])} is shown")
        else:
            if layout.data.get("inputs") is None:
                edit.set(("inputs",), [], "a list of pages added")
            edit.insert(("inputs",), len(pages), _page("Configure", len(pages) + 1, entries_of_form), "a page for what is new")
    for place, item in reversed(present):
        name = text_of(item, "name")
        if manifest.param(name) is None:
            edit.remove(place, f"{quoted(name)} is no param any more")


def manifest_name(manifest: Manifest, written: str) -> str:
    """Return the name of the input that an entry of a layout means; empty when there is no such param."""
    param = manifest.param(written)
    return param.name if param is not None else ""


def _entry(written: str, name: str, of_code: Mapping[str, WantedParam]) -> dict[str, Any]:
    actions = of_code[name].actions if name in of_code else None
    display = _expression(actions) if actions is not None else _ADVANCED.get(name, "")
    return {"name": written, **({"display": display} if display else {})}


def _update_display(
    manifest: Manifest, place: Place, item: dict[str, object], can: Shown, wanted: WantedParam, *, edit: RecordedEdit
) -> None:
    every = action_names(manifest)
    shown = can.actions if can.actions is not None else every
    readers = wanted.actions if wanted.actions is not None else every
    target = tuple(action for action in every if action in readers and (wanted.needed or action in shown))
    if not target or target == tuple(shown):
        return
    display = text_of(item, "display")
    if display.strip() and not _is_of_action(manifest, display):
        if not set(target) <= set(shown):
            edit.leave(place, f"{quoted(wanted.name)} is not shown for each action that needs it")
        return
    if target == every:
        edit.remove((*place, "display"), f"{quoted(wanted.name)} is shown for all actions")
    else:
        edit.set((*place, "display"), _expression(target), f"{quoted(wanted.name)} is shown for the actions that read it")


def _update_outputs(manifest: Manifest, layout: Document, code: AppCode, edit: RecordedEdit) -> None:
    givers = {variable.name: actions for variable, actions in wanted_outputs(code)}
    present = list(entries(layout.data.get("outputs"), ("outputs",)))
    known = {text_of(item, "name") for _, item in present}
    if not present and all(actions is None for actions in givers.values()):
        return
    declared = {output.name for output in (manifest.playbook.output_variables if manifest.playbook else ())}
    if layout.data.get("outputs") is None:
        edit.set(("outputs",), [], "a list of outputs added")
    count = len(present)
    for name, actions in givers.items():
        if name in declared and name not in known:
            display = _expression(actions) if actions is not None else _ALWAYS
            edit.insert(("outputs",), count, {"name": name, "display": display}, f"{quoted(name)} is offered")
            count += 1
    for place, item in reversed(present):
        if text_of(item, "name") not in declared:
            edit.remove(place, f"{quoted(text_of(item, 'name'))} is no output any more")


def _parameters(layout: Document) -> Iterator[tuple[Place, dict[str, object]]]:
    for place, page in entries(layout.data.get("inputs"), ("inputs",)):
        yield from _of_page(place, page)


def _of_page(place: Place, page: dict[str, object]) -> Iterator[tuple[Place, dict[str, object]]]:
    for where, item in entries(page.get("parameters"), (*place, "parameters")):
        if text_of(item, "name"):
            yield where, item


def _is_of_action(manifest: Manifest, display: str) -> bool:
    """Whether a condition reads nothing but ``tc_action``."""
    with Conditions([param.name for param in manifest.params]) as conditions:
        return not conditions.problem(display) and conditions.named(display) == (ACTION,)


def _expression(actions: tuple[str, ...]) -> str:
    texts = ", ".join("'{}'".format(action.replace("'", "''")) for action in actions)
    return f"{ACTION} in ({texts})"
