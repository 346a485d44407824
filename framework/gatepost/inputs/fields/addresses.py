"""IP addresses (contract/inputs.md section 7)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gatepost.inputs.fields.annotation import Annotation
from gatepost.inputs.fields.endings import invalid_input, invalid_type

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["IpAddress"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IpAddress(Annotation):
    """An address of version 4 or 6: ``Annotated[str, IpAddress()]``, or ``Annotated[IPv4Address | IPv6Address, IpAddress()]``.

    Args:
        strip_port: Whether a port is dropped: ``192.0.2.1:443``, ``[2001:db8::1]:443``. The end of an address of version 6
            without brackets is never taken for a port: it cannot be told from the address.
    """

    strip_port: bool = False

    def core_schema(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the text, then let the annotated type make of it what it is."""
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(self._check, handler(source))

    def _check(self, value: Any) -> Any:
        if value is None or isinstance(value, (ipaddress.IPv4Address, ipaddress.IPv6Address)):
            return value
        if not isinstance(value, str):
            raise invalid_type(value, "IP address")
        text = _without_port(value.strip()) if self.strip_port else value.strip()
        try:
            ipaddress.ip_address(text)
        except ValueError:
            raise invalid_input("value is not an IP address") from None
        return text


def _without_port(text: str) -> str:
    match = re.fullmatch(r"(?:\[([^\]]+)\]|([^:]+)):([0-9]{1,5})", text)
    if match and int(match[3]) <= 65535:
        return match[1] or match[2]
    return text[1:-1] if text.startswith("[") and text.endswith("]") else text
