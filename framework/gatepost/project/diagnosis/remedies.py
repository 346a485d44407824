"""What the findings of a diagnosis mean, and what a person can do about each."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatepost.clock import ADOPTED_SKEW, MAXIMUM_SKEW
from gatepost.inputs.values import Source
from gatepost.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from gatepost.errors import GatepostError
    from gatepost.inputs import Collected
    from gatepost.project.diagnosis.probing import Probe
    from gatepost.runtime.options import Options

__all__ = ["Advice", "Level", "TokenState", "about_probes", "about_settings", "about_token", "duration"]


class Level(enum.StrEnum):
    """How bad it is, worst first."""

    ERROR = "error"
    """A run would fail."""
    WARNING = "warning"
    """A run may fail, or do something unexpected."""
    NOTE = "note"
    """Good to know."""


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to know, and what to do about it. There is no secret in it.

    Attributes:
        level: How bad it is.
        what: What was found, one sentence.
        why: The reason, as far as it is known.
        remedy: What to do; empty when there is nothing to do.
    """

    level: Level
    what: str
    why: str = ""
    remedy: str = ""

    @classmethod
    def of(cls, error: GatepostError) -> Self:
        """Return what an error says."""
        return cls(Level.ERROR, redact(error.what), redact(error.why.strip("\n")), redact(error.remedy))


@dataclass(frozen=True, slots=True)
class TokenState:
    """What is known of the token.

    Attributes:
        kind: ``API``, ``APIV2``, ``SVC``, ``JOB``, or empty (contract/authorization.md section 3.1).
        expires: When it expires, epoch seconds; None when that is not known, or it does not expire by time.
        life_left: Seconds until then by the platform's clock, as far as that is known; negative when it has expired.
    """

    kind: str
    expires: float | None
    life_left: float | None


def about_settings(collected: Collected, options: Options) -> list[Advice]:
    """Judge where the platform is said to be, and how it is reached."""
    advice = []
    path = collected.best.get("tc_api_path")
    if path is None or path.source == Source.STANDARD:
        advice.append(
            Advice(
                Level.WARNING,
                "tc_api_path is not set",
                f"{options.api_path}, the legacy address of the public cloud, is used",
                "Set tc_api_path to your platform: https://HOST/api",
            )
        )
    if options.verify is False:
        advice.append(
            Advice(
                Level.WARNING,
                "The platform's certificate is not verified",
                "tc_verify is false: whoever is on the way can read and change everything",
                "Let tc_verify name the file of your CA instead",
            )
        )
    proxy = collected.best.get("tc_proxy_host")
    if proxy is not None and not proxy.empty and not options.platform_proxies:
        advice.append(
            Advice(
                Level.NOTE,
                "A proxy is set and not used for the platform",
                "tc_proxy_tc is false",
                "Set tc_proxy_tc to true if the platform is behind the proxy; else there is nothing to do",
            )
        )
    return advice


def about_token(token: TokenState, *, accepted: bool) -> list[Advice]:
    """Judge the age of a token."""
    if token.life_left is None:
        return []
    if token.life_left > 0:
        if token.life_left < 600:
            left = duration(token.life_left)
            return [Advice(Level.NOTE, f"The token lives for {left} more", remedy="A run renews it by itself")]
        return []
    level = Level.WARNING if accepted else Level.ERROR
    return [
        Advice(
            level,
            f"The token expired {duration(-token.life_left)} ago",
            "So says tc_token_expires" + (", but the platform accepts it" if accepted else ""),
            "A run tries to renew it once; if the platform refuses that, get a new token, or use HMAC credentials",
        )
    ]


def about_probes(probes: Sequence[Probe], *, scheme: str, fallback: bool) -> list[Advice]:
    """Judge what the platform said.

    Args:
        probes: The probes, in their order; none when no answer arrived.
        scheme: ``token`` or ``hmac``.
        fallback: Whether an HMAC pair stands behind the token.
    """
    if not probes:
        return []
    last = probes[-1]
    advice = [] if last.accepted else [_refusal(last, scheme)]
    if not last.accepted and scheme == "token" and fallback and last.status == 401:
        advice.append(
            Advice(
                Level.NOTE,
                "An HMAC pair stands behind the token",
                "A run takes it when the token is refused and the platform knows no renewal; that is not tried here",
                "See whether it works by itself: gatepost doctor --auth hmac",
            )
        )
    return advice + _about_clock(last)


def _about_clock(probe: Probe) -> list[Advice]:
    skew = probe.skew
    if skew is None or abs(skew) <= ADOPTED_SKEW:
        return []
    direction = "behind" if skew > 0 else "ahead of"
    corrected = abs(skew) <= MAXIMUM_SKEW
    why = "A run corrects that by itself, at the price of a request" if corrected else "That is too far off to be believed"
    return [
        Advice(
            Level.WARNING if corrected else Level.ERROR,
            f"This machine's clock is {duration(abs(skew))} {direction} the platform's",
            f"{why}. The platform accepts five minutes",
            "Set this machine's clock",
        )
    ]


def _refusal(probe: Probe, scheme: str) -> Advice:
    """Say why a probe was not accepted, and what to do."""
    words = probe.words.rstrip(".")
    said = f"It said: {words}" if words else "It gave no reason"
    what = f"The platform refused the credential (status {probe.status})"
    lowered = words.lower()
    if probe.location:
        return Advice(
            Level.ERROR,
            f"The platform redirects to {redact(probe.location)}",
            "tc_api_path is not the platform's own address, or something stands in between",
            "Set tc_api_path to the address that answers by itself",
        )
    if probe.status == 200:
        return Advice(
            Level.ERROR,
            f"Something else than the platform answers at {probe.url.partition('?')[0]}",
            "It answered 200, and not with the platform's JSON: a login page, perhaps",
            "Set tc_api_path to https://HOST/api",
        )
    if "licensed" in lowered:
        return Advice(Level.ERROR, "The platform has no licence for its API", said, "Ask the platform's vendor")
    if "signature data" in lowered:
        return Advice(
            Level.ERROR,
            what,
            said,
            "Copy the secret key once more, and check that it belongs to this access id; "
            "check that no proxy on the way rewrites paths",
        )
    if "timestamp" in lowered:
        return Advice(Level.ERROR, what, said, "Set this machine's clock")
    if probe.status in (401, 403) and scheme == "token":
        return Advice(
            Level.ERROR,
            what,
            f"{said}. The token has expired, was replaced by a newer one, or belongs to another platform",
            "Get a new token, and check tc_api_path. A run would try to renew it first; that is not done here, "
            "since it kills the token for whoever else uses it",
        )
    if probe.status in (401, 403):
        return Advice(
            Level.ERROR,
            what,
            said,
            "Check the access id and that it belongs to this platform (tc_api_path), and the user's rights",
        )
    if probe.status == 404:
        return Advice(
            Level.ERROR,
            f"There is no API at {probe.url.partition('?')[0]}",
            f"The answer has the status 404. {said}",
            "Check tc_api_path: most platforms have it at https://HOST/api",
        )
    remedy = "Wait, and try again" if probe.status in (429, 500, 502, 503, 504) else "Ask the platform's administrator"
    return Advice(Level.ERROR, f"The platform could not answer (status {probe.status})", said, remedy)


def duration(seconds: float) -> str:
    """Return a length of time in words, in two units at most and rounded to the smaller one: ``3 h 59 min``."""
    for size, name, smaller, smaller_name in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min"), (60, "min", 1, "s")):
        whole = round(seconds / smaller) * smaller
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size} {name}" + (f" {rest} {smaller_name}" if rest else "")
    return f"{round(seconds)} s"
