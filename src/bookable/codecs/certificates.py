"""Certificates: decisions with what shows them, as plain JSON that `bookable.verify` checks (L7).

A backend keeps one beside a booking, or answers a complaint with it. The verifier does not know
the engine: an acceptance therefore states every claim that is taken with all other claims around it, and
for each limit the capacity, the peak load, the first instant of it, who is there then, what is left and
the area under the load (units or seats times microseconds). A refusal states its blockers with their
claims. All instants are text in UTC.

What a certificate speaks of is capacity: that nothing is taken twice. Hours, grid, notice and limits are
the engine's word. Nor can it show that no claim was left out: it says what the state held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bookable.availability.feasibility import is_single
from bookable.checks import check_type
from bookable.domain.booking import OVERBOOKED, Booking, Claim
from bookable.domain.policy import BufferPolicy
from bookable.domain.refusal import Refusal, RefusalCode
from bookable.domain.request import Request
from bookable.domain.resources import Equipment, Resource, Room
from bookable.errors import InvalidValueError
from bookable.occupancy.claims import Taken, taken_by
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.scheduler import Scheduler
from bookable.timeline import _kernel as kernel
from bookable.timeline.instant import from_us, to_us, to_utc
from bookable.timeline.profile import Profile
from bookable.verify import FORMAT, SHARED, VERSION, digest

Span = tuple[int, int]
Plain = dict[str, object]


def certificate(scheduler: Scheduler, plan: Plan) -> Plain:
    """The certificate of a plan that was decided on this state: all that it takes, and that it fits.

    A claim that was held before, no smaller, and that too much is taken of since (SPEC N9), states
    what it is kept from instead. O(n log n) in the claims around those that are taken.

    Raises:
        StaleLedgerError: If something that the plan rests on has changed since.
        InvalidValueError: If a booking takes what the catalogue does not have.
    """
    after = scheduler.apply(check_type(plan, Plan, "plan", "a Plan, as plan_book answers"))
    ledger, bookings, allocation = after._ledger, list[Plain](), list[Plain]()
    for booking in plan.bookings_after:
        claims = taken_by(booking, ledger.rules)
        bookings.append(
            {
                "id": booking.id,
                "start": _text(to_us(booking.start)),
                "end": _text(to_us(booking.end)),
                "takes": sorted(each.resource_id for each in claims),
            }
        )
        allocation += [_entry(scheduler, ledger, plan, booking, each) for each in claims]
    return _signed(
        {
            "verdict": "accepted",
            "command": plan.command,
            "at": None if plan.at is None else plan.at.isoformat(),
            "bookings": bookings,
            "allocation": allocation,
        }
    )


def refusal_certificate(
    scheduler: Scheduler, request: Request, *, start: datetime, now: datetime
) -> Plain:
    """The certificate of a start that cannot be booked: every reason, with the claims that show it.

    Raises:
        InvalidValueError: If it can be booked.
    """
    found = scheduler.explain(request, start=start, now=now)
    if not found:
        raise InvalidValueError("start", start, "a start that cannot be booked", "bookable")
    ledger = scheduler._as_of(now)
    return _signed(
        {
            "verdict": "refused",
            "at": to_utc(now, "now").isoformat(),
            "start": to_utc(start, "start").isoformat(),
            "refusals": [_refused(ledger, each) for each in found],
        }
    )


def _signed(parts: Plain) -> Plain:
    parts = {"format": FORMAT, "version": VERSION, **parts}
    return {**parts, "digest": digest(parts)}


# Acceptances -----------------------------------------------------------------


def _entry(
    scheduler: Scheduler, ledger: Ledger, plan: Plan, booking: Booking, claim: Taken
) -> Plain:
    """One claim with the others around it and every limit."""
    resource = scheduler.catalogue.settled(claim.resource_id)
    if not isinstance(resource, Resource):
        expected = "a plan that takes what the catalogue has"
        raise InvalidValueError("plan", claim.resource_id, expected, "unknown_resource")
    others = [*_others(ledger, claim), *_broken(resource, claim)]
    policy = _policy(booking, claim)
    checks = [
        _check(what, capacity, sides, claim, others)
        for what, capacity in _limits(scheduler, resource, claim)
        for sides in _sides(resource, claim, policy, what)
    ]
    bodies = any(each["others"] == "body" for each in checks)
    joins = claim.share is not None and any(each.share == claim.share for each in others)
    anew = [each for each in checks if not (joins and each["what"] in SHARED)]
    exceeded = any(isinstance(each["left"], int) and each["left"] < 0 for each in anew)
    kept = _kept_from(plan.given_back, claim) if exceeded else None
    return {
        "claim": {**_other(claim, bodies=True), "policy": policy.value},
        "kind": _kind(resource),
        "others": [_other(each, bodies=bodies) for each in others],
        "checks": [] if kept else checks,
        "kept_from": kept,
        "overridden": exceeded and kept is None and OVERBOOKED in booking.tags,
    }


def _others(ledger: Ledger, claim: Taken) -> Iterator[Taken]:
    """All other claims that share an instant with the footprint, by start and then booking."""
    index = ledger.record(claim.resource_id).index
    for booking_id in index.overlapping(claim.start, claim.end):
        if booking_id != claim.booking_id:
            claims = taken_by(ledger.bookings[booking_id], ledger.rules)
            yield from (each for each in claims if each.resource_id == claim.resource_id)


def _broken(resource: Resource, claim: Taken) -> Iterator[Taken]:
    """What is out of service meanwhile, like claims of nobody."""
    if isinstance(resource, Equipment) and not isinstance(resource.out_of_service, int):
        for part in resource.out_of_service:
            low, high = part.interval.start_us, part.interval.end_us
            if low < claim.end and claim.start < high:
                yield Taken(resource.id, low, high, part.units, 0, "", None, (low, high))


def _limits(
    scheduler: Scheduler, resource: Resource, claim: Taken
) -> Iterator[tuple[str, int | None]]:
    """What is limited, and the capacity; None where a room limits nothing of the kind."""
    yield "whole", 0
    if claim.whole:
        return
    if isinstance(resource, Room):
        yield "seats", resource.seat_limit
        yield "bookings", resource.booking_limit
    elif isinstance(resource, Equipment):
        broken = resource.out_of_service if isinstance(resource.out_of_service, int) else 0
        yield "units", resource.unit_limit - broken
    else:
        yield "bookings", 1
        if claim.crowd is not None:
            yield "crowd", scheduler.catalogue.calendar(claim.crowd).bookings_per_host


def _sides(
    resource: Resource, claim: Taken, policy: BufferPolicy, what: str
) -> tuple[tuple[str, str], ...]:
    """With which part of its own time against which part of the others' (SPEC N15, N16)."""
    if what == "whole" or policy is BufferPolicy.EXCLUSIVE:
        return (("footprint", "footprint"),)
    if policy is BufferPolicy.EXISTING_ONLY:
        return (("body", "footprint"),)
    if claim.crowd is None and is_single(resource):
        return ("body", "footprint"), ("footprint", "body")
    return (("footprint", "footprint"),)


