"""What a person wants to see of the inputs: every value, where it came from, and what it won against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gatepost.inputs.declared import declared_params
from gatepost.inputs.standard import ALIASES, STANDARD_INPUTS
from gatepost.redaction import redact
from gatepost.secret import MASK
from gatepost.secret_names import is_secret_input

if TYPE_CHECKING:
    from gatepost.inputs.protocols import ManifestLike
    from gatepost.inputs.values import Collected, Value

__all__ = ["ReportRow", "inputs_report"]


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One input.

    Attributes:
        name: Its name.
        kind: ``app`` (declared in the manifest), ``standard``, ``unknown``.
        shown: Its value as it may be shown: secrets are a mask, unset inputs empty.
        secret: Whether the value is a secret, or its name says that it is one.
        source: The label of its source.
        place: The place in the source.
        overridden: The sources and places that had a value too, and lost, best first.
    """

    name: str
    kind: str
    shown: str
    secret: bool
    source: str
    place: str
    overridden: tuple[tuple[str, str], ...]


def inputs_report(collected: Collected, manifest: ManifestLike | None = None) -> tuple[ReportRow, ...]:
    """Describe all inputs: the app's own first, then what nobody declared, then the standard ones; each by name.

    Args:
        collected: What was collected.
        manifest: The app's manifest, if it has one.

    Returns:
        The rows. There is no secret in them.
    """
    declared = declared_params(manifest)
    rows = []
    for name, best in collected.best.items():
        standard = name in STANDARD_INPUTS or name in ALIASES
        kind = "app" if name in declared else "standard" if standard else "unknown"
        losers = tuple(
            (value.source.label, value.place) for value in collected.candidates[name] if value is not best and not value.empty
        )
        secret = best.secret or is_secret_input(name)  # also where the manifest forgot to say so, or nobody declared it
        rows.append(ReportRow(name, kind, _shown(best, secret=secret), secret, best.source.label, best.place, losers))
    order = ("app", "unknown", "standard")
    return tuple(sorted(rows, key=lambda row: (order.index(row.kind), row.name)))


def _shown(value: Value, *, secret: bool) -> str:
    if value.empty:
        return ""
    # A secret input's text may stand in another input, too, as it does where both take it from ${env.NAME}.
    return MASK if secret else redact(value.text)
