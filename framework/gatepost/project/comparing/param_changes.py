"""Kinds of changes of params (contract/install_json.md section 2)."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.manifest.documents.places import quoted
from gatepost.manifest.models import Manifest
from gatepost.manifest.params import Param, ParamType
from gatepost.project.comparing.kinds import Impact, kind

_WIDER = {
    ParamType.CHOICE: {ParamType.EDIT_CHOICE, ParamType.STRING, ParamType.STRING_MIXED},
    ParamType.EDIT_CHOICE: {ParamType.STRING, ParamType.STRING_MIXED},
    ParamType.STRING: {ParamType.STRING_MIXED},
}
"""Types that take every value of another one in the same form."""
_CHOICES = {ParamType.CHOICE, ParamType.MULTI_CHOICE}


def pairs(old: Manifest, new: Manifest) -> Iterator[tuple[Param, Param]]:
    """Yield the params that both have."""
    after = {param.name: param for param in new.params}
    for param in {param.name: param for param in old.params}.values():
        if param.name in after:
            yield param, after[param.name]


def _only(these: Manifest, those: Manifest) -> dict[str, Param]:
    there = {param.name for param in those.params}
    return {param.name: param for param in these.params if param.name not in there}


def _renamed(old: Manifest, new: Manifest) -> dict[str, str]:
    """Return the params that most likely have another name by now: the only one gone and the only one new of a label and type."""
    gone, came = _only(old, new), _only(new, old)
    names = {}
    for param in gone.values():
        before = [other.name for other in gone.values() if _same(other, param)]
        after = [other.name for other in came.values() if _same(other, param)]
        if param.label and len(before) == len(after) == 1:
            names[param.name] = after[0]
    return names


def _same(one: Param, other: Param) -> bool:
    return (one.label.casefold(), one.type) == (other.label.casefold(), other.type)


def _is_empty(param: Param) -> bool:
    return param.default in (None, "") and param.type is not ParamType.BOOLEAN


@kind(Impact.MAJOR)
def param_removed(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param is gone.

    What jobs and playbooks have set for it is lost.
    """
    renamed = _renamed(old, new)
    yield from (f"the param {quoted(name)} is gone" for name in _only(old, new) if name not in renamed)


