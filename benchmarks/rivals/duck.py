"""DuckDB, in memory: the same statement on columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from benchmarks.facts import Facts, Row
from benchmarks.rivals import sql
from benchmarks.rivals.base import ALWAYS, Contestant


class DuckDB(Contestant):
    """One statement with window functions, on as many threads as the package chooses."""

    name: ClassVar[str] = "DuckDB"
    how: ClassVar[str] = "in memory, one statement with window functions, all cores"
    outside: ClassVar[bool] = True
    ahead: ClassVar[Mapping[str, str]] = {
        "cold": "Its columns are filled on loading, then scanned and sorted in vectors, on all cores (*cold*).",
        "first cold": "Its columns are filled on loading, then scanned for a day or two, on all cores (*cold*).",
        "load and cold": "Its columns are filled from arrays (*loading*).",
        ALWAYS: "It scans and sorts in vectors, on all cores (*checks*).",
    }
    packages: ClassVar[tuple[str, ...]] = ("duckdb", "numpy")

    def load(self, facts: Facts) -> None:
        """Tables, filled from arrays; no indexes, as scans of columns do better here."""
        import duckdb
        import numpy as np

        self.facts = facts
        self.connection = duckdb.connect(":memory:")
        self.connection.execute(sql.TABLES)
        for table, rows in sql.tables(facts):
            if rows:
                columns = np.array(rows, dtype=np.int64).reshape(len(rows), -1)
                given = {f"c{number}": columns[:, number] for number in range(columns.shape[1])}
                self.connection.register("given", given)
                self.connection.execute(f"INSERT INTO {table} SELECT * FROM given")
                self.connection.unregister("given")
        text = sql.question(facts)
        self.parameters = set(re.findall(r":(\w+)", text))
        self.statement = re.sub(r":(\w+)", r"$\1", text)

    def starts(self, low: int, high: int) -> list[int]:
        """The statement."""
        given = sql.values(self.facts, low, high)
        asked = {name: given[name] for name in self.parameters}
        return [start for (start,) in self.connection.execute(self.statement, asked).fetchall()]

    def take(self, row: Row) -> None:
        """Rows for what it claims."""
        claims = [sql.claim_row(self.facts, claim) for claim in self.facts.claims_of(row)]
        self.connection.executemany(sql.INSERTS["claim"], claims)

    def forget(self) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Give the memory back."""
        self.connection.close()
