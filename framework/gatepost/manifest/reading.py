"""From the values of a JSON document to the fields of a model: converts what can be converted, and reports it.

Pydantic would do one half of this (it refuses or converts, and says nothing of what it converted). What is read here, pydantic
accepts; a test holds the two together.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, TypeVar

from gatepost.manifest.documents.places import quoted
from gatepost.manifest.part import Part, key_of
from gatepost.named_tuples import NamedTuple

if TYPE_CHECKING:
    import enum
    from collections.abc import Callable, Collection, Iterator, Mapping

    from gatepost.manifest.documents.places import Place

    Member = TypeVar("Member", bound=enum.StrEnum)

AnyPart = TypeVar("AnyPart", bound=Part)

__all__ = ["ABSENT", "MAX_REPORTS", "Reading", "Report", "build", "kind_of", "major_minor", "squash", "three_numbers"]

MAX_REPORTS = 1000
"""So many reports are kept of one document; a file that needs more is not a manifest."""


class _Absent:
    """The type of `ABSENT`."""

    __slots__ = ()


ABSENT = _Absent()
"""What a key that has no usable value is read as."""

_TRUE, _FALSE = frozenset({"true", "t", "yes", "y", "on", "1"}), frozenset({"false", "f", "no", "n", "off", "0", ""})
_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "a boolean", int: "a number", float: "a number"}


class Report(NamedTuple):
    """A finding whose line is not looked up yet.

    Attributes:
        rule: The rule's number.
        place: What is off.
        message: What is off about it.
        remedy: What a person can do.
        of_key: Whether the key is meant and not its value.
        correction: A place, and the value that was read for it: written there, it says to everybody what it says here. None
            where a person has to choose, or where it is no value that is off. Never shown, since it may be a secret.
    """

    rule: str
    place: Place
    message: str
    remedy: str
    of_key: bool = False
    correction: tuple[Place, object] | None = None


def kind_of(value: object) -> str:
    """Return what kind of JSON value it is, in words."""
    return _KINDS.get(type(value), "null")


def squash(name: str) -> str:
    """Return a name without what people write in different ways: case, ``_``, ``-``, blanks and colons."""
    return name.casefold().translate(_SEPARATORS)


_SEPARATORS = str.maketrans("", "", "_- :\t")


class Reading:
    """One pass over one document.

    Attributes:
        limit: How many reports are kept.
        reports: What was off, in the order in which it was met.
        dropped: How many reports found no more room.
    """

    def __init__(self, limit: int = MAX_REPORTS) -> None:
        self.limit = limit
        self.reports: list[Report] = []
        self.dropped = 0

    def report(
        self,
        rule: str,
        place: Place,
        message: str,
        remedy: str = "",
        *,
        of_key: bool = False,
        correction: tuple[Place, object] | None = None,
    ) -> None:
        """Note one thing that is off; what each argument is, `Report` says."""
        if len(self.reports) < self.limit:
            self.reports.append(Report(rule, place, message, remedy, of_key, correction))
        else:
            self.dropped += 1

    def fields(
        self, model: type[Part], data: Mapping[str, object], place: Place, *, elsewhere: Collection[str] = ()
    ) -> tuple[dict[str, object], dict[str, object]]:
        """Read the plain fields of a model: booleans, texts, numbers, and lists of them.

        Args:
            model: The model.
            data: The object.
            place: Where it stands.
            elsewhere: Keys that the caller reads by itself.

        Returns:
            The values by field name, and what stands under unknown keys.
        """
        plan = _plan(model)
        values: dict[str, object] = {}
        unknown: dict[str, object] = {}
        for key, raw in data.items():
            step = plan.get(key)
            if step is None:
                unknown[key] = raw
                if key not in _KEYS_OF_EDITORS:
                    self._unknown_key(model, key, place)
            elif key not in elsewhere:
                value = step.read(self, raw, (*place, key))
                if value is not ABSENT:
                    values[step.field] = value
        return values, unknown

    def _unknown_key(self, model: type[Part], key: str, place: Place) -> None:
        if len(self.reports) >= self.limit:
            self.dropped += 1
            return
        wanted = squash(key)
        remedy = "Correct or remove it"
        if key in _OF_PLAYBOOK and "playbook" in _plan(model):
            remedy = "Put it into 'playbook', where it has one"
        for known in _plan(model):
            if wanted and (squash(known) == wanted or wanted == squash(known) + "value"):
                remedy = f"Write {known!r} if that is meant"
                break
        self.report("GP201", (*place, key), f"{quoted(key)} is not a known key; it has no effect", remedy, of_key=True)

    def read_object(self, value: object, place: Place) -> dict[str, object] | None:
        """Return an object, or None (and report) when it is something else."""
        if isinstance(value, dict):
            return value
        if value is None:
            self.null(place)
        else:
            self.report("GP204", place, f"{kind_of(value)} stands where an object is needed; ignored", "Write an object")
        return None

    def read_objects(self, value: object, place: Place) -> Iterator[tuple[Place, dict[str, object]]]:
        """Yield the objects of a list with their places; what is something else is reported."""
        if isinstance(value, dict):
            self.report("GP209", place, "an object stands where a list of objects is meant", "Put it between [ and ]")
            yield place, value
            return
        if value is None:
            self.null(place)
            return
        if not isinstance(value, list):
            self.report("GP204", place, f"{kind_of(value)} stands where a list is needed; ignored", "Write a list")
            return
        for index, item in enumerate(value):
            found = self.read_object(item, (*place, index))
            if found is not None:
                yield (*place, index), found

    def null(self, place: Place) -> None:
        """Report a null."""
        self.report("GP205", place, "null; read as if the key were not there", "Remove the key, or give it a value")

    def member(self, kind: type[Member], value: object, place: Place) -> Member | None:
        """Return the member of an enumeration that a text means, or None when it means none (the caller reports that).

        Args:
            kind: The enumeration.
            value: The JSON value; anything but a text means no member.
            place: Where it stands.
        """
        if not isinstance(value, str):
            return None
        exact = kind._value2member_map_.get(value)
        if exact is not None:
            return exact  # type: ignore[return-value]
        wanted = squash(value)
        for member in kind:
            if squash(member.value) == wanted:
                what = f"{quoted(value)} is written {member.value!r}"
                self.report("GP206", place, what, f"Write {member.value!r}", correction=(place, member.value))
                return member
        return None

    def boolean(self, value: object, place: Place) -> object:
        """Return a bool, or `ABSENT`."""
        if isinstance(value, bool):
            return value
        if value is None:
            self.null(place)
            return ABSENT
        read = ABSENT if isinstance(value, (dict, list)) else truth(value)
        if isinstance(read, bool):
            self._converted(value, place, "a boolean", str(read).lower(), read)
        else:
            self._useless(value, place, "true or false")
        return read

    def text(self, value: object, place: Place) -> object:
        """Return a str, or `ABSENT`."""
        if isinstance(value, str):
            return value
        if value is None:
            self.null(place)
            return ABSENT
        read = as_text(value)
        if read is None and isinstance(value, list) and value and all(isinstance(line, str) for line in value):
            read = "\n".join(value)
        if read is None:
            self._useless(value, place, "a text")
            return ABSENT
        self._converted(value, place, "a text", 'the value between " and "', read)
        return read

    def integer(self, value: object, place: Place) -> object:
        """Return an int, or `ABSENT`."""
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is None:
            self.null(place)
            return ABSENT
        read: int | None = None
        is_whole = isinstance(value, float) and value.is_integer()
        is_number = isinstance(value, str) and len(value) <= 20 and value.strip().removeprefix("-").isdecimal()
        if isinstance(value, (float, str)) and (is_whole or is_number):
            read = int(value)
        if read is None:
            self._useless(value, place, "a whole number")
            return ABSENT
        self._converted(value, place, "a number", str(read), read)
        return read

    def texts(self, value: object, place: Place) -> object:
        """Return a tuple of str, or `ABSENT`."""
        return self._items(value, place, self.text)

    def integers(self, value: object, place: Place) -> object:
        """Return a tuple of int, or `ABSENT`."""
        return self._items(value, place, self.integer)

    def _items(self, value: object, place: Place, read: Callable[[object, Place], object]) -> object:
        if isinstance(value, list):
            items = (read(item, (*place, index)) for index, item in enumerate(value))
            return tuple(item for item in items if item is not ABSENT)
        if value is None:
            self.null(place)
            return ABSENT
        if isinstance(value, dict):
            self._useless(value, place, "a list")
            return ABSENT
        if value == "":
            self._converted(value, place, "a list", "[]", [])
            return ()
        item = read(value, place)
        if item is ABSENT:
            return ABSENT
        self._converted(value, place, "a list", "the value between [ and ]", [item])
        return (item,)

    def _converted(self, value: object, place: Place, needed: str, written: str, read: object) -> None:
        what = f"{kind_of(value)} stands where {needed} is meant"
        self.report("GP203", place, what, f"Write {written}", correction=(place, read))

    def _useless(self, value: object, place: Place, needed: str) -> None:
        self.report("GP204", place, f"{kind_of(value)} stands where {needed} is needed; ignored", f"Write {needed}")


def truth(value: object) -> object:
    """Return the bool that a text or number means, or `ABSENT`."""
    word = str(value).strip().casefold()
    return True if word in _TRUE else False if word in _FALSE else ABSENT


def as_text(value: object) -> str | None:
    """Return a text, number or boolean as the text that it would be in JSON; None for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        try:
            return str(value)
        except ValueError:  # an integer of more digits than the interpreter writes
            return None
    return None


