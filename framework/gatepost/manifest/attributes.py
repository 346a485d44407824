"""``attributes.json`` and its alternative in CSV: attribute types that a feed brings (contract/install_json.md section 9)."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from gatepost.manifest.documents.document import locate_file, read_document
from gatepost.manifest.documents.places import quoted
from gatepost.manifest.file_model import FileModel, build_file, missing
from gatepost.manifest.part import Part
from gatepost.manifest.reading import Reading, as_text, build

if TYPE_CHECKING:
    import os

    from gatepost.manifest.documents.document import Document
    from gatepost.manifest.documents.places import Place

__all__ = ["AttributeType", "Attributes", "ValidationKind", "ValidationRule", "load_attributes", "read_attributes"]


class ValidationKind(enum.StrEnum):
    """How the values of an attribute are checked."""

    REGEX = "REGEX"
    """By a regular expression."""
    XSD = "XSD"
    """By an XML schema."""
    SELECT_ONE_PICKLIST = "SELECT_ONE_PICKLIST"
    """One of a list."""
    SELECT_ONE_RADIO = "SELECT_ONE_RADIO"
    """One of a few."""
    INTEGER = "INTEGER"
    """A whole number."""
    DATE = "DATE"
    """A date."""
    DATE_TIME = "DATE_TIME"
    """A date and a time."""

    @property
    def needs_data(self) -> bool:
        """Whether a rule of this kind says by its ``data`` what it checks."""
        return self not in {ValidationKind.DATE, ValidationKind.DATE_TIME}


class ValidationRule(Part):
    """A rule for the values of attributes."""

    name: str = ""
    """Its name."""
    description: str = ""
    """What it is for."""
    type: ValidationKind | None = None
    """Its kind; None when the file names none that is known."""
    data: str = ""
    """What it checks by: the regular expression, the choices…"""


class AttributeType(Part):
    """A type of attributes."""

    name: str
    """Its name."""
    description: str = ""
    """What it is for."""
    error_message: str = ""
    """What a person is told who enters something else."""
    max_length: int | None = None
    """Longest value, in characters."""
    allow_markdown: bool = False
    """Whether values may be written in Markdown."""
    system: bool = False
    """Whether it is there in the whole system."""
    version: str = ""
    """Its version."""
    indicators: tuple[str, ...] = ()
    """Types of indicators that can have it."""
    groups: tuple[str, ...] = ()
    """Types of groups that can have it."""
    types: tuple[str, ...] = ()
    """Types of indicators and groups, in a CSV file, which does not keep them apart."""
    validation_rule: ValidationRule | None = None
    """How its values are checked."""


class Attributes(FileModel):
    """Attribute types that come with a feed."""

    types: tuple[AttributeType, ...] = ()
    """The types of attributes."""
    validation_rules: tuple[ValidationRule, ...] = ()
    """Rules that types can name."""


def load_attributes(path: str | os.PathLike[str]) -> Attributes:
    """Read attribute types as they are; what is off is in their ``findings``.

    Args:
        path: The file (one that ends in ``.csv`` is read as CSV), or the folder that contains an ``attributes.json``. The names
            of other files are in the manifest's feeds.

    Raises:
        ManifestError: There is no such file, it cannot be read, is no JSON even after repair (no CSV), or holds no object.
    """
    file = locate_file(path, "attributes.json")
    if file.suffix.lower() == ".csv":
        from gatepost.manifest.documents.csv_document import read_csv

        return read_attributes(read_csv(file), is_csv=True)
    return read_attributes(read_document(file, name="attributes.json"))


def read_attributes(document: Document, reading: Reading | None = None, *, is_csv: bool = False) -> Attributes:
    """Make a model of a document that was read before.

    Args:
        document: The document.
        reading: Where to report what is off; default is a new one.
        is_csv: Whether it was CSV, where lists are texts with ``|`` between the items.
    """
    reading = reading or Reading()
    data = document.data
    if not is_csv:
        missing(reading, data, (), ("types",))
    values, unknown = reading.fields(Attributes, data, (), elsewhere={"types", "validationRules"})
    if "types" in data:
        types = (_type(reading, item, where, is_csv=is_csv) for where, item in reading.read_objects(data["types"], ("types",)))
        values["types"] = tuple(kind for kind in types if kind is not None)
    if "validationRules" in data:
        items = reading.read_objects(data["validationRules"], ("validationRules",))
        values["validation_rules"] = tuple(_rule(reading, item, where) for where, item in items)
    return build_file(Attributes, document, reading, values, unknown)


def _type(reading: Reading, data: dict[str, object], place: Place, *, is_csv: bool) -> AttributeType | None:
    if not as_text(data.get("name")):
        reading.report("GP202", place, "this type has no name; ignored", 'Add "name"')
        return None
    missing(reading, data, place, ("description", "errorMessage"))
    if is_csv:
        data = _converted(data)
        if not data.get("types"):
            reading.report("GP202", place, "no 'types' say what can have this attribute", "Write some, with | between them")
    elif not data.get("indicators") and not data.get("groups"):
        reading.report("GP202", place, "neither 'indicators' nor 'groups' says what can have this attribute", "Add one of them")
    values, unknown = reading.fields(AttributeType, data, place, elsewhere={"validationRule"})
    if "validationRule" in data:
        rule = reading.read_object(data["validationRule"], (*place, "validationRule"))
        values["validation_rule"] = None if rule is None else _rule(reading, rule, (*place, "validationRule"))
    return build(AttributeType, values, unknown)


def _converted(row: dict[str, object]) -> dict[str, object]:
    """Return a row of a CSV file with the values that JSON would have: everything in CSV is a text."""
    converted: dict[str, object] = {key: value for key, value in row.items() if value != "" or key == "types"}
    types = converted.get("types")
    if isinstance(types, str):
        converted["types"] = [name.strip() for name in types.split("|") if name.strip()]
    length = converted.get("maxLength")
    if isinstance(length, str) and length.strip().isascii() and length.strip().isdecimal() and len(length) < 20:
        converted["maxLength"] = int(length)
    markdown = converted.get("allowMarkdown")
    if isinstance(markdown, str) and markdown.strip().casefold() in {"true", "false"}:
        converted["allowMarkdown"] = markdown.strip().casefold() == "true"
    return converted


def _rule(reading: Reading, data: dict[str, object], place: Place) -> ValidationRule:
    values, unknown = reading.fields(ValidationRule, data, place, elsewhere={"type"})
    missing(reading, data, place, ("type",))
    kind = values["type"] = reading.member(ValidationKind, data.get("type"), (*place, "type"))
    if kind is None and data.get("type") is not None:
        shown = quoted(str(as_text(data["type"]) or "this"))
        known = ", ".join(member.value for member in ValidationKind)
        reading.report("GP207", (*place, "type"), f"{shown} is no known type of rule; ignored", f"Write one of {known}")
    if kind is not None and kind.needs_data and not values.get("data"):
        reading.report("GP202", place, f"a rule of the type {kind.value} has no data", 'Add "data"')
    return build(ValidationRule, values, unknown)
