"""The data behind an emulated Timbr: each ontology is a database in memory, and a query is really run on it, read-only."""

from __future__ import annotations

import math
import re
import sqlite3
import threading
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

from gatepost.errors import UsageError

__all__ = ["SAMPLES", "Ontologies", "QueryFailed"]

Row = Mapping[str, object]

SCHEMAS = ("timbr", "dtimbr")
"""The schemas under which Timbr's SQL knows concepts: ``SELECT * FROM timbr.actor`` is the same as ``FROM actor``."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_STEPS_BETWEEN_LOOKS = 10_000
_LONGEST_VALUE = 1 << 20

SAMPLES: Mapping[str, Mapping[str, Sequence[Row]]] = {
    "threat_intelligence": {
        "actor": (
            {"actor_id": 1, "name": "Quiet Heron", "country": "Nowhere", "active_since": "2019-03-01"},
            {"actor_id": 2, "name": "Paper Badger", "country": "Elsewhere", "active_since": "2021-11-15"},
            {"actor_id": 3, "name": "Salt Marten", "country": None, "active_since": "2024-06-30"},
        ),
        "campaign": (
            {"campaign_id": 10, "actor_id": 1, "name": "Low Tide", "started": "2023-01-09", "victims": 14},
            {"campaign_id": 11, "actor_id": 1, "name": "High Reeds", "started": "2024-02-20", "victims": 3},
            {"campaign_id": 12, "actor_id": 2, "name": "Carbon Copy", "started": "2024-09-02", "victims": 27},
        ),
        "indicator": tuple(
            {
                "indicator_id": 100 + number,
                "campaign_id": 10 + number % 3,
                "type": ("Host", "Address", "File")[number % 3],
                "value": (f"host-{number}.example", f"192.0.2.{number}", f"{number:032x}")[number % 3],
                "rating": 1 + number % 5,
            }
            for number in range(30)
        ),
    },
    "supply_chain": {
        "supplier": (
            {"supplier_id": 1, "name": "Exemplary Paper", "city": "Springfield"},
            {"supplier_id": 2, "name": "Sample Steel", "city": "Shelbyville"},
        ),
    },
}
"""What an emulated Timbr knows at the start: rows of concepts by ontology. All of it is made up."""


class QueryFailed(Exception):
    """A query cannot be answered. The text is the database's, for the client."""


class Ontologies:
    """Databases in memory by name. Safe to use from many threads.

    Args:
        tables: Rows by ontology and concept.
        most_rows: Rows that an answer has at most.
        most_steps: Steps of the database's machine that a query takes at most: unlike seconds the same everywhere.
    """

    def __init__(self, tables: Mapping[str, Mapping[str, Sequence[Row]]], *, most_rows: int, most_steps: int) -> None:
        self._most_rows = most_rows
        self._most_steps = most_steps
        self._databases: dict[str, sqlite3.Connection] = {}
        self._lock = threading.Lock()
        # Open connections are warned of at the end; a stopped service may be started again, so stopping is not their end.
        weakref.finalize(self, _close, self._databases)
        for ontology, concepts in tables.items():
            for concept, rows in concepts.items():
                self.add(ontology, concept, rows)

    def names(self) -> list[str]:
        """Return the names of the ontologies, sorted."""
        with self._lock:
            return sorted(self._databases)

    def add(self, ontology: str, concept: str, rows: Sequence[Row]) -> None:
        """Add a concept with its rows, or replace it. The ontology is made when it is new.

        Raises:
            UsageError: A name cannot be one, there are no rows, or a row has other columns than the first one.
        """
        columns = list(rows[0]) if rows else []
        for name in (ontology, concept, *columns):
            if not _NAME.fullmatch(name):
                raise UsageError(f"{name!r} cannot be a name", remedy="Use letters, digits and underscores, no digit first")
        if not columns or any(list(row) != columns for row in rows):
            raise UsageError(f"The rows of {concept} cannot be a table", why="There are none, or their columns differ")
        with self._lock:
            database = self._databases.get(ontology)
            if database is None:
                database = self._databases[ontology] = _connect()
            database.set_authorizer(None)
            try:
                for schema in SCHEMAS:
                    place = f"{schema}.{concept}"
                    database.execute(f"DROP TABLE IF EXISTS {place}")
                    database.execute(f"CREATE TABLE {place} ({', '.join(columns)})")
                    marks = ", ".join("?" * len(columns))
                    database.executemany(f"INSERT INTO {place} VALUES ({marks})", [tuple(row.values()) for row in rows])  # noqa: S608 - the names were checked
            finally:
                database.set_authorizer(_authorize)

    def query(self, ontology: str, sql: str) -> list[dict[str, Any]]:
        """Run a query and return its rows, each a dictionary that JSON can hold.

        Raises:
            QueryFailed: There is no such ontology, the query is none, wants to change something, or takes too much.
        """
        with self._lock:
            database = self._databases.get(ontology)
            if database is None:
                raise QueryFailed(f"Ontology {ontology} does not exist")
            looks = 0

            def too_long() -> bool:
                nonlocal looks
                looks += 1
                return looks * _STEPS_BETWEEN_LOOKS > self._most_steps

            database.set_progress_handler(too_long, _STEPS_BETWEEN_LOOKS)
            try:
                cursor = database.execute(sql)
                columns = _columns(cursor)
                rows = cursor.fetchmany(self._most_rows + 1)
                cursor.close()
            except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
                interrupted = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT
                raise QueryFailed("Query takes too long" if interrupted else str(error)) from None
        if len(rows) > self._most_rows:
            raise QueryFailed(f"Query returns more than {self._most_rows} rows")
        return [{name: _value(value) for name, value in zip(columns, row, strict=True)} for row in rows]


def _close(databases: dict[str, sqlite3.Connection]) -> None:
    for database in databases.values():
        database.close()


def _connect() -> sqlite3.Connection:
    # One thread at a time uses it: the lock sees to that.
    database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None, cached_statements=0)
    database.text_factory = lambda data: data.decode("utf-8", "replace")
    for schema in SCHEMAS:
        database.execute(f"ATTACH DATABASE ':memory:' AS {schema}")
    # zeroblob(1000000000) needs no steps at all.
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
    return database


def _authorize(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    """Allow reading only; also no pragmas, and no functions that load code."""
    del first, database, trigger
    allowed = action in _ALLOWED and second != "load_extension"
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _columns(cursor: sqlite3.Cursor) -> list[str]:
    """Return the names of the columns; one that comes again gets a number, so that no value is lost."""
    if cursor.description is None:
        raise QueryFailed("The query returns no rows: it must be a SELECT")
    columns: list[str] = []
    for column in cursor.description:
        name, number = column[0], 1
        while name in columns:
            name, number = f"{column[0]}_{number}", number + 1
        columns.append(name)
    return columns


def _value(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no such number
    return value
