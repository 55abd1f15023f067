"""Every limit of the library, by name (SPEC N34).

A limit is checked before the work that it bounds, and the error names it. The
values are generous for any real booking backend and small enough that no input
keeps a caller waiting.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

EARLIEST: Final = datetime(100, 1, 1, tzinfo=UTC)
"""The first instant that is accepted: far enough from year 1 for any buffer."""

LATEST: Final = datetime(9900, 1, 1, tzinfo=UTC)
"""Every instant is before this one: far enough from year 9999 for any buffer."""

LONGEST_DURATION: Final = timedelta(days=3_660)
"""The longest duration, buffer, notice or horizon: ten years."""

LONGEST_WINDOW: Final = timedelta(days=100_000)
"""The longest window of one question: some 273 years."""

MOST_CANDIDATES: Final = 1_000_000
"""The most grid starts that one question may look at."""

MOST_UNITS: Final = 1_000_000
"""The largest capacity, quantity, number of units or party size."""

MOST_ITEMS: Final = 1_000_000
"""The most items of any list that a value is made from, before duplicates go."""

MOST_CALENDARS_PER_ROOM: Final = 100
"""The most calendars that may share one room."""

MOST_REQUESTS: Final = 100
"""The most requests of one merged listing."""

MOST_FREE_BUSY: Final = 1_000
"""The most resources and calendars of one question for busy times."""

MOST_REQUIREMENTS: Final = 50
"""The most requirements of one request."""

MOST_COMPETING_ROLES: Final = 10
"""The most requirements of one request whose pools overlap, directly or in a chain."""

MOST_COMPETING_RESOURCES: Final = 200
"""The most resources that such requirements may need together."""

MOST_COMPETING_PLACES: Final = 200_000
"""The most candidates of such requirements, counted once for each subset of them."""

MOST_MASK_BITS: Final = 1_000_000_000
"""The most candidates times grid starts of one question."""

MOST_OPENING_WINDOWS: Final = 500_000
"""The most opening windows of one question: its days, times the windows that a day may have,
summed over all different opening hours."""

LONGEST_ID: Final = 128
"""The most characters of an id."""

LONGEST_TEXT: Final = 10_000
"""The most characters of a name, a description or hours written as text."""

MOST_METADATA: Final = 100
"""The most texts that a host may keep beside one value."""

LONGEST_RULE: Final = 512
"""The most characters of a recurrence rule."""

MOST_OCCURRENCES: Final = 1_000
"""The most occurrences of a series, unless the caller says otherwise."""

MOST_EXCEPTIONS: Final = 366
"""The most dates that a series adds to its rule, and the most that it leaves out."""

MOST_OVERRIDES: Final = 100_000
"""The most date overrides of one `Hours`."""

MOST_RESOURCES: Final = 100_000
"""The most rooms, equipment, members and calendars of one catalogue."""

MOST_LIMITS: Final = 50
"""The most limits of one calendar, or of a catalogue for all of them."""

MOST_LIMITED_DAYS: Final = 250_000
"""The most days that one question may look at for limits shorter than what is asked for, once
for each such limit and for each candidate that it is asked of."""

MOST_PLACES_DEEP: Final = 20
"""The most places inside each other."""

MOST_CHAIN_SEGMENTS: Final = 10
"""The most segments of one chain."""

MOST_CHAIN_TRIES: Final = 5_000
"""The most allocations that one question about a chain may try; of much to look at each counts for
more."""

MOST_SERIES_TRIES: Final = 10_000
"""The most decisions of one series; of much to look at each counts for more."""

MOST_HAND_OVERS: Final = 10_000
"""The most ways to put another host in for one who serves a booking, for all customers together."""

MOST_GROUPED: Final = 1_000
"""The most commands of one group."""

MOST_REPAIRED: Final = 100
"""The most bookings that one repair may move."""

MOST_REPAIR_TRIES: Final = 2_000
"""The most times that one repair may look for a place."""

MOST_REPAIR_LOOKS: Final = 20_000
"""The most bookings that a repair looks at to find the fewest of one conflict, counted each time."""

MOST_EXACT_REPAIR: Final = 12
"""The most bookings of one conflict for which a repair finds the fewest that must move; of larger
ones it moves what is in the way of most, and says so."""

MOST_ROLLING_DAYS: Final = 731
"""How many local dates a rolling horizon looks at."""

MOST_ROOMS_PER_PART: Final = 1_000
"""The most rooms that may share one part."""

MOST_OVERLAPS: Final = 5_000_000
"""The most pairs of rooms that share a part, counted once for each part and each of the two; and
the most parts of all rooms together, counted once for each way that they lie in a room."""

DEFAULT_HOLD: Final = timedelta(minutes=5)
"""How long a hold is kept where nobody says."""

LONGEST_HOLD: Final = timedelta(days=1)
"""How long a hold may be kept, extensions included."""

LONGEST_EARLY: Final = timedelta(days=1)
"""How long before the start a check-in may open."""

MOST_WAITING: Final = 10_000
"""The most entries of one waitlist."""

LONGEST_ENTRY_ID: Final = 120
"""The most characters of the id of a waitlist entry, from which ids of holds are made."""

MOST_PROMOTION_TRIES: Final = 10_000
"""The most decisions of one promotion, those for who waits for the same counted once; a hold is decided
again, and of much to look at each counts for more."""
