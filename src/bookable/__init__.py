"""Availability for booking backends: when can this be booked, by whom, where, and if not, why not.

Every resource is a capacity, every booking is a set of claims on capacities over half-open
intervals, and at no instant do the claims on a resource exceed its capacity.
"""

from bookable.availability.assignment import Allocation
from bookable.availability.chain import ChainSlot
from bookable.availability.difference import SlotDifference
from bookable.availability.emptiness import EmptyListing, RuleCount
from bookable.availability.gatherings import SessionState
from bookable.availability.impact import BrokenBooking, DayImpact, Impact
from bookable.availability.loosening import AlternativeKind
from bookable.availability.ranked import RankedSlot, Term, confidence
from bookable.availability.relaxation import Alternative
from bookable.availability.series import (
    BeyondHorizon,
    Occurrence,
    OnConflict,
    Outcome,
    Series,
    SeriesPolicy,
)
from bookable.availability.slot import Slot, Slots
from bookable.availability.standing import HostStanding
from bookable.domain.block import Block
from bookable.domain.booking import Booking, Buffers
from bookable.domain.calendar import Calendar, CalendarKind, HostHours
from bookable.domain.catalogue import Catalogue
from bookable.domain.chain import Chain, Segment
from bookable.domain.civil_time import CivilTime
from bookable.domain.claim import Claim
from bookable.domain.counting import Counting
from bookable.domain.declining import DeclineRule, Kept, Reply, Response
from bookable.domain.features import Where
from bookable.domain.free_busy import BusyTime, FreeBusy
from bookable.domain.hours import AnyHours, DateOverride, Hours, Layering, WeeklyHours, Window
from bookable.domain.hours_zone import in_zone, travelling
from bookable.domain.life import (
    TRANSITIONS,
    BookingStatus,
    CheckIn,
    CheckInMethod,
    CheckInScope,
    Event,
)
from bookable.domain.limit import Limit, LimitSubject, Period
from bookable.domain.listing import Listing
from bookable.domain.place import Place
from bookable.domain.policy import (
    BLOCKING_KINDS,
    Access,
    BookingPolicy,
    BufferPolicy,
    BusyKind,
    DateRange,
    LastDate,
    Months,
    RollingDays,
    Unknown,
    WorkingDays,
    WorkingTime,
)
from bookable.domain.ranking import Preference, Ranking, calibration_for
from bookable.domain.recurring import Recurrence
from bookable.domain.refusal import (
    CAPACITY_RULES,
    DATE_RULES,
    OVERRIDABLE,
    Refusal,
    RefusalCode,
    Violation,
    ViolationCode,
)
from bookable.domain.request import Request
from bookable.domain.requirement import (
    Requirement,
    ResourceKind,
    all_of,
    any_of,
    share_of,
    units_of,
)
from bookable.domain.resources import Equipment, Member, OutOfService, Room
from bookable.domain.service import Absence, AddOn, Variant
from bookable.domain.settings import Settings
from bookable.domain.waitlist import Waitlist, WaitlistEntry
from bookable.errors import (
    BookableError,
    BookingRefused,
    CivilTimeError,
    CodecError,
    GroupError,
    HoursSyntaxError,
    IdConflictError,
    InvalidAmountError,
    InvalidIntervalError,
    InvalidTransitionError,
    InvalidValueError,
    LimitExceededError,
    NaiveDatetimeError,
    RepeatedTimeError,
    ResourceInUseError,
    SearchLimitError,
    SkippedTimeError,
    StaleLedgerError,
    StaleVersionError,
    UnknownIdError,
    WrongTimeError,
)
from bookable.frozen_map import FrozenMap
from bookable.occupancy.plan import Plan
from bookable.promotion import PassedOver, Promoted, Promotion
from bookable.repair import Mended, Repair, RepairKind, Unrepaired
from bookable.resolutions import ReResolution, Resolved, ResolvedKind
from bookable.scheduler import Scheduler
from bookable.series_edits import SeriesEdit
from bookable.series_plans import RecurringSeries
from bookable.timeline.grid import Epoch, FixedStarts, LocalMidnight
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet
from bookable.timeline.packing import AlignedHour, Optimised, WindowStart
from bookable.timeline.rule import Rule

__all__ = [
    "BLOCKING_KINDS",
    "CAPACITY_RULES",
    "DATE_RULES",
    "OVERRIDABLE",
    "TRANSITIONS",
    "Absence",
    "Access",
    "AddOn",
    "AlignedHour",
    "Allocation",
    "Alternative",
    "AlternativeKind",
    "AnyHours",
    "BeyondHorizon",
    "Block",
    "BookableError",
    "Booking",
    "BookingPolicy",
    "BookingRefused",
    "BookingStatus",
    "BrokenBooking",
    "BufferPolicy",
    "Buffers",
    "BusyKind",
    "BusyTime",
    "Calendar",
    "CalendarKind",
    "Catalogue",
    "Chain",
    "ChainSlot",
    "CheckIn",
    "CheckInMethod",
    "CheckInScope",
    "CivilTime",
    "CivilTimeError",
    "Claim",
    "CodecError",
    "Counting",
    "DateOverride",
    "DateRange",
    "DayImpact",
    "DeclineRule",
    "EmptyListing",
    "Epoch",
    "Equipment",
    "Event",
    "FixedStarts",
    "FreeBusy",
    "FrozenMap",
    "GroupError",
    "HostHours",
    "HostStanding",
    "Hours",
    "HoursSyntaxError",
    "IdConflictError",
    "Impact",
    "Interval",
    "IntervalSet",
    "InvalidAmountError",
    "InvalidIntervalError",
    "InvalidTransitionError",
    "InvalidValueError",
    "Kept",
    "LastDate",
    "Layering",
    "Limit",
    "LimitExceededError",
    "LimitSubject",
    "Listing",
    "LocalMidnight",
    "Member",
    "Mended",
    "Months",
    "NaiveDatetimeError",
    "Occurrence",
    "OnConflict",
    "Optimised",
    "OutOfService",
    "Outcome",
    "PassedOver",
    "Period",
    "Place",
    "Plan",
    "Preference",
    "Promoted",
    "Promotion",
    "RankedSlot",
    "Ranking",
    "ReResolution",
    "Recurrence",
    "RecurringSeries",
    "Refusal",
    "RefusalCode",
    "Repair",
    "RepairKind",
    "RepeatedTimeError",
    "Reply",
    "Request",
    "Requirement",
    "Resolved",
    "ResolvedKind",
    "ResourceInUseError",
    "ResourceKind",
    "Response",
    "RollingDays",
    "Room",
    "Rule",
    "RuleCount",
    "Scheduler",
    "SearchLimitError",
    "Segment",
    "Series",
    "SeriesEdit",
    "SeriesPolicy",
    "SessionState",
    "Settings",
    "SkippedTimeError",
    "Slot",
    "SlotDifference",
    "Slots",
    "StaleLedgerError",
    "StaleVersionError",
    "Term",
    "Unknown",
    "UnknownIdError",
    "Unrepaired",
    "Variant",
    "Violation",
    "ViolationCode",
    "Waitlist",
    "WaitlistEntry",
    "WeeklyHours",
    "Where",
    "Window",
    "WindowStart",
    "WorkingDays",
    "WorkingTime",
    "WrongTimeError",
    "all_of",
    "any_of",
    "calibration_for",
    "confidence",
    "in_zone",
    "share_of",
    "travelling",
    "units_of",
]
