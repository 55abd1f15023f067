"""What the databases share: tables, rows, and the question as one statement of standard SQL.

The statement finds the gaps between the bookings of each resource with window functions (gaps and
islands), cuts them to opening hours, adds up how many candidates each need has from when to when,
and joins what is enough with a table of grid starts. No candidate is joined with single starts.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.facts import Facts

TABLES = """
CREATE TABLE resource (
    id INTEGER PRIMARY KEY, counted INTEGER NOT NULL, room_for INTEGER NOT NULL, schedule INTEGER NOT NULL);
CREATE TABLE claim (
    resource INTEGER NOT NULL, low BIGINT NOT NULL, high BIGINT NOT NULL, units INTEGER NOT NULL);
CREATE TABLE opening (schedule INTEGER NOT NULL, opens BIGINT NOT NULL, closes BIGINT NOT NULL);
CREATE TABLE grid (start BIGINT PRIMARY KEY);
CREATE TABLE candidate (need INTEGER NOT NULL, resource INTEGER NOT NULL, PRIMARY KEY (need, resource));
CREATE TABLE need (id INTEGER PRIMARY KEY, enough INTEGER NOT NULL);
CREATE TABLE class (id INTEGER PRIMARY KEY, start BIGINT NOT NULL, room_left INTEGER NOT NULL);
"""

INDEXES = """
CREATE INDEX claim_of ON claim (resource, low, high, units);
CREATE INDEX opening_of ON opening (schedule, opens, closes);
CREATE INDEX class_of ON class (start, room_left);
"""

INSERTS = {
    "resource": "INSERT INTO resource VALUES (?, ?, ?, ?)",
    "claim": "INSERT INTO claim VALUES (?, ?, ?, ?)",
    "opening": "INSERT INTO opening VALUES (?, ?, ?)",
    "grid": "INSERT INTO grid VALUES (?)",
    "candidate": "INSERT INTO candidate VALUES (?, ?)",
    "need": "INSERT INTO need VALUES (?, ?)",
    "class": "INSERT INTO class VALUES (?, ?, ?)",
}


def tables(facts: Facts) -> Iterator[tuple[str, list[tuple[int, ...]]]]:
    """The rows of each table. Opening hours come expanded; schedule -1 is always open."""
    yield "resource", [
        (
            number,
            int(each.shared or each.kind == "equipment"),
            each.capacity - facts.units(number),
            -1 if each.schedule is None else each.schedule,
        )
        for number, each in enumerate(facts.resources)
    ]
    yield "claim", [tuple(claim) for claim in facts.claims()]
    schedules = {each.schedule: number for number, each in enumerate(facts.resources)}
    yield "opening", [
        (-1 if schedule is None else schedule, *span)
        for schedule, number in schedules.items()
        for span in facts.opening(number)
    ]
    yield "grid", [(start,) for start in facts.grid(*facts.window)]
    yield "need", [(number, need.count) for number, need in enumerate(facts.needs)]
    yield "candidate", [
        (number, each) for number, need in enumerate(facts.needs) for each in need.candidates
    ]
    yield "class", [
        (number, each.start, each.limit - each.taken)
        for number, each in enumerate(facts.sessions())
    ]


def is_counted(facts: Facts) -> bool:
    """Whether any resource that is wanted has seats or units, so that loads must be added up."""
    return any(
        facts.resources[each].shared or facts.resources[each].kind == "equipment"
        for each in facts.wanted
    )


def is_whole(facts: Facts) -> bool:
    """Whether any resource that is wanted is taken whole."""
    return any(
        not (facts.resources[each].shared or facts.resources[each].kind == "equipment")
        for each in facts.wanted
    )


# Where nothing is shared, what ends last so far is what ends last: bookings give the gaps directly.
WHOLE = """
    SELECT claim.resource, low,
        MAX(high) OVER (PARTITION BY claim.resource ORDER BY low, high
            ROWS UNBOUNDED PRECEDING) AS high
    FROM claim JOIN resource ON resource.id = claim.resource
    WHERE counted = 0 AND claim.high > :since AND claim.low < :until
"""

COUNTED = """
    SELECT resource, low, high FROM (
        SELECT resource, moment AS low, level,
            LEAD(moment) OVER (PARTITION BY resource ORDER BY moment) AS high
        FROM (
            SELECT resource, moment,
                SUM(SUM(units)) OVER (PARTITION BY resource ORDER BY moment) AS level
            FROM (
                SELECT resource, low AS moment, units FROM claim
                WHERE high > :since AND low < :until
                UNION ALL
                SELECT resource, high, -units FROM claim
                WHERE high > :since AND low < :until
            ) AS steps
            WHERE resource IN (SELECT id FROM resource WHERE counted = 1)
            GROUP BY resource, moment
        ) AS levels
    ) AS loads JOIN resource ON resource.id = loads.resource
    WHERE level > room_for
"""

QUESTION = """
WITH taken AS MATERIALIZED ({taken}),
gap AS (
    SELECT resource, high AS low,
        LEAD(low, 1, :until) OVER (PARTITION BY resource ORDER BY low, high) AS high
    FROM taken
    UNION ALL
    SELECT resource, :since, MIN(low) FROM taken GROUP BY resource
    UNION ALL
    SELECT id, :since, :until FROM resource WHERE id NOT IN (SELECT resource FROM taken)
),
free AS MATERIALIZED (
    SELECT candidate.need,
        CASE WHEN gap.low + :behind > opens THEN gap.low + :behind ELSE opens END AS first,
        CASE WHEN gap.high - :ahead < closes - :duration
            THEN gap.high - :ahead ELSE closes - :duration END AS last
    FROM gap JOIN resource ON resource.id = gap.resource
    JOIN opening ON opening.schedule = resource.schedule
        AND opens < gap.high AND closes > gap.low
    JOIN candidate ON candidate.resource = gap.resource
    WHERE gap.high - gap.low >= :behind + :ahead
),
edge AS (
    SELECT need, first AS moment, 1 AS step FROM free WHERE first <= last
    UNION ALL
    SELECT need, last + 1, -1 FROM free WHERE first <= last
),
level AS (
    SELECT need, moment, SUM(SUM(step)) OVER (PARTITION BY need ORDER BY moment) AS free,
        LEAD(moment) OVER (PARTITION BY need ORDER BY moment) AS next
    FROM edge GROUP BY need, moment
),
met AS (
    SELECT grid.start
    FROM level JOIN need ON need.id = level.need
    JOIN grid ON grid.start >= level.moment AND grid.start < level.next
    WHERE level.free >= need.enough AND grid.start >= :low AND grid.start < :high
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
    return QUESTION.format(taken=" UNION ALL ".join(parts))


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
