"""A scheduler whose resources keep other hours than their own, for the sake of one question."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from bookable.domain.calendar import Calendar
from bookable.domain.hours import OpeningHours
from bookable.domain.references import Entry
from bookable.scheduler import Scheduler


def with_hours(scheduler: Scheduler, hours: Mapping[str, OpeningHours | None]) -> Scheduler:
    """The same, with these hours for the resources that it has among them; None is always open.

    Absences stay, as do bookings and blocks. O(n) in the catalogue, and none where nothing changes.
    """
    catalogue = scheduler.catalogue
    changed: dict[str, Entry] = {}
    for key, wanted in hours.items():
        entry = catalogue.get(key)
        if entry is None or isinstance(entry, Calendar):
            continue
        if (entry.hours, entry.schedule_id) != (wanted, None):
            changed[key] = attrs.evolve(entry, hours=wanted, schedule_id=None)
    if not changed:
        return scheduler
    return scheduler.with_catalogue(catalogue._with({**catalogue._entries, **changed}))
