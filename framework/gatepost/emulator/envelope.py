"""How the platform wraps what it answers: the envelopes of v2 (JSON and XML) and v3, for success and failure.

Sources: contract/rest_v2.md section 1, contract/rest_v3.md section 2, and the owners of the quick start guide for the XML.
The body of a refused credential is not shown in any source; the general shape of the API's version is this project's
choice (contract/authorization.md section 2.5).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from starlette.responses import JSONResponse, Response

__all__ = ["Family", "Refusal", "failure", "success_v2", "success_v3", "wants_xml"]

_XML_TYPES = ("application/xml", "text/xml")
_XML_SCHEMA = "http://www.w3.org/2001/XMLSchema-instance"
_GENERAL_ERROR = "0x1001"


class Refusal(Exception):
    """Ends the handling of a request with a failure.

    Args:
        status: The HTTP status.
        message: The platform's words.
        headers: Headers of the answer, such as ``Allow``.
        body: The answer's body where it is not the envelope of the API version; None where it is.
        explanation: What a developer wants to know beyond the message. It is recorded and never sent.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | list[Any] | None = None,
        explanation: str = "",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})
        self.body = body
        self.explanation = explanation


class Family(enum.Enum):
    """The versions of the API, by the shape of their answers. Paths below ``/internal`` answer in the shape of v2."""

    V2 = "v2"
    V3 = "v3"

    @classmethod
    def of(cls, path: str) -> Family:
        """Return the family that answers a path, which is given without the prefix of the API base."""
        return cls.V3 if path == "/v3" or path.startswith("/v3/") else cls.V2


def wants_xml(accept: str) -> bool:
    """Tell whether an ``Accept`` header prefers XML over JSON (RFC 9110 section 12.5.1). Without preference it is JSON."""
    weights = {"xml": 0.0, "json": 0.0}
    for item in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in item.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        if media_type in _XML_TYPES:
            weights["xml"] = max(weights["xml"], weight)
        elif media_type in ("application/json", "application/*", "*/*"):
            weights["json"] = max(weights["json"], weight)
    return weights["xml"] > weights["json"]


def success_v2(entity: str, value: Any, *, count: int | None = None, xml: bool = False) -> Response:
    """Answer with the v2 envelope.

    Args:
        entity: The name of the entity, singular, as in ``owner``.
        value: One object, or a list of objects.
        count: The number of all matches, for a list from its start.
        xml: Whether the client asked for XML.
    """
    if xml:
        return _xml(_success_lines(entity, value))
    data: dict[str, Any] = {} if count is None else {"resultCount": count}
    data[entity] = value
    return JSONResponse({"status": "Success", "data": data})


def success_v3(data: Any, **extra: Any) -> Response:
    """Answer with the v3 envelope; `extra` are members beside ``data``, such as ``count`` and ``next``."""
    return JSONResponse({"data": data, **extra, "status": "Success"})


def failure(family: Family, refusal: Refusal, *, xml: bool = False) -> Response:
    """Answer with the failure of an API version.

    v3 has one error code in all known samples, which is why all failures carry it. The XML form of a failure is not shown in
    any source: it follows the form of a success.
    """
    if refusal.body is not None:
        return JSONResponse(refusal.body, refusal.status, refusal.headers)
    if family is Family.V3:
        body = {"errCode": _GENERAL_ERROR, "message": refusal.message, "status": "Error"}
        return JSONResponse(body, refusal.status, refusal.headers)
    if xml:
        lines = [
            "<errorResponse>",
            " <Status>Failure</Status>",
            f" <Message>{escape(refusal.message)}</Message>",
            "</errorResponse>",
        ]
        return _xml(lines, refusal.status, refusal.headers)
    return JSONResponse({"status": "Failure", "message": refusal.message}, refusal.status, refusal.headers)


def _success_lines(entity: str, value: Any) -> list[str]:
    several = isinstance(value, list)
    root = f"{entity}sResponse" if several else f"{entity}Response"
    data_type = f"{entity}ListResponseData" if several else f"{entity}ResponseData"
    lines = [
        f"<{root}>",
        " <Status>Success</Status>",
        f' <Data xsi:type="{data_type}" xmlns:xsi="{_XML_SCHEMA}">',
    ]
    for item in value if several else [value]:
        subtype = f' xsi:type="{escape(str(item["type"]).lower())}"' if "type" in item else ""
        lines.append(f"  <{_upper_camel(entity)}{subtype}>")
        lines += [f"   <{_upper_camel(name)}>{escape(str(text))}</{_upper_camel(name)}>" for name, text in item.items()]
        lines.append(f"  </{_upper_camel(entity)}>")
    return [*lines, " </Data>", f"</{root}>"]


def _upper_camel(name: str) -> str:
    return name[:1].upper() + name[1:]


def _xml(lines: list[str], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response("\n".join(lines) + "\n", status, headers, media_type="application/xml")
