"""Checks that other frameworks have as callables for ``field_validator`` (contract/inputs.md section 7).

Here each is an annotation, too: ``Annotated[list[str], always_array()]`` says the same as
``field_validator("names", mode="before")(always_array())``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol, TypedDict

from gatepost.errors import UsageError
from gatepost.inputs.fields.endings import empty_value, invalid_input, invalid_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pydantic import GetCoreSchemaHandler, ValidationInfo
    from pydantic_core import CoreSchema

__all__ = [
    "CheckWithFields",
    "Rule",
    "ValueCheck",
    "always_array",
    "conditional_required",
    "entity_input",
    "modify_advanced_settings",
]


class ValueCheck(Protocol):
    """A check of one value: an annotation, and a function for ``field_validator(…, mode="before")``."""

    def __call__(self, value: Any, /) -> Any:
        """Return the value as it shall be, or raise what pydantic reports."""


class CheckWithFields(Protocol):
    """A check of a value that asks for other fields: an annotation, and a function for ``field_validator(…, mode="before")``."""

    def __call__(self, value: Any, info: ValidationInfo, /) -> Any:
        """Return the value as it shall be, or raise what pydantic reports."""


def always_array(
    *,
    allow_empty: bool = True,
    include_empty: bool = False,
    include_null: bool = False,
    split_csv: bool = False,
    strip: bool = False,
) -> ValueCheck:
    """Make a list of whatever comes.

    ``Annotated[list[str], always_array(split_csv=True, strip=True)]``: a list stays one, any other value becomes its only item.

    Args:
        allow_empty: Whether an empty list will do.
        include_empty: Whether empty text is an item; otherwise it is an empty list.
        include_null: Whether None is an item; otherwise it is an empty list.
        split_csv: Whether a text is split at ``,``.
        strip: Whether blanks around texts are dropped.
    """

    def check(value: Any) -> list[Any]:
        if isinstance(value, (list, tuple)):
            items = list(value)
        elif value is None:
            items = [None] if include_null else []
        elif value == "":
            items = [""] if include_empty else []
        elif split_csv and isinstance(value, str):
            items = list(value.split(","))
        else:
            items = [value]
        if strip:
            items = [item.strip() if isinstance(item, str) else item for item in items]
        if not items and not allow_empty:
            raise empty_value()
        return items

    return _annotation(check)


class Rule(TypedDict):
    """One condition of `conditional_required`.

    Attributes:
        field: Another field of the model, which stands *before* the one that is checked.
        op: ``eq``, ``ne``, ``in`` (the field's value is one of ``value``), ``ni`` (it is none of them).
        value: What to compare with.
    """

    field: str
    op: Literal["eq", "in", "ne", "ni"]
    value: Any


_OPERATIONS = ("eq", "in", "ne", "ni")


def conditional_required(rules: Sequence[Rule]) -> CheckWithFields:
    """Require a value where other fields say so: where all rules hold.

    ```python
    kind: str
    domain: Annotated[str | None, conditional_required([{"field": "kind", "op": "eq", "value": "Host"}])] = None
    ```

    A `gatepost.Inputs` looks at the default of a field with this annotation, too. Any other pydantic model, and a
    ``field_validator``, has to be told to, with ``Field(validate_default=True)``. A field that was refused fulfils no rule.

    Args:
        rules: The conditions; at least one.

    Raises:
        UsageError: A rule has another ``op``, or there is no rule.
    """
    wrong = next((rule for rule in rules if rule["op"] not in _OPERATIONS), None)
    if wrong is not None or not rules:
        what = f"{wrong['op']!r} is no operation" if wrong is not None else "conditional_required needs a rule"
        raise UsageError(what, remedy=f"Use one of {', '.join(_OPERATIONS)}: {{'field': …, 'op': 'eq', 'value': …}}")
    kept = tuple(rules)

    def check(value: Any, info: ValidationInfo) -> Any:
        if (value is None or value in ("", [])) and all(_holds(rule, info.data) for rule in kept):
            raise empty_value()
        return value

    def core_schema_of(source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.with_info_before_validator_function(check, handler(source))

    # What gatepost.Inputs looks for in a field's metadata.
    check.__dict__.update(__get_pydantic_core_schema__=core_schema_of, checks_default=True)
    return check


def _holds(rule: Rule, data: Mapping[str, Any]) -> bool:
    if rule["field"] not in data:
        return False
    value, wanted = data[rule["field"]], rule["value"]
    if rule["op"] in ("eq", "ne"):
        return bool(value == wanted) is (rule["op"] == "eq")
    return (value in wanted) is (rule["op"] == "in")


def entity_input(
    *,
    allow_empty: bool = False,
    only_field: Literal["value", "id"] | None = None,
    type_filter: Iterable[str] | None = None,
) -> ValueCheck:
    """Keep the entities of some types, or one member of each.

    ``Annotated[list[str], entity_input(only_field="value")]``: a list gives a list, a single entity a single one or None.

    Args:
        allow_empty: Whether nothing may be left.
        only_field: The member that is kept, in place of the entity.
        type_filter: The types that are kept; None keeps all.
    """
    types = None if type_filter is None else frozenset(type_filter)

    def check(value: Any) -> Any:
        entities = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
        kept = [entity for entity in entities if types is None or _member(entity, "type") in types]
        if only_field is not None:
            kept = [_member(entity, only_field) for entity in kept]
        kept = [item for item in kept if item is not None and item != ""]
        if not kept and not allow_empty:
            raise empty_value()
        if isinstance(value, (list, tuple)):
            return kept
        return kept[0] if kept else None

    return _annotation(check)


def _member(entity: Any, name: str) -> Any:
    from gatepost.inputs.fields.entities import TCEntity

    if isinstance(entity, TCEntity):
        return getattr(entity, name)
    if isinstance(entity, dict):
        return entity.get(name)
    raise invalid_type(entity, "TCEntity")


def modify_advanced_settings(input_name: str) -> ValueCheck:
    """Read ``a=1|b=2`` as a dictionary with names in lower case.

    ``Annotated[dict[str, str], modify_advanced_settings("tuning")]``. Blanks around names and values and empty parts are dropped;
    a value may hold ``=``. An error tells no text of the value.

    Args:
        input_name: The input, for the error of a setting that is given twice or has no name.
    """

    def check(value: Any) -> dict[str, str]:
        if value is None:
            return {}
        if isinstance(value, dict):
            return value
        if not isinstance(value, str):
            raise invalid_type(value, "string")
        settings: dict[str, str] = {}
        for number, part in enumerate(value.split("|"), 1):
            if not part.strip():
                continue
            name, equals, text = (piece.strip() for piece in part.partition("="))
            if not equals or not name:
                raise invalid_input(f"setting {number} of {input_name} is not written as name=value")
            if name.lower() in settings:
                raise invalid_input(f"setting {number} of {input_name} has the name of an earlier one")
            settings[name.lower()] = text
        return settings

    return _annotation(check)


def _annotation(check: Callable[[Any], Any]) -> ValueCheck:
    """Make a function an annotation, too. It stays a function, since ``field_validator`` takes no other callable."""

    def core_schema_of(source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_before_validator_function(check, handler(source))

    check.__dict__["__get_pydantic_core_schema__"] = core_schema_of
    return check
