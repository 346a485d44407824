"""What the models say about themselves: the texts under their fields and members."""

from __future__ import annotations

import ast
import functools
import inspect
import re
import textwrap

__all__ = ["about", "attribute_texts"]


def about(kind: type) -> str:
    """Return the first paragraph of a class's docstring."""
    text = inspect.cleandoc(kind.__doc__ or "").partition("\n\n")[0]
    return _plain(text)


@functools.cache
def attribute_texts(kind: type) -> dict[str, str]:
    """Return the text under each field of a class, or member of an enumeration, with those of its bases.

    Empty where the source is not at hand (an application frozen into one file, say): the schema then has no descriptions.
    """
    texts: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("gatepost."):
            texts.update(_own_texts(base))
    return texts


def _own_texts(kind: type) -> dict[str, str]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    except (OSError, TypeError, SyntaxError):
        return {}
    definition = tree.body[0]
    texts: dict[str, str] = {}
    name = ""
    for node in definition.body if isinstance(definition, ast.ClassDef) else ():
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            name = node.target.id
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
        elif name and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            texts[name] = _plain(inspect.cleandoc(node.value.value))
            name = ""
        else:
            name = ""
    return texts


def _plain(text: str) -> str:
    """Return a text without the marks of the documentation's language, on one line for each paragraph."""
    text = re.sub(r"`gatepost\.manifest\.load`", "gatepost", text)
    text = re.sub(r"`+([^`]*)`+", r"\1", text)
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
