"""One execution: inputs, authorization, sessions, results and the way out."""

from __future__ import annotations

import functools
import threading
import types
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NoReturn, TypeVar

from gatepost.auth.choice import NoCredential, choose_scheme
from gatepost.clock import SYSTEM_TIME, Clocks, Time
from gatepost.errors import AppExit, CredentialError, UsageError
from gatepost.runtime.authorization import launched_by_platform
from gatepost.secret import Secret
from gatepost.version import __version__

InputsType = TypeVar("InputsType")
Made = TypeVar("Made")

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from types import TracebackType
    from typing import Self

    import requests
    import typing_extensions

    from gatepost.auth.choice import Choice
    from gatepost.auth.scheme import Scheme
    from gatepost.inputs.values import Collected
    from gatepost.kvstore.protocol import KeyValueStore
    from gatepost.log import Logger, Logging
    from gatepost.manifest import Manifest
    from gatepost.playbook.playbook import Playbook
    from gatepost.runtime.options import Options
    from gatepost.runtime.sessions import RunSessions
    from gatepost.sessions import AuthorizedSession

    OutputsType = typing_extensions.TypeVar("OutputsType", default=Any)
else:
    OutputsType = TypeVar("OutputsType")

__all__ = ["EXIT_CODES", "InputsType", "OutputsType", "Runtime"]

EXIT_CODES = {0: "Success", 1: "Failure", 3: "Partial Failure", 4: "Hard Failure"}
"""The exit codes of an app (contract/playbooks.md section 6)."""


def _once(make: Callable[[Any], Made]) -> Callable[[Any], Made]:
    """Have a property of a run made by one thread, while the run's lock is held; the others get the same one.

    `cached_property` does not do for what takes that lock: on Python 3.11 it has a lock of its own, and two threads that take
    the two in turn wait for each other for ever. On later ones it has none.
    """
    name = make.__name__

    @functools.wraps(make)
    def get(runtime: Any) -> Made:
        kept = vars(runtime)
        if name not in kept:
            with runtime._lock:
                if name not in kept:
                    kept[name] = make(runtime)
        made: Made = kept[name]
        return made

    return get


