"""What inputs need to know of a manifest, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from gatepost.inputs.standard import STANDARD_INPUTS, canonical_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["DeclaredParam", "ManifestLike", "ParamLike", "declared_params", "is_sensitive"]

DEFAULT_DELIMITER = "|"


class ParamLike(Protocol):
    """One entry of a manifest's ``params`` (contract/install_json.md section 2)."""

    @property
    def name(self) -> str:
        """Its name, as written."""

    @property
    def type(self) -> object:
        """Its type: a text, or an enumeration whose value is one (``Boolean``)."""

    @property
    def default(self) -> object:
        """What the form is filled with at first."""

    @property
    def encrypt(self) -> bool:
        """Whether its value is a secret."""

    @property
    def allow_multiple(self) -> bool:
        """Whether it holds several values."""

    @property
    def valid_values(self) -> Iterable[str]:
        """The choices."""

    @property
    def required(self) -> bool:
        """Whether the platform's form insists on it."""


class ManifestLike(Protocol):
    """A manifest, as far as inputs are concerned. `gatepost.manifest.Manifest` is one."""

    @property
    def params(self) -> Iterable[ParamLike]:
        """The params of the app."""

    @property
    def list_delimiter(self) -> str:
        """What stands between several values in one text."""

    @property
    def path(self) -> object:
        """The file that it was read from; ``None`` when there is none."""


@dataclass(frozen=True, slots=True)
class DeclaredParam:
    """A param, with what real manifests leave open settled.

    Attributes:
        name: The canonical name of the input.
        kind: Its type in lower case: ``string``, ``boolean``, ``choice``, ``editchoice``, ``multichoice``,
            ``keyvaluelist``, ``stringmixed``; ``string`` where the manifest has none or an unknown one.
        default: What the manifest says.
        sensitive: Whether its value may not be shown.
        multiple: Whether it holds several values.
        choices: What can be chosen; empty when anything can, as with ``${OWNERS}`` in the list.
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
        choices = tuple(str(choice) for choice in param.valid_values or ())
        if any(choice.startswith("${") for choice in choices):
            choices = ()
        declared[name] = DeclaredParam(
            name=name,
            kind=kind if kind in _KINDS else "string",
            default=param.default,
            sensitive=bool(param.encrypt) or is_sensitive(name),
            multiple=bool(param.allow_multiple) or kind == "multichoice",
            choices=choices,
            required=bool(param.required),
            delimiter=delimiter,
        )
    return declared


def is_sensitive(name: str) -> bool:
    """Tell whether a standard input of this name may not be shown. Names that are not standard are not sensitive."""
    standard = STANDARD_INPUTS.get(name)
    return standard is not None and standard.sensitive
