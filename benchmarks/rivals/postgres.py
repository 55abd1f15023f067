"""PostgreSQL: ranges, an EXCLUDE constraint against double booking, multiranges for what is free."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from benchmarks.facts import Facts, Row
from benchmarks.rivals import sql
from benchmarks.rivals.base import ALWAYS, Contestant
from benchmarks.rivals.server import dsn

TABLES = """
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA public;
CREATE TABLE resource (
    id int PRIMARY KEY, room_for int NOT NULL, schedule int NOT NULL);
CREATE TABLE claim (counted int NOT NULL, resource int NOT NULL, during int8range NOT NULL, units int NOT NULL);
CREATE TABLE opening (schedule int PRIMARY KEY, starts int8multirange NOT NULL);
CREATE TABLE grid (start int8 PRIMARY KEY);
CREATE TABLE need (id int PRIMARY KEY, enough int NOT NULL);
CREATE TABLE candidate (need int NOT NULL, resource int NOT NULL, PRIMARY KEY (resource, need));
CREATE TABLE class (id int PRIMARY KEY, start int8 NOT NULL, room_left int NOT NULL);
CREATE INDEX class_of ON class (start, room_left);
"""

EXCLUDE = """
ALTER TABLE claim ADD CONSTRAINT never_twice
    EXCLUDE USING gist (resource WITH =, during WITH &&) WHERE (counted = 0)
"""

SHARED = "CREATE INDEX claim_of ON claim USING gist (during) WHERE counted = 1"

WHOLE = """
    SELECT resource, range_agg(during) AS times FROM claim
    WHERE counted = 0 AND during && int8range(%(since)s, %(until)s) GROUP BY resource
"""

COUNTED = """
    SELECT resource, range_agg(int8range(low, high)) AS times FROM (
        SELECT resource, moment AS low, level,
            LEAD(moment) OVER (PARTITION BY resource ORDER BY moment) AS high
        FROM (
            SELECT resource, moment, SUM(SUM(units)) OVER (PARTITION BY resource ORDER BY moment) AS level
            FROM (
                SELECT resource, edge.moment, units * edge.sign AS units FROM claim,
                    LATERAL (VALUES (lower(during), 1), (upper(during), -1)) AS edge (moment, sign)
                WHERE counted = 1 AND during && int8range(%(since)s, %(until)s)
            ) AS steps GROUP BY resource, moment
        ) AS levels
    ) AS loads JOIN resource ON resource.id = resource
    WHERE level > room_for GROUP BY resource
