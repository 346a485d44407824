"""`gatepost.named_tuples`: what `typing.NamedTuple` does, made faster."""

from __future__ import annotations

import pickle
import typing

import pytest

from gatepost.named_tuples import NamedTuple


class Ours(NamedTuple):
    """A place."""

    line: int
    column: int = 1
    file: str = ""

    @property
    def shown(self) -> str:
        return f"{self.file}:{self.line}"


class Theirs(typing.NamedTuple):
    """A place."""

    line: int
    column: int = 1
    file: str = ""

    @property
    def shown(self) -> str:
        return f"{self.file}:{self.line}"


BOTH = pytest.mark.parametrize("kind", [Ours, Theirs])


@BOTH
def test_values_are_given_by_place_and_by_name(kind: type[Ours]):
    for made in (kind(3), kind(3, 1), kind(3, 1, ""), kind(line=3), kind(3, file=""), kind(file="", column=1, line=3)):
        assert tuple(made) == (3, 1, "")
        assert (made.line, made.column, made.file, made.shown) == (3, 1, "", ":3")


@BOTH
def test_it_is_a_tuple_and_nothing_more(kind: type[Ours]):
    made = kind(3, 4)
    assert isinstance(made, tuple)
    assert made == (3, 4, "")
    assert hash(made) == hash((3, 4, ""))
    assert repr(made) == f"{kind.__name__}(line=3, column=4, file='')"
    assert kind.__doc__ == "A place."
    with pytest.raises(AttributeError):
        made.line = 5  # type: ignore[misc]
    with pytest.raises(AttributeError):
        made.other = 5  # type: ignore[attr-defined]


@BOTH
def test_it_tells_its_fields(kind: type[Ours]):
    assert kind._fields == ("line", "column", "file")
    assert kind._field_defaults == {"column": 1, "file": ""}
    assert typing.get_type_hints(kind) == {"line": int, "column": int, "file": str}
    match kind(3, 4):
        case kind(line, column):
            assert (line, column) == (3, 4)


@BOTH
def test_it_is_copied(kind: type[Ours]):
    made = kind(3, 4, "x")
    assert made._replace(line=5) == kind(5, 4, "x")
    assert type(made._replace(line=5)) is kind
    assert made._asdict() == {"line": 3, "column": 4, "file": "x"}
    assert kind._make([3, 4, "x"]) == made
    assert pickle.loads(pickle.dumps(made)) == made


@BOTH
@pytest.mark.parametrize(
    ("values", "named", "said"),
    [
        ((), {}, "line"),
        ((), {"column": 2}, "line"),
        ((1, 2, "x", 4), {}, "4|5"),
        ((1,), {"line": 2}, "line|multiple"),
        ((1,), {"colour": 2}, "colour"),
    ],
)
def test_wrong_values_are_refused(kind: type[Ours], values: tuple[object, ...], named: dict[str, object], said: str):
    with pytest.raises(TypeError, match=said):
        kind(*values, **named)  # type: ignore[arg-type]


@BOTH
def test_no_other_field_is_replaced(kind: type[Ours]):
    with pytest.raises((ValueError, TypeError), match="colour"):
        kind(1)._replace(colour=2)  # type: ignore[call-arg]


def test_a_default_is_followed_by_defaults():
    with pytest.raises(TypeError, match="default"):

        class Wrong(NamedTuple):
            first: int = 1
            second: int  # type: ignore[misc]
