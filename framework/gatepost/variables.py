"""The grammar of variables in values: ``&{TC:KEYCHAIN:…}`` and ``#App:1234:name!String``.

The first kind names something that is stored on the platform (contract/inputs.md section 3), the second kind a value
in the key-value store of a playbook (contract/playbooks.md section 1). This module only reads and writes the names.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "STANDARD_TYPES",
    "PlatformVariable",
    "PlaybookVariable",
    "find_platform_variables",
    "find_playbook_variables",
    "parse_platform_variable",
    "parse_playbook_variable",
]

STANDARD_TYPES = (
    "StringArray",
    "String",
    "BinaryArray",
    "Binary",
    "KeyValueArray",
    "KeyValue",
    "TCEntityArray",
    "TCEntity",
    "TCEnhancedEntityArray",
    "TCEnhancedEntity",
)
"""The types of playbook variables; each ``…Array`` stands before the name that it begins with: the pattern needs it."""

_KEY = r"[A-Za-z0-9_.\-\[\]]+"


class PlatformVariable(NamedTuple):
    """A reference to something that is stored on the platform.

    Attributes:
        provider: ``TC`` or ``Vault``.
        type: ``TEXT``, ``KEYCHAIN`` (a secret) or ``FILE``.
        key: Its key, in practice a UUID.
    """

    provider: str
    type: str
    key: str

    def __str__(self) -> str:
        return f"&{{{self.provider}:{self.type}:{self.key}}}"


class PlaybookVariable(NamedTuple):
    """A reference to a value in the key-value store of a playbook.

    Attributes:
        namespace: ``App``, ``Global`` or ``Trigger``.
        id: Digits, with leading zeros as they were written.
        name: Name of the value.
        type: A standard type, or a custom one.
    """

    namespace: str
    id: str
    name: str
    type: str

    def __str__(self) -> str:
        return f"#{self.namespace}:{self.id}:{self.name}!{self.type}"


@functools.cache
def _platform_pattern() -> re.Pattern[str]:
    return re.compile(rf"&\{{(TC|Vault):(FILE|KEYCHAIN|TEXT):({_KEY})\}}")


@functools.cache
def _playbook_pattern() -> re.Pattern[str]:
    standard = "|".join(STANDARD_TYPES)
    bases = "|".join(name for name in STANDARD_TYPES if not name.endswith("Array"))
    custom = rf"(?!{bases})[A-Za-z0-9_\-]+"
    return re.compile(rf"#(App|Global|Trigger):([0-9]+):({_KEY})!({standard}|{custom})")


def parse_platform_variable(text: str) -> PlatformVariable | None:
    """Read a text that is one platform variable as a whole; ``None`` when it is anything else."""
    if not text.startswith("&{"):
        return None
    match = _platform_pattern().fullmatch(text)
    return PlatformVariable(*match.groups()) if match else None


def parse_playbook_variable(text: str) -> PlaybookVariable | None:
    """Read a text that is one playbook variable as a whole; ``None`` when it is anything else."""
    if not text.startswith("#"):
        return None
    match = _playbook_pattern().fullmatch(text)
    return PlaybookVariable(*match.groups()) if match else None


def find_platform_variables(text: str) -> Iterator[tuple[int, int, PlatformVariable]]:
    """Find the platform variables in a longer text.

    Yields:
        Start, end and the variable, so that ``text[start:end]`` is what was written.
    """
    if "&{" in text:
        for match in _platform_pattern().finditer(text):
            yield match.start(), match.end(), PlatformVariable(*match.groups())


def find_playbook_variables(text: str) -> Iterator[tuple[int, int, PlaybookVariable]]:
    """Find the playbook variables in a longer text.

    Yields:
        Start, end and the variable, so that ``text[start:end]`` is what was written.
    """
    if "#" in text:
        for match in _playbook_pattern().finditer(text):
            yield match.start(), match.end(), PlaybookVariable(*match.groups())
