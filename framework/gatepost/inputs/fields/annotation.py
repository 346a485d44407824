"""What the annotations of fields have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from gatepost.errors import UsageError

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

__all__ = ["Annotation"]


class Annotation:
    """Stands beside a type in ``Annotated[…]``, and is none itself, as its namesakes of other frameworks are.

    Attributes:
        annotates: The type that it usually stands beside.
    """

    __slots__ = ()

    annotates: ClassVar[str] = "str"

    def core_schema(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return how a value becomes one of the annotated type."""
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler | None = None) -> CoreSchema:
        """Return `core_schema`.

        Raises:
            UsageError: The class itself is written as the type of a field.
        """
        if handler is None:  # asked of the class: what should be the annotation is the type
            name = self.__name__ if isinstance(self, type) else type(self).__name__
            raise UsageError(
                f"{name} is no type of a field",
                why="It stands beside one, and says what is allowed",
                remedy=f"Write {self.annotates} as the type, or Annotated[{self.annotates}, {name}(…)]",
            )
        return self.core_schema(source, handler)
