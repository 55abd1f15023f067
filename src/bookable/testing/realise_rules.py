"""The rules of a plain world as values of `bookable`."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from bookable.domain.features import Where
from bookable.domain.life import CheckIn
from bookable.domain.limit import Limit
from bookable.domain.policy import (
    BookingPolicy,
    DateRange,
    Horizon,
    LastDate,
    Months,
    Notice,
    RollingDays,
    WorkingDays,
    WorkingTime,
)
from bookable.domain.ranking import Ranking
from bookable.domain.requirement import Requirement
from bookable.testing.axis import FIRST_DATE
from bookable.testing.plain_rules import (
    PlainAccess,
    PlainCheckIn,
    PlainGrid,
    PlainLimit,
    PlainRanking,
    PlainRole,
    PlainTerm,
)
from bookable.testing.realise_time import (
    UNIT,
    ZONE,
    hours,
    interval,
    length,
    moment,
    zone,
)
from bookable.timeline.grid import Epoch, FixedStarts, LocalMidnight
from bookable.timeline.packing import AlignedHour, AnyGrid, WindowStart


def requirement(plain: PlainRole) -> Requirement:
    """The requirement."""
    return Requirement(
        plain.pool,
        count=plain.count,
        units=plain.units,
        buffer_before=length(plain.before),
        buffer_after=length(plain.after),
        kind=plain.kind,
        features=plain.features,
        where=[Where(*each) for each in plain.where],
        per_attendees=plain.per_attendees,
        buffer_policy=plain.policy,
    )


def grid(plain: PlainGrid | None) -> AnyGrid | None:
    """The grid; None stands for none."""
    if plain is None:
        return None
    if plain.kind == "fixed":
        return FixedStarts(tuple(moment(start) for start in sorted(plain.starts)))
    if plain.kind == "local":
        where = zone(plain.shift) or ZONE
        return LocalMidnight(where, plain.step * UNIT, plain.offset * UNIT)
    if plain.kind == "epoch":
        return Epoch(plain.step * UNIT, plain.offset * UNIT)
    return (
        WindowStart(plain.step * UNIT) if plain.kind == "window" else AlignedHour(plain.step * UNIT)
    )


def notice(plain: int | PlainTerm) -> Notice:
    """The minimum notice."""
    if isinstance(plain, int):
        return plain * UNIT
    if plain.kind == "months":
        return Months(plain.count, zone(plain.shift))
    if plain.kind == "working_time":
        return WorkingTime(plain.count * UNIT, hours(plain.open_units))
    return WorkingDays(plain.count, hours(plain.open_units), zone(plain.shift))


def horizon(plain: int | PlainTerm | None) -> Horizon | None:
    """The booking horizon."""
    if plain is None or isinstance(plain, int):
        return length(plain)
    where = zone(plain.shift)
    if plain.kind == "months":
        return Months(plain.count, where)
    if plain.kind == "last_date":
        return LastDate(plain.count, where)
    if plain.kind == "rolling":
        return RollingDays(plain.count, where)
    if plain.kind == "working_days":
        return WorkingDays(plain.count, hours(plain.open_units), where)
    first, last = (FIRST_DATE + timedelta(days=day) for day in (plain.first, plain.count))
    return DateRange(first, last, where)


def limit(plain: PlainLimit) -> Limit:
    """The limit."""
    return Limit(
        plain.maximum * UNIT if plain.is_timed else plain.maximum,
        plain.period,
        per=plain.per,
        zone=zone(plain.shift),
        week_start=plain.week_start,
        tag=plain.tag,
    )


def policy(plain: PlainAccess | None) -> BookingPolicy | None:
    """Who may book."""
    if plain is None:
        return None
    return BookingPolicy(
        plain.allow,
        plain.request,
        plain.deny,
        plain.otherwise,
        length(plain.cancel_notice),
        length(plain.reschedule_notice),
    )


def check_in(plain: PlainCheckIn | None) -> CheckIn | None:
    """When people must have come."""
    if plain is None:
        return None
    return CheckIn(plain.early * UNIT, length(plain.grace), plain.scope, plain.most_missed)


def plain_check_in(found: CheckIn | None) -> PlainCheckIn | None:
    """The same as a plain record."""
    if found is None:
        return None
    grace = None if found.grace is None else found.grace // UNIT
    return PlainCheckIn(found.early // UNIT, grace, found.scope.value, found.most_missed)


def ranking(plain: PlainRanking) -> Ranking:
    """How to choose."""
    return Ranking(
        plain.order,
        weights=dict(plain.weights),
        priorities=dict(plain.priorities),
        calibration={id_: Fraction(*each) for id_, each in plain.calibration},
        counted_within=None if plain.counted is None else interval(*plain.counted),
        strict=plain.strict,
    )
