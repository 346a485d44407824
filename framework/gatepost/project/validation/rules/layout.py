"""Rules about ``layout.json`` (contract/install_json.md sections 7 and 12)."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.manifest.documents.document import Document
from gatepost.manifest.documents.places import Place, entries, quoted
from gatepost.manifest.findings import Severity
from gatepost.manifest.params import Param, ParamType, input_name
from gatepost.project.validation.display import Conditions, compared_texts
from gatepost.project.validation.rule import Problem, rule
from gatepost.project.validation.subject import Entry, Subject, text_of

_NEVER = "'hidden' != 'hidden'"
"""How a layout says "never" on purpose."""


@rule("GP701", Severity.ERROR)
def unknown_layout_param(app: Subject) -> Iterator[Problem]:
    """The layout has a param that the manifest does not have."""
    names = {param.name for _, param in app.params}
    for document, place, entry in _parameters(app):
        name = text_of(entry, "name")
        if name and input_name(name) not in names:
            yield Problem(f"the manifest has no param {quoted(name)}", "Correct or remove it", (*place, "name"), document)


@rule("GP702", Severity.ERROR)
def hidden_layout_param(app: Subject) -> Iterator[Problem]:
    """The layout has a param that no form shows.

    Hidden params are never shown, and those with ``serviceConfig`` are asked for on the service.
    """
    params = {param.name: param for _, param in app.params}
    for document, place, entry in _parameters(app):
        param = params.get(input_name(text_of(entry, "name")))
        if param is not None and (param.hidden or param.service_config):
            what = "hidden" if param.hidden else "a serviceConfig"
            yield Problem(f"the param {quoted(param.name)} is {what}", "Remove it from the layout", (*place, "name"), document)


@rule("GP703", Severity.ERROR)
def layout_param_twice(app: Subject) -> Iterator[Problem]:
    """The layout has a param, or an output, more than once."""
    seen: set[str] = set()
    for document, place, entry in _parameters(app):
        name = input_name(text_of(entry, "name"))
        if name and name in seen:
            yield Problem(f"the param {quoted(name)} is in the layout already", "Remove one", (*place, "name"), document)
        seen.add(name)
    outputs: set[str] = set()
    for document, place, entry in _outputs(app):
        name = text_of(entry, "name")
        if name and name in outputs:
            yield Problem(f"the output {quoted(name)} is in the layout already", "Remove one", (*place, "name"), document)
        outputs.add(name)


@rule("GP704", Severity.ERROR)
def param_without_layout(app: Subject) -> Iterator[Problem]:
    """A param of the manifest is not in the layout.

    Nobody is asked for it, then. Every param that is neither hidden nor a ``serviceConfig`` is in the layout exactly once.
    """
    if app.layout is None:
        return
    shown = {input_name(text_of(entry, "name")) for _, _, entry in _parameters(app)}
    for place, param in app.params:
        if param.name not in shown and not param.hidden and not param.service_config:
            yield Problem(f"the param {quoted(param.name)} is not in layout.json", "Add it to one of its pages", (*place, "name"))


@rule("GP705", Severity.ERROR)
def unknown_layout_output(app: Subject) -> Iterator[Problem]:
    """The layout has an output that the manifest does not have."""
    names = {text_of(output, "name") for _, output in app.outputs}
    for document, place, entry in _outputs(app):
        name = text_of(entry, "name")
        if name and name not in names:
            yield Problem(f"the manifest has no output {quoted(name)}", "Correct or remove it", (*place, "name"), document)


@rule("GP706", Severity.ERROR)
def display_syntax(app: Subject) -> Iterator[Problem]:
    """A display condition is no SQL expression over the inputs.

    It is evaluated by SQLite with one column for each input: ``tc_action in ('Append', 'Prepend')``, ``flag = 'true'``. Values
    are texts. Double quotes are dropped before.
    """
    with Conditions([param.name for _, param in app.params]) as conditions:
        for document, place, display in _displays(app):
            wrong = conditions.problem(display)
            if wrong:
                yield Problem(f"this is no condition over the inputs: {wrong}", "Correct the expression", place, document)


@rule("GP707", Severity.WARNING)
def never_displayed(app: Subject) -> Iterator[Problem]:
    """A display condition is never true.

    Judged where all the inputs that it names have a short list of choices, by trying all combinations. ``'hidden' != 'hidden'``
    says never on purpose, and is left alone.
    """
    yield from _always(app, verdict=False)


@rule("GP708", Severity.NOTE)
def always_displayed(app: Subject) -> Iterator[Problem]:
    """A display condition is always true.

    Judged as GP707. It can be left out.
    """
    yield from _always(app, verdict=True)


def _always(app: Subject, *, verdict: bool) -> Iterator[Problem]:
    for document, place, verdicts in app.once(_judged):
        if verdicts != {verdict}:
            continue
        if verdict:
            yield Problem("this condition is true whatever is chosen", "Remove it", place, document)
        else:
            yield Problem("this condition is true for no choice at all", "Check the values that it names", place, document)


def _judged(app: Subject) -> list[tuple[Document, Place, frozenset[bool]]]:
    choices = {param.name: values for _, param in app.params if (values := _values(param))}
    displays = list(_displays(app))
    with Conditions([param.name for _, param in app.params]) as conditions:
        # Each once: many inputs and outputs share the condition of their action.
        different = dict.fromkeys(display for _, _, display in displays)
        verdicts = {display: conditions.verdicts(display, choices) for display in different if not conditions.problem(display)}
    return [(document, place, verdicts[display]) for document, place, display in displays if display in verdicts]


@rule("GP709", Severity.WARNING)
def display_value(app: Subject) -> Iterator[Problem]:
    """A display condition names a value that its input cannot have."""
    params = {param.name: param for _, param in app.params}
    for document, place, display in _displays(app):
        for name, value in dict.fromkeys(compared_texts(display)):
            param = params.get(name.casefold())
            values = _values(param) if param is not None else ()
            if values and value and value not in values:
                yield Problem(
                    f"{quoted(value)} is no value of {quoted(name)}", "Correct it, or add it to the choices", place, document
                )


@rule("GP710", Severity.WARNING)
def layout_page(app: Subject) -> Iterator[Problem]:
    """A page of the layout has a title of the wrong length, the number of another page, or no params.

    Titles have 3 to 100 characters.
    """
    numbers: set[int] = set()
    for document, place, page in _pages(app):
        title = text_of(page, "title")
        if page.get("title") is not None and not 3 <= len(title) <= 100:
            yield Problem(
                f"the title has {len(title)} characters; 3 to 100 are right", "Write another", (*place, "title"), document
            )
        number = page.get("sequence")
        if isinstance(number, int):
            if number in numbers:
                yield Problem(
                    f"another page has the sequence {number}", "Number the pages from 1", (*place, "sequence"), document
                )
            numbers.add(number)
        if page.get("parameters") == []:
            yield Problem("the page has no params", "Add some, or remove the page", (*place, "parameters"), document)


@rule("GP711", Severity.NOTE)
def output_without_layout(app: Subject) -> Iterator[Problem]:
    """An output of the manifest is not in the layout, or has no display condition there.

    One of the vendor's packagers asks for a condition on each output; ``1`` is always true.
    """
    if app.layout is None:
        return
    shown = {text_of(entry, "name") for _, _, entry in _outputs(app)}
    missing = {text_of(output, "name"): place for place, output in app.outputs if text_of(output, "name") not in shown}
    for name, where in missing.items():
        yield Problem(f"the output {quoted(name)} is not in layout.json", "Add it to its outputs", (*where, "name"))
    for document, place, entry in _outputs(app):
        if not entry.get("display"):
            yield Problem(f"the output {quoted(text_of(entry, 'name'))} has no condition", 'Add "display": "1"', place, document)


Found = tuple[Document, "Place", dict[str, object]]


def _pages(app: Subject) -> Iterator[Found]:
    document = app.layout
    if document is not None:
        for place, page in entries(document.data.get("inputs"), ("inputs",)):
            yield document, place, page


def _parameters(app: Subject) -> Iterator[Found]:
    for document, place, page in _pages(app):
        for where, entry in entries(page.get("parameters"), (*place, "parameters")):
            yield document, where, entry


def _outputs(app: Subject) -> Iterator[Found]:
    document = app.layout
    if document is not None:
        listed: Iterator[Entry] = entries(document.data.get("outputs"), ("outputs",))
        for place, entry in listed:
            yield document, place, entry


def _displays(app: Subject) -> Iterator[tuple[Document, Place, str]]:
    """Yield the conditions that are there, and are not the one that says never."""
    for found in (_parameters, _outputs):
        for document, place, entry in found(app):
            display = text_of(entry, "display").strip()
            if display and display != _NEVER:
                yield document, (*place, "display"), display


def _values(param: Param) -> tuple[str, ...]:
    """Return the values that an input may have; empty when they are not few and known."""
    if param.type is ParamType.BOOLEAN:
        return ("true", "false")
    if param.type is ParamType.CHOICE and param.valid_values and not any("${" in value for value in param.valid_values):
        return param.valid_values if param.required or param.default else (*param.valid_values, "")
    return ()