@kind(Impact.MAJOR)
def param_renamed(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param has another name.

    For the platform it is a new one: what jobs and playbooks have set for the old one is lost.
    """
    yield from (f"the param {quoted(name)} is called {quoted(other)} now" for name, other in _renamed(old, new).items())


@kind(Impact.MAJOR)
def param_added_required(old: Manifest, new: Manifest) -> Iterator[str]:
    """There is a new param that somebody has to fill in.

    Jobs and playbooks that exist have no value for it.
    """
    renamed = set(_renamed(old, new).values())
    for name, param in _only(new, old).items():
        if param.required and _is_empty(param) and not param.hidden and name not in renamed:
            yield f"the new param {quoted(name)} is required and has no default"


@kind(Impact.MINOR)
def param_added(old: Manifest, new: Manifest) -> Iterator[str]:
    """There is a new param that nobody has to fill in.

    What exists goes on without it.
    """
    renamed = set(_renamed(old, new).values())
    for name, param in _only(new, old).items():
        if (not param.required or not _is_empty(param) or param.hidden) and name not in renamed:
            yield f"there is a new param {quoted(name)}"


@kind(Impact.MAJOR)
def param_retyped(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param has another type.

    Values that are stored have the form of the old one.
    """
    for before, after in pairs(old, new):
        if before.type is not after.type and after.type not in _WIDER.get(before.type, set()):
            yield f"the param {quoted(before.name)} was a {before.type} and is a {after.type}"


@kind(Impact.MINOR)
def param_type_widened(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param has another type that takes all values of the old one.

    A choice is also a text.
    """
    for before, after in pairs(old, new):
        if before.type is not after.type and after.type in _WIDER.get(before.type, set()):
            yield f"the param {quoted(before.name)} was a {before.type} and is a {after.type}"


@kind(Impact.MAJOR)
def param_now_required(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param is required by now and has no default.

    Jobs and playbooks that left it empty cannot be saved or run as they are.
    """
    for before, after in pairs(old, new):
        if after.required and not before.required and _is_empty(after) and not after.hidden:
            yield f"the param {quoted(after.name)} is required now"


@kind(Impact.MINOR)
def param_requirement_changed(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param is no longer required, or is required and has a default.

    Every value that was good is good.
    """
    for before, after in pairs(old, new):
        if before.required and not after.required:
            yield f"the param {quoted(after.name)} is no longer required"
        elif after.required and not before.required and (after.hidden or not _is_empty(after)):
            yield f"the param {quoted(after.name)} is required now, and has a default"


@kind(Impact.MINOR)
def param_default_changed(old: Manifest, new: Manifest) -> Iterator[str]:
    """The default of a param is another one.

    What exists keeps what was saved; what is new begins otherwise.
    """
    for before, after in pairs(old, new):
        if before.default != after.default:
            yield f"the param {quoted(after.name)} has another default"


@kind(Impact.MAJOR)
def choice_removed(old: Manifest, new: Manifest) -> Iterator[str]:
    """A choice is gone.

    Who has chosen it has a value that is refused. For tc_action it is an action of the app.
    """
    for before, after in pairs(old, new):
        gone = [value for value in before.valid_values if value not in after.valid_values and not _is_stored(value)]
        if before.type in _CHOICES and after.type in _CHOICES and gone:
            yield f"{quoted(after.name)} no longer offers {', '.join(map(quoted, gone))}"


@kind(Impact.MINOR)
def choices_changed(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param offers other values, and refuses none that it took.

    Values that are stored are still good.
    """
    for before, after in pairs(old, new):
        strict = before.type in _CHOICES and after.type in _CHOICES
        gone = [value for value in before.valid_values if value not in after.valid_values and (not strict or _is_stored(value))]
        came = [value for value in after.valid_values if value not in before.valid_values]
        if gone or came:
            parts = [("no longer offers", gone), ("also offers", came)]
            said = " and ".join(f"{verb} {', '.join(map(quoted, values))}" for verb, values in parts if values)
            yield f"{quoted(after.name)} {said}"


def _is_stored(value: str) -> bool:
    """Whether a value offers what somebody stored, which is a convenience: the text that it leads to may be typed, too."""
    return value.startswith("${") and value.rstrip("}").rpartition(":")[2].lstrip("${") in {"TEXT", "KEYCHAIN", "FILE"}


@kind(Impact.MAJOR)
def param_encryption_changed(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param is encrypted now, or no longer is.

    Stored values are not where the platform looks for them, or are shown to whoever sees the form.
    """
    for before, after in pairs(old, new):
        if before.encrypt is not after.encrypt:
            yield f"the param {quoted(after.name)} is {'encrypted now' if after.encrypt else 'no longer encrypted'}"


@kind(Impact.MAJOR)
def param_takes_one_value(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param takes only one value by now.

    Several values that are stored become one text.
    """
    for before, after in pairs(old, new):
        if before.is_list and not after.is_list and before.type is after.type:
            yield f"the param {quoted(after.name)} takes only one value"


@kind(Impact.MINOR)
def param_takes_several_values(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param takes several values by now.

    One value is also a list.
    """
    for before, after in pairs(old, new):
        if after.is_list and not before.is_list and before.type is after.type:
            yield f"the param {quoted(after.name)} takes several values"


def _types(param: Param) -> frozenset[str]:
    return frozenset(param.playbook_data_type or ("String",))


@kind(Impact.MAJOR)
def variable_type_refused(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param no longer takes variables of a type.

    Playbooks that give it one cannot be activated.
    """
    for before, after in pairs(old, new):
        gone = () if "Any" in _types(after) else sorted(_types(before) - _types(after))
        if gone:
            yield f"the param {quoted(after.name)} no longer takes {', '.join(gone)}"


@kind(Impact.MINOR)
def variable_type_added(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param takes variables of another type, too.

    What was connected stays connected.
    """
    for before, after in pairs(old, new):
        came = () if "Any" in _types(before) else sorted(_types(after) - _types(before))
        if came:
            yield f"the param {quoted(after.name)} also takes {', '.join(came)}"


@kind(Impact.MAJOR)
def param_hidden(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param is no longer shown.

    Who has set it cannot change it.
    """
    for before, after in pairs(old, new):
        if after.hidden and not before.hidden:
            yield f"the param {quoted(after.name)} is no longer shown"


@kind(Impact.MINOR)
def param_shown(old: Manifest, new: Manifest) -> Iterator[str]:
    """A hidden param is shown by now.

    It may be set, and need not be.
    """
    for before, after in pairs(old, new):
        if before.hidden and not after.hidden:
            yield f"the param {quoted(after.name)} is shown"


@kind(Impact.MAJOR)
def param_moved(old: Manifest, new: Manifest) -> Iterator[str]:
    """A param of a service is set for the service now, or for each trigger.

    What is set stands in the other place.
    """
    for before, after in pairs(old, new):
        if before.service_config is not after.service_config:
            yield f"the param {quoted(after.name)} is set for {'the service' if after.service_config else 'each trigger'} now"


@kind(Impact.PATCH)
def param_reworded(old: Manifest, new: Manifest) -> Iterator[str]:
    """A label, a note, the order or the size of a box is another one.

    Only what a person reads changes.
    """
    for before, after in pairs(old, new):
        names = ("label", "note", "sequence", "view_rows", "view_type")
        changed = [name.replace("_", " ") for name in names if getattr(before, name) != getattr(after, name)]
        if changed:
            yield f"the param {quoted(after.name)} has another {' and '.join(changed)}"
