"""What may happen to a booking, and what becomes of it: one event after the other (SPEC N26 to N29).

Each event is told the booking as it is at that time. It answers with the booking as it is afterwards,
with the same one where nothing changes, or with the word for why not.
"""

from __future__ import annotations

from dataclasses import replace

from bookable.testing.answers import wrongs
from bookable.testing.axis import DAY
from bookable.testing.oracle_approval import in_its_way
from bookable.testing.oracle_hours import resource_of, settled
from bookable.testing.plain import PlainBooking, PlainRoom
from bookable.testing.plain_life import deadline_of, in_time, over
from bookable.testing.plain_rules import PlainCheckIn
from bookable.testing.world import World

WRONG_STATE, STALE, REFUSED, HOLD = "wrong_state", "stale_version", "refused", "hold"
EARLY, LATE = "too_early", "too_late"

BEFORE_ALL = -(10**6)
"""A time at which nothing becomes of any booking by itself."""

LATER = {
    "hold": {"pending", "confirmed", "cancelled", "expired"},
    "pending": {"confirmed", "declined", "cancelled"},
    "confirmed": {"pending", "checked_in", "completed", "no_show", "cancelled", "released"},
    "checked_in": {"completed"},
    "released": {"no_show"},
    "completed": set[str](),
    "no_show": set[str](),
    "cancelled": set[str](),
    "declined": set[str](),
    "expired": set[str](),
}
"""What a booking may be after one command, where it is not what it was."""

Answer = PlainBooking | str


def is_stale(booking: PlainBooking, version: int | None) -> bool:
    """Whether somebody knows the booking as it was before it changed (SPEC N29)."""
    return version is not None and version != booking.version


def _next(booking: PlainBooking, **changes: object) -> PlainBooking:
    return replace(booking, version=booking.version + 1, **changes)  # type: ignore[arg-type]  # fields by name


# Holds and approval ------------------------------------------------------------


def extend(booking: PlainBooking, expires: int, now: int, version: int | None) -> Answer:
    """A hold is kept until another time, at most a day after it was made (H1)."""
    if booking.status != "hold":
        return WRONG_STATE
    assert booking.created is not None
    if expires <= now or expires <= booking.created or expires > booking.created + DAY:
        return HOLD
    if expires == booking.expires:
        return booking
    return STALE if is_stale(booking, version) else _next(booking, expires=expires)


def confirm(world: World, booking: PlainBooking, now: int, version: int | None) -> Answer:
    """What was held, or waited, takes place if nothing is taken twice by it (G2, G3, N27)."""
    if booking.status in ("confirmed", "checked_in"):
        return booking
    if booking.status == "pending" and booking.needs_approval and version is None:
        # Perhaps only the customer, asking once more.
        return booking
    if booking.status not in ("hold", "pending"):
        return WRONG_STATE
    if is_stale(booking, version):
        return STALE
    asks = booking.status == "hold" and booking.needs_approval
    after = in_time(_next(booking, status="pending" if asks else "confirmed"), now)
    with_it = world.copy()
    with_it.keep(after)
    if booking.is_blocking:
        # It has its time: others for which capacities were left aside came on top of it.
        with_it.written = {
            id_: each
            for id_, each in with_it.written.items()
            if id_ == after.id or not each.override
        }
    # Judged as it is written, whatever becomes of it by itself at once: safety rests on no clock.
    with_it.turn_to(BEFORE_ALL)
    found = {rule for rule, _, _ in wrongs(with_it, after, now)}
    if booking.override:
        found &= set() if "busy" in booking.override else {"blocked"}
    if not booking.is_blocking and after.is_blocking:
        found |= in_its_way(world, after, now) - booking.override
    return REFUSED if found else after


def decline(booking: PlainBooking, version: int | None) -> Answer:
    """What waited does not take place."""
    if booking.status == "declined":
        return booking
    if booking.status != "pending":
        return WRONG_STATE
    return STALE if is_stale(booking, version) else _next(booking, status="declined")


# Thinking again ----------------------------------------------------------------


def cancel(
    world: World, booking: PlainBooking, now: int, version: int | None, *, ignores: bool
) -> Answer:
    """It does not take place, if it is not too late for that (G7)."""
    if booking.status == "cancelled":
        return booking
    refused = cannot(world, booking, now, version, ignores=ignores, what="cancel_notice")
    return refused or _next(booking, status="cancelled", cancelled=now)


