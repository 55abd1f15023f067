"""The limits and words of Nylas, and those that this codec adds."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

ADVISED_PARTICIPANTS: Final = 10
"""The participants of one query that Nylas advises at the most."""
MOST_PARTICIPANTS: Final = 50
"""The most participants of one query, and the most addresses of one free/busy query (for Google;
Microsoft takes 20)."""
MOST_OPEN_HOURS: Final = 100
"""The most blocks of open hours, and of calendar ids, of one participant."""
MOST_DATES: Final = 1_000
"""The most dates of one block, or of one participant."""
MOST_SLOTS: Final = 100_000
"""The most slots that are read from one answer, and the most starts of one query."""
LONGEST_BUFFER: Final = 120
"""The most minutes of a buffer."""
LONGEST_ROUND: Final = 60
"""The most minutes to which starts are rounded."""
LONGEST_MEETING: Final = 1_440
"""The most minutes of a meeting, and from one start to the next: Nylas names no limit."""
STEP: Final = 5
"""All minutes of a query are a multiple of so many, and so are its times."""
LONGEST_FREE_BUSY: Final = timedelta(days=93)
"""The longest window of a free/busy query: three months (62 days for Microsoft)."""


class Method(StrEnum):
    """Who has to be free."""

    COLLECTIVE = "collective"
    """All participants."""
    MAX_FAIRNESS = "max-fairness"
    """Any one; who had the fewest is next."""
    MAX_AVAILABILITY = "max-availability"
    """Any one: the default."""
