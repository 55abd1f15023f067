"""Availability for booking backends: when can this be booked, by whom, where, and if not, why not.

Every resource is a capacity, every booking is a set of claims on capacities over half-open
intervals, and at no instant do the claims on a resource exceed its capacity.
"""

from bookable.availability.assignment import Allocation
from bookable.availability.slot import Slot, Slots
from bookable.domain.booking import Block, Booking, BookingStatus, Buffers, Claim
from bookable.domain.calendar import Calendar, CalendarKind
from bookable.domain.catalogue import Catalogue
from bookable.domain.hours import AnyHours, DateOverride, Hours, Layering, WeeklyHours, Window
from bookable.domain.refusal import Refusal, RefusalCode, Violation, ViolationCode
from bookable.domain.request import Request
from bookable.domain.requirement import Requirement, all_of, any_of, units_of
from bookable.domain.resources import Equipment, Member, OutOfService, Room
from bookable.errors import (
    BookableError,
    BookingRefused,
    CivilTimeError,
    CodecError,
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
    UnknownIdError,
)
from bookable.frozen_map import FrozenMap
from bookable.occupancy.plan import Plan
from bookable.scheduler import Scheduler
from bookable.timeline.grid import Epoch, FixedStarts, LocalMidnight
from bookable.timeline.interval import Interval
from bookable.timeline.interval_set import IntervalSet

__all__ = [
    "Allocation",
    "AnyHours",
    "Block",
    "BookableError",
    "Booking",
    "BookingRefused",
    "BookingStatus",
    "Buffers",
    "Calendar",
    "CalendarKind",
    "Catalogue",
    "CivilTimeError",
    "Claim",
    "CodecError",
    "DateOverride",
    "Epoch",
    "Equipment",
    "FixedStarts",
    "FrozenMap",
    "Hours",
    "HoursSyntaxError",
    "IdConflictError",
    "Interval",
    "IntervalSet",
    "InvalidAmountError",
    "InvalidIntervalError",
    "InvalidTransitionError",
    "InvalidValueError",
    "Layering",
    "LimitExceededError",
    "LocalMidnight",
    "Member",
    "NaiveDatetimeError",
    "OutOfService",
    "Plan",
    "Refusal",
    "RefusalCode",
    "RepeatedTimeError",
    "Request",
    "Requirement",
    "ResourceInUseError",
    "Room",
    "Scheduler",
    "SearchLimitError",
    "SkippedTimeError",
    "Slot",
    "Slots",
    "StaleLedgerError",
    "UnknownIdError",
    "Violation",
    "ViolationCode",
    "WeeklyHours",
    "Window",
    "all_of",
    "any_of",
    "units_of",
]
