"""What was found for each input, where, and how far that place is trusted."""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from gatepost.errors import InputError
from gatepost.named_tuples import NamedTuple
from gatepost.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Collected", "Finding", "InvalidInputs", "LookedAt", "Problem", "Source", "Value"]


class Source(enum.IntEnum):
    """Where a value came from. The number is its rank: a lower one is trusted more and wins."""

    EXPLICIT = 0
    PARAM_FILE = 1
    ARGUMENTS = 2
    AOT = 3
    ENVIRONMENT = 4
    DOTENV = 5
    APP_INPUTS = 6
    REMOTE = 7
    DEFAULT = 8
    STANDARD = 9

    @property
    def label(self) -> str:
        """The name of the source as people read it."""
        return _LABELS[self]


_LABELS = {
    Source.EXPLICIT: "explicit",
    Source.PARAM_FILE: "param file",
    Source.ARGUMENTS: "arguments",
    Source.AOT: "AOT",
    Source.ENVIRONMENT: "environment",
    Source.DOTENV: ".env",
    Source.APP_INPUTS: "app_inputs.json",
    Source.REMOTE: "secure params",
    Source.DEFAULT: "default",
    Source.STANDARD: "standard default",
}


class Value(NamedTuple):
    """One value of one input, from one place.

    Attributes:
        name: Name of the input: lower case, underscores (``tc_token``).
        value: The value as it was found, before coercion: mostly text. A `Secret` when the input is sensitive
            (``tc_token``, ``api_secret_key``, params with ``encrypt``), whatever the source; `text` reads both kinds.
        source: The kind of place.
        place: The place itself, never the value: ``--tc_token``, ``TC_TOKEN``, ``/app/.env line 3 (TC_TOKEN)``.
    """

    name: str
    value: object
    source: Source
    place: str = ""

    @property
    def secret(self) -> bool:
        """Whether the value may not be shown."""
        return _holds_secret(self.value)

    @property
    def text(self) -> str:
        """The value as plain text, *revealed* when it is secret; empty when it is ``None``.

        Not for logs or messages. A Boolean is ``true`` or ``false``, as the platform writes it.
        """
        if self.value is None:
            return ""
        if isinstance(self.value, Secret):
            return self.value.reveal()
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        return str(self.value)

    @property
    def empty(self) -> bool:
        """Whether this is no value: ``None`` or an empty text, which is how the platform sends an unset input."""
        value = self.value
        return value is None or (isinstance(value, (str, Secret)) and not value)

    def __repr__(self) -> str:
        shown = repr(self.value) if not self.secret else "Secret('**********')"
        return f"Value({self.name!r}, {shown}, {self.source.name}, {self.place!r})"


class Finding(NamedTuple):
    """Something that a person may want to know about the inputs, and that stops nothing.

    Attributes:
        what: One sentence, without values.
        name: The input that it is about; empty when it is about a source.
        place: The file, variable or argument that it is about.
        remedy: What to do; empty when there is nothing to do.
    """

    what: str
    name: str = ""
    place: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        return ". ".join(part for part in (self.what, self.remedy) if part)


class LookedAt(NamedTuple):
    """A place that was asked for inputs, or was not, and what was there.

    Attributes:
        source: The kind of place.
        place: The place itself: ``/app/.env``, ``TC_APP_PARAM_FILE``.
        outcome: ``5 inputs``, ``does not exist``, ``not asked: a param file was read``.
    """

    source: Source
    place: str
    outcome: str


class Problem(NamedTuple):
    """One thing that is wrong with one input.

    Attributes:
        name: The input.
        what: What is wrong with it, without the value: ``is not a whole number``.
        place: Where the value came from, with the kind of place; empty when there was none.
        remedy: What to do.
    """

    name: str
    what: str
    place: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        origin = f" (from {self.place})" if self.place else ""
        remedy = f". {self.remedy}" if self.remedy else ""
        return f"{self.name}: {self.what}{origin}{remedy}"


class InvalidInputs(InputError):
    """Inputs are missing or wrong, all of them at once.

    The message starts as incumbents' messages do (contract/inputs.md section 4), then has one line per problem.

    Attributes:
        problems: All problems, in the order in which they were found.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        lines = "\n".join(str(problem) for problem in self.problems)
        super().__init__("Input validation errors", why=lines)


class Collected:
    """All values of all sources, and what was noticed on the way. Does not change.

    Args:
        values: Any number of values in any order; inside one source, the first of a name is the better one.
        findings: What was noticed.
        looked_at: The places that were asked, best first.
    """

    __slots__ = ("best", "candidates", "findings", "looked_at")

    candidates: Mapping[str, tuple[Value, ...]]
    best: Mapping[str, Value]
    findings: tuple[Finding, ...]
    looked_at: tuple[LookedAt, ...]

    def __init__(
        self, values: Iterable[Value] = (), findings: Iterable[Finding] = (), looked_at: Iterable[LookedAt] = ()
    ) -> None:
        by_name: dict[str, list[Value]] = {}
        for value in sorted(values, key=lambda value: value.source):
            by_name.setdefault(value.name, []).append(value)
        self.candidates = MappingProxyType({name: tuple(by_name[name]) for name in sorted(by_name)})
        self.best = MappingProxyType({name: _best(found) for name, found in self.candidates.items()})
        self.findings = tuple(findings)
        self.looked_at = tuple(looked_at)

    def from_source(self, source: Source) -> Mapping[str, Value]:
        """Return what one source holds, by input name, empty values included."""
        held: dict[str, Value] = {}
        for name, found in self.candidates.items():
            for value in found:
                if value.source == source:
                    held.setdefault(name, value)
        return held

    def value(self, name: str) -> object:
        """Return the best value of an input as it was found, or ``None``."""
        found = self.best.get(name)
        return None if found is None else found.value

    def __repr__(self) -> str:
        return f"Collected({len(self.best)} inputs, {len(self.findings)} findings)"


def _holds_secret(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return any(_holds_secret(item) for item in value)
    if isinstance(value, dict):
        return any(_holds_secret(item) for item in value.values())
    return isinstance(value, Secret)


def _best(found: tuple[Value, ...]) -> Value:
    """Choose among the candidates of one input, best first.

    Empty text is an unset input, so a lower source may have the value. It does hide the manifest's default: that is
    what the platform's form is filled with at first, and a person who cleared the field meant it.
    """
    for value in found:
        if value.source == Source.DEFAULT and found[0].source < Source.DEFAULT:
            continue
        if not value.empty:
            return value
    return found[0]
