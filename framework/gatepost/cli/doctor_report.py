"""A diagnosis, for people and for programs."""

from __future__ import annotations

import dataclasses
import datetime
import platform
from itertools import groupby
from typing import TYPE_CHECKING

from gatepost.cli.output import print_json, print_table, print_text
from gatepost.project.diagnosis.remedies import duration
from gatepost.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gatepost.project.diagnosis.doctor import Diagnosis, TokenState
    from gatepost.project.diagnosis.probing import Probe
    from gatepost.project.diagnosis.remedies import Advice
    from gatepost.project.diagnosis.service_checks import ServiceCheck

__all__ = ["report_as_json", "report_as_text"]


def report_as_text(diagnosis: Diagnosis) -> None:
    """Print a diagnosis: the credential, the settings, the inputs, what the platform said, what to do."""
    kind = "app" if diagnosis.app is not None else "script"
    print_table(
        ("", ""),
        [
            (kind, diagnosis.app or "(no install.json: what a script here would use)"),
            ("folder", diagnosis.folder),
            ("gatepost", f"{__version__}, Python {platform.python_version()}"),
        ],
    )
    if diagnosis.platform_asked:
        _print_credential(diagnosis)
    if diagnosis.settings:
        print_text()
        rows = [(setting.name, setting.value, setting.place) for setting in diagnosis.settings]
        print_table(("setting", "value", "from"), rows)
    inputs = [row for row in diagnosis.inputs if row.source not in ("standard default", "default") or row.kind == "app"]
    if inputs:
        print_text()
        print_table(
            ("input", "value", "from", "instead of"),
            [
                (row.name, row.shown, f"{row.source}: {row.place}", ", ".join(place for _, place in row.overridden))
                for row in inputs
            ],
        )
    for probe in diagnosis.probes:
        _print_probe(probe)
    for service in diagnosis.services:
        _print_service(service)
    if diagnosis.offline:
        print_text("\nNothing was sent: --offline.")
    every_advice = [*diagnosis.advice, *(advice for service in diagnosis.services for advice in service.advice)]
    if every_advice:
        print_text()
    for advice in every_advice:
        print_text(f"{advice.level.value.upper()}  {advice.what}")
        for label, words in (("why", advice.why), ("to do", advice.remedy)):
            if words:
                first, *more = words.split("\n")
                print_text(f"  {label + ':':6} {first}")
                for line in more:
                    print_text(f"         {line}")
    print_text()
    for service in diagnosis.services:
        print_text(_service_verdict(service, offline=diagnosis.offline))
    if diagnosis.platform_asked:
        print_text(_verdict(diagnosis))


def report_as_json(diagnosis: Diagnosis) -> None:
    """Print a diagnosis as one JSON object."""
    print_json(
        {
            "healthy": diagnosis.healthy,
            "platform_asked": diagnosis.platform_asked,
            "accepted": diagnosis.accepted,
            "folder": str(diagnosis.folder),
            "app": diagnosis.app,
            "gatepost": __version__,
            "python": platform.python_version(),
            "credential": {
                "scheme": diagnosis.scheme or None,
                "source": diagnosis.source or None,
                "reason": diagnosis.reason or None,
                "fallback": diagnosis.fallback,
                "token": dataclasses.asdict(diagnosis.token) if diagnosis.token else None,
                "considered": [
                    {**row._asdict(), "source": row.source.label, "places": list(row.places)} for row in diagnosis.considered
                ],
            },
            "looked_at": [{**place._asdict(), "source": place.source.label} for place in diagnosis.looked_at],
            "settings": [dataclasses.asdict(setting) for setting in diagnosis.settings],
            "inputs": [
                {**dataclasses.asdict(row), "overridden": [list(place) for place in row.overridden]} for row in diagnosis.inputs
            ],
            "offline": diagnosis.offline,
            "probes": [dataclasses.asdict(probe) for probe in diagnosis.probes],
            "services": [
                {
                    "name": service.name,
                    "healthy": service.healthy,
                    "scheme": service.scheme,
                    "url": service.url,
                    "steps": [dataclasses.asdict(step) for step in service.steps],
                    "advice": _as_objects(service.advice),
                }
                for service in diagnosis.services
            ],
            "advice": _as_objects(diagnosis.advice),
        }
    )


