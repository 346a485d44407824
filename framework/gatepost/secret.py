"""Text that must not be seen: credentials, encrypted params, tokens.

A `Secret` shows its text only where the code says ``reveal()``. Every secret is also *known* to the process for as long
as it lives, so that ``gatepost.redaction`` can find its text where somebody else put it (the text of a foreign
exception, say).
"""

from __future__ import annotations

import hmac
import os
import threading
import weakref
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["MASK", "Secret"]

MASK = "**********"


class Secret:
    """A text that ``str()``, ``repr()``, formats, logs, tracebacks and pydantic dumps show as a mask.

    Compares by content (in constant time) with other secrets only; is false when the text is empty. Pickling or copying
    it to JSON by accident is refused with the remedy.

    Args:
        text: The secret text. Bytes are decoded as UTF-8.

    Raises:
        TypeError: It is neither text nor bytes nor a secret.
        ValueError: The bytes are not UTF-8.
    """

    __slots__ = ("__weakref__", "_text")

    _text: str

    def __init__(self, text: str | bytes | Secret) -> None:
        if isinstance(text, Secret):
            text = text.reveal()
        elif isinstance(text, bytes):
            text = _decoded(text)
        elif not isinstance(text, str):
            raise TypeError(f"a secret is made of text, not of {type(text).__name__}")
        object.__setattr__(self, "_text", text)
        _known.add(self)

    def reveal(self) -> str:
        """Return the text itself. The one way to it."""
        return self._text

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __str__(self) -> str:
        return MASK

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode("utf-8", "surrogatepass"), other._text.encode("utf-8", "surrogatepass"))

    def __hash__(self) -> int:
        return hash(("gatepost.Secret", self._text))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Secret:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(
            "a secret is not pickled, since its text would leave the process. "
            "Send the name of the input and read it again on the other side, or call reveal() and answer for it"
        )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Accept a text or a secret; dump the mask, in Python and JSON mode alike."""
        from pydantic_core import core_schema

        from_text = core_schema.no_info_after_validator_function(cls, core_schema.str_schema())
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_text]),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda _: MASK, when_used="json"),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe a secret as the password field that it is."""
        return {"type": "string", "format": "password", "writeOnly": True}


def _decoded(data: bytes) -> str:
    """Decode UTF-8; the error neither shows nor carries the bytes, as `UnicodeDecodeError` would."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        position = error.start
    raise ValueError(f"the bytes of a secret are not UTF-8 text (at byte {position} of {len(data)})")


class _KnownSecrets:
    """The living secrets of this process, by identity: weak, so that it keeps none alive.

    By identity, because two equal secrets may live for different times, and the text is known until the last one is
    gone.
    """

    def __init__(self) -> None:
        self._references: dict[int, weakref.ref[Secret]] = {}
        self._lock = threading.RLock()  # a finalizer may run while the same thread holds it
        self.version = 0
        if hasattr(os, "register_at_fork"):
            # Another thread of the parent may have held the lock; that thread does not exist in the child.
            os.register_at_fork(after_in_child=self._renew_lock)

    def _renew_lock(self) -> None:
        self._lock = threading.RLock()

    def add(self, secret: Secret) -> None:
        key = id(secret)

        def forget(_: weakref.ref[Secret], *, key: int = key) -> None:
            with self._lock:
                self._references.pop(key, None)
                self.version += 1

        with self._lock:
            self._references[key] = weakref.ref(secret, forget)
            self.version += 1

    def texts(self) -> set[str]:
        with self._lock:
            secrets = [reference() for reference in list(self._references.values())]
        return {secret.reveal() for secret in secrets if secret is not None}


_known = _KnownSecrets()


def known_texts() -> set[str]:
    """Return the texts of all living secrets, short ones included."""
    return _known.texts()


def known_version() -> int:
    """Return a number that changes whenever the set of living secrets does."""
    return _known.version
