"""Certificates: decisions with what shows them, as plain JSON that `bookable.verify` checks (SPEC N32).

A backend keeps one beside a booking, or answers a complaint with it. The verifier does not know
the engine: an acceptance therefore states every claim that is taken with all other claims around it, and
for each limit the capacity, the peak load, the first instant of it, who is there then, what is left and
the area under the load (units or seats times microseconds). A refusal states its blockers with their
claims. All instants are text in UTC.

Bookings that are decided together stand in an order in which each fits beside those further up, as
it was decided: the buffers of a later one may not count for an earlier one (SPEC N15). Whether something
is taken at all is stated as ``kind``: ``taken``, ``nothing_taken`` where no booking of the plan takes
anything, as after a cancellation, or ``no_booking`` where it changes none. A booking that takes
``nothing`` says why: it is ``over``, or ``waits`` for approval without blocking, its rooms are all that it
had and it ``gave_up`` those, or it ``needs_none``, as where only a calendar is booked.

What a certificate speaks of is capacity: that nothing is taken twice. Hours, grid, notice, limits and
blocks are the engine's word. Nor can it show that no stored claim was left out: it says what the
state held.
"""

from __future__ import annotations

from datetime import datetime

from bookable.checks import check_type
from bookable.codecs._witness import Plain, Span, Witness, stated, text
from bookable.domain.refusal import Refusal, RefusalCode
from bookable.domain.request import Request
from bookable.errors import InvalidValueError
from bookable.occupancy.claims import Taken
from bookable.occupancy.ledger import Ledger
from bookable.occupancy.plan import Plan
from bookable.scheduler import Scheduler
from bookable.timeline.instant import to_utc
from bookable.verify import FORMAT, VERSION, digest


def certificate(scheduler: Scheduler, plan: Plan) -> Plain:
    """The certificate of a plan that was decided on this state: all that it takes, and that it fits.

    A claim that was held before, no smaller, and that too much is taken of since (SPEC N9), states
    what it is kept from instead. O(n log n) in the claims around each that is taken; O(k²) of
    these where *k* bookings can only be shown to fit in quite another order than the plan's.

    Raises:
        StaleLedgerError: If something that the plan rests on has changed since.
        InvalidValueError: If a booking takes what the catalogue does not have.
    """
    after = scheduler.apply(check_type(plan, Plan, "plan", "a Plan, as plan_book answers"))
    witness = Witness(scheduler.catalogue, plan.given_back)
    decided = witness.in_order(after._ledger, plan.bookings_after)
    allocation = [entry for _, entries in decided for entry in entries]
    bookings = [stated(booking, entries) for booking, entries in decided]
    return _signed(
        {
            "verdict": "accepted",
            "kind": "taken" if allocation else "nothing_taken" if bookings else "no_booking",
            "command": plan.command,
            "at": None if plan.at is None else plan.at.isoformat(),
            "bookings": bookings,
            "allocation": [entry.parts for entry in allocation],
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


# Refusals --------------------------------------------------------------------


def _refused(ledger: Ledger, refusal: Refusal) -> Plain:
    """One reason, with what shows it."""
    times = refusal.interval.start_us, refusal.interval.end_us
    claims: list[Taken] = []
    blocks: list[Plain] = []
    if refusal.rule in {RefusalCode.UNKNOWN, RefusalCode.BUSY, RefusalCode.FULL}:
        for key in refusal.booking_ids:
            claims += _blockers(ledger, key, refusal.subject, times)
        named = refusal.detail.get("block_ids", ())
        blocks = [_block(ledger, key) for key in (named if isinstance(named, tuple) else ())]
    return {
        "rule": refusal.rule.value,
        "subject": refusal.subject,
        "interval": [text(each) for each in times],
        "booking_ids": list(refusal.booking_ids),
        "detail": {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in refusal.detail.items()
        },
        "claims": [
            {
                "booking_id": each.booking_id,
                "resource_id": each.resource_id,
                "start": text(each.start),
                "end": text(each.end),
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
    first, last = map(text, block.footprint_us)
    closes = sorted((block.resource_id, *ledger.rules.overlapping.get(block.resource_id, ())))
    return {"id": block_id, "closes": closes, "start": first, "end": last}
