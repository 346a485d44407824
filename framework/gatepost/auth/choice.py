"""Which credential a run uses, and why: a pure function of the collected values and of where the app runs.

Imports no ``requests``: the choice can be explained without being able to send anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

from gatepost.auth.credentials import HmacCredential, TokenCredential
from gatepost.errors import CredentialError, UsageError
from gatepost.inputs.values import Finding, Source, Value
from gatepost.named_tuples import NamedTuple
from gatepost.secret import Secret

if TYPE_CHECKING:
    from gatepost.inputs.values import Collected

__all__ = ["Choice", "Considered", "NoCredential", "choose_scheme"]

SchemeName = Literal["token", "hmac"]

SOURCES = (
    Source.EXPLICIT,
    Source.PARAM_FILE,
    Source.ARGUMENTS,
    Source.ENVIRONMENT,
    Source.DOTENV,
    Source.APP_INPUTS,
)
"""Where a credential may come from, most trusted first. A manifest's default is not among them: it is published with the app."""

GENERATIONS = (("tc_api_access_id", "tc_api_secret_key"), ("api_access_id", "api_secret_key"))
"""The names of an HMAC pair: of tcex 3 and later, and of the platform's older clients (contract/authorization.md section 5)."""

_NEVER_EXPIRES = "APIV2:"


class Considered(NamedTuple):
    """One credential that was considered.

    Attributes:
        source: Where it was looked for.
        scheme: ``token`` or ``hmac``.
        outcome: ``chosen``, ``fallback``, ``complete`` (but not needed), ``refused`` (chosen, and not to be sent where it would
            go), ``incomplete``, ``reference`` or ``absent``.
        reason: Why, in words; never a value.
        places: The exact places of what was there (``TC_TOKEN``, ``--api_access_id``).
    """

    source: Source
    scheme: SchemeName
    outcome: str
    reason: str
    places: tuple[str, ...] = ()


class Choice(NamedTuple):
    """The credential that a run uses.

    Attributes:
        scheme: ``token`` or ``hmac``.
        source: The source that decided.
        reason: Why this one, in one sentence.
        considered: Everything that was looked at, in the order of trust, with the reason why it won or lost.
        findings: What was odd and stopped nothing.
        token: The token; None when HMAC was chosen.
        hmac: The HMAC pair: chosen, or to fall back on.
    """

    scheme: SchemeName
    source: Source
    reason: str
    considered: tuple[Considered, ...]
    findings: tuple[Finding, ...] = ()
    token: TokenCredential | None = None
    hmac: HmacCredential | None = None

    @property
    def fallback(self) -> bool:
        """Whether an HMAC pair stands behind the token, for servers that know no tokens."""
        return self.scheme == "token" and self.hmac is not None


class NoCredential(CredentialError):
    """No credential can be chosen.

    Attributes:
        considered: Everything that was looked at, as in `Choice`: nothing in it is chosen.
        findings: What was odd beside the reason, as in `Choice`.
    """

    def __init__(
        self,
        what: str,
        *,
        why: str = "",
        remedy: str = "",
        considered: tuple[Considered, ...] = (),
        findings: tuple[Finding, ...] = (),
    ) -> None:
        super().__init__(what, why=why, remedy=remedy)
        self.considered = considered
        self.findings = findings


class _Found(NamedTuple):
    outcome: Literal["complete", "incomplete", "reference", "absent"]
    reason: str
    places: tuple[str, ...]
    credential: TokenCredential | HmacCredential | None = None
    finding: Finding | None = None


