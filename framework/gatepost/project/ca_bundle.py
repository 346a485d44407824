"""A file of certificate authorities: the machine's own, and further ones."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CA_VARIABLES", "write_ca_bundle"]

CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
"""Where programs look for such a file: ``requests``, and whatever uses OpenSSL."""


def write_ca_bundle(target: Path, *authorities: str | Path, environment: Mapping[str, str] | None = None) -> None:
    """Write the authorities that this machine trusts, and further ones, into one file.

    The machine's are those of the first of: ``REQUESTS_CA_BUNDLE``, ``CURL_CA_BUNDLE``, ``SSL_CERT_FILE`` (a company's own
    authority, say), the file of the system, the file that comes with ``requests``.

    Args:
        target: The file to write.
        *authorities: PEM files with the further authorities.
        environment: The environment; default is the process's.

    Raises:
        OSError: A file cannot be read or written.
    """
    own = [Path(authority).read_bytes() for authority in authorities]
    system = _system_authorities(os.environ if environment is None else environment)
    target.write_bytes(b"\n".join(part.rstrip() for part in (system, *own)) + b"\n")


def _system_authorities(environment: Mapping[str, str]) -> bytes:
    named = [environment.get(name) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")]
    for path in (*named, ssl.get_default_verify_paths().cafile):
        if path and Path(path).is_file():
            return Path(path).read_bytes()
    from requests.utils import DEFAULT_CA_BUNDLE_PATH

    return Path(DEFAULT_CA_BUNDLE_PATH).read_bytes()
