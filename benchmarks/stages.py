"""Where the time of a listing goes, as a table and in words, from the file of results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.goals import Results
from benchmarks.tables import Cell, short, table

LISTINGS = ("cold", "warm", "after a booking")
"""The kinds of listings that are looked into."""

LEAST = 0.005
"""A smaller share is not told."""

FLOORS = {
    "starts": "the starts from ready bits",
    "slots": "their slots from ready values",
    "touching": "reading start and end of every booking once",
}
"""What cannot be less."""

MEANINGS = {
    "question": "taking the question apart, who may serve it, and what was kept",
    "reading bookings": "what each booking takes, of which resource",
    "profiles": "how much of a resource is taken when",
    "opening hours": "hours, rules and time zones as spans",
    "grid": "the candidate starts",
    "masks": "of each resource, at which of them it is free",
    "sessions": "classes that may still be joined",
    "rules": "notice, limits, journeys",
    "joint": "at which starts all roles can be filled",
    "answer": "the listing and its slots",
    "rest": "what no stage called",
}
"""The stages of a listing in a few words, as the report explains them."""


def share(value: float) -> str:
    """In percent, or nothing where there is next to nothing."""
    return f"{value:.0%}".replace("%", " %") if value >= LEAST else ""


def above_floor(listing: Mapping[str, Any]) -> float:
    """How many times as long as its floor a listing takes."""
    floor: float = sum(listing["floors"].values())
    return 1 / max(floor, 1e-9)


def by_world(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The sizes of each world beside each other."""
    worlds = list(dict.fromkeys(row["world"] for row in rows))
    return sorted(rows, key=lambda row: worlds.index(row["world"]))


def stage_tables(rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    """One table for each kind of listing: its time, its stages, and its floor."""
    for name in LISTINGS:
        given = [row for row in by_world(rows) if name in row["listings"]]
        listings = [row["listings"][name] for row in given]
        stages = [
            stage
            for stage in dict.fromkeys(stage for each in listings for stage in each["stages"])
            if any(each["stages"].get(stage, 0) >= LEAST for each in listings)
        ]
        floors = [each for each in FLOORS if any(each in found["floors"] for found in listings)]
        head = [f"{name}, shares", "ms", *stages, *(f"floor: {each}" for each in floors)]
        yield table(
            [*head, "× floor", "most in"],
            [_row(row, each, stages, floors) for row, each in zip(given, listings, strict=True)],
        )


def _row(
    row: Mapping[str, Any], listing: Mapping[str, Any], stages: list[str], floors: list[str]
) -> list[Cell]:
    first = ", ".join(f"`{name}` {share(each)}" for name, each in listing["largest"][:2])
    return [
        f"{row['world']} {row['size']}",
        listing["seconds"]["median"] * 1e3,
        *(share(listing["stages"].get(stage, 0)) for stage in stages),
        *(share(listing["floors"].get(each, 0)) for each in floors),
        f"{short(above_floor(listing))} ×",
        first,
    ]


def in_words(results: Results) -> str | None:
    """What is left of the largest clinic, in one sentence; None where it was not measured, or not well."""
    clinics = [row for row in results.get("profile", ()) if row["world"] == "clinic"]
    if not clinics:
        return None
    row = clinics[-1]
    cold, warm = row["listings"]["cold"], row["listings"]["warm"]
    if min(above_floor(cold), above_floor(warm)) < 1:
        # Too disturbed to say anything: nothing is below its floor.
        return None
    return (
        f"What is left, in the clinic at {row['size']}: a cold listing is {_largest(cold)}, and takes "
        f"{short(above_floor(cold))} × as long as making its answer of ready values and reading start and end of every booking once; "
        f"a warm one is {_largest(warm)}, and takes {short(above_floor(warm))} × as long as making its answer."
    )


def _largest(listing: Mapping[str, Any]) -> str:
    """The three largest stages."""
    found = sorted(listing["stages"].items(), key=lambda each: -each[1])[:3]
    return ", ".join(f"{share(value)} {stage}" for stage, value in found if value >= LEAST)
