"""The public names and the arguments of the facade. A change here is a change of the API: say so."""

from __future__ import annotations

import inspect

import pytest

import bookable

PUBLIC_NAMES = (
    "Absence",
    "Access",
    "AddOn",
    "AlignedHour",
    "Allocation",
    "Alternative",
    "AlternativeKind",
    "AnyHours",
    "BLOCKING_KINDS",
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
    "CAPACITY_RULES",
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
    "DATE_RULES",
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
    "OVERRIDABLE",
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
    "Recurrence",
    "RecurringSeries",
    "Refusal",
    "RefusalCode",
    "Repair",
    "RepairKind",
    "RepeatedTimeError",
    "ReResolution",
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
    "TRANSITIONS",
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
)

# What every request for a calendar may say.
QUESTION = (
    "party_size host_ids variant_id add_on_ids features where location_id customer_id groups tags "
    "attendee_ids optional_ids prefer_ids blocking_kinds booker_zone use_delegates whole_days override "
    "unknown_ids unknown"
)

# Method: its positional arguments | its keyword-only arguments.
SCHEDULER = {
    "__init__": "catalogue bookings blocks |",
    "request": f"calendar_id | duration {QUESTION}",
    "requests": f"calendar_id | {QUESTION}",
    "free_slots": "request | within now limit ignoring",
    "free_periods": "request | within now ignoring",
    "start_periods": "request | within now ignoring",
    "first_slot": "request | within now ignoring",
    "slot": "request | start now ignoring",
    "explain": "request | start now ignoring",
    "list_slots": "requests | within now limit ignoring",
    "free_days": f"calendar_id | within now days limit ignoring {QUESTION}",
    "difference": "other request | within now",
    "sessions": "calendar_id | within now",
    "why_empty": "request | within now ignoring",
    "alternatives": "request | start now within limit ignoring",
    "host_standings": "calendar_id | now counted_within",
    "stand_ins": "booking_id | now",
    "explain_reassign": "booking_id | now host_ids",
    "chain_slots": "chain | within now limit ignoring",
    "book": "slot | booking_id now customer_id metadata",
    "book_chain": "chain_slot | booking_ids now customer_id metadata",
    "book_series": "request starts | booking_ids now policy customer_id metadata",
    "cancel": "booking_id | now version ignore_cut_off",
    "reschedule": "booking_id | to now keep_hosts version ignore_cut_off",
    "reassign": "booking_id | now host_ids version",
    "block": "resource_id interval | block_id kind source buffer_before buffer_after metadata",
    "unblock": "block_id |",
    "with_busy_times": "free_busy | source",
    "hold": "slot | booking_id now expires_at customer_id metadata",
    "extend": "booking_id | expires_at now version",
    "confirm": "booking_id | now version",
    "decline": "booking_id | now version",
    "check_in": "booking_id | at method version",
    "record_activity": "room_id | at",
    "check_out": "booking_id | at version",
    "complete": "booking_id | at version",
    "mark_no_show": "booking_id | at version",
    "annotate": "booking_id | metadata version",
    "swept": "| now",
    "booking": "booking_id | now",
    "agenda": "resource_id | within now",
    "free_busy": "resource_id | within now",
    "busy_times": "resource_ids | within now",
    "violations": "| now",
    "with_catalogue": "catalogue | now",
    "remove": "entry_id | now detach cascade",
    "plan_book": "slot | booking_id now customer_id metadata",
    "plan_cancel": "booking_id | now version ignore_cut_off",
    "plan_reschedule": "booking_id | to now keep_hosts version ignore_cut_off",
    "plan_hold": "slot | booking_id now expires_at customer_id metadata",
    "plan_extend": "booking_id | expires_at now version",
    "plan_confirm": "booking_id | now version",
    "plan_decline": "booking_id | now version",
    "plan_check_in": "booking_id | at method version",
    "plan_activity": "room_id | at",
    "plan_check_out": "booking_id | at version",
    "plan_complete": "booking_id | at version",
    "plan_no_show": "booking_id | at version",
    "plan_annotate": "booking_id | metadata version",
    "plan_reassign": "booking_id | now host_ids version",
    "plan_chain": "chain_slot | booking_ids now customer_id metadata",
    "plan_series": "request starts | booking_ids now policy customer_id metadata",
    "occurrences": "series_id | now",
    "recurrence_of": "series_id recurrence | now",
    "book_recurring": "request recurrence | series_id now policy customer_id metadata",
    "change_series": "series_id recurrence | to request now following new_series_id keep_hosts ignore_cut_off",
    "cancel_series": "series_id | now following ignore_cut_off",
    "drop_series": "series_id | now",
    "civil_times": "series_id zone | now was",
    "re_resolve": "civil_times | now",
    "apply_group": "commands |",
    "impact": "other requests | within now zone",
    "repair": "| now within moving",
    "promote": "waitlist | now hold_for",
    "release_declined": "booking_id | replies now rule released_before version",
    "kept_although_declined": "booking_id | replies now rule released_before",
    "plan_recurring": "request recurrence | series_id now policy customer_id metadata",
    "plan_change_series": "series_id recurrence | to request now following new_series_id keep_hosts ignore_cut_off",
    "plan_cancel_series": "series_id | now following ignore_cut_off",
    "plan_drop_series": "series_id | now",
    "plan_re_resolve": "civil_times | now",
    "plan_group": "commands |",
    "plan_repair": "| now within moving",
    "plan_promotion": "waitlist | now hold_for",
    "plan_release_declined": "booking_id | replies now rule released_before version",
    "apply": "plan |",
    "check": "|",
    "changed_since": "before |",
}
SCHEDULER_VALUES = ("catalogue", "bookings", "blocks", "version")


