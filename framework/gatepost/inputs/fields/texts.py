"""Texts, secrets, bytes and whole numbers with bounds (contract/inputs.md section 7)."""

from __future__ import annotations

import functools
import operator
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gatepost.inputs.fields.annotation import Annotation
from gatepost.inputs.fields.endings import (
    empty_value,
    invalid_input,
    invalid_integer,
    invalid_length,
    invalid_pattern,
    invalid_type,
)
from gatepost.secret import Secret

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["Binary", "Integer", "Sensitive", "String"]


class _Field(Annotation):
    """An annotation that checks a value before the annotated type does. None is left to that type."""

    __slots__ = ()

    def check(self, value: Any) -> Any:
        raise NotImplementedError

    def core_schema(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self._checked, handler(source))

    def _checked(self, value: Any) -> Any:
        return None if value is None else self.check(value)


def _check_length(value: str | bytes, minimum: int | None, maximum: int | None) -> None:
    if minimum is not None and len(value) < minimum:
        raise invalid_length("min", minimum)
    if maximum is not None and len(value) > maximum:
        raise invalid_length("max", maximum)


@functools.lru_cache(maxsize=256)
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(regex)


@dataclass(frozen=True, slots=True, kw_only=True)
class String(_Field):
    """A text: ``Annotated[str, String(min_length=1)]``. Nothing else becomes one: a number is refused.

    Looked at in this order: type, length, pattern, then stripped, then whether it is empty.

    Args:
        allow_empty: Whether a text without a character other than blanks will do. In a `gatepost.Inputs`, an empty text is an
            unset input before it gets here.
        min_length: Least number of characters, before stripping.
        max_length: Greatest number of characters, before stripping.
        regex: A pattern that the text must begin with, as ``re.match`` takes it; end it with ``$`` for the whole text.
        strip: Whether blanks around the text are dropped.
    """

    allow_empty: bool = True
    min_length: int | None = None
    max_length: int | None = None
    regex: str | None = None
    strip: bool = False

    def check(self, value: Any) -> Any:
        """Return the text; a `Secret` is looked into, and stays one, which only a field of that type takes."""
        text = value.reveal() if isinstance(value, Secret) else value
        if not isinstance(text, str):
            raise invalid_type(value, "string")
        _check_length(text, self.min_length, self.max_length)
        if self.regex is not None and not _compiled(self.regex).match(text):
            raise invalid_pattern(self.regex)
        if self.strip:
            text = text.strip()
        if not self.allow_empty and not text.strip():
            raise empty_value()
        return Secret(text) if isinstance(value, Secret) else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitive(_Field):
    """A secret with bounds: ``Annotated[Secret, Sensitive(min_length=8)]``. Without bounds, ``Secret`` alone says it all.

    What other frameworks call ``Sensitive`` is `gatepost.Secret`: its text is had by ``reveal()`` (there: ``value``), and nothing
    else ever shows a part of it, at no log level.

    Args:
        allow_empty: Whether a text without a character other than blanks will do.
        min_length: Least number of characters.
        max_length: Greatest number of characters.
    """

    annotates = "Secret"

    allow_empty: bool = True
    min_length: int | None = None
    max_length: int | None = None

    def check(self, value: Any) -> Any:
        """Wrap a text, bytes of UTF-8 or a number."""
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, (int, float)):
            value = str(value)
        if not isinstance(value, (str, bytes, Secret)):
            raise invalid_type(value, "sensitive")
        try:
            secret = Secret(value)
        except ValueError:
            raise invalid_input("the content of a secret is not UTF-8 text") from None
        _check_length(secret.reveal(), self.min_length, self.max_length)
        if not self.allow_empty and not secret.reveal().strip():
            raise empty_value()
        return secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(_Field):
    """Bytes, the content of a file variable most often: ``Annotated[bytes, Binary(max_length=1 << 20)]``. No text becomes one.

    Args:
        allow_empty: Whether no bytes, or nothing but blanks, will do.
        min_length: Least number of bytes, before stripping.
        max_length: Greatest number of bytes, before stripping.
        strip: Whether ASCII blanks around the bytes are dropped.
    """

    annotates = "bytes"

    allow_empty: bool = True
    min_length: int | None = None
    max_length: int | None = None
    strip: bool = False

    def check(self, value: Any) -> Any:
        """Return the bytes."""
        if not isinstance(value, bytes):
            raise invalid_type(value, "binary")
        _check_length(value, self.min_length, self.max_length)
        if self.strip:
            value = value.strip()
        if not self.allow_empty and not value.strip():
            raise empty_value()
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer(_Field):
    """A whole number, or digits in a text: ``Annotated[int, Integer(ge=1, le=500)]``. Booleans are none.

    Args:
        gt: The value is greater than this.
        ge: The value is at least this.
        lt: The value is less than this.
        le: The value is at most this.
    """

    annotates = "int"

    gt: int | None = None
    ge: int | None = None
    lt: int | None = None
    le: int | None = None

    def check(self, value: Any) -> Any:
        """Return the number."""
        number = _whole(value)
        for bound, operation, holds in (
            (self.gt, "greater than", operator.gt),
            (self.ge, "greater than or equal to", operator.ge),
            (self.lt, "less than", operator.lt),
            (self.le, "less than or equal to", operator.le),
        ):
            if bound is not None and not holds(number, bound):
                raise invalid_integer(operation, bound)
        return number


def _whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    # int() would also take "1_000" and digits of other scripts, which no other reader of inputs does.
    if isinstance(value, str) and re.fullmatch(r"\s*[+-]?[0-9]{1,4000}\s*", value):
        return int(value)
    raise invalid_type(value, "integer")