def build(model: type[AnyPart], values: dict[str, object], unknown: dict[str, object]) -> AnyPart:
    """Return a model of values that have the right types already.

    Args:
        model: The model.
        values: Its values by field name.
        unknown: What stands under unknown keys. Not given by name, since a key may be called like a field.
    """
    part = model.model_construct(_fields_set=None, **values)
    if unknown:
        object.__setattr__(part, "__pydantic_extra__", unknown)
    return part


class _Step(NamedTuple):
    field: str
    read: Callable[[Reading, object, Place], object]


def _nothing(_: Reading, value: object, place: Place) -> object:  # noqa: ARG001 - one of the readers
    return ABSENT


_READERS: dict[object, Callable[[Reading, object, Place], object]] = {
    bool: Reading.boolean,
    str: Reading.text,
    int | None: Reading.integer,
    int: Reading.integer,
    tuple[str, ...]: Reading.texts,
    tuple[int, ...]: Reading.integers,
}

_KEYS_OF_EDITORS = frozenset({"$schema"})
_OF_PLAYBOOK = frozenset({"outputPrefix", "outputVariables", "retry"})
"""Keys that real manifests have one level too high."""


@functools.cache
def _plan(model: type[Part]) -> dict[str, _Step]:
    """Return what to do with each key of a model. Fields of other types than `_READERS` has are the caller's to read."""
    named = key_of if model.model_config.get("alias_generator") is not None else str
    return {named(name): _Step(name, _READERS.get(field.annotation, _nothing)) for name, field in model.model_fields.items()}


def major_minor(version: str) -> str:
    """Return a version cut to ``major.minor``; as it is when it has no such form (``JS``, Java's ``8``)."""
    first, *others = version.strip().split(".")
    if first.isdecimal() and others and others[0].isdecimal():
        return f"{first}.{others[0]}"
    return version


def three_numbers(version: str) -> str:
    """Return ``v1`` or ``1.2`` as ``1.0.0`` or ``1.2.0``; as it is when that is not what it looks like."""
    numbers = version.strip().removeprefix("v").removeprefix("V").split(".")
    if len(numbers) > 3 or not all(number.isascii() and number.isdecimal() for number in numbers):
        return version
    return ".".join([*numbers, "0", "0"][:3])
