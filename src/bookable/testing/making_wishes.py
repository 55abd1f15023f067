"""What who asks says beside the rules, where the rules that it concerns take part."""

from __future__ import annotations

from collections.abc import Sequence

from bookable.testing.choices import Pick, choose, is_on, some
from bookable.testing.making_rules import CUSTOMERS, PLACES, TAGS, make_features, make_where
from bookable.testing.plain import PlainCalendar


def wishes(
    pick: Pick, calendar: PlainCalendar | None, members: Sequence[str], ids: Sequence[str]
) -> dict[str, object]:
    """What who asks says beside the rules."""
    said: dict[str, object] = {}
    if is_on(pick, "kinds") and pick(2):
        kinds = ("elsewhere", "tentative", "busy", "maintenance", "out_of_office")
        said["kinds"] = frozenset(some(pick, kinds))
    if (is_on(pick, "limits") or is_on(pick, "access")) and pick(3):
        said["customer_id"] = choose(pick, (None, *CUSTOMERS))
        said["groups"] = choose(pick, ((), (), ("staff",)))
    if is_on(pick, "limits") and pick(2):
        said["tags"] = frozenset(some(pick, TAGS))
    if is_on(pick, "features") and pick(4) == 3:
        said["features"] = make_features(pick)
        said["where"] = make_where(pick) if pick(2) else ()
    if (is_on(pick, "locations") or is_on(pick, "travel")) and pick(3) == 2:
        said["wanted_location"] = choose(pick, PLACES)
    if is_on(pick, "attendees") and members:
        said["attendee_ids"] = some(pick, members)[:2] if pick(3) == 2 else ()
        said["optional_ids"] = some(pick, members) if pick(3) == 2 else ()
    if is_on(pick, "preferring") and pick(2) and ids:
        said["prefer_ids"] = some(pick, ids)[::-1]
    if is_on(pick, "unknown") and pick(2) and ids:
        said["unknown_ids"] = frozenset(some(pick, ids)[:3])
        said["unknown"] = choose(pick, ("busy", "left_out"))
    if calendar is not None:
        said |= _wishes_for(pick, calendar)
    return said


def _wishes_for(pick: Pick, calendar: PlainCalendar) -> dict[str, object]:
    said: dict[str, object] = {}
    if is_on(pick, "absences"):
        said["use_delegates"] = pick(3) == 2
    if is_on(pick, "booker_hours"):
        said["booker_shift"] = choose(pick, (None, 0, 5, -5))
    if is_on(pick, "durations") and pick(3) == 2:
        said["variant_id"] = calendar.variants[0].id if calendar.variants else None
    if is_on(pick, "add_ons") and calendar.add_ons and pick(3) == 2:
        said["add_on_ids"] = (calendar.add_ons[0].id,)
    if is_on(pick, "whole_days") and calendar.most_days and pick(4) == 3:
        said["whole_days"], said["duration"] = 1, 24
    return said
