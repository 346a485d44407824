"""What is off and yet no reason to stop: findings, and the table of the rules behind them."""

from __future__ import annotations

import enum
from dataclasses import dataclass

__all__ = ["RULES", "Finding", "Rule", "Severity"]


class Severity(enum.StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """Something of the app is lost or unsafe until it is corrected."""
    WARNING = "warning"
    """The framework read something else than what is written."""
    NOTE = "note"
    """Read as it was meant; other readers may be less patient."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is off.

    Attributes:
        rule: The rule's number, ``GP101`` for example.
        severity: How much it matters.
        message: What is off, one sentence without a full stop. Never contains a secret.
        remedy: What a person can do about it; empty when there is nothing to do.
        path: The JSON path (``$.params[3].type``); empty when the finding is not about a value of a document.
        line: Line of the value, from 1 (of the object that lacks it, when it is missing); 0 when there is no such place.
        column: Column of the value in characters, from 1; 0 when there is no such place.
        place: Where it was found, for people: a file, an option, a variable's name.
    """

    rule: str
    severity: Severity
    message: str
    remedy: str = ""
    path: str = ""
    line: int = 0
    column: int = 0
    place: str = ""

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.place, self.line, self.column) if part)
        parts = [f"{self.rule} {self.severity}: {self.message}"]
        if where:
            parts.insert(0, where)
        text = ": ".join(parts)
        return f"{text}. {self.remedy}" if self.remedy else text


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    Attributes:
        severity: The severity of its findings.
        title: What the rule is about.
    """

    severity: Severity
    title: str


_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

RULES: dict[str, Rule] = {
    # GP1xx: the text of the file
    "GP101": Rule(_NOTE, "The file is not plain UTF-8 (a byte order mark, or another encoding)"),
    "GP102": Rule(_WARNING, "A comma before a closing bracket"),
    "GP103": Rule(_WARNING, "A comment"),
    "GP104": Rule(_WARNING, "A key twice in one object; the last one counts"),
    "GP105": Rule(_WARNING, "A control character inside a text, not escaped"),
    "GP106": Rule(_WARNING, "NaN, Infinity, or a number out of range; read as null"),
    "GP107": Rule(_WARNING, "Half of a surrogate pair; read as U+FFFD"),
    "GP108": Rule(_NOTE, "Tab characters"),
    "GP109": Rule(_NOTE, "No newline at the end of the file"),
    "GP110": Rule(_ERROR, "A template placeholder that nobody filled in"),
    "GP111": Rule(_WARNING, "An unknown escape sequence; read as it is written"),
    "GP199": Rule(_NOTE, "More findings than are listed"),
    # GP2xx: keys and values, anywhere
    "GP201": Rule(_WARNING, "An unknown key; kept, without effect"),
    "GP202": Rule(_WARNING, "A required key is missing"),
    "GP203": Rule(_WARNING, "A value of another type than the key has; converted"),
    "GP204": Rule(_ERROR, "A value that cannot be what the key needs; ignored"),
    "GP205": Rule(_NOTE, "A null; read as if the key were not there"),
    "GP206": Rule(_WARNING, "A known value in another spelling"),
    "GP207": Rule(_ERROR, "An unknown value; another one is assumed"),
    "GP208": Rule(_NOTE, "A value that only the vendor's Java packager knows"),
    "GP209": Rule(_WARNING, "An object where a list of objects is meant"),
    # GP3xx: params
    "GP301": Rule(_ERROR, "A param without a usable name; ignored"),
    "GP302": Rule(_NOTE, "A param whose input is called otherwise than it is written"),
    "GP303": Rule(_WARNING, "A param without a type; read as String"),
    "GP304": Rule(_NOTE, "A param without a sequence number; its place in the file counts"),
    "GP305": Rule(_WARNING, "A sequence number that another param has"),
    "GP306": Rule(_ERROR, "A param name that another param has; the last one counts"),
    "GP307": Rule(_WARNING, "A default that is not a text"),
    "GP308": Rule(_NOTE, "A Boolean's default written as a text"),
    "GP309": Rule(_WARNING, "A default that is none of the choices"),
    "GP310": Rule(_ERROR, "A secret that the platform would store and show in clear"),
    # GP4xx: the app
    "GP401": Rule(_NOTE, "A languageVersion that is not major.minor"),
    "GP402": Rule(_NOTE, "A programMain that is neither run nor run.py"),
    "GP403": Rule(_WARNING, "No features"),
    "GP404": Rule(_NOTE, "No listDelimiter; read as |"),
    "GP405": Rule(_WARNING, "An appId that is no UUID"),
    "GP406": Rule(_WARNING, "A programVersion that is not x.y.z"),
    # GP5xx: playbook
    "GP501": Rule(_WARNING, "A retry without its numbers"),
    "GP502": Rule(_WARNING, "An output variable without a type; read as String"),
    "GP503": Rule(_NOTE, "An output variable of a type of the app's own"),
    "GP504": Rule(_WARNING, "An output variable that is there twice, with the same name and type"),
}
"""All rules by number: GP1xx the text, GP2xx keys and values, GP3xx params, GP4xx the app, GP5xx its playbook part.

A number is never given to another rule. Sources: contract/install_json.md and contract/manifests_in_the_wild.md.
"""
