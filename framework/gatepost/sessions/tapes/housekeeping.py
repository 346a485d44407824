"""Requests that belong to no app: renewals of its token, and the posts of its log. When they are sent depends on the moment."""

from __future__ import annotations

import re

__all__ = ["hands_out_tokens", "is_log_post", "is_renewal"]

_TOKEN_ENDPOINT = re.compile(
    r"(?:^|/)(?:appauth|token|get_token|token-auth|oauth2?|login|auth|authenticate|jwt|get_timbr_user_token)(?:/|$)",
    re.IGNORECASE,
)
_RENEWAL = re.compile(r"/appAuth/?$", re.IGNORECASE)
_LOG_POST = re.compile(r"/v2/logs/app/?$")


def is_renewal(method: str, path: str) -> bool:
    """Tell whether a request renews the platform's token (contract/authorization.md section 3.3)."""
    return method == "GET" and _RENEWAL.search(path) is not None


def is_log_post(method: str, path: str) -> bool:
    """Tell whether a request posts the app's log to the platform (contract/logging_and_runtime.md section 2)."""
    return method == "POST" and _LOG_POST.search(path) is not None


def hands_out_tokens(path: str) -> bool:
    """Tell by its path whether an endpoint hands out tokens: ``/appAuth``, ``/v3/token/…``, and the logins of other services."""
    return _TOKEN_ENDPOINT.search(path) is not None