class Runtime(Generic[InputsType, OutputsType]):
    """One execution of an app or script.

    A type checker is told the inputs, and the outputs if there are any: ``Runtime[AppInputs]``,
    ``Runtime[AppInputs, AppOutputs]``.

    Made by `App.run`, `App.test` and `gatepost.connect`, never by hand. Opens no connection before the first request.

    Attributes:
        inputs: The app's inputs, typed by its own model.
        outputs: What a playbook app gives out, typed by its own model: assigned while it runs, written when it ends, however it
            ends. None for an app that declares no outputs.
        collected: Every value of every source, with where it came from.
        options: The standard inputs, typed.
        choice: Which credential is used, and why; None for an app that needs none.
        log: The log of this run.
        results: What the platform keeps for the next run of the same job: ``results["last_run"] = …``; None removes.
        manifest: The app's manifest; None in a script.
    """

    inputs: InputsType
    outputs: OutputsType

    if not TYPE_CHECKING:

        def __class_getitem__(cls, parameters):
            # One or two, as above: typing insists on two where Python does not know defaults of type variables.
            return types.GenericAlias(cls, parameters)

    def __init__(
        self,
        *,
        collected: Collected,
        options: Options,
        choice: Choice | None,
        logging: Logging,
        results: MutableMapping[str, Any],
        manifest: Manifest | None = None,
        raise_for_status: bool = False,
        session: requests.Session | None = None,
        store: KeyValueStore | None = None,
        time: Time = SYSTEM_TIME,
    ) -> None:
        self.collected = collected
        self.options = options
        self.choice = choice
        self.results = results
        self.manifest = manifest
        self.logging = logging
        self.log: Logger = logging.get_logger("app" if manifest is not None else "script")
        self._framework_log: Logger = logging.get_logger("gatepost")
        self._raise_for_status = raise_for_status
        self._given_session = session
        self._given_store = store
        self._clocks = Clocks(time)
        self._lock = threading.RLock()
        self._services: dict[str, AuthorizedSession] = {}
        self._service_secrets = _service_secrets(collected)

    # -- authorization -------------------------------------------------------------------------------------------------------

    @property
    @_once
    def auth(self) -> Scheme:
        """The platform's scheme, a ``requests.auth.AuthBase``: ``requests.get(url, auth=runtime.auth)``.

        Raises:
            CredentialError: The run has no credential.
        """
        if self.choice is None:
            raise CredentialError(
                "This app has no credential for the platform",
                why="It was made with auth=None, or a test gave it a session and no credential",
                remedy="Leave auth= out in App(…); in a test, give credentials among the inputs",
            )
        return self._sessions.make_scheme(self.choice)

    def authorization(self, prepared_request: requests.PreparedRequest) -> dict[str, str]:
        """Return the headers that authorize a prepared request, for code that sends it by itself.

        The request is not altered. May wait for one renewal of the token. After a refusal ask ``runtime.auth.recover``.

        Args:
            prepared_request: A ``requests.PreparedRequest`` to the platform. The signature covers its URL and method, so
                ask when both are final, just before it is sent.

        Returns:
            ``Authorization``, and ``Timestamp`` where the scheme has it.

        Raises:
            TypeError: It is not a prepared request.
            OriginError: It goes to another origin than the platform's.
            CredentialError: There is no credential, or it cannot be renewed.
        """
        from gatepost.runtime.own_requests import headers_for

        return headers_for(prepared_request, self.auth)

    def authorization_hmac(self, prepared_request: requests.PreparedRequest) -> dict[str, str]:
        """Return ``Timestamp`` and ``Authorization`` by HMAC, whatever the run itself uses.

        Takes the chosen HMAC pair or the one behind the token; else the most trusted pair there is. Arguments and errors as for
        `authorization`.
        """
        from gatepost.runtime.own_requests import headers_for

        return headers_for(prepared_request, self._hmac)

    @property
    @_once
    def _hmac(self) -> Scheme:
        from gatepost.runtime.own_requests import make_hmac

        return make_hmac(self.choice, self.collected, self.options.api_path, self._clocks)

    # -- sessions ------------------------------------------------------------------------------------------------------------

    @cached_property
    def session_id(self) -> str:
        """The id of this execution: ``tc_session_id``, or derived as `gatepost.runtime.session_id` says."""
        from gatepost.runtime.session_id import session_id

        return session_id(self.options)

    @property
    @_once
    def session(self) -> AuthorizedSession:
        """The platform's session: paths are relative to ``tc_api_path``, every attempt is authorized."""
        if self._given_session is not None:
            return self._given_session  # type: ignore[return-value]  # a stand-in in a unit test
        return self._sessions.open_platform(self.auth)

    @property
    @_once
    def framework_session(self) -> AuthorizedSession:
        """The platform's session for what the framework asks for by itself: variables and lists that inputs name.

        It is the app's own. An app with ``auth=None`` says that its code needs no credential; what its inputs name is fetched
        with one that the run was given all the same.

        Raises:
            CredentialError: The run has no credential at all.
        """
        if self.choice is not None or self._given_session is not None:
            return self.session
        try:
            return self._token_session
        except NoCredential:
            return self._sessions.open_platform(self._sessions.make_scheme(self._choose()))

    @property
    def _store_session(self) -> AuthorizedSession:
        """The session of the platform's REST store, which takes a token, also where the app itself uses HMAC."""
        try:
            return self.session if self._given_session is not None else self._token_session
        except NoCredential:
            return self.framework_session  # for the store itself to say what it takes

    @property
    @_once
    def _token_session(self) -> AuthorizedSession:
        """The session by token, one for all who need it, so that the token is renewed in one place."""
        if self.choice is not None and self.choice.scheme == "token":
            return self.session
        return self._sessions.open_platform(self._sessions.make_scheme(self._choose("token")))

    def _choose(self, auth: str = "auto") -> Choice:
        """Choose a credential that the app did not ask for, by the same rules as one that it did."""
        return choose_scheme(self.collected, on_platform=launched_by_platform(self.collected), auth=auth)

    @cached_property
    def fetch_variable(self) -> Callable[[str, str, str], object]:
        """Returns the content of a variable of the platform for its provider, type and key; asks once for each in a run.

        As `gatepost.runtime.platform.fetch_variable`, which says what it raises.
        """
        from gatepost.runtime.platform import fetch_variable

        return functools.cache(lambda *variable: fetch_variable(self.framework_session, *variable))

    @property
    def _is_given_a_credential(self) -> bool:
        """Whether the framework can ask the platform, even if the app itself has said that it never does."""
        if self.choice is not None or self._given_session is not None:
            return True
        try:
            self._choose()
        except NoCredential:
            return False
        return True

    @property
    @_once
    def _sessions(self) -> RunSessions:
        """The sessions that were opened; a run that opens none loads nothing for it."""
        from gatepost.runtime.sessions import RunSessions

        return RunSessions(
            self.options,
            clocks=self._clocks,
            logging=self.logging,
            log=self._framework_log,
            user_agent=self.user_agent,
            raise_for_status=self._raise_for_status,
            scheme=None if self.choice is None else self.choice.scheme,
        )

    def external(
        self, base_url: str | None = None, *, auth: Scheme | None = None, verify: bool | str = True
    ) -> AuthorizedSession:
        """Return a session for another service: the same loop, never the platform's credentials.

        It goes by the run's proxy for third parties (``tc_proxy_external``), and so do the logins and renewals of its scheme,
        unless that was made with a transport of its own. Two sessions with one scheme share its token; it logs in by the way of
        the first of them. Each session has cookies of its own.

        Args:
            base_url: What paths are relative to; None: only whole URLs.
            auth: A scheme of that service; None for no credentials.
            verify: Whether its certificate is verified, or the path of a CA.

        Raises:
            UsageError: ``auth`` is the platform's own scheme, or is no scheme.
        """
        if auth is not None and any(auth is self.__dict__.get(own) for own in ("auth", "_hmac")):
            raise UsageError(
                "The platform's credentials are not for other services",
                remedy="Make a scheme with the other service's credentials",
            )
        return self._sessions.open_external(base_url, auth, verify)

    def service(self, name: str) -> AuthorizedSession:
        """Return the session of a service that the inputs declare: ``<name>_auth``, ``<name>_url`` and what its scheme needs.

        ``runtime.service("tcap")`` is all that an app with ``tcap_auth``, ``tcap_username`` and ``tcap_password`` among its
        inputs has to write. Each call returns the same one. Opens no connection, unless an input refers to a variable of the
        platform.

        Args:
            name: The service's name: what is before ``_auth``.

        Raises:
            UsageError: No input declares it.
            InputError: Inputs of it are missing or wrong; all are named.
            CredentialError: A credential cannot be one.
        """
        from gatepost.runtime.external import open_service

        with self._lock:
            if name not in self._services:
                self._services[name] = open_service(
                    self.collected.best,
                    name,
                    fetch_variable=self.fetch_variable,
                    open_session=self.external,
                    clocks=Clocks(self._clocks.time),
                    log=self._framework_log,
                )
            return self._services[name]

    @cached_property
    def user_agent(self) -> str:
        """The ``User-Agent`` of this run: gatepost, then the app."""
        agent = f"gatepost/{__version__}"
        if self.manifest is not None and self.manifest.display_name:
            name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in self.manifest.display_name)
            agent += f" {name}/{self.manifest.program_version or '0'}"
        return agent

    # -- playbooks -----------------------------------------------------------------------------------------------------------

    @property
    @_once
    def playbook(self) -> Playbook:
        """The variables of the playbook that this run is a step of: to read, write and delete by name.

        Inputs were read already, and typed outputs are written by themselves. Opens no connection before the first value.

        Raises:
            InputError: The run is no step of a playbook, or the inputs name its store in a way that cannot be.
        """
        from gatepost.runtime.playbook import open_playbook

        return open_playbook(
            self.collected,
            self.manifest,
            session=lambda: self._store_session,
            fetch_variable=self.fetch_variable if self._is_given_a_credential else None,
            log=self._framework_log,
            store=self._given_store,
        )

    # -- the way out ---------------------------------------------------------------------------------------------------------

    def exit(self, code: int = 0, message: str = "") -> NoReturn:
        """End the run here.

        Args:
            code: 0 success, 1 failure, 3 partial failure of a job, 4 failure of a playbook app that is not to be repeated. A
                playbook knows no partial failure: there 3 becomes 0.
            message: The run's message; default is the name of the code.

        Raises:
            UsageError: The code is none that the platform knows.
        """
        if code not in EXIT_CODES:
            raise UsageError(f"{code!r} is no exit code of an app", remedy="Use 0, 1, 3 or 4")
        raise AppExit(message or EXIT_CODES[code], code=int(code))

    def close(self) -> None:
        """Close all connections. A second call does nothing."""
        playbook: Playbook | None = self.__dict__.get("playbook")
        if playbook is not None:
            playbook.close()
        opened: RunSessions | None = self.__dict__.get("_sessions")
        if opened is not None:
            opened.close()
        self._services.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        scheme = self.choice.scheme if self.choice is not None else "no credential"
        return f"<Runtime of {self.options.api_path} by {scheme}>"


def _service_secrets(collected: Collected) -> tuple[Secret, ...]:
    """Return the secrets of declared services, so that no log shows one whose param is not encrypted."""
    if not any(name.endswith("_auth") for name in collected.best):
        return ()
    from gatepost.runtime.external_inputs import secret_names

    return tuple(Secret(collected.best[name].text) for name in secret_names(collected.best) if name in collected.best)