def _check(
    what: str, capacity: int | None, sides: tuple[str, str], claim: Taken, others: list[Taken]
) -> Plain:
    """The load on one limit during the claim: its peak, when, who, and the area under it."""
    low, high = _side(claim, sides[0])
    clipped = [(claim, low, high)]
    for each in others:
        first, last = _side(each, sides[1])
        if max(first, low) < min(last, high):
            clipped.append((each, max(first, low), min(last, high)))
    loads: list[tuple[int, int, int]] = []
    shared: dict[tuple[object, int], list[Span]] = {}
    for number, (each, first, last) in enumerate(clipped):
        key, units = _counted(each, claim, what, number)
        shared.setdefault((key, units), []).append((first, last))
    for (_, units), spans in shared.items():
        loads += [(*span, units) for span in kernel.normalise(spans)]
    profile = Profile.of(loads)
    peak = profile.peak(low, high)
    steps = list(profile.steps(low, high))
    at = next(first for first, _, level in steps if level == peak)
    present = sorted(
        each.booking_id
        for number, (each, first, last) in enumerate(clipped)
        if first <= at < last and _counted(each, claim, what, number)[1]
    )
    return {
        "what": what,
        "own": sides[0],
        "others": sides[1],
        "capacity": capacity,
        "peak": peak,
        "left": None if capacity is None else capacity - peak,
        "at": _text(at),
        "present": present,
        "taken_us": sum((last - first) * level for first, last, level in steps),
    }


