"""The tables of keys for the rules of a calendar: grids, notice, limits, policies, ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bookable.codecs._forms import (
    CHOICE,
    CHOICE_SET,
    CHOICES,
    DATE,
    DURATION,
    FRACTION,
    ID,
    ID_SET,
    IDS,
    INSTANT,
    PLAIN,
    ZONE,
    Form,
    Kinds,
    Part,
    list_of,
    map_of,
)
from bookable.codecs._hours import HOURS
from bookable.domain.counting import Counting
from bookable.domain.features import Where
from bookable.domain.life import CheckIn
from bookable.domain.limit import Limit
from bookable.domain.listing import Listing
from bookable.domain.policy import (
    BookingPolicy,
    DateRange,
    LastDate,
    Months,
    RollingDays,
    WorkingDays,
    WorkingTime,
)
from bookable.domain.ranking import Ranking
from bookable.domain.requirement import Requirement
from bookable.domain.service import AddOn, Variant
from bookable.timeline.grid import Epoch, FixedStarts, LocalMidnight
from bookable.timeline.interval import Interval
from bookable.timeline.packing import AlignedHour, Optimised, WindowStart

if TYPE_CHECKING:
    from datetime import datetime


def _interval(start: datetime, end: datetime) -> Interval:
    return Interval(start, end)


INTERVAL: Final = Form(_interval, {"start": INSTANT, "end": INSTANT}).part

# Starts ---------------------------------------------------------------------

_STEP: Final[dict[str, Part]] = {"step": DURATION}

GRID: Final = Kinds(
    "anchor",
    {
        "local_midnight": (
            LocalMidnight,
            Form(LocalMidnight, {"zone": ZONE, "step": DURATION, "offset": DURATION}),
        ),
        "epoch": (Epoch, Form(Epoch, {"step": DURATION, "offset": DURATION})),
        "fixed_starts": (FixedStarts, Form(FixedStarts, {"starts": list_of(INSTANT)})),
        "window_start": (WindowStart, Form(WindowStart, _STEP)),
        "aligned_hour": (AlignedHour, Form(AlignedHour, _STEP)),
        "optimised": (Optimised, Form(Optimised, _STEP)),
    },
).part

# Notice and horizon ---------------------------------------------------------

_MONTHS: Final = (Months, Form(Months, {"count": PLAIN, "zone": ZONE}))
_WORKING_DAYS: Final = (
    WorkingDays,
    Form(WorkingDays, {"count": PLAIN, "hours": HOURS, "zone": ZONE}),
)


def _or_duration(kinds: Kinds) -> Part:
    """A plain duration as text, anything else as an object."""

    def read(value: object, path: str) -> Any:
        part = kinds if isinstance(value, dict) else DURATION
        return part.read(value, path)

    def write(value: Any) -> object:
        return kinds.write(value) if hasattr(value, "__attrs_attrs__") else DURATION.write(value)

    return Part(read, write)


NOTICE: Final = _or_duration(
    Kinds(
        "kind",
        {
            "months": _MONTHS,
            "working_time": (
                WorkingTime,
                Form(WorkingTime, {"duration": DURATION, "hours": HOURS}),
            ),
            "working_days": _WORKING_DAYS,
        },
    )
)

HORIZON: Final = _or_duration(
    Kinds(
        "kind",
        {
            "months": _MONTHS,
            "working_days": _WORKING_DAYS,
            "last_date": (LastDate, Form(LastDate, {"days": PLAIN, "zone": ZONE})),
            "date_range": (
                DateRange,
                Form(DateRange, {"first": DATE, "last": DATE, "zone": ZONE}),
            ),
            "rolling_days": (RollingDays, Form(RollingDays, {"count": PLAIN, "zone": ZONE})),
        },
    )
)

# What is needed -------------------------------------------------------------

BUFFER_TIMES: Final[dict[str, Part]] = {
    "buffer_before": DURATION,
    "buffer_after": DURATION,
    "buffer_policy": CHOICE,
}

FEATURES: Final[dict[str, Part]] = {"features": ID_SET, "attributes": map_of(PLAIN)}

_WHERE: Final = Form(Where, {"attribute": ID, "operator": PLAIN, "value": PLAIN})

REQUIREMENTS: Final = Form(
    Requirement,
    {
        "pool": IDS,
        "kind": CHOICE,
        "count": PLAIN,
        "units": PLAIN,
        "per_attendees": PLAIN,
        "features": ID_SET,
        "where": _WHERE.list_part(),
        **BUFFER_TIMES,
        "name": PLAIN,
    },
).list_part()

HOST_DURATIONS: Final = map_of(DURATION)

VARIANTS: Final = Form(
    Variant, {"id": ID, "duration": DURATION, "host_durations": HOST_DURATIONS, "name": PLAIN}
).list_part()

ADD_ONS: Final = Form(
    AddOn, {"id": ID, "duration": DURATION, "requirements": REQUIREMENTS, "name": PLAIN}
).list_part()

# How much, by whom, in which order ------------------------------------------


def _read_maximum(value: object, path: str) -> Any:
    return DURATION.read(value, path) if isinstance(value, str) else value


def _write_maximum(value: Any) -> object:
    return value if isinstance(value, int) else DURATION.write(value)


_COUNTING: Final = Form(Counting, {"statuses": CHOICE_SET, "cancelled_within": DURATION}).part

LIMITS: Final = Form(
    Limit,
    {
        "maximum": Part(_read_maximum, _write_maximum),
        "period": CHOICE,
        "per": CHOICE_SET,
        "zone": ZONE,
        "week_start": PLAIN,
        "tag": ID,
        "name": PLAIN,
        "counting": _COUNTING,
    },
).list_part()

POLICY: Final = Form(
    BookingPolicy,
    {
        "allow": ID_SET,
        "request": ID_SET,
        "deny": ID_SET,
        "otherwise": CHOICE,
        "cancel_notice": DURATION,
        "reschedule_notice": DURATION,
    },
).part

CHECK_IN: Final = Form(
    CheckIn, {"early": DURATION, "grace": DURATION, "scope": CHOICE, "most_missed": PLAIN}
).part

RANKING: Final = Form(
    Ranking,
    {
        "order": CHOICES,
        "weights": map_of(PLAIN),
        "priorities": map_of(PLAIN),
        "calibration": map_of(FRACTION),
        "counted_within": INTERVAL,
        "strict": PLAIN,
        "counting": _COUNTING,
    },
).part

LISTING: Final = Form(
    Listing,
    {
        "look_busy": PLAIN,
        "seed": PLAIN,
        "first_per_day": PLAIN,
        "first_per_window": PLAIN,
        "apart": PLAIN,
        "most_slots": PLAIN,
        "shortest_window": DURATION,
        "longest_window": DURATION,
        "zone": ZONE,
    },
).part
