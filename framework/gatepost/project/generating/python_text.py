"""Python source as a formatter leaves it: lines of 88 characters, double quotes, a comma after the last item of what is split.

What fits into a line of 88 fits into every longer one, and what is split ends with a comma, which keeps it split: the text stands
as it is under any greater line length.
"""

from __future__ import annotations

import keyword
import re
import textwrap
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = ["LINE_LENGTH", "class_name", "docstring", "field_lines", "identifier", "literal", "prose", "width"]

LINE_LENGTH = 88
"""The default of the common formatters."""

_ALL_OF_ONE_COLUMN = "\u1100"
"""The first character that formatters may count as more than one column."""

_LONGEST_NAME = 40
_INDENT = "    "
_NO_WORD = re.compile(r"[^0-9A-Za-z_]+")
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def literal(value: object) -> str:
    """Return a text, number, boolean, None, or a list of them, as it is written in a program."""
    if isinstance(value, str):
        quote = "'" if value.count('"') > value.count("'") else '"'
        return quote + "".join(_character(character, quote) for character in value) + quote
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(literal, value))}]"
    return repr(value)


def width(text: str) -> int:
    """Return how many columns a text has at most, as formatters count them: letters of East Asia are two.

    Of what else stands beyond the alphabets they count up to three, not all of them alike. A line that is taken for too long is
    split, and stays so; one that is taken for short is split by the next formatter.
    """
    if text.isascii():
        return len(text)
    beyond = (unicodedata.east_asian_width(letter) in "WF" for letter in text if letter >= _ALL_OF_ONE_COLUMN)
    return len(text) + sum(1 if wide else 2 for wide in beyond)


def _character(character: str, quote: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character == quote:
        return f"\\{quote}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def prose(*parts: str) -> str:
    """Return texts of people as sentences on one line: blanks made one, what cannot be seen left out."""
    sentences = []
    for part in parts:
        text = " ".join("".join(letter if letter.isprintable() else " " for letter in part).split())
        text = text.replace('"""', "'''").replace("\\", "\\\\")
        if text and text not in sentences:
            sentences.append(text if text[-1] in ".!?:" else f"{text}.")
    return " ".join(sentences)


def docstring(text: str, indent: str) -> list[str]:
    """Return the lines of a docstring that holds `prose`."""
    if not text:
        return []
    start = " " if text.startswith('"') else ""
    if len(indent) + width(text) + len(start) + 6 <= LINE_LENGTH:
        return [f'{indent}"""{start}{text}"""']
    wrap = textwrap.TextWrapper(LINE_LENGTH - len(indent) - 4, break_long_words=False, break_on_hyphens=False)
    first, *others = wrap.wrap(text)
    return [f'{indent}"""{start}{first}', *(indent + line for line in others), f'{indent}"""']


def field_lines(
    name: str,
    annotation: str,
    default: str | Sequence[str] = "",
    *,
    members: Sequence[str] = (),
    many: bool = False,
    alias: str = "",
) -> list[str]:
    """Return the lines of a field of a model, indented as a class has it.

    Args:
        name: Its name.
        annotation: Its type.
        default: Its default as source, or the items of a list that is it; empty for a field that is required.
        members: The members of the ``Literal`` that the type is, as source, where it may be split.
        many: Whether the type is a list of that ``Literal``.
        alias: The name of the input, where it is another one.
    """
    shown = default if isinstance(default, str) else f"[{', '.join(default)}]"
    ends = f"validation_alias={literal(alias)}" if alias else ""
    arguments = [*([f"default={shown}"] if shown else []), *([ends] if alias else [])]
    value = f" = Field({', '.join(arguments)})" if alias else f" = {shown}" if shown else ""
    line = f"{_INDENT}{name}: {annotation}{value}"
    if width(line) <= LINE_LENGTH:
        return [line]
    if len(members) == 1:
        # Formatters split a lone member by the length of the line, whatever comma is behind it.
        return [f"{line}  # fmt: skip"]
    lines = [f"{_INDENT}{name}: {annotation}"]
    if members:
        lines = _split_literal(f"{_INDENT}{name}: ", members, many=many)
        if width(lines[-1]) + width(value) <= LINE_LENGTH:
            lines[-1] += value
            return lines
    if arguments:
        lines[-1] += " = Field("
        for argument in arguments:
            if width(argument) + 2 * len(_INDENT) + 1 > LINE_LENGTH and not isinstance(default, str) and argument != ends:
                lines += [f"{_INDENT * 2}default=[", *(f"{_INDENT * 3}{item}," for item in default), f"{_INDENT * 2}],"]
            else:
                lines.append(f"{_INDENT * 2}{argument},")
        lines.append(f"{_INDENT})")
    if width(lines[0]) > LINE_LENGTH:
        # How formatters split a type and what follows it depends on the length of the line.
        return [f"{line}  # fmt: skip"]
    return lines


def _split_literal(start: str, members: Sequence[str], *, many: bool) -> list[str]:
    if many:
        inner = [f"{_INDENT * 2}Literal[", *(f"{_INDENT * 3}{member}," for member in members), f"{_INDENT * 2}]"]
        return [f"{start}list[", *inner, f"{_INDENT}]"]
    return [f"{start}Literal[", *(f"{_INDENT * 2}{member}," for member in members), f"{_INDENT}]"]


def identifier(name: str, taken: Collection[str], *, reserved: Collection[str] = (), longest: int = _LONGEST_NAME) -> str:
    """Return a name that a field may have, none of those that are taken.

    Args:
        name: The name of an input or an output.
        taken: The fields that there are.
        reserved: Names that mean something else where the field stands.
        longest: Characters that it may have, but for what tells it from another one.
    """
    plain = _NO_WORD.sub("_", name).strip("_") or "input"
    if plain[0].isdigit() or plain.startswith("model_"):
        plain = f"input_{plain}"
    plain = plain[:longest].rstrip("_")
    if keyword.iskeyword(plain) or plain in reserved:
        plain += "_"
    found, number = plain, 2
    while found in taken:
        found, number = f"{plain.rstrip('_')}_{number}", number + 1
    return found


def class_name(words: str, suffix: str, taken: Collection[str]) -> str:
    """Return a name for a class: ``Get Indicator`` with ``Inputs`` is ``GetIndicatorInputs``."""
    parts = [part for part in re.split(r"[^0-9A-Za-z]+", words) if part]
    plain = "".join(part[:1].upper() + part[1:] for part in parts)[:_LONGEST_NAME] or "Action"
    if plain[0].isdigit():
        plain = f"Action{plain}"
    found, number = f"{plain}{suffix}", 2
    while found in taken:
        found, number = f"{plain}{number}{suffix}", number + 1
    return found
