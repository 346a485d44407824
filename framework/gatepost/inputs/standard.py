"""The inputs that every app gets: names, types, defaults and old names (contract/inputs.md section 5)."""

from __future__ import annotations

import functools
import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ALIASES", "CREDENTIALS", "PATHS_BY_DEFAULT", "STANDARD_INPUTS", "StandardInput", "canonical_name"]


class StandardInput(NamedTuple):
    """One input that the platform may give to every app.

    Attributes:
        name: Its name.
        kind: ``text``, ``number`` (whole), ``boolean``, ``verification`` (a Boolean, or the path of a CA file or
            folder), ``path`` (``pathlib.Path``), ``list`` (text split at ``,``), ``array`` (a list, or the only item of one),
            ``any`` (what it is).
        default: The framework's default as text; ``None`` for none. A path without one is the system's folder for
            temporary files where ``PATHS_BY_DEFAULT`` names it.
        meaning: What it is for, in a few words.
        sensitive: Whether its value may not be shown.
        aliases: Old names for it.
    """

    name: str
    kind: str
    default: str | None
    meaning: str
    sensitive: bool = False
    aliases: tuple[str, ...] = ()


_ROWS: tuple[tuple[str, str, str | None, str], ...] = (
    # The API. The two generations of HMAC names are inputs of their own, since a pair comes from one generation.
    ("api_access_id", "text", None, "access id of an HMAC key pair"),
    ("api_secret_key", "secret", None, "secret key of an HMAC key pair"),
    ("tc_api_access_id", "text", None, "access id of an HMAC key pair, newer name"),
    ("tc_api_secret_key", "secret", None, "secret key of an HMAC key pair, newer name"),
    ("api_default_org", "text", None, "default owner of the running user"),
    ("api_max_results", "number", "350", "results per page in version 2 of the API"),
    ("tc_api_path", "text", "https://api.threatconnect.com", "base URL of the platform's API"),
    ("tc_token", "secret", None, "API token"),
    ("tc_token_expires", "number", None, "expiry of the token, epoch seconds"),
    ("tc_verify", "verification", "true", "verify the platform's certificate; or the path of a CA file"),
    ("tc_log_curl", "boolean", "false", "log requests as curl commands"),
    # Batch.
    ("batch_action", "text", "Create", "what a batch does: Create or Delete"),
    ("batch_chunk", "number", "25000", "entries per batch"),
    ("batch_halt_on_error", "boolean", "false", "stop a batch at its first error"),
    ("batch_poll_interval", "number", "15", "seconds between polls of a batch"),
    ("batch_poll_interval_max", "number", "3600", "seconds after which polling a batch gives up"),
    ("batch_write_type", "text", "Append", "how attributes are written: Append or Replace"),
    # Certificates of the message broker.
    ("tc_svc_broker_cacert_file", "text", None, "CA certificates of the broker"),
    ("tc_svc_broker_cert_file", "text", None, "client certificate for the broker"),
    ("tc_svc_broker_key_file", "text", None, "key of the client certificate"),
    ("tc_svc_broker_jks_file", "text", "Unused", "trust store of Java apps"),
    # The contract's default of this one is the word "Unused", which is no secret: as one, every log would lose the word.
    ("tc_svc_broker_jks_pwd", "secret", None, "password of the trust store of Java apps"),
    # Logging.
    ("tc_log_backup_count", "number", "25", "old log files that are kept"),
    ("tc_log_file", "text", "app.log", "name of the log file"),
    ("tc_log_level", "text", "info", "trace, debug, info, warning, error or critical"),
    ("tc_log_max_bytes", "number", "10485760", "size at which a log file is rotated"),
    ("tc_log_to_api", "boolean", "false", "send log events to the platform"),
    # Paths. Their default is the system's folder for temporary files, which is known only at run time.
    ("tc_in_path", "path", None, "folder of files for the app"),
    ("tc_log_path", "path", None, "folder of the log file"),
    ("tc_out_path", "path", None, "folder of message.tc, results.tc and published files"),
    ("tc_temp_path", "path", None, "folder for temporary files"),
    ("tc_session_id", "text", None, "id of this execution"),
    # The proxy.
    ("tc_proxy_host", "text", None, "host of the proxy"),
    ("tc_proxy_port", "number", None, "port of the proxy"),
    ("tc_proxy_username", "text", None, "user at the proxy"),
    ("tc_proxy_password", "secret", None, "password at the proxy"),
    ("tc_proxy_external", "boolean", "false", "use the proxy for third parties"),
    ("tc_proxy_tc", "boolean", "false", "use the proxy for the platform"),
    # Playbooks and services.
    ("tc_kvstore_type", "text", "Redis", "key-value store: Redis, TCKeyValueAPI or Mock"),
    ("tc_kvstore_host", "text", "localhost", "host of the key-value store"),
    ("tc_kvstore_port", "number", "6379", "port of the key-value store"),
    ("tc_kvstore_user", "text", None, "user at the key-value store"),
    ("tc_kvstore_pass", "secret", None, "password at the key-value store"),
    ("tc_kvstore_tls_enabled", "boolean", "false", "use TLS to the key-value store"),
    ("tc_kvstore_tls_port", "number", "6379", "TLS port of the key-value store"),
    ("tc_playbook_kvstore_id", "number", "0", "Redis database of playbook data"),
    ("tc_cache_kvstore_id", "number", "10", "Redis database of app caches"),
    ("tc_playbook_kvstore_context", "text", None, "hash of this playbook execution"),
    ("tc_playbook_out_variables", "list", None, "output variables that the playbook asked for"),
    # Jobs.
    ("tc_job_id", "number", None, "id of the job"),
    # Services.
    ("tc_svc_broker_host", "text", None, "host of the message broker"),
    ("tc_svc_broker_port", "number", None, "port of the message broker"),
    ("tc_svc_broker_token", "secret", None, "token for the message broker"),
    ("tc_svc_broker_conn_timeout", "number", "60", "seconds for connecting to the broker"),
    ("tc_svc_broker_timeout", "number", "60", "seconds for an answer of the broker"),
    ("tc_svc_broker_service", "text", "mqtt", "kind of broker: mqtt or redis"),
    ("tc_svc_server_topic", "text", None, "topic of messages to the app"),
    ("tc_svc_client_topic", "text", None, "topic of messages from the app"),
    ("tc_svc_hb_timeout_seconds", "number", "20", "seconds between heartbeats"),
    ("tc_svc_id", "number", None, "id of the service"),
    ("tcex_testing_context", "text", None, "hash that test tools read the exit message from"),
    # Features.
    ("tc_cal_host", "text", None, "host of CAL"),
    ("tc_cal_token", "secret", None, "token for CAL"),
    ("tc_cal_timestamp", "number", None, "timestamp of the token for CAL"),
    ("tc_smtp_host", "text", None, "host of the mail server"),
    ("tc_smtp_port", "number", None, "port of the mail server"),
    ("tc_smtp_username", "text", None, "user at the mail server"),
    ("tc_smtp_password", "secret", None, "password at the mail server"),
    ("tc_sys_email", "text", None, "sender of the system's mails"),
    # The action "Advanced Request".
    ("tc_adv_req_path", "text", None, "path of an advanced request"),
    ("tc_adv_req_http_method", "text", None, "HTTP method of an advanced request"),
    ("tc_adv_req_params", "array", None, "keys and values of an advanced request's query"),
    ("tc_adv_req_headers", "array", None, "keys and values of an advanced request's headers"),
    ("tc_adv_req_body", "any", None, "body of an advanced request"),
    ("tc_adv_req_exclude_null_params", "boolean", "false", "leave out params without a value"),
    ("tc_adv_req_urlencode_body", "boolean", "false", "send the body as a form"),
    ("tc_adv_req_fail_on_error", "boolean", "false", "fail on an answer that is an error"),
    # How inputs arrive.
    ("tc_secure_params", "boolean", "false", "the remaining inputs are fetched from the platform"),
    ("tc_aot_enabled", "boolean", "false", "the app is launched ahead of time"),
    ("tc_action_channel", "text", None, "Redis list on which a pre-launched app waits"),
    ("tc_exit_channel", "text", None, "Redis list for the exit code of a pre-launched app"),
    ("tc_terminate_seconds", "number", None, "seconds that a pre-launched app waits"),
    # Others.
    ("tc_action", "text", None, "the action that was chosen"),
    ("tc_user_id", "number", None, "id of the running user"),
    ("tc_main_app_class", "text", None, "main class of Java apps"),
    ("tc_space_element_id", "text", None, "id of the element of a Spaces app"),
    ("verify_ssl_external", "boolean", "true", "verify the certificates of third parties"),
)

