"""What every authorization scheme is: two questions, and the manners that it needs with plain ``requests``."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from requests import PreparedRequest
from requests.auth import AuthBase

from gatepost.clock import Clocks
from gatepost.named_tuples import NamedTuple
from gatepost.transport.bodies import rewind
from gatepost.transport.errors import OriginError
from gatepost.transport.origin import Origin, check_plain_http, origin_of
from gatepost.transport.query import holds_any, with_parameters, without_parameters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response

    from gatepost.transport.plain import PlainTransport
    from gatepost.transport.settings import Certificate

__all__ = ["NOT_OURS", "TRY_AGAIN", "Final", "Recovery", "Scheme", "Verdict"]


class Verdict(Enum):
    """What an answer means for the credentials that its request carried."""

    NOT_OURS = "not about the credentials"
    TRY_AGAIN = "worth one more try"


NOT_OURS = Verdict.NOT_OURS
TRY_AGAIN = Verdict.TRY_AGAIN


class Final(NamedTuple):
    """The credentials are refused for good.

    Attributes:
        error: What to raise.
    """

    error: Exception


Recovery = Verdict | Final


class Scheme(AuthBase):
    """A way to be authorized: which headers an attempt carries, and what a refusal means.

    A session asks `headers` for every attempt and every hop to the same origin, and `recover` for every answer. With plain
    ``requests`` (``requests.get(url, auth=scheme)``) the scheme does the same by a response hook.

    Args:
        origin: The only server that gets the credentials: any URL of it. None pins each call to the origin of its request.
        clocks: The servers' clocks, where they are shared with a session; default is clocks of its own.
    """

    secret_headers: tuple[str, ...] = ("Authorization",)
    """The headers that must not reach another origin. ``requests`` itself strips only ``Authorization``."""

    secret_query: tuple[str, ...] = ()
    """The parameters of a URL that must not reach another origin. Where there are any, `query` is asked for them."""

    certificate: Certificate = None
    """The client certificate that a session presents to the scheme's origin, and to no other."""

    def __init__(self, *, origin: str | None = None, clocks: Clocks | None = None) -> None:
        self.origin: Origin | None = None if origin is None else origin_of(origin)
        self.clocks = Clocks() if clocks is None else clocks

    def __getstate__(self) -> dict[str, Any]:
        raise TypeError(
            "a scheme is not pickled, since its credentials would leave the process. "
            "Make one in the other process, from the same inputs"
        )

    # -- the two questions ---------------------------------------------------------------------------------------------------

    def headers(self, request: PreparedRequest) -> Mapping[str, str]:
        """Return what this attempt must carry. May wait for one renewal; never alters the request."""
        raise NotImplementedError

    def query(self, request: PreparedRequest) -> Mapping[str, str]:  # noqa: ARG002 - for schemes that have a query
        """Return what the URL of this attempt must carry: parameters, not encoded, named in `secret_query`.

        Most schemes have none. A session writes them for each attempt and takes them out again, so that ``response.url``
        does not show them.
        """
        return {}

    def recover(self, request: PreparedRequest, response: Response) -> Recovery:
        """Judge the answer to a request that carried this scheme's headers.

        Args:
            request: The request as it was sent.
            response: Its answer; stays readable.

        Returns:
            `NOT_OURS`, `TRY_AGAIN` (after having done what another try needs), or `Final`.
        """
        raise NotImplementedError

    # -- beside the questions ------------------------------------------------------------------------------------------------

    def authorize(self, request: PreparedRequest) -> None:
        """Write onto a request what an attempt must carry, for a caller who sends it by itself."""
        for name, value in self.headers(request).items():
            request.headers[name] = value
        if self.secret_query:
            request.url = with_parameters(request.url or "", self.query(request))

    def use_transport(self, transport: PlainTransport) -> None:
        """Send logins and renewals by a transport of the run, which knows its proxies, its CA and its tape.

        A transport that the scheme was made with beats it. Nothing for schemes that send nothing by themselves.
        """

    # -- origins -------------------------------------------------------------------------------------------------------------

    def check_origin(self, url: str) -> Origin:
        """Return the origin of a URL that may get the credentials.

        Raises:
            OriginError: It is not this scheme's origin, or is plain HTTP to another machine.
        """
        origin = origin_of(url)
        if self.origin is not None and origin != self.origin:
            raise OriginError(
                f"{origin} would get the credentials of {self.origin}",
                why="Credentials are never sent to another origin",
                remedy="Use runtime.external() for other services; a scheme whose login is on another server takes origin=",
            )
        check_plain_http(origin)
        return origin

    # -- plain requests ------------------------------------------------------------------------------------------------------

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Authorize a request of plain ``requests``, and stay with it for one recovery.

        Raises:
            OriginError: The request goes where these credentials must not go.
        """
        origin = self.check_origin(request.url or "")
        self.authorize(request)
        request.register_hook("response", _Recovery(self, origin))  # type: ignore[no-untyped-call]
        return request


class _Recovery:
    """The response hook of one plain request: repeats each hop once when the scheme says that this is worth it.

    ``requests`` copies the hook along a redirect chain, and calls it for each answer but not for that of a repeat.
    """

    def __init__(self, scheme: Scheme, origin: Origin) -> None:
        self._scheme = scheme
        self._origin = origin
        self._has_left = False

    def __call__(self, response: Response, **settings: Any) -> Response | None:
        try:
            return self._answered(response, settings)
        except BaseException:
            # requests reads the body after its hooks, and closes nothing when one of them raises.
            response.close()
            raise

    def _answered(self, response: Response, settings: Mapping[str, Any]) -> Response | None:
        request = response.request
        if self._has_left or not self._is_home(request.url):
            # For good: where another server sends a request back to is not the caller's wish.
            self._has_left = True
            return None
        self._learn(response, settings)
        self._conceal(response)
        verdict = self._scheme.recover(request, response)
        if isinstance(verdict, Final):
            raise verdict.error
        if verdict is NOT_OURS:
            self._refuse_redirect(response)
            return None
        repeated = request.copy()
        if not rewind(repeated):
            return None
        self._scheme.authorize(repeated)
        response.content  # noqa: B018 - reads the rest, so that the connection can be used again
        response.close()
        again: Response = response.connection.send(repeated, **settings)
        again.history.append(response)
        again.request = repeated
        try:
            self._learn(again, settings)
            self._conceal(again)
            self._believe(again)
        except BaseException:
            again.close()
            raise
        return again

    def _believe(self, again: Response) -> None:
        """Take the answer to a repeat for the last word."""
        verdict = self._scheme.recover(again.request, again)
        if isinstance(verdict, Final):
            raise verdict.error
        self._refuse_redirect(again)

    def _is_home(self, url: str | None) -> bool:
        try:
            return origin_of(url or "") == self._origin
        except OriginError:
            # requests was redirected to a URL that no scheme would go to: it has left.
            return False

    def _learn(self, response: Response, settings: Mapping[str, Any]) -> None:
        if settings.get("verify") is not False or self._origin.is_loopback:
            self._scheme.clocks.of(self._origin).note(response.headers.get("Date"))

    def _conceal(self, response: Response) -> None:
        """Take the parameters out of ``response.url``, which ``raise_for_status`` and many a log show."""
        if self._scheme.secret_query:
            response.url = without_parameters(response.url, self._scheme.secret_query)

    def _refuse_redirect(self, response: Response) -> None:
        scheme = self._scheme
        names = () if scheme.secret_headers == ("Authorization",) else scheme.secret_headers
        if not response.is_redirect or not (names or scheme.secret_query):
            return
        from urllib.parse import urljoin

        target = urljoin(response.url, response.headers["Location"])
        if self._is_home(target):
            return
        if scheme.secret_query:
            parameters = scheme.query(response.request)
            if without_parameters(target, parameters) != target or holds_any(target, parameters.values()):
                names = (*names, *parameters)
        if names:
            raise OriginError(
                f"{self._origin} redirects to another origin",
                why=f"requests would send {' and '.join(names)} there",
                remedy="Use runtime.external(), which follows without credentials, or allow_redirects=False",
            )
