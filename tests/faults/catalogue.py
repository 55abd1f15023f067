"""Faults to plant: small patches of the package, each with the tests that must notice it.

Most are what has gone wrong in booking systems elsewhere, a few are slips of a pen. A
patch is text to find, exactly once, and text to put in its place; a fault that no longer
applies is mended here, together with the code that it was about.
"""

from __future__ import annotations

from dataclasses import dataclass

SIMULATOR = "simulator "
SHORT = (SIMULATOR + "--seeds 250 --steps 60",)
LONG = (SIMULATOR + "--seeds 600 --steps 60",)

CIVIL = ("tests/unit/timeline/test_civil.py",)
GRID = ("tests/properties/test_grid_laws.py",)
SERIES = ("tests/unit/availability/test_series.py",)
REASSIGNMENT = ("tests/unit/availability/test_reassignment.py",)
SESSIONS = ("tests/unit/availability/test_sessions.py",)
ROWS_B = ("tests/conformance/test_rows_b.py",)
ROWS_C = ("tests/conformance/test_rows_c.py tests/unit/availability/test_hosts.py",)
ROWS_D = ("tests/conformance/test_rows_d.py tests/conformance/test_examples_time.py",)
ROWS_E = ("tests/conformance/test_rows_e.py",)
ROWS_F = ("tests/conformance/test_rows_f.py",)
ROWS_G = ("tests/conformance/test_rows_g.py",)
ROWS_H = ("tests/conformance/test_rows_h.py",)
ROWS_I = ("tests/conformance/test_rows_i.py tests/conformance/test_examples_life.py",)
ROWS_K = ("tests/conformance/test_rows_k.py",)
LEDGER = ("tests/unit/occupancy/test_ledger.py",)
TRANSITIONS = ("tests/unit/test_transitions.py",)
APPROVAL = ("tests/unit/test_rechecking.py",)
INTERVAL = ("tests/unit/timeline/test_interval.py",)
UNKNOWNS = ("tests/unit/availability/test_unknowns.py",)
UNREAD = ("tests/unit/availability/test_unread.py",)
BUSY_TIMES = ("tests/unit/test_busy_times.py",)


@dataclass(frozen=True)
class Fault:
    """One patch of one file of the package, relative to it, and who must notice."""

    name: str
    file: str
    old: str
    new: str
    detectors: tuple[str, ...] = SHORT

    def planted_in(self, text: str) -> str:
        """The text of the file with the fault in it.

        Raises:
            ValueError: If the patch does not apply exactly once.
        """
        if text.count(self.old) != 1:
            raise ValueError(f"{self.old!r} is in {self.file} {text.count(self.old)} times")
        return text.replace(self.old, self.new)


