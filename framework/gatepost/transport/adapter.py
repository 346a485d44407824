"""The adapter under every session: one connection pool and one TLS context per route, found without work per request."""

from __future__ import annotations

import os
import ssl
import threading
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from requests.models import Response
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPHeaderDict
from urllib3.util.ssl_ import create_urllib3_context

from gatepost.transport.connections import POOL_CLASSES
from gatepost.transport.headers import Headers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import PreparedRequest

__all__ = ["PooledAdapter"]


class PooledAdapter(HTTPAdapter):
    """``requests``' own adapter, less the work that it repeats for every request.

    The CA file is read once per route instead of once per connection, and the pool of an origin is looked up by three values
    instead of being derived from the URL each time. ``send`` is not overridden, so that libraries which replace it
    (``responses``, say) go on working.
    A forked child gets pools of its own: a TLS connection cannot be shared.

    Args:
        pool_size: Connections kept open per origin.
    """

    def __init__(self, pool_size: int = 10) -> None:
        self._pools: dict[tuple[Any, ...], Any] = {}
        self._contexts: dict[tuple[Any, ...], ssl.SSLContext] = {}
        self._context_lock = threading.Lock()
        self._process = os.getpid()
        super().__init__(pool_connections=16, pool_maxsize=pool_size, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **settings: Any) -> None:
        """Make the pool manager, with connections that know the deadline."""
        super().init_poolmanager(*arguments, **settings)
        self.poolmanager.pool_classes_by_scheme = POOL_CLASSES

    def proxy_manager_for(self, proxy: str, **settings: Any) -> Any:
        """Return the pool manager of a proxy, with connections that know the deadline."""
        manager = super().proxy_manager_for(proxy, **settings)
        manager.pool_classes_by_scheme = POOL_CLASSES
        return manager

    def get_connection_with_tls_context(
        self,
        request: PreparedRequest,
        verify: Any,
        proxies: Mapping[str, str] | None = None,
        cert: Any = None,
    ) -> Any:
        """Return the connection pool for a request: the remembered one of its origin and settings."""
        if self._process != os.getpid():
            self._start_over()
        url = request.url or ""
        end = url.find("/", 8)
        key = (url[:end] if end > 0 else url, verify, cert, tuple(proxies.items()) if proxies else ())
        pool = self._pools.get(key)
        if pool is None:
            plain = dict(proxies) if proxies else None
            pool = super().get_connection_with_tls_context(request, verify, proxies=plain, cert=cert)
            if len(self._pools) >= 64:
                self._pools.clear()
            self._pools[key] = pool
        return pool

    def build_connection_pool_key_attributes(self, request: PreparedRequest, verify: Any, cert: Any = None) -> tuple[Any, Any]:
        """Add the TLS context of these settings to what tells pools apart."""
        host: dict[str, Any]
        pool: dict[str, Any]
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)  # type: ignore[assignment]
        if host["scheme"] == "https":
            for name in ("ca_certs", "ca_cert_dir", "cert_file", "key_file"):
                pool.pop(name, None)
            pool["ssl_context"] = self._context(verify, cert)
        return host, pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Do nothing: the TLS context holds it all."""

    def request_url(self, request: PreparedRequest, proxies: Mapping[str, str] | None) -> str:
        """Return the request target."""
        if not proxies:
            return request.path_url
        return super().request_url(request, dict(proxies))

    def build_response(self, req: PreparedRequest, resp: Any) -> Response:
        """Return the response of ``requests`` for one of urllib3."""
        headers = getattr(resp, "headers", None)
        if not isinstance(headers, HTTPHeaderDict) or "Set-Cookie" in headers:
            return super().build_response(req, resp)
        # That one makes models of the exchange for a cookie jar each time, to find that the server sets none.
        response = Response()
        response.status_code = resp.status
        response.headers = Headers(headers.itermerged())
        response.encoding = get_encoding_from_headers(response.headers)
        response.raw = resp
        response.reason = resp.reason
        response.url = req.url or ""
        response.request = req
        response.connection = self
        return response

    def close(self) -> None:
        """Close all connections."""
        self._pools.clear()
        super().close()

    def _context(self, verify: Any, cert: Any) -> ssl.SSLContext:
        key = (verify, cert)
        with self._context_lock:
            context = self._contexts.get(key)
            if context is None:
                context = self._contexts[key] = _make_context(verify, cert)
        return context

    def _start_over(self) -> None:
        # Not closed: the sockets are the parent's too.
        self._context_lock = threading.Lock()
        self._pools = {}
        self.proxy_manager = {}
        self.init_poolmanager(self._pool_connections, self._pool_maxsize, block=self._pool_block)  # type: ignore[attr-defined]
        # Last: another thread of this process must not go on with the parent's connections meanwhile.
        self._process = os.getpid()


def _make_context(verify: Any, cert: Any) -> ssl.SSLContext:
    context = create_urllib3_context()
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
        if verify is True or verify is None:
            from requests.utils import DEFAULT_CA_BUNDLE_PATH

            verify = DEFAULT_CA_BUNDLE_PATH
        path = os.fspath(verify)
        if not os.path.exists(path):  # noqa: PTH110 - a path that may be text
            raise OSError(f"The CA file {path} does not exist")
        if os.path.isdir(path):  # noqa: PTH112
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    if cert:
        if isinstance(cert, tuple):
            context.load_cert_chain(cert[0], cert[1])
        else:
            context.load_cert_chain(cert)
    return context