def cannot(
    world: World,
    booking: PlainBooking,
    now: int,
    version: int | None,
    *,
    ignores: bool,
    what: str,
) -> str | None:
    """Why somebody cannot cancel or move a booking, if they cannot."""
    if booking.status not in ("hold", "pending", "confirmed"):
        return WRONG_STATE
    if is_stale(booking, version):
        return STALE
    calendar = world.calendars.get(booking.calendar_id or "")
    if ignores or booking.status == "hold" or calendar is None or calendar.access is None:
        return None
    notice = getattr(calendar.access, what)
    return LATE if notice is not None and booking.start - now < notice else None


# Check-in and check-out ----------------------------------------------------------


def policy_for(
    world: World, calendar_id: str | None, rooms: tuple[str, ...]
) -> PlainCheckIn | None:
    """The calendar's, else that of the first of the rooms that has one (SPEC N29)."""
    calendar = world.calendars.get(calendar_id or "")
    if calendar is not None and settled(world, calendar).check_in is not None:
        return settled(world, calendar).check_in
    for id_ in sorted(rooms):
        room = resource_of(world, id_)
        if isinstance(room, PlainRoom) and room.check_in is not None:
            return room.check_in
    return None


def may_come(booking: PlainBooking, at: int) -> str | None:
    """Why somebody who comes then cannot check in, if they cannot."""
    if booking.status != "confirmed":
        return WRONG_STATE
    if booking.check_in is not None and at < booking.start - booking.check_in.early:
        return EARLY
    deadline = deadline_of(booking)
    return LATE if at >= (booking.end if deadline is None else deadline) else None


def check_in(booking: PlainBooking, at: int, method: str, version: int | None) -> Answer:
    """Somebody comes."""
    if booking.status == "checked_in":
        return booking
    if booking.status != "confirmed":
        return WRONG_STATE
    if is_stale(booking, version):
        return STALE
    refused = may_come(booking, at)
    return refused or _next(booking, status="checked_in", checked_in=at, method=method)


def activity(world: World, room_id: str, at: int) -> list[PlainBooking]:
    """Something happens in a room: those who have it then are there, or are early; else it is the next."""
    users = [each for each in world.bookings.values() if each.is_blocking and room_id in each.rooms]
    there = [
        each
        for each in users
        if at in each.time_of(room_id)
        or (each.status == "checked_in" and at < each.time_of(room_id).stop)
    ]
    noticed = [
        each
        for each in there or users
        if each.check_in is not None and may_come(each, at) is None and each.time_of(room_id)
    ]
    if not there:
        first = min((each.start for each in noticed), default=None)
        noticed = [each for each in noticed if each.start == first]
    return [_next(each, status="checked_in", checked_in=at, method="inferred") for each in noticed]


def check_out(world: World, booking: PlainBooking, at: int, version: int | None) -> Answer:
    """Who came leaves; what is left of the time is free."""
    if booking.status == "completed":
        return booking
    if booking.status != "checked_in":
        return WRONG_STATE
    if is_stale(booking, version):
        return STALE
    return _over(world, booking, at, "completed")


def complete(world: World, booking: PlainBooking, at: int, version: int | None) -> Answer:
    """It took place, all of it."""
    if booking.status == "completed":
        return booking
    if booking.status not in ("confirmed", "checked_in"):
        return WRONG_STATE
    if is_stale(booking, version):
        return STALE
    if at < booking.start:
        return EARLY
    return _over(world, booking, booking.end, "completed")


def miss(world: World, booking: PlainBooking, at: int, version: int | None) -> Answer:
    """Nobody came, and nobody may come any more."""
    if booking.status == "no_show":
        return booking
    if booking.status not in ("confirmed", "released"):
        return WRONG_STATE
    if is_stale(booking, version):
        return STALE
    deadline = deadline_of(booking)
    if at < (booking.start if deadline is None else deadline):
        return EARLY
    if booking.status == "released":
        return _next(booking, status="no_show")
    return _over(world, booking, at, "no_show")


def _over(world: World, booking: PlainBooking, at: int, status: str) -> PlainBooking:
    ended = over(booking, at, status, in_session=world.is_in_session(booking))
    return _next(ended)
