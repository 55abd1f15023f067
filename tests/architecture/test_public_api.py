"""The public names and the arguments of the facade. A change here is a change of the API: say so."""

from __future__ import annotations

import inspect

import pytest

import bookable

PUBLIC_NAMES = (
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
)

# Method: its positional arguments | its keyword-only arguments.
SCHEDULER = {
    "__init__": "catalogue bookings blocks |",
    "request": "calendar_id | party_size duration host_ids",
    "free_slots": "request | within now limit ignoring",
    "free_periods": "request | within now ignoring",
    "start_periods": "request | within now ignoring",
    "first_slot": "request | within now ignoring",
    "slot": "request | start now ignoring",
    "explain": "request | start now ignoring",
    "book": "slot | booking_id now customer_id",
    "cancel": "booking_id | now",
    "reschedule": "booking_id | to now",
    "block": "resource_id interval | block_id kind",
    "unblock": "block_id |",
    "booking": "booking_id |",
    "agenda": "resource_id | within",
    "free_busy": "resource_id | within now",
    "violations": "| now",
    "with_catalogue": "catalogue |",
    "remove": "entry_id | now detach cascade",
    "plan_book": "slot | booking_id now customer_id",
    "plan_cancel": "booking_id | now",
    "plan_reschedule": "booking_id | to now",
    "apply": "plan |",
    "check": "|",
}
SCHEDULER_VALUES = ("catalogue", "bookings", "blocks", "version")


def argument_faults(function: object, expected: str) -> list[str]:
    """Arguments that a function of the API should take, by that name and in that way."""
    parameters = list(inspect.signature(function).parameters.values())  # type: ignore[arg-type]  # any callable
    parameters = [each for each in parameters if each.name != "self"]
    positional, keyword_only = (part.split() for part in expected.split("|"))
    taken = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
    named = {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}
    faults = []
    if taken != positional:
        faults.append(f"positional arguments are {taken}, not {positional}")
    faults += [f"no keyword-only argument {name}" for name in keyword_only if name not in named]
    faults += [
        f"a new argument {each.name} must have a default"
        for each in parameters
        if each.name not in {*positional, *keyword_only} and each.default is each.empty
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