FAULTS = (
    # Boundaries ------------------------------------------------------------
    Fault(
        "overlap: intervals that touch overlap",
        "timeline/interval.py",
        "return self.start < other.end and other.start < self.end",
        "return self.start <= other.end and other.start <= self.end",
        INTERVAL,
    ),
    Fault(
        "overlap: footprints that touch are in each other's way (start)",
        "availability/feasibility.py",
        "[(start - reach + 1, end + before) for start, end in spans]",
        "[(start - reach, end + before) for start, end in spans]",
    ),
    Fault(
        "overlap: footprints that touch are in each other's way (end)",
        "availability/feasibility.py",
        "[(start - reach + 1, end + before) for start, end in spans]",
        "[(start - reach + 1, end + before + 1) for start, end in spans]",
    ),
    Fault(
        "overlap: the index names bookings that only touch",
        "occupancy/index.py",
        "if low < end and start < high",
        "if low <= end and start <= high",
        ("tests/unit/occupancy/test_index.py",),
    ),
    Fault(
        "overlap: ends come after starts, so a block is violated by what touches it",
        "occupancy/audit.py",
        "    for _, is_start, kind, number in sorted(events):\n",
        "    events.sort(key=lambda each: (each[0], -each[1]))\n"
        "    for _, is_start, kind, number in events:\n",
    ),
    Fault(
        "capacity: full is too full",
        "timeline/profile.py",
        "        if level > limit:\n",
        "        if level >= limit:\n",
    ),
    Fault(
        "patches: what comes after a change is as it was",
        "availability/joint.py",
        "search.question.duration + candidate.after\n",
        "candidate.after\n",
        ("tests/properties/test_cache_laws.py",),
    ),
    Fault(
        "patches: the way from a place that changed is as it was",
        "availability/joint.py",
        "since is None or search.catalogue.settings.travel",
        "since is None",
        ("tests/properties/test_cache_laws.py",),
    ),
    Fault(
        "patches: whoever was free at once before still is",
        "availability/joint.py",
        "KeptMasks(ledger.trail.mark, versions, places, size=",
        "KeptMasks(ledger.trail.mark, versions, places, kept.joint, size=",
        ("tests/properties/test_cache_laws.py",),
    ),
    Fault(
        "patches: what is given back is not noted",
        "occupancy/ledger.py",
        "self.trail = self.trail.onward(changed, left)",
        "self.trail = self.trail.onward((), left)",
        ("tests/properties/test_cache_laws.py",),
    ),
    Fault(
        "memory: days whose sessions are all over are kept",
        "occupancy/sessions.py",
        ").without([day for day, starts in days.items() if not starts])",
        ").setting({day: starts for day, starts in days.items() if not starts})",
        ("tests/properties/test_cache_laws.py",),
    ),
    Fault(
        "capacity: one more than there is",
        "availability/feasibility.py",
        "load.spans_above(limit - taken, low, high)",
        "load.spans_above(limit - taken + 1, low, high)",
    ),
    Fault(
        "capacity: the audit lets one more pass",
        "occupancy/audit.py",
        "if self.level > self.capacity and self.booked:",
        "if self.level > self.capacity + 1 and self.booked:",
    ),
    Fault(
        "grid: the end of the window is one of its starts (local midnight)",
        "timeline/grid.py",
        "yield from range(label - offset, stop - offset, step)",
        "yield from range(label - offset, stop - offset + (stop == wall_end), step)",
    ),
    Fault(
        "grid: the end of the window is one of its starts (epoch)",
        "timeline/grid.py",
        "return range(lo_us + (duration_us(self.offset) - lo_us) % step, hi_us, step)",
        "return range(lo_us + (duration_us(self.offset) - lo_us) % step, hi_us + 1, step)",
        LONG,
    ),
    Fault(
        "grid: the end of the window is one of its starts (fixed)",
        "timeline/grid.py",
        "bisect_left(self._instants, hi_us, lo=first)",
        "bisect_left(self._instants, hi_us + 1, lo=first)",
        LONG,
    ),
    Fault(
        "grid: counted in UTC, not by the wall clock",
        "timeline/grid.py",
        "wall = (instant_us + offset) % DAY",
        "wall = (instant_us + 0 * offset) % DAY",
        GRID,
    ),
    Fault(
        "grid: never begins anew at midnight",
        "timeline/grid.py",
        "wall = (instant_us + offset) % DAY",
        "wall = instant_us + offset",
        LONG,
    ),
    Fault(
        "notice: the first moment is refused",
        "availability/gate.py",
        "first = max(first, earliest_start(search))",
        "first = max(first, earliest_start(search) + 1)",
    ),
    Fault(
        "notice: ignored",
        "availability/gate.py",
        "first = max(first, earliest_start(search))",
        "first = max(first, search.now)",
    ),
    Fault(
        "horizon: the last moment is still offered",
        "availability/gate.py",
        "if latest is None else min(last, latest)",
        "if latest is None else min(last, latest + 1)",
    ),
    # Buffers and hours ------------------------------------------------------
    Fault(
        "buffers: only after, not before (the new booking)",
        "availability/feasibility.py",
        "reach = candidate.before, duration + candidate.after\n"
        "    if shares_buffers(candidate):\n        # Where",
        "reach = 0, duration + candidate.after\n    if shares_buffers(candidate):\n        # Where",
    ),
    Fault(
        "buffers: only before, not after (what is stored)",
        "domain/booking.py",
        "return start - before, end + after",
        "return start - before, end + 0 * after",
    ),
    Fault(
        "buffers: the place's own lose to the calendar's",
        "availability/roles.py",
        "before=_first_us(need.buffer_before, before, rules.buffer_before),",
        "before=_first_us(need.buffer_before, rules.buffer_before),",
    ),
    Fault(
        "buffers: a block on the calendar may touch the buffer",
        "availability/gate.py",
        "    if question.policy is BufferPolicy.EXISTING_ONLY:\n        before, reach = 0, question.duration\n    record",
        "    before, reach = 0, question.duration\n    record",
    ),
    Fault(
        "hours: must hold the buffers, too",
        "availability/feasibility.py",
        "    if question.buffer_within_hours:\n",
        "    if question.buffer_within_hours or before or after:\n",
    ),
    Fault(
        "hours: buffers are never held to them",
        "availability/feasibility.py",
        "    if question.buffer_within_hours:\n",
        "    if question.buffer_within_hours and not before:\n",
    ),
    Fault(
        "hours: a booking that fills an opening exactly does not fit",
        "timeline/_kernel.py",
        "for start, end in a if end - start >= length)",
        "for start, end in a if end - start > length)",
    ),
    Fault(
        "hours: the whole day is no time at all",
        "domain/window.py",
        "closes if closes > opens else closes + DAY",
        "closes if closes >= opens else closes + DAY",
    ),
    Fault(
        "hours: overrides of a date do not replace its weekly hours",
        "domain/hours.py",
        "kept = self._dated if self.layering is Layering.DATES_OVERRIDE else {}",
        "kept = self._dated if self.layering is Layering.DATES_ONLY else {}",
    ),
    Fault(
        "hours: the weekdays are one off",
        "domain/weekly_hours.py",
        "self._week[(day + EPOCH_ORDINAL - 1) % 7]",
        "self._week[(day + EPOCH_ORDINAL) % 7]",
    ),
    Fault(
        "clock: a window that opens in a gap opens before it",
        "timeline/civil.py",
        "        return found.transition_us\n",
        "        return found.before_us\n",
        CIVIL,
    ),
    Fault(
        "clock: a repeated time is its second occurrence",
        "timeline/civil.py",
        "return found.later_us if ambiguous is AmbiguousEnd.LAST else found.earlier_us",
        "return found.earlier_us if ambiguous is AmbiguousEnd.LAST else found.later_us",
        CIVIL,
    ),
    Fault(
        "clock: an event in a gap uses the offset after the change",
        "timeline/civil.py",
        "        return found.before_us\n",
        "        return found.after_us\n",
        CIVIL,
    ),
    # What is taken ----------------------------------------------------------
    Fault(
        "sessions: each booking claims the host again",
        "occupancy/record.py",
        "        if not claim.whole and (share is None or not held):\n            load = load.adding(claim.start, claim.end, claim.units)",
        "        if not claim.whole:\n            load = load.adding(claim.start, claim.end, claim.units)",
    ),
    Fault(
        "sessions: the first to leave sets the host free",
        "occupancy/record.py",
        "        if not claim.whole and (share is None or not held):\n            load = load.adding(claim.start, claim.end, -claim.units)",
        "        if not claim.whole:\n            load = load.adding(claim.start, claim.end, -claim.units)",
    ),
    Fault(
        "sessions: seats are not summed",
        "occupancy/record.py",
        "seats=self.seats.adding(claim.start, claim.end, claim.seats),",
        "seats=self.seats if share is not None and held else "
        "self.seats.adding(claim.start, claim.end, claim.seats),",
    ),
    Fault(
        "sessions: more may join than there are seats",
        "availability/sessions.py",
        "left = (question.seats_per_slot or 0) - sum(booking.party_size for booking in bookings)",
        "left = (question.seats_per_slot or 0) - len(bookings)",
    ),
    Fault(
        "sessions: joined whoever the host is",
        "availability/sessions.py",
        "            self.is_wanted\n            and not self.trouble\n",
        "            not self.trouble\n",
        LONG,
    ),
    Fault(
        "sessions: joined although something in it is in trouble",
        "availability/sessions.py",
        "            self.is_wanted\n            and not self.trouble\n",
        "            self.is_wanted\n",
    ),
    Fault(
        "sessions: joined wherever they take place",
        "availability/sessions.py",
        "    if asked is not None and not all(\n",
        "    if False and not all(\n",
        SESSIONS,
    ),
    Fault(
        "sessions: who joins takes what only others were asked to take for themselves",
        "availability/offer.py",
        "if candidate is not None and candidate.individual is not None:",
        "if candidate is not None:",
        SESSIONS,
    ),
    Fault(
        "rooms: concurrency is ignored",
        "availability/feasibility.py",
        "        if resource.booking_limit is not None:\n",
        "        if resource.booking_limit is not None and resource.booking_limit > 9:\n",
    ),
    Fault(
        "rooms: the party counts as one",
        "availability/roles.py",
        "seats=party_size if isinstance(resource, Room) else 0,",
        "seats=1 if isinstance(resource, Room) else 0,",
    ),
    Fault(
        "equipment: what is out of service is used",
        "availability/feasibility.py",
        "yield record.load, resource.unit_limit - resource.out_of_service",
        "yield record.load, resource.unit_limit",
    ),
    Fault(
        "equipment: repairs that have an end are forgotten",
        "availability/feasibility.py",
        "yield ProfileSum(record.load, resource.out_of_service_profile), resource.unit_limit",
        "yield record.load, resource.unit_limit",
    ),
    Fault(
        "equipment: one unit is taken, however many are asked for",
        "occupancy/claims.py",
        "units=booking.equipment.get(resource_id, 1),",
        "units=1,",
    ),
    Fault(
        "blocks: ignored on resources",
        "availability/feasibility.py",
        "    return chain(spans, record.blocked_by(candidate.closing_kinds, low, high))",
        "    return spans",
    ),
    Fault(
        "blocks: ignored on calendars",
        "availability/gate.py",
        "    if question.calendar is None:\n        return ()",
        "    if question.calendar is None or question.calendar:\n        return ()",
    ),
    Fault(
        "inactive: a resource serves all the same",
        "availability/question.py",
        "return self.resource.is_active and self.shortage is None",
        "return self.shortage is None",
    ),
    Fault(
        "inactive: a calendar is booked all the same",
        "availability/gate.py",
        "    if calendar is not None and not calendar.is_active:",
        "    if calendar is not None and calendar.is_active is None:",
    ),
    Fault(
        "peak: only the start is looked at",
        "timeline/profile.py",
        "        highest = self.level_at(start)\n",
        "        return self.level_at(start)\n",
    ),
    # Choice -----------------------------------------------------------------
    Fault(
        "roles: looked at one by one, as a greedy choice would",
        "availability/competition.py",
        "        for size in range(1, len(group) + 1):",
        "        for size in range(1, 2):",
    ),
    Fault(
        "roles: people hand over to each other",
        "availability/feasibility.py",
        "    return opening & ~busy_mask(ledger, candidate, question.duration, starts)",
        "    return opening & ~busy_mask(ledger, candidate, 1, starts)",
    ),
    Fault(
        "choice: the tie is not broken by the id",
        "availability/assignment.py",
        "    return place, keys, resource.id",
        "    return place, keys, resource.id[::-1]",
    ),
    Fault(
        "choice: who holds most is chosen",
        "availability/standing.py",
        "            return len(self.ledger.record(resource.id))",
        "            return -len(self.ledger.record(resource.id))",
    ),
    Fault(
        "choice: the lowest priority comes first",
        "availability/standing.py",
        "            return -self.priority(resource)",
        "            return self.priority(resource)",
    ),
    Fault(
        "choice: the largest room is taken",
        "availability/standing.py",
        "        return wasted if wasted >= 0 else MOST_UNITS - wasted",
        "        return -wasted",
    ),
    # Life of a booking --------------------------------------------------------
    Fault(
        "cancel: what it held stays taken",
        "domain/booking.py",
        "        return self.status.is_blocking\n",
        "        return self.status.is_blocking or self.status is BookingStatus.CANCELLED\n",
    ),
    Fault(
        "commands: what was held before is not given back",
        "occupancy/ledger.py",
        "        self._give_back([claim for booking in before for claim in self.claims_of(booking)])\n",
        "        assert before is not None\n",
    ),
    Fault(
        "reschedule: a booking is in its own way",
        "scheduler.py",
        "        search = self._search(request, now, (booking_id,))",
        "        search = self._search(request, now, ())",
    ),
    Fault(
        "reschedule: the booking loses its status",
        "commands.py",
        '    return {"status": status}\n',
        '    return {"status": BookingStatus.PENDING}\n',
    ),
    Fault(
        "reschedule: the version of the booking stays",
        "commands.py",
        "        **_asking(search, booking),\n        version=booking.version + 1,",
        "        **_asking(search, booking),\n        version=booking.version,",
    ),
    Fault(
        "reschedule: a cancelled booking comes back",
        "domain/life.py",
        "        (confirmed, Event.RESCHEDULE): confirmed,\n",
        "        (confirmed, Event.RESCHEDULE): confirmed,\n"
        "        (cancelled, Event.RESCHEDULE): confirmed,\n",
        ("tests/unit/test_commands.py",),
    ),
    Fault(
        "ids: the same id books twice",
        "commands.py",
        '        return Plan("book")\n',
        "        present = search.ledger.bookings[booking_id]\n"
        '        return search.ledger.plan("book", before=(present,), after=(attrs.evolve('
        "present, version=present.version + 1),))\n",
    ),
    Fault(
        "ids: other content under the same id is let pass",
        "commands.py",
        "    same &= present.customer_id == (customer_id or search.question.request.customer_id)\n",
        "    same &= True\n",
    ),
    Fault(
        "ids: a retry is not recognised",
        "commands.py",
        "    if not same or not is_met(search, slot, present):",
        "    if not same or not is_met(search, slot, present) or present.version >= 0:",
    ),
    Fault(
        "ids: a series that is told again books what it left out",
        "availability/series.py",
        "    if not known:\n",
        "    if len(known) < len(asked):\n",
        SERIES,
    ),
    Fault(
        "ids: whatever is missing, a series is taken for one that was told already",
        "availability/series.py",
        "        return self.allows(missing, occurrences)\n",
        "        return True\n",
        SERIES,
    ),
    Fault(
        "work: each start of a chain may cost as much as a listing",
        "availability/chain.py",
        "            way = next(self.ways((start,), tries))",
        "            way = next(self.ways((start,), tries := _effort()))",
        ("tests/unit/availability/test_chain.py",),
    ),
    Fault(
        "horizon: rolling days count whole dates at one length",
        "availability/notice.py",
        "    if not isinstance(grid, WholeDays):\n",
        "    if True:\n",
        ("tests/unit/availability/test_notice.py",),
    ),
    Fault(
        "offers: an old offer is booked without deciding again",
        "commands.py",
        "    if not offer.bookable:\n        raise BookingRefused",
        "    if not offer.bookable and start < 0:\n        raise BookingRefused",
    ),
    Fault(
        "remove: what is used goes all the same",
        "upkeep.py",
        "if entry is not None and (bookings or blocks):",
        "if entry is not None and blocks:",
    ),
    Fault(
        "plans: a stale one is applied",
        "availability/freshness.py",
        "        if actual != expected:\n",
        "        if actual != expected and actual < 0:\n",
        ("tests/unit/test_commands.py", "tests/unit/test_scheduler.py"),
    ),
    Fault(
        "commands: the version stays",
        "occupancy/ledger.py",
        "        new.version = self.version + 1\n        new._replace(",
        "        new._replace(",
    ),
    Fault(
        "snapshots: an old scheduler sees what is stored later",
        "occupancy/shared_map.py",
        "        return self._next({**self._changed, **items}, sum(key not in self for key in items))\n",
        "        growth = sum(key not in self for key in items)\n"
        "        self._changed.update(items)\n"
        "        self._size += growth\n"
        "        return self._next(self._changed, 0)\n",
    ),
    Fault(
        "snapshots: an old index sees a later booking",
        "occupancy/index.py",
        "        return self._next({**self._added, booking_id: (start, end)}, self._removed)\n",
        "        self._added[booking_id] = (start, end)\n"
        "        return self._next(self._added, self._removed)\n",
    ),
    Fault(
        "periods: one instant too long",
        "timeline/_kernel.py",
        "return normalise((start, end + length - 1) for start, end in a)",
        "return normalise((start, end + length) for start, end in a)",
    ),
    # From hold to check-out ---------------------------------------------------
    Fault(
        "holds: still there at the instant at which they expire",
        "domain/effective.py",
        "    if due is None or now < due:\n",
        "    if due is None or now <= due:\n",
        ROWS_H,
    ),
    Fault(
        "holds: found a microsecond late",
        "occupancy/ledger.py",
        "self._due.overlapping(_EARLIEST, now + 1)",
        "self._due.overlapping(_EARLIEST, now)",
        ROWS_H,
    ),
    Fault(
        "holds: stay until a job has run",
        "domain/effective.py",
        "        return booking.expires_at\n",
        "        return None\n",
        ROWS_H,
    ),
    Fault(
        "holds: take nothing",
        "domain/life.py",
        "        BookingStatus.HOLD,\n        BookingStatus.PENDING,\n        BookingStatus.CONFIRMED,\n        BookingStatus.CHECKED_IN,\n    }",
        "        BookingStatus.PENDING,\n        BookingStatus.CONFIRMED,\n        BookingStatus.CHECKED_IN,\n    }",
        ROWS_H,
    ),
    Fault(
        "holds: kept for ever by extending them",
        "transitions.py",
        "check_expiry(expires_at, booking.created_at, now)",
        "check_expiry(expires_at, now, now)",
        ROWS_H,
    ),
    Fault(
        "holds: as good as a booking under the same id",
        "commands.py",
        "    same = present.expires_at is not None if is_hold else "
        "present.status is not BookingStatus.HOLD\n",
        "    same = is_hold is not None\n",
        TRANSITIONS,
    ),
    Fault(
        "holds: what was kept for an instant is told about one before it",
        "occupancy/ledger.py",
        "if known is not None and known[0] <= now:",
        "if known is not None:",
        LEDGER,
    ),
    Fault(
        "confirm: capacity is not looked at again",
        "transitions.py",
        "    if refusals:\n        raise BookingRefused(refusals)\n    rests_on",
        "    assert refusals is not None\n    rests_on",
        TRANSITIONS,
    ),
    Fault(
        "confirm: blocks that came since are not looked at",
        "rechecking.py",
        "            tuple(ledger.blocks[each] for each in sorted(closing)),\n",
        "            (),\n",
        TRANSITIONS,
    ),
    Fault(
        "confirm: what waited without its time need not keep clear of the buffers of others",
        "rechecking.py",
        "        if self.mates or not self.is_new:\n",
        "        if self.others or not self.is_new:\n",
        APPROVAL,
    ),
    Fault(
        "confirm: who could not come in time is not looked at",
        "rechecking.py",
        "            if candidate is not None and not self.mates:\n",
        "            if candidate is not None and self.mates:\n",
        APPROVAL,
    ),
    Fault(
        "changed_since: only what a plan named is told",
        "occupancy/shared_map.py",
        "keys = [*self._changed, *other._changed] if is_near",
        "keys = list(self._changed if other._changed else ()) if is_near",
        ("tests/properties/test_plan_laws.py",),
    ),
    Fault(
        "confirm: limits are not looked at again",
        "rechecking.py",
        "        if is_new:\n            bare",
        "        if False:\n            bare",
        APPROVAL,
    ),
    Fault(
        "confirm: who may only ask is confirmed at once",
        "transitions.py",
        "    if booking.status is BookingStatus.HOLD and booking.needs_approval:\n",
        "    if booking.status is BookingStatus.PENDING and booking.needs_approval:\n",
        TRANSITIONS,
    ),
    Fault(
        "confirm: an expired hold comes back",
        "lifecycle.py",
        '        moment, ledger = to_utc(now, "now"), self._as_of(now)\n        return transitions.plan_confirm',
        '        moment, ledger = to_utc(now, "now"), self._ledger\n        return transitions.plan_confirm',
        TRANSITIONS,
    ),
    Fault(
        "pending: blocks whatever its calendar says",
        "domain/booking.py",
        "            return self.pending_blocks\n",
        "            return True\n",
        ROWS_G,
    ),
    Fault(
        "check-in: the deadline is after the end",
        "domain/life.py",
        "return None if self.grace is None else min(start + self.grace, end)",
        "return None if self.grace is None else start + self.grace",
        ROWS_I,
    ),
    Fault(
        "check-in: the first instant is too early",
        "transitions.py",
        "    if opens is not None and at < opens:\n",
        "    if opens is not None and at <= opens:\n",
        ROWS_I,
    ),
    Fault(
        "check-in: the deadline itself is not too late",
        "transitions.py",
        "    if at >= deadline:\n",
        "    if at > deadline:\n",
        TRANSITIONS,
    ),
    Fault(
        "check-in: what goes on is a sign of the meeting after it",
        "transitions.py",
        "    if running:\n",
        "    if running and at < 0:\n",
        ROWS_I,
    ),
    Fault(
        "release: whoever came",
        "domain/effective.py",
        "    if booking.status is not BookingStatus.CONFIRMED or policy is None:\n",
        "    if not booking.status.is_blocking or policy is None:\n",
        ROWS_I,
    ),
    Fault(
        "release: the rest of the time stays taken",
        "domain/effective.py",
        "    return ended(booking, due, BookingStatus.RELEASED, in_session=in_session)\n",
        "    return attrs.evolve(booking, status=BookingStatus.RELEASED, ended_at=due)\n",
        ROWS_I,
    ),
    Fault(
        "release: the people go with their room",
        "domain/effective.py",
        "    if booking.check_in.scope is CheckInScope.ROOM:\n",
        "    if booking.check_in.scope is None:\n",
        ROWS_I,
    ),
    Fault(
        "check-out: the rest of the time stays taken",
        "domain/effective.py",
        "        end=at,\n",
        "        end=booking.end,\n",
        ROWS_I,
    ),
    Fault(
        "check-out: who leaves a session ends it",
        "domain/effective.py",
        "    if in_session or at in {booking.start, booking.end}:\n",
        "    if at in {booking.start, booking.end}:\n",
        ROWS_I,
    ),
    Fault(
        "check-out: nobody has to have come",
        "domain/life.py",
        "        (arrived, Event.CHECK_OUT): over,\n",
        "        (confirmed, Event.CHECK_OUT): over,\n        (arrived, Event.CHECK_OUT): over,\n",
        ROWS_I,
    ),
    Fault(
        "no-show: written down while they may still come",
        "transitions.py",
        "        return policy.deadline(booking.start, booking.end) or booking.start\n",
        "        return booking.start\n",
        TRANSITIONS,
    ),
    Fault(
        "cut-off: the last instant is too late",
        "commands.py",
        "        if notice is not None and now > booking.start - notice:\n",
        "        if notice is not None and now >= booking.start - notice:\n",
        ROWS_G,
    ),
    Fault(
        "cut-off: nobody minds",
        "commands.py",
        "        is_free = self.ignores_cut_off or booking.status is BookingStatus.HOLD\n",
        "        is_free = not self.ignores_cut_off\n",
        ROWS_G,
    ),
    Fault(
        "versions: an older key is let pass",
        "commands.py",
        'check_amount(version, "version", minimum=1) != booking.version:',
        'check_amount(version, "version", minimum=1) > booking.version:',
        ROWS_G,
    ),
    Fault(
        "versions: what happens to a booking makes none",
        "transitions.py",
        "    after = attrs.evolve(after, version=before.version + 1)\n",
        "    after = attrs.evolve(after, version=before.version)\n",
        ROWS_G,
    ),
    Fault(
        "plans: applied to what was written, not to what it is by then",
        "lifecycle.py",
        "        ledger = self._ledger if plan.at is None else self._ledger.at(to_us(plan.at))\n",
        "        ledger = self._ledger\n",
        ROWS_H,
    ),
    # What a calendar can mean ----------------------------------------------
    Fault(
        "buffers: shared ones are kept apart all the same",
        "availability/feasibility.py",
        "    return candidate.policy is BufferPolicy.SHARED and is_one",
        "    return candidate.policy is BufferPolicy.SHARED and is_one is None",
        ROWS_D,
    ),
    Fault(
        "buffers: shared ones may reach into a booking",
        "availability/feasibility.py",
        "_meeting(spans, 0, duration), _meeting(bodies, before, reach))",
        "_meeting(spans, 0, duration), _meeting(bodies, 0, duration))",
        ROWS_D,
    ),
    Fault(
        "buffers: only what exists has them, and they are forgotten",
        "availability/feasibility.py",
        "        before, reach = 0, duration\n    spans",
        "        before, reach = candidate.before, duration\n    spans",
        ROWS_D,
    ),
    Fault(
        "rooms: a part is free while the whole is taken",
        "occupancy/claims.py",
        "    if not rules.overlapping:\n        return []",
        "    if rules is not None:\n        return []",
        ROWS_B,
    ),
    Fault(
        "rooms: a block on a part leaves the whole",
        "occupancy/ledger.py",
        "return (block.resource_id, *self.rules.overlapping.get(block.resource_id, ()))",
        "return (block.resource_id,)",
        ROWS_B,
    ),
    Fault(
        "hosts: a crowd is as large as one likes",
        "availability/feasibility.py",
        "own.above(candidate.at_once - 1, low, high)",
        "own.above(candidate.at_once, low, high)",
        ROWS_B,
    ),
    Fault(
        "hosts: a crowd stands beside other work",
        "availability/feasibility.py",
        "        spans.append(ProfileSum(record.load, own, -1).above(0, low, high))\n",
        "",
        ROWS_B,
    ),
    Fault(
        "equipment: units for each person are shared in a session",
        "occupancy/claims.py",
        "session=None if resource_id in booking.individual_ids else session,",
        "session=session,",
        ROWS_B,
    ),
    Fault(
        "rooms: overbooking is not told",
        "availability/overbooking.py",
        "            if more and load.peak(*times) + more > nominal:",
        "            if more and load.peak(*times) + more > nominal + 99:",
        ROWS_B,
    ),
    Fault(
        "blocks: of every kind are in the way",
        "availability/feasibility.py",
        "chain(spans, record.blocked_by(candidate.closing_kinds, low, high))",
        "chain(spans, record.blocked_by(record._blocked, low, high))",
        ROWS_C,
    ),
    Fault(
        "notice: months are thirty days",
        "availability/notice.py",
        "    moved = civil.replace(year=year, month=month + 1, day=day)",
        "    moved = civil + timedelta(days=30 * count)",
        ROWS_D,
    ),
    Fault(
        "horizon: the last date is not included",
        "availability/notice.py",
        "horizon.days + 1), zone)",
        "horizon.days), zone)",
        ROWS_D,
    ),
    Fault(
        "limits: at most none is no limit",
        "availability/limiting.py",
        "found = ((low, high),) if not scope.limit.maximum else",
        "found = () if not scope.limit.maximum else",
        ("tests/unit/availability/test_limiting.py",),
    ),
    Fault(
        "travel: nobody has to go anywhere",
        "availability/travel.py",
        "        found.append((trip.end, min(trip.end + trip.from_there, next_end)))",
        "        found.append((trip.end, trip.end))",
        ROWS_C,
    ),
    Fault(
        "people: who is away is there",
        "availability/hosts.py",
        "        if absence.interval.start_us < end and start < absence.interval.end_us",
        "        if absence.interval.start_us < end and start > absence.interval.end_us",
        ROWS_C,
    ),
    Fault(
        "hosts: nobody's weight is nothing",
        "availability/standing.py",
        "each.id for each in members if weight_of(each, calendar.ranking))",
        "each.id for each in members if weight_of(each, calendar.ranking) >= 0)",
        ROWS_F,
    ),
    Fault(
        "choice: who is owed least is chosen",
        "availability/standing.py",
        "            return -self.shares[resource.id].shortfall",
        "            return self.shares[resource.id].shortfall",
        ROWS_F,
    ),
    Fault(
        "attendees: a move leaves them behind",
        "availability/serving.py",
        "    if request.attendee_ids or not booking.is_blocking:",
        "    if request.attendee_ids or booking.is_blocking:",
        REASSIGNMENT,
    ),
    Fault(
        "attendees: who came with an add-on is counted among those who serve",
        "availability/assignment.py",
        "along = [each for each in ordered if each.is_for_add_on]",
        "along = [each for each in ordered if each.individual]",
        (*SHORT, *REASSIGNMENT),
    ),
    Fault(
        "attendees: somebody else comes in for them",
        "availability/reassignment.py",
        "        for leaving in self.serving:",
        "        for leaving in sorted(self.own):",
        REASSIGNMENT,
    ),
    Fault(
        "hosts: a move that keeps them joins a session of others",
        "availability/question.py",
        "        if self.kept_ids is not None and self.kept_ids != there:",
        "        if self.kept_ids is not None and not self.kept_ids:",
        ("tests/unit/availability/test_keeping.py",),
    ),
    Fault(
        "grid: a packed window is not rounded",
        "timeline/packing.py",
        "        rounded = ((_rounded_up(low, _alignment(step), zone), high) for low, high in windows)",
        "        rounded = ((low, high) for low, high in windows)",
        ROWS_E,
    ),
    Fault(
        "policy: everybody may book",
        "availability/gate.py",
        "    if question.access is Access.DENY:",
        "    if question.access is None:",
        ROWS_K,
    ),
    # Partial knowledge -----------------------------------------------------
    Fault(
        "unknown: who may be free or not is free",
        "availability/question.py",
        "        if self.is_unknown:\n            return False\n",
        "",
        UNKNOWNS,
    ),
    Fault(
        "unknown: their sessions are joined all the same",
        "availability/sessions.py",
        "        is_usable &= resource_id not in search.question.unknown\n",
        "",
        UNKNOWNS,
    ),
    Fault(
        "unknown: a room that shares a part with one is known",
        "availability/pools.py",
        "frozenset(ids).union(*(sharing.get(key, ()) for key in ids))",
        "frozenset(ids)",
        UNKNOWNS,
    ),
    Fault(
        "unknown: nobody has to serve",
        "availability/unknowns.py",
        "left = [pool if pool.is_hosts else each for",
        "left = [each for",
        UNKNOWNS,
    ),
    Fault(
        "unknown: a room of which nothing is known is not needed",
        "availability/unknowns.py",
        "    may_go = may_go or all(isinstance(each, Equipment) for each in pool.resources)\n",
        "    may_go = True\n",
        UNKNOWNS,
    ),
    Fault(
        "unknown: who is left out is owed the booking",
        "availability/standing.py",
        "if each.id not in question.passed_by]",
        "]",
        UNKNOWNS,
    ),
    Fault(
        "busy times: what is only held is busy",
        "busy_times.py",
        "full_pieces(firm.record(key), entry, low, high)",
        "full_pieces(record, entry, low, high)",
        BUSY_TIMES,
    ),
    Fault(
        "busy times: blocks of other sources give way",
        "busy_times.py",
        "(block.resource_id, block.source) != (subject, source)",
        "block.resource_id != subject",
        BUSY_TIMES,
    ),
    Fault(
        "busy times: what sticks out of the window is lost",
        "busy_times.py",
        "    if last > high:\n",
        "    if first > high:\n",
        BUSY_TIMES,
    ),
    Fault(
        "busy times: who could not be read is free",
        "busy_times.py",
        "        if subject in catalogue:\n",
        "        if subject not in catalogue:\n",
        BUSY_TIMES,
    ),
    Fault(
        "busy times: what was known of who could not be read is lost",
        "busy_times.py",
        "if subject in told.busy or block.kind in UNREAD:",
        "if True:",
        BUSY_TIMES,
    ),
    Fault(
        "busy times: who could not be read is told to be free",
        "busy_times.py",
        "        if record.blocked_by(UNREAD, low, high):\n",
        "        if not record:\n",
        BUSY_TIMES,
    ),
    Fault(
        "unknown: a request that names its kinds takes who could not be read",
        "availability/roles.py",
        "kinds | UNREAD",
        "kinds",
    ),
    Fault(
        "unknown: who leaves aside that things are taken takes who could not be read",
        "availability/question.py",
        "return self.kinds & UNREAD if RefusalCode.BUSY in self.aside else self.kinds",
        "return frozenset() if RefusalCode.BUSY in self.aside else self.kinds",
        UNREAD,
    ),
    Fault(
        "unknown: a booking where nobody knows is a violation",
        "occupancy/audit.py",
        "kinds: Collection[BusyKind] = KNOWN_KINDS",
        "kinds: Collection[BusyKind] = frozenset(BusyKind)",
    ),
    Fault(
        "unknown: what waited takes who could not be read",
        "rechecking.py",
        "kinds = BLOCKING_KINDS if self.is_new else KNOWN_KINDS",
        "kinds = KNOWN_KINDS",
        UNREAD,
    ),
)
