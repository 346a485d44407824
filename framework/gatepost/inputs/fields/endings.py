"""What field types say of a value that they refuse: the field's known wording (contract/inputs.md section 7).

Incumbents put ``Error with field "<name>": `` in front. Here the name stands in front of every line already, with the place where
the value came from (`gatepost.inputs.InvalidInputs`); in a plain pydantic model it is the location of the error. No text quotes
the value, since it may be a secret.
"""

from __future__ import annotations

from pydantic_core import PydanticCustomError

__all__ = [
    "EMPTY",
    "empty_value",
    "invalid_entity_type",
    "invalid_input",
    "invalid_integer",
    "invalid_length",
    "invalid_pattern",
    "invalid_type",
]

EMPTY = "an empty value is not allowed for this field"


def empty_value() -> PydanticCustomError:
    """Return the error of an empty value (incumbents: ``InvalidEmptyValue``)."""
    return PydanticCustomError("invalid_empty_value", EMPTY)


def invalid_type(value: object, expected: str) -> PydanticCustomError:
    """Return the error of a value of another type (``InvalidType``)."""
    return PydanticCustomError(
        "invalid_type", "{given} is not a {expected} type", {"given": type(value).__name__, "expected": expected}
    )


def invalid_entity_type(given: str, expected: str) -> PydanticCustomError:
    """Return the error of an entity of another type (``InvalidEntityType``)."""
    return PydanticCustomError("invalid_entity_type", "{given} is not a {expected} type", {"given": given, "expected": expected})


def invalid_length(bound: str, length: int) -> PydanticCustomError:
    """Return the error of a value that is too short or too long (``InvalidLengthValue``); ``bound`` is ``min`` or ``max``."""
    return PydanticCustomError(
        "invalid_length_value", "value must have a {bound} length of {length}", {"bound": bound, "length": length}
    )


def invalid_integer(operation: str, bound: int) -> PydanticCustomError:
    """Return the error of a number outside its bounds (``InvalidIntegerValue``)."""
    return PydanticCustomError(
        "invalid_integer_value", "value must be {operation} {bound}", {"operation": operation, "bound": bound}
    )


def invalid_pattern(pattern: str) -> PydanticCustomError:
    """Return the error of a text that a regular expression does not match (``InvalidPatternValue``)."""
    return PydanticCustomError("invalid_pattern_value", 'value did not match pattern "{pattern}"', {"pattern": pattern})


def invalid_input(what: str) -> PydanticCustomError:
    """Return the error of anything else (``InvalidInput``)."""
    return PydanticCustomError("invalid_input", "{what}", {"what": what})