def _counted(each: Taken, claim: Taken, what: str, number: int) -> tuple[object, int]:
    """What a claim is counted together with, and for how much: once in a session or a crowd."""
    if what == "whole":
        return number, int(each.whole is not claim.whole)
    if each.whole:
        return number, 0
    if what == "crowd":
        return number, int(each.crowd == claim.crowd)
    if what == "seats":
        return number, each.seats
    if what == "bookings" and each.crowd is not None:
        return each.crowd, 1
    return (number if each.share is None else each.share), each.units


def _kept_from(given_back: Iterable[Claim], claim: Taken) -> Plain | None:
    """The claim that the booking had before on the same thing, if that was no smaller."""
    for each in given_back:
        low, high = each.footprint.start_us, each.footprint.end_us
        same = (each.booking_id, each.resource_id) == (claim.booking_id, claim.resource_id)
        covers = low <= claim.start and claim.end <= high and each.units >= claim.units
        if same and covers and each.seats >= claim.seats:
            ends = {"start": _text(low), "end": _text(high)}
            return {**ends, "units": each.units, "seats": each.seats}
    return None


# Refusals --------------------------------------------------------------------


def _refused(ledger: Ledger, refusal: Refusal) -> Plain:
    """One reason, with what shows it."""
    times = refusal.interval.start_us, refusal.interval.end_us
    claims: list[Taken] = []
    blocks: list[Plain] = []
    if refusal.rule in {RefusalCode.BUSY, RefusalCode.FULL}:
        for key in refusal.booking_ids:
            claims += _blockers(ledger, key, refusal.subject, times)
        named = refusal.detail.get("block_ids", ())
        blocks = [_block(ledger, key) for key in (named if isinstance(named, tuple) else ())]
    return {
        "rule": refusal.rule.value,
        "subject": refusal.subject,
        "interval": [_text(each) for each in times],
        "booking_ids": list(refusal.booking_ids),
        "detail": {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in refusal.detail.items()
        },
        "claims": [
            {
                "booking_id": each.booking_id,
                "resource_id": each.resource_id,
                "start": _text(each.start),
                "end": _text(each.end),
                "units": each.units,
                "seats": each.seats,
            }
            for each in claims
        ],
        "blocks": blocks,
        "taken_us": sum((each.end - each.start) * each.units for each in claims),
        "seats": sum(each.seats for each in claims),
    }


def _blockers(ledger: Ledger, booking_id: str, subject: str, times: Span) -> list[Taken]:
    """What a booking in the way takes of the subject then; else of what the subject needs."""
    found = [
        each
        for each in ledger.claims_of(ledger.bookings[booking_id])
        if each.start < times[1] and times[0] < each.end
    ]
    return [each for each in found if each.resource_id == subject] or found[:1]


def _block(ledger: Ledger, block_id: str) -> Plain:
    block = ledger.blocks[block_id]
    first, last = map(_text, block.footprint_us)
    closes = sorted((block.resource_id, *ledger.rules.overlapping.get(block.resource_id, ())))
    return {"id": block_id, "closes": closes, "start": first, "end": last}


# Both ------------------------------------------------------------------------


def _other(claim: Taken, *, bodies: bool) -> Plain:
    """A claim as plain data; what is out of service has no booking."""
    body = {"body": [_text(each) for each in claim.body]} if bodies else {}
    return {
        "booking_id": claim.booking_id or None,
        "resource_id": claim.resource_id,
        "start": _text(claim.start),
        "end": _text(claim.end),
        **body,
        "units": claim.units,
        "seats": claim.seats,
        "session": None if claim.session is None else repr(claim.session),
        "crowd": claim.crowd,
        "whole": claim.whole,
    }


def _policy(booking: Booking, claim: Taken) -> BufferPolicy:
    return BufferPolicy.EXCLUSIVE if claim.whole else booking.buffers_on(claim.resource_id).policy


def _kind(resource: Resource) -> str:
    if isinstance(resource, Room):
        return "room"
    return "equipment" if isinstance(resource, Equipment) else "member"


def _side(claim: Taken, side: str) -> Span:
    return (claim.start, claim.end) if side == "footprint" else claim.body


def _text(instant: int) -> str:
    return from_us(instant).isoformat()
