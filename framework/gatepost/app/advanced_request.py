"""The action Advanced Request: any request to the app's service, as a person describes it in a form (contract/playbooks.md 9)."""

from __future__ import annotations

import contextlib
import json
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from gatepost.app.actions import Action
from gatepost.errors import AppFailure, UsageError
from gatepost.redaction import redact
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import requests

    from gatepost.inputs import Inputs
    from gatepost.inputs.fields import NullableKeyValue
    from gatepost.playbook.outputs import Outputs
    from gatepost.runtime import Runtime

__all__ = ["FEATURE", "MOST_BYTES", "NAME", "TIMEOUT_SECONDS", "AdvancedRequest"]

NAME = "Advanced Request"
"""The value of ``tc_action``."""

FEATURE = "advancedRequest"
"""The feature of the manifest."""

TIMEOUT_SECONDS = 600.0
"""To connect, and to wait for each piece of the answer."""

MOST_BYTES = 500 * 1024 * 1024
"""Bytes of a response's decoded body; more fail the run. The field says 500 MB and not which."""


class AdvancedRequest(Action):
    """The ready action that ``app.advanced_request(…)`` adds.

    Reads the inputs ``tc_adv_req_…`` and gives out ``<prefix>.request.headers`` (JSON text), ``.ok``, ``.reason``,
    ``.status_code``, ``.url``, ``.content`` (String) and ``.content.binary`` (Binary). What is known of an answer is given out
    even where the run then fails.

    Args:
        prefix: What the names of its outputs begin with.
        session: Returns the session that sends.
        most_bytes: Bytes of a body that are read at most.

    Raises:
        UsageError: There is no prefix.
    """

    def __init__(self, prefix: str, session: Callable[[Runtime[Any]], requests.Session], *, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(NAME, self.send)
        self.prefix = prefix.rstrip(".")
        if not self.prefix:
            raise UsageError(
                "The outputs of the Advanced Request have no prefix", remedy="Give playbook.outputPrefix of the manifest"
            )
        self._session = session
        self._most_bytes = most_bytes

    @cached_property
    def inputs(self) -> type[Inputs]:  # made when it is asked for, not at each start
        """What it reads."""
        from gatepost.app.advanced_request_inputs import AdvancedRequestInputs

        return AdvancedRequestInputs

    @cached_property
    def outputs(self) -> type[Outputs]:
        """What it gives out."""
        from pydantic import create_model

        from gatepost.playbook.outputs import Outputs, Variable

        texts: dict[str, Any] = dict.fromkeys(("headers", "ok", "reason", "status_code", "url", "content"), (str | None, None))
        binary: Any = (Annotated[bytes | None, Variable(f"{self.prefix}.request.content.binary")], None)
        made: type[Outputs] = create_model(
            "AdvancedRequestOutputs",
            __base__=Outputs,
            __module__=__name__,
            __cls_kwargs__={"prefix": f"{self.prefix}.request"},
            **texts,
            content_binary=binary,
        )
        return made

    def send(self, runtime: Runtime[Any]) -> str:
        """Send the request that the inputs describe, and give out the answer.

        Raises:
            AppFailure: There was no answer; it is an error, and ``tc_adv_req_fail_on_error`` is set; its body is too long; or
                the body to send is no JSON where it is to become a form.
            CredentialError: The service refuses the credentials.
            OriginError: The path is a URL of another server than the session's.
        """
        import requests

        inputs, outputs = runtime.inputs, runtime.outputs
        session = self._session(runtime)
        try:
            with _returning_refusals(session):
                response = session.request(
                    inputs.tc_adv_req_http_method.strip().upper(),
                    inputs.tc_adv_req_path,
                    params=_query(inputs.tc_adv_req_params, exclude_null=inputs.tc_adv_req_exclude_null_params),
                    headers=_headers(inputs),
                    data=_body(inputs.tc_adv_req_body, urlencode_body=inputs.tc_adv_req_urlencode_body),
                    timeout=TIMEOUT_SECONDS,
                    stream=True,
                )
            with response:
                outputs.headers = json.dumps(dict(response.headers))
                outputs.ok = "true" if response.ok else "false"
                outputs.reason = response.reason or ""
                outputs.status_code = str(response.status_code)
                outputs.url = redact(response.url)  # a key may be in it
                content = self._read(response)
        except requests.RequestException as error:
            raise AppFailure(f"Exception during request ({error})") from error
        outputs.content = _as_text(content, response)
        outputs.content_binary = content
        if inputs.tc_adv_req_fail_on_error and not response.ok:
            raise AppFailure(f"Failed for status ({response.status_code})")
        return f"{response.status_code} {response.reason or ''}".rstrip()

    def _read(self, response: requests.Response) -> bytes:
        content = bytearray()
        for piece in response.iter_content(chunk_size=65_536):
            content += piece
            if len(content) > self._most_bytes:
                raise AppFailure(f"The response is larger than {self._most_bytes // (1024 * 1024)} MB")
        return bytes(content)


@contextlib.contextmanager
def _returning_refusals(session: requests.Session) -> Iterator[None]:
    """Have a session return answers that are errors, also one that raises them for the rest of the app."""
    raises = getattr(session, "raise_for_status", False)
    if not raises:
        yield
        return
    session.raise_for_status = False  # type: ignore[attr-defined]  # of gatepost's sessions
    try:
        yield
    finally:
        session.raise_for_status = raises  # type: ignore[attr-defined]


def _query(pairs: Iterable[NullableKeyValue], *, exclude_null: bool) -> list[tuple[str, str]]:
    """Return the query: of a pair with several values, one for each; an empty one is there without a value, or left out."""
    query = []
    for pair in pairs:
        values = pair.value if isinstance(pair.value, list) else [pair.value]
        query += [(pair.key, text) for value in values if (text := _text(value)) or not exclude_null]
    return query


def _headers(inputs: Any) -> dict[str, str | bytes]:
    headers: dict[str, str | bytes] = {}
    for pair in inputs.tc_adv_req_headers:
        text = _text(pair.value)
        headers[pair.key] = text if text.isascii() else text.encode()
    if inputs.tc_adv_req_urlencode_body and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    return headers


def _body(body: Any, *, urlencode_body: bool) -> bytes | None:
    """Return the body to send: text as UTF-8, or as a form what its JSON says."""
    if body is None or body in ("", b""):
        return None
    if not urlencode_body:
        return body if isinstance(body, bytes) else _text(body).encode()
    document = body
    if isinstance(body, (str, bytes, Secret)):
        try:
            document = json.loads(body if isinstance(body, bytes) else _text(body))
        except ValueError:
            raise AppFailure("The body cannot be sent as a form: it is not JSON") from None
    if not isinstance(document, dict):
        raise AppFailure("The body cannot be sent as a form: its JSON is no object")
    fields = {
        name: [_text(item) for item in value] if isinstance(value, list) else _text(value) for name, value in document.items()
    }
    return urlencode(fields, doseq=True).encode()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    dump = getattr(value, "model_dump", None)
    return json.dumps(dump() if callable(dump) else value)


def _as_text(content: bytes, response: requests.Response) -> str:
    """Return a body as text: in the encoding that it is declared to have, else UTF-8, else Latin-1, which takes everything."""
    declared = response.encoding if "charset" in response.headers.get("Content-Type", "").lower() else None
    for encoding in (declared, "utf-8"):
        with contextlib.suppress(LookupError, UnicodeDecodeError):
            return content.decode(encoding or "utf-8")
    return content.decode("latin-1")
