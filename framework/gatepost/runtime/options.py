"""What the standard inputs say about a run: where the platform is, how to reach it, what to log, where files go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gatepost.errors import InputError
from gatepost.inputs.coercion import coerce
from gatepost.inputs.standard import STANDARD_INPUTS
from gatepost.inputs.values import InvalidInputs, Source
from gatepost.named_tuples import NamedTuple
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gatepost.inputs import ManifestLike
    from gatepost.inputs.values import Collected, Value

__all__ = ["AotOptions", "LogOptions", "Options", "read_options"]

TERMINATE_SECONDS = 60
"""Seconds that a pre-launched app waits where ``tc_terminate_seconds`` does not say it: the default of the Java SDK."""


class LogOptions(NamedTuple):
    """The ``tc_log_*`` inputs.

    Attributes:
        level: Name of the lowest level that is logged; None when nobody asked for one.
        path: Folder of the log file; None when nobody asked for one: no file is written unasked.
        file: Name of the log file.
        max_bytes: Size at which it is rotated.
        backup_count: How many old files are kept.
        to_api: Whether events go to the platform, too.
        curl: Whether requests are logged as curl lines.
    """

    level: str | None
    path: Path | None
    file: str
    max_bytes: int
    backup_count: int
    to_api: bool
    curl: bool


class AotOptions(NamedTuple):
    """How an app that is launched ahead of time gets its inputs (contract/inputs.md section 1.5).

    Attributes:
        action_channel: Redis list on which it waits for them.
        exit_channel: Redis list that gets the exit code.
        seconds: How long it waits; 0: without end.
    """

    action_channel: str
    exit_channel: str
    seconds: int


class Options(NamedTuple):
    """The standard inputs of a run, typed (contract/inputs.md section 5).

    Attributes:
        api_path: The API's base URL, as it was given.
        verify: Whether the platform's certificate is verified, or the path of the CA to do it with.
        platform_proxies: Proxies for the platform, as ``requests`` takes them; empty unless ``tc_proxy_tc``.
        external_proxies: Proxies for third parties; empty unless ``tc_proxy_external``.
        log: The log.
        out_path: Folder of ``message.tc`` and ``results.tc``; None when nobody named one.
        temp_path: Folder for temporary files; None when nobody named one.
        secure_params: Whether the remaining inputs are fetched from the platform.
        in_path: Folder of files for the app; None when nobody named one.
        session_id: The id of this execution, where the platform gave one; `gatepost.runtime.session_id` derives one elsewhere.
        aot: How the app gets its inputs when it was launched ahead of time; None when it was not.
    """

    api_path: str
    verify: bool | str
    platform_proxies: Mapping[str, str]
    external_proxies: Mapping[str, str]
    log: LogOptions
    out_path: Path | None
    temp_path: Path | None
    secure_params: bool
    in_path: Path | None = None
    session_id: str | None = None
    aot: AotOptions | None = None

    def __repr__(self) -> str:
        # Without the proxies: the URL of one may hold its password.
        return f"Options(api_path={self.api_path!r}, verify={self.verify!r}, out_path={str(self.out_path)!r})"


def read_options(collected: Collected, manifest: ManifestLike | None = None) -> Options:
    """Read the standard inputs.

    Raises:
        InvalidInputs: One of them is not what it has to be; all are named.
    """
    standard = {name: value for name, value in collected.best.items() if name in STANDARD_INPUTS}
    values, problems = coerce(standard, manifest)
    used = [problem for problem in problems if problem.name in _USED]
    if used:
        raise InvalidInputs(used)
    read = _Reader(values)
    proxy = read.proxy()
    return Options(
        api_path=read.text("tc_api_path") or "",
        verify=read.verify(),
        platform_proxies=proxy if read.flag("tc_proxy_tc") else {},
        external_proxies=proxy if read.flag("tc_proxy_external") else {},
        log=LogOptions(
            level=read.asked("tc_log_level"),
            path=read.folder("tc_log_path"),
            file=read.text("tc_log_file") or "app.log",
            max_bytes=read.number("tc_log_max_bytes") or 10_485_760,
            backup_count=read.number("tc_log_backup_count") or 0,
            to_api=read.flag("tc_log_to_api"),
            curl=read.flag("tc_log_curl"),
        ),
        out_path=read.folder("tc_out_path"),
        temp_path=read.folder("tc_temp_path"),
        secure_params=read.flag("tc_secure_params"),
        in_path=read.folder("tc_in_path"),
        session_id=read.text("tc_session_id"),
        aot=read.aot(),
    )


_USED = frozenset(
    {
        "tc_api_path",
        "tc_verify",
        "tc_proxy_host",
        "tc_proxy_port",
        "tc_proxy_tc",
        "tc_proxy_external",
        "tc_log_level",
        "tc_log_path",
        "tc_log_file",
        "tc_log_max_bytes",
        "tc_log_backup_count",
        "tc_log_to_api",
        "tc_log_curl",
        "tc_out_path",
        "tc_temp_path",
        "tc_secure_params",
        "tc_in_path",
        "tc_aot_enabled",
        "tc_terminate_seconds",
    }
)


class _Reader:
    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = values

    def _value(self, name: str) -> object:
        found = self._values.get(name)
        return None if found is None else found.value

    def text(self, name: str) -> str | None:
        value = self._value(name)
        if isinstance(value, Secret):
            return value.reveal() or None
        return None if value is None else str(value) or None

    def asked(self, name: str) -> str | None:
        """Return the value when somebody asked for it, None when it is the framework's own default."""
        found = self._values.get(name)
        return None if found is None or found.source == Source.STANDARD else self.text(name)

    def flag(self, name: str) -> bool:
        return self._value(name) is True

    def number(self, name: str) -> int | None:
        value = self._value(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def folder(self, name: str) -> Path | None:
        asked = self.asked(name)
        return None if asked is None else Path(asked)

    def verify(self) -> bool | str:
        value = self._value("tc_verify")
        if isinstance(value, bool):
            return value
        return True if value is None else str(value)

    def aot(self) -> AotOptions | None:
        if not self.flag("tc_aot_enabled"):
            return None
        action_channel, exit_channel = self.text("tc_action_channel"), self.text("tc_exit_channel")
        if action_channel is None or exit_channel is None:
            missing = "tc_action_channel" if action_channel is None else "tc_exit_channel"
            raise InputError(
                f"tc_aot_enabled is set and {missing} is not",
                why="An app that is launched ahead of time has two Redis lists, one for its inputs and one for its exit code",
                remedy=f"Set {missing}, or turn tc_aot_enabled off",
            )
        seconds = self.number("tc_terminate_seconds")
        return AotOptions(action_channel, exit_channel, TERMINATE_SECONDS if seconds is None else max(seconds, 0))

    def proxy(self) -> Mapping[str, str]:
        host, port = self.text("tc_proxy_host"), self.number("tc_proxy_port")
        if host is None and port is None:
            return {}
        if host is None or port is None:
            present, missing = ("tc_proxy_host", "tc_proxy_port") if port is None else ("tc_proxy_port", "tc_proxy_host")
            if self.flag("tc_proxy_tc") or self.flag("tc_proxy_external"):
                raise InputError(f"{present} is set and {missing} is not", remedy="Set both, or turn the proxy off")
            return {}
        from gatepost.transport.settings import proxy_url

        url = proxy_url(host, port, self.text("tc_proxy_username") or "", self.text("tc_proxy_password") or "")
        return {"http": url, "https": url}
