"""Comparing structures with ``deepdiff``, which is imported when it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gatepost.errors import GatepostError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["deep_difference"]


def deep_difference(expected: object, actual: object, options: Mapping[str, Any] | None = None) -> Any:
    """Return the ``deepdiff.DeepDiff`` of two values; it is false when they are alike.

    Raises:
        GatepostError: The extra ``testing`` is not installed, or an option is not one.
    """
    try:
        from deepdiff import DeepDiff
    except ModuleNotFoundError:
        raise GatepostError(
            "This comparison needs the package deepdiff",
            why="It is not installed",
            remedy="Install gatepost with its extra: pip install 'gatepost[testing]'",
        ) from None
    try:
        return DeepDiff(expected, actual, **{"verbose_level": 2, **(options or {})})
    except (TypeError, ValueError) as error:
        raise GatepostError("The options of the comparison are not right", why=str(error)) from None
