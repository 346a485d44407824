"""Inputs from the command line (contract/inputs.md section 1.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatepost.inputs.standard import ALIASES, STANDARD_INPUTS, canonical_name
from gatepost.inputs.values import Finding, Source, Value
from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gatepost.inputs.declared import DeclaredParam

__all__ = ["BOOLEAN_TEXTS", "Arguments", "parse_arguments"]

BOOLEAN_TEXTS: dict[str, bool] = {
    **dict.fromkeys(("1", "t", "true", "y", "yes", "on"), True),
    **dict.fromkeys(("0", "f", "false", "n", "no", "off"), False),
}
"""What a Boolean may be written as, in lower case (contract/inputs.md section 2)."""

_LAUNCH_WORD = "run"


class Arguments(NamedTuple):
    """What the command line held.

    Attributes:
        values: One value for each name.
        findings: What was noticed.
        by_platform: Whether this looks like a launch by the platform, which leaves out the flag of a Boolean that is
            false: the word ``run`` in front, or the folder for outputs among the arguments.
    """

    values: tuple[Value, ...]
    findings: tuple[Finding, ...]
    by_platform: bool


def parse_arguments(arguments: Sequence[str], declared: Mapping[str, DeclaredParam]) -> Arguments:
    """Read arguments as the platform writes them: ``--name value``; ``--name=value`` works too.

    - A Boolean is true when its flag stands alone; it takes the next argument only if that is ``true``, ``no`` and the
      like.
    - Every other known input takes the next argument as its value, also one that begins with ``-`` or ``--`` (a negative
      number, a PEM block), unless it is the flag of a known input: then the value was forgotten. ``--name=--other`` says
      what is meant.
    - An unknown name takes the next argument unless that begins with ``--``, and is a finding where there is a manifest.
    - Repeated flags make a list where several values are allowed; elsewhere the last one counts.
    - ``run`` in front, with which the platform starts Python apps (contract/logging_and_runtime.md section 6), is skipped.

    Args:
        arguments: The arguments, without the program's name.
        declared: The params of the manifest.

    Returns:
        The values, not yet secret, and what was noticed. No finding quotes a value.
    """
    reader = _Reader(list(arguments), declared)
    reader.read()
    values = tuple(Value(name, value, Source.ARGUMENTS, place) for name, (value, place) in reader.values.items())
    by_platform = reader.launched or "tc_out_path" in reader.values
    return Arguments(values, tuple(reader.findings), by_platform)


class _Reader:
    """The state of reading one command line."""

    def __init__(self, arguments: list[str], declared: Mapping[str, DeclaredParam]) -> None:
        self.arguments = arguments
        self.declared = declared
        self.values: dict[str, tuple[object, str]] = {}
        self.findings: list[Finding] = []
        self.launched = bool(arguments) and arguments[0] == _LAUNCH_WORD
        self.position = 1 if self.launched else 0

    def read(self) -> None:
        while self.position < len(self.arguments):
            argument = self.arguments[self.position]
            self.position += 1
            name, equals, attached = self.split(argument)
            if not name:
                # Its text is not shown: it may be the value of a mistyped name, and that may be a secret.
                self.findings.append(Finding(f"argument {self.position} is no --name and was ignored", place="arguments"))
                continue
            self.one(name, attached if equals else None)

    def split(self, argument: str) -> tuple[str, str, str]:
        """Split ``--name=value``; the name is empty when this is no flag."""
        if not argument.startswith("--"):
            return "", "", ""
        written, equals, attached = argument[2:].partition("=")
        name = canonical_name(written)
        if not self.known(name):
            underscored = canonical_name(written.replace("-", "_"))
            name = underscored if self.known(underscored) else name
        return name, equals, attached

    def known(self, name: str) -> bool:
        return name in self.declared or name in STANDARD_INPUTS or name in ALIASES

    def kind(self, name: str) -> str:
        if name in self.declared:
            return self.declared[name].kind
        name = ALIASES.get(name, name)
        return STANDARD_INPUTS[name].kind if name in STANDARD_INPUTS else ""

    def one(self, name: str, attached: str | None) -> None:
        place = f"--{name}"
        kind = self.kind(name)
        value: object = attached
        if attached is None:
            following = self.arguments[self.position] if self.position < len(self.arguments) else None
            if kind == "boolean":
                taken = following is not None and following.strip().lower() in BOOLEAN_TEXTS
            elif kind in ("verification", ""):
                taken = following is not None and not following.startswith("--")
            else:
                taken = following is not None and not self.known(self.split(following)[0])
            if taken:
                value = following
                self.position += 1
            elif kind in ("boolean", "verification", ""):
                value = True
            else:
                self.findings.append(
                    Finding(f"{place} has no value", name, place, f"Write {place}=value when the value begins with --")
                )
                return
        if kind == "" and self.declared:
            self.findings.append(Finding(f"{place} is not declared in the manifest", name, place))
        self.keep(name, value, place)

    def keep(self, name: str, value: object, place: str) -> None:
        if name not in self.values:
            self.values[name] = (value, place)
            return
        earlier = self.values[name][0]
        if name in self.declared and self.declared[name].multiple:
            self.values[name] = ([*earlier, value] if isinstance(earlier, list) else [earlier, value], place)
            return
        self.values[name] = (value, place)
        self.findings.append(Finding(f"{place} is given more than once; the last one counts", name, place))
