"""What can go wrong with a tape."""

from __future__ import annotations

from gatepost.errors import GatepostError

__all__ = ["TapeError", "TapeMismatch"]


class TapeError(GatepostError):
    """A tape cannot be read, written, or used as it was asked to."""


class TapeMismatch(TapeError):
    """What a program asks and what a tape holds are not the same.

    No error of ``requests``: a session does not try again what would fail again, and code that expects network failures does not
    take this for one.
    """
