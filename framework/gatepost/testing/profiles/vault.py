"""Reading a HashiCorp Vault's key-value engine over HTTP, versions 1 and 2, for templates in profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Vault", "vault_of"]

_TIMEOUT = 10.0  # seconds


def vault_of(environment: Mapping[str, str]) -> Vault | None:
    """Return the vault that an environment names by ``VAULT_ADDR`` (or ``VAULT_URL``) and ``VAULT_TOKEN``; None without them.

    The key-value engine and what comes before every path is ``TCEX_TEST_VAULT_BASE_PATH``. Its default is not known; here it is
    ``secret``, where a new Vault has the engine.
    """
    address, token = environment.get("VAULT_ADDR") or environment.get("VAULT_URL"), environment.get("VAULT_TOKEN")
    if not address or not token:
        return None
    return Vault(address, Secret(token), environment.get("TCEX_TEST_VAULT_BASE_PATH") or "secret")


class Vault:
    """A vault. Paths are read once.

    Args:
        address: Its URL.
        token: What it is asked with.
        base_path: The mount of the engine, and what comes before every path.
    """

    def __init__(self, address: str, token: Secret, base_path: str) -> None:
        self._address = address.rstrip("/")
        self._token = token
        self._base = base_path.strip("/")
        self._read: dict[str, dict[str, Any]] = {}

    def read(self, path: str, *, missing_ok: bool = False) -> dict[str, Any]:
        """Return what a path holds, by key.

        Args:
            path: The path below the base.
            missing_ok: Return nothing where there is no such path.

        Raises:
            GatepostError: The vault cannot be reached, refuses, or has no such path.
        """
        path = path.strip("/")
        if path not in self._read:
            mount, _, rest = f"{self._base}/{path}".strip("/").partition("/")
            # Version 1 has no word between mount and path, version 2 has; asking is the only way to tell.
            found = self._ask(f"{mount}/{rest}")
            if found is None:
                found = self._ask(f"{mount}/data/{rest}")
                found = found.get("data") if found is not None and isinstance(found.get("data"), dict) else found
            if found is None:
                if missing_ok:
                    return {}
                raise GatepostError(f"The vault has nothing at {path}", why=f"It was looked for below {self._base}")
            self._read[path] = found
        return self._read[path]

    def _ask(self, path: str) -> dict[str, Any] | None:
        import requests

        try:
            # A redirect would take the token to another place.
            answer = requests.get(
                f"{self._address}/v1/{path}",
                headers={"X-Vault-Token": self._token.reveal()},
                timeout=_TIMEOUT,
                allow_redirects=False,
            )
            if answer.status_code == 404:
                return None
            body = answer.json() if answer.status_code == 200 else {}
        except requests.RequestException as error:
            raise GatepostError(
                "The vault cannot be asked", why=type(error).__name__, remedy="Look at VAULT_ADDR, and whether it can be reached"
            ) from None
        if answer.status_code != 200:
            raise GatepostError(
                f"The vault refused: status {answer.status_code}", why=f"It was asked for {path}", remedy="Look at VAULT_TOKEN"
            )
        data = body.get("data") if isinstance(body, dict) else None
        return data if isinstance(data, dict) else {}
