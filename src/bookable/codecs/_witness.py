"""What shows that claims fit: each with the others around it, and the load on every limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import frozen

from bookable.availability.feasibility import is_single
from bookable.domain.booking import OVERBOOKED, Booking
from bookable.domain.catalogue import Catalogue
from bookable.domain.claim import Claim
from bookable.domain.life import BookingStatus
from bookable.domain.policy import BufferPolicy
from bookable.domain.resources import Equipment, Resource, Room
from bookable.errors import InvalidValueError
from bookable.occupancy.claims import Taken, taken_by
from bookable.occupancy.ledger import Ledger
from bookable.timeline import _kernel as kernel
from bookable.timeline.instant import from_us, to_us
from bookable.timeline.profile import Profile
from bookable.verify import SHARED

Span = tuple[int, int]
Plain = dict[str, object]


@frozen
class Entry:
    """One claim with what shows that it fits, if it does."""

    resource_id: str
    fits: bool
    parts: Plain


@frozen
class Witness:
    """Shows of each claim of a plan that it fits; ``given_back`` is what was held before."""

    catalogue: Catalogue
    given_back: tuple[Claim, ...]

    def in_order(
        self, ledger: Ledger, bookings: Sequence[Booking]
    ) -> list[tuple[Booking, list[Entry]]]:
        """The bookings, each with its claims beside those before it.

        From the last one back: whichever fits beside all that are left was decided no earlier than
        they, or as well. Plans name bookings as they were decided, so it is mostly the last; a group
        or a repair may have it another way.
        """
        left, found = list(bookings), list[tuple[Booking, list[Entry]]]()
        while left:
            for place in range(len(left) - 1, -1, -1):
                entries = self.entries(ledger, left[place])
                if all(each.fits for each in entries):
                    break
            found.append((left.pop(place), entries))
            ledger = ledger.ignoring([found[-1][0].id])
        return found[::-1]

    def entries(self, ledger: Ledger, booking: Booking) -> list[Entry]:
        """The claims of a booking, by resource."""
        claims = sorted(taken_by(booking, ledger.rules), key=lambda each: each.resource_id)
        return [self.entry(ledger, booking, each) for each in claims]

    def entry(self, ledger: Ledger, booking: Booking, claim: Taken) -> Entry:
        """One claim with the others around it and every limit."""
        resource = self.catalogue.settled(claim.resource_id)
        if not isinstance(resource, Resource):
            expected = "a plan that takes what the catalogue has"
            raise InvalidValueError("plan", claim.resource_id, expected, "unknown_resource")
        others = [*_others(ledger, claim), *_broken(resource, claim)]
        policy = self.policy(ledger, booking, claim, resource)
        checks = [
            _check(what, capacity, sides, claim, others)
            for what, capacity in _limits(self.catalogue, resource, claim)
            for sides in _sides(policy)
        ]
        joins = claim.share is not None and any(each.share == claim.share for each in others)
        anew = [each for each in checks if not (joins and each["what"] in SHARED)]
        exceeded = any(isinstance(each["left"], int) and each["left"] < 0 for each in anew)
        kept = _kept_from(self.given_back, claim) if exceeded else None
        overridden = exceeded and kept is None and OVERBOOKED in booking.tags
        parts: Plain = {
            "claim": plain_claim(claim),
            "kind": _kind(resource),
            "policy": policy.value,
            "others": [plain_claim(each) for each in others],
            "checks": [] if kept else checks,
            "kept_from": kept,
            "overridden": overridden,
        }
        return Entry(claim.resource_id, not exceeded or overridden or kept is not None, parts)

    def policy(
        self, ledger: Ledger, booking: Booking, claim: Taken, resource: Resource
    ) -> BufferPolicy:
        """How the buffers of a claim count; shared ones of what takes several as exclusive (SPEC N16).

        A room that is taken whole is so by rooms that overlap it, under the weakest of their policies:
        each of them says the rest itself, of whatever else takes it whole.
        """
        if not claim.whole:
            return _counted_policy(booking, resource, is_crowd=claim.crowd is not None)
        near = ledger.rules.overlapping[claim.resource_id]
        rooms = map(self.catalogue.settled, filter(near.__contains__, booking.room_ids))
        policies = {_counted_policy(booking, each) for each in rooms if isinstance(each, Resource)}
        return next((each for each in _WEAKEST_FIRST if each in policies), BufferPolicy.EXCLUSIVE)


_WEAKEST_FIRST: Final = (BufferPolicy.EXISTING_ONLY, BufferPolicy.SHARED)


def _counted_policy(
    booking: Booking, resource: Resource, *, is_crowd: bool = False
) -> BufferPolicy:
    policy = booking.buffers_on(resource.id).policy
    if policy is BufferPolicy.SHARED and (is_crowd or not is_single(resource)):
        return BufferPolicy.EXCLUSIVE
    return policy


def stated(booking: Booking, entries: list[Entry]) -> Plain:
    """A booking with what it takes, or why it takes nothing."""
    nothing = None
    if not booking.is_blocking:
        nothing = "waits" if booking.status is BookingStatus.PENDING else "over"
    elif not entries:
        nothing = "gave_up" if booking.resource_ids else "needs_none"
    return {
        "id": booking.id,
        "start": text(to_us(booking.start)),
        "end": text(to_us(booking.end)),
        "status": booking.status.value,
        "takes": [each.resource_id for each in entries],
        "nothing": nothing,
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
    if not isinstance(resource, Equipment):
        return
    broken = resource.out_of_service
    if isinstance(broken, int):
        parts = [(claim.start, claim.end, broken)]
    else:
        parts = [(each.interval.start_us, each.interval.end_us, each.units) for each in broken]
    for low, high, units in parts:
        if units and low < claim.end and claim.start < high:
            yield Taken(resource.id, low, high, units, 0, "", None, (low, high))


def _limits(
    catalogue: Catalogue, resource: Resource, claim: Taken
) -> Iterator[tuple[str, int | None]]:
    """What is limited, and the capacity; None where a room limits nothing of the kind."""
    yield "whole", 0
    if claim.whole:
        return
    if isinstance(resource, Room):
        yield "seats", resource.seat_limit
        yield "bookings", resource.booking_limit
    elif isinstance(resource, Equipment):
        yield "units", resource.unit_limit
    else:
        yield "bookings", 1
        if claim.crowd is not None:
            yield "crowd", catalogue.calendar(claim.crowd).bookings_per_host


def _sides(policy: BufferPolicy) -> tuple[tuple[str, str], ...]:
    """With which part of its own time against which part of the others' (SPEC N15, N16)."""
    if policy is BufferPolicy.EXCLUSIVE:
        return (("footprint", "footprint"),)
    if policy is BufferPolicy.EXISTING_ONLY:
        return (("body", "footprint"),)
    return ("body", "footprint"), ("footprint", "body")


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
        "at": text(at),
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
            ends = {"start": text(low), "end": text(high)}
            return {**ends, "units": each.units, "seats": each.seats}
    return None


# As plain data -----------------------------------------------------------------


def plain_claim(claim: Taken) -> Plain:
    """A claim as plain data; what is out of service has no booking."""
    return {
        "booking_id": claim.booking_id or None,
        "resource_id": claim.resource_id,
        "start": text(claim.start),
        "end": text(claim.end),
        "body": [text(each) for each in claim.body],
        "units": claim.units,
        "seats": claim.seats,
        "session": None if claim.session is None else repr(claim.session),
        "crowd": claim.crowd,
        "whole": claim.whole,
    }


def _kind(resource: Resource) -> str:
    if isinstance(resource, Room):
        return "room"
    return "equipment" if isinstance(resource, Equipment) else "member"


def _side(claim: Taken, side: str) -> Span:
    return (claim.start, claim.end) if side == "footprint" else claim.body


def text(instant: int) -> str:
    """An instant in microseconds since the epoch, in UTC."""
    return from_us(instant).isoformat()
