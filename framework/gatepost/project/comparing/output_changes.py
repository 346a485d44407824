"""Kinds of changes of what an app gives out, and of how it is repeated (contract/install_json.md section 4)."""

from __future__ import annotations

from collections.abc import Iterator

from gatepost.manifest.documents.places import quoted
from gatepost.manifest.models import Manifest
from gatepost.manifest.playbook import OutputVariable, Retry
from gatepost.project.comparing.kinds import Impact, kind
from gatepost.project.comparing.param_changes import pairs


def _outputs(manifest: Manifest) -> dict[tuple[str, str], OutputVariable]:
    variables = manifest.playbook.output_variables if manifest.playbook is not None else ()
    return {(variable.name, variable.type): variable for variable in variables}


def _retyped(old: Manifest, new: Manifest) -> dict[str, tuple[str, str]]:
    """Return the outputs that have another type by now: by name, the old type and the new one."""
    before, after = _outputs(old), _outputs(new)
    found = {}
    for name, kind_before in before:
        came = [kind_after for other, kind_after in after if other == name and (other, kind_after) not in before]
        if (name, kind_before) not in after and came:
            found[name] = (kind_before, came[0])
    return found


@kind(Impact.MAJOR)
def output_removed(old: Manifest, new: Manifest) -> Iterator[str]:
    """An output is gone.

    Apps that read it in a playbook get nothing.
    """
    retyped = _retyped(old, new)
    yield from (
        f"the output {quoted(name)} of the type {kind_before} is gone"
        for name, kind_before in _outputs(old)
        if (name, kind_before) not in _outputs(new) and name not in retyped
    )


@kind(Impact.MAJOR)
def output_retyped(old: Manifest, new: Manifest) -> Iterator[str]:
    """An output has another type.

    Name and type together are its key: apps that read the old one get nothing.
    """
    for name, (before, after) in _retyped(old, new).items():
        yield f"the output {quoted(name)} was a {before} and is a {after}"


@kind(Impact.MINOR)
def output_added(old: Manifest, new: Manifest) -> Iterator[str]:
    """There is a new output.

    Nobody reads it yet.
    """
    retyped = _retyped(old, new)
    for name, kind_after in _outputs(new):
        if (name, kind_after) not in _outputs(old) and name not in retyped:
            yield f"there is a new output {quoted(name)} of the type {kind_after}"


@kind(Impact.MAJOR)
def output_no_longer_encrypted(old: Manifest, new: Manifest) -> Iterator[str]:
    """An output is no longer encrypted.

    Whoever may look into a playbook's run sees what was a secret.
    """
    for key, before in _outputs(old).items():
        if before.encrypt and key in _outputs(new) and not _outputs(new)[key].encrypt:
            yield f"the output {quoted(before.name)} is no longer encrypted"


@kind(Impact.MINOR)
def output_encrypted(old: Manifest, new: Manifest) -> Iterator[str]:
    """An output is encrypted by now.

    Apps that read it get the same.
    """
    for key, before in _outputs(old).items():
        if not before.encrypt and key in _outputs(new) and _outputs(new)[key].encrypt:
            yield f"the output {quoted(before.name)} is encrypted"


@kind(Impact.MAJOR)
def keys_as_outputs_changed(old: Manifest, new: Manifest) -> Iterator[str]:
    """The keys of a KeyValueList become outputs of another type, or none any more.

    Apps that read them get nothing.
    """
    for before, after in pairs(old, new):
        if before.expose_playbook_key_as and before.expose_playbook_key_as != after.expose_playbook_key_as:
            now = after.expose_playbook_key_as or "no outputs"
            yield f"the keys of {quoted(after.name)} were {before.expose_playbook_key_as} and are {now}"


@kind(Impact.MINOR)
def keys_as_outputs_added(old: Manifest, new: Manifest) -> Iterator[str]:
    """The keys of a KeyValueList become outputs.

    Nobody reads them yet.
    """
    for before, after in pairs(old, new):
        if after.expose_playbook_key_as and not before.expose_playbook_key_as:
            yield f"the keys of {quoted(after.name)} are {after.expose_playbook_key_as} outputs"


def _retry(manifest: Manifest) -> Retry:
    retry = manifest.playbook.retry if manifest.playbook is not None else None
    return retry if retry is not None else Retry()


@kind(Impact.MAJOR)
def retry_removed(old: Manifest, new: Manifest) -> Iterator[str]:
    """The app, or one of its actions, may no longer be repeated.

    Playbooks that rely on it fail at the first failure.
    """
    before, after = _retry(old), _retry(new)
    if before.allowed and not after.allowed:
        yield "the app may no longer be repeated"
    elif before.allowed and after.actions:
        gone = [name for name in before.actions if name not in after.actions]
        if gone:
            yield f"{', '.join(map(quoted, gone))} may no longer be repeated"
        elif not before.actions:
            yield f"only {', '.join(map(quoted, after.actions))} may still be repeated"


@kind(Impact.MINOR)
def retry_added(old: Manifest, new: Manifest) -> Iterator[str]:
    """The app, or another of its actions, may be repeated.

    Who does not ask for it sees no difference.
    """
    before, after = _retry(old), _retry(new)
    if after.allowed and not before.allowed:
        yield "the app may be repeated"
    elif after.allowed and before.actions:
        came = [name for name in after.actions if name not in before.actions]
        if came or not after.actions:
            yield f"{', '.join(map(quoted, came)) or 'every action'} may be repeated"