def choose_scheme(collected: Collected, *, on_platform: bool, auth: str = "auto") -> Choice:
    """Choose the credential of a run.

    Sources are ranked first, schemes second: the most trusted source that holds a whole credential decides. Inside it a token
    comes before an HMAC pair on the platform, and after it elsewhere.

    Args:
        collected: The collected values.
        on_platform: Whether the platform launched the app.
        auth: ``auto``, or ``token`` or ``hmac`` to force one.

    Raises:
        NoCredential: There is none, or the first that is reached is incomplete, or it would be sent to an API path from a
            less trusted source. It holds every place that was looked at.
        UsageError: ``auth`` is something else.
    """
    if auth not in ("auto", "token", "hmac"):
        raise UsageError(f"{auth!r} is no way to be authorized", remedy="Choose auto, token or hmac")
    order: tuple[SchemeName, ...] = ("token", "hmac") if on_platform else ("hmac", "token")
    allowed = order if auth == "auto" else tuple(scheme for scheme in order if scheme == auth)
    considered: list[Considered] = []
    findings: list[Finding] = []
    choice: Choice | None = None
    stopped: tuple[Source, _Found] | None = None
    for source in _sources(collected):
        values = collected.from_source(source)
        found = {scheme: _LOOK[scheme](values) for scheme in order}
        winner = None
        if choice is None and stopped is None:
            winner = next((scheme for scheme in allowed if found[scheme].outcome == "complete"), None)
        half = next((found[scheme] for scheme in allowed if found[scheme].outcome == "incomplete"), None)
        stops = choice is None and stopped is None and winner is None and half is not None
        for scheme in order:
            item = found[scheme]
            outcome, reason = item.outcome, item.reason
            if winner == scheme:
                outcome = "chosen"  # type: ignore[assignment]
            elif winner == "token" and scheme == "hmac" and item.outcome == "complete" and auth == "auto":
                outcome, reason = "fallback", "behind the token, for servers that know no tokens"  # type: ignore[assignment]
            elif item.outcome == "complete":
                before = choice.source if choice is not None else stopped[0] if stopped is not None else None
                reason = _why_not(scheme, allowed, before, winner, on_platform=on_platform)
            considered.append(Considered(source, scheme, outcome, reason, item.places))
            if item.finding is not None and winner == scheme:
                findings.append(item.finding)
            if item.outcome == "incomplete" and not (stops and item is half):
                findings.append(_incomplete(source, item))
        if winner is not None:
            choice = _choice(source, winner, found, on_platform=on_platform, auth=auth)
        elif stops and half is not None:
            stopped = source, half
    if choice is not None:
        refusal = _misdirected(collected, choice, on_platform=on_platform)
        if refusal is None:
            return choice._replace(considered=tuple(considered), findings=tuple(findings))
        # It is told as refused for that reason; what stood behind it is not used either.
        considered = [
            row._replace(outcome="refused", reason=refusal.what[0].lower() + refusal.what[1:])
            if row.outcome == "chosen"
            else row._replace(outcome="complete", reason="complete, but the token before it is refused")
            if row.outcome == "fallback"
            else row
            for row in considered
        ]
    elif stopped is not None:
        refusal = CredentialError(
            f"The credential from {_source_words(stopped[0])} is incomplete",
            why=stopped[1].reason,
            remedy=_remedy_of_half(stopped[1]),
        )
    else:
        refusal = _nothing(considered, allowed)
    raise NoCredential(
        refusal.what, why=refusal.why, remedy=refusal.remedy, considered=tuple(considered), findings=tuple(findings)
    )


def _incomplete(source: Source, half: _Found) -> Finding:
    return Finding(f"{source.label}: {half.reason}", place=_and(half.places), remedy=_remedy_of_half(half))


def _remedy_of_half(half: _Found) -> str:
    return f"Complete it in the same place, or remove {_and(half.places)}"


def _choice(source: Source, winner: SchemeName, found: Mapping[SchemeName, _Found], *, on_platform: bool, auth: str) -> Choice:
    token, hmac = found["token"].credential, found["hmac"].credential
    if auth != "auto":
        reason = f"the first {winner} credential by trust: auth={auth} was asked for"
    elif token is None or hmac is None:
        reason = "the most trusted source that holds a whole credential"
    else:
        where = "on the platform" if on_platform else "outside the platform"
        first, second = ("a token", "an HMAC pair") if on_platform else ("an HMAC pair", "a token")
        reason = f"the most trusted source that holds a whole credential; {where} {first} comes before {second}"
    return Choice(
        winner,
        source,
        reason,
        (),
        (),
        token if winner == "token" and isinstance(token, TokenCredential) else None,
        hmac if isinstance(hmac, HmacCredential) and (winner == "hmac" or auth == "auto") else None,
    )


def _why_not(
    scheme: SchemeName, allowed: tuple[SchemeName, ...], before: Source | None, winner: SchemeName | None, *, on_platform: bool
) -> str:
    if scheme not in allowed:
        return "complete, but the other scheme was asked for"
    if before is not None:
        return f"complete, but {_source_words(before)} is trusted more"
    where = "on the platform a token comes first" if on_platform else "outside the platform an HMAC pair comes first"
    return f"complete, but {where}" if winner else "complete"


def _look_for_token(values: Mapping[str, Value]) -> _Found:
    value = values.get("tc_token")
    expires = values.get("tc_token_expires")
    has_expires = expires is not None and not expires.empty
    if value is None or value.empty:
        if has_expires and expires is not None:
            return _Found("absent", "tc_token_expires stands alone, which is no credential", (expires.place,))
        return _Found("absent", "tc_token is not set", ())
    if _is_reference(value):
        return _Found("reference", "tc_token is a reference (&{…}), which needs a session to be read", (value.place,))
    places = (value.place, *((expires.place,) if has_expires and expires is not None else ()))
    if value.text.startswith(_NEVER_EXPIRES):
        return _Found("complete", "a token that does not expire by time", places, TokenCredential(Secret(value.text), None))
    if not has_expires or expires is None:
        return _Found(
            "complete",
            "a token whose expiry is not known",
            places,
            TokenCredential(Secret(value.text), None),
            Finding(
                "tc_token came without tc_token_expires: it is renewed only after the platform refused it",
                "tc_token",
                value.place,
                "Set tc_token_expires in the same place",
            ),
        )
    try:
        moment = float(expires.text)
    except ValueError:
        return _Found("incomplete", f"tc_token_expires ({expires.place}) is not a number of seconds", places)
    if not 0 < moment < 1e11:
        return _Found(
            "incomplete", f"tc_token_expires ({expires.place}) is not a time in seconds since 1970; perhaps milliseconds", places
        )
    return _Found("complete", "a token with its expiry", places, TokenCredential(Secret(value.text), moment))


