"""One entry of ``params``: an input of the app (contract/install_json.md section 2)."""

from __future__ import annotations

import enum
import re
from typing import TYPE_CHECKING, Any

from pydantic import PrivateAttr

from gatepost.manifest.part import Part
from gatepost.secret import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CREDENTIAL_NAMES", "SECRET_NAMES", "Param", "ParamType", "input_name"]

CREDENTIAL_NAMES = frozenset(
    {"api_access_id", "api_secret_key", "tc_api_access_id", "tc_api_secret_key", "tc_token", "tc_token_expires"}
)
"""Inputs that authorize the app (contract/authorization.md): both generations of names."""

SECRET_NAMES = frozenset({"api_secret_key", "tc_api_secret_key", "tc_token"})
"""Those of them that must not be seen."""

_NOT_IN_A_NAME = re.compile(r"[^a-z0-9_]")


def input_name(written: str) -> str:
    """Return the name of the input for a param's name: lower case, spaces to ``_``, other characters dropped.

    Source: contract/install_json.md section 2.
    """
    return _NOT_IN_A_NAME.sub("", written.lower().replace(" ", "_"))


class ParamType(enum.StrEnum):
    """The kind of widget that asks for an input, and so the form of its value."""

    BOOLEAN = "Boolean"
    """A check box; arrives as ``true`` or ``false``, or as a bare flag."""
    CHOICE = "Choice"
    """One of ``valid_values``."""
    EDIT_CHOICE = "EditChoice"
    """One of ``valid_values``, or free text."""
    KEY_VALUE_LIST = "KeyValueList"
    """Pairs: a JSON list for jobs, a ``KeyValueArray`` variable for playbook apps."""
    MULTI_CHOICE = "MultiChoice"
    """Some of ``valid_values``, joined by the manifest's ``list_delimiter``."""
    STRING = "String"
    """Free text."""
    STRING_MIXED = "StringMixed"
    """Free text that mixes literals and variables (old)."""


class Param(Part):
    """An input of the app."""

    name: str
    """The input's name, in the form of `input_name`. Unique."""
    label: str = ""
    """What a person sees."""
    type: ParamType = ParamType.STRING
    """Kind of widget, and form of the value."""
    default: bool | str | None = None
    """Prefilled value: a bool for Boolean, else a text; None when there is none."""
    required: bool = False
    """Must be filled in."""
    sequence: int = 0
    """Place among the others, from 1; `gatepost.manifest.load` fills in the place in the file when there is none."""
    note: str = ""
    """Tooltip."""
    allow_multiple: bool = False
    """A String that holds several values, joined by the manifest's ``list_delimiter``."""
    allow_nested: bool = False
    """Not documented; by its name, values of a KeyValueList may be nested."""
    encrypt: bool = False
    """A password box; stored encrypted. The input is a `gatepost.secret.Secret`."""
    hidden: bool = False
    """Not shown; such inputs keep values from run to run by way of ``results.tc``."""
    valid_values: tuple[str, ...] = ()
    """Choices, or magic values such as ``${OWNERS}`` (contract/install_json.md section 6)."""
    view_rows: int = 1
    """Rows of the box; more than one makes it a text area (playbook apps)."""
    view_type: str = ""
    """Not documented; known to the vendor's Java packager."""
    playbook_data_type: tuple[str, ...] = ()
    """Types of the variables that the input accepts (playbook apps)."""
    expose_playbook_key_as: str = ""
    """For a KeyValueList: each key becomes an output variable of this type."""
    intel_type: tuple[str, ...] = ()
    """Restricts by kind of intelligence; the format of its values is unknown."""
    feed_deployer: bool = False
    """Not documented; the param belongs to the screen of the feed deployer."""
    service_config: bool = False
    """Services: set on the service, not on each trigger."""
    setup: bool = False
    """Not documented."""

    _written_name: str = PrivateAttr(default="")

    @property
    def written_name(self) -> str:
        """The name as it stands in the file: what the platform calls the param."""
        return self._written_name or self.name

    @property
    def is_credential(self) -> bool:
        """Whether it authorizes the app, here or elsewhere: one of `CREDENTIAL_NAMES`, or encrypted."""
        return self.encrypt or self.name in CREDENTIAL_NAMES

    @property
    def is_secret(self) -> bool:
        """Whether its value must not be seen: encrypted, or one of `SECRET_NAMES` even when somebody forgot ``encrypt``."""
        return self.encrypt or self.name in SECRET_NAMES

    @property
    def is_list(self) -> bool:
        """Whether its text is several values joined by the manifest's ``list_delimiter``."""
        return self.allow_multiple or self.type is ParamType.MULTI_CHOICE

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, MASK if name == "default" and value and self.is_secret else value
