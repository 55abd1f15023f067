"""A plain question as a request of `bookable`."""

from __future__ import annotations

from typing import Any

from bookable.domain.features import Where
from bookable.domain.request import Request
from bookable.testing.axis import BLOCKING, UNREAD
from bookable.testing.plain import PlainAsk
from bookable.testing.realise_rules import grid, horizon, notice, requirement
from bookable.testing.realise_time import UNIT, hours, zone


def request(ask: PlainAsk) -> Request:
    """The question, of a calendar or for one that states its own rules."""
    said = _said(ask)
    if ask.calendar_id is not None:
        hosts = None if ask.host_ids is None else sorted(ask.host_ids)
        return Request(
            duration=ask.duration * UNIT,
            calendar_id=ask.calendar_id,
            host_ids=hosts,
            **said,
        )
    return Request(
        duration=ask.duration * UNIT,
        requirements=[requirement(role) for role in ask.roles],
        buffer_before=ask.before * UNIT,
        buffer_after=ask.after * UNIT,
        buffer_policy=ask.policy,
        buffer_within_hours=ask.within_hours,
        minimum_notice=notice(ask.notice),
        booking_horizon=horizon(ask.horizon),
        grid=grid(ask.grid),
        hours=hours(ask.open_units),
        **said,
    )


def _said(ask: PlainAsk) -> dict[str, Any]:
    """What may be said beside the rules."""
    where = None if ask.booker_shift is None else zone(ask.booker_shift)
    return {
        "party_size": ask.party,
        "features": ask.features,
        "where": [Where(*each) for each in ask.where],
        "location_id": ask.wanted_location,
        "customer_id": ask.customer_id,
        "groups": ask.groups,
        "tags": ask.tags,
        "attendee_ids": ask.attendee_ids,
        "optional_ids": ask.optional_ids,
        "prefer_ids": ask.prefer_ids,
        "blocking_kinds": None if ask.kinds == BLOCKING else ask.kinds - UNREAD,
        "booker_zone": where,
        "use_delegates": ask.use_delegates,
        "variant_id": ask.variant_id,
        "add_on_ids": ask.add_on_ids,
        "whole_days": ask.whole_days,
        "unknown_ids": sorted(ask.unknown_ids),
        "unknown": ask.unknown,
    }
