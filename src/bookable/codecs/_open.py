"""What a question takes for granted that a scheduler does not know: other hours, and who could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from bookable.checks import check_ids
from bookable.domain.calendar import Calendar
from bookable.domain.free_busy import FreeBusy
from bookable.domain.hours import Hours, OpeningHours
from bookable.domain.references import Entry
from bookable.scheduler import Scheduler


def with_hours(scheduler: Scheduler, hours: Mapping[str, OpeningHours | None]) -> Scheduler:
    """The same, with these hours for the resources that it has among them; None is always open.

    Neither their schedules nor their places have a say then. Absences stay, as do bookings and blocks.
    O(n) in the catalogue, and none where nothing changes.
    """
    catalogue = scheduler.catalogue
    changed: dict[str, Entry] = {}
    for key, wanted in hours.items():
        entry, settled = catalogue.get(key), catalogue.settled(key)
        if entry is None or settled is None or isinstance(entry, Calendar):
            continue
        if settled.hours != wanted:
            kept = Hours() if wanted is None else wanted
            changed[key] = attrs.evolve(entry, hours=kept, schedule_id=None)
    if not changed:
        return scheduler
    return scheduler.with_catalogue(catalogue._with({**catalogue._entries, **changed}))


def unread(unknown_ids: Iterable[str], scheduler: Scheduler) -> tuple[str, ...]:
    """Those whose time could not be read, for a `Request`: the ones that the scheduler has."""
    entries = {key: scheduler.catalogue.get(key) for key in check_ids(unknown_ids, "unknown_ids")}
    return tuple(
        key
        for key, entry in entries.items()
        if entry is not None and not isinstance(entry, Calendar)
    )


def not_known(free_busy: FreeBusy, unknown: Mapping[str, str]) -> FreeBusy:
    """The same, with those unknown whose time could not be read, and why; others are not added."""
    told = {key: unknown[key] for key in free_busy.subjects if key in unknown}
    busy = {key: times for key, times in free_busy.busy.items() if key not in told}
    return FreeBusy(free_busy.within, busy, {**free_busy.unknown, **told})
