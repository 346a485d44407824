"""What inputs need of a manifest, and no more. For annotations only: nothing imports this at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ManifestLike", "ParamLike"]


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
