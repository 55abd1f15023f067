"""SQLite, in memory, with the indexes that the question wants."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import ClassVar

from benchmarks.facts import Facts, Row
from benchmarks.rivals import sql
from benchmarks.rivals.base import ALWAYS, Contestant


class Sqlite(Contestant):
    """One statement with window functions."""

    name: ClassVar[str] = "SQLite"
    how: ClassVar[str] = "in memory, covering indexes, one statement with window functions"
    ahead: ClassVar[Mapping[str, str]] = {
        "cold": "Its indexes are made on loading; it sorts and sums in C (*cold*).",
        "first cold": "An index tells the claims of a day or two; the engine reads all bookings of a resource when it first "
        "looks at it (*cold*).",
        "load and cold": "It takes rows as they come, in C (*loading*).",
        ALWAYS: "It sorts and sums in C (*checks*).",
    }

    def load(self, facts: Facts) -> None:
        """Tables, rows, then indexes and statistics."""
        self.facts = facts
        self.connection = sqlite3.connect(":memory:")
        self.connection.executescript(sql.TABLES)
        for table, rows in sql.tables(facts):
            self.connection.executemany(sql.INSERTS[table], rows)
        self.connection.executescript(f"{sql.INDEXES} ANALYZE;")
        self.connection.commit()
        self.statement = sql.question(facts)

    def starts(self, low: int, high: int) -> list[int]:
        """The statement; its plan is cached by the driver."""
        found = self.connection.execute(self.statement, sql.values(self.facts, low, high))
        return [start for (start,) in found]

    def take(self, row: Row) -> None:
        """Rows for what it claims, in one transaction."""
        with self.connection:
            claims = [sql.claim_row(self.facts, claim) for claim in self.facts.claims_of(row)]
            self.connection.executemany(sql.INSERTS["claim"], claims)

    def forget(self) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Give the memory back."""
        self.connection.close()