_OLD_NAMES = {
    "tc_proxy_tc": ("apply_proxy_tc",),
    "tc_proxy_external": ("apply_proxy_external", "apply_proxy_ext"),
    "tc_log_level": ("logging",),
    "tc_kvstore_type": ("tc_playbook_db_type",),
    "tc_kvstore_host": ("tc_playbook_db_path",),
    "tc_kvstore_port": ("tc_playbook_db_port",),
    "tc_playbook_kvstore_context": ("tc_playbook_db_context",),
}

STANDARD_INPUTS: Mapping[str, StandardInput] = MappingProxyType(
    {
        name: StandardInput(
            name,
            "text" if kind == "secret" else kind,
            default,
            meaning,
            sensitive=kind == "secret",
            aliases=_OLD_NAMES.get(name, ()),
        )
        for name, kind, default, meaning in _ROWS
    }
)
"""All standard inputs by name."""

ALIASES: Mapping[str, str] = MappingProxyType({old: name for name, olds in _OLD_NAMES.items() for old in olds})
"""Old names, and the standard input that each one means now.

``tc_playbook_db_path`` is the whole base URL when the key-value store is ``TCKeyValueAPI``; its reader tells by the
scheme.
"""

CREDENTIALS = frozenset(
    {
        "api_access_id",
        "api_secret_key",
        "tc_api_access_id",
        "tc_api_secret_key",
        "tc_token",
        "tc_token_expires",
    }
)
"""The inputs that authorize a run."""

PATHS_BY_DEFAULT = ("tc_in_path", "tc_log_path", "tc_out_path", "tc_temp_path")
"""The paths that are the system's folder for temporary files unless something says otherwise."""

_CANONICAL = re.compile(r"[a-z0-9_]+")


@functools.lru_cache(maxsize=1024)
def canonical_name(name: str) -> str:
    """Return the name by which an input is known: the platform's way to make one of a param's name.

    Lower case, spaces become ``_``, everything outside ``[a-z0-9_]`` is dropped (contract/install_json.md section 2).

    Args:
        name: A name as somebody wrote it: ``TC_TOKEN``, ``My Param``.

    Returns:
        The canonical name; empty when nothing of it is left.
    """
    lowered = name.lower()
    if _CANONICAL.fullmatch(lowered):
        return lowered
    return "".join(_CANONICAL.findall(lowered.replace(" ", "_")))
