"""What names say: that a header, a parameter, a member of JSON or an input holds a secret. For values that are no `Secret`.

Who asks decides how much doubt is enough. A tape must stay usable, so that it takes out what is surely a secret; a log line may
hide too much; and what a caller hands to a login is better guarded once too often.

Names are compared without upper case and without what joins their words: ``clientSecret``, ``client-secret`` and
``client_secret`` are the same.
"""

from __future__ import annotations

import re

__all__ = [
    "is_secret",
    "is_secret_header",
    "is_secret_in_request",
    "is_secret_input",
    "looks_secret",
    "masked_header",
    "may_be_secret",
    "plain_name",
]

_SURELY = r"passw|passphrase|^pwd$|secret|apikey|accesskey|privatekey"
_SENT = rf"{_SURELY}|credential|signature|^sig$|assertion|jwt|^auth$"

_IS_SECRET = re.compile(_SURELY)
_IS_SECRET_IN_REQUEST = re.compile(rf"{_SENT}|(?<!page)(?<!next)(?<!continuation)token$")
_LOOKS_SECRET = re.compile(rf"{_SENT}|token|^key$|sessionid")
_MAY_BE_SECRET = re.compile(rf"{_SENT}|pass|pwd|token|key|salt|otp|pin$")
_IS_SECRET_INPUT = re.compile(
    r"(?:^|_)(?:password|passwd|passphrase|secret|secret_?key|api_?key|private_?key|access_?key|token)$"
)
_IS_SECRET_HEADER = re.compile(
    r"authori[sz]ation|cookie|token|secret|passw|api-?key|access-?key|credential|session|signature|(?:^|-)auth(?:-|$)",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"(TC-Token|TC|Bearer|Basic|Digest) ", re.IGNORECASE)
_JOINTS = re.compile(r"[^a-z0-9]+")


def plain_name(name: str) -> str:
    """Return a name in lower case and without what joins its words."""
    return _JOINTS.sub("", name.lower())


def is_secret(name: str) -> bool:
    """Tell whether what has this name is a secret in whatever message: a password, a key."""
    return _IS_SECRET.search(plain_name(name)) is not None


def is_secret_in_request(name: str) -> bool:
    """Tell whether a client sends a secret by this name: a token, too, but none that asks for the next page."""
    return _IS_SECRET_IN_REQUEST.search(plain_name(name)) is not None


def looks_secret(name: str) -> bool:
    """Tell whether what has this name is better not shown in a log, where hiding too much does no harm."""
    return _LOOKS_SECRET.search(plain_name(name)) is not None


def may_be_secret(name: str) -> bool:
    """Tell whether what is handed to a login by this name may be a secret at all."""
    return _MAY_BE_SECRET.search(plain_name(name)) is not None


def is_secret_input(name: str) -> bool:
    """Tell whether an app's input is called like a secret: its last word says so."""
    return _IS_SECRET_INPUT.search(name) is not None


def is_secret_header(name: str) -> bool:
    """Tell whether a header carries a credential."""
    return _IS_SECRET_HEADER.search(name) is not None


def masked_header(value: str, mask: str) -> str:
    """Return a mask for the value of a header that carries a credential, after its scheme where that is known: ``Bearer ***``."""
    scheme = _SCHEME.match(value)
    return f"{scheme.group() if scheme else ''}{mask}"
