"""The command ``gatepost``. Needs the extra ``cli``."""

from __future__ import annotations

from gatepost.cli.entry import main as main

__all__ = ["main"]
