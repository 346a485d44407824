"""From method and path to the function that answers.

Paths are split at their slashes *before* they are decoded, so that ``%2F`` inside a value (an indicator that is a URL, say) stays
inside its segment. Frameworks that route the decoded path cannot tell the two apart.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from gatepost.emulator.envelope import Refusal

__all__ = ["Handler", "Route", "Router", "origin_form"]

_ABSOLUTE_FORM = re.compile(r"https://[^/?#]*", re.IGNORECASE)

Handler = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path.

    Attributes:
        method: The method, in upper case.
        path: The path without the prefix of the API base; ``{name}`` stands for a whole segment.
        handler: Answers; finds the values of the segments, decoded, in ``request.path_params``.
        anonymous: Whether no credential is asked for.
        token_only: Whether only a token, and no HMAC signature, is accepted.
    """

    method: str
    path: str
    handler: Handler
    anonymous: bool = False
    token_only: bool = False

    def values(self, segments: list[str]) -> dict[str, str] | None:
        """Return the values of the named segments; None when this is another path."""
        expected = self.path.split("/")
        if len(expected) != len(segments):
            return None
        values: dict[str, str] = {}
        for pattern, segment in zip(expected, segments, strict=True):
            if pattern.startswith("{"):
                if not segment:
                    return None
                values[pattern[1:-1]] = unquote(segment)
            elif pattern != unquote(segment):
                return None
        return values


class Router:
    """Finds the route of a request; of several that fit, the first one."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = tuple(routes)

    def is_anonymous(self, raw_path: str) -> bool:
        """Tell whether a path asks for no credential, whatever the method."""
        return any(route.anonymous for route, _ in self._fitting(raw_path))

    def find(self, method: str, raw_path: str) -> tuple[Route, dict[str, str]]:
        """Return the route and the values of its named segments.

        Raises:
            Refusal: 404 when there is no such path, 405 with ``Allow`` when it has no such method.
        """
        fitting = self._fitting(raw_path)
        if not fitting:
            raise Refusal(404, "The requested resource was not found")
        for route, values in fitting:
            if route.method == method:
                return route, values
        allowed = ", ".join(sorted({route.method for route, _ in fitting}))
        raise Refusal(405, "The method is not allowed for the requested resource", headers={"Allow": allowed})

    def _fitting(self, raw_path: str) -> list[tuple[Route, dict[str, str]]]:
        segments = raw_path.split("/")
        return [(route, values) for route in self._routes if (values := route.values(segments)) is not None]


def origin_form(target: str) -> str:
    """Return path and query of a target, which may be in absolute form (RFC 9112 section 3.2.2)."""
    return _ABSOLUTE_FORM.sub("", target, count=1)
