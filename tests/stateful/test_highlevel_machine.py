"""A business over HighLevel's API: any requests in any order, and never anything booked twice."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bookable import Scheduler
from tests.support import strategies as st
from tests.support.builders import NOW
from tests.support.highlevel_api import (
    APPOINTMENTS,
    BLOCKS,
    EQUIPMENTS,
    ITEM,
    LOCATION,
    ROOM,
    ROOMS,
    a_business,
    asked,
    ms,
)

CALENDARS = ("massage", "yoga", "talk")
SHARE_OF_EXAMPLES = 5  # a history costs as much as many small examples
WINDOW = timedelta(days=2)
QUARTER = timedelta(minutes=15)
calendars = st.sampled_from(CALENDARS)
users = st.sampled_from(["ada", "grace", None])
served = st.lists(calendars, max_size=3)
numbers = st.integers(0, 1_000)
quarters = st.integers(-4, 24 * 4 * 2)
statuses = st.sampled_from(
    ["new", "confirmed", "active", "cancelled", "invalid", "showed", "completed", "noshow"]
)
asides = st.sampled_from(["ignoreDateRange", "ignoreFreeSlotValidation"])


class HighLevelMachine(RuleBasedStateMachine):
    """Requests as clients make them; what is offered is what can be had."""

    @initialize()
    def open_the_business(self) -> None:
        self.state: Scheduler = a_business()
        self.now: datetime = NOW
        self.count = 0
        # What was asked for in spite of the rules, or taken away from under what is booked.
        self.excused = False

    # Speaking ----------------------------------------------------------------

    def ask(self, operation: str, path: str, body: object = None, **query: str) -> tuple:
        """Status and body, after which the state is the next one."""
        self.count += 1
        status, told, self.state = asked(
            self.state, operation, path, body, query, now=self.now, new_id=f"N{self.count}"
        )
        return status, told

    def listed(self, calendar_id: str) -> list[str]:
        query = {"startDate": ms(self.now), "endDate": ms(self.now + WINDOW), "timezone": "UTC"}
        status, told = self.ask("GET", f"/calendars/{calendar_id}/free-slots", **query)
        assert status == 200
        return [start for day in told.values() for start in day["slots"]]

    def any_of(self, ids, number: int) -> str:
        every = sorted(ids)
        return every[number % len(every)]

    def rooms(self) -> list[str]:
        return [room.id for room in self.state.catalogue.rooms()]

    def items(self) -> list[str]:
        return [item.id for item in self.state.catalogue.equipment()]

    def appointment(self, calendar_id: str, start: str) -> dict[str, object]:
        guest = f"guest {self.count}"
        body = {"calendarId": calendar_id, "locationId": LOCATION, "contactId": guest}
        return {**body, "startTime": start}

    def took_nothing_twice(self, event_id: str) -> None:
        """A booking by the rules is in no violation, whatever was excused before it."""
        for each in self.state.violations(now=self.now):
            assert event_id not in each.booking_ids, each

    # Rooms and equipment -------------------------------------------------------

    @rule(capacity=st.integers(0, 3), calendar_ids=served)
    def create_a_room(self, capacity, calendar_ids):
        status, told = self.ask(
            "POST", ROOMS, {**ROOM, "capacity": capacity, "calendarIds": calendar_ids}
        )
        assert status == 201
        assert told["calendarIds"] == list(dict.fromkeys(calendar_ids))

    @rule(quantity=st.integers(0, 3), broken=st.integers(0, 3), calendar_id=calendars)
    def create_equipment(self, quantity, broken, calendar_id):
        numbers = {"quantity": quantity, "outOfService": broken, "calendarIds": [calendar_id]}
        status, _ = self.ask("POST", EQUIPMENTS, {**ITEM, **numbers})
        assert status == (201 if broken <= quantity else 422)

    @precondition(lambda self: self.rooms())
    @rule(number=numbers, capacity=st.integers(0, 3), is_active=st.booleans())
    def update_a_room(self, number, capacity, is_active):
        room_id = self.any_of(self.rooms(), number)
        self.excused |= capacity < self.state.catalogue.room(room_id).capacity
        sent = {"capacity": capacity, "isActive": is_active}
        status, told = self.ask("PUT", f"{ROOMS}/{room_id}", sent)
        assert (status, told["capacity"], told["isActive"]) == (200, capacity, is_active)

    @precondition(lambda self: self.items())
    @rule(number=numbers, broken=st.integers(0, 3))
    def put_equipment_out_of_service(self, number, broken):
        item_id = self.any_of(self.items(), number)
        item = self.state.catalogue.equipment_item(item_id)
        status, _ = self.ask("PUT", f"{EQUIPMENTS}/{item_id}", {"outOfService": broken})
        assert status == (200 if broken <= item.quantity else 422)
        self.excused |= status == 200 and broken > item.out_of_service

    @precondition(lambda self: self.rooms() or self.items())
    @rule(number=numbers, cascade=st.booleans())
    def delete_a_resource(self, number, cascade):
        entry_id = self.any_of([*self.rooms(), *self.items()], number)
        path = f"{ROOMS if entry_id in self.rooms() else EQUIPMENTS}/{entry_id}"
        users = [
            each.id
            for each in self.state.bookings.values()
            if entry_id in each.resource_ids and each.status.is_blocking and each.end > self.now
        ]
        status, told = self.ask("DELETE", path, **({"cascade": "true"} if cascade else {}))
        assert status == (409 if users and not cascade else 200)
        if status == 409:
            assert told["usedBy"] == sorted(users)
        else:
            assert entry_id not in self.state.catalogue
            assert all(not self.state.booking(each).status.is_blocking for each in users)

    # Appointments ----------------------------------------------------------------

    @rule(calendar_id=calendars, number=numbers)
    def book_what_is_listed(self, calendar_id, number):
        starts = self.listed(calendar_id)
        if starts:
            start = starts[number % len(starts)]
            status, told = self.ask("POST", APPOINTMENTS, self.appointment(calendar_id, start))
            assert (status, told["startTime"]) == (201, start)
            self.took_nothing_twice(told["id"])

    @rule(calendar_id=calendars, quarter=quarters)
    def book_any_start(self, calendar_id, quarter):
        start = (self.now + quarter * QUARTER).isoformat()
        inside = timedelta(0) <= quarter * QUARTER < WINDOW
        listed = inside and start in self.listed(calendar_id)
        status, told = self.ask("POST", APPOINTMENTS, self.appointment(calendar_id, start))
        if inside:
            assert (status == 201) == listed
        if status == 201:
            self.took_nothing_twice(told["id"])
        else:
            assert status == 400
            assert told["refusals"]

    @rule(calendar_id=calendars, quarter=quarters, aside=asides)
    def book_in_spite_of_the_rules(self, calendar_id, quarter, aside):
        start = (self.now + quarter * QUARTER).isoformat()
        sent = {**self.appointment(calendar_id, start), aside: True}
        status, told = self.ask("POST", APPOINTMENTS, sent)
        assert status in {201, 400}
        if status == 201 and aside == "ignoreDateRange":
            self.took_nothing_twice(told["id"])
        self.excused |= aside == "ignoreFreeSlotValidation"

    def events(self) -> list[str]:
        return [
            key
            for key in self.state.bookings
            if asked(self.state, "GET", f"{APPOINTMENTS}/{key}", now=self.now)[0] == 200
        ]

    @precondition(lambda self: self.events())
    @rule(number=numbers, other=numbers, user=users)
    def move_an_appointment(self, number, other, user):
        event_id = self.any_of(self.events(), number)
        calendar_id = self.state.booking(event_id).calendar_id
        before, starts = self.state.booking(event_id), self.listed(calendar_id)
        sent = {} if user is None else {"assignedUserId": user}
        if starts:
            sent["startTime"] = starts[other % len(starts)]
        status, told = self.ask("PUT", f"{APPOINTMENTS}/{event_id}", sent)
        assert status in {200, 400, 409, 422}
        if status == 200 and starts:
            assert told["startTime"] == sent["startTime"]
            if self.state.booking(event_id).interval != before.interval:
                self.took_nothing_twice(event_id)
        elif status == 422:
            assert user is not None
        elif status != 200:
            assert self.state.booking(event_id) == before

    @precondition(lambda self: self.events())
    @rule(number=numbers, said=statuses)
    def turn_an_appointment(self, number, said):
        event_id = self.any_of(self.events(), number)
        status, told = self.ask("PUT", f"{APPOINTMENTS}/{event_id}", {"appointmentStatus": said})
        assert status in {200, 400, 409}
        if status == 200:
            got = self.ask("GET", f"{APPOINTMENTS}/{event_id}")[1]["event"]
            assert told["appointmentStatus"] == got["appointmentStatus"] == said

    @precondition(lambda self: self.events())
    @rule(number=numbers)
    def delete_an_appointment(self, number):
        event_id = self.any_of(self.events(), number)
        status, _ = self.ask("DELETE", f"/calendars/events/{event_id}")
        assert status in {201, 409}
        gone = self.ask("GET", f"{APPOINTMENTS}/{event_id}")[0] == 404
        assert gone == (status == 201)

    # Blocks ----------------------------------------------------------------------

    @rule(quarter=quarters, length=st.integers(1, 12), user=users)
    def block(self, quarter, length, user):
        start = self.now + quarter * QUARTER
        times = {"startTime": start, "endTime": start + length * QUARTER}
        subject = {"calendarId": "massage"} if user is None else {"assignedUserId": user}
        sent = {"locationId": LOCATION, **subject}
        sent |= {key: moment.isoformat() for key, moment in times.items()}
        status, told = self.ask("POST", BLOCKS, sent)
        assert status == 201
        assert {key: told[key] for key in sent} == sent
        if user is None:
            inside = [datetime.fromisoformat(each) for each in self.listed("massage")]
            assert not any(times["startTime"] <= each < times["endTime"] for each in inside)

    @precondition(lambda self: self.state.blocks)
    @rule(number=numbers, length=st.integers(-2, 12))
    def change_a_block(self, number, length):
        block = self.state.blocks[self.any_of(self.state.blocks, number)]
        end = (block.interval.start + length * QUARTER).isoformat()
        status, _ = self.ask("PUT", f"{BLOCKS}/{block.id}", {"endTime": end})
        assert status == (201 if length > 0 else 422)

    @precondition(lambda self: self.state.blocks)
    @rule(number=numbers)
    def delete_a_block(self, number):
        block_id = self.any_of(self.state.blocks, number)
        assert self.ask("DELETE", f"/calendars/events/{block_id}")[0] == 201
        assert block_id not in self.state.blocks

    @rule(quarter=st.integers(1, 16))
    def wait(self, quarter):
        self.now += quarter * QUARTER

    # Always ------------------------------------------------------------------------

    @invariant()
    def nothing_is_taken_twice(self) -> None:
        found = self.state.violations(now=self.now)
        # Blocks are never refused; what they find inside is reported.
        kinds = {each.rule.value for each in found} - {"blocked"}
        assert self.excused or not kinds, found

    @invariant()
    def the_records_hold(self) -> None:
        self.state.check()

    @invariant()
    def what_is_listed_is_what_is_kept(self) -> None:
        window = {"startTime": ms(NOW), "endTime": ms(self.now + 4 * WINDOW)}
        for calendar_id in CALENDARS:
            query = {"locationId": LOCATION, "calendarId": calendar_id, **window}
            status, told, _ = asked(
                self.state, "GET", "/calendars/events", query=query, now=self.now
            )
            assert status == 200
            for event in told["events"]:
                path = f"{APPOINTMENTS}/{event['id']}"
                assert asked(self.state, "GET", path, now=self.now)[1] == {"event": event}


TestHighLevelMachine = HighLevelMachine.TestCase
TestHighLevelMachine.settings = settings(
    max_examples=max(10, settings.default.max_examples // SHARE_OF_EXAMPLES)
)
