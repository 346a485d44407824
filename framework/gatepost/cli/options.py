"""Options that more than one command has."""

from __future__ import annotations

import enum
import math
from typing import Annotated

import typer

__all__ = ["AuthChoice", "Inputs", "Scenario", "name_and_value", "seconds"]


class AuthChoice(enum.StrEnum):
    """How to be authorized."""

    TOKEN = "token"  # noqa: S105 - a scheme's name
    HMAC = "hmac"
    AUTO = "auto"


Inputs = Annotated[
    list[str] | None, typer.Option("--input", "-i", metavar="NAME=VALUE", help="An input for this run; may be repeated.")
]


Scenario = Annotated[
    str | None,
    typer.Option(
        "--inputs", metavar="NAME|FILE", help="Inputs from app_inputs.d/NAME.json, or from FILE, before those of app_inputs.json."
    ),
]


def name_and_value(text: str) -> tuple[str, str]:
    """Split ``name=value``; the value may hold anything.

    Raises:
        typer.BadParameter: There is no name, or no ``=``.
    """
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise typer.BadParameter("write name=value", param_hint="--input")
    return name.strip(), value


def seconds(value: float | None) -> float | None:
    """Return a number of seconds; use as the callback of an option.

    Raises:
        typer.BadParameter: It is infinite, or none: no clock can count to it.
    """
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter("write a number of seconds")
    return value
