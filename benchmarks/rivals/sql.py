"""What the databases share: tables, rows, and the question as one statement of standard SQL.

The statement turns bookings and closing times into spans of blocked starts, finds the gaps between
those of each resource with window functions (gaps and islands), adds up how many candidates each need has from when to when,
and joins what is enough with a table of grid starts. No candidate is joined with single starts.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.facts import Claim, Facts, Span

FAR = 1 << 60

TABLES = """
CREATE TABLE resource (
    id INTEGER PRIMARY KEY, room_for INTEGER NOT NULL, schedule INTEGER NOT NULL);
CREATE TABLE claim (
    counted INTEGER NOT NULL, resource INTEGER NOT NULL,
    low BIGINT NOT NULL, high BIGINT NOT NULL, units INTEGER NOT NULL);
CREATE TABLE closed (schedule INTEGER NOT NULL, low BIGINT NOT NULL, high BIGINT NOT NULL);
CREATE TABLE grid (start BIGINT PRIMARY KEY);
CREATE TABLE candidate (need INTEGER NOT NULL, resource INTEGER NOT NULL, PRIMARY KEY (resource, need));
CREATE TABLE need (id INTEGER PRIMARY KEY, enough INTEGER NOT NULL);
CREATE TABLE class (id INTEGER PRIMARY KEY, start BIGINT NOT NULL, room_left INTEGER NOT NULL);
"""

INDEXES = """
CREATE INDEX claim_of ON claim (counted, resource, low, high, units);
CREATE INDEX claim_since ON claim (counted, low, high, resource, units);
CREATE INDEX closed_of ON closed (schedule, low, high);
CREATE INDEX class_of ON class (start, room_left);
"""

INSERTS = {
    "resource": "INSERT INTO resource VALUES (?, ?, ?)",
    "claim": "INSERT INTO claim VALUES (?, ?, ?, ?, ?)",
    "closed": "INSERT INTO closed VALUES (?, ?, ?)",
    "grid": "INSERT INTO grid VALUES (?)",
    "candidate": "INSERT INTO candidate VALUES (?, ?)",
    "need": "INSERT INTO need VALUES (?, ?)",
    "class": "INSERT INTO class VALUES (?, ?, ?)",
}


def tables(facts: Facts) -> Iterator[tuple[str, list[tuple[int, ...]]]]:
    """The rows of each table. Closing times come expanded; schedule -1 is always open."""
    yield (
        "resource",
        [
            (
                number,
                each.capacity - facts.units(number),
                -1 if each.schedule is None else each.schedule,
            )
            for number, each in enumerate(facts.resources)
        ],
    )
    yield "claim", [claim_row(facts, claim) for claim in facts.claims()]
    schedules = {each.schedule: number for number, each in enumerate(facts.resources)}
    yield (
        "closed",
        [
            (-1 if schedule is None else schedule, *span)
            for schedule, number in schedules.items()
            for span in closed(facts.opening(number))
        ],
    )
    yield "grid", [(start,) for start in facts.grid(*facts.window)]
    yield "need", [(number, need.needed) for number, need in enumerate(facts.needs)]
    yield (
        "candidate",
        [(number, each) for number, need in enumerate(facts.needs) for each in need.candidates],
    )
    yield (
        "class",
        [
            (number, each.start, each.limit - each.taken)
            for number, each in enumerate(facts.sessions())
        ],
    )


def claim_row(facts: Facts, claim: Claim) -> tuple[int, ...]:
    """A claim as a row."""
    resource = facts.resources[claim.resource]
    return (int(resource.counted), *claim)


def closed(opening: tuple[Span, ...]) -> Iterator[Span]:
    """The times between opening windows, and all before and after them."""
    since = -FAR
    for opens, closes in opening:
        yield since, opens
        since = closes
    yield since, FAR


def is_counted(facts: Facts) -> bool:
    """Whether any resource that is wanted has seats or units, so that loads must be added up."""
    return any(facts.resources[each].counted for each in facts.wanted)


def is_whole(facts: Facts) -> bool:
    """Whether any resource that is wanted is taken whole."""
    return any(not facts.resources[each].counted for each in facts.wanted)


# From when to when a start is blocked: by what is taken whole, by seats that are taken, by closing.
WHOLE = """
    SELECT resource, low - :ahead + 1 AS low, high + :behind AS high
    FROM claim WHERE counted = 0 AND high > :since AND low < :until
"""

COUNTED = """
    SELECT resource, moment - :ahead + 1, next + :behind FROM (
        SELECT resource, moment, level,
            LEAD(moment) OVER (PARTITION BY resource ORDER BY moment) AS next
        FROM (
            SELECT resource, moment,
                SUM(SUM(units)) OVER (PARTITION BY resource ORDER BY moment) AS level
            FROM (
                SELECT resource, low AS moment, units FROM claim
                WHERE counted = 1 AND high > :since AND low < :until
                UNION ALL
                SELECT resource, high, -units FROM claim
                WHERE counted = 1 AND high > :since AND low < :until
            ) AS steps GROUP BY resource, moment
        ) AS levels
    ) AS loads JOIN resource ON resource.id = loads.resource
    WHERE level > room_for
"""

CLOSED = """
    SELECT resource.id, closed.low - :duration + 1, closed.high
    FROM resource JOIN closed ON closed.schedule = resource.schedule
    WHERE closed.high > :low AND closed.low < :high + :duration
    UNION ALL
    SELECT id, :low, :low FROM resource
"""

QUESTION = """
WITH blocked (resource, low, high) AS ({blocked}),
covered AS (
    SELECT resource,
        MAX(high) OVER (PARTITION BY resource ORDER BY low, high ROWS UNBOUNDED PRECEDING) AS first,
        LEAD(low, 1, :high) OVER (PARTITION BY resource ORDER BY low, high) AS last
    FROM blocked
),
free AS MATERIALIZED (
    SELECT need, CASE WHEN first < :low THEN :low ELSE first END AS first, last
    FROM covered JOIN candidate ON candidate.resource = covered.resource
    WHERE first < last AND last > :low
),
level AS (
    SELECT need, moment, SUM(SUM(step)) OVER (PARTITION BY need ORDER BY moment) AS free,
        LEAD(moment) OVER (PARTITION BY need ORDER BY moment) AS next
    FROM (
        SELECT need, first AS moment, 1 AS step FROM free
        UNION ALL
        SELECT need, last, -1 FROM free
    ) AS edge GROUP BY need, moment
),
met AS (
    SELECT grid.start
    FROM level CROSS JOIN need CROSS JOIN grid
    WHERE need.id = level.need AND level.free >= need.enough
        AND grid.start >= level.moment AND grid.start < level.next AND grid.start < :high
)
SELECT start FROM met GROUP BY start HAVING COUNT(*) = (SELECT COUNT(*) FROM need)
UNION
SELECT start FROM class WHERE room_left >= :party AND start >= :low AND start < :high
ORDER BY start
"""


def question(facts: Facts) -> str:
    """The statement, with the parts that a world needs."""
    parts = [WHOLE] if is_whole(facts) else []
    if is_counted(facts):
        parts.append(COUNTED)
    return QUESTION.format(blocked=" UNION ALL ".join([*parts, CLOSED]))


def values(facts: Facts, low: int, high: int) -> dict[str, int]:
    """What the statement is asked with. Claims that touch the window's reach are read."""
    return {
        "low": low,
        "high": high,
        "since": low - facts.before,
        "until": high + facts.duration + facts.after,
        "duration": facts.duration,
        "behind": facts.before,
        "ahead": facts.duration + facts.after,
        "party": facts.party,
    }