def argument_faults(function: object, expected: str) -> list[str]:
    """Arguments that a function of the API should take, by that name and in that way."""
    parameters = list(inspect.signature(function).parameters.values())  # type: ignore[arg-type]  # any callable
    parameters = [each for each in parameters if each.name != "self"]
    positional, keyword_only = (part.split() for part in expected.split("|"))
    taken = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
    named = {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}
    for each in parameters:
        if each.kind is each.VAR_KEYWORD:
            # The names are those of a TypedDict, all of which may be left out.
            words = function.__globals__[each.annotation.split("[")[1].rstrip("]")]  # type: ignore[attr-defined]  # a function
            named |= words.__optional_keys__
    faults = []
    if taken != positional:
        faults.append(f"positional arguments are {taken}, not {positional}")
    faults += [f"no keyword-only argument {name}" for name in keyword_only if name not in named]
    faults += [
        f"a new argument {each.name} must have a default"
        for each in parameters
        if each.name not in {*positional, *keyword_only}
        and each.kind is not each.VAR_KEYWORD
        and each.default is each.empty
    ]
    return faults


def test_the_public_names_are_these() -> None:
    assert sorted(bookable.__all__) == sorted(PUBLIC_NAMES)


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_every_public_name_can_be_imported(name: str) -> None:
    assert getattr(bookable, name).__doc__


def test_the_front_shows_nothing_but_public_names() -> None:
    shown = {name for name in vars(bookable) if not name.startswith("_")}
    modules = {name for name in shown if inspect.ismodule(getattr(bookable, name))}

    assert shown - modules - {"annotations"} == set(PUBLIC_NAMES)


@pytest.mark.parametrize("method", SCHEDULER)
def test_the_scheduler_takes_these_arguments(method: str) -> None:
    assert argument_faults(getattr(bookable.Scheduler, method), SCHEDULER[method]) == []


@pytest.mark.parametrize("name", SCHEDULER_VALUES)
def test_the_scheduler_shows_these_values(name: str) -> None:
    scheduler = bookable.Scheduler(bookable.Catalogue())

    assert hasattr(scheduler, name)


def test_every_method_of_the_scheduler_is_written_down_here() -> None:
    public = {
        name
        for name in dir(bookable.Scheduler)
        if not name.startswith("_") and callable(getattr(bookable.Scheduler, name))
    }

    assert public == set(SCHEDULER) - {"__init__"}


def test_a_planted_change_of_arguments_is_caught() -> None:
    def book(slot: object, *, booking_id: str, now: object) -> None: ...

    assert argument_faults(book, "slot | booking_id now") == []
    assert argument_faults(book, "slot booking_id | now")
    assert argument_faults(book, "slot | booking_id now customer_id")
    assert argument_faults(book, "slot | booking_id")
    assert argument_faults(book, "| booking_id now")
