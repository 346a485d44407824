"""The params of a manifest as inputs see them, with what real manifests leave open settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.inputs.standard import STANDARD_INPUTS, canonical_name
from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.inputs.protocols import ManifestLike

__all__ = ["DeclaredParam", "declared_params", "is_sensitive"]

DEFAULT_DELIMITER = "|"


class DeclaredParam(NamedTuple):
    """One param.

    Attributes:
        name: The canonical name of the input.
        kind: Its type in lower case: ``string``, ``boolean``, ``choice``, ``editchoice``, ``multichoice``,
            ``keyvaluelist``, ``stringmixed``; ``string`` where the manifest has none or an unknown one.
        default: What the manifest says.
        sensitive: Whether its value may not be shown.
        multiple: Whether it holds several values.
        choices: What can be chosen; empty when anything can, as with ``${OWNERS}`` in the list.
        declared_choices: The same as written, ``${OWNERS}`` and the like included.
        required: Whether the platform's form insists on it.
        delimiter: What stands between several values in one text.
    """

    name: str
    kind: str
    default: object
    sensitive: bool
    multiple: bool
    choices: tuple[str, ...]
    required: bool
    delimiter: str
    declared_choices: tuple[str, ...] = ()


_KINDS = frozenset({"boolean", "choice", "editchoice", "keyvaluelist", "multichoice", "string", "stringmixed"})


def declared_params(manifest: ManifestLike | None) -> Mapping[str, DeclaredParam]:
    """Return the params of a manifest by input name; of two with one name, the last. Empty without a manifest."""
    declared: dict[str, DeclaredParam] = {}
    if manifest is None:
        return declared
    delimiter = manifest.list_delimiter or DEFAULT_DELIMITER
    for param in manifest.params:
        name = canonical_name(param.name or "")
        if not name:
            continue
        kind = str(getattr(param.type, "value", param.type) or "").lower()
        written = tuple(str(choice) for choice in param.valid_values or ())
        choices = () if any(choice.startswith("${") for choice in written) else written
        declared[name] = DeclaredParam(
            name=name,
            kind=kind if kind in _KINDS else "string",
            default=param.default,
            sensitive=bool(param.encrypt) or is_sensitive(name),
            multiple=bool(param.allow_multiple) or kind == "multichoice",
            choices=choices,
            required=bool(param.required),
            delimiter=delimiter,
            declared_choices=written,
        )
    return declared


def is_sensitive(name: str) -> bool:
    """Tell whether a standard input of this name may not be shown. Names that are not standard are not sensitive."""
    standard = STANDARD_INPUTS.get(name)
    return standard is not None and standard.sensitive
