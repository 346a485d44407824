"""Evaluates the conditions of ``layout.json`` as SQL, in a database in memory that holds nothing but the inputs."""

from __future__ import annotations

import contextlib
import itertools
import re
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from types import TracebackType

__all__ = ["MAX_COMBINATIONS", "Conditions", "compared_texts"]

MAX_COMBINATIONS = 4096
"""Conditions over more combinations of choices are not judged."""

_LONGEST_EXPRESSION = 20_000
"""Characters; the largest of a public app has less than a tenth of it."""

_MAX_EVALUATIONS = 50_000
"""For all conditions of a layout together."""

_STEPS = 200_000
"""Instructions of SQLite's machine for one evaluation: a condition needs some hundred."""

_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
_MAX_COLUMNS = 1900
_TEXT = re.compile(r"'((?:[^']|'')*)'")
_COMPARED_LIST = re.compile(r"\b(\w+)\s+(?:not\s+)?in\s*\(([^()]*)\)", re.IGNORECASE)
_COMPARED_ONE = re.compile(r"\b(\w+)\s*(?:==?|!=|<>)\s*('(?:[^']|'')*')")


class Conditions:
    """The conditions over an app's inputs. A context manager.

    Double quotes are dropped first, values are compared as texts, booleans are ``'true'`` and ``'false'``
    (contract/install_json.md section 7). An expression can read the inputs and call functions, and nothing else; one that does
    not end is stopped.

    Args:
        names: The names of the inputs.
    """

    def __init__(self, names: Collection[str]) -> None:
        self._names = list(dict.fromkeys(names))[:_MAX_COLUMNS]
        self._named: set[str] = set()
        self._left = _MAX_EVALUATIONS
        # Without the cache of statements: the authorizer is asked only while one is compiled.
        self._database = sqlite3.connect(":memory:", cached_statements=0)
        columns = ", ".join(f'"{name}" TEXT' for name in self._names) or '"" TEXT'
        self._database.execute(f"CREATE TABLE inputs ({columns})")
        self._database.execute("INSERT INTO inputs DEFAULT VALUES")
        self._database.commit()
        self._database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1_000_000)
        self._database.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 200)
        self._database.isolation_level = None
        self._database.set_authorizer(self._authorize)
        self._database.set_progress_handler(lambda: 1, _STEPS)

    def __enter__(self) -> Conditions:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._database.close()

    def problem(self, expression: str) -> str:
        """Return why an expression is no condition; empty when it is one."""
        if len(expression) > _LONGEST_EXPRESSION:
            return f"it is longer than {_LONGEST_EXPRESSION} characters"
        try:
            self._database.execute(self._query(expression)).fetchone()
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
            return _in_terms_of_the_expression(str(error))
        return ""

    def named(self, expression: str) -> tuple[str, ...]:
        """Return the inputs that a valid expression reads, in the order of the table."""
        self._named.clear()
        with contextlib.suppress(sqlite3.Error):
            self._database.execute(f"EXPLAIN {self._query(expression)}")
        named = {name.casefold() for name in self._named}
        return tuple(name for name in self._names if name.casefold() in named)

    def verdicts(self, expression: str, choices: Mapping[str, Sequence[str]]) -> frozenset[bool]:
        """Return what a valid expression can come to: True, False or both; empty when that cannot be said.

        Args:
            expression: The condition.
            choices: The values that an input may have. An expression that reads another input is not judged.
        """
        named = self.named(expression)
        if not named or any(name not in choices for name in named):
            return frozenset()
        combinations = 1
        for name in named:
            combinations *= len(choices[name])
        if not 0 < combinations <= MAX_COMBINATIONS:
            return frozenset()
        found: set[bool] = set()
        for values in itertools.product(*(choices[name] for name in named)):
            self._left -= 1
            verdict = self._evaluate(expression, dict(zip(named, values, strict=True))) if self._left >= 0 else None
            if verdict is None:
                return frozenset()
            found.add(verdict)
            if len(found) == 2:
                break
        return frozenset(found)

    def _evaluate(self, expression: str, values: Mapping[str, str]) -> bool | None:
        # The values stand in a table expression of the same name, which hides the table: nothing is ever written.
        columns = ", ".join(f'{_quoted(values.get(name, ""))} AS "{name}"' for name in self._names if name in values)
        query = f"WITH inputs AS (SELECT {columns}) {self._query(expression)}"
        try:
            row = self._database.execute(query).fetchone()
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError):
            return None
        # None: the expression ends the query by itself, and finds no row.
        return bool(row[0]) if row is not None else None

    def _query(self, expression: str) -> str:
        # The line end closes a comment that the expression may end with.
        # It can only read: `_authorize` sees to that.
        return f"SELECT CASE WHEN ({expression.replace(chr(34), '')}\n) THEN 1 ELSE 0 END FROM inputs LIMIT 1"  # noqa: S608

    def _authorize(self, action: int, _: str | None, second: str | None, *__: str | None) -> int:
        if action == sqlite3.SQLITE_READ and second:
            self._named.add(second)
        return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def compared_texts(expression: str) -> Iterator[tuple[str, str]]:
    """Yield the inputs that an expression compares with texts, each with each text."""
    plain = expression.replace('"', "")
    for found in _COMPARED_LIST.finditer(plain):
        for text in _TEXT.finditer(found[2]):
            yield found[1], text[1].replace("''", "'")
    for found in _COMPARED_ONE.finditer(plain):
        yield found[1], found[2][1:-1].replace("''", "'")


def _in_terms_of_the_expression(message: str) -> str:
    """Return what SQLite says, without the part of the query that stands around the expression."""
    if "THEN 1 ELSE" in message:
        return "a quote is not closed"
    return "it ends too early: a bracket is not closed" if 'near "THEN"' in message else message


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("\0", "") + "'"
