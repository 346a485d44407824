"""What goes wrong while pages are read."""

from __future__ import annotations

from gatepost.errors import GatepostError

__all__ = ["PagingError"]


class PagingError(GatepostError):
    """Pages cannot be read on: an answer is not what it was said to be, or the server leads in a circle.

    What was read before has been handed out, and its checkpoint is saved.
    """