def _as_objects(advice: Iterable[Advice]) -> list[dict[str, object]]:
    return [{**dataclasses.asdict(item), "level": item.level.value} for item in advice]


def _print_credential(diagnosis: Diagnosis) -> None:
    print_text()
    if diagnosis.considered:
        print_table(("credential from", "scheme", "outcome", "why", "place"), _chain(diagnosis))
    else:
        rows = [(place.source.label, place.place, place.outcome) for place in diagnosis.looked_at]
        print_table(("looked at", "place", "found"), rows)
    if diagnosis.scheme:
        print_text()
        print_text(f"Used: {diagnosis.scheme} from {diagnosis.source}, {diagnosis.reason}.")
    if diagnosis.token is not None:
        print_text(f"Token: {_token(diagnosis.token)}.")


def _chain(diagnosis: Diagnosis) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield every place that was looked at: what was there of a credential, or in one line that nothing was."""
    places = {looked.source: looked for looked in diagnosis.looked_at}
    for source, rows in groupby(diagnosis.considered, key=lambda row: row.source):
        there = [row for row in rows if row.outcome != "absent" or row.places]
        for row in there:
            yield source.label, row.scheme, row.outcome, row.reason, ", ".join(row.places)
        if not there:
            looked = places.get(source)
            yield source.label, "", "absent", looked.outcome if looked else "not looked at", looked.place if looked else ""


def _token(token: TokenState) -> str:
    kind = f"of the kind {token.kind}" if token.kind else "of an unknown kind"
    if token.expires is None or token.life_left is None:
        return f"{kind}, no time of expiry is known"
    moment = datetime.datetime.fromtimestamp(token.expires, datetime.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    left = f"in {duration(token.life_left)}" if token.life_left > 0 else f"{duration(-token.life_left)} ago"
    return f"{kind}, expires {moment} ({left})" if token.life_left > 0 else f"{kind}, expired {moment} ({left})"


def _print_probe(probe: Probe) -> None:
    print_text()
    clock = "it told no time"
    if probe.skew is not None:
        near = abs(probe.skew) < 1
        clock = "as here" if near else f"{duration(abs(probe.skew))} {'ahead of' if probe.skew > 0 else 'behind'} this machine's"
    print_table(
        ("", ""),
        [
            ("asked", f"GET {probe.url}" + (" (by the platform's time)" if probe.corrected_clock else "")),
            ("answer", f"{probe.status}, {'accepted' if probe.accepted else 'not accepted'}"),
            *([("said", f"{probe.words} {probe.code}".strip())] if probe.words else []),
            ("TLS", probe.tls_version or "not seen"),
            ("its clock", clock),
        ],
    )


def _print_service(service: ServiceCheck) -> None:
    print_text()
    print_text(f"The service {service.name} ({service.scheme}) at {service.url or 'no address'}:")
    print_table(("step", "outcome", "what was seen"), [(step.name, step.outcome, step.detail) for step in service.steps])


def _service_verdict(service: ServiceCheck, *, offline: bool) -> str:
    failed = next((step.name for step in service.steps if step.outcome == "failed"), "")
    if failed:
        return f"The service {service.name} cannot be used: {failed} failed."
    if offline:
        return f"The service {service.name} was not asked."
    asked = any(step.name == "request" and step.outcome == "ok" for step in service.steps)
    return f"The service {service.name} {'accepts the credential' if asked else 'can be reached'}."


def _verdict(diagnosis: Diagnosis) -> str:
    if diagnosis.accepted:
        return "The platform accepts the credential."
    if diagnosis.offline:
        return "Whether the platform accepts the credential was not asked."
    if not diagnosis.scheme:
        return "Nothing was sent: there is no credential to send."
    if diagnosis.probes:
        return "The platform does not accept the credential."
    return "The platform was not reached."
