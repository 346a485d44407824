"""The environment of an app that runs against an emulated platform: nothing of the caller's that could lead it elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["made_environment"]

_PREFIXES = ("tc_", "tcex_", "api_", "app_input_")
_PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
_AUTHORITIES = ("requests_ca_bundle", "curl_ca_bundle", "ssl_cert_file", "ssl_cert_dir")
_LEFT_OUT = frozenset((*_PROXIES, *_AUTHORITIES))


def made_environment(caller: Mapping[str, str]) -> dict[str, str]:
    """Return the caller's environment without what says where a platform is, how to reach it, or who one is there.

    Left out, in any case: ``TC_*``, ``TCEX_*``, ``API_*``, ``APP_INPUT_*``, proxies, and certificate authorities. What the app
    writes is not held back in a buffer, so that a person sees it when it happens.

    Args:
        caller: The environment of the one who launches the app.
    """
    kept = {
        name: value for name, value in caller.items() if not name.lower().startswith(_PREFIXES) and name.lower() not in _LEFT_OUT
    }
    kept.setdefault("PYTHONUNBUFFERED", "1")
    return kept
