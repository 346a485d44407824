"""Rules about ``params`` (contract/install_json.md section 2)."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.manifest.documents.places import quoted
from gatepost.manifest.findings import Severity
from gatepost.manifest.params import ParamType
from gatepost.manifest.playbook import DATA_TYPES
from gatepost.project.validation.rule import Problem, rule
from gatepost.project.validation.subject import Subject

_CHOICES = {ParamType.CHOICE, ParamType.MULTI_CHOICE}
_EXPOSED_TYPES = ("Binary", "BinaryArray", "KeyValue", "KeyValueArray", "String", "StringArray", "TCEntity", "TCEntityArray")


@rule("GP311", Severity.ERROR)
def choice_without_choices(app: Subject) -> Iterator[Problem]:
    """A Choice or MultiChoice has no validValues.

    Nobody can choose anything then. Write the choices, or a magic value such as ``${OWNERS}``. An EditChoice may do without: it
    takes free text.
    """
    for place, param in app.params:
        if param.type in _CHOICES and not param.valid_values:
            yield Problem(f"the {param.type.value} {quoted(param.name)} has no validValues", 'Add "validValues"', place)


@rule("GP312", Severity.WARNING)
def encrypted_type(app: Subject) -> Iterator[Problem]:
    """A param is encrypted that is no String.

    Only a String has a password box, and is stored encrypted.
    """
    for place, param in app.params:
        if param.encrypt and param.type is not ParamType.STRING:
            yield Problem(f"{quoted(param.name)} is encrypted, and a {param.type.value}", "Make it a String", (*place, "encrypt"))


@rule("GP313", Severity.ERROR)
def exposed_type(app: Subject) -> Iterator[Problem]:
    """A param has exposePlaybookKeyAs that is no KeyValueList.

    The keys that a person types into a KeyValueList become output variables of this type. Other params have no keys.
    """
    for place, param in app.params:
        if param.expose_playbook_key_as and param.type is not ParamType.KEY_VALUE_LIST:
            yield Problem(
                f"{quoted(param.name)} has exposePlaybookKeyAs and is a {param.type.value}",
                "Make it a KeyValueList, or remove exposePlaybookKeyAs",
                (*place, "exposePlaybookKeyAs"),
            )


@rule("GP314", Severity.WARNING)
def exposed_as(app: Subject) -> Iterator[Problem]:
    """The value of exposePlaybookKeyAs is no type that a key can have.

    Binary, KeyValue, String and TCEntity are, and the array of each.
    """
    for place, param in app.params:
        if param.expose_playbook_key_as and param.expose_playbook_key_as not in _EXPOSED_TYPES:
            yield Problem(
                f"{quoted(param.expose_playbook_key_as)} is no type that a key can have",
                f"Write one of {', '.join(_EXPOSED_TYPES)}",
                (*place, "exposePlaybookKeyAs"),
            )


@rule("GP315", Severity.WARNING)
def data_type_spelling(app: Subject) -> Iterator[Problem]:
    """A playbookDataType is a known type in another spelling.

    It would be taken for a type of the app's own, and no output of another app fits it. Types that are unknown in any spelling
    are custom types, and fine.
    """
    known = {name.casefold(): name for name in DATA_TYPES}
    for place, param in app.params:
        for index, name in enumerate(param.playbook_data_type):
            right = known.get(name.casefold())
            if right is not None and right != name:
                yield Problem(f"{quoted(name)} is written {right!r}", f"Write {right!r}", (*place, "playbookDataType", index))


@rule("GP316", Severity.NOTE)
def data_type_missing(app: Subject) -> Iterator[Problem]:
    """A String of a playbook app has no playbookDataType.

    Without it the designer offers no variables for the input. The vendor's packager adds ``["String"]``; ``gatepost
    package`` leaves params as they are written.
    """
    for place, param in app.params:
        if app.is_playbook and param.type is ParamType.STRING and not param.playbook_data_type and not param.hidden:
            yield Problem(
                f"{quoted(param.name)} takes no variables, since it has no playbookDataType",
                'Add "playbookDataType": ["String"]',
                place,
            )


@rule("GP317", Severity.NOTE)
def data_type_without_playbook(app: Subject) -> Iterator[Problem]:
    """A param has a playbookDataType, and the app takes no variables of playbooks."""
    for place, param in app.params:
        if param.playbook_data_type and not app.has_outputs:
            yield Problem(
                f"an app of the level {app.level.value} gets no variables of playbooks",
                "Remove playbookDataType",
                (*place, "playbookDataType"),
                of_key=True,
            )


@rule("GP321", Severity.NOTE)
def several_values(app: Subject) -> Iterator[Problem]:
    """A param has allowMultiple, and its type holds no several values.

    ``allowMultiple`` is for a String (several texts, joined by ``listDelimiter``); a MultiChoice has it anyway. A Choice with
    it is in doubt: make it a MultiChoice.
    """
    for place, param in app.params:
        if param.allow_multiple and param.type in {ParamType.BOOLEAN, ParamType.CHOICE, ParamType.KEY_VALUE_LIST}:
            yield Problem(
                f"a {param.type.value} does not hold several values by allowMultiple",
                "Make it a MultiChoice" if param.type is ParamType.CHOICE else "Remove allowMultiple",
                (*place, "allowMultiple"),
            )


@rule("GP325", Severity.WARNING)
def rows(app: Subject) -> Iterator[Problem]:
    """A param has fewer than one viewRows.

    More than one makes its box a text area.
    """
    for place, param in app.params:
        if param.view_rows < 1:
            yield Problem(f"{param.view_rows} rows are no box", "Write 1 or more", (*place, "viewRows"))


@rule("GP326", Severity.WARNING)
def hidden_and_required(app: Subject) -> Iterator[Problem]:
    """A param is hidden and required, and has no default.

    Nobody can fill it in, and so the form can never be saved. Hidden params keep values from run to run, by ``results.tc``: there
    is none before the first run.
    """
    for place, param in app.params:
        if param.hidden and param.required and param.default in (None, ""):
            yield Problem(
                f"{quoted(param.name)} is required, and hidden: nobody can fill it in", "Remove required, or add a default", place
            )


@rule("GP327", Severity.NOTE)
def service_param(app: Subject) -> Iterator[Problem]:
    """A param is a serviceConfig, and the app is no service.

    Such params are set on the service and not on each trigger.
    """
    for place, param in app.params:
        if param.service_config and not app.level.is_service:
            yield Problem(
                f"an app of the level {app.level.value} is no service",
                "Remove serviceConfig",
                (*place, "serviceConfig"),
                of_key=True,
            )


@rule("GP328", Severity.NOTE)
def deployer_param(app: Subject) -> Iterator[Problem]:
    """A param is for the feed deployer, and the app brings no feeds."""
    for place, param in app.params:
        if param.feed_deployer and not app.manifest.feeds:
            yield Problem("the app brings no feeds to deploy", "Remove feedDeployer", (*place, "feedDeployer"), of_key=True)