"""

# A start is blocked from one footprint before a busy time until it is over.
QUESTION = """
WITH taken AS ({taken}),
blocked AS (
    SELECT resource, range_agg(int8range(lower(busy) - %(ahead)s + 1, upper(busy) + %(behind)s)) AS times
    FROM taken, LATERAL unnest(times) AS busy GROUP BY resource
),
free AS MATERIALIZED (
    SELECT candidate.need, lower(spans.span) AS first, upper(spans.span) AS last
    FROM resource JOIN opening USING (schedule)
    LEFT JOIN blocked ON blocked.resource = resource.id
    JOIN candidate ON candidate.resource = resource.id,
    LATERAL unnest(starts - COALESCE(times, '{{}}')) AS spans (span)
),
level AS (
    SELECT need, moment, SUM(SUM(step)) OVER (PARTITION BY need ORDER BY moment) AS free,
        LEAD(moment) OVER (PARTITION BY need ORDER BY moment) AS next
    FROM (SELECT need, first AS moment, 1 AS step FROM free
          UNION ALL SELECT need, last, -1 FROM free) AS edge
    GROUP BY need, moment
),
enough AS (
    SELECT need, range_agg(int8range(moment, next)) AS times
    FROM level JOIN need ON need.id = level.need WHERE free >= enough GROUP BY need
),
together AS (
    SELECT range_intersect_agg(times) AS times FROM enough
    HAVING COUNT(*) = (SELECT COUNT(*) FROM need)
)
SELECT grid.start FROM together, LATERAL unnest(times) AS span
JOIN grid ON grid.start >= lower(span) AND grid.start < upper(span)
WHERE grid.start >= %(low)s AND grid.start < %(high)s
UNION
SELECT start FROM class WHERE room_left >= %(party)s AND start >= %(low)s AND start < %(high)s
ORDER BY start
"""


class Postgres(Contestant):
    """A server of its own on this machine, or one that is named."""

    name: ClassVar[str] = "PostgreSQL"
    how: ClassVar[str] = (
        "`int8multirange` algebra in one statement, `EXCLUDE` on what is taken whole; a local socket"
    )
    outside: ClassVar[bool] = True
    ahead: ClassVar[Mapping[str, str]] = {
        "cold": "Indexes and multiranges of hours are made on loading; it sums and subtracts in C (*cold*).",
        "first cold": "An index tells the claims of a day or two; the engine reads all bookings of a resource when it first "
        "looks at it (*cold*).",
        "load and cold": "COPY takes rows as they come (*loading*).",
        ALWAYS: "It sums and subtracts in C (*checks*).",
    }
    packages: ClassVar[tuple[str, ...]] = ("psycopg",)

    @classmethod
    def missing(cls) -> str | None:
        """Without a driver or a server it cannot take part."""
        return super().missing() or (None if dsn() else "no PostgreSQL server was found")

    def load(self, facts: Facts) -> None:
        """A schema of its own, filled by COPY; constraints after that, then statistics."""
        import psycopg

        self.facts = facts
        self.connection: Any = psycopg.connect(dsn() or "", autocommit=True)
        self.connection.execute("CREATE SCHEMA world")
        self.connection.execute("SET search_path = world, public")
        try:
            self.connection.execute(TABLES)
            for table, rows in sql.tables(facts):
                if table != "closed":
                    self._copy(table, rows)
            self._copy_opening()
            self.connection.execute(SHARED)
            self._exclude()
            self.connection.execute("ANALYZE")
        except BaseException:
            self.close()
            raise
        whole = [WHOLE] if sql.is_whole(facts) else []
        counted = [COUNTED] if sql.is_counted(facts) else []
        self.statement = QUESTION.format(taken=" UNION ALL ".join(whole + counted))

    def _exclude(self) -> None:
        """The constraint; a history that breaks it already gets an index instead."""
        import psycopg

        try:
            self.connection.execute(EXCLUDE)
        except psycopg.errors.ExclusionViolation:
            self.connection.execute("CREATE INDEX ON claim USING gist (resource, during)")

    def _copy(self, table: str, rows: list[tuple[int, ...]]) -> None:
        given: list[tuple[object, ...]] = list(rows)
        if table == "claim":
            given = [
                (counted, number, f"[{low},{high})", units)
                for counted, number, low, high, units in rows
            ]
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in given:
                copy.write_row(row)

    def _copy_opening(self) -> None:
        """For each schedule one multirange of starts whose body lies in opening hours."""
        facts = self.facts
        schedules = {each.schedule: number for number, each in enumerate(facts.resources)}
        for schedule, number in schedules.items():
            spans = [
                f"[{opens},{closes - facts.duration + 1})"
                for opens, closes in facts.opening(number)
                if closes - opens >= facts.duration
            ]
            key = -1 if schedule is None else schedule
            given = (key, f"{{{','.join(spans)}}}")
            self.connection.execute("INSERT INTO opening VALUES (%s, %s)", given)

    def starts(self, low: int, high: int) -> list[int]:
        """The statement, prepared from the second time on."""
        given = sql.values(self.facts, low, high)
        found = self.connection.execute(self.statement, given, prepare=True)
        return [start for (start,) in found]

    def take(self, row: Row) -> None:
        """An insertion that the constraint checks."""
        for claim in self.facts.claims_of(row):
            self.connection.execute(
                "INSERT INTO claim VALUES (%s, %s, int8range(%s, %s), %s)",
                sql.claim_row(self.facts, claim),
            )

    def forget(self) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Leave the server as it was."""
        self.connection.execute("DROP SCHEMA IF EXISTS world CASCADE")
        self.connection.close()
