"""Header fields, as ``requests`` has them, without its price per field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from requests.structures import CaseInsensitiveDict

if TYPE_CHECKING:
    from collections.abc import ItemsView, Iterable, Iterator, Mapping
    from typing import Self

__all__ = ["Headers"]


class Headers(CaseInsensitiveDict[Any]):
    """The case-insensitive dictionary of ``requests``: names are compared without case, and kept as they were written.

    That one lists and copies itself field by field, each through two Python calls; urllib3 does both with every request. This
    one leaves it to ``dict``.

    Args:
        fields: Names and values, as a mapping or as pairs.
        **more: Further fields.
    """

    def __init__(self, fields: Mapping[str, Any] | Iterable[tuple[str, Any]] = (), **more: Any) -> None:
        self._fields: dict[str, tuple[str, Any]] = {}  # by the name in lower case
        self.update(fields, **more)

    def __setitem__(self, name: str, value: Any) -> None:
        self._fields[name.lower()] = (name, value)

    def __getitem__(self, name: str) -> Any:
        return self._fields[name.lower()][1]

    def __delitem__(self, name: str) -> None:
        del self._fields[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self._fields.values()])

    def __len__(self) -> int:
        return len(self._fields)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field's value, or the default."""
        return self._fields.get(name.lower(), (name, default))[1]

    def items(self) -> ItemsView[str, Any]:
        """Return names and values, as they are now."""
        return dict(self._fields.values()).items()

    def lower_items(self) -> Iterator[tuple[str, Any]]:
        """Return names in lower case, and values."""
        return iter([(name, field[1]) for name, field in self._fields.items()])

    def copy(self) -> Self:
        """Return a copy."""
        copied = self.__class__.__new__(self.__class__)
        copied._fields = self._fields.copy()
        return copied
