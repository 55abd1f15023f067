"""The short axis of whole units of time on which plain worlds live.

It is a Saturday, the last of February, and a Sunday, so that the midnight between them is the border
of a day, of a month and, where weeks begin on Sunday, of a week.
"""

from __future__ import annotations

from datetime import date

AXIS = 48
"""The number of units of the axis: two days, when a unit is an hour."""

DAY = 24
"""The units from one midnight to the next."""

MARGIN = 8
"""Starts lie in ``[MARGIN, AXIS - MARGIN)``, so that no footprint leaves the axis."""

FIRST_DATE = date(2026, 2, 28)
"""The date of the first unit, in UTC."""

EPOCH_UNITS = 492_288
"""The units from 1970 to the first unit of the axis: Saturday 28 February 2026, in hours."""

Units = frozenset[int]
Ids = frozenset[str]
Names = frozenset[str]
Attributes = tuple[tuple[str, bool | int | str], ...]
SessionKey = tuple[object, ...]
Buffer = tuple[int, int, str]
"""Units before and after, and the policy: exclusive, shared or existing_only."""

NO_BUFFER: Buffer = (0, 0, "exclusive")
NOBODY: Ids = frozenset()
UNREAD = frozenset({"unknown"})
"""The kind of a block of which nobody knows what it stands for: it counts whatever a question says."""
TOLD = frozenset({"tentative", "busy", "maintenance", "out_of_office"})
"""The other kinds of blocks that count unless a question says otherwise."""
BLOCKING = TOLD | UNREAD
