"""Keys with values, and things of the platform, as playbooks hand them to an app (contract/inputs.md section 7)."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Tag, field_validator

from gatepost.inputs.fields.endings import empty_value
from gatepost.secret import Secret

__all__ = ["KeyValue", "NullableKeyValue", "TCEntity"]


def _not_blank(text: str) -> str:
    if not text.strip():
        raise empty_value()
    return text


def _as_text(value: Any) -> Any:
    """Write a Boolean or a number as playbooks do (contract/playbooks.md section 3): ``true``, ``3.5``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (int, float)) else value


def _kind(value: Any) -> str | None:
    """Tell which member of a union a value belongs to, so that an error speaks of that one and not of all."""
    if isinstance(value, KeyValue) or (isinstance(value, dict) and "key" in value):
        return "KeyValue"
    if isinstance(value, (TCEntity, dict)):
        return "TCEntity"
    kinds: dict[type, str] = {str: "text", bytes: "bytes", Secret: "secret", list: "list", tuple: "list", type(None): "null"}
    return next((tag for kind, tag in kinds.items() if isinstance(value, kind)), None)


_NotBlank = Annotated[str, AfterValidator(_not_blank)]
_KIND = Discriminator(
    _kind,
    custom_error_type="invalid_type",
    custom_error_message="is neither text, bytes, a KeyValue, a TCEntity nor a list of those",
)


class TCEntity(BaseModel):
    """Something that the platform knows: an indicator, a group, a case. Keys that are not listed are kept.

    Attributes:
        id: Its id on the platform; digits in a text are taken, too.
        type: Its type, as the platform writes it (``Address``, ``Adversary``, ``Artifact Type``); not blank.
        value: Its name or summary; not blank.
        confidence: Confidence of an indicator, 0 to 100; None where it is not known.
        rating: Threat rating of an indicator, 0 to 5; None where it is not known.
    """

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)

    id: int
    type: _NotBlank
    value: _NotBlank
    confidence: int | None = None
    rating: int | float | None = None


class KeyValue(BaseModel):
    """A key with a value: an entry of a ``KeyValueList`` or of a playbook's ``KeyValueArray``. Keys not listed are kept.

    Attributes:
        key: The key; not blank.
        type: The type of the value, where the platform says one.
        value: A text, bytes, a secret, another `KeyValue`, a `TCEntity`, or a list of those. Booleans and numbers become text, as
            playbooks store them. Never None here: that is what `NullableKeyValue` is for.
    """

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)

    allow_none: ClassVar[bool] = False

    key: _NotBlank
    type: str | None = None
    value: Annotated[
        Annotated[str, Tag("text")]
        | Annotated[bytes, Tag("bytes")]
        | Annotated[Secret, Tag("secret")]
        | Annotated[KeyValue, Tag("KeyValue")]
        | Annotated[TCEntity, Tag("TCEntity")]
        | Annotated[list[_Item], Tag("list")]
        | Annotated[None, Tag("null")],
        _KIND,
        BeforeValidator(_as_text),
    ]

    @field_validator("value", mode="after")
    @classmethod
    def _check_none(cls, value: Any) -> Any:
        if value is None and not cls.allow_none:
            raise empty_value()
        return value


_Item = Annotated[
    Annotated[str, Tag("text")]
    | Annotated[bytes, Tag("bytes")]
    | Annotated[Secret, Tag("secret")]
    | Annotated[KeyValue, Tag("KeyValue")]
    | Annotated[TCEntity, Tag("TCEntity")],
    _KIND,
    BeforeValidator(_as_text),
]

KeyValue.model_rebuild()


class NullableKeyValue(KeyValue):
    """A `KeyValue` whose value may be None: what incumbents write as ``key_value(allow_none=True)``."""

    allow_none: ClassVar[bool] = True
