"""One hall with very many bookings at once."""

from __future__ import annotations

from benchmarks.facts import MINUTE, Facts, Pool, Resource, Row, Size
from benchmarks.worlds.common import FIRST, HALF_HOUR, chance, window

STEP = 15 * MINUTE

PER_HALF_HOUR = {"S": 3, "M": 7, "L": 24, "XL": 230}
"""How many bookings are tried in each half hour; about 100,000 in all at L."""


def hot(size: Size, seed: int) -> Facts:
    """Seats in one hall, open day and night; what did not fit was not booked."""
    dice = chance("hot", size, seed)
    tried = PER_HALF_HOUR.get(size.name, 3)
    capacity = tried * 5 // 2 + 2
    low, high = window(size)
    taken = [0] * ((high - low) // STEP + 5)
    rows = []
    for start in range(low, high, HALF_HOUR):
        for _ in range(tried):
            first = (start - low) // STEP + dice.randrange(2)
            cells, party = dice.randint(1, 4), dice.randint(1, 3)
            if max(taken[first : first + cells]) + party <= capacity:
                for cell in range(first, first + cells):
                    taken[cell] += party
                begins = low + first * STEP
                rows.append(Row(begins, begins + cells * STEP, (0,), party))
    return Facts(
        world="hot",
        size=size.name,
        now=FIRST,
        window=(low, high),
        duration=HALF_HOUR,
        step=STEP,
        resources=(Resource("hall", "room", capacity, shared=True),),
        pools=(Pool((0,)),),
        rows=rows,
        party=2,
    )