def _look_for_hmac(values: Mapping[str, Value]) -> _Found:
    partial: _Found | None = None
    for names in GENERATIONS:
        pair = [values.get(name) for name in names]
        held = [value for value in pair if value is not None and not value.empty]
        if not held:
            continue
        places = tuple(value.place for value in held)
        references = [value.name for value in held if _is_reference(value)]
        plain = [value for value in held if not _is_reference(value)]
        if len(plain) == 2:
            reason = f"an HMAC pair ({names[0]}, {names[1]})"
            return _Found("complete", reason, places, HmacCredential(plain[0].text, Secret(plain[1].text)))
        if not plain:
            found = _Found(
                "reference", f"{_and(tuple(references))}: a reference (&{{…}}), which needs a session to be read", places
            )
        elif references:
            found = _Found(
                "incomplete",
                f"{references[0]} is a reference (&{{…}}), which needs a session to be read; {plain[0].name} is set",
                places,
            )
        else:
            missing = names[1] if plain[0].name == names[0] else names[0]
            found = _Found("incomplete", f"{plain[0].name} is set ({plain[0].place}), {missing} is not", places)
        if partial is None or (partial.outcome == "reference" and found.outcome == "incomplete"):
            partial = found
    return partial or _Found("absent", "no api_access_id and api_secret_key", ())


_LOOK: dict[SchemeName, Callable[[Mapping[str, Value]], _Found]] = {"token": _look_for_token, "hmac": _look_for_hmac}


def _is_reference(value: Value) -> bool:
    return value.text.startswith("&{") and value.text.endswith("}")


def _misdirected(collected: Collected, choice: Choice, *, on_platform: bool) -> CredentialError | None:
    """Return why not: the destination, or a looser check of it, comes from a source that is trusted less than the credential."""
    ours, place = _source_words(choice.source), choice.source.label
    path = _less_trusted(collected, "tc_api_path", choice)
    if path is not None:
        theirs = _source_words(path.source)
        return CredentialError(
            f"The credential from {ours} would be sent to an API path from {theirs}",
            why=f"{path.place or path.source.label} is trusted less than the credential, and could send it anywhere",
            remedy=f"Set tc_api_path where the credential is set ({place}), or move the credential to {path.source.label}",
        )
    verify = _less_trusted(collected, "tc_verify", choice)
    if verify is None or verify.text.strip().lower() in _VERIFIED or (on_platform and verify.source == Source.DEFAULT):
        return None
    return CredentialError(
        f"The credential from {ours} would be sent to a server that {_source_words(verify.source)} vouches for",
        why=f"tc_verify in {verify.place or verify.source.label} turns verification off or names a CA of its own, "
        "and is trusted less than the credential",
        remedy=f"Set tc_verify where the credential is set ({place}), or move the credential to {verify.source.label}",
    )


def _sources(collected: Collected) -> tuple[Source, ...]:
    """Return where to look; among the inputs of an app that was launched ahead of time only where it was."""
    return tuple(sorted({*SOURCES, Source.AOT})) if collected.from_source(Source.AOT) else SOURCES


_VERIFIED = frozenset({"1", "t", "true", "y", "yes", "on"})


def _less_trusted(collected: Collected, name: str, choice: Choice) -> Value | None:
    value = collected.best.get(name)
    if value is None or value.empty or value.source == Source.STANDARD or value.source <= choice.source:
        return None
    return value


def _nothing(considered: list[Considered], allowed: tuple[SchemeName, ...]) -> CredentialError:
    lines = []
    for source in dict.fromkeys(row.source for row in considered):
        rows = [row for row in considered if row.source == source]
        lines.append(f"  {source.label}: " + "; ".join(row.reason for row in rows))
    if allowed == ("token",):
        wanted = "tc_token (with tc_token_expires)"
    elif allowed == ("hmac",):
        wanted = "api_access_id and api_secret_key"
    else:
        wanted = "api_access_id and api_secret_key, or tc_token (with tc_token_expires)"
    return CredentialError(
        "There is no credential for the platform",
        why="Looked at, most trusted first:\n" + "\n".join(lines) + "\n",
        remedy=f"Set {wanted}: as inputs of the app, in the environment (TC_TOKEN, API_ACCESS_ID…) or in the app's .env",
    )


def _source_words(source: Source) -> str:
    words = {Source.EXPLICIT: "the call itself", Source.PARAM_FILE: "the param file", Source.ARGUMENTS: "the arguments"}
    return words.get(source, "the environment" if source == Source.ENVIRONMENT else source.label)


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(dict.fromkeys(names))
