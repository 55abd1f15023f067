"""Why not: every rule that stands in the way of one start, as data (SPEC N32).

The question whether a start can be booked is `Search`'s alone; only when it says no are the
reasons collected here, from the same structures. They are the reasons whose removal
would let the start be booked: a host who is busy is not named while another one is free.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from bookable.availability.feasibility import Shape, Starts, hours_shape, is_open_at, open_starts
from bookable.availability.gate import TOLD, bounds, calendar_blocked
from bookable.availability.hosts import absence_detail, hours_here
from bookable.availability.joint import PlaceMasks, broken_conditions
from bookable.availability.lacking import missing_features
from bookable.availability.limiting import (
    joining_refusals,
    limit_refusals,
    limit_refusals_for,
    place_refusals,
)
from bookable.availability.occupied import blocks_in, occupied, overcommitted, refusal, unread
from bookable.availability.question import Candidate, Condition, Question
from bookable.availability.search import Search
from bookable.availability.session_window import placeless_starts, sessions_between
from bookable.availability.sessions import (
    Session,
    crowding,
    holders,
    is_closed_down,
    joining,
)
from bookable.availability.standing import not_next_refusals_for
from bookable.availability.travel import travel_refusals_for
from bookable.domain.booking import Booking
from bookable.domain.calendar import Calendar
from bookable.domain.policy import UNREAD, Access
from bookable.domain.refusal import Detail, Refusal, RefusalCode
from bookable.timeline.instant import from_us


def explain(search: Search, start: int) -> tuple[Refusal, ...]:
    """Every refusal of a start, by rule, then subject, then time; none when it can be booked."""
    offer = search.at(start)
    if offer.bookable:
        return ()
    # What was offered without any rule that is left aside was read from the widest search.
    search, widest = search.widest, offer.beyond or offer
    found = [*gate_refusals(search, start), *_role_refusals(search, start, widest.places)]
    assert found, "what cannot be booked has a reason"
    return tuple(sorted(dict.fromkeys(found), key=_order))


_ORDER: Final = {rule: number for number, rule in enumerate(RefusalCode)}


def _order(refusal: Refusal) -> tuple[int, str, int, int]:
    return _ORDER[refusal.rule], refusal.subject, refusal.interval.start_us, refusal.interval.end_us


# The gate ------------------------------------------------------------------


def gate_refusals(search: Search, start: int) -> Iterator[Refusal]:
    """What the calendar or the request itself refuses a start, whoever serves."""
    question = search.question
    subject, body = question.subject, (start, start + question.duration)
    calendar, seats = question.calendar, question.seats_per_slot
    if calendar is not None and not calendar.is_active:
        yield refusal(RefusalCode.INACTIVE, subject, body)
    if question.access is Access.DENY:
        yield refusal(
            RefusalCode.NOT_ALLOWED, subject, body, customer=question.request.customer_id or ""
        )
    if seats is not None and question.party_size > seats:
        yield _never(subject, body, "seats", question.party_size, seats)
    if seats is None and not question.roles:
        yield _never(subject, body, "requirements", 1, 0)
    if not search.is_on_grid(start):
        yield refusal(RefusalCode.OFF_GRID, subject, body)
    earliest, latest = bounds(search)
    if start < earliest:
        told: dict[str, Detail] = {"earliest": from_us(earliest).isoformat()}
        told |= {"past": True} if start < search.now else {}
        yield refusal(RefusalCode.NOTICE_TOO_SHORT, subject, body, (), **told)
    if start >= latest:
        moment = from_us(latest).isoformat()
        yield refusal(RefusalCode.BEYOND_HORIZON, subject, body, latest=moment)
    shape = hours_shape(question, question.before, question.after)
    if not is_open_at(question.opening_hours, shape, start):
        yield refusal(RefusalCode.OUTSIDE_HOURS, subject, _covered(shape, start))
    if not open_starts(question.booker_hours, hours_shape(question, 0, 0), start, start + 1):
        yield refusal(RefusalCode.OUTSIDE_HOURS, subject, body, whose="booker")
    yield from limit_refusals(search, start)
    if calendar is not None:
        yield from _closed(search, calendar, start)


def _closed(search: Search, calendar: Calendar, start: int) -> Iterator[Refusal]:
    """Whether a calendar itself is blocked, or could not be read."""
    question, subject = search.question, calendar.id
    low, high = start - question.before, start + question.duration + question.after
    if calendar_blocked(search, start, start + 1, UNREAD):
        yield from unread(search, subject, (low, high))
    if calendar_blocked(search, start, start + 1, TOLD):
        record = search.ledger.record(subject)
        blocked = record.blocked_by(question.blocking_kinds - UNREAD, low, high)
        times = blocked[0][0], blocked[-1][1]
        yield refusal(RefusalCode.BUSY, subject, times, (), **blocks_in(search, subject, low, high))


def _covered(shape: Shape, start: int) -> tuple[int, int]:
    return start - shape.before, start + shape.duration + shape.after


def _never(
    subject: str,
    times: tuple[int, int],
    what: str,
    needed: int,
    there: int,
    features: tuple[str, ...] = (),
) -> Refusal:
    detail: dict[str, Detail] = {"what": what, "needed": needed, "available": there}
    if features:
        detail["features"] = features
    return refusal(RefusalCode.NEVER_FITS, subject, times, (), **detail)


# The roles -----------------------------------------------------------------


def _role_refusals(search: Search, start: int, known: PlaceMasks) -> Iterator[Refusal]:
    """What keeps roles from being filled; ``known`` are the places, if they were looked at."""
    question = search.question
    sessions = sessions_between(search, start, start + 1)
    if sessions.is_joinable(start, question.seats_needed):
        return
    places = known or search.places(Starts((start,)), sessions)
    minimal = _decisive_conditions(question, places)
    for condition in minimal:
        yield from _condition_refusals(search, start, condition, places)
    for session in sessions:
        if session.is_wanted:
            yield from session_refusals(search, session)
        else:
            yield from _held_refusals(search, session, minimal)
            if placeless_starts(question, (session.key,)):
                ids, times = (each.id for each in session.bookings), session.key[1:3]
                yield refusal(RefusalCode.BUSY, question.subject, times, ids)


def _decisive_conditions(question: Question, places: PlaceMasks) -> list[Condition]:
    """The broken conditions that must be mended, and no more.

    Of those that are broken the ones for the fewest roles; then those that would still be
    broken when all that these ask for can serve.
    """
    named: list[Condition] = []
    able = dict(places)
    while broken := [
        each
        for each in broken_conditions(question, able)
        if each not in named and not _mended_by(each, named, able)
    ]:
        minimal = [
            condition
            for condition in broken
            if not any(set(other.roles) < set(condition.roles) for other in broken)
        ]
        named += minimal
        able |= {
            place: 1 for condition in minimal for group in condition.resources for place in group
        }
    return named


def _mended_by(condition: Condition, named: list[Condition], able: PlaceMasks) -> bool:
    """Whether it holds as soon as pools that are too small have what they lack."""
    roles: set[int] = set()
    more = 0
    for smaller in named:
        if set(smaller.roles) < set(condition.roles) and roles.isdisjoint(smaller.roles):
            roles.update(smaller.roles)
            more += max(smaller.needed - len(smaller.resources), 0)
    serve = sum(any(able[place] for place in group) for group in condition.resources)
    return serve + more >= condition.needed


def _condition_refusals(
    search: Search, start: int, condition: Condition, places: PlaceMasks
) -> Iterator[Refusal]:
    question = search.question
    body = start, start + question.duration
    able, pool = [], []
    for group in condition.resources:
        number, position = group[0]
        resource_id = question.roles[number].candidates[position].resource.id
        pool.append(resource_id)
        if any(places[place] for place in group):
            able.append(resource_id)
            continue
        for role, index in group:
            candidate = question.roles[role].candidates[index]
            yield from _candidate_refusals(search, start, candidate)
    if condition.needed > len(pool) and len(condition.roles) == 1:
        missing = missing_features(search, question.roles[condition.roles[0]])
        yield _never(question.subject, body, "resources", condition.needed, len(pool), missing)
    elif len(condition.roles) > 1:
        names = tuple(question.roles[number].name for number in condition.roles)
        yield refusal(
            RefusalCode.ROLES_COMPETE,
            question.subject,
            body,
            roles=names,
            pool=tuple(pool),
            needed=condition.needed,
            available=len(able),
        )


def _candidate_refusals(search: Search, start: int, candidate: Candidate) -> Iterator[Refusal]:
    """Why one resource cannot serve in one role; nothing when only its session stands there."""
    question, resource = search.question, candidate.resource
    body = start, start + question.duration
    if not resource.is_active:
        yield refusal(RefusalCode.INACTIVE, resource.id, body)
    if candidate.is_unknown:
        yield refusal(RefusalCode.UNKNOWN, resource.id, body)
    shape = hours_shape(question, candidate.before, candidate.after)
    if not is_open_at(candidate.hours, shape, start):
        times = _covered(shape, start)
        away = absence_detail(candidate, times[0], times[1] - times[0])
        yield refusal(RefusalCode.OUTSIDE_HOURS, resource.id, times, (), **away)
    for rule in (travel_refusals_for, limit_refusals_for, not_next_refusals_for):
        yield from rule(search, candidate, start)
    shortage = candidate.shortage
    if shortage is not None:
        what, needed, there = shortage
        yield _never(resource.id, body, what, needed, there)
    else:
        yield from occupied(search, start, candidate)


def session_refusals(search: Search, session: Session) -> Iterator[Refusal]:
    """Why nobody can join a session: it is full, or something that it holds is in trouble."""
    question = search.question
    if session.seats_left < question.seats_needed:
        ids, times = crowding(search, session)
        ids.update(booking.id for booking in session.bookings)
        yield refusal(
            RefusalCode.FULL,
            question.subject,
            times,
            ids,
            seats_left=session.seats_left,
            party_size=question.party_size,
        )
    there = joining(search, session.bookings)
    if session.is_limited:
        yield from place_refusals(there, session.bookings)
    for resource_id in session.trouble:
        yield from joining_refusals(there, session.bookings, resource_id)
        yield from _trouble(search, session.bookings[0], resource_id)


def _held_refusals(
    search: Search, session: Session, broken: Iterable[Condition]
) -> Iterator[Refusal]:
    """What is missing because a session has it: the rooms of one without hosts."""
    roles = search.question.roles
    missing = {
        roles[number].candidates[position].resource.id
        for condition in broken
        for group in condition.resources
        for number, position in group
    }
    ids = [booking.id for booking in session.bookings]
    for resource_id in holders(search.question, session.key):
        if resource_id in missing:
            yield refusal(RefusalCode.BUSY, resource_id, (session.key[1], session.key[2]), ids)


def _trouble(search: Search, booking: Booking, resource_id: str) -> Iterator[Refusal]:
    """What is wrong with a resource that a session holds."""
    body = booking.start_us, booking.end_us
    entry = search.catalogue.settled(resource_id)
    if resource_id in search.question.unknown:
        yield refusal(RefusalCode.UNKNOWN, resource_id, body)
    if entry is None or isinstance(entry, Calendar) or is_closed_down(search.question, entry):
        yield refusal(RefusalCode.INACTIVE, resource_id, body)
        return
    times = booking.footprint_us(resource_id)
    shape = hours_shape(search.question, body[0] - times[0], times[1] - body[1])
    hours = hours_here(search.question, entry, search.catalogue)
    if not open_starts(hours, shape, body[0], body[0] + 1):
        yield refusal(RefusalCode.OUTSIDE_HOURS, resource_id, _covered(shape, body[0]))
    if resource_id not in search.question.unknown:
        yield from unread(search, resource_id, booking.kept_us(resource_id))
    if RefusalCode.BUSY in search.question.aside:
        return
    # The session's own claims are counted: nothing more may be left over than none.
    yield from overcommitted(search, entry, booking.kept_us(resource_id))
